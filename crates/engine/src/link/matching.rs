//! The whole way from two tables (or one) to who is who: candidates, comparisons, a learner, and what stands.

use super::answers::{self, Answer, SURE};
use super::assign::assign;
use super::calibration::Calibration;
use super::candidates::{Blocking, Budget};
use super::catalogue::Catalogue;
use super::cluster::clusters;
use super::compare::{Comparer, Pair};
use super::estimate::{self, Shares};
use super::learner::{PairLearner, PairModel, Study, patterns};
use super::meaning::title_of;
use super::oddities;
use super::table::{Field, Rows};
use learn::FitError;
use std::collections::BTreeMap;

/// How many partners the records of two tables may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Partners {
    /// As the tables have it: where titles tell records apart, the table with fewer records is taken for the catalogue,
    /// which lists a thing once, so that a record of the other has at most one partner there; else any number.
    #[default]
    AsTables,
    /// Each record has at most one.
    One,
    /// Any number.
    Many,
}

/// What is known of the tables beside their rows.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Settings {
    /// How many partners a record may have in the other table.
    pub partners: Partners,
    /// What candidates may cost.
    pub budget: Budget,
    /// A pair stands from this chance on; where none is said, from one half, or in a catalogue from where the expected F1
    /// is the greatest.
    pub least_chance: Option<f64>,
    /// So many pairs are named that people had best be asked about.
    pub questions: usize,
}

/// The chance from which on a pair stands, where nobody says another.
const LEAST_CHANCE: f64 = 0.5;

/// The tables to link.
#[derive(Debug, Clone, Copy)]
pub struct Tables<'a> {
    /// The fields of both.
    pub fields: &'a [Field],
    /// The left table.
    pub left: &'a Rows,
    /// The right table; none where the records of one table are linked with each other.
    pub right: Option<&'a Rows>,
}

/// A pair that was considered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Considered {
    /// The rows, as the tables were given.
    pub pair: Pair,
    /// The log-odds that the model gives the pair alone.
    pub log_odds: f64,
    /// The chance, against its rivals where there can be but one partner.
    pub chance: f64,
    /// Whether it stands.
    pub stands: bool,
}

/// Who is who.
#[derive(Debug)]
pub struct Linked {
    /// Every candidate, by its rows.
    pub pairs: Vec<Considered>,
    /// Where one table was linked: the group of each row, as the first row of the group.
    pub groups: Vec<u32>,
    /// The share of all pairs that are one thing which the candidates hold, as estimated; none where
    /// nothing was found, and where records may have many partners.
    pub estimated_recall: Option<Shares>,
    /// The share of the pairs that stand which is expected to be right; none where nothing stands.
    pub estimated_precision: Option<Shares>,
    /// How chances were set right by people's answers; none where these are too few.
    pub calibration: Option<Calibration>,
    /// The pairs that people had best be asked about, the one that teaches most first.
    pub questions: Vec<Pair>,
    /// The rules of blocking, with the pairs each brings.
    pub rules: Vec<(String, usize)>,
    /// What a user should know.
    pub warnings: Vec<String>,
    /// What was learned.
    pub model: PairModel,
    comparer: Comparer,
    orders: [Vec<u32>; 2],
}

/// Links the records.
///
/// # Errors
/// What the learner lacks.
pub fn link(tables: Tables<'_>, learner: &dyn PairLearner, settings: Settings) -> Result<Linked, FitError> {
    link_with(tables, &[], learner, settings)
}

