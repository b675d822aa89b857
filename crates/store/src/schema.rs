//! The database's tables. A change here raises [`FORMAT`].
//!
//! A row of a derived table holds its noun's stored form as `body`, and beside it only the columns that a query
//! filters or sorts by: what is read back is what was written, to the bit.

/// `PRAGMA user_version` of the database.
pub(crate) const FORMAT: i64 = 8;

/// What cannot be had again: the journal's catalogue, files, vault.
pub(crate) const CATALOGUE: &str = "
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
-- A body stands here (live groups) or in a segment file (bulk).
CREATE TABLE batches (
    seq INTEGER PRIMARY KEY, head BLOB NOT NULL, segment TEXT, body BLOB, CHECK ((segment IS NULL) <> (body IS NULL)));
-- An opening asks for all segments, and passes no live group for it.
CREATE INDEX batches_by_segment ON batches (segment) WHERE segment IS NOT NULL;
-- `pruned`: the bytes were removed; the row of files says when.
CREATE TABLE raw (digest BLOB PRIMARY KEY, stored BLOB NOT NULL, pruned INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE models (digest BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE files (digest BLOB PRIMARY KEY, first_batch INTEGER NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL)
    WITHOUT ROWID;
-- A row without a key is a forgotten person.
CREATE TABLE vault_keys (subject BLOB PRIMARY KEY, wrapped BLOB) WITHOUT ROWID;
CREATE TABLE vault (subject BLOB, token BLOB, sealed BLOB NOT NULL, PRIMARY KEY (subject, token)) WITHOUT ROWID;
";

/// What replay gives again.
pub(crate) const DERIVED: &str = "
CREATE TABLE records (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, place INTEGER NOT NULL, payload BLOB NOT NULL)
    WITHOUT ROWID;
CREATE TABLE record_counts (kind INTEGER, file BLOB, records INTEGER NOT NULL, PRIMARY KEY (kind, file)) WITHOUT ROWID;
-- Days of exchange rates, in the order in which they came; `day` = year × 10000 + month × 100 + day.
CREATE TABLE rates (n INTEGER PRIMARY KEY, day INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX rates_by_day ON rates (day);
CREATE TABLE stage_counts (seq INTEGER PRIMARY KEY, body BLOB NOT NULL);
-- Policy, model and last reconcile.
CREATE TABLE current (name TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
-- `change`: the last thing that was done about it; none is open.
CREATE TABLE issues (n INTEGER PRIMARY KEY, id TEXT NOT NULL, seq INTEGER NOT NULL, stage INTEGER NOT NULL,
    rule TEXT NOT NULL, file BLOB NOT NULL, status INTEGER NOT NULL DEFAULT 0, body BLOB NOT NULL, change BLOB);
CREATE INDEX issues_by_id ON issues (id);
CREATE INDEX issues_by_file ON issues (file);
-- `applied`: part of a mended copy; else staged.
CREATE TABLE edits (issue TEXT PRIMARY KEY, file BLOB NOT NULL, applied INTEGER NOT NULL DEFAULT 0,
    body BLOB NOT NULL) WITHOUT ROWID;
-- The newest queue is worked on; the last answer to a pair stands.
CREATE TABLE pair_queues (n INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE pair_answers (n INTEGER PRIMARY KEY, pair BLOB NOT NULL, body BLOB NOT NULL);
CREATE INDEX pair_answers_by_pair ON pair_answers (pair);
CREATE TABLE parties (id TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
-- `accounts`: one bit for each account of the default chart that it moves, in its order. An entry's id stands in its
-- body, and is found by `mentions`.
CREATE TABLE entries (n INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, accounts INTEGER NOT NULL, body BLOB NOT NULL);
-- The order of a ledger page.
CREATE INDEX entries_by_time ON entries (at_us, accounts);
CREATE TABLE monthly_totals (month INTEGER, account INTEGER, currency TEXT, minor BLOB NOT NULL,
    PRIMARY KEY (month, account, currency)) WITHOUT ROWID;
-- Accounts of the business's own that were ever posted on, as they were called last.
CREATE TABLE own_accounts (code INTEGER PRIMARY KEY, body BLOB NOT NULL);
-- What was closed and opened again, as the events that said so.
CREATE TABLE period_changes (n INTEGER PRIMARY KEY, body BLOB NOT NULL);
-- Balances at the end of a day up to which the books were closed, as they were closed last; `through` as `rates.day`.
CREATE TABLE closed_balances (through INTEGER, account INTEGER, currency TEXT, minor BLOB NOT NULL,
    PRIMARY KEY (through, account, currency)) WITHOUT ROWID;
-- How far the records of each source reach, by the word before the colon of their ids: those that tell of the
-- business's own doings.
CREATE TABLE reaches (source TEXT PRIMARY KEY, first_us INTEGER NOT NULL, last_us INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE settlements (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body BLOB NOT NULL);
CREATE TABLE decisions (n INTEGER PRIMARY KEY, action TEXT NOT NULL, body BLOB NOT NULL);
-- Rows of entries (0), settlements (1), decisions (2) that name a record, and entries (3) of an id, by the first 8
-- bytes of SHA-256 of the name: a hit is checked against the row. Entries (4) that move an account of the business's
-- own, by its code; entries (5) that open the books and those (6) that do not stand where they belong, by 0.
CREATE TABLE mentions (what INTEGER, name INTEGER, n INTEGER, PRIMARY KEY (what, name, n)) WITHOUT ROWID;
CREATE TABLE exceptions (id TEXT PRIMARY KEY, rule TEXT NOT NULL, status INTEGER NOT NULL, currency TEXT NOT NULL,
    minor INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX exceptions_by_money ON exceptions (minor DESC, id);
-- What people did about exceptions, as the events that said so, by their order; and about which.
CREATE TABLE works (n INTEGER PRIMARY KEY, undone INTEGER NOT NULL DEFAULT 0, body BLOB NOT NULL);
CREATE TABLE worked (exception TEXT, n INTEGER, PRIMARY KEY (exception, n)) WITHOUT ROWID;
CREATE INDEX worked_by_work ON worked (n);
-- Where an exception stands with people. It is handled before `until_us`, as long as `minor` and `currency` are those of
-- its money at risk.
CREATE TABLE handlings (exception TEXT PRIMARY KEY, owner TEXT NOT NULL, currency TEXT NOT NULL, minor INTEGER NOT NULL,
    until_us INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE features (record TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE payment_features (record TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE labels (n INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE scores (subject TEXT, kind INTEGER, of INTEGER NOT NULL, minor INTEGER NOT NULL, points REAL NOT NULL,
    body BLOB NOT NULL, PRIMARY KEY (subject, kind)) WITHOUT ROWID;
CREATE INDEX scores_by_money ON scores (of, minor DESC);
-- Rulings on attempts, and whom they are about. Of whole runs of rulings, these stand in `ruled` too, by the first bits of
-- their tokens: `body` has the token of each and how far it stands behind the first of its run. So a ruling touches no page
-- for whom it is about. What came of attempts: the last thing known stands.
CREATE TABLE rulings (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at_us INTEGER NOT NULL, action TEXT NOT NULL,
    card BLOB NOT NULL, terminal BLOB, body BLOB NOT NULL);
CREATE TABLE ruling_counts (action TEXT PRIMARY KEY, rulings INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE ruled (part INTEGER, run INTEGER, body BLOB NOT NULL, PRIMARY KEY (part, run)) WITHOUT ROWID;
CREATE TABLE outcomes (attempt TEXT PRIMARY KEY, event INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE alerts (id TEXT PRIMARY KEY, closed INTEGER NOT NULL, level INTEGER NOT NULL, last_us INTEGER NOT NULL,
    body BLOB NOT NULL) WITHOUT ROWID;
-- `state`: 0 waits, 1 delivered, 2 given up.
CREATE TABLE notices (id TEXT PRIMARY KEY, state INTEGER NOT NULL DEFAULT 0, body BLOB NOT NULL, settled BLOB)
    WITHOUT ROWID;
CREATE INDEX notices_by_state ON notices (state);
CREATE TABLE lists (token BLOB PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE live_models (n INTEGER PRIMARY KEY, body BLOB NOT NULL);
";
