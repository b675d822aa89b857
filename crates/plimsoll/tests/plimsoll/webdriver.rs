//! As much of the WebDriver protocol (W3C) as a walk through pages needs, spoken plainly to a driver on this machine.

use serde_json::{Value, json};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a page may take to show an element.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long the driver may take to answer: starting a browser on a busy machine is the longest.
const ANSWER: Duration = Duration::from_secs(120);

/// The name under which WebDriver passes elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// No window, no sandbox (containers allow none), and no traffic of the browser's own.
const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A browser with a profile of its own; closed when dropped.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    _profile: TempDir,
}

impl Browser {
    pub(crate) fn start(driver: &str) -> Self {
        let mut driver = Command::new(driver).arg("--port=0").stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(driver.stdout.take().unwrap()).lines().map(Result::unwrap);
        let port = said.find_map(|line| line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok());
        let profile = tempfile::tempdir().unwrap();
        let mut browser = Self { driver, port: port.unwrap(), session: String::new(), _profile: profile };
        browser.open_session();
        browser
    }

    fn open_session(&mut self) {
        let profile = format!("--user-data-dir={}", self._profile.path().display());
        let flags: Vec<&str> = FLAGS.into_iter().chain([profile.as_str(), "--lang=en"]).collect();
        let wanted = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": flags },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let opened = self.ask("POST", "/session", &json!({ "capabilities": { "alwaysMatch": wanted } }));
        self.session = opened.unwrap()["sessionId"].as_str().unwrap().to_owned();
    }

    /// Goes to an address and waits until it is loaded.
    pub(crate) fn open(&self, url: &str) {
        self.told("POST", "/url", &json!({ "url": url })).unwrap();
    }

    /// The text that is shown in the first element of this CSS selector.
    pub(crate) fn text(&self, css: &str) -> String {
        let text = self.told("GET", &format!("/element/{}/text", self.find(css)), &Value::Null).unwrap();
        text.as_str().unwrap().to_owned()
    }

    /// Clicks the first element of this CSS selector, and waits for the page behind it.
    pub(crate) fn click(&self, css: &str) {
        self.told("POST", &format!("/element/{}/click", self.find(css)), &json!({})).unwrap();
    }

    /// Presses a key, wherever the focus is.
    pub(crate) fn press(&self, key: &str) {
        let strokes = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.told("POST", "/actions", &json!({ "actions": [keyboard] })).unwrap();
    }

    fn find(&self, css: &str) -> String {
        let start = Instant::now();
        loop {
            match self.told("POST", "/element", &json!({ "using": "css selector", "value": css })) {
                Ok(found) => return found[ELEMENT].as_str().unwrap().to_owned(),
                Err(error) if start.elapsed() > PATIENCE => panic!("no `{css}`: {error}"),
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    /// What the console was told, at every level: a good page says nothing.
    pub(crate) fn console(&self) -> Vec<String> {
        self.log("browser").iter().map(|entry| entry["message"].to_string()).collect()
    }

    /// Every address that was asked over a network; `chrome:` and `data:` are the browser's own inside.
    pub(crate) fn requests(&self) -> Vec<String> {
        let messages = self.log("performance");
        let events = messages.iter().filter_map(|entry| {
            let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let event = &message["message"];
            let is_request = event["method"] == "Network.requestWillBeSent";
            is_request.then(|| event["params"]["request"]["url"].as_str().unwrap_or_default().to_owned())
        });
        events.filter(|url| url.starts_with("http") || url.starts_with("ws")).collect()
    }

    fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self.told("POST", "/se/log", &json!({ "type": kind })).unwrap();
        entries.as_array().unwrap().clone()
    }

    /// A command of the session.
    fn told(&self, method: &str, command: &str, body: &Value) -> Result<Value, String> {
        self.ask(method, &format!("/session/{}{command}", self.session), body)
    }

    /// The `value` of an answer, or the error's message.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let (status, body) = self.send(method, path, body).map_err(|error| format!("{method} {path}: {error}"))?;
        let mut answer: Value = serde_json::from_slice(&body).map_err(|error| format!("{method} {path}: {error}"))?;
        let value = answer["value"].take();
        if status.starts_with("HTTP/1.1 200") { Ok(value) } else { Err(value["message"].to_string()) }
    }

    /// One request of HTTP/1.1; the driver keeps connections open, so that the answer ends where its length says.
    fn send(&self, method: &str, path: &str, body: &Value) -> io::Result<(String, Vec<u8>)> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(ANSWER))?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        )?;
        let mut answer = BufReader::new(stream);
        let mut status = String::new();
        answer.read_line(&mut status)?;
        let mut length = 0;
        loop {
            let mut line = String::new();
            if answer.read_line(&mut line)? == 0 || line.trim().is_empty() {
                break;
            }
            if let Some((_, value)) =
                line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
        }
        let mut body = vec![0; length];
        answer.read_exact(&mut body)?;
        Ok((status, body))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The session's end closes the browser; the driver's end alone would leave it running.
        let ended = self.told("DELETE", "", &Value::Null);
        let stopped = self.driver.kill().and_then(|()| self.driver.wait());
        if !std::thread::panicking() {
            ended.unwrap();
            stopped.unwrap();
        }
    }
}
