//! The whole way from two tables (or one) to who is who: candidates, comparisons, a learner, and what stands.

use super::assign::assign;
use super::candidates::{Blocking, Budget};
use super::cluster::clusters;
use super::compare::{Comparer, Pair};
use super::learner::{PairLearner, PairModel, Study};
use super::marginal::{Settled, chance_of, odds_of};
use super::table::{Field, Rows};
use learn::FitError;

/// What is known of the tables beside their rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// A record of either table has at most one partner.
    pub is_one_to_one: bool,
    /// What candidates may cost.
    pub budget: Budget,
    /// A pair stands from this chance on.
    pub least_chance: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { is_one_to_one: false, budget: Budget::default(), least_chance: 0.5 }
    }
}

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
    pub estimated_recall: Option<f64>,
    /// The rules of blocking, with the pairs each brings.
    pub rules: Vec<(String, usize)>,
    /// What a user should know.
    pub warnings: Vec<String>,
    /// What was learned.
    pub model: PairModel,
    comparer: Comparer,
    orders: [Vec<u32>; 2],
}

/// Left records for which the wide net is thrown, and the most that it brings for each.
const WIDE_RECORDS: usize = 300;
const WIDE_NEAR: usize = 300;

/// Links the records.
///
/// # Errors
/// What the learner lacks.
pub fn link(tables: Tables<'_>, learner: &dyn PairLearner, settings: Settings) -> Result<Linked, FitError> {
    let mut by_name: Vec<usize> = (0..tables.fields.len()).collect();
    by_name.sort_by(|&a, &b| tables.fields[a].cmp(&tables.fields[b]));
    let fields: Vec<Field> = by_name.iter().map(|&at| tables.fields[at].clone()).collect();
    let (left, left_order) = in_order(tables.left, &by_name);
    let (right, right_order) =
        tables.right.map_or_else(|| (left.clone(), left_order.clone()), |right| in_order(right, &by_name));
    let is_one_table = tables.right.is_none();
    let blocking = Blocking::find(&fields, &left, &right, is_one_table, settings.budget);
    let comparer = Comparer::new(&fields, &left, &right);
    let features = comparer.features_of(&blocking.pairs);
    let (lefts, rights): (Vec<u32>, Vec<u32>) = blocking.pairs.iter().copied().unzip();
    let is_one_to_one = settings.is_one_to_one && !is_one_table;
    let study = Study {
        names: comparer.names(),
        features: &features,
        left: &lefts,
        right: &rights,
        labels: &[],
        is_one_to_one,
    };
    let model = learner.learn(&study)?;
    let odds = model.log_odds_of(&study);
    let chances = study.chances(&odds);
    let mut warnings = blocking.warnings.clone();
    let standing = standing(&study, &blocking.pairs, &chances, settings, &mut warnings);
    let groups = if is_one_table { clusters(left.len(), &blocking.pairs, &odds) } else { Vec::new() };
    // Without the bound of one partner, the many pairs outside that are a little alike would add up to nonsense.
    let estimated_recall = if is_one_to_one { recall(&blocking, &comparer, &model, &study, &odds) } else { None };
    let mut pairs: Vec<Considered> = (0..blocking.pairs.len())
        .map(|at| {
            let (l, r) = blocking.pairs[at];
            let stands = if is_one_table { groups[l as usize] == groups[r as usize] } else { standing[at] };
            Considered {
                pair: (left_order[l as usize], right_order[r as usize]),
                log_odds: odds[at],
                chance: chances[at],
                stands,
            }
        })
        .collect();
    pairs.sort_by_key(|considered| considered.pair);
    let groups = as_given(&groups, &left_order);
    Ok(Linked {
        pairs,
        groups,
        estimated_recall,
        rules: blocking.rules,
        warnings,
        model,
        comparer,
        orders: [left_order, right_order],
    })
}

impl Linked {
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

/// The rows in the order of their content, and which row of the table each is: what is learned depends on what the
/// tables hold, and not on how they are sorted. Equal rows cannot be told apart; they keep their order.
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
    if !study.is_one_to_one {
        return chances.iter().map(|chance| *chance >= settings.least_chance).collect();
    }
    let gains: Vec<f64> = chances.iter().map(|chance| chance - settings.least_chance).collect();
    let assignment = assign(pairs, &gains);
    if assignment.greedy_components > 0 {
        warnings.push(format!(
            "{} groups of rivals are too large to be solved exactly; they were taken greedily",
            assignment.greedy_components
        ));
    }
    let mut stands = vec![false; pairs.len()];
    assignment.chosen.into_iter().for_each(|at| stands[at] = true);
    stands
}

/// Looks for what the candidates lack: for a sample of left records, the chance of those in the candidates, and of all
/// others that share a rare key with them.
fn recall(blocking: &Blocking, comparer: &Comparer, model: &PairModel, study: &Study<'_>, odds: &[f64]) -> Option<f64> {
    let (lefts, rights) = blocking.sizes();
    let settled = Settled::new(study.left, study.right, odds);
    let (chances, (left_free, right_free)) =
        (settled.chances(), settled.free(study.left, study.right, (lefts, rights)));
    let (mut inside, mut outside) = (0.0, 0.0);
    for (left, near) in blocking.wide(WIDE_RECORDS, WIDE_NEAR) {
        let own = study.left.partition_point(|at| *at < left)..study.left.partition_point(|at| *at <= left);
        inside += chances[own].iter().sum::<f64>();
        let is_candidate =
            |right: u32| [(left, right), (right, left)].iter().any(|pair| blocking.pairs.binary_search(pair).is_ok());
        let others: Vec<Pair> =
            near.into_iter().filter(|&right| !is_candidate(right)).map(|right| (left, right)).collect();
        let features = comparer.features_of(&others);
        for (row, &(_, right)) in features.chunks(comparer.names().len().max(1)).zip(&others) {
            let free = left_free[left as usize] * right_free[right as usize];
            outside += chance_of(odds_of(model.log_odds_outside(left, row)) * free);
        }
    }
    (inside + outside > 0.0).then(|| inside / (inside + outside))
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
