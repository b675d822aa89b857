//! Other ways to pay and be paid: in another currency than the balance's; by instalments and gift cards, which the shop
//! alone tells of; several orders at once; by the parcel; with a part held back for a time; taken back by the buyer's bank;
//! and what goes on to the seller.

use super::Market;
use super::fates::Fate;
use super::money::{Case, Movement, Names, Text};
use super::orders::{COMMISSION_PPM, Order};
use super::storefronts::STOREFRONTS;
use crate::calendar::{self, DAY, HOUR, MINUTE};
use crate::charges::share_of;
use domain::seller::SellerRule;
use domain::{BuyerPayment, ExceptionRule as Rule, ProcessorCategory as Category, RecordId};
use jiff::Timestamp;

/// The processor's fee for a dispute, won or lost.
const DISPUTE_FEE_MINOR: i64 = 1_500;
/// A lender's interest, in hundredths of a percent an instalment.
const INTEREST_BPS: (i64, i64) = (50, 300);
/// What is held back of a payment, and for how long.
const HELD_BPS: i64 = 1_000;
const HELD_DAYS: i64 = 21;

/// What the shop says that a buyer paid.
#[derive(Clone, Debug)]
pub(super) struct ShopPayment {
    pub(super) order: u32,
    pub(super) at: Timestamp,
    pub(super) paid: BuyerPayment,
}

/// `SP0001001`: an order has one such payment at most.
pub(super) fn payment_number(order: u32) -> String {
    format!("SP{:07}", order + 1_001)
}

fn payment_record(order: u32) -> RecordId {
    RecordId::from(format!("event:buyer_payment/{}", payment_number(order)))
}

impl Order {
    /// What its seller is owed of it: what the goods sold for, less the commission.
    fn payable(&self) -> i64 {
        let goods = self.money(self.quantity * self.price_minor);
        let (stock_code, seller) = (String::new(), String::new());
        let rule = SellerRule { stock_code, seller, from: None, commission_ppm: COMMISSION_PPM };
        goods.minor - rule.commission(goods).minor
    }
}

