//! New rows with what they begin with: rows made along with them, and rows that their collections take in.
//!
//! In: a body with objects and arrays in the place of navigations. Out: the row's own values, and the writes before and
//! behind it. Invariant: each write is a plan of its own, for which its own rights are asked.

use odata::{Bind, Member, Payload};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::catalogue::{ColumnId, Navigation, Table, TableId};
use crate::error::Error;
use crate::plan::payload::{self, Purpose};
use crate::plan::reference::{id_of, pair, row_of};
use crate::plan::write::{one_cell, take_key, writable};
use crate::plan::{Action, Along, Answer, Cell, Context, RowKey, WritePlan, key};

/// Rows that one body makes or links besides its own.
const MAX_ALONG: usize = 1000;

/// Makes the keys of new rows.
pub(crate) type NewId<'a> = &'a dyn Fn() -> Uuid;

/// A new row.
pub(super) struct New {
    pub(super) id: Uuid,
    pub(super) cells: Vec<(ColumnId, Cell)>,
    pub(super) along: Along,
}

/// What stands in the place of a navigation.
enum Content<'a> {
    /// A row to make.
    Row(&'a Map<String, Value>),
    /// Rows to make.
    Rows(&'a [Value]),
    /// Addresses of rows that are there.
    Links(&'a [String]),
}

/// Plans a new row of this table.
pub(super) fn row(context: &Context<'_>, table: &Table, payload: &Payload, new_id: NewId<'_>) -> Result<New, Error> {
    let table = writable(table)?;
    let (deep, plain): (Vec<_>, Vec<_>) = payload.members.iter().partition(|member| deep(table, member).is_some());
    let mut cells = if deep.is_empty() {
        payload::cells(context, table, payload, Purpose::Create)?
    } else {
        let members = plain.into_iter().cloned().collect();
        payload::cells(context, table, &Payload { members }, Purpose::Create)?
    };
    let id = take_key(table, &mut cells).unwrap_or_else(new_id);
    let mut new = New {
        id,
        cells,
        along: Along::default(),
    };
    for (name, navigation, content) in deep.into_iter().filter_map(|member| self::deep(table, member)) {
        let begin = Beginning { context, table, new_id };
        match content {
            Content::Row(object) => begin.single(&mut new, (name, navigation), object)?,
            Content::Rows(items) => begin.rows(&mut new, (name, navigation), items)?,
            Content::Links(addresses) => begin.links(&mut new, navigation, addresses)?,
        }
        if new.along.before.len() + new.along.after.len() > MAX_ALONG {
            let what = format!("a body makes and links {MAX_ALONG} rows at most");
            return Err(Error::InvalidArgument { what });
        }
    }
    Ok(new)
}

/// A member that is more than a value.
fn deep<'a>(table: &Table, member: &'a Member) -> Option<(&'a str, Navigation, Content<'a>)> {
    let (name, content) = match member {
        Member::Property {
            name,
            value: Value::Object(object),
        } => (name, Content::Row(object)),
        Member::Property {
            name,
            value: Value::Array(items),
        } => (name, Content::Rows(items)),
        Member::Bind {
            navigation,
            bind: Bind::Many(addresses),
        } => (navigation, Content::Links(addresses)),
        Member::Property { .. } | Member::Bind { .. } | Member::Annotation { .. } => return None,
    };
    let navigation = *table.navigations.get(name)?;
    let is_one = matches!(navigation, Navigation::One { .. });
    (is_one == matches!(content, Content::Row(_))).then_some((name, navigation, content))
}

/// A row whose navigations are filled.
struct Beginning<'a> {
    context: &'a Context<'a>,
    table: &'a Table,
    new_id: NewId<'a>,
}

