//! How far a privilege reaches: what somebody holds of it, and which rows that are.
//!
//! In: holdings as the snapshot has gathered them. Out: a [`Reach`].
//! Invariant: holdings only add up; capping only narrows.

use std::sync::Arc;

use uuid::Uuid;

use crate::catalogue::Depth;

/// What somebody holds of one privilege, gathered over all roles; empty means nothing.
/// Entries add up. Impersonation narrows each entry to the depth that the application holds ([`Grant::capped`]).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Grant {
    /// One entry per role holding, the same ones merged.
    pub entries: Vec<Entry>,
}

/// One holding of a privilege.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// How far it reaches.
    pub depth: Depth,
    /// The business unit from which it is measured: the user's, or that of the team through which the role came.
    pub unit: Uuid,
    /// The owners whose rows count as one's own.
    pub owners: Arc<[Uuid]>,
}

/// A grant resolved to what a condition needs; what nobody reaches is `Reach::Nothing`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reach {
    /// No row.
    Nothing,
    /// Rows owned by one of `owners`, or belonging to one of `units`.
    Some {
        /// Sorted.
        owners: Arc<[Uuid]>,
        /// Sorted; with the units below where the depth says so.
        units: Arc<[Uuid]>,
    },
    /// Every row.
    Everything,
}

impl Grant {
    /// The greatest depth at which it is held; `None` when it is not held.
    #[must_use]
    pub(crate) fn deepest(&self) -> Option<Depth> {
        self.entries.iter().map(|entry| entry.depth).max()
    }

    /// The same holdings, none deeper than this.
    #[must_use]
    pub(crate) fn capped(&self, depth: Depth) -> Self {
        let capped = |entry: &Entry| Entry {
            depth: entry.depth.min(depth),
            ..entry.clone()
        };
        Self {
            entries: self.entries.iter().map(capped).collect(),
        }
    }

    /// Which rows it reaches. `below` gives a unit with all units below it, sorted.
    #[must_use]
    pub(crate) fn reach(&self, below: impl Fn(Uuid) -> Arc<[Uuid]>) -> Reach {
        if self.deepest() == Some(Depth::Global) {
            return Reach::Everything;
        }
        match self.entries.as_slice() {
            [] => Reach::Nothing,
            [only] => Reach::Some {
                owners: Arc::clone(&only.owners),
                units: units(only, &below),
            },
            several => Reach::Some {
                owners: merged(several.iter().map(|entry| Arc::clone(&entry.owners))),
                units: merged(several.iter().map(|entry| units(entry, &below))),
            },
        }
    }
}

fn units(entry: &Entry, below: &impl Fn(Uuid) -> Arc<[Uuid]>) -> Arc<[Uuid]> {
    match entry.depth {
        Depth::Basic | Depth::Global => Arc::from([]),
        Depth::Local => Arc::from([entry.unit]),
        Depth::Deep => below(entry.unit),
    }
}

fn merged(lists: impl Iterator<Item = Arc<[Uuid]>>) -> Arc<[Uuid]> {
    let mut all: Vec<Uuid> = lists.flat_map(|list| list.to_vec()).collect();
    all.sort_unstable();
    all.dedup();
    all.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(depth: Depth, unit: u128, owners: &[u128]) -> Entry {
        let owners = owners.iter().map(|owner| Uuid::from_u128(*owner)).collect();
        Entry {
            depth,
            unit: Uuid::from_u128(unit),
            owners,
        }
    }

    /// Below unit 10 are 11 and 12, nothing else is below anything.
    fn below(unit: Uuid) -> Arc<[Uuid]> {
        match unit.as_u128() {
            10 => [10, 11, 12].map(Uuid::from_u128).into(),
            _ => [unit].into(),
        }
    }

    #[track_caller]
    fn check(entries: Vec<Entry>, expected: Option<(&[u128], &[u128])>) {
        let list = |ids: &[u128]| ids.iter().map(|id| Uuid::from_u128(*id)).collect();
        let expected = match expected {
            Some((owners, units)) => Reach::Some {
                owners: list(owners),
                units: list(units),
            },
            None => Reach::Everything,
        };
        assert_eq!(Grant { entries }.reach(below), expected);
    }

    #[test]
    fn reaches() {
        assert_eq!(Grant::default().reach(below), Reach::Nothing);
        check(vec![entry(Depth::Basic, 10, &[1, 2])], Some((&[1, 2], &[])));
        check(vec![entry(Depth::Local, 10, &[1])], Some((&[1], &[10])));
        check(vec![entry(Depth::Deep, 10, &[1])], Some((&[1], &[10, 11, 12])));
        check(vec![entry(Depth::Global, 10, &[1])], None);
        check(
            vec![entry(Depth::Deep, 10, &[2]), entry(Depth::Local, 9, &[1, 2])],
            Some((&[1, 2], &[9, 10, 11, 12])),
        );
        check(vec![entry(Depth::Basic, 10, &[1]), entry(Depth::Global, 9, &[])], None);
    }

    #[test]
    fn caps() {
        let grant = Grant {
            entries: vec![entry(Depth::Global, 10, &[1]), entry(Depth::Basic, 9, &[2])],
        };
        let capped = grant.capped(Depth::Local);
        assert_eq!(
            capped.entries,
            vec![entry(Depth::Local, 10, &[1]), entry(Depth::Basic, 9, &[2])]
        );
        assert_eq!(
            (grant.deepest(), capped.deepest()),
            (Some(Depth::Global), Some(Depth::Local))
        );
    }
}
