//! What people do about exceptions: by command and by form, two for a large one, undone as a whole, the same on replay.

use crate::server::Server;
use crate::shop::{SHOP, run};
use serde_json::{Value, json};
use std::path::Path;

fn listed(dir: &Path, args: &[&str]) -> Vec<Value> {
    run(dir, &[&["exceptions", "--json", "--limit", "100000"], args].concat()).json_lines()
}

fn ids(rows: &[Value]) -> Vec<String> {
    rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

fn done(dir: &Path, args: &[&str]) -> Value {
    let said = run(dir, &[&["exceptions"], args, &["--json"]].concat());
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{args:?}");
    said.json()
}

fn refused(dir: &Path, args: &[&str]) -> String {
    let said = run(dir, &[&["exceptions"], args].concat());
    assert_eq!(said.code, 1, "{args:?}: {}", said.out);
    said.err
}

#[test]
fn a_large_exception_takes_two_people_and_an_undo_brings_it_back() {
    let (dir, _kept) = SHOP.books().close();
    let open = listed(&dir, &[]);
    let large = ids(&open)[0].clone();
    assert!(open[0]["money_at_risk"]["minor"].as_i64().unwrap() >= 10_000);
    let work = done(&dir, &["resolve", &large, "--reason", "written off", "--by", "ann"]);
    assert_eq!((&work["number"], &work["waiting_for_a_second_person"]), (&json!(1), &json!(1)));
    assert!(ids(&listed(&dir, &[])).contains(&large), "it waits");
    assert!(refused(&dir, &["approve", &large, "--by", "ann"]).contains("somebody else must approve it"));
    done(&dir, &["approve", &large, "--by", "bob"]);
    assert!(!ids(&listed(&dir, &[])).contains(&large));
    let overview = run(&dir, &["status", "--json"]).json();
    let counted = overview["exceptions"].as_array().unwrap().iter().map(|rule| rule["count"].as_u64().unwrap());
    assert_eq!(counted.sum::<u64>() + 1, open.len() as u64, "what is handled is not counted as open");
    let shown = run(&dir, &["explain", &large, "--json"]).json();
    let handling = &shown["exception"]["handling"];
    assert_eq!((&handling["state"], &handling["second"]), (&json!("resolved"), &json!("bob")), "{handling}");
    done(&dir, &["undo", "1", "--by", "ann"]);
    assert_eq!(ids(&listed(&dir, &[])), ids(&open));
    assert!(refused(&dir, &["undo", "1"]).contains("was undone already"));
    assert!(refused(&dir, &["undo", "3"]).contains("is an undo itself"));
    assert!(refused(&dir, &["resolve", "PayoutShort/none", "--reason", "x"]).contains("no exception is called"));
    assert!(refused(&dir, &["resolve", &large, "--reason", " "]).contains("say why"));
    assert_eq!(run(&dir, &["replay"]).code, 0);
}

#[test]
fn many_at_once_are_done_and_undone_and_a_suppression_ends() {
    let (dir, _kept) = SHOP.books().close();
    let open = listed(&dir, &[]);
    let rule = open
        .iter()
        .map(|row| row["rule"].as_str().unwrap())
        .max_by_key(|rule| open.iter().filter(|row| row["rule"] == *rule).count());
    let rule = rule.unwrap();
    let of_rule = ids(&listed(&dir, &["--rule", rule]));
    let suppress =
        |until: &str| done(&dir, &["suppress", "--rule", rule, "--until", until, "--reason", "later", "--by", "ann"]);
    assert_eq!(suppress("2999-12-31")["exceptions"], of_rule.len());
    assert!(listed(&dir, &["--rule", rule]).is_empty());
    assert_eq!(ids(&listed(&dir, &["--rule", rule, "--all"])).len(), of_rule.len());
    done(&dir, &["undo", "1", "--by", "bob"]);
    assert_eq!(suppress("2012-01-01")["exceptions"], of_rule.len());
    assert_eq!(ids(&listed(&dir, &["--rule", rule])), of_rule, "the day is past");
    let assigned = done(&dir, &["assign", "--rule", rule, "--to", "zoe", "--by", "ann"]);
    assert_eq!(assigned["exceptions"], of_rule.len());
    let row = &listed(&dir, &["--rule", rule])[0];
    assert_eq!((&row["handling"]["owner"], &row["handling"]["state"]), (&json!("zoe"), &json!("changed since")));
    let history = run(&dir, &["exceptions", "history", "--json"]).json_lines();
    let what: Vec<&str> = history.iter().map(|work| work["what"].as_str().unwrap()).collect();
    assert_eq!(what, ["assigned", "suppressed", "undone", "suppressed"]);
    assert_eq!(history[3]["undone"], true);
    assert_eq!(run(&dir, &["replay"]).code, 0);
}

#[test]
fn an_exception_says_what_comes_nearest_and_why_not() {
    let (dir, _kept) = SHOP.books().close();
    let open = listed(&dir, &[]);
    let explained: Vec<Value> =
        ids(&open).iter().map(|id| run(&dir, &["explain", id, "--json"]).json()["exception"].clone()).collect();
    assert!(explained.iter().all(|exception| !exception["suggested_fix"].as_str().unwrap().is_empty()));
    let near: Vec<&Value> = explained.iter().filter_map(|exception| exception["nearest"].get(0)).collect();
    assert!(!near.is_empty());
    assert!(near.iter().all(|candidate| !candidate["why_not"].as_str().unwrap().is_empty()));
}

#[test]
fn the_form_of_the_page_and_the_api_do_the_same() {
    let (dir, _kept) = SHOP.books().close();
    let open = ids(&listed(&dir, &[]));
    let server = Server::start(&dir, &[]);
    let page = server.get("/exceptions").text;
    assert!(page.contains("name=\"exceptions\"") && page.contains("value=\"resolve\""), "the page has the form");
    let encoded = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("what", "suppress"), ("exceptions", &open[0]), ("exceptions", &open[1])])
        .extend_pairs([("words", "later"), ("until", "2999-01-01"), ("by", "ann")])
        .finish();
    let send = |origin: &str| {
        let headers = [("Origin", origin), ("Content-Type", "application/x-www-form-urlencoded")];
        server.ask("POST", "/exceptions", &headers, encoded.as_bytes())
    };
    assert_eq!(send("http://evil.example").status, 403, "another site's page");
    assert_eq!(send("http://localhost").status, 303);
    let shown = server.get("/v1/exceptions?limit=1000").json();
    let left: Vec<&str> = shown["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(left, open[2..].iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(shown["total"], open.len() - 2);
    let undo = json!({ "what": "undo", "number": 1, "by": "bob" }).to_string();
    assert_eq!(server.ask("POST", "/v1/works", &[], undo.as_bytes()).status, 401);
    let bearer = format!("Bearer {}", server.token);
    let api = |body: &str| server.ask("POST", "/v1/works", &[("Authorization", &bearer)], body.as_bytes());
    assert_eq!(api(&undo).status, 201);
    assert_eq!(api(&undo).status, 409, "it was undone already");
    assert_eq!(api("{}").status, 400);
    assert_eq!(server.get("/v1/exceptions?limit=1000").json()["total"], open.len());
    let works = server.get("/v1/works").json();
    assert_eq!((&works[0]["what"], &works[1]["undone"]), (&json!("undone"), &json!(true)));
    assert!(server.get("/exceptions").text.contains("suppressed"), "the page tells what was done");
}
