//! What a person does with the pages, in a real browser: from a score and from an exception to the source file's line.
//!
//! Needs Chromium's driver, which `cargo xtask ci` installs and names; without it these tests are listed as ignored.

use crate::review::Desk;
use crate::shop::{SHOP, command};
use crate::webdriver::Browser;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

/// `plimsoll serve` on a free port; stopped when dropped.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(dir: &Path) -> Self {
        let mut serve = command(dir);
        let mut process = serve.args(["serve", "--address", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let address = said.split_whitespace().find(|word| word.starts_with("http://"));
        Self { address: address.unwrap_or_else(|| panic!("no address in `{said}`")).to_owned(), process }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().and_then(|()| self.process.wait()).unwrap();
    }
}

/// Walks the pages of the shop; then nothing was reported on the console, and nothing was asked of another host.
fn walk(steps: fn(&Browser, &str)) {
    let (dir, _folder) = SHOP.books().close();
    walk_in(&dir, steps);
}

fn walk_in(dir: &Path, steps: fn(&Browser, &str)) {
    let server = Server::start(dir);
    let browser = Browser::start(option_env!("PLIMSOLL_CHROMEDRIVER").unwrap_or_default());
    steps(&browser, &server.address);
    assert_eq!(browser.console(), Vec::<String>::new());
    let requests = browser.requests();
    assert!(requests.len() > 4, "{requests:?}");
    let elsewhere: Vec<&String> = requests.iter().filter(|url| !url.starts_with(&server.address)).collect();
    assert_eq!(elsewhere, Vec::<&String>::new());
}

/// From a record's page to the file: the marked lines hold the record's own number.
fn follow_to_the_line(browser: &Browser, record: &str) {
    assert!(browser.text("h1").contains(record), "{} is not the page of {record}", browser.text("h1"));
    browser.click("main a[href^='/lines?']");
    let number = record.split_once(':').unwrap().1;
    let marked = browser.text("tr.marked code");
    assert!(marked.contains(number), "`{marked}` does not hold {number}");
}

#[test]
#[cfg_attr(not(chromedriver), ignore = "PLIMSOLL_CHROMEDRIVER is not set (scripts/install-test-tools tells it)")]
fn a_score_leads_to_its_source_line() {
    walk(|browser, address| {
        browser.open(&format!("{address}/scores"));
        let riskiest = browser.text("tbody tr:first-child td:first-child a");
        browser.click("tbody tr:first-child td:first-child a");
        assert!(browser.text("h1").contains(&riskiest));
        browser.click("main a[href^='/records?']");
        follow_to_the_line(browser, &riskiest);
    });
}

#[test]
#[cfg_attr(not(chromedriver), ignore = "PLIMSOLL_CHROMEDRIVER is not set (scripts/install-test-tools tells it)")]
fn an_exception_leads_to_its_source_line() {
    walk(|browser, address| {
        browser.open(&format!("{address}/exceptions"));
        // A bank's line in XML is many lines, and its record's number stands in none; an export's row holds its own.
        let record = "tbody td:nth-child(5) a[href*='online-retail:'], tbody td:nth-child(5) a[href*='stripe:']";
        let id = browser.text(record);
        browser.click(record);
        follow_to_the_line(browser, &id);
    });
}

#[test]
#[cfg_attr(not(chromedriver), ignore = "PLIMSOLL_CHROMEDRIVER is not set (scripts/install-test-tools tells it)")]
fn pairs_are_answered_by_button_and_by_key_and_taken_back() {
    let desk = Desk::new();
    desk.link(&["--one-to-one", "--review", "3"], "");
    walk_in(&desk.dir(), |browser, address| {
        browser.open(&format!("{address}/review"));
        let first = browser.text("table.pair thead");
        browser.click("button[value='same']");
        assert_ne!(browser.text("[data-answered='1'] ~ .scroll table.pair thead"), first, "the next pair is shown");
        browser.press("n");
        browser.text("[data-answered='2']");
        browser.press("z");
        browser.text("[data-answered='1']");
        browser.press("u");
        browser.text("[data-answered='2']");
        browser.press("y");
        browser.text("[data-answered='3']");
        assert!(browser.text("main").contains("plimsoll link"), "what is next is said");
    });
}
