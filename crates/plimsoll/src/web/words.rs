//! Every fixed word of the pages, in English and Chinese.
//!
//! A word that lacks a language does not compile. What the domain says (rules, stages, accounts, features) stands in
//! `phrases.rs`; names of rules and accounts are the same in every language, as in the API.

/// A language of the pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lang {
    En,
    Zh,
}

impl Lang {
    /// The code of the `lang` attribute.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// The language of a tag such as `zh-CN`.
    pub(super) fn from_code(tag: &str) -> Option<Self> {
        match tag.split('-').next()? {
            "en" => Some(Self::En),
            "zh" => Some(Self::Zh),
            _ => None,
        }
    }
}

macro_rules! words {
    ($($word:ident: $en:literal, $zh:literal;)*) => {
        /// A fixed word of the pages.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum Word { $($word,)* }

        impl Word {
            /// The word in a language.
            pub(super) fn text(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Self::$word, Lang::En) => $en, (Self::$word, Lang::Zh) => $zh,)* }
            }
        }
    };
}

words! {
    Accession: "filing", "申报编号";
    Account: "account", "科目";
    Accuracy: "accuracy", "精确度";
    AccuracyOfModel: "accuracy", "准确率";
    Address: "address", "地址";
    AdjustedPrice: "adjusted close", "复权收盘价";
    Against: "against", "对比期";
    AgainstBest: "against best", "与最佳之差";
    AgeDays: "age, days", "账龄（天）";
    All: "all", "全部";
    AllCurrencies: "all currencies at the rates of the last day", "全部币种按期末汇率折算";
    AllAnswered: "Every pair is answered; the answers are used by", "所有记录对均已回答；使用这些回答的命令：";
    AllReasons: "All reasons →", "全部理由 →";
    Amount: "amount", "金额";
    AnswerByCommand: "Answers are taken here on a loopback address alone; elsewhere by", "仅在本机地址上可在此回答；其他情况请用";
    AnswerPair: "Answer a pair: one thing, not, unsure, take back", "回答记录对：同一、不同、无法判断、撤回";
    Answered: "answered", "已回答";
    Approved: "approved", "批准时间";
    Approve: "approve", "复核同意";
    AsCsv: "Download as CSV", "下载 CSV";
    AsOf: "as of", "截至";
    Assign: "assign to", "指派给";
    AsTable: "As a table", "以表格显示";
    At: "at", "时间";
    Auc: "AUC", "AUC";
    AveragePrecision: "average precision", "平均精度";
    Balances: "Balances", "余额";
    BalancesCountAt: "Balances of other currencies count at the last rates before the day as of which everything was settled.", "其他币种的余额按对账截止日之前的最后汇率换算。";
    AtTheEnd: "at the end", "期末";
    AtTheStart: "at the start", "期初";
    Bar: "bar", "条形";
    BaseRate: "base rate", "基准率";
    BelongsAt: "It belongs to a period that is closed:", "应属已关账期间：";
    Best: "best", "最佳";
    Booked: "booked", "入账日";
    Books: "Books in", "记账货币";
    Brier: "Brier", "Brier";
    Business: "The business", "企业";
    BusinessScore: "Score of the business", "企业评分";
    Buyer: "buyer", "买家";
    BuyerReasons: "A buyer is as likely as its riskiest live sale; these are that sale's reasons.", "买家的概率取其风险最高的未到期销售；以下为该笔销售的理由。";
    Buyers: "Buyers", "买家";
    By: "by", "操作人";
    ByteOffset: "byte offset", "字节偏移";
    Bytes: "bytes", "字节";
    Calibration: "Calibration", "校准";
    CalibrationError: "ECE", "校准误差";
    CannotTell: "unsure", "无法判断";
    Card: "card", "卡";
    Carrier: "carrier", "承运商";
    CardCountry: "country of the card", "发卡国家";
    Category: "category", "类别";
    Charge: "charge", "收款";
    Choose: "choose", "选择";
    Claimed: "claimed", "论文声称";
    Cleared: "cleared", "已消除";
    ClearedByThemselves: "cleared by themselves: the other side arrived", "笔已自行消除：对方记录已到";
    ClearingMeans: "The balance of each clearing account is the sum of its open items, which stand under Clearing accounts.", "每个清算科目的余额等于其未清项目之和，见“清算科目”。";
    Close: "Close", "关闭";
    ClosingPrice: "close", "收盘价";
    Code: "code", "编号";
    ConcentrationOfSellers: "concentration of sellers (HHI)", "卖家集中度（HHI）";
    Concept: "concept", "概念";
    Cost: "cost", "成本";
    Counterparty: "counterparty", "对方";
    Column: "column", "列";
    Country: "country", "国家";
    Credit: "credit", "贷方";
    CreditRisk: "Credit risk", "信用风险";
    Currency: "currency", "货币";
    Customer: "customer", "客户";
    CutOver: "balances at the end of", "余额截止日";
    CutsSafeDistress: "safe / distress", "安全 / 困境";
    Day: "day", "日期";
    Debit: "debit", "借方";
    Decision: "Decision", "决定";
    Decisions: "Decisions", "决定";
    Definitions: "definitions", "定义版本";
    Delivered: "delivered", "送达时间";
    Description: "description", "说明";
    Device: "device", "设备";
    Do: "Do it", "执行";
    Duplicates: "duplicates", "重复";
    Ecb: "ECB", "欧洲央行";
    EitherWay: "either way", "过高或过低";
    EndToEnd: "end-to-end", "端到端编号";
    Entity: "entity", "主体";
    Entries: "Entries", "分录";
    Entry: "Entry", "分录";
    Epoch: "epoch", "轮次";
    EquityTaken: "change of equity", "权益变动";
    Evidence: "Evidence", "凭据";
    Exceeded: "exceeded", "突破次数";
    Exceptions: "Exceptions", "异常";
    Expected: "expected", "预测";
    ExpectedShortfall: "expected shortfall", "预期损失";
    Explanation: "explanation", "说明";
    Exposure: "exposure", "敞口";
    FalsePositiveRate: "false positive rate", "假阳性率";
    Features: "features", "特征数";
    Fee: "fee", "手续费";
    FiguresAndPlaces: "Figures and where they stand", "数字及其出处";
    File: "file", "文件";
    Files: "Source files", "来源文件";
    FirstReason: "first reason", "首要理由";
    FitSeconds: "fit seconds", "训练秒数";
    From: "from", "自";
    Formula: "formula", "公式";
    GainInMoney: "Gain in money", "资金收益";
    Gross: "gross", "总额";
    Guest: "guest", "访客";
    Higher: "higher", "越高越险";
    HighestPrice: "high", "最高价";
    Holds: "in = out + issues", "入 = 出 + 问题";
    HowToMend: "To see a row with its text, and how to mend it:", "查看某行原文及修正方法：";
    In: "in", "入";
    IndicatorTree: "The tree of indicators", "指标树";
    Indicators: "Indicators", "指标";
    InOtherCurrencies: "documents in other currencies are left out, as no rate of their day is known", "份其他货币的单据因当日没有汇率而未计入";
    InstalledAt: "installed", "安装时间";
    Instalments: "instalments", "分期数";
    Instrument: "instrument", "标的";
    IntegrationAccuracy: "integration accuracy", "整合准确率";
    Interval: "interval of 80 %", "80 % 区间";
    IsItSound: "Is it sound?", "稳健性评估";
    Issues: "issues", "问题";
    IssuesByRule: "Issues by rule", "按规则的问题";
    Keys: "Keys", "快捷键";
    KeysHint: "Press ? for keys", "按 ? 查看快捷键";
    Known: "known", "已知";
    Ks: "KS", "KS";
    Language: "language", "语言";
    Latency: "latency", "延迟";
    LearnedProbability: "Learned on other companies", "在其他公司上学得的概率";
    LearningCurves: "Learning curves", "学习曲线";
    Ledger: "Ledger", "总账";
    LedgerBalanced: "Ledger balanced", "账目平衡";
    LevelOfRisk: "level", "置信水平";
    Line: "line", "行";
    LiquidityRisk: "Liquidity risk", "流动性风险";
    LoadLineMeans: "The water stands at the score, 0 (best) to 5; the Plimsoll mark where the policy starts to watch:", "水位表示评分，0（最好）到 5；载重线标记政策开始关注之处：";
    LoanLimit: "loan limit", "贷款限额";
    Location: "location", "地点";
    LogOdds: "log-odds", "对数几率";
    Loss: "loss", "损失函数";
    LossGivenEvent: "loss given the event", "事件损失率";
    LossSaved: "loss saved", "挽回损失";
    Lower: "lower", "越低越险";
    LowestPrice: "low", "最低价";
    Marked: "marked", "已标记";
    Market: "market", "市场";
    MarketRisk: "Market risk", "市场风险";
    Matured: "matured", "已到期";
    Merchant: "merchant", "商户";
    Method: "method", "方法";
    MethodsAndLimits: "Methods and limits", "方法与局限";
    MicrosecondsARow: "µs a row", "每行微秒";
    Missing: "missing", "缺少";
    Model: "Model", "模型";
    Models: "Models", "模型";
    ModelsCompared: "Models compared", "模型比较";
    MoneyAtRisk: "money at risk", "风险金额";
    MoneyAtRiskByRule: "Exceptions: money at risk by rule", "异常：按规则的风险金额";
    MoneyMatched: "Money matched", "已匹配金额";
    MoneyMatchedMeans: "of all that is to be settled", "占全部待结算金额";
    Month: "month", "月份";
    MonthlySalesAndReturns: "Monthly sales and returns", "每月销售与退货";
    Name: "name", "名称";
    Nearest: "What comes nearest, and why it is not that", "最接近的记录及不匹配的原因";
    Net: "net", "净额";
    Next: "Next", "下一页";
    NextOrPreviousRow: "Next or previous row", "下一行或上一行";
    No: "no", "否";
    NoComparison: "No comparison of models yet. Make one with", "尚无模型比较。请运行";
    NoEntries: "No entries in this span.", "此范围内没有分录。";
    NoExceptions: "No exceptions here: everything that is due has settled.", "没有异常：到期项目均已结算。";
    NoIssues: "No row is quarantined: every row of every file was used.", "没有隔离的行：每个文件的每一行均已使用。";
    NoFiles: "Nothing is imported yet. Start with", "尚未导入数据。请先运行";
    NoModel: "No model decides yet; scores come from the cold-start rules. Fit one with", "尚无模型，评分来自冷启动规则。训练模型请运行";
    NoRateInTheWeekBefore: "no rate in the week before", "此前一周内没有汇率：";
    NoRates: "No rates on this day.", "当日没有汇率。";
    NoSalesIn: "No sales in", "没有以下币种的销售：";
    NoScoreHasAll: "no score has all that it needs", "没有评分具备全部所需数据";
    NoScores: "No live scores. Sales that are younger than the horizon have them: import newer data with", "没有有效评分。期限内的销售才有评分，请导入较新的数据：";
    NoSellers: "No sellers yet: the policy names whose goods are sold.", "尚无卖家：由策略指定所售商品属于谁。";
    NotIn: "not in", "无法换算为";
    NotKnown: "not known", "未知";
    NotOneThing: "not one thing", "不是同一对象";
    NothingToReview: "No pair of records waits for an answer; this queues some:", "没有待回答的记录对；以下命令可加入一些：";
    Number: "number", "单号";
    Object: "object", "对象";
    Of: "of", "，总额";
    OneThing: "one thing", "同一对象";
    Open: "open", "未结";
    OpenAndHandled: "open, with handled ones", "未结（含已处理）";
    OpenRow: "Open the row", "打开该行";
    OpeningPrice: "open", "开盘价";
    OrSeeTheDemo: "Or see a whole shop at work with", "或者查看完整的示例商店：";
    Order: "order", "排序";
    OrderReference: "order", "订单";
    Origin: "origin", "来源性质";
    OtherModelsAreGrey: "The other models are grey; point at a line for its name.", "其余模型为灰色；指向线条可见名称。";
    Out: "out", "出";
    Outlook: "Sales to come", "销售展望";
    Overview: "Overview", "总览";
    Owner: "owner", "负责人";
    Platform: "the platform", "平台";
    PValue: "p", "p 值";
    Pages: "Pages", "页面";
    PapersTable: "The first paper's table, measured beside claimed", "第一篇论文的表：实测与声称";
    Parties: "parties", "往来方";
    Payout: "payout", "打款";
    PayoutAt: "paid out", "打款时间";
    Period: "period", "期间";
    Policy: "policy", "政策版本";
    Precision: "precision", "精确率";
    PrecisionAndRecall: "Precision and recall", "精确率与召回率";
    Previous: "Previous", "上一页";
    Probability: "probability", "概率";
    ProbabilitySaid: "probability said", "预测概率";
    Promised: "promised by", "承诺送达";
    Quantity: "quantity", "数量";
    QuickLook: "A quick look: smaller samples, fewer epochs, no folds.", "快速查看：样本较小、轮次较少、无交叉折。";
    Rate: "rate a year", "年利率";
    RateCameLater: "its rate was imported after the sale was scored", "其汇率在销售评分之后才导入";
    Rating: "rating", "评价";
    Real: "real", "真实";
    Reason: "reason", "理由";
    ReasonNoteOrOwner: "reason, note or owner", "理由、备注或负责人";
    Recall: "recall", "召回率";
    Recommended: "Recommended", "推荐";
    ReconciledAt: "reconciled as of", "对账截至";
    Record: "Record", "记录";
    Records: "Records", "记录";
    Reference: "reference", "参考号";
    Related: "related", "相关记录";
    Remittance: "remittance", "附言";
    Reopen: "reopen", "重新打开";
    Resolve: "resolve", "解决";
    Restated: "Restated", "重述";
    Returns: "returns", "退货";
    Reverses: "Reverses", "冲销";
    Alerts: "Alerts", "警报";
    Review: "Review", "复核";
    RiskAccuracy: "risk accuracy", "风险准确率";
    RiskInExceptions: "Money at risk, exceptions", "异常的风险金额";
    RiskInSales: "Money at risk, live sales", "未到期销售的风险金额";
    RiskierWhen: "riskier when", "何时更险";
    Riskiest: "Riskiest now", "当前风险最高";
    RocCurve: "ROC curve", "ROC 曲线";
    Rows: "rows", "行数";
    Rule: "rule", "规则";
    Sales: "sales", "销售";
    SalesLeftOut: "Sales in other currencies are not in the chart and the indicators:", "图表和指标不含其他币种的销售：";
    Scenario: "scenario", "情景";
    Scenarios: "What if", "情景与压力";
    Score: "score", "评分";
    ScoreMeans: "0 is best, 5 is worst: linear in log-odds between the policy's two ends. Money at risk = probability × loss given the event × exposure.", "0 最好，5 最差：在政策两端之间与对数几率成线性。风险金额 = 概率 × 事件损失率 × 敞口。";
    ScoreThen: "score then", "当时评分";
    Scores: "Scores", "评分";
    Seller: "seller", "卖家";
    Sellers: "Sellers", "卖家";
    Payables: "Owed to sellers", "应付卖家款";
    SellerLines: "Sales and payments", "销售与付款";
    SalesTax: "Sales tax", "销售税";
    Documents: "documents", "单据数";
    Jurisdiction: "jurisdiction", "税区";
    Taxable: "taxable", "应税额";
    TaxCharged: "charged", "已收税";
    Withheld: "withheld by marketplaces", "平台代扣";
    TaxOwed: "owed", "应缴";
    Commission: "commission", "佣金";
    PaidOut: "paid", "已付";
    OwedBefore: "owed before", "期初应付";
    OwedNow: "owed", "应付";
    OwedAtTheEnd: "owed at the end", "期末应付";
    NoPayables: "The policy names no sellers. How they are named:", "政策中没有卖家。写法见：";
    AllSellers: "← all sellers", "← 全部卖家";
    SentBack: "refunded or charged back", "退款或拒付";
    Settled: "settled", "被结算";
    SettledBy: "settled by", "结算方";
    Settlements: "Settlements", "结算";
    ShareOfEvents: "share of events", "实际比例";
    ShareStopped: "share of rows stopped", "拦截比例";
    Shipped: "shipped", "发货时间";
    Show: "Show", "显示";
    ShowKeys: "Show these keys", "显示快捷键";
    ShownToBuyer: "shown to the buyer", "买家所见";
    Side: "side", "方面";
    Simulated: "simulated", "模拟";
    SimulatedMeans: "made by `plimsoll simulate` from the real invoices", "由 `plimsoll simulate` 根据真实发票生成";
    SkipToContent: "Skip to content", "跳到正文";
    SoldInTheYear: "sold in twelve months", "十二个月销售";
    Source: "source", "来源";
    QuarantinedRows: "Quarantine", "隔离";
    Stage: "stage", "阶段";
    Stages: "Stages: in = out + issues", "阶段：入 = 出 + 问题";
    Statement: "statement", "报表";
    Statements: "Statements", "报表";
    Status: "status", "状态";
    StockCode: "stock code", "货号";
    Subject: "subject", "对象";
    Sum: "Sum", "合计";
    Suppress: "suppress until", "暂不显示至";
    TakeBack: "take the answer back", "撤回回答";
    Text: "text", "正文";
    Thousands: "thousands", "千";
    Ties: "ties", "勾稽";
    Title: "title", "标题";
    To: "to", "至";
    Together: "together", "合计";
    TooLargeToTell: "too large to be told", "数额过大，无法换算";
    Total: "total", "合计";
    Tracking: "tracking number", "运单号";
    Training: "training", "训练";
    Transactions: "Transactions", "交易";
    TruePositiveRate: "true positive rate", "真阳性率";
    Undo: "Undo", "撤销";
    TwoYearsBefore: "two years before", "前两年";
    Unit: "unit", "单位";
    UnitCost: "unit cost", "单位成本";
    UnitPrice: "unit price", "单价";
    Until: "until", "截止日";
    UsuallyHelps: "What usually helps:", "通常的处理：";
    Validation: "validation", "验证";
    Value: "value", "数值";
    ValueAtRisk: "value at risk of a day", "单日风险价值";
    Volume: "volume", "成交量";
    Weeks: "The last weeks", "最近各周";
    WhatWasDone: "What was done", "处理记录";
    Why: "Why", "为什么";
    Withdrawn: "withdrawn", "已撤回";
    WithTheChosen: "with those chosen", "对所选项";
    WithoutRate: "left out: no rate in", "项未计入：没有汇率可换算为";
    WriteNote: "note", "备注";
    YearBefore: "year before", "上一年";
    YearTo: "year to", "年度截至";
    Yes: "yes", "是";
    Zone: "zone", "区间";
    Blocking: "checks block:", "项检查阻止关账：";
    Blocks: "blocks", "阻止";
    BroughtIn: "brought in by other books", "其他账簿带入";
    ByPriceList: "by the price list", "按价目表";
    Charged: "charged", "实收";
    Check: "check", "检查";
    Checks: "Checks", "检查项";
    ClearingAccounts: "Clearing accounts", "清算科目";
    CloseOfMonth: "Close of a month", "月末关账";
    ClosedThrough: "Closed through", "已关账至";
    Difference: "difference", "差额";
    FeeAudit: "Fees", "费用核对";
    Found: "found", "发现";
    InOrder: "in order", "无误";
    Later: "later", "之后";
    LinesDiffer: "lines that differ", "有差异的行";
    MayBeMovedAs: "may be moved as", "可改记为";
    MovedByPolicy: "Moved by the policy", "政策改记";
    NoPriceList: "No price list is for these lines. How one is written:", "这些行没有对应的价目表。写法见：";
    NotExplained: "NOT EXPLAINED", "未能解释";
    NothingBlocks: "Nothing blocks. To close the month:", "没有阻止项。关账命令：";
    OpenItems: "Open items", "未清项目";
    Part: "part", "部分";
    PayoutsOverTheEnd: "Payouts over the end of the month", "跨月打款";
    PostingRules: "Posting rules", "记账规则";
    ThisMonth: "this month and before", "本月及以前";
    ToBeKnown: "to be known", "须知";
    Unpriced: "without a price", "无价目";
}
