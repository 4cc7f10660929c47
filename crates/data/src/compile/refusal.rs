//! Why a change was refused.
//!
//! In: the label of the step that did not come out as expected. Out: the error, or the question to the database that
//! tells which one it is. Invariant: a row that the caller cannot see is told like one that does not exist.

use db::sql::{Select, Sql};
use db::{Row, Rows, Type};
use uuid::Uuid;

use crate::access::{GuardedWrite, Permitted};
use crate::catalogue::{Catalogue, Right, TableId};
use crate::compile::condition::{condition, rows};
use crate::compile::delete::{Deleted, forbidden};
use crate::compile::source::{Statement, returned};
use crate::compile::steps::{Label, matching, row_of};
use crate::error::{Error, Rule};
use crate::plan::{Action, Condition, RowKey, condition as has_key};

/// Why a change was refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// This is why.
    Told(Error),
    /// The answer to this tells.
    Ask(Box<Question>),
    /// It was decided by security rows that have changed: to be decided again by a new snapshot.
    Outdated,
}

/// What is asked when a change was refused.
#[derive(Debug)]
pub(crate) struct Question {
    /// The query.
    pub(crate) sql: Sql,
    about: About,
    otherwise: Error,
}

/// What the rows of the answer mean. Without a row the error is always [`Question::otherwise`].
#[derive(Debug)]
enum About {
    /// The key, whether what was demanded holds, and whether each right reaches.
    Row {
        table: String,
        user: Uuid,
        rights: Vec<Right>,
        unmet: Error,
    },
    /// The key of a row that is there, and that this right does not reach.
    Reached { table: String, user: Uuid, right: Right },
    /// The key of the row that is referenced.
    Referenced { table: String, referencing: String },
    /// The new owner is there.
    Owner,
}

/// Finds why the step with this label was refused.
pub(crate) fn refusal(catalogue: &Catalogue, permitted: &Permitted<GuardedWrite>, label: &Label) -> Refusal {
    let guarded = permitted.plan();
    let asked = Asked {
        catalogue,
        statement: Statement::new(catalogue),
        guarded,
    };
    match label {
        Label::Certain => Refusal::Told(unexpected("a step that is always done was refused")),
        Label::Epoch | Label::Catalogue => Refusal::Outdated,
        Label::Row => asked.row(),
        Label::Made(right) => Refusal::Told(asked.made(*right)),
        Label::Target(position) => asked.target(*position),
        Label::Owner => asked.owner(),
        Label::Status => Refusal::Told(Error::InvalidArgument {
            what:
                "the status reason does not belong to the state of the row; set `statecode` and `statuscode` together"
                    .to_owned(),
        }),
        Label::Side(position) => asked.side(*position),
        Label::Referenced(referencing) => asked.referenced(*referencing),
        Label::Cascade(path) => asked.cascade(path),
    }
}

impl Question {
    /// The error that the answer means.
    pub(crate) fn error(self, rows: &Rows) -> Error {
        let Some(row) = rows.first() else { return self.otherwise };
        let told = match self.about {
            About::Owner => Ok(Error::Rule {
                rule: Rule::OwnerDisabled,
                what: "the new owner is disabled, and cannot be given rows".to_owned(),
            }),
            About::Reached { table, user, right } => row.guid(0).map(|id| Error::NoAccess { user, right, table, id }),
            About::Referenced { table, referencing } => {
                row.guid(0).map(|id| Error::Referenced { table, id, referencing })
            }
            About::Row {
                table,
                user,
                rights,
                unmet,
            } => first_unreached(row, &rights).map(|unreached| match unreached {
                Some((right, id)) => Error::NoAccess { user, right, table, id },
                None => unmet,
            }),
        };
        told.unwrap_or_else(|source| Error::Internal {
            doing: "finding why a change was refused",
            source: source.into(),
        })
    }
}

/// The first right that does not reach the row, with the row's key.
fn first_unreached(row: Row<'_>, rights: &[Right]) -> Result<Option<(Right, Uuid)>, db::Error> {
    let id = row.guid(0)?;
    for (position, right) in rights.iter().enumerate() {
        if row.optional_bool(position + 1)? != Some(true) {
            return Ok(Some((*right, id)));
        }
    }
    Ok(None)
}

fn unexpected(what: &'static str) -> Error {
    Error::Internal {
        doing: "finding why a change was refused",
        source: what.into(),
    }
}

fn ask(select: Select, about: About, otherwise: Error) -> Refusal {
    Refusal::Ask(Box::new(Question {
        sql: Sql::Select(select),
        about,
        otherwise,
    }))
}

struct Asked<'a> {
    catalogue: &'a Catalogue,
    statement: Statement<'a>,
    guarded: &'a GuardedWrite,
}

