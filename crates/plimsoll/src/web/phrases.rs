//! What the domain says in English, in Chinese. A phrase that is not here stays as it is.
//!
//! The test keeps the table whole: a new rule, feature, stage or indicator that lacks its Chinese fails it.

use super::assessment_phrases;
use super::words::Lang;

/// A phrase of the domain in a language.
pub(super) fn phrase(lang: Lang, english: &str) -> &str {
    match lang {
        Lang::En => english,
        Lang::Zh => CHINESE
            .iter()
            .chain(assessment_phrases::CHINESE)
            .find(|(phrase, _)| *phrase == english)
            .map_or(english, |(_, chinese)| chinese),
    }
}

const CHINESE: &[(&str, &str)] = &[
    ("edit staged", "修改待应用"),
    ("note", "提示"),
    ("dismissed", "已忽略"),
    ("mended", "已修正"),
    ("open", "未处理"),
    ("all", "全部"),
    ("(sales − cost of goods) / sales", "（销售 − 成本）/ 销售"),
    ("6.56 X1 + 3.26 X2 + 6.72 X3 + 1.05 X4", "6.56 X1 + 3.26 X2 + 6.72 X3 + 1.05 X4"),
    ("Altman Z″", "Altman Z″"),
    ("Beyond the end", "超出末尾"),
    (
        "Chance of a credit note in 30 days at the pace of the last 90.",
        "按最近 90 天的频率，30 天内出现贷项凭单的概率。",
    ),
    (
        "Credit notes a day since first seen, pulled to one in a hundred days.",
        "自首次出现以来的日均贷项凭单，向百日一次收缩。",
    ),
    ("Credited lines over sold lines plus ten.", "退货行数 /（销售行数 + 10）。"),
    ("Credited money over sold money, at most 1.", "退货金额 / 销售金额，最大为 1。"),
    ("Day of the week, Monday = 0, in UTC.", "星期几，周一为 0（UTC）。"),
    ("Days since the last credit note.", "距上次贷项凭单的天数。"),
    ("Days since the last sale.", "距上次销售的天数。"),
    ("EBIT", "息税前利润"),
    ("Earlier credit notes of the buyer.", "该买家此前的贷项凭单。"),
    ("Earlier sales to the buyer.", "此前对该买家的销售。"),
    ("European Central Bank", "欧洲中央银行"),
    ("How far the amount lies from the shop's normal.", "金额偏离店铺常态的程度。"),
    ("Largest line over this sale's money.", "最大行金额 / 本次金额。"),
    ("Mean days between the buyer's sales.", "买家两次购买之间的平均天数。"),
    ("Mean ln of quantity over the usual quantity of the goods.", "数量与该商品常见数量之比的对数均值。"),
    ("Mean ln(1 + money) of earlier sales, pulled to 6.", "此前销售 ln(1 + 金额) 的均值，向 6 收缩。"),
    ("Money of the buyer's sales in the last 90 days, major units.", "最近 90 天对该买家的销售额（主币单位）。"),
    ("Money of the largest line of goods, major units.", "最大商品行的金额（主币单位）。"),
    ("No bank line shows this payout.", "银行流水中没有此打款。"),
    ("No credit note explains this refund.", "没有贷项凭单可以解释此退款。"),
    ("No order explains this payment.", "没有订单可以解释此付款。"),
    ("No payment settles this order.", "没有付款结算此订单。"),
    ("No refund settles this credit note.", "没有退款结算此贷项凭单。"),
    ("No such address", "没有此地址"),
    ("Not found", "未找到"),
    ("Nothing explains this bank line.", "没有任何记录可以解释此银行流水。"),
    ("Parameter not understood", "参数无法识别"),
    (
        "Past credit rate of these goods over the rate of all goods, by money.",
        "这些商品的历史退货率与全部商品之比（按金额）。",
    ),
    ("Sales to the buyer in the last 30 days.", "最近 30 天对该买家的销售数。"),
    ("Sales to the buyer in the last 90 days.", "最近 90 天对该买家的销售数。"),
    ("Share of lines with goods that are new to the buyer.", "买家首次购买的商品行占比。"),
    (
        "Share of the buyer's matured sales with the event, pulled to the shop's.",
        "买家到期销售中发生事件的比例，向店铺比例收缩。",
    ),
    (
        "Share of the country's matured sales with the event, pulled to the shop's.",
        "该国到期销售中发生事件的比例，向店铺比例收缩。",
    ),
    ("The answer failed", "回答失败"),
    ("The bank received less than the processor paid out.", "银行收到的少于处理商打款。"),
    ("The bytes were removed", "字节已按保留期限删除"),
    ("The buyer has few matured sales: how young buyers differ.", "买家的到期销售较少：新买家的差异。"),
    ("The lines of this payout do not sum to it.", "此打款的明细之和与其不符。"),
    ("The order was paid in full before; this payment doubles it.", "订单此前已全额付清；此付款为重复付款。"),
    ("The payment that this refund gives back is in no file.", "此退款对应的付款不在任何文件中。"),
    ("The payments are less than the order.", "付款少于订单金额。"),
    ("The refunds of this payment are more than the payment.", "此付款的退款超过付款金额。"),
    ("Units of goods in this sale.", "本次销售的商品件数。"),
    ("What is cut where a model is surer than one in 160,000.", "模型比十六万分之一更确定时截去的部分。"),
    ("What calibration adds, so that a probability means what it says.", "校准的调整，使概率名副其实。"),
    ("What the mean of probabilities is away from the mean of log-odds.", "概率均值与对数几率均值之差。"),
    ("Where every score starts: how often the event comes at all.", "所有评分的起点：事件总体发生的频率。"),
    ("adjustment", "调整"),
    ("aggregate", "汇总"),
    ("allow", "放行"),
    ("approved", "已批准"),
    ("asset", "资产"),
    ("bad_debts", "坏账"),
    ("bank", "银行"),
    ("bank line", "银行流水"),
    ("bank_charges", "银行费用"),
    ("bank_unexplained", "未解释的银行流水"),
    ("base rate", "基准率"),
    ("book equity", "账面权益"),
    ("buyer payment", "买家付款"),
    ("buyers with two sales or more / buyers", "两次及以上购买的买家 / 买家"),
    ("calibration", "校准"),
    ("cancelled", "已取消"),
    ("cost_of_goods_sold", "销货成本"),
    ("count", "盘点"),
    ("created", "已创建"),
    ("delivered", "已送达"),
    ("ends of the scale", "刻度两端"),
    ("cash / monthly net outflow", "现金 / 月净流出"),
    ("cash flow", "现金流"),
    ("cash_in_transit", "在途资金"),
    ("charge", "收款"),
    ("charity_commission", "慈善佣金"),
    ("cold start", "冷启动"),
    ("concentration (HHI)", "集中度（HHI）"),
    ("cost of goods sold", "销货成本"),
    ("country event rate", "国家事件率"),
    ("credit note", "贷项凭单"),
    ("credit note refunded", "贷项凭单已退款"),
    ("credit notes", "贷项凭单数"),
    ("credit notes a day", "日均贷项凭单"),
    ("credit-note-refunded", "贷项凭单已退款"),
    ("credited goods / goods sold", "退货 / 销货"),
    ("credited lines", "退货行占比"),
    ("credited share", "退货金额占比"),
    ("critical", "危急"),
    ("current assets / current liabilities", "流动资产 / 流动负债"),
    ("current ratio", "流动比率"),
    ("customers", "客户"),
    ("days", "天"),
    ("days since credit note", "距上次贷项凭单天数"),
    ("days since sale", "距上次销售天数"),
    ("debt ratio", "负债率"),
    ("decide", "决定"),
    ("deviation / mean of monthly sales", "月销售额的标准差 / 均值"),
    ("discounts", "折扣"),
    ("dispute", "争议"),
    ("dispute reversal", "争议撤销"),
    ("disputes", "争议"),
    ("enough history", "足够的历史"),
    ("equity", "权益"),
    ("exchange_differences", "汇兑差额"),
    ("expense", "费用"),
    ("fee", "手续费"),
    ("few sales of its own", "自身销售较少"),
    ("fixed by law", "法定固定汇率"),
    ("fixed_assets", "固定资产"),
    ("gift_vouchers", "礼品券"),
    ("invoiced", "已开票"),
    ("lost", "已丢失"),
    ("opening balance", "期初余额"),
    ("operating_costs", "经营成本"),
    ("order status", "订单状态"),
    ("other_assets", "其他资产"),
    ("other_expenses", "其他费用"),
    ("other_income", "其他收入"),
    ("other_liabilities", "其他负债"),
    ("own rates", "自有汇率"),
    ("price", "价格"),
    ("processing", "处理中"),
    ("purchase", "采购"),
    ("retained_earnings", "留存收益"),
    ("return", "退货"),
    ("returned", "已退回"),
    ("sales_tax", "应交销售税"),
    ("goods credit rate", "商品退货率"),
    ("gross margin", "毛利率"),
    ("growth", "增长"),
    ("hold", "暂扣"),
    ("income", "收入"),
    ("inventory", "存货"),
    ("invoice", "发票"),
    ("largest line", "最大行金额"),
    ("largest line share", "最大行占比"),
    ("last three whole months / the three before − 1", "最近三个整月 / 之前三个月 − 1"),
    ("liability", "负债"),
    ("link", "关联"),
    ("ln of this sale's money less the buyer's mean.", "本次金额的对数减买家均值。"),
    ("ln(1 + money of all earlier sales).", "ln(1 + 此前全部销售额)。"),
    ("ln(1 + money) of this sale.", "本次销售的 ln(1 + 金额)。"),
    ("log value", "本次金额（对数）"),
    ("log value so far", "累计销售额（对数）"),
    ("manual_sales", "手工销售"),
    ("marketplace_clearing", "平台清算"),
    ("marketplace_fees", "平台费用"),
    ("mean gap", "平均间隔"),
    ("mean log value", "平均销售额（对数）"),
    ("model", "模型"),
    ("new goods share", "新商品占比"),
    ("none", "无"),
    ("normal", "正常"),
    ("normalise", "规范化"),
    ("observe", "观测"),
    ("opening bank balance", "期初银行余额"),
    ("operating costs", "经营成本"),
    ("operation", "运营"),
    ("order cancelled", "订单已取消"),
    ("order paid", "订单已付"),
    ("order-cancelled", "订单已取消"),
    ("order-paid", "订单已付"),
    ("own event rate", "自身事件率"),
    ("payment voided", "付款已作废"),
    ("payment-voided", "付款已作废"),
    ("payments_unapplied", "未核销付款"),
    ("payout", "打款"),
    ("payout implied", "推定打款"),
    ("payout received", "打款已到账"),
    ("payout-implied", "推定打款"),
    ("payout-received", "打款已到账"),
    ("post", "记账"),
    ("processor", "处理商"),
    ("processor adjustment", "处理商调整"),
    ("processor fee", "处理商费用"),
    ("processor fees", "处理商费率"),
    ("processor fees / gross sales", "处理商手续费 / 销售总额"),
    ("processor_balance", "处理商余额"),
    ("processor_fees", "处理商手续费"),
    ("profit", "盈利"),
    ("quantity against usual", "数量相对常态"),
    ("rates", "汇率"),
    ("receivable days", "应收天数"),
    ("receivables", "应收账款"),
    ("receivables / sales a day", "应收账款 / 日均销售"),
    ("recent credit chance", "近期退货概率"),
    ("reconcile", "对账"),
    ("refund", "退款"),
    ("refunds_unapplied", "未核销退款"),
    ("repurchase rate", "复购率"),
    ("retained earnings", "留存收益"),
    ("return rate", "退货率"),
    ("review", "复核"),
    ("runway", "现金可用期"),
    ("sale", "销售"),
    ("sales", "此前销售"),
    ("sales 30d", "30 天销售数"),
    ("sales 90d", "90 天销售数"),
    ("sales growth", "销售增长"),
    ("sales volatility", "销售波动"),
    ("sales_returns", "销售退回"),
    ("samples", "样品"),
    ("score", "评分"),
    ("share_capital", "股本"),
    ("shipment", "包裹"),
    ("shipped", "已发货"),
    ("shipping_income", "运费收入"),
    ("solvency", "偿债"),
    ("sources", "读取"),
    ("spread over sales", "各销售间的离散"),
    ("statement fact", "报表事实"),
    ("stock correction", "库存更正"),
    ("stock movement", "库存变动"),
    ("sum of squared shares of known buyers", "已知买家份额平方和"),
    ("suspense", "暂记科目"),
    ("total assets", "总资产"),
    ("total liabilities", "总负债"),
    ("total liabilities / total assets", "总负债 / 总资产"),
    ("trade payables", "应付账款"),
    ("trade_payables", "应付账款"),
    ("transfer", "调拨"),
    ("trial balance", "试算平衡表"),
    ("unavailable", "缺货"),
    ("units", "件数"),
    ("value 90d", "90 天销售额"),
    ("value against own mean", "金额相对自身均值"),
    ("value against the shop's normal", "金额相对店铺常态"),
    ("warn", "提醒"),
    ("warning", "警告"),
    ("watch", "关注"),
    ("weekday", "星期"),
    ("working capital", "营运资本"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        Account, Action, ExceptionRule, IssueStatus, Level, OrderState, RateProvider, SettlementKind, ShipmentState,
        Stage, StockReason,
    };
    use engine::indicators::{Books, indicators};
    use engine::observe::FEATURES;
    use store::ContentKind;

    fn is_known(phrase: &str) {
        assert!(CHINESE.iter().any(|(english, _)| *english == phrase), "no Chinese for `{phrase}`");
    }

    #[test]
    fn every_phrase_of_the_domain_has_its_chinese() {
        ExceptionRule::ALL.iter().for_each(|rule| is_known(rule.sentence()));
        ContentKind::ALL.iter().for_each(|kind| is_known(kind.name()));
        OrderState::ALL.iter().for_each(|state| is_known(state.name()));
        ShipmentState::ALL.iter().for_each(|state| is_known(state.name()));
        StockReason::ALL.iter().for_each(|reason| is_known(reason.name()));
        let providers = [RateProvider::User, RateProvider::EuropeanCentralBank, RateProvider::Law];
        providers.iter().for_each(|provider| is_known(provider.name()));
        Stage::ALL.iter().for_each(|stage| is_known(stage.name()));
        IssueStatus::ALL.iter().for_each(|status| is_known(status.name()));
        Account::ALL.iter().for_each(|account| is_known(account.name()));
        SettlementKind::ALL.iter().for_each(|kind| is_known(kind.name()));
        [Level::Normal, Level::Watch, Level::Warning, Level::Critical].iter().for_each(|level| is_known(level.name()));
        [Action::Allow, Action::Warn, Action::Review, Action::Hold].iter().for_each(|action| is_known(action.name()));
        for feature in FEATURES {
            is_known(feature.name);
            is_known(feature.sentence);
        }
        for indicator in indicators(&Books::default()) {
            [indicator.side, indicator.name, indicator.formula].into_iter().for_each(is_known);
            indicator.missing.iter().for_each(|missing| is_known(missing));
        }
    }
}
