//! What each column means: names and values together, and one column for a meaning.

use super::super::meaning::{Kind, Meaning};
use super::facts::Facts;
use super::{DraftColumn, sums, words};
use std::collections::BTreeSet;

/// What a column may mean, how surely, and why.
#[derive(Clone)]
struct Claim {
    means: Meaning,
    certain: f64,
    why: String,
}

pub(super) fn assign(names: &[String], facts: &[Facts]) -> ((Kind, f64), Vec<DraftColumn>) {
    let mut claims: Vec<Vec<Claim>> =
        names.iter().zip(facts).map(|(name, facts)| [by_name(name, facts), by_values(facts)].concat()).collect();
    by_sums(facts, &mut claims);
    let kind = kind_of(&claims);
    let allowed: BTreeSet<Meaning> = kind.0.allowed().into_iter().collect();
    for claims in &mut claims {
        *claims = claims.iter().filter_map(|claim| fitting(claim, kind.0, &allowed)).collect();
    }
    let given = give(&claims);
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
        Meaning::Date => {
            let (_, share, why) = facts.dates?;
            return Some((if share >= 0.9 { 1.0 } else { 0.7 }, format!("dates, {why}")));
        }
        Meaning::Time => facts.length <= 12.0 && facts.dates.is_none(),
        Meaning::Currency => facts.currency_shapes > 0.9,
        Meaning::Mark => facts.marks > 0.9 && facts.different <= 6,
        Meaning::Category => facts.numbers < 0.5 && facts.different <= 60 && facts.different * 2 <= facts.filled.max(2),
        Meaning::Quantity => facts.numbers > 0.95 && facts.whole > 0.99,
        Meaning::Country => facts.numbers < 0.1 && facts.different <= 300,
        Meaning::Product | Meaning::Order | Meaning::Payout => facts.dates.is_none() || facts.numbers > 0.9,
        Meaning::Id => facts.unique() > 0.98,
        Meaning::Description | Meaning::Counterparty => facts.numbers < 0.5,
        means if means.is_number() => facts.numbers > 0.95,
        _ => true,
    };
    fits.then_some((1.0, kind))
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
    let best = |means, claims: &[Vec<Claim>]| claims.iter().position(|of| of.iter().any(|claim| claim.means == means));
    if let (Some(debit), Some(credit)) = (best(Meaning::Debit, claims), best(Meaning::Credit, claims))
        && debit != credit
        && !sums::one_of_each(&facts[debit], &facts[credit])
    {
        // Both filled in one row: two columns of something else.
        claims.iter_mut().for_each(|of| of.retain(|claim| !matches!(claim.means, Meaning::Debit | Meaning::Credit)));
    }
}

/// The kind that most of the surest meanings speak for.
fn kind_of(claims: &[Vec<Claim>]) -> (Kind, f64) {
    let surest = |means: Meaning| {
        let of = claims.iter().flat_map(|of| of.iter().filter(|claim| claim.means == means));
        of.map(|claim| claim.certain).fold(0.0, f64::max)
    };
    let bank = surest(Meaning::Balance)
        + surest(Meaning::Account)
        + surest(Meaning::Counterparty)
        + surest(Meaning::Debit).min(surest(Meaning::Credit))
        + surest(Meaning::Mark) / 2.0
        + surest(Meaning::Description) / 4.0;
    let payment = surest(Meaning::Gross) / 2.0
        + surest(Meaning::Fee)
        + surest(Meaning::Net) / 2.0
        + surest(Meaning::Payout)
        + surest(Meaning::Category) / 2.0
        + surest(Meaning::Id) / 4.0
        + surest(Meaning::Customer) / 4.0
        + surest(Meaning::Order) / 4.0;
    let order = surest(Meaning::Product)
        + surest(Meaning::Quantity)
        + surest(Meaning::UnitPrice)
        + surest(Meaning::Order) / 2.0;
    let order = if surest(Meaning::Order) > 0.4 { order } else { order / 3.0 };
    let ways = [(Kind::BankLine, bank), (Kind::Payment, payment), (Kind::OrderLine, order)];
    let total: f64 = ways.iter().map(|(_, points)| points).sum();
    let best = ways.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((Kind::Payment, 0.0));
    if total > 0.0 { (best.0, best.1 / total) } else { (Kind::Payment, 0.0) }
}

/// A claim in the words of the kind: what another kind calls differently is called by its own.
fn fitting(claim: &Claim, kind: Kind, allowed: &BTreeSet<Meaning>) -> Option<Claim> {
    let own = match (kind, claim.means) {
        (Kind::BankLine, Meaning::Order) => Meaning::Reference,
        (Kind::BankLine, Meaning::Net | Meaning::Gross) => Meaning::Amount,
        (Kind::BankLine, Meaning::Customer) => Meaning::Counterparty,
        (Kind::BankLine | Kind::OrderLine, Meaning::Category) => Meaning::Description,
        (Kind::Payment | Kind::Refund, Meaning::Counterparty) => Meaning::Customer,
        (Kind::OrderLine, Meaning::Id) => Meaning::Order,
        (_, means) => means,
    };
    let less = if own == claim.means { 1.0 } else { 0.7 };
    allowed.contains(&own).then(|| Claim { means: own, certain: claim.certain * less, ..claim.clone() })
}

/// One column for a meaning, the surest first; descriptions may be several.
fn give(claims: &[Vec<Claim>]) -> Vec<Option<Claim>> {
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
    drop_what_does_not_go_together(&mut given);
    given
}

/// An amount needs no debit and credit beside it, and one side alone is neither.
fn drop_what_does_not_go_together(given: &mut [Option<Claim>]) {
    let certain = |means: Meaning, given: &[Option<Claim>]| {
        given.iter().flatten().filter(|claim| claim.means == means).map(|claim| claim.certain).fold(0.0, f64::max)
    };
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
