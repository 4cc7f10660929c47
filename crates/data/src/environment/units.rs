//! The tree of business units.
//!
//! In: each unit with the one above it. Out: for each unit the set of it and all below, ready for a condition.
//! Invariant: there is one root, and every other unit leads up to it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use uuid::Uuid;

/// A row of `businessunit`.
#[derive(Debug, Clone)]
pub(crate) struct UnitRow {
    pub(crate) id: Uuid,
    pub(crate) parent: Option<Uuid>,
    pub(crate) disabled: bool,
}

/// The business units of one environment.
#[derive(Debug)]
pub(crate) struct Units {
    root: Uuid,
    units: HashMap<Uuid, Unit>,
}

#[derive(Debug)]
struct Unit {
    parent: Option<Uuid>,
    /// It, or one above it.
    disabled: bool,
    with_those_below: Arc<[Uuid]>,
}

/// Why units are no tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TreeError {
    #[error("there is no root business unit")]
    NoRoot,
    #[error("the business units `{0}` and `{1}` are both without a parent")]
    TwoRoots(Uuid, Uuid),
    #[error("the business unit `{0}` does not lead up to the root")]
    Astray(Uuid),
}

impl Units {
    /// Builds the tree.
    pub(crate) fn new(rows: &[UnitRow]) -> Result<Self, TreeError> {
        let mut children: BTreeMap<Uuid, Vec<&UnitRow>> = BTreeMap::new();
        let mut root: Option<&UnitRow> = None;
        for row in rows {
            match (row.parent, root) {
                (Some(parent), _) => children.entry(parent).or_default().push(row),
                (None, None) => root = Some(row),
                (None, Some(other)) => return Err(TreeError::TwoRoots(other.id, row.id)),
            }
        }
        let root = root.ok_or(TreeError::NoRoot)?;

        // From the root down, so that what a unit inherits is there; a unit that is not met is not below the root.
        let mut order = vec![root];
        let mut disabled: HashMap<Uuid, bool> = HashMap::from([(root.id, root.disabled)]);
        let mut next = 0;
        while let Some(row) = order.get(next).copied() {
            next += 1;
            let above = disabled.get(&row.id).copied().unwrap_or(true);
            for child in children.get(&row.id).into_iter().flatten() {
                disabled.insert(child.id, above || child.disabled);
                order.push(child);
            }
        }
        if let Some(astray) = rows.iter().find(|row| !disabled.contains_key(&row.id)) {
            return Err(TreeError::Astray(astray.id));
        }

        // From the leaves up, so that each unit hands its set to the one above.
        let mut below: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        let mut units = HashMap::with_capacity(rows.len());
        for row in order.iter().rev() {
            let mut set = below.remove(&row.id).unwrap_or_default();
            set.push(row.id);
            set.sort_unstable();
            if let Some(parent) = row.parent {
                below.entry(parent).or_default().extend(&set);
            }
            let disabled = disabled.get(&row.id).copied().unwrap_or(true);
            units.insert(
                row.id,
                Unit {
                    parent: row.parent,
                    disabled,
                    with_those_below: set.into(),
                },
            );
        }
        Ok(Self { root: root.id, units })
    }

    /// The root.
    #[must_use]
    pub(crate) fn root(&self) -> Uuid {
        self.root
    }

    /// Whether there is such a unit.
    #[must_use]
    pub(crate) fn contains(&self, unit: Uuid) -> bool {
        self.units.contains_key(&unit)
    }

    /// The unit and all below it, sorted; empty for a unit that is not there.
    #[must_use]
    pub(crate) fn with_those_below(&self, unit: Uuid) -> Arc<[Uuid]> {
        self.units
            .get(&unit)
            .map_or_else(|| Arc::from([]), |unit| Arc::clone(&unit.with_those_below))
    }

    /// Whether `unit` is `above`, or below it.
    #[must_use]
    pub(crate) fn is_within(&self, unit: Uuid, above: Uuid) -> bool {
        self.units
            .get(&above)
            .is_some_and(|above| above.with_those_below.binary_search(&unit).is_ok())
    }

    /// The unit right above; `None` for the root and for a unit that is not there.
    #[must_use]
    pub(crate) fn parent(&self, unit: Uuid) -> Option<Uuid> {
        self.units.get(&unit)?.parent
    }

    /// Whether the unit or one above it is disabled; true for a unit that is not there.
    #[must_use]
    pub(crate) fn is_disabled(&self, unit: Uuid) -> bool {
        self.units.get(&unit).is_none_or(|unit| unit.disabled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn tree(rows: &[(u128, Option<u128>)]) -> Result<Units, TreeError> {
        let row = |(unit, parent): &(u128, Option<u128>)| UnitRow {
            id: id(*unit),
            parent: parent.map(id),
            disabled: *unit == 4,
        };
        Units::new(&rows.iter().map(row).collect::<Vec<_>>())
    }

    #[track_caller]
    fn check_below(units: &Units, unit: u128, expected: &[u128]) {
        let expected: Vec<Uuid> = expected.iter().copied().map(id).collect();
        assert_eq!(units.with_those_below(id(unit)).to_vec(), expected);
    }

    #[test]
    fn a_unit_and_all_below_it() {
        let units = tree(&[(5, Some(4)), (1, None), (2, Some(1)), (4, Some(2)), (3, Some(1))]).unwrap();
        assert_eq!(units.root(), id(1));
        check_below(&units, 1, &[1, 2, 3, 4, 5]);
        check_below(&units, 2, &[2, 4, 5]);
        check_below(&units, 3, &[3]);
        check_below(&units, 9, &[]);
        assert!(units.is_within(id(5), id(2)));
        assert!(units.is_within(id(2), id(2)));
        assert!(!units.is_within(id(2), id(5)));
        assert_eq!(units.parent(id(5)), Some(id(4)));
        assert_eq!(units.parent(id(1)), None);
    }

    #[test]
    fn a_disabled_unit_disables_those_below() {
        let units = tree(&[(1, None), (2, Some(1)), (4, Some(2)), (5, Some(4))]).unwrap();
        let disabled: Vec<bool> = [1, 2, 4, 5, 9].map(|unit| units.is_disabled(id(unit))).to_vec();
        assert_eq!(disabled, [false, false, true, true, true]);
    }

    #[test]
    fn what_is_no_tree_is_refused() {
        let check = |rows: &[(u128, Option<u128>)], expected| assert_eq!(tree(rows).unwrap_err(), expected);
        check(&[], TreeError::NoRoot);
        check(&[(1, None), (2, None)], TreeError::TwoRoots(id(1), id(2)));
        check(&[(1, None), (2, Some(9))], TreeError::Astray(id(2)));
        check(&[(1, None), (2, Some(3)), (3, Some(2))], TreeError::Astray(id(2)));
        check(&[(2, Some(2))], TreeError::NoRoot);
    }
}
