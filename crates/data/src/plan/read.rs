//! Reads: a request to a [`ReadPlan`].
//!
//! In: a request whose names are text. Out: the rows, the row or the number that it wants.
//! Invariant: an option that has no meaning for what is addressed is refused, not dropped.

use odata::{QueryOptions, Request};
use uuid::Uuid;

use crate::catalogue::{ColumnId, Navigation, Table, TableId};
use crate::error::Error;
use crate::plan::expand::target;
use crate::plan::resource::{Below, Part, Resource, resource};
use crate::plan::{
    Context, Expand, Form, Missing, Node, Predicate, ReadPlan, RowKey, Wants, expand, filter, key, order_by, page,
    path, select,
};

/// Plans a `GET`.
pub(crate) fn read(context: &Context<'_>, request: &Request) -> Result<ReadPlan, Error> {
    let options = &request.options;
    if options.id.is_some() {
        return Err(refused("$id"));
    }
    match resource(context, &request.path)? {
        Resource::Collection(table) => collection(context, table, options, Predicate::always()),
        Resource::Count(table) => count(context, table, options, Predicate::always()),
        Resource::Row { table, row, part } => {
            let addressed = Addressed { table, row };
            match part {
                Part::Whole => addressed.whole(context, options),
                Part::Property(column) => addressed.property(options, column.id, Form::Property(column.id)),
                Part::RawValue(column) => addressed.property(options, column.id, Form::RawValue(column.id)),
                Part::Navigation { navigation, below } => behind(context, &addressed, navigation, below, options),
            }
        }
    }
}

/// The read of one row by its key, as a node of that table says.
#[must_use]
pub(crate) fn by_id(node: Node, table: &Table, id: Uuid) -> ReadPlan {
    by_key(node, table, &RowKey::Id(id))
}

/// As [`by_id`], by any key.
pub(crate) fn by_key(mut node: Node, table: &Table, row: &RowKey) -> ReadPlan {
    node.filter = key::condition(table, row);
    let wants = Wants::One {
        missing: key::missing(table, row),
    };
    ReadPlan {
        root: node,
        wants,
        form: Form::Rows,
        within: None,
    }
}

/// Plans what a write answers with (`Prefer: return=representation`): `$select` and `$expand` of the written row.
pub(crate) fn represent(context: &Context<'_>, table: TableId, options: &QueryOptions) -> Result<Node, Error> {
    only(options, &["$select", "$expand"])?;
    node(context, context.catalogue.table(table), options)
}

/// A row that a path names.
struct Addressed<'a> {
    table: &'a Table,
    row: RowKey,
}

impl Addressed<'_> {
    fn condition(&self) -> Predicate {
        key::condition(self.table, &self.row)
    }

    fn missing(&self) -> Missing {
        key::missing(self.table, &self.row)
    }

    fn whole(&self, context: &Context<'_>, options: &QueryOptions) -> Result<ReadPlan, Error> {
        only(options, &["$select", "$expand"])?;
        let mut root = node(context, self.table, options)?;
        root.filter = self.condition();
        Ok(ReadPlan {
            root,
            wants: Wants::One {
                missing: self.missing(),
            },
            form: Form::Rows,
            within: None,
        })
    }

    fn property(&self, options: &QueryOptions, column: ColumnId, form: Form) -> Result<ReadPlan, Error> {
        only(options, &[])?;
        let mut root = expand::reference(self.table);
        root.columns = vec![column];
        root.filter = self.condition();
        Ok(ReadPlan {
            root,
            wants: Wants::One {
                missing: self.missing(),
            },
            form,
            within: None,
        })
    }

    /// Nothing but whether it is there.
    fn presence(&self) -> ReadPlan {
        let mut root = expand::reference(self.table);
        root.filter = self.condition();
        ReadPlan {
            root,
            wants: Wants::One {
                missing: self.missing(),
            },
            form: Form::References,
            within: None,
        }
    }
}

fn behind(
    context: &Context<'_>,
    addressed: &Addressed<'_>,
    navigation: Navigation,
    below: Below<'_>,
    options: &QueryOptions,
) -> Result<ReadPlan, Error> {
    let table = context.catalogue.table(target(navigation));
    if matches!(navigation, Navigation::One { .. }) {
        return behind_one(context, addressed, navigation, &below, options);
    }
    let linked = Predicate::Related {
        navigation: reversed(navigation, addressed.table),
        predicate: Box::new(addressed.condition()),
    };
    let linked = match (navigation, &addressed.row) {
        // The lookup itself besides, by which the rows are found in its index.
        (Navigation::Many { column, .. }, RowKey::Id(id)) => Predicate::is(column, *id).and(linked),
        _ => linked,
    };
    let mut plan = match below {
        Below::Rows => collection(context, table, options, linked)?,
        Below::Count => count(context, table, options, linked)?,
        Below::Reference => {
            only(options, &["$filter", "$orderby", "$top", "$count", "$skiptoken"])?;
            let mut plan = collection(context, table, options, linked)?;
            plan.root.columns = vec![table.primary_id];
            plan.root.names = Vec::new();
            plan.form = Form::References;
            plan
        }
        Below::One(row) => {
            let mut plan = Addressed { table, row }.whole(context, options)?;
            plan.root.filter = plan.root.filter.and(linked);
            return Ok(plan);
        }
        Below::ReferenceTo(_) | Below::Property(_) | Below::RawValue(_) => {
            return Err(Error::MethodNotAllowed {
                what: "`$ref` of one row of a collection can only be deleted".to_owned(),
            });
        }
    };
    plan.within = Some(Box::new(addressed.presence()));
    Ok(plan)
}

