//! Security rows for the cases: two business units, and in the upper one a user who holds every privilege at one depth.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use crate::access::{Entry, Grant, Rights};
use crate::caller::Caller;
use crate::catalogue::{Catalogue, Depth, Ownership, Privilege};
use crate::environment::{BuiltInRoles, Security, Settings, UnitRow, Units, User};

const UNIT: Uuid = Uuid::from_u128(0xb1);
const BELOW: Uuid = Uuid::from_u128(0xb2);

pub(super) struct World {
    pub(super) catalogue: Catalogue,
    pub(super) user: Uuid,
    security: Security,
}

impl World {
    pub(super) fn new() -> Self {
        Self::with_user(Uuid::from_u128(0x11))
    }

    /// A world in which another one asks.
    pub(super) fn with_user(user: Uuid) -> Self {
        let units = [(UNIT, None), (BELOW, Some(UNIT))];
        let units = units.map(|(id, parent)| UnitRow {
            id,
            parent,
            disabled: false,
        });
        let security = Security {
            settings: Settings {
                organization: Uuid::from_u128(0x06),
                base_currency: Uuid::from_u128(0xcc),
                built_in_roles_for_applications: BuiltInRoles::Refused,
            },
            units: Units::new(&units).unwrap(),
            members: HashMap::new(),
            teams: HashMap::new(),
            roles: HashMap::new(),
            by_app: HashMap::new(),
            by_object: HashMap::new(),
            privileges: Arc::default(),
        };
        Self {
            catalogue: Catalogue::standard().unwrap(),
            user,
            security,
        }
    }

    /// Somebody who holds every privilege at this depth, or where it knows none so shallow at the next one; nothing
    /// for `None`.
    pub(super) fn caller(&self, depth: Option<Depth>) -> Caller {
        let grants = self.catalogue.privileges().iter().filter_map(|privilege| {
            let depth = self.held(privilege, depth?)?;
            let entry = Entry {
                depth,
                unit: UNIT,
                owners: [self.user].into(),
            };
            Some((privilege.id, Grant { entries: vec![entry] }))
        });
        let user = Arc::new(User {
            id: self.user,
            unit: UNIT,
            app: None,
            object: None,
            disabled: false,
            teams: Arc::from([]),
            role_count: 1,
            grants: Arc::new(grants.collect()),
        });
        Caller::of(Arc::clone(&user), user)
    }

    fn held(&self, privilege: &Privilege, depth: Depth) -> Option<Depth> {
        let (table, _) = privilege.on?;
        if self.catalogue.table(table).ownership == Ownership::Organization {
            return Some(Depth::Global);
        }
        privilege.depths.iter().copied().filter(|known| *known >= depth).min()
    }

    pub(super) fn rights<'a>(&'a self, caller: &'a Caller) -> Rights<'a> {
        Rights {
            caller,
            catalogue: &self.catalogue,
            security: &self.security,
        }
    }
}
