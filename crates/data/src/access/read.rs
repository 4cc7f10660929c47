//! Reads: the row rule joined to every node of a plan.
//!
//! In: a [`ReadPlan`]. Out: the same plan, each table in it narrowed to the rows that the caller can read.
//! Invariant: every place of a plan that names a table is visited here: the root, expands, relations in filters,
//! lookups that an order goes through, names of lookups, and the row that a path leads through.

use crate::access::Rights;
use crate::catalogue::{Navigation, Right};
use crate::error::Error;
use crate::plan::{Expand, Hop, NameOf, Node, OrderKey, Predicate, ReadPlan};

pub(super) fn permit(rights: &Rights<'_>, plan: ReadPlan) -> Result<ReadPlan, Error> {
    let ReadPlan {
        root,
        wants,
        form,
        within,
    } = plan;
    let root = node(rights, root)?;
    let within = within.map(|within| permit(rights, *within)).transpose()?.map(Box::new);
    Ok(ReadPlan {
        root,
        wants,
        form,
        within,
    })
}

fn node(rights: &Rights<'_>, node: Node) -> Result<Node, Error> {
    let Node {
        table,
        columns,
        selected,
        names,
        filter,
        order,
        limit,
        expands,
    } = node;
    let rule = rights.rule(table, Right::Read)?;
    Ok(Node {
        table,
        columns,
        selected,
        names: self::names(rights, names)?,
        filter: predicate(rights, filter)?.and(rule),
        order: order
            .into_iter()
            .map(|key| order_key(rights, key))
            .collect::<Result<_, _>>()?,
        limit,
        expands: expands
            .into_iter()
            .map(|expand| self::expand(rights, expand))
            .collect::<Result<_, _>>()?,
    })
}

fn expand(rights: &Rights<'_>, expand: Expand) -> Result<Expand, Error> {
    let Expand {
        name,
        navigation,
        node,
        only_references,
    } = expand;
    Ok(Expand {
        name,
        navigation,
        node: self::node(rights, node)?,
        only_references,
    })
}

fn order_key(rights: &Rights<'_>, key: OrderKey) -> Result<OrderKey, Error> {
    let OrderKey {
        through,
        column,
        descending,
    } = key;
    let hop = |hop: Hop| {
        let rule = rights.rule(hop.target, Right::Read)?;
        Ok(Hop {
            filter: predicate(rights, hop.filter)?.and(rule),
            ..hop
        })
    };
    let through = through.into_iter().map(hop).collect::<Result<_, Error>>()?;
    Ok(OrderKey {
        through,
        column,
        descending,
    })
}

/// Names are an extra: without the privilege to read them they are left out.
fn names(rights: &Rights<'_>, names: Vec<NameOf>) -> Result<Vec<NameOf>, Error> {
    let readable = names.into_iter().filter(|name| rights.holds(name.target, Right::Read));
    readable
        .map(|name| {
            let rule = rights.rule(name.target, Right::Read)?;
            Ok(NameOf {
                filter: predicate(rights, name.filter)?.and(rule),
                ..name
            })
        })
        .collect()
}

/// A condition in which every relation is narrowed to readable rows: a filter over a relation is a read of it.
pub(super) fn predicate(rights: &Rights<'_>, predicate: Predicate) -> Result<Predicate, Error> {
    let each = |parts: Vec<Predicate>| {
        parts
            .into_iter()
            .map(|part| self::predicate(rights, part))
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(match predicate {
        Predicate::All(parts) => Predicate::All(each(parts)?),
        Predicate::Any(parts) => Predicate::Any(each(parts)?),
        Predicate::Not(inner) => Predicate::Not(Box::new(self::predicate(rights, *inner)?)),
        Predicate::Related { navigation, predicate } => {
            let target = match navigation {
                Navigation::One { target, .. } | Navigation::ManyToMany { target, .. } => target,
                Navigation::Many { table, .. } => table,
            };
            let rule = rights.rule(target, Right::Read)?;
            let inner = self::predicate(rights, *predicate)?.and(rule);
            Predicate::Related {
                navigation,
                predicate: Box::new(inner),
            }
        }
        Predicate::Compare { .. }
        | Predicate::CompareColumns { .. }
        | Predicate::Like { .. }
        | Predicate::In { .. } => predicate,
    })
}