impl Asked<'_> {
    fn name(&self, table: TableId) -> String {
        self.catalogue.table(table).logical_name.clone()
    }

    /// How it is told that a row is not there.
    fn missing(&self, table: TableId, row: &RowKey) -> Error {
        match row {
            RowKey::Id(id) => Error::NotFound {
                table: self.name(table),
                id: *id,
            },
            RowKey::Alternate { .. } => Error::KeyNotFound {
                table: self.name(table),
            },
        }
    }

    /// The row that the change is about, and what the request demands of it.
    fn subject(&self) -> Option<(&RowKey, Condition)> {
        match &self.guarded.plan.action {
            Action::Update { row, condition, .. } | Action::Delete { row, condition } => Some((row, *condition)),
            Action::Create { .. } | Action::Associate { .. } | Action::Disassociate { .. } => None,
        }
    }

    fn row(&self) -> Refusal {
        let (table, rules) = (self.guarded.plan.table, &self.guarded.rules);
        let Some((row, demanded_of)) = self.subject() else {
            return Refusal::Told(unexpected("a change without a row was refused for its row"));
        };
        let missing = self.missing(table, row);
        let unmet = match demanded_of {
            Condition::Version(_) => Error::VersionMismatch,
            Condition::Exists | Condition::PointsTo(..) => self.missing(table, row),
        };
        let named = self.statement.named(table);
        let visible = [has_key(named.table, row), rules.visible.clone()];
        let visible = visible
            .iter()
            .map(|predicate| condition(&self.statement, &named, predicate));
        let mut select = rows(&named, visible.collect());
        let reached = rules
            .before
            .iter()
            .map(|(_, rule)| condition(&self.statement, &named, rule));
        select
            .columns
            .extend(reached.map(|reached| returned(reached, Type::Bool)));
        let rights = rules.before.iter().map(|(right, _)| *right).collect();
        ask(
            select,
            About::Row {
                table: self.name(table),
                user: rules.acting,
                rights,
                unmet,
            },
            missing,
        )
    }

    fn made(&self, right: Right) -> Error {
        let Action::Create { id, .. } = self.guarded.plan.action else {
            return unexpected("a row that was not made was refused as new");
        };
        Error::NoAccess {
            user: self.guarded.rules.acting,
            right,
            table: self.name(self.guarded.plan.table),
            id,
        }
    }

    fn target(&self, position: usize) -> Refusal {
        let rules = &self.guarded.rules;
        let cells = match &self.guarded.plan.action {
            Action::Create { cells, .. } | Action::Update { cells, .. } => cells.as_slice(),
            Action::Delete { .. } | Action::Associate { .. } | Action::Disassociate { .. } => &[],
        };
        let found = rules.targets.get(position).and_then(|target| {
            let (_, cell) = cells.iter().find(|(column, _)| *column == target.column)?;
            Some((target, row_of(cell)?))
        });
        let Some((target, row)) = found else {
            return Refusal::Told(unexpected("a lookup that is not set was refused"));
        };
        let select = matching(&self.statement, target.table, &row, &[&target.visible]);
        let about = About::Reached {
            table: self.name(target.table),
            user: rules.acting,
            right: Right::AppendTo,
        };
        ask(select, about, self.missing(target.table, &row))
    }

    fn owner(&self) -> Refusal {
        let Some(owner) = &self.guarded.rules.owner else {
            return Refusal::Told(unexpected("an owner that is not given was refused"));
        };
        let row = RowKey::Id(owner.id);
        let select = matching(&self.statement, owner.table, &row, &[]);
        ask(select, About::Owner, self.missing(owner.table, &row))
    }

    fn side(&self, position: usize) -> Refusal {
        let rules = &self.guarded.rules;
        let Some(side) = rules.sides.get(position) else {
            return Refusal::Told(unexpected("a row of a pair was refused without a rule"));
        };
        let row = RowKey::Id(side.id);
        let select = matching(&self.statement, side.table, &row, &[&side.visible]);
        let about = About::Reached {
            table: self.name(side.table),
            user: rules.acting,
            right: Right::Append,
        };
        ask(select, about, self.missing(side.table, &row))
    }

    fn referenced(&self, referencing: TableId) -> Refusal {
        let table = self.guarded.plan.table;
        let Some((row, _)) = self.subject() else {
            return Refusal::Told(unexpected("a change without a row was refused for its row"));
        };
        let select = matching(&self.statement, table, row, &[]);
        let about = About::Referenced {
            table: self.name(table),
            referencing: self.name(referencing),
        };
        ask(select, about, self.missing(table, row))
    }

    fn cascade(&self, path: &[(TableId, crate::catalogue::ColumnId)]) -> Refusal {
        let (plan, rules) = (&self.guarded.plan, &self.guarded.rules);
        let rule = path
            .last()
            .and_then(|(table, _)| Some((*table, rules.cascades.get(table)?)));
        let (Some((row, condition)), Some((table, rule))) = (self.subject(), rule) else {
            return Refusal::Told(unexpected("a dependent row was refused without a rule"));
        };
        let deleted = Deleted {
            table: plan.table,
            row,
            condition,
        };
        let select = forbidden(&self.statement, &deleted, path, rule);
        let about = About::Reached {
            table: self.name(table),
            user: rules.acting,
            right: Right::Delete,
        };
        ask(select, about, self.missing(plan.table, row))
    }
}
