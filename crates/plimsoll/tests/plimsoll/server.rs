//! The built binary as a server, and what is asked of it over a real connection.

use crate::shop::{command, run};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A server on a directory of its own, with a token; killed when it is dropped.
pub(crate) struct Server {
    running: Child,
    address: SocketAddr,
    pub token: String,
}

/// What was answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub head: String,
    pub text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The statuses of the items.
    pub(crate) fn statuses(&self) -> Vec<String> {
        let items = self.json()["items"].as_array().unwrap_or_else(|| panic!("{self:?}")).clone();
        items.iter().map(|item| item["status"].as_str().unwrap().to_owned()).collect()
    }
}

/// An attempt as `POST /v1/score` takes it.
pub(crate) fn attempt(id: &str, at: &str, amount: &str, card: &str) -> serde_json::Value {
    serde_json::json!({ "id": id, "at": at, "amount": amount, "currency": "GBP", "card": card })
}

/// A new business in a folder.
pub(crate) fn new_business() -> (PathBuf, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("data");
    assert_eq!(run(&dir, &["init"]).code, 0);
    (dir, folder)
}

impl Server {
    /// Serves a directory; `args` stand behind `serve`.
    pub(crate) fn start(dir: &Path, args: &[&str]) -> Self {
        Self::start_by(command(dir), dir, args)
    }

    /// As [`Self::start`], by another command that runs the binary.
    pub(crate) fn start_by(mut command: Command, dir: &Path, args: &[&str]) -> Self {
        let name = format!("test-{}", std::fs::read_dir(dir.join("secrets")).map_or(0, Iterator::count));
        let token = run(dir, &["token", "new", &name, "--json"]).json()["token"].as_str().unwrap().to_owned();
        let mut running = command
            .args(["serve", "--address", "127.0.0.1:0"])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let (mut said, mut line) = (BufReader::new(running.stdout.take().unwrap()), String::new());
        said.read_line(&mut line).unwrap();
        // Whoever prints to a pipe that nobody reads any more is ended.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        let address = line.split("://").nth(1).and_then(|rest| rest.split(' ').next()).map(str::parse);
        let address = address.unwrap_or_else(|| panic!("no address in `{line}`")).unwrap();
        Self { running, address, token }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    /// Asks for rulings.
    pub(crate) fn score(&self, headers: &[(&str, &str)], body: &str) -> Answer {
        self.send("/v1/score", headers, body)
    }

    /// Posts JSON with the token to any address.
    pub(crate) fn send(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let usual = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        self.ask("POST", path, &[&usual, headers].concat(), body.as_bytes())
    }

    /// Posts JSON with the token.
    pub(crate) fn post(&self, body: impl AsRef<[u8]>) -> Answer {
        self.post_with(&[], body)
    }

    /// Posts JSON with the token and further headers.
    pub(crate) fn post_with(&self, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Answer {
        self.try_post(headers, body).unwrap()
    }

    /// As [`Self::post_with`], to a server that may end meanwhile.
    pub(crate) fn try_post(&self, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Option<Answer> {
        let bearer = format!("Bearer {}", self.token);
        let usual = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        self.try_ask("POST", "/v1/events", &[&usual, headers].concat(), body.as_ref())
    }

    /// Asks for a ruling on one attempt or several, of a server that may end meanwhile.
    pub(crate) fn try_score(&self, body: &str) -> Option<Answer> {
        let bearer = format!("Bearer {}", self.token);
        let usual = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        self.try_ask("POST", "/v1/score", &usual, body.as_bytes())
    }

    /// One request on a connection of its own.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.try_ask(method, path, headers, body).unwrap()
    }

    /// None where the server ended before its answer did.
    fn try_ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Answer> {
        let mut connection = TcpStream::connect(self.address).ok()?;
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
        connection.write_all(format!("{head}\r\n").as_bytes()).ok()?;
        // A server that answers early may have stopped reading.
        let _ = connection.write_all(body);
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).ok()?;
        let answer = String::from_utf8(answer).unwrap();
        let (head, text) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Some(Answer { status, head: head.to_ascii_lowercase(), text: text.to_owned() })
    }

    /// Ends it without a warning, while others ask it.
    #[cfg(unix)]
    pub(crate) fn kill_in_use(&self) {
        let id = self.running.id().to_string();
        assert!(std::process::Command::new("kill").args(["-KILL", &id]).status().unwrap().success());
    }

    /// Ends it without a warning.
    pub(crate) fn kill(mut self) {
        self.running.kill().unwrap();
        self.running.wait().unwrap();
    }

    /// Asks it to end, and waits until it has.
    #[cfg(unix)]
    pub(crate) fn stop(mut self) {
        let id = self.running.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.running.wait().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}