fn behind_one(
    context: &Context<'_>,
    addressed: &Addressed<'_>,
    navigation: Navigation,
    below: &Below<'_>,
    options: &QueryOptions,
) -> Result<ReadPlan, Error> {
    path::unshared(addressed.table, "the navigation", navigation)?;
    let table = context.catalogue.table(target(navigation));
    let one = |column: ColumnId| Node {
        columns: vec![column],
        ..expand::reference(table)
    };
    let (node, form) = match below {
        Below::Rows => {
            only(options, &["$select", "$expand"])?;
            (node(context, table, options)?, Form::Rows)
        }
        Below::Reference => (expand::reference(table), Form::References),
        Below::Property(column) => (one(column.id), Form::Property(column.id)),
        Below::RawValue(column) => (one(column.id), Form::RawValue(column.id)),
        Below::Count | Below::One(_) | Below::ReferenceTo(_) => return Err(refused("$count")),
    };
    if form != Form::Rows {
        only(options, &[])?;
    }
    let only_references = form == Form::References;
    let mut root = addressed.presence().root;
    root.expands = vec![Expand {
        name: String::new(),
        navigation,
        node,
        only_references,
    }];
    Ok(ReadPlan {
        root,
        wants: Wants::Behind {
            missing: addressed.missing(),
        },
        form,
        within: None,
    })
}

/// The way back along a navigation of `table`.
fn reversed(navigation: Navigation, table: &Table) -> Navigation {
    match navigation {
        Navigation::One { column, .. } => Navigation::Many {
            table: table.id,
            column,
        },
        Navigation::Many { column, .. } => Navigation::One {
            column,
            target: table.id,
        },
        Navigation::ManyToMany {
            intersect, near, far, ..
        } => Navigation::ManyToMany {
            intersect,
            near: far,
            far: near,
            target: table.id,
        },
    }
}

fn node(context: &Context<'_>, table: &Table, options: &QueryOptions) -> Result<Node, Error> {
    let selection = select::select(table, options.select.as_deref())?;
    Ok(Node {
        table: table.id,
        names: select::names(context, table, &selection.columns),
        columns: selection.columns,
        selected: selection.selected,
        filter: filter::filter(context, table, options.filter.as_ref())?,
        order: Vec::new(),
        limit: None,
        expands: expand::expand(context, table, &options.expand)?,
    })
}

fn collection(
    context: &Context<'_>,
    table: &Table,
    options: &QueryOptions,
    linked: Predicate,
) -> Result<ReadPlan, Error> {
    let mut root = node(context, table, options)?;
    root.filter = linked.and(root.filter);
    root.order = order_by::order_by(context, table, &options.order_by)?;
    let page = page::page(context, &root, options)?;
    root.limit = Some(page.limit());
    Ok(ReadPlan {
        root,
        wants: Wants::Page(page),
        form: Form::Rows,
        within: None,
    })
}

fn count(context: &Context<'_>, table: &Table, options: &QueryOptions, linked: Predicate) -> Result<ReadPlan, Error> {
    only(options, &["$filter"])?;
    let mut root = expand::reference(table);
    root.filter = linked.and(filter::filter(context, table, options.filter.as_ref())?);
    Ok(ReadPlan {
        root,
        wants: Wants::Count,
        form: Form::Rows,
        within: None,
    })
}

/// Refuses every option that is given and not in the list.
pub(super) fn only(options: &QueryOptions, allowed: &[&str]) -> Result<(), Error> {
    let given = [
        (options.select.is_some(), "$select"),
        (options.filter.is_some(), "$filter"),
        (!options.order_by.is_empty(), "$orderby"),
        (options.top.is_some(), "$top"),
        (options.count, "$count"),
        (!options.expand.is_empty(), "$expand"),
        (options.skip_token.is_some(), "$skiptoken"),
        (options.id.is_some(), "$id"),
    ];
    match given.iter().find(|(given, option)| *given && !allowed.contains(option)) {
        Some((_, option)) => Err(refused(option)),
        None => Ok(()),
    }
}

fn refused(option: &str) -> Error {
    Error::InvalidArgument {
        what: format!("`{option}` has no meaning for the addressed resource"),
    }
}