/// Links the records, of some of which people said whether they are one thing.
///
/// # Errors
/// What the learner lacks.
pub fn link_with(
    tables: Tables<'_>,
    told: &[Answer],
    learner: &dyn PairLearner,
    settings: Settings,
) -> Result<Linked, FitError> {
    let Ordered { fields, left, right, left_order, right_order } = Ordered::of(tables);
    let is_one_table = tables.right.is_none();
    let mut blocking = Blocking::find(&fields, &left, &right, is_one_table, settings.budget);
    let told = answers::in_content_order(told, &left_order, &right_order, is_one_table);
    blocking.add(told.keys().copied());
    let labels = answers::labels(&blocking.pairs, &told);
    let comparer = Comparer::new(&fields, &left, &right);
    let features = comparer.features_of(&blocking.pairs);
    let (lefts, rights): (Vec<u32>, Vec<u32>) = blocking.pairs.iter().copied().unzip();
    let title = title_of(&fields, &left, &right).map(|at| fields[at].name.as_str());
    let catalogue = Catalogue::of(settings.partners, title.is_some() && !is_one_table, blocking.sizes());
    // What tells an entry's offers from each other is best learned as if it had one.
    let is_one_to_one = catalogue.is_some() || settings.partners == Partners::One && !is_one_table;
    let study = Study {
        names: comparer.names(),
        features: &features,
        left: &lefts,
        right: &rights,
        labels: &labels,
        is_one_to_one,
        title,
    };
    let model = learner.learn(&study)?;
    let odds = model.log_odds_of(&study);
    let calibration = Calibration::by_answers(&study, &odds);
    let chances = catalogue.map_or_else(|| study.chances(&odds), |catalogue| catalogue.chances(&study, &odds));
    let chances = Calibration::set_right(calibration, &study, chances);
    let mut warnings = oddities::of_tables(&fields, &left, (!is_one_table).then_some(&right));
    warnings.extend(blocking.warnings.iter().cloned());
    let groups = if is_one_table { grouped(left.len(), &study, &blocking.pairs, &odds) } else { Vec::new() };
    let stands = match catalogue {
        _ if is_one_table => within(&groups, &blocking.pairs),
        Some(catalogue) => catalogue.standing(&study, &chances, settings.least_chance),
        None => standing(&study, &blocking.pairs, &chances, settings, &mut warnings),
    };
    warn_of_contradictions(&study, settings.partners == Partners::One, &blocking.pairs, &stands, &mut warnings);
    let odds = answers::overruled(&odds, &labels);
    let amounts = estimate::amounts(&fields, &left);
    // Without the bound of one partner, the many pairs outside that are a little alike would add up to nonsense.
    let recall = || estimate::recall(&blocking, &comparer, &model, &study, &odds, amounts.as_deref());
    let estimated_recall = if is_one_to_one { recall() } else { None };
    let estimated_precision = estimate::precision(&lefts, &chances, &stands, amounts.as_deref());
    let given = |(l, r): Pair| (left_order[l as usize], right_order[r as usize]);
    let is_told = |pair: Pair| told.contains_key(&pair);
    let asked = questions(&study, &blocking.pairs, &chances, is_told, settings.questions);
    let questions = asked.into_iter().map(|at| given(blocking.pairs[at])).collect();
    let scored = odds.iter().zip(&chances).zip(&stands);
    let pairs = considered(blocking.pairs.iter().map(|pair| given(*pair)), scored);
    let groups = as_given(&groups, &left_order);
    Ok(Linked {
        pairs,
        groups,
        estimated_recall,
        estimated_precision,
        calibration,
        questions,
        rules: blocking.rules,
        warnings,
        model,
        comparer,
        orders: [left_order, right_order],
    })
}

impl Linked {
    /// The chance of a pair that was considered.
    pub fn chance(&self, pair: Pair) -> Option<f64> {
        let at = self.pairs.binary_search_by_key(&pair, |considered| considered.pair).ok()?;
        Some(self.pairs[at].chance)
    }

    /// What speaks for and against a pair of rows, the strongest first.
    pub fn why(&self, (left, right): Pair) -> Vec<(String, f64)> {
        let place =
            |order: &[u32], row: u32| order.iter().position(|at| *at == row).and_then(|at| u32::try_from(at).ok());
        let (Some(l), Some(r)) = (place(&self.orders[0], left), place(&self.orders[1], right)) else {
            return Vec::new();
        };
        self.model.reasons(l, self.comparer.names(), &self.comparer.features((l, r)))
    }
}

/// Fields in the order of their names and rows in the order of their content, so that no other order says anything.
struct Ordered {
    fields: Vec<Field>,
    left: Rows,
    right: Rows,
    left_order: Vec<u32>,
    right_order: Vec<u32>,
}

impl Ordered {
    fn of(tables: Tables<'_>) -> Self {
        let mut by_name: Vec<usize> = (0..tables.fields.len()).collect();
        by_name.sort_by(|&a, &b| tables.fields[a].cmp(&tables.fields[b]));
        let fields = by_name.iter().map(|&at| tables.fields[at].clone()).collect();
        let (left, left_order) = in_order(tables.left, &by_name);
        let (right, right_order) =
            tables.right.map_or_else(|| (left.clone(), left_order.clone()), |right| in_order(right, &by_name));
        Self { fields, left, right, left_order, right_order }
    }
}

/// The places of the pairs that people had best be asked about.
fn questions(
    study: &Study<'_>,
    pairs: &[Pair],
    chances: &[f64],
    is_told: impl Fn(Pair) -> bool,
    most: usize,
) -> Vec<usize> {
    if most == 0 {
        return Vec::new();
    }
    answers::questions(pairs, chances, &patterns(study), is_told, most)
}

