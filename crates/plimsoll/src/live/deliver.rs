//! Who is to be told of an alert is told: a signed webhook, or a mail through a relay.
//!
//! Promises: what waits stands in the journal, so a restart forgets nobody; each notice is tried [`WAITS`] times at growing
//! distances, then stands among the dead letters; a receiver may hear of one twice and knows it by its id. Limits: `http://`
//! and a relay without a login: what goes further than this machine or network belongs behind a proxy that speaks TLS.
//!
//! A webhook is signed as Stripe signs: `Plimsoll-Signature: t=<second>,v1=<HMAC-SHA-256 of "<second>.<body>">`.

use crate::view::live::AlertView;
use crate::webhook::hmac_sha256;
use crate::writer::WeakHandle;
use anyhow::{Context, bail, ensure};
use domain::{Body, Delivered, Delivery, Digest, Notice};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::Path;
use std::time::{Duration, Instant};
use store::{Reader, Secrets};

/// Seconds before each further try; about an hour in all.
const WAITS: [u64; 7] = [1, 5, 30, 60, 300, 900, 1_800];

/// A receiver that takes longer counts as failed.
const PATIENCE: Duration = Duration::from_secs(5);

/// The name of the signing secret among the sealed values.
pub const SECRET: &str = "alerts-signing";

/// Tries of one notice so far.
struct Tried {
    times: u32,
    next: Instant,
}

/// Delivers notices for as long as the writer runs.
pub struct Courier {
    reader: Reader,
    secrets: Secrets,
    relay: Option<String>,
    tried: BTreeMap<String, Tried>,
}

impl Courier {
    /// Of a data directory.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn new(dir: &Path, relay: Option<String>) -> anyhow::Result<Self> {
        Ok(Self { reader: Reader::open(dir)?, secrets: Secrets::open(dir)?, relay, tried: BTreeMap::new() })
    }

    /// Tries every notice that waits and is due.
    ///
    /// # Errors
    /// When the books cannot be read.
    pub fn round(&mut self, writer: &WeakHandle) -> anyhow::Result<()> {
        for notice in self.reader.waiting_notices(100)? {
            let times = match self.tried.get(notice.id.as_str()) {
                Some(tried) if tried.next > Instant::now() => continue,
                tried => tried.map_or(0, |tried| tried.times) + 1,
            };
            let outcome = self.tell(&notice);
            let wait = usize::try_from(times - 1).ok().and_then(|place| WAITS.get(place)).copied();
            let settled = match (&outcome, wait) {
                (Ok(()), _) => Some(Delivery::Delivered),
                (Err(_), None) => Some(Delivery::Dead),
                (Err(_), Some(_)) => None,
            };
            let error = outcome.err().map_or(String::new(), |error| format!("{error:#}"));
            if !error.is_empty() {
                eprintln!("plimsoll serve: notice {} to {} (try {times}): {error}", notice.id, notice.to);
            }
            if let Some(outcome) = settled {
                let delivered = Delivered { notice: notice.id.clone(), outcome, tries: times, error };
                if writer.tell(vec![Body::NoticeSettled(delivered)]) == Some(true) {
                    self.tried.remove(notice.id.as_str());
                }
            } else {
                let next = Instant::now() + Duration::from_secs(wait.unwrap_or_default());
                self.tried.insert(notice.id.to_string(), Tried { times, next });
            }
        }
        Ok(())
    }

    fn tell(&self, notice: &Notice) -> anyhow::Result<()> {
        let alert = self.reader.alert(&notice.alert)?.context("its alert is gone")?;
        let view = AlertView::new(&alert, None);
        match notice.to.strip_prefix("mailto:") {
            Some(to) => {
                let relay = self.relay.as_deref().context("no mail server is set: `serve --mail-relay HOST:PORT`")?;
                mail(relay, to, &format!("{} alert {}", view.level, view.id), &text_of(notice, &view))
            }
            None => {
                let body = serde_json::json!({ "notice": notice.id.as_str(), "why": notice.why, "alert": view });
                post(&notice.to, body.to_string().as_bytes(), &self.secret()?)
            }
        }
    }

    fn secret(&self) -> anyhow::Result<Vec<u8>> {
        signing_secret(&self.secrets)
    }
}

/// The secret that webhooks are signed with, made when it is first asked for.
///
/// # Errors
/// When it cannot be kept.
pub fn signing_secret(secrets: &Secrets) -> anyhow::Result<Vec<u8>> {
    if let Some(secret) = secrets.get(SECRET)? {
        return Ok(secret.to_vec());
    }
    let made = Secrets::random()?;
    secrets.put(SECRET, made.as_bytes())?;
    Ok(made.into_bytes())
}

fn text_of(notice: &Notice, view: &AlertView) -> String {
    let attempts = view.attempts.join(", ");
    format!(
        "{} ({})\nabout: {}\nrule: {}\nmoney at risk: {} {}\nrulings: {}\nattempts: {attempts}\n",
        view.id, notice.why, view.about, view.rule, view.money_at_risk, view.currency, view.rulings
    )
}

