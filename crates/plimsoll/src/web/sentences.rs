//! Sentences of the domain with figures in them, in Chinese: what stands in `{}` is kept, or is a phrase itself.
//!
//! A text is taken apart at its sentences; one that is neither a phrase nor fits a pattern stays as it is. The test on the
//! Chinese page of an assessment fails where English stays.

use super::phrases::phrase;
use super::words::Lang;

/// A text of the domain in a language.
pub(super) fn told(lang: Lang, english: &str) -> String {
    match lang {
        Lang::En => english.to_owned(),
        Lang::Zh => chinese(english),
    }
}

fn chinese(text: &str) -> String {
    let known = phrase(Lang::Zh, text);
    if known != text {
        return known.to_owned();
    }
    if let Some((first, rest)) = text.split_once(". ") {
        return format!("{}{}", chinese(&format!("{first}.")), chinese(rest));
    }
    let fitting = PATTERNS.iter().find_map(|(english, to)| Some(filled(to, &taken(english, text)?)));
    fitting.unwrap_or_else(|| text.to_owned())
}

/// What stands in a text where a pattern has `{}`; none where it is another text.
fn taken<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut pieces = pattern.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut found = Vec::new();
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        let end = match pieces.peek() {
            None if piece.is_empty() => rest.len(),
            None => rest.strip_suffix(piece)?.len(),
            Some(_) => rest.find(piece)?,
        };
        found.push(&rest[..end]);
        rest = &rest[end + piece.len()..];
    }
    rest.is_empty().then_some(found)
}

/// `{0}` is what stood in the first `{}`, as a phrase or a list of phrases.
fn filled(pattern: &str, found: &[&str]) -> String {
    let mut out = pattern.to_owned();
    for (place, text) in found.iter().enumerate() {
        let whole = chinese(text);
        let parts = || text.split(", ").map(chinese).collect::<Vec<String>>().join("、");
        out = out.replace(&format!("{{{place}}}"), &if whole == *text { parts() } else { whole });
    }
    out
}

