//! What an assessment says in English, in Chinese: sides, indicators, zones and why something has no value.

/// (English, Chinese).
pub(super) const CHINESE: &[(&str, &str)] = &[
    (
        crate::assess::print::CREDIT_MEANS,
        "0 最好，5 最差。凡适用的 Altman 评分，其安全界为 2 分、困境界为 3 分，并按同一斜率外推；信用评分为各分数的平均值，每种定义权重相同。",
    ),
    ("EBIT = operating income", "息税前利润 = 营业利润"),
    ("EBIT = pre-tax income + interest", "息税前利润 = 税前利润 + 利息"),
    ("asset growth", "资产增长"),
    ("asset turnover", "资产周转率"),
    ("bad debt", "坏账"),
    ("better", "改善"),
    ("cash conversion cycle", "现金周转期"),
    ("cash flow", "现金流"),
    ("cash ratio", "现金比率"),
    ("chargebacks", "拒付"),
    ("concentration of buyers (HHI)", "买家集中度（HHI）"),
    ("current ratio", "流动比率"),
    ("customers", "客户"),
    ("days", "天"),
    ("delivered on time", "准时送达"),
    ("distress", "困境"),
    ("equity growth", "权益增长"),
    ("equity multiplier", "权益乘数"),
    ("exchange differences", "汇兑差额"),
    ("first paper, its Z-score method", "第一篇论文的 Z 值法"),
    ("first paper, machine learning", "第一篇论文的机器学习"),
    ("free cash flow to sales", "自由现金流 / 销售"),
    ("fulfilment cost", "履约成本"),
    ("grey", "灰色"),
    ("gross margin", "毛利率"),
    ("growth", "成长"),
    ("growth in merchandise value", "商品交易额增长"),
    ("interest cover", "利息保障倍数"),
    ("inventory days", "存货天数"),
    ("liabilities to assets", "资产负债率"),
    ("logistics", "物流"),
    ("lost or damaged", "丢失或损坏"),
    ("missing", "缺少"),
    ("negative reviews", "差评"),
    ("net debt to EBITDA", "净负债 / EBITDA"),
    ("net margin", "净利率"),
    ("operating cash flow to current liabilities", "经营现金流 / 流动负债"),
    ("operating cash flow to net income", "经营现金流 / 净利润"),
    ("operating cash flow to sales", "经营现金流 / 销售"),
    ("operating margin", "营业利润率"),
    ("operation", "营运"),
    ("payable days", "应付账款天数"),
    ("payment fees", "支付手续费"),
    ("platform", "平台与系统"),
    ("profit", "盈利"),
    ("profit growth", "利润增长"),
    ("promotions", "促销"),
    ("quick ratio", "速动比率"),
    ("receivable days", "应收账款天数"),
    ("refund rate", "退款率"),
    ("repurchase rate", "复购率"),
    ("return on assets", "总资产收益率"),
    ("return on equity", "净资产收益率"),
    ("return on invested capital", "投入资本回报率"),
    ("revenue growth", "收入增长"),
    ("safe", "安全"),
    ("says nothing", "无意义"),
    ("seller-payable coverage", "应付卖家覆盖率"),
    ("solvency", "偿债"),
    ("undefined", "无定义"),
    ("worse", "恶化"),
    (
        "A quarter of receivables and cash stands in currencies that lose a tenth.",
        "四分之一的应收账款和现金所属货币贬值一成。",
    ),
    (
        "A tenth of a quarter's sales is sent back and refunded; half of the goods can be sold again.",
        "一个季度销售额的一成被退货退款；其中一半商品可再次销售。",
    ),
    ("A tenth of what is receivable is lost.", "一成应收账款成为损失。"),
    (
        "A year with a fifth fewer sales: the cost of what is not sold falls away, all other costs stay.",
        "全年销售减少五分之一：未售商品的成本消失，其他成本不变。",
    ),
    (
        "Two weeks of sales stay with the processor: cash becomes a receivable.",
        "两周的销售款滞留在支付机构：现金变为应收账款。",
    ),
    ("a large seller fails", "大卖家倒闭"),
    ("currency shock", "汇率冲击"),
    ("demand −20 %", "需求 −20 %"),
    ("filtered historical", "过滤历史模拟"),
    ("historical", "历史模拟"),
    ("refund wave", "退款潮"),
    ("the processor holds payouts", "支付机构暂扣打款"),
];

#[cfg(test)]
mod tests {
    use super::CHINESE;
    use crate::assess::DefinitionFile;

    #[test]
    fn every_side_indicator_and_definition_has_its_chinese() {
        let file = DefinitionFile::read(None).unwrap();
        let is_known = |english: &str| {
            assert!(
                english.is_empty() || english == "%" || CHINESE.iter().any(|(known, _)| *known == english),
                "{english}"
            );
        };
        for indicator in &file.indicators {
            [&indicator.side, &indicator.name, &indicator.unit].into_iter().for_each(|phrase| is_known(phrase));
        }
        file.choices.iter().for_each(|(_, name, _)| is_known(name));
        file.scenarios.iter().for_each(|of| [&of.name, &of.says].into_iter().for_each(|phrase| is_known(phrase)));
        ["historical", "filtered historical"].into_iter().for_each(is_known);
        file.claims.iter().for_each(|claim| is_known(&claim.who));
        ["safe", "grey", "distress", "missing", "undefined", "says nothing", "better", "worse"]
            .into_iter()
            .for_each(is_known);
    }
}
