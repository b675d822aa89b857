//! The secrets of providers: set on the command line, sealed beside the journal, or given by the environment.
//!
//! A provider may have two at a time, so that a secret can be changed while notices come.

use super::Provider;
use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use store::{Secrets, StoreError};

/// How long a provider's secrets are taken as read.
const FRESH: Duration = Duration::from_secs(1);

/// The secrets of one provider.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Config {
    /// The newest first: Stripe's `whsec_…`, Shopify's client secret, Adyen's HMAC key in hexadecimal, PayPal's
    /// certificate in PEM.
    pub secrets: Vec<String>,
    /// What PayPal calls the webhook; it is part of what PayPal signs.
    pub webhook_id: Option<String>,
}

impl Config {
    /// Whether there is a secret.
    pub fn is_set(&self) -> bool {
        !self.secrets.is_empty()
    }
}

/// The secrets of every provider.
pub struct Configs {
    secrets: Secrets,
    known: Mutex<Vec<(Provider, Instant, Config)>>,
}

impl Configs {
    /// Opens those of a data directory.
    ///
    /// # Errors
    /// As [`Secrets::open`].
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { secrets: Secrets::open(dir)?, known: Mutex::default() })
    }

    /// What is kept for a provider.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn kept(&self, provider: Provider) -> anyhow::Result<Config> {
        let Some(value) = self.secrets.get(&name(provider))? else { return Ok(Config::default()) };
        let unreadable = || format!("the secrets of {} cannot be read; set them again", provider.name());
        serde_json::from_slice(&value).with_context(unreadable)
    }

    /// Sets a provider's secret. With `keep_old`, the one before stands beside it until the next is set.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub fn set(
        &self,
        provider: Provider,
        secret: String,
        webhook_id: Option<String>,
        keep_old: bool,
    ) -> anyhow::Result<()> {
        let old = self.kept(provider)?;
        let before = old.secrets.into_iter().find(|known| keep_old && *known != secret);
        let secrets = std::iter::once(secret).chain(before).collect();
        let config = Config { secrets, webhook_id: webhook_id.or(old.webhook_id) };
        Ok(self.secrets.put(&name(provider), &serde_json::to_vec(&config)?)?)
    }

    /// Forgets a provider's secrets; whether there were any.
    ///
    /// # Errors
    /// When they cannot be removed.
    pub fn remove(&self, provider: Provider) -> anyhow::Result<bool> {
        Ok(self.secrets.remove(&name(provider))?)
    }

    /// What holds for a provider: the environment's secret before those that are kept.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn of(&self, provider: Provider) -> anyhow::Result<Config> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(_, since, _)| since.elapsed() < FRESH);
        if let Some((_, _, config)) = known.iter().find(|(of, ..)| *of == provider) {
            return Ok(config.clone());
        }
        let mut config = self.kept(provider)?;
        if let Some(secret) = environment(&variable(provider)) {
            config.secrets.insert(0, secret);
        }
        if let Some(id) = environment("PLIMSOLL_PAYPAL_WEBHOOK_ID").filter(|_| provider == Provider::PayPal) {
            config.webhook_id = Some(id);
        }
        known.push((provider, Instant::now(), config.clone()));
        Ok(config)
    }
}

fn name(provider: Provider) -> String {
    format!("webhook-{}", provider.name())
}

/// `PLIMSOLL_STRIPE_SECRET`.
pub fn variable(provider: Provider) -> String {
    format!("PLIMSOLL_{}_SECRET", provider.name().to_ascii_uppercase())
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}
