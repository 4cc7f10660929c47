//! What has left the catalogue, and is still in the database.
//!
//! In: what was dropped, and when. Out: what is to go now. Invariant: those who began by an older catalogue finish by it:
//! a table or column goes for good when no snapshot can have it any more, or when its name is needed.

use db::sql::Sql;

use crate::alter::difference;
use crate::catalogue::{Catalogue, Dropped, Own};
use crate::environment::Environment;
use crate::schema;

/// In seconds: a snapshot is a second old at most, and a request by it a few more.
const SETTLED: i64 = 5;

/// Whether there is something that nobody can be reading any more.
pub(crate) fn is_due(environment: &Environment) -> bool {
    let now = environment.clock.now().seconds();
    environment
        .own
        .dropped
        .first()
        .is_some_and(|oldest| is_settled(oldest, now))
}

/// Takes from the list what is to go with a change from one catalogue to another.
pub(super) fn take_due(own: &mut Own, from: &Catalogue, to: &Catalogue, now: i64) -> Vec<Dropped> {
    let is_needed = |dropped: &Dropped| {
        difference::tables(to, from).any(|table| table.logical_name == dropped.table)
            || difference::columns(to, from).any(|(table, column)| {
                let (names, _) = schema::column_names(table, column);
                table.logical_name == dropped.table && names.iter().any(|name| dropped.columns.contains(name))
            })
    };
    let all = std::mem::take(&mut own.dropped);
    let (due, kept) = all
        .into_iter()
        .partition(|dropped| is_settled(dropped, now) || is_needed(dropped));
    own.dropped = kept;
    due
}

/// What leaves the catalogue with such a change.
pub(super) fn dropped(from: &Catalogue, to: &Catalogue, at: i64) -> Vec<Dropped> {
    let columns = difference::columns(from, to).map(|(table, column)| {
        let (columns, indexes) = schema::column_names(table, column);
        Dropped {
            at,
            table: table.logical_name.clone(),
            indexes,
            columns,
        }
    });
    let tables = difference::tables(from, to).map(|table| Dropped {
        at,
        table: table.logical_name.clone(),
        indexes: Vec::new(),
        columns: Vec::new(),
    });
    columns.chain(tables).collect()
}

/// The statements that let it go.
pub(super) fn statements(dropped: &Dropped) -> Vec<Sql> {
    let table = || dropped.table.clone().into();
    if dropped.columns.is_empty() {
        return vec![Sql::DropTable { table: table() }];
    }
    let indexes = dropped.indexes.iter().map(|name| Sql::DropIndex {
        name: name.clone().into(),
    });
    let columns = dropped.columns.iter().map(|column| Sql::DropColumn {
        table: table(),
        column: column.clone().into(),
    });
    indexes.chain(columns).collect()
}

fn is_settled(dropped: &Dropped, now: i64) -> bool {
    now.saturating_sub(dropped.at) >= SETTLED
}
