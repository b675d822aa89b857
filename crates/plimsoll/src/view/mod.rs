//! What is shown, as data: the same for `--json`, the API and the pages.
