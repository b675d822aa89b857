//! What each column means: names and values together, and one column for a meaning.

use super::super::meaning::{Kind, Meaning};
use super::facts::Facts;
use super::kinds::{fitting, kind_of, lacks};
use super::{DraftColumn, sums, words};
use std::collections::BTreeSet;

/// What a column may mean, how surely, and why.
#[derive(Clone)]
pub(super) struct Claim {
    pub(super) means: Meaning,
    pub(super) certain: f64,
    pub(super) why: String,
}

pub(super) fn assign(names: &[String], facts: &[Facts]) -> ((Kind, f64), Vec<DraftColumn>) {
    let mut claims: Vec<Vec<Claim>> =
        names.iter().zip(facts).map(|(name, facts)| [by_name(name, facts), by_values(facts)].concat()).collect();
    by_sums(facts, &mut claims);
    let kind = kind_of(facts, &claims);
    // A table that can be read in no way has meanings for a person to judge.
    let share = if lacks(kind.0, facts, &claims) { 0.6 } else { 1.0 };
    for claims in &mut claims {
        let own = claims.iter().filter_map(|claim| fitting(claim, kind.0));
        *claims = own.map(|claim| Claim { certain: claim.certain * share, ..claim }).collect();
    }
    let given = give(kind.0, &claims);
    let columns = names.iter().zip(facts).zip(given).map(|((name, facts), claim)| column(name, facts, claim));
    (kind, columns.collect())
}

fn column(name: &str, facts: &Facts, claim: Option<Claim>) -> DraftColumn {
    let means = claim.as_ref().map(|claim| claim.means);
    let (certain, why) = claim.map_or((0.0, String::new()), |claim| (claim.certain, claim.why));
    DraftColumn {
        name: name.to_owned(),
        means,
        certain,
        why,
        values: facts.kind(),
        personal: means.is_some_and(Meaning::is_personal) || facts.emails > 0.5 || is_personal_name(name),
        minor: words::says_minor(name) && facts.whole >= 1.0 && facts.numbers > 0.95,
        dates: facts.dates.map(|(style, _, why)| (style, why)),
        style: facts.style,
    }
}

/// Whether a column of this name holds people's names or addresses, or what stands for them.
pub(in super::super) fn is_personal_name(name: &str) -> bool {
    let plain = words::plain(name);
    if words::meanings(name).first().is_some_and(|(means, certain, _)| means.is_personal() && *certain > 0.8) {
        return true;
    }
    [
        "email", "e mail", "phone", "telefon", "telefone", "telefono", "address", "street", "birth", "surname", "电话",
        "地址", "姓名",
    ]
    .iter()
    .any(|word| plain.contains(word))
}

/// What the name says, as far as the values allow it.
fn by_name(name: &str, facts: &Facts) -> Vec<Claim> {
    let claim = |(means, certain, known): (Meaning, f64, &str)| {
        let fit = fit(means, facts)?;
        let why = format!("its name says `{known}`; {}", fit.1);
        Some(Claim { means, certain: certain * fit.0, why })
    };
    words::meanings(name).into_iter().filter_map(claim).collect()
}

/// How well values can be what a name says; none where they cannot.
fn fit(means: Meaning, facts: &Facts) -> Option<(f64, String)> {
    let kind = facts.kind();
    if facts.filled == 0 {
        return None;
    }
    let fits = match means {
        means if means.is_date() => {
            let (_, share, why) = facts.dates?;
            return Some((if share >= 0.9 { 1.0 } else { 0.7 }, format!("dates, {why}")));
        }
        Meaning::Time => facts.length <= 12.0 && facts.dates.is_none(),
        Meaning::Currency => facts.currency_shapes > 0.9,
        Meaning::Mark => facts.marks > 0.9 && facts.different <= 6,
        Meaning::Category if facts.reasons.max(facts.movements).max(facts.states) < 0.3 => {
            return is_category(facts).then(|| (0.6, "none of its words is known".to_owned()));
        }
        Meaning::Category | Meaning::State => is_category(facts),
        Meaning::Quantity => facts.numbers > 0.95 && facts.whole > 0.99,
        Meaning::Country => facts.numbers < 0.1 && facts.different <= 300,
        Meaning::Product | Meaning::Order | Meaning::Payout => facts.dates.is_none() || facts.numbers > 0.9,
        Meaning::Id => facts.unique() > 0.98,
        Meaning::Description | Meaning::Counterparty | Meaning::AccountName | Meaning::Title => facts.numbers < 0.5,
        Meaning::Rating => facts.ratings > 0.95,
        Meaning::Scale => facts.numbers > 0.95 && facts.whole > 0.99 && facts.different <= 3,
        Meaning::Tracking => facts.dates.is_none() && facts.unique() > 0.5,
        Meaning::Carrier | Meaning::Location | Meaning::Market => facts.dates.is_none() && facts.unique() < 0.9,
        Meaning::Language => facts.numbers < 0.1 && facts.length < 12.0,
        Meaning::Instrument => facts.dates.is_none() && facts.emails < 0.1,
        Meaning::Volume => facts.volumes > 0.9,
        means if means.is_price() => facts.numbers > 0.9,
        means if means.is_number() => facts.numbers > 0.95,
        _ => true,
    };
    fits.then_some((1.0, kind))
}