impl Beginning<'_> {
    /// The row that a lookup is to point to comes first.
    fn single(
        &self,
        new: &mut New,
        (name, navigation): (&str, Navigation),
        object: &Map<String, Value>,
    ) -> Result<(), Error> {
        let Navigation::One { column, target } = navigation else {
            return Ok(());
        };
        let lookup = self.table.column(column);
        if !lookup.on_create {
            return Err(payload::read_only(lookup));
        }
        if new.cells.iter().any(|(known, _)| *known == column) {
            return Err(twice(name));
        }
        let row = self.made(target, name, object)?;
        let cell = key::lookup_cell(&lookup.kind, target, RowKey::Id(row.id));
        new.cells.push((column, cell));
        new.along.before.extend(all(target, row));
        Ok(())
    }

    /// Rows of a collection come behind the row that has it.
    fn rows(&self, new: &mut New, (name, navigation): (&str, Navigation), items: &[Value]) -> Result<(), Error> {
        for item in items {
            let Value::Object(object) = item else {
                return Err(Error::WrongType {
                    column: name.to_owned(),
                    value: item.to_string().chars().take(100).collect(),
                    expected: "an array of rows".to_owned(),
                });
            };
            match navigation {
                Navigation::Many { table, column } => {
                    let lookup = self.context.catalogue.table(table).column(column);
                    let mut row = self.made(table, name, object)?;
                    if row.cells.iter().any(|(known, _)| *known == column) {
                        return Err(twice(&lookup.logical_name));
                    }
                    let parent = key::lookup_cell(&lookup.kind, self.table.id, RowKey::Id(new.id));
                    row.cells.push((column, parent));
                    new.along.after.extend(all(table, row));
                }
                Navigation::ManyToMany { target, .. } => {
                    let row = self.made(target, name, object)?;
                    let id = row.id;
                    new.along.after.extend(all(target, row));
                    new.along.after.extend(self.pair(new.id, navigation, id));
                }
                Navigation::One { .. } => {}
            }
        }
        Ok(())
    }

    fn links(&self, new: &mut New, navigation: Navigation, unverified_addresses: &[String]) -> Result<(), Error> {
        for unverified_address in unverified_addresses {
            match navigation {
                Navigation::Many { table, column } => {
                    let child = row_of(self.context, table, unverified_address)?;
                    let table = self.context.catalogue.table(table);
                    let lookup = table.column(column);
                    if !lookup.on_update {
                        return Err(payload::read_only(lookup));
                    }
                    let parent = key::lookup_cell(&lookup.kind, self.table.id, RowKey::Id(new.id));
                    new.along.after.push(one_cell(table, child, column, parent));
                }
                Navigation::ManyToMany { target, .. } => {
                    let row = row_of(self.context, target, unverified_address)?;
                    let other = id_of(self.context.catalogue.table(target), &row)?;
                    new.along.after.extend(self.pair(new.id, navigation, other));
                }
                Navigation::One { .. } => {}
            }
        }
        Ok(())
    }

    fn made(&self, table: TableId, name: &str, object: &Map<String, Value>) -> Result<New, Error> {
        let payload = Payload::of(object).map_err(|source| Error::Payload {
            entity_set: name.to_owned(),
            source,
        })?;
        row(self.context, self.context.catalogue.table(table), &payload, self.new_id)
    }

    fn pair(&self, own: Uuid, navigation: Navigation, other: Uuid) -> Option<WritePlan> {
        let Navigation::ManyToMany {
            intersect,
            near,
            far,
            target,
        } = navigation
        else {
            return None;
        };
        let sides = [(near, self.table.id, own), (far, target, other)];
        let id = (self.new_id)();
        Some(pair(intersect, Action::Associate { sides, id }))
    }
}

/// The writes of a row that comes along, in their order.
fn all(table: TableId, New { id, cells, along }: New) -> impl Iterator<Item = WritePlan> {
    let own = WritePlan {
        table,
        action: Action::Create { id, cells },
        settled: Vec::new(),
        consequences: Vec::new(),
        answer: Answer::Address,
    };
    along.before.into_iter().chain([own]).chain(along.after)
}

fn twice(name: &str) -> Error {
    Error::InvalidArgument {
        what: format!("`{name}` is given more than once"),
    }
}
