//! Privileges: the right to do one thing to the rows of one table, or one named thing.

use std::collections::HashSet;

use serde::Deserialize;
use uuid::Uuid;

use crate::catalogue::definition::PrivilegesFile;
use crate::catalogue::load::Named;
use crate::catalogue::{CatalogueError, Ownership, Table, TableId};

/// The namespace of the keys of privileges.
const NAMESPACE: Uuid = Uuid::from_u128(0x5d0c_9a0e_7f3b_4c62_9b1d_2f6a_8e4c_7130);

/// The key of a privilege, the same in every environment (a `UUIDv5` of its name).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PrivilegeId(pub Uuid);

/// A privilege.
#[derive(Debug, Clone)]
pub(crate) struct Privilege {
    /// Its key.
    pub id: PrivilegeId,
    /// `prvReadAccount`, `prvActOnBehalfOfAnotherUser`.
    pub name: String,
    /// What it lets one do, and to which table; `None` for the named ones.
    pub on: Option<(TableId, Right)>,
    /// The depths at which a role may hold it.
    pub depths: Vec<Depth>,
}

/// What can be done to a row (Dataverse `AccessRights`, verbs of the privileges' names).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Create
    Create,
    /// Read
    Read,
    /// Write
    Write,
    /// Delete
    Delete,
    /// Append: let this row point to another.
    Append,
    /// `AppendTo`: let another row point to this one.
    AppendTo,
    /// Assign: give it another owner.
    Assign,
    /// Share
    Share,
}

/// How far a privilege reaches (Dataverse `PrivilegeDepth`; `privilegedepthmask` 1, 2, 4, 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Depth {
    /// Rows of the user and of the user's teams (User).
    Basic,
    /// Rows of the business unit (Business unit).
    Local,
    /// Rows of the business unit and those below it (Parent: child business units).
    Deep,
    /// All rows (Organization).
    Global,
}

impl PrivilegeId {
    /// The key of the privilege with this name.
    #[must_use]
    pub(crate) fn of(name: &str) -> Self {
        Self(Uuid::new_v5(&NAMESPACE, name.as_bytes()))
    }
}

impl Right {
    /// The verb in the names of privileges (`AppendTo`).
    #[must_use]
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::Create => "Create",
            Self::Read => "Read",
            Self::Write => "Write",
            Self::Delete => "Delete",
            Self::Append => "Append",
            Self::AppendTo => "AppendTo",
            Self::Assign => "Assign",
            Self::Share => "Share",
        }
    }

    /// The number of Dataverse's `AccessRights`, which `privilege.accessright` holds.
    #[must_use]
    pub(crate) fn number(self) -> i32 {
        match self {
            Self::Read => 1,
            Self::Write => 2,
            Self::Append => 4,
            Self::AppendTo => 16,
            Self::Create => 32,
            Self::Delete => 0x1_0000,
            Self::Share => 0x4_0000,
            Self::Assign => 0x8_0000,
        }
    }
}

impl Depth {
    /// All of them, the least first.
    pub(crate) const ALL: [Self; 4] = [Self::Basic, Self::Local, Self::Deep, Self::Global];

    /// `privilegedepthmask`
    #[must_use]
    pub(crate) fn mask(self) -> i32 {
        match self {
            Self::Basic => 1,
            Self::Local => 2,
            Self::Deep => 4,
            Self::Global => 8,
        }
    }

    /// From `privilegedepthmask`; `None` for any other number.
    #[must_use]
    pub(crate) fn from_mask(mask: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|depth| i64::from(depth.mask()) == mask)
    }

    /// The word of Dataverse's `PrivilegeDepth`.
    #[must_use]
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Basic => "Basic",
            Self::Local => "Local",
            Self::Deep => "Deep",
            Self::Global => "Global",
        }
    }
}

impl Ownership {
    /// The depths that make sense for a table's privileges.
    #[must_use]
    pub(crate) fn depths(self) -> &'static [Depth] {
        match self {
            Self::User => &Depth::ALL,
            Self::Business => &[Depth::Local, Depth::Deep, Depth::Global],
            Self::Organization => &[Depth::Global],
            Self::None => &[],
        }
    }
}

/// Makes the privileges of all tables, notes them in the tables, and adds those without a table.
pub(crate) fn derive(
    tables: &mut [Table],
    sources: &[Named],
    named: &PrivilegesFile,
) -> Result<Vec<Privilege>, CatalogueError> {
    let mut privileges = Vec::new();
    let mut taken = HashSet::new();
    for (table, source) in tables.iter_mut().zip(sources) {
        let wrong = |what: String| CatalogueError::invalid(&source.file, what);
        let depths = table.ownership.depths();
        if depths.is_empty() && !source.table.rights.is_empty() {
            return Err(wrong("a table that nobody owns has no rights of its own".to_owned()));
        }
        let noun = source
            .table
            .privilege_noun
            .as_ref()
            .unwrap_or(&source.table.schema_name);
        for right in &source.table.rights {
            let owner_right = matches!(right, Right::Assign | Right::Share);
            if owner_right && table.ownership == Ownership::Organization {
                return Err(wrong(format!(
                    "a row that the organization owns cannot be passed on: `{}`",
                    right.verb()
                )));
            }
            let name = format!("prv{}{noun}", right.verb());
            if !taken.insert(name.clone()) {
                return Err(wrong(format!("the privilege `{name}` is there twice")));
            }
            let id = PrivilegeId::of(&name);
            table.privileges.insert(*right, id);
            privileges.push(Privilege {
                id,
                name,
                on: Some((table.id, *right)),
                depths: depths.to_vec(),
            });
        }
    }
    for (name, depths) in &named.privileges {
        if depths.is_empty() || !taken.insert(name.clone()) {
            let what = format!("the privilege `{name}` is there twice or has no depth");
            return Err(CatalogueError::invalid("privileges.toml", what));
        }
        privileges.push(Privilege {
            id: PrivilegeId::of(name),
            name: name.clone(),
            on: None,
            depths: depths.clone(),
        });
    }
    Ok(privileges)
}