/// Posts a signed body; taken is what answers 2xx.
fn post(address: &str, body: &[u8], secret: &[u8]) -> anyhow::Result<()> {
    let rest = address.strip_prefix("http://").context("only `http://` addresses are called")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut connection = connect(host, 80)?;
    let second = Timestamp::now().as_second().to_string();
    let signed = Digest(hmac_sha256(secret, &[second.as_bytes(), b".", body]));
    write!(
        connection,
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nPlimsoll-Signature: t={second},v1={signed}\r\n\r\n",
        body.len()
    )?;
    connection.write_all(body)?;
    let mut line = String::new();
    BufReader::new(connection.take(4_096)).read_line(&mut line).context("no answer")?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse::<u16>().ok()).unwrap_or(0);
    ensure!((200..300).contains(&status), "answered {}", line.trim());
    Ok(())
}

/// One mail by RFC 5321, to a relay that asks for no login.
fn mail(relay: &str, to: &str, subject: &str, text: &str) -> anyhow::Result<()> {
    let sound = |address: &str| {
        address.contains('@') && !address.contains(|letter: char| letter.is_control() || letter == '>' || letter == ' ')
    };
    ensure!(sound(to), "`{to}` is no mail address");
    let connection = connect(relay, 25)?;
    let mut said = BufReader::new(connection.try_clone()?);
    let mut talk = |line: Option<&str>, expected: &str| -> anyhow::Result<()> {
        if let Some(line) = line {
            (&connection).write_all(format!("{line}\r\n").as_bytes())?;
        }
        reply(&mut said, expected)
    };
    talk(None, "220")?;
    talk(Some("EHLO plimsoll.localhost"), "250")?;
    talk(Some("MAIL FROM:<plimsoll@localhost>"), "250")?;
    talk(Some(&format!("RCPT TO:<{to}>")), "250")?;
    talk(Some("DATA"), "354")?;
    // A line that is a dot alone would end the mail.
    let text = text.lines().map(|line| if line.starts_with('.') { format!(".{line}") } else { line.to_owned() });
    let text = text.collect::<Vec<_>>().join("\r\n");
    let head = format!(
        "From: plimsoll@localhost\r\nTo: {to}\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8"
    );
    talk(Some(&format!("{head}\r\n\r\n{text}\r\n.")), "250")?;
    talk(Some("QUIT"), "221")
}

/// A reply, which may have several lines.
fn reply(said: &mut impl BufRead, expected: &str) -> anyhow::Result<()> {
    loop {
        let mut line = String::new();
        if said.take(1_024).read_line(&mut line)? == 0 {
            bail!("the mail server ended the connection");
        }
        ensure!(line.starts_with(expected), "the mail server says `{}`", line.trim());
        if line.as_bytes().get(3) != Some(&b'-') {
            return Ok(());
        }
    }
}

fn connect(host: &str, port: u16) -> anyhow::Result<TcpStream> {
    let host = if host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
        host.to_owned()
    } else {
        format!("{host}:{port}")
    };
    let address = host.to_socket_addrs()?.next().with_context(|| format!("{host} has no address"))?;
    let connection = TcpStream::connect_timeout(&address, PATIENCE)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    /// Answers one connection line by line, and gives back what it was told.
    fn server(answers: &'static [&'static str]) -> (String, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let thread = std::thread::spawn(move || {
            let (connection, _) = listener.accept().unwrap();
            let mut said = BufReader::new(connection.try_clone().unwrap());
            let mut told = Vec::new();
            for answer in answers {
                (&connection).write_all(format!("{answer}\r\n").as_bytes()).unwrap();
                let mut line = String::new();
                said.read_line(&mut line).unwrap();
                while answer.starts_with("354") && line.trim_end() != "." {
                    told.push(line.trim_end().to_owned());
                    line.clear();
                    said.read_line(&mut line).unwrap();
                }
                told.push(line.trim_end().to_owned());
            }
            (&connection).write_all(b"221 bye\r\n").unwrap();
            told
        });
        (address, thread)
    }

    #[test]
    fn a_mail_is_handed_to_a_relay() {
        let (relay, thread) = server(&["220 hi", "250-a\r\n250 b", "250 ok", "250 ok", "354 go", "250 taken"]);
        mail(&relay, "risk@example.com", "alert", "one\n.two").unwrap();
        let told = thread.join().unwrap();
        assert!(told.contains(&"RCPT TO:<risk@example.com>".to_owned()), "{told:?}");
        assert!(told.contains(&"..two".to_owned()), "{told:?}");
    }

    #[test]
    fn a_refusal_is_told_and_an_address_with_a_line_break_never_leaves() {
        let (relay, thread) = server(&["220 hi", "250 b", "550 not you"]);
        let error = mail(&relay, "risk@example.com", "alert", "text").unwrap_err().to_string();
        assert!(error.contains("550 not you"), "{error}");
        drop(thread);
        assert!(
            mail("127.0.0.1:1", "a@b\r\nRCPT TO:<c@d>", "s", "t").unwrap_err().to_string().contains("no mail address")
        );
    }
}