/// (English, Chinese); the first that fits stands.
const PATTERNS: &[(&str, &str)] = &[
    ("missing: {}", "缺少：{0}"),
    ("{} ({} of 365 days)", "{0}（365 天中的 {1} 天）"),
    ("undefined: {} is 0", "无定义：{0} 为 0"),
    ("says nothing: {} is not above 0", "无意义：{0} 不大于 0"),
    (
        "Market risk {} of 5, grade {}: the next day swings by {} % a year (exponential weights {} %); all {} days alike {} %, which is {}.",
        "市场风险 {0} / 5，等级 {1}：次日年化波动 {2} %（指数加权 {3} %）；全部 {4} 天等权为 {5} %，即 {6} 分。",
    ),
    ("Market risk: no prices of a share were given.", "市场风险：没有提供股价。"),
    (
        "Liquidity risk {} of 5, grade {}: 30 days of stress are covered {} times.",
        "流动性风险 {0} / 5，等级 {1}：30 天压力可覆盖 {2} 倍。",
    ),
    ("Liquidity risk: {}.", "流动性风险：{0}。"),
    (
        "Learned beside it, on {} Polish companies of which {} failed: {} % within five years, {} of 5, by {} of {} ratios; another population, so it is no part of the score.",
        "另由 {0} 家波兰公司（其中 {1} 家破产）学得：五年内破产概率 {2} %，{3} / 5，依据 {5} 个比率中的 {4} 个；样本不同，不计入评分。",
    ),
    (
        "Half and half with the credit score in log-odds: {} %, {} of 5.",
        "与信用评分在对数几率上各占一半：{0} %，{1} / 5。",
    ),
    ("Sales of the {} days from {}: {} by {}.", "自 {1} 起 {0} 天的销售：{2}（{3}）。"),
    ("Refunds of the {} days from {}: {} by {}.", "自 {1} 起 {0} 天的退款：{2}（{3}）。"),
    ("Cash, in less out, of the {} days from {}: {} by {}.", "自 {1} 起 {0} 天的现金净流入：{2}（{3}）。"),
    ("Four times in five between {} and {}.", "五次中有四次介于 {0} 与 {1} 之间。"),
    ("One time in ten they fall short of that by {} or more.", "十次中有一次比此少 {0} 或更多。"),
    ("One time in ten they exceed that by {} or more.", "十次中有一次比此多 {0} 或更多。"),
    (
        "The forecast goes by the outside series {}, which did better than without them.",
        "预测依据外部序列 {0}：用它们比不用更准。",
    ),
    (
        "The outside series {} were tried and did not do better; they are not used.",
        "试用了外部序列 {0}，但并不更准，因此未采用。",
    ),
    (
        "{} is left out: the series has {} numbers; this takes at least {}.",
        "{0}未参与比较：序列只有 {1} 个数，至少需要 {2} 个。",
    ),
    ("{} is left out: {}.", "{0}未参与比较：{1}。"),
    ("nothing moves that a regression could follow", "没有可供回归跟随的变动"),
    ("the outside series {} ends on {}: its last figure stands since", "外部序列 {0} 止于 {1}：此后沿用其最后一个数"),
    ("Mean absolute scaled errors at the origins tried: {}.", "在各回测起点的平均绝对标度误差：{0}。"),
    ("{} is {} with {}, {} with {}", "{0}：按“{2}”为{1}，按“{4}”为{3}"),
    ("{} says {}, {} says {}", "{0} 为{1}，{2} 为{3}"),
    (
        "{} facts in {} are not used: most are in {}, and no rate was named",
        "{0} 项以 {1} 计的数据未使用：多数以 {2} 计，且未指定汇率",
    ),
    ("{} figures were restated by a later filing, which stands", "{0} 项数字被后来的申报重述，以后者为准"),
    ("nothing is told: there are no facts", "没有任何数据"),
    ("the ledger holds no whole month: flows of a year are missing", "账簿没有一个完整的月份：缺少全年流量"),
    ("the ledger holds {} days of whole months: flows of a year are missing", "账簿的完整月份共 {0} 天：缺少全年流量"),
    (
        "the books have no opening balances (no trial balance was imported): totals of the balance sheet are missing",
        "账簿没有期初余额（未导入试算平衡表）：缺少资产负债表合计",
    ),
    ("postings in {} are not part of these figures", "以 {0} 计的分录不在这些数字之内"),
    (
        "{} are not forecast: the series has {} numbers; this takes at least {}",
        "{0}未预测：序列只有 {1} 个数，至少需要 {2} 个",
    ),
    ("{} are not forecast: {}", "{0}未预测：{1}"),
    ("market risk is not told: {}", "市场风险无法得出：{0}"),
    ("there are {} returns; this takes at least {}", "只有 {0} 个收益率，至少需要 {1} 个"),
    ("{}: {} facts are told twice and differ; the first stands", "{0}：{1} 项数据前后不一，以先者为准"),
    ("{}: {} facts could not be read", "{0}：{1} 项数据无法读取"),
    (
        "money at risk does not add up: {} by sale, {} by buyer, {} of the business, in minor units",
        "风险金额不相等：按交易 {0}，按买家 {1}，企业 {2}（最小货币单位）",
    ),
    ("{} in all, from {} leaves; every way of adding gives it.", "合计 {0}，来自 {1} 个末端；各种加总方式结果一致。"),
    (
        "{} in all, from {} leaves; the ways of adding do not agree.",
        "合计 {0}，来自 {1} 个末端；各种加总方式结果不一致。",
    ),
    ("As of {}.", "截至 {0}。"),
    ("Since the year to {}.", "与截至 {0} 的年度相比。"),
    ("Since the report of the year to {}.", "与截至 {0} 年度的报告相比。"),
    ("new: {}", "新增：{0}"),
    ("no longer: {}", "不再：{0}"),
    ("outlook: {}", "展望：{0}"),
    ("other definitions: {} before, {} now", "定义不同：此前 {0}，现在 {1}"),
    (
        "As the {} years told let one expect: sales grow by {} % (a next year is off by {}), {} % of them stay (off by {}).",
        "按所述 {0} 年推断：销售增长 {1} %（次年偏差 {2}），其中 {3} % 留存（偏差 {4}）。",
    ),
    ("Credit and liquidity are not told: {}.", "信用与流动性无法得出：{0}。"),
    ("sales and net income of {} years are told; this takes at least {}", "只有 {0} 年的销售与净利润，至少需要 {1} 年"),
    (
        "{} sellers as of {}, rules {}; the platform of them {} of 5.",
        "截至 {1} 共 {0} 个卖家，规则 {2}；平台整体 {3} / 5。",
    ),
    ("{} sellers; nothing was sold in the last 30 days.", "{0} 个卖家；最近 30 天没有销售。"),
    ("Score {} of 5, grade {}: {} % to fail within a year.", "评分 {0} / 5，等级 {1}：一年内倒闭概率 {2} %。"),
    (
        "Loan limit {}, rate {} % a year: {} % for money, {} % margin, {} % expected loss.",
        "贷款限额 {0}，年利率 {1} %：资金成本 {2} %，利差 {3} %，预期损失 {4} %。",
    ),
    ("{} days are known: a history shorter than {} days earns no loan", "只有 {0} 天的历史：不足 {1} 天不予贷款"),
    ("nobody from {} points on is lent to", "评分达到 {0} 者不予贷款"),
    (
        "One day in a hundred rates take {} or more, {} on average of such days; risk {} of 5.",
        "百日中有一日汇率造成 {0} 或更多的损失，此类日子平均 {1}；风险 {2} / 5。",
    ),
    ("One day in a hundred rates take {} or more.", "百日中有一日汇率造成 {0} 或更多的损失。"),
    ("More is not told: {}.", "其余无法得出：{0}。"),
    ("What rates may take is not told: {}.", "汇率损失无法得出：{0}。"),
    ("the days are too few for more: {}", "天数太少：{0}"),
    ("the days are too few: {}", "天数太少：{0}"),
    ("Published for the year to {}; nothing was chosen by it.", "截至 {0} 年度的公布数字；未据此作任何选择。"),
    ("{} of {} ratios are taken; {}.", "{1} 个比率中采用 {0} 个；{2}。"),
    (
        "no scaling: trees split by order, so that no monotone scaling changes them; what is missing stays missing",
        "不做缩放：树按次序分裂，单调缩放不改变结果；缺失值保持缺失",
    ),
    ("told by `{}` already", "已由 `{0}` 说明"),
    ("{}, EBIT = operating income", "{0}，息税前利润 = 营业利润"),
    ("{}, EBIT = pre-tax income + interest", "{0}，息税前利润 = 税前利润 + 利息"),
    (
        "Other companies judge {} of {} indicators, and leave {} out; the scale is the share of them below.",
        "其他公司评判了 {1} 个指标中的 {0} 个，略去 {2} 个；尺度为低于本企业的公司份额。",
    ),
    ("taken, though `{}` tells nearly the same", "采用，虽然 `{0}` 几乎相同"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_kept_and_phrases_in_them_are_told() {
        let zh = |text: &str| told(Lang::Zh, text);
        assert_eq!(zh("undefined: revenue is 0"), "无定义：收入 为 0");
        assert_eq!(
            zh("Altman Z is safe with EBIT = operating income, grey with EBIT = pre-tax income + interest"),
            "Altman Z：按“息税前利润 = 营业利润”为安全，按“息税前利润 = 税前利润 + 利息”为灰色"
        );
        assert_eq!(
            zh(
                "Sales of the 28 days from 2025-01-01: GBP 1,000 by ETS. Four times in five between GBP 900 and GBP 1,100."
            ),
            "自 2025-01-01 起 28 天的销售：GBP 1,000（ETS）。五次中有四次介于 GBP 900 与 GBP 1,100 之间。"
        );
        assert_eq!((zh("12.50"), told(Lang::En, "As of 2025.")), ("12.50".to_owned(), "As of 2025.".to_owned()));
    }

    #[test]
    fn every_pattern_fits_itself_and_has_all_its_places() {
        for (english, chinese) in PATTERNS {
            let places = english.matches("{}").count();
            let whole = english.replace("{}", "7");
            assert!(places == 0 || taken(english, &whole).is_some_and(|found| found.len() == places), "{english}");
            (0..places).for_each(|place| assert!(chinese.contains(&format!("{{{place}}}")), "{english}: {place}"));
        }
    }
}