/// Words, most of which come again.
fn is_category(facts: &Facts) -> bool {
    facts.numbers < 0.5 && facts.different <= 60 && facts.different * 2 <= facts.filled.max(2)
}

/// What values say of themselves.
fn by_values(facts: &Facts) -> Vec<Claim> {
    let mut claims = Vec::new();
    let mut say = |means, certain, why: &str| claims.push(Claim { means, certain, why: why.to_owned() });
    if facts.filled == 0 {
        return claims;
    }
    if facts.currencies > 0.95 {
        say(Meaning::Currency, 0.85, "its values are currency codes");
    }
    if facts.ibans > 0.9 && facts.different <= 3 {
        say(Meaning::Account, 0.65, "its values are account numbers, hardly different");
    } else if facts.emails > 0.8 {
        say(Meaning::Customer, 0.5, "its values are e-mail addresses");
    }
    if facts.countries > 0.95 && facts.currencies < 0.5 {
        say(Meaning::Country, 0.65, "its values are countries");
    }
    if let Some((_, share, why)) = facts.dates.filter(|(_, share, _)| *share > 0.9 && facts.numbers < 0.5) {
        say(Meaning::Date, 0.55 * share, &format!("its values are dates, {why}"));
    }
    if facts.marks > 0.95 && (2..=4).contains(&facts.different) && facts.numbers < 0.5 {
        say(Meaning::Mark, 0.6, "its values are marks of debit and credit");
    }
    if facts.states > 0.9 && (2..=20).contains(&facts.different) {
        say(Meaning::State, 0.65, "its values are states of parcels");
    }
    if facts.reasons > 0.9 && (2..=20).contains(&facts.different) {
        say(Meaning::Category, 0.65, "its values say why goods or money moved");
    }
    if facts.stars > 0.9 {
        say(Meaning::Rating, 0.75, "its values are stars, or ratings with their scale");
    }
    claims
}

/// Sums that hold overrule names.
fn by_sums(facts: &[Facts], claims: &mut [Vec<Claim>]) {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    if let Some(([gross, fee, net], share)) = sums::gross_fee_net(facts) {
        let why = format!("gross - fee = net holds in {} of rows", percent(share));
        for (at, means) in [(gross, Meaning::Gross), (fee, Meaning::Fee), (net, Meaning::Net)] {
            claims[at].insert(0, Claim { means, certain: 0.97, why: why.clone() });
        }
    }
    if let Some(([amount, balance], share)) = sums::running_balance(facts) {
        let why = format!("the balance is the one before plus the amount in {} of rows", percent(share));
        for (at, means) in [(amount, Meaning::Amount), (balance, Meaning::Balance)] {
            claims[at].insert(0, Claim { means, certain: 0.98, why: why.clone() });
        }
    }
    if let (Some(debit), Some(credit)) = (surest(Meaning::Debit, claims), surest(Meaning::Credit, claims))
        && debit != credit
    {
        if sums::is_level(&facts[debit], &facts[credit]) {
            for (at, means) in [(debit, Meaning::Debit), (credit, Meaning::Credit)] {
                claims[at].insert(0, Claim { means, certain: 0.95, why: "both sides have the same sum".to_owned() });
            }
        } else if !sums::one_of_each(&facts[debit], &facts[credit]) {
            // Both filled in one row: two columns of something else.
            claims
                .iter_mut()
                .for_each(|of| of.retain(|claim| !matches!(claim.means, Meaning::Debit | Meaning::Credit)));
        }
    }
    by_bounds(facts, claims);
}

