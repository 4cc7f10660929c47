//! `$expand`: what is answered within each row.
//!
//! In: navigations with options. Out: nodes below a node.
//! Invariant: an option that has no meaning where it stands is refused, not dropped.

use odata::{ExpandOptions, QueryOptions};

use crate::catalogue::{Navigation, Table, TableId};
use crate::error::Error;
use crate::plan::{Context, Expand, MAX_PAGE_SIZE, Node, filter, order_by, path, select};

/// Items of `$expand` in one query (Dataverse).
const MAX_EXPANDS: usize = 15;

/// Plans the `$expand` of a node of this table.
pub(super) fn expand(context: &Context<'_>, table: &Table, items: &[odata::Expand]) -> Result<Vec<Expand>, Error> {
    if items.len() > MAX_EXPANDS {
        let what = format!("`$expand` has {} items; {MAX_EXPANDS} are the most", items.len());
        return Err(Error::InvalidArgument { what });
    }
    items.iter().map(|item| one(context, table, item)).collect()
}

fn one(context: &Context<'_>, table: &Table, item: &odata::Expand) -> Result<Expand, Error> {
    let name = &item.navigation;
    let navigation = *table.navigations.get(name).ok_or_else(|| path::unknown(table, name))?;
    path::unshared(table, name, navigation)?;
    let target = context.catalogue.table(target(navigation));
    let (node, only_references) = match (&item.options, navigation) {
        (ExpandOptions::Ref, Navigation::One { .. }) => (reference(target), true),
        (ExpandOptions::Ref, Navigation::Many { .. } | Navigation::ManyToMany { .. }) => {
            let what = "Expand with $ref is only supported on lookup type navigation property.".to_owned();
            return Err(Error::InvalidArgument { what });
        }
        (ExpandOptions::Rows(options), Navigation::One { .. }) => (single(context, target, options)?, false),
        (ExpandOptions::Rows(options), Navigation::Many { .. } | Navigation::ManyToMany { .. }) => {
            (collection(context, target, options)?, false)
        }
    };
    Ok(Expand {
        name: name.clone(),
        navigation,
        node,
        only_references,
    })
}

/// The table that a navigation leads to.
pub(super) fn target(navigation: Navigation) -> TableId {
    match navigation {
        Navigation::One { target, .. } | Navigation::ManyToMany { target, .. } => target,
        Navigation::Many { table, .. } => table,
    }
}

/// Nothing but the address of a row, or that it is there.
#[must_use]
pub(crate) fn reference(table: &Table) -> Node {
    Node {
        table: table.id,
        columns: vec![table.primary_id],
        selected: Some(0),
        names: Vec::new(),
        filter: crate::plan::Predicate::always(),
        order: Vec::new(),
        limit: None,
        expands: Vec::new(),
    }
}

fn single(context: &Context<'_>, table: &Table, options: &QueryOptions) -> Result<Node, Error> {
    if options.top.is_some() || !options.order_by.is_empty() {
        return Err(Error::InvalidArgument {
            what: "Only $select and $filter clause can be provided while doing $expand on many-to-one relationship or \
                   nested one-to-many relationship."
                .to_owned(),
        });
    }
    within(context, table, options)
}

fn collection(context: &Context<'_>, table: &Table, options: &QueryOptions) -> Result<Node, Error> {
    let mut node = within(context, table, options)?;
    node.order = order_by::order_by(context, table, &options.order_by)?;
    node.limit = Some(options.top.map_or(MAX_PAGE_SIZE, |top| top.min(MAX_PAGE_SIZE)));
    Ok(node)
}

fn within(context: &Context<'_>, table: &Table, options: &QueryOptions) -> Result<Node, Error> {
    let refused = [
        (!options.expand.is_empty(), "$expand"),
        (options.count, "$count"),
        (options.skip_token.is_some(), "$skiptoken"),
        (options.id.is_some(), "$id"),
    ];
    if let Some((_, option)) = refused.iter().find(|(given, _)| *given) {
        return Err(Error::NotSupported {
            what: format!("`{option}` within `$expand` is not supported"),
        });
    }
    let selection = select::select(table, options.select.as_deref())?;
    Ok(Node {
        table: table.id,
        names: select::names(context, table, &selection.columns),
        columns: selection.columns,
        selected: selection.selected,
        filter: filter::filter(context, table, options.filter.as_ref())?,
        order: Vec::new(),
        limit: None,
        expands: Vec::new(),
    })
}
