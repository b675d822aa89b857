//! People's answers about pairs: asked in the terminal, kept in the journal, followed when the same records come again.

use crate::shop::{Said, command, run};
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tempfile::TempDir;

/// A business, and two tables in which every eighth record of the left has a twin that is as near to its partner.
pub(crate) struct Desk {
    pub folder: TempDir,
}

const NAMES: [&str; 8] = ["Ada", "Bert", "Clara", "Dirk", "Edith", "Fritz", "Greta", "Hugo"];
const STREETS: [&str; 7] =
    ["Mill Lane", "High Street", "Dock Road", "Abbey Walk", "Kiln Close", "Quay Side", "Fell View"];

fn left(keys: impl Fn(usize) -> usize, is_turned: bool) -> String {
    let mut rows = Vec::new();
    for at in 0..64 {
        let (name, street) = (NAMES[at % 8], STREETS[at * 5 % 7]);
        let house = 3 + at * 7 % 90;
        rows.push(format!("{name}son {at}x,{house} {street}"));
        if at.is_multiple_of(8) {
            rows.push(format!("{name}sen {at}x,{house} {street}"));
        }
    }
    if is_turned {
        rows.reverse();
    }
    let rows = rows.iter().enumerate().map(|(at, row)| format!("{},{row}\n", keys(at)));
    format!("id,name,address\n{}", rows.collect::<String>())
}

fn right() -> String {
    let row = |at: usize| {
        let (name, street) = (NAMES[at % 8], STREETS[at * 5 % 7]);
        let ending = if at.is_multiple_of(8) { "sun" } else { "son" };
        format!("R{at},{name}{ending} {at}x,{} {street}\n", 3 + at * 7 % 90)
    };
    format!("id,name,address\n{}", (0..64).map(row).collect::<String>())
}

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        assert_eq!(desk.run(&["init"]).code, 0);
        desk.lay("left.csv", &left(|at| at, false));
        desk.lay("right.csv", &right());
        desk
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn lay(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn run(&self, args: &[&str]) -> Said {
        run(&self.dir(), args)
    }

    /// Links the tables; what is typed is read by the questions.
    pub(crate) fn link(&self, args: &[&str], typed: &str) -> Value {
        let [left, right] = ["left.csv", "right.csv"].map(|name| self.folder.path().join(name));
        let mut command = command(&self.dir());
        command.args(["link", "--json"]).args([left, right]).args(args);
        let mut running = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        running.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
        let said = running.wait_with_output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        serde_json::from_slice(&said.stdout).unwrap()
    }

    fn check(&self) {
        for verb in ["verify", "replay"] {
            let said = self.run(&[verb]);
            assert_eq!(said.code, 0, "{verb}: {}{}", said.out, said.err);
        }
    }
}

/// The rows of a table's links by what they hold, so that other keys are the same links.
fn links(desk: &Path, told: &Value) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(desk.join("left.csv")).unwrap();
    let row_of = |key: &str| {
        let row = text.lines().skip(1).find(|line| line.split_once(',').unwrap().0 == key).unwrap();
        row.split_once(',').unwrap().1.to_owned()
    };
    let links = told["links"].as_array().unwrap().iter();
    let mut links: Vec<(String, String)> = links
        .map(|link| (row_of(link["left"].as_str().unwrap()), link["right"].as_str().unwrap().to_owned()))
        .collect();
    links.sort();
    links
}

/// The pair of a question, by what its left record holds and its right one's name.
fn pair(asked: &Value) -> (String, String) {
    let values = asked["left"]["values"].as_array().unwrap();
    let of = |name: &str| values.iter().find(|value| value[0] == name).unwrap()[1].as_str().unwrap().to_owned();
    (format!("{},{}", of("name"), of("address")), asked["right"]["name"].as_str().unwrap().to_owned())
}

#[test]
fn answers_are_kept_undone_followed_and_replayed() {
    let desk = Desk::new();
    // The second answer is taken back and given otherwise; the third is that it cannot be told.
    let told = desk.link(&["--one-to-one", "--review", "3"], "y\ny\nz\nwhat\nn\nu\n");
    assert_eq!(told["answers"], 3);
    let queue = desk.run(&["review", "--json"]).json();
    let asked = queue["asked"].as_array().unwrap();
    assert_eq!((asked.len(), queue["answered"].as_u64()), (3, Some(3)));
    let found = links(desk.folder.path(), &told);
    assert!(found.contains(&pair(&asked[0])), "a pair that is one thing stands: {:?}", pair(&asked[0]));
    assert!(!found.contains(&pair(&asked[1])), "a pair that is none does not: {:?}", pair(&asked[1]));
    desk.check();
    // The same records under other keys and in another order.
    desk.lay("left.csv", &left(|at| 1_000 + 3 * at, true));
    let again = desk.link(&["--one-to-one"], "");
    assert_eq!(again["answers"], 3);
    assert_eq!(links(desk.folder.path(), &again), found);
    // An answer that is turned round turns its pair.
    let turned = desk.run(&["review"]);
    assert!(turned.out.contains("All 3 pairs"), "{}", turned.out);
    let other = desk.link(&["--one-to-one", "--review", "2"], "q\n");
    assert_eq!(other["answers"], 3, "nothing more was said");
    let open = desk.run(&["review", "--json"]).json();
    let asked_again: Vec<_> = open["asked"].as_array().unwrap().iter().map(pair).collect();
    assert!(asked.iter().all(|asked| !asked_again.contains(&pair(asked))), "what was answered is not asked again");
    desk.check();
}

#[test]
fn without_books_nothing_is_kept_and_linking_still_works() {
    let desk = Desk::new();
    let nowhere = desk.folder.path().join("nowhere");
    let [left, right] = ["left.csv", "right.csv"].map(|name| desk.folder.path().join(name).display().to_string());
    let said = run(&nowhere, &["link", &left, &right, "--json"]);
    assert_eq!((said.code, said.json()["answers"].as_u64()), (0, Some(0)), "{}", said.err);
    let said = run(&nowhere, &["link", &left, &right, "--review"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("holds no store"), "{}", said.err);
    assert!(!nowhere.exists());
    assert!(desk.run(&["review"]).out.contains("No pair waits"));
}
