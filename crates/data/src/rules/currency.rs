//! The currency of a row's amounts.
//!
//! In: a write. Out: with the organization's currency, where the row gets none.
//! Invariant: no row with amounts is without a currency.

use crate::catalogue::Kind;
use crate::plan::Cell;
use crate::rules::Context;
use crate::rules::draft::Draft;

pub(super) fn apply(context: Context<'_>, draft: &mut Draft<'_>) {
    let has_amounts = draft
        .table
        .columns
        .iter()
        .any(|column| matches!(column.kind, Kind::Money { .. }));
    let is_cleared = draft.given("transactioncurrencyid") == Some(&Cell::Null);
    if has_amounts && (draft.is_create() || is_cleared) {
        let currency = context.environment.security.settings().base_currency;
        draft.settle_default("transactioncurrencyid", Cell::Guid(currency));
    }
}
