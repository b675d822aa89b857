//! What an address says, read and written.
//!
//! Ids hold `/` and `:`. In a query they stay as they are, which reads well; as the end of a path every `/` of an id is
//! escaped, so that no browser takes a part of it for `..`.

use super::problem::Problem;
use jiff::Timestamp;
use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');
const IN_QUERY: &AsciiSet = &IN_PATH.remove(b'/');

/// Rows of a page when the address does not say, and at most.
const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 1000;

/// Name and value, in the order of the address.
#[derive(Clone, Debug, Default)]
pub(super) struct Params(pub Vec<(String, String)>);

/// Which rows of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub limit: u32,
    pub offset: u32,
}

impl Params {
    pub(super) fn of_query(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// The first value of this name that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// The value of this name as something else.
    pub(super) fn parsed<T>(
        &self,
        name: &str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        parse(text).map(Some).ok_or_else(|| Problem::parameter(name, text, expected))
    }

    /// `limit` and `offset`.
    pub(super) fn window(&self) -> Result<Window, Problem> {
        let limit = |text: &str| text.parse().ok().filter(|limit| (1..=LARGEST_PAGE).contains(limit));
        let limit = self.parsed("limit", "a number from 1 to 1000", limit)?.unwrap_or(PAGE);
        let offset = self.parsed("offset", "a number from 0", |text| text.parse().ok())?.unwrap_or(0);
        Ok(Window { limit, offset })
    }

    /// An instant: RFC 3339, or a date for its first instant in UTC.
    pub(super) fn instant(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        self.parsed(name, "a time like `2011-12-09T12:50:00Z`, or a date like `2011-12-09`", instant)
    }
}

fn instant(text: &str) -> Option<Timestamp> {
    let start = |date: Date| Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp());
    text.parse().ok().or_else(|| start(text.parse().ok()?))
}

/// An id as the end of a path.
pub(super) fn path_end(id: &str) -> String {
    utf8_percent_encode(id, IN_PATH).to_string()
}

/// An address from its path and parameters; empty values are left out.
pub(super) fn address<'a>(path: &str, params: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut address = path.to_owned();
    let mut mark = '?';
    for (name, value) in params.into_iter().filter(|(_, value)| !value.is_empty()) {
        address.push(mark);
        address.push_str(name);
        address.push('=');
        address.extend(utf8_percent_encode(value, IN_QUERY));
        mark = '&';
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_from_its_address() {
        for id in ["online-retail:536365", "a/../b", "x?y#z&w=1 %2F", "收据/1", "a+b"] {
            let query = address("/records", [("id", id), ("empty", "")]);
            assert_eq!(Params::of_query(query.split_once('?').unwrap().1).text("id"), Some(id), "{query}");
            assert!(!path_end(id).contains(['/', '?', '#']), "{id}");
        }
        assert_eq!(address("/", []), "/");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let params = Params::of_query("limit=0&offset=x&from=2011-13-01");
        assert_eq!(params.window().unwrap_err().status, 400);
        assert!(params.instant("from").unwrap_err().detail.starts_with("`from` is `2011-13-01`; expected a time"));
        let params = Params::of_query("from=2011-12-09");
        assert_eq!(params.instant("from").unwrap(), Some("2011-12-09T00:00:00Z".parse().unwrap()));
    }
}