/// The rows in the order of their content, and which row of the table each is: what is learned depends on what the
/// tables hold, and not on how they are sorted. Equal rows cannot be told apart; they keep their order.
/// What came of each pair, in the order of the rows as they were given.
fn considered<'a>(
    pairs: impl Iterator<Item = Pair>,
    scored: impl Iterator<Item = ((&'a f64, &'a f64), &'a bool)>,
) -> Vec<Considered> {
    let of = |(pair, ((log_odds, chance), stands)): (Pair, ((&f64, &f64), &bool))| Considered {
        pair,
        log_odds: *log_odds,
        chance: *chance,
        stands: *stands,
    };
    let mut considered: Vec<Considered> = pairs.zip(scored).map(of).collect();
    considered.sort_by_key(|considered| considered.pair);
    considered
}

/// Whether the two of each pair are of one group.
fn within(groups: &[u32], pairs: &[Pair]) -> Vec<bool> {
    pairs.iter().map(|&(l, r)| groups[l as usize] == groups[r as usize]).collect()
}

fn in_order(rows: &Rows, by_name: &[usize]) -> (Rows, Vec<u32>) {
    let turned: Vec<Vec<String>> =
        (0..rows.len()).map(|row| by_name.iter().map(|&field| rows.value(row, field).to_owned()).collect()).collect();
    let mut order: Vec<u32> = (0_u32..).take(rows.len()).collect();
    order.sort_by(|&a, &b| turned[a as usize].cmp(&turned[b as usize]).then(a.cmp(&b)));
    (Rows(order.iter().map(|&row| turned[row as usize].clone()).collect()), order)
}

fn standing(
    study: &Study<'_>,
    pairs: &[Pair],
    chances: &[f64],
    settings: Settings,
    warnings: &mut Vec<String>,
) -> Vec<bool> {
    let least_chance = settings.least_chance.unwrap_or(LEAST_CHANCE);
    if !study.is_one_to_one {
        return chances.iter().map(|chance| *chance >= least_chance).collect();
    }
    // What somebody said is worth more than any two rivals.
    const SAID: f64 = 10.0;
    let gain = |at: usize| match study.label(at) {
        Some(true) => SAID,
        Some(false) => -SAID,
        None => chances[at] - least_chance,
    };
    let gains: Vec<f64> = (0..pairs.len()).map(gain).collect();
    let assignment = assign(pairs, &gains);
    if assignment.greedy_components > 0 {
        warnings.push(format!(
            "{} groups of rivals are too large to be solved exactly; they were taken greedily",
            assignment.greedy_components
        ));
    }
    let mut stands = vec![false; pairs.len()];
    assignment.chosen.into_iter().for_each(|at| stands[at] = true);
    (0..pairs.len()).filter(|&at| study.label(at) == Some(true)).for_each(|at| stands[at] = true);
    stands
}

/// Groups in which what somebody said is certain.
fn grouped(records: usize, study: &Study<'_>, pairs: &[Pair], odds: &[f64]) -> Vec<u32> {
    let odds = answers::overruled(odds, study.labels);
    let certain = |odds: &f64| if odds.abs() < SURE { *odds } else { odds.signum() * f64::INFINITY };
    if study.labels.is_empty() {
        return clusters(records, pairs, &odds);
    }
    clusters(records, pairs, &odds.iter().map(certain).collect::<Vec<f64>>())
}

/// People's answers that cannot all hold: a record with two partners where one is the most, or a chain of pairs that
/// are one thing between two records that are not.
fn warn_of_contradictions(
    study: &Study<'_>,
    is_one_to_one: bool,
    pairs: &[Pair],
    stands: &[bool],
    warnings: &mut Vec<String>,
) {
    let said = (0..study.labels.len()).filter(|&at| study.label(at) == Some(true));
    let (mut lefts, mut rights) = (BTreeMap::new(), BTreeMap::new());
    let (mut apart, mut doubled) = (0_usize, 0_usize);
    for at in said {
        apart += usize::from(!stands[at]);
        let (left, right) = (lefts.entry(pairs[at].0).or_insert(0_u32), rights.entry(pairs[at].1).or_insert(0_u32));
        (*left, *right) = (*left + 1, *right + 1);
        doubled += usize::from(*left > 1 || *right > 1);
    }
    if apart > 0 {
        warnings.push(format!("{apart} answers `same` contradict answers `different`, which stand"));
    }
    if is_one_to_one && doubled > 0 {
        warnings
            .push(format!("{doubled} answers `same` give a record a further partner, against one to one; they stand"));
    }
}

/// Groups of rows in content order as groups of the rows as given, each by its first row.
fn as_given(groups: &[u32], order: &[u32]) -> Vec<u32> {
    let mut first: Vec<u32> = vec![u32::MAX; groups.len()];
    for (at, &group) in groups.iter().enumerate() {
        let least = &mut first[group as usize];
        *least = (*least).min(order[at]);
    }
    let mut given = vec![0; groups.len()];
    for (at, &group) in groups.iter().enumerate() {
        given[order[at] as usize] = first[group as usize];
    }
    given
}