/// A day's prices lie between its lowest and its highest.
fn by_bounds(facts: &[Facts], claims: &mut [Vec<Claim>]) {
    let [high, low, close] = [Meaning::High, Meaning::Low, Meaning::Close].map(|means| surest(means, claims));
    let (Some(high), Some(low), Some(close)) = (high, low, close) else { return };
    let Some(share) = sums::lies_between(&facts[low], &facts[close], &facts[high]) else { return };
    if share < 0.9 {
        claims.iter_mut().for_each(|of| of.retain(|claim| !matches!(claim.means, Meaning::High | Meaning::Low)));
        return;
    }
    for (at, means) in [(high, Meaning::High), (low, Meaning::Low), (close, Meaning::Close)] {
        let why = format!("low <= close <= high holds in {:.1} % of rows", share * 100.0);
        claims[at].insert(0, Claim { means, certain: 0.95, why });
    }
}

/// The column of which a meaning is claimed most surely.
fn surest(means: Meaning, claims: &[Vec<Claim>]) -> Option<usize> {
    let certain =
        |of: &Vec<Claim>| of.iter().filter(|claim| claim.means == means).map(|claim| claim.certain).fold(0.0, f64::max);
    let all = claims.iter().map(certain).enumerate().filter(|(_, certain)| *certain > 0.0);
    all.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|(at, _)| at)
}

/// One column for a meaning, the surest first; descriptions may be several.
fn give(kind: Kind, claims: &[Vec<Claim>]) -> Vec<Option<Claim>> {
    let mut all: Vec<(usize, &Claim)> =
        claims.iter().enumerate().flat_map(|(at, of)| of.iter().map(move |claim| (at, claim))).collect();
    all.sort_by(|a, b| b.1.certain.total_cmp(&a.1.certain).then(a.0.cmp(&b.0)));
    let mut given: Vec<Option<Claim>> = vec![None; claims.len()];
    let mut taken = BTreeSet::new();
    for (at, claim) in all {
        if given[at].is_none() && (claim.means == Meaning::Description || taken.insert(claim.means)) {
            given[at] = Some(claim.clone());
        }
    }
    match kind {
        Kind::TrialBalance => drop_second_balance(&mut given),
        Kind::StockMovement => drop_second_quantity(&mut given),
        _ => drop_what_does_not_go_together(&mut given),
    }
    given
}

fn certain(means: Meaning, given: &[Option<Claim>]) -> f64 {
    given.iter().flatten().filter(|claim| claim.means == means).map(|claim| claim.certain).fold(0.0, f64::max)
}

fn drop(given: &mut [Option<Claim>], what: &[Meaning]) {
    for claim in given {
        if claim.as_ref().is_some_and(|claim| what.contains(&claim.means)) {
            *claim = None;
        }
    }
}

/// A balance of its own or a pair of sides, whichever is surer.
fn drop_second_balance(given: &mut [Option<Claim>]) {
    let pair = certain(Meaning::Debit, given).min(certain(Meaning::Credit, given));
    let is_pair = pair >= certain(Meaning::Balance, given);
    drop(given, if is_pair { &[Meaning::Balance, Meaning::Mark] } else { &[Meaning::Debit, Meaning::Credit] });
}

/// Columns for in and out, or one quantity.
fn drop_second_quantity(given: &mut [Option<Claim>]) {
    let pair = certain(Meaning::Debit, given).min(certain(Meaning::Credit, given));
    let is_pair = pair > certain(Meaning::Quantity, given);
    drop(given, if is_pair { &[Meaning::Quantity] } else { &[Meaning::Debit, Meaning::Credit] });
}

/// An amount needs no debit and credit beside it, and one side alone is neither.
fn drop_what_does_not_go_together(given: &mut [Option<Claim>]) {
    let pair = certain(Meaning::Debit, given).min(certain(Meaning::Credit, given));
    let single = [Meaning::Amount, Meaning::Gross, Meaning::Net].map(|means| certain(means, given));
    let single = single.into_iter().fold(0.0, f64::max);
    let without: &[Meaning] =
        if pair > single { &[Meaning::Amount, Meaning::Mark] } else { &[Meaning::Debit, Meaning::Credit] };
    let gross = certain(Meaning::Gross, given).max(certain(Meaning::Net, given)) > certain(Meaning::Amount, given);
    for claim in given {
        let doubled = |claim: &Claim| gross && claim.means == Meaning::Amount;
        if claim.as_ref().is_some_and(|claim| without.contains(&claim.means) || doubled(claim)) {
            *claim = None;
        }
    }
}