impl Case<'_> {
    /// A near miss of this file; none where the fate is another's.
    pub(super) fn other_way(&mut self, fate: Fate) -> Option<(&'static str, RecordId)> {
        let total = self.order.total();
        Some(match fate {
            Fate::PaidInForeignBalance => ("paid into a balance of another currency", self.paid_in_foreign_balance()),
            Fate::ChargedBack => ("charged back", self.charged_back()),
            Fate::PaidByInstalments => {
                let instalments = self.instalments();
                ("paid by instalments without interest", self.shop_payment(total, "credit_card", instalments))
            }
            Fate::PaidByGiftCard => ("paid in part with a gift card", self.paid_by_gift_card()),
            Fate::SellerPaid => {
                self.pay();
                ("passed on to the seller", self.pass_on(self.order.payable()))
            }
            Fate::PaidTogether => ("two orders paid at once", self.paid_together()),
            Fate::PaidByParcel => ("paid as two parcels left", self.paid_by_parcel()),
            Fate::HeldBack => ("a part held back for three weeks", self.held_back()),
            _ => return None,
        })
    }

    /// The buyer pays the order as it is; the balance receives pounds.
    fn paid_in_foreign_balance(&mut self) -> RecordId {
        let order = self.order;
        let front = order.storefront();
        if front.code == STOREFRONTS[0].code {
            return self.pay();
        }
        let gross = (order.total() * front.pence_per_million / 1_000_000).max(1);
        let fee = STOREFRONTS[0].fee(gross, self.paid >= self.market.price_change(), true);
        let shown = Some(order.money(order.total()));
        self.push(Movement { storefront: 0, gross, fee, shown, ..self.charge() })
    }

    /// The buyer's bank takes the payment back; half of the disputes are won.
    fn charged_back(&mut self) -> RecordId {
        self.pay();
        let (total, at) = (self.order.total(), calendar::after(self.paid, self.draw.between(2 * DAY, 12 * DAY)));
        let fee = DISPUTE_FEE_MINOR;
        let names = Names::Nothing;
        let dispute = Movement { category: Category::Dispute, gross: -total, fee, names, ..self.part(1, total, at) };
        let record = self.push(Movement { charge: 0, text: Text::Empty, ..dispute });
        if self.draw.chance(5_000) {
            let won = calendar::after(at, self.draw.between(5 * DAY, 14 * DAY));
            let back =
                Movement { category: Category::DisputeReversal, gross: total, fee: 0, slot: 2, at: won, ..dispute };
            self.push(Movement { charge: 0, text: Text::Empty, ..back });
        }
        record
    }

    pub(super) fn interest_of_instalments(&mut self) {
        let (total, instalments) = (self.order.total(), self.instalments());
        let (least, most) = INTEREST_BPS;
        let bps = self.draw.between(least, most) * i64::from(instalments);
        let interest = share_of(total, bps).max(2);
        let record = self.shop_payment(total + interest, "credit_card", instalments);
        self.plant(Rule::InstalmentInterest, record, interest, "the lender's interest");
    }

    pub(super) fn seller_overpaid(&mut self) {
        self.pay();
        let payable = self.order.payable();
        let extra = share_of(payable, self.draw.between(500, 5_000)).max(1);
        let record = self.pass_on(payable + extra);
        self.plant(Rule::SellerPaymentUnexplained, record, extra, "the seller received more than it is owed");
    }

    fn instalments(&mut self) -> u32 {
        u32::try_from(self.draw.between(2, 10)).unwrap_or(2)
    }

    fn shop_payment(&mut self, minor: i64, method: &str, instalments: u32) -> RecordId {
        let (order, at) = (self.order, self.paid);
        let (order_reference, method) = (order.number(), method.to_owned());
        let paid = BuyerPayment { order_reference, method, instalments, amount: order.money(minor) };
        self.market.shop_payments.push(ShopPayment { order: order.index, at, paid });
        payment_record(order.index)
    }

    fn paid_by_gift_card(&mut self) -> RecordId {
        let by_card = self.some();
        self.push(self.part(0, self.order.total() - by_card, self.paid));
        self.shop_payment(by_card, "gift_card", 1)
    }

    /// A transfer to the seller that names the order.
    fn pass_on(&mut self, minor: i64) -> RecordId {
        let at = self.soon_after(calendar::after(self.paid, DAY));
        let transfer = Movement { category: Category::Transfer, gross: -minor, fee: 0, ..self.part(1, minor, at) };
        self.push(Movement { charge: 0, text: Text::Empty, ..transfer })
    }

    /// The buyer orders again a little later and pays both at once.
    fn paid_together(&mut self) -> RecordId {
        let index = u32::try_from(self.market.orders.len()).unwrap_or(u32::MAX);
        let at = calendar::after(self.order.at, self.draw.between(1, MINUTE));
        let again = Order { index, at, quantity: self.order.quantity + 1, ..self.order };
        self.market.orders.push(again);
        let both = self.order.total() + again.total();
        self.push(Movement { names: Names::OrderAnd(index), ..self.part(0, both, calendar::after(self.paid, HOUR)) })
    }

    fn paid_by_parcel(&mut self) -> RecordId {
        let first = self.some();
        let left = calendar::after(self.paid, self.draw.between(DAY, 3 * DAY));
        self.push(self.part(0, first, self.paid));
        self.push(self.part(1, self.order.total() - first, left))
    }

    fn held_back(&mut self) -> RecordId {
        self.pay();
        let held = share_of(self.order.total(), HELD_BPS).max(1);
        let reserve = |slot: u8, minor: i64, at: Timestamp, of: &Self| Movement {
            category: Category::Reserve,
            gross: minor,
            fee: 0,
            charge: 0,
            names: Names::Nothing,
            text: Text::Empty,
            ..of.part(slot, minor, at)
        };
        let (from, until) = (calendar::after(self.paid, MINUTE), calendar::after(self.paid, HELD_DAYS * DAY));
        let record = self.push(reserve(1, -held, from, self));
        self.push(reserve(2, held, until, self));
        record
    }
}

impl Market {
    /// Whose goods are sold and what is kept of them, as a policy has it.
    pub fn seller_terms(&self) -> String {
        let percent = COMMISSION_PPM / 10_000;
        let row = |seller: i64| {
            format!(
                "[[seller]]\nstock_code = \"S{seller:03}-*\"\nseller = \"Seller S{seller:03}\"\n\
                 commission_percent = \"{percent}\"\n\n"
            )
        };
        (0..super::orders::SELLERS).map(row).collect()
    }
}
