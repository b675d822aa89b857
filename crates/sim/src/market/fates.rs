//! What may befall an order or a payout, and how it is dealt.

use super::Market;
use crate::charges::share_of;

/// What befalls an order. The first twelve are breaks; of the others two are near misses of each, and some are ways to pay
/// and be paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    Plain,
    NeverPaid,
    Underpaid,
    StrayPayment,
    PaidTwice,
    RefundedTooMuch,
    RefundOfUnknown,
    RefundWithoutNote,
    NoteWithoutRefund,
    PaidOneOff,
    WrongFee,
    InterestOfInstalments,
    SellerOverpaid,
    PaidInThirds,
    PaidLate,
    Cancelled,
    PaidInParts,
    PaidByLink,
    PaidByHalves,
    SecondPaymentGivenBack,
    RefundedInFull,
    RefundedInFullByParts,
    RefundedLate,
    RefundWithoutText,
    NoteRefundedByParts,
    NoteRefundedLate,
    PaidInForeignBalance,
    ChargedBack,
    PaidByInstalments,
    PaidByGiftCard,
    SellerPaid,
    PaidTogether,
    PaidByParcel,
    HeldBack,
}

/// The order fates, each dealt to one share of the orders; near misses that stand twice have two shares.
pub(super) const FATES: [Fate; 39] = [
    Fate::NeverPaid,
    Fate::Underpaid,
    Fate::StrayPayment,
    Fate::PaidTwice,
    Fate::RefundedTooMuch,
    Fate::RefundOfUnknown,
    Fate::RefundWithoutNote,
    Fate::NoteWithoutRefund,
    Fate::PaidOneOff,
    Fate::WrongFee,
    Fate::InterestOfInstalments,
    Fate::SellerOverpaid,
    Fate::PaidInThirds,
    Fate::PaidInThirds,
    Fate::PaidLate,
    Fate::Cancelled,
    Fate::PaidInParts,
    Fate::PaidInParts,
    Fate::PaidByLink,
    Fate::PaidByLink,
    Fate::PaidByHalves,
    Fate::SecondPaymentGivenBack,
    Fate::RefundedInFull,
    Fate::RefundedInFullByParts,
    Fate::RefundedLate,
    Fate::RefundedLate,
    Fate::RefundWithoutText,
    Fate::RefundWithoutText,
    Fate::NoteRefundedByParts,
    Fate::NoteRefundedLate,
    Fate::PaidInForeignBalance,
    Fate::ChargedBack,
    Fate::PaidByInstalments,
    Fate::PaidByGiftCard,
    Fate::SellerPaid,
    Fate::SellerPaid,
    Fate::PaidTogether,
    Fate::PaidByParcel,
    Fate::HeldBack,
];

/// What befalls a payout. The first four are breaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PayoutFate {
    Plain,
    Short,
    Missing,
    LineLost,
    StrayBankLine,
    Combined,
    ArrivedLate,
    Instant,
    ReferenceLost,
    ByHand,
}

/// The payout fates, dealt as [`FATES`] are.
pub(super) const PAYOUT_FATES: [PayoutFate; 14] = [
    PayoutFate::Short,
    PayoutFate::Missing,
    PayoutFate::LineLost,
    PayoutFate::StrayBankLine,
    PayoutFate::Combined,
    PayoutFate::Combined,
    PayoutFate::ArrivedLate,
    PayoutFate::ArrivedLate,
    PayoutFate::Instant,
    PayoutFate::Instant,
    PayoutFate::ReferenceLost,
    PayoutFate::ReferenceLost,
    PayoutFate::ByHand,
    PayoutFate::ByHand,
];

/// One fate for each of `all` things. Each fate of the list gets its share of them (at least one, where the rate is not
/// zero), drawn from those that are eligible; the others stay plain.
pub(super) fn deal<F: Copy>(
    market: &Market,
    what: &str,
    all: usize,
    eligible: &[usize],
    fates: &[F],
    plain: F,
) -> Vec<F> {
    let mut dealt = vec![plain; all];
    let share = share_of(i64::try_from(all).unwrap_or(0), i64::from(market.params.break_bps));
    let wanted = match market.params.break_bps {
        0 => 0,
        _ => usize::try_from(share).unwrap_or(0).max(1).min(eligible.len() / fates.len()),
    };
    let mut ranked = eligible.to_vec();
    ranked.sort_by_cached_key(|index| market.seed.stream(what, &index.to_string()).word());
    if wanted > 0 {
        for (fate, chosen) in fates.iter().zip(ranked.chunks(wanted)) {
            chosen.iter().for_each(|index| dealt[*index] = *fate);
        }
    }
    dealt
}
