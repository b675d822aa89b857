//! `plimsoll webhook`: by which secrets the notices of payment providers are believed.

use super::{Outcome, Setting, UsageError};
use crate::cli::{Webhook, WebhookSet};
use crate::terminal::{self, row};
use crate::webhook::config::{Configs, variable};
use crate::webhook::{Provider, check_secret};
use anyhow::Context;
use serde_json::json;
use std::io::Read;
use std::path::Path;

pub(super) fn run(setting: &Setting, args: &Webhook) -> anyhow::Result<Outcome> {
    let configs = Configs::open(&setting.dir)?;
    match args {
        Webhook::Set(args) => set(setting, &configs, args),
        Webhook::List => list(setting, &configs),
        Webhook::Remove { provider } => remove(setting, &configs, provider),
    }
}

fn set(setting: &Setting, configs: &Configs, args: &WebhookSet) -> anyhow::Result<Outcome> {
    let provider = named(&args.provider)?;
    let secret = read(&args.secret_file)?.trim().to_owned();
    check_secret(provider, &secret).map_err(|expected| {
        UsageError(format!("{} does not hold {expected}, which {} needs", args.secret_file.display(), provider.name()))
    })?;
    let known_id = configs.kept(provider)?.webhook_id;
    if provider == Provider::PayPal && args.webhook_id.is_none() && known_id.is_none() {
        let what = "paypal needs `--webhook-id ID` too: PayPal's developer pages show it beside the webhook";
        return Err(UsageError(what.to_owned()).into());
    }
    configs.set(provider, secret, args.webhook_id.clone(), args.keep_old)?;
    let address = format!("/v1/webhooks/{}", provider.name());
    if setting.json {
        terminal::json(&json!({ "provider": provider.name(), "address": address, "set": true }))?;
    } else {
        println!("Notices of {} are believed now; send them to {address} of `plimsoll serve`.", provider.name());
    }
    Ok(Outcome::Done)
}

fn list(setting: &Setting, configs: &Configs) -> anyhow::Result<Outcome> {
    let mut table = terminal::table(&["provider", ">secrets", "address", "environment"]);
    for provider in Provider::ALL {
        let (count, address) = (configs.of(provider)?.secrets.len(), format!("/v1/webhooks/{}", provider.name()));
        if setting.json {
            terminal::json(&json!({ "provider": provider.name(), "secrets": count, "address": address }))?;
        }
        row(&mut table, [provider.name().to_owned(), count.to_string(), address, variable(provider)]);
    }
    if !setting.json {
        println!("{table}");
    }
    Ok(Outcome::Done)
}

fn remove(setting: &Setting, configs: &Configs, name: &str) -> anyhow::Result<Outcome> {
    let provider = named(name)?;
    if !configs.remove(provider)? {
        return Err(UsageError(format!("no secret of `{}` is set", provider.name())).into());
    }
    if setting.json {
        terminal::json(&json!({ "provider": provider.name(), "set": false }))?;
    } else {
        println!("Notices of {} are refused now.", provider.name());
    }
    Ok(Outcome::Done)
}

fn named(name: &str) -> Result<Provider, UsageError> {
    let known = Provider::ALL.map(Provider::name);
    Provider::from_name(name).ok_or_else(|| UsageError::unknown("provider", name, &known))
}

fn read(path: &Path) -> anyhow::Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
