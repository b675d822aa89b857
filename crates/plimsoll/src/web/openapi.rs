//! The API as an OpenAPI 3.1 document. A test holds it to the routes and keeps it as a snapshot.

use super::App;
use super::call::Call;
use super::problem::Problem;
use serde_json::{Value, json};

/// Method, address, what it does, the scope that its token needs; empty = no token.
pub(super) const OPERATIONS: &[(&str, &str, &str, &str)] = &[
    ("get", "/v1/health", "Whether the books can be read, and how fresh they are", ""),
    ("get", "/v1/overview", "Everything at a glance", ""),
    ("get", "/v1/exceptions", "What did not settle", ""),
    ("get", "/v1/exceptions/{id}", "One exception", ""),
    ("get", "/v1/issues", "Rows that were kept but not used", ""),
    ("get", "/v1/scores", "Live scores", ""),
    ("get", "/v1/scores/{subject}", "One subject's scores and decisions", ""),
    ("get", "/v1/sellers", "Sellers with their scores, loan limits and rates", ""),
    ("get", "/v1/sellers/{name}", "The report of one seller", ""),
    ("get", "/v1/entries", "Entries of the ledger", ""),
    ("get", "/v1/entries/{id}", "One entry", ""),
    ("get", "/v1/records/{id}", "One record", ""),
    ("get", "/v1/works", "What people did about exceptions and alerts", ""),
    ("post", "/v1/works", "Do something about exceptions or alerts", "work"),
    ("get", "/v1/audit", "Requests that were refused", ""),
    ("get", "/v1/files", "Source files", ""),
    ("get", "/v1/files/{digest}/lines/{line}", "Lines of a source file", ""),
    ("get", "/v1/balances", "Balances of all accounts", ""),
    ("get", "/v1/chart", "The chart of accounts", ""),
    ("get", "/v1/postings", "The posting rules", ""),
    ("get", "/v1/rollforward", "Clearing accounts", ""),
    ("get", "/v1/fees", "Fees that were charged against those agreed", ""),
    ("get", "/v1/payables", "What each seller of a marketplace is owed and was paid", ""),
    ("get", "/v1/payables/{seller}", "A seller's statement", ""),
    ("get", "/v1/tax", "Sales tax by jurisdiction, and what marketplaces withheld", ""),
    ("get", "/v1/close/{month}", "What speaks against closing a month", ""),
    ("get", "/v1/statements/{statement}", "A statement", ""),
    ("get", "/v1/models", "The newest comparison of models", ""),
    ("get", "/v1/review", "Pairs that wait for answers", ""),
    ("post", "/v1/events", "Tell what happened", "events"),
    ("post", "/v1/webhooks/{provider}", "A provider's notice, signed by it", ""),
    ("post", "/v1/score", "Ask for rulings on what is about to be done", "score"),
    ("post", "/v1/labels", "Say what came of attempts", "labels"),
    ("get", "/v1/rulings", "The newest rulings, of a card or terminal or of all", ""),
    ("get", "/v1/rulings/{id}", "The ruling on an attempt", ""),
    ("get", "/v1/alerts", "Alerts", ""),
    ("get", "/v1/alerts/{id}", "One alert with its rulings and notices", ""),
    ("get", "/v1/notices", "Who was told of alerts", ""),
    ("get", "/v1/loop", "The loop from what comes in to what is renewed", ""),
    ("get", "/v1/changes/{card}", "Why a score changed", ""),
    ("get", "/v1/openapi.json", "This document", ""),
    ("get", "/v1/stream", "Server-sent events: rulings and open alerts", ""),
    ("get", "/healthz", "The process answers", ""),
    ("get", "/readyz", "The books can be read and written", ""),
    ("get", "/metrics", "Figures in the text format of Prometheus", ""),
];

/// `GET /v1/openapi.json`
pub(super) fn document(_: &App, _: &Call) -> Result<Value, Problem> {
    Ok(whole())
}

pub(super) fn whole() -> Value {
    let mut paths = json!({});
    for (method, path, summary, scope) in OPERATIONS {
        paths[*path][*method] = operation(method, path, summary, scope);
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Plimsoll", "version": env!("CARGO_PKG_VERSION") },
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": { "Attempt": attempt(), "Outcome": outcome() },
        },
    })
}

fn operation(method: &str, path: &str, summary: &str, scope: &str) -> Value {
    let parts = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let parameters: Vec<Value> = parts
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    let mut operation = json!({ "summary": summary, "parameters": parameters, "responses": responses(path) });
    if !scope.is_empty() {
        operation["security"] = json!([{ "token": [scope] }]);
    }
    let schema = match path {
        "/v1/score" => "#/components/schemas/Attempt",
        "/v1/labels" => "#/components/schemas/Outcome",
        _ => "",
    };
    if method == "post" {
        let one = if schema.is_empty() { json!({ "type": "object" }) } else { json!({ "$ref": schema }) };
        let many = json!({ "type": "array", "items": one });
        operation["requestBody"] = json!({ "content": { "application/json": { "schema": { "oneOf": [one, many] } } } });
    }
    if path == "/v1/score" {
        operation["parameters"] = json!([
            { "name": "Idempotency-Key", "in": "header", "schema": { "type": "string" },
              "description": "Names the attempt, where one item comes without an id" },
            { "name": "Plimsoll-Deadline-Ms", "in": "header", "schema": { "type": "integer" },
              "description": "After so long the policy's fallback is answered, and stands" },
            { "name": "explain", "in": "query", "schema": { "enum": ["shapley"] } },
        ]);
    }
    operation
}

fn responses(path: &str) -> Value {
    let told = |text: &str| json!({ "description": text });
    match path {
        "/v1/score" | "/v1/labels" | "/v1/events" => json!({
            "200": told("All items are in the journal, synced"),
            "207": told("Some are not: each item says so"),
            "401": told("No token"), "403": told("The token lacks the scope"),
            "409": told("The id came before with another payload"),
            "413": told("Too large"), "422": told("The item cannot be used"),
            "429": told("Too often"), "503": told("Busy: send it again"),
        }),
        _ => json!({ "200": told("As asked") }),
    }
}

fn attempt() -> Value {
    let text = json!({ "type": "string", "maxLength": 255 });
    json!({
        "type": "object", "additionalProperties": false, "required": ["amount", "currency", "card"],
        "properties": {
            "id": text, "at": { "type": "string", "format": "date-time" }, "kind": { "enum": ["transaction", "credit"] },
            "doing": text, "amount": { "type": ["string", "number"] }, "currency": { "type": "string" }, "card": text,
            "terminal": text, "order": text,
        },
    })
}

fn outcome() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["id", "event"],
        "properties": {
            "id": { "type": "string" }, "event": { "type": "boolean" },
            "known_at": { "type": "string", "format": "date-time" },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The addresses that the routes' source names, without catch-all stars.
    fn routed() -> Vec<String> {
        let source = include_str!("routes.rs");
        let quoted = source.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next());
        let told = quoted.filter(|path| path.starts_with("/v1/") || path.ends_with('z') || *path == "/metrics");
        told.map(|path| path.replace("{*", "{")).collect()
    }

    #[test]
    fn every_address_of_the_api_is_in_the_document_and_no_other() {
        let mut told: Vec<String> = OPERATIONS.iter().map(|(_, path, ..)| (*path).to_owned()).collect();
        let mut routed = routed();
        routed.sort();
        told.sort();
        told.dedup();
        assert_eq!(told, routed);
    }

    #[test]
    fn the_document_is_as_it_was_said() {
        insta::assert_snapshot!(serde_json::to_string_pretty(&whole()).unwrap());
    }
}
