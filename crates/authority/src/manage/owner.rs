//! Owners of applications and service principals.
//!
//! In: what is owned, and by whom. Out: nothing. Invariant: only people and service principals of the object's own tenant
//! own it.

use oauth::{ObjectId, TenantId};

use super::transaction::{self, Part, demand, then};
use super::{Change, Held, ManageError, Mandate};
use crate::authority::Authority;
use crate::consent::PrincipalKind;
use crate::mandate::Initiator;
use crate::store;
use crate::store::directory_audit::Target;
use crate::well_known;

/// What is owned: an application or a service principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owned {
    /// The tenant: that in which an application is registered, or in which a service principal is.
    pub tenant: TenantId,
    /// The object.
    pub object: ObjectId,
    /// Whether it is the one or the other.
    pub kind: OwnedKind,
}

/// What may be owned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnedKind {
    /// An application.
    Application,
    /// A service principal.
    ServicePrincipal,
}

impl OwnedKind {
    fn target(self) -> Target {
        match self {
            Self::Application => Target::Application,
            Self::ServicePrincipal => Target::ServicePrincipal,
        }
    }

    fn activities(self) -> (&'static str, &'static str) {
        match self {
            Self::Application => ("Add owner to application", "Remove owner from application"),
            Self::ServicePrincipal => ("Add owner to service principal", "Remove owner from service principal"),
        }
    }
}

/// Makes somebody an owner.
pub async fn add(authority: &Authority, mandate: &Mandate, of: Owned, owner: ObjectId) -> Result<(), ManageError> {
    for _ in 0..super::MOST_ATTEMPTS {
        let snapshot = super::snapshot(authority).await?;
        let kind = snapshot.kind_of(of.tenant, owner).await.map_err(super::read_failed)?;
        match kind {
            Some(PrincipalKind::User | PrincipalKind::ServicePrincipal) => {}
            Some(PrincipalKind::Group) => {
                return Err(ManageError::Invalid {
                    what: "owner",
                    value: owner.to_string(),
                    reason: "is neither a user nor a service principal",
                });
            }
            None => return Err(super::missing("owner", &owner)),
        }
        let insert = store::owner::insert(of.tenant, of.object, owner);
        let parts = vec![
            then(insert),
            super::audit(authority, mandate, change(of, of.kind.activities().0)).into(),
        ];
        if transaction::commit_at(authority, &snapshot, parts).await? == Held::Done {
            return Ok(());
        }
    }
    Err(super::contended("object", &of.object))
}

/// Takes an owner away.
pub async fn remove(authority: &Authority, mandate: &Mandate, of: Owned, owner: ObjectId) -> Result<(), ManageError> {
    let delete = store::owner::delete(of.tenant, of.object, owner);
    let parts = vec![
        demand(delete, super::missing("owner", &owner)),
        super::audit(authority, mandate, change(of, of.kind.activities().1)).into(),
    ];
    transaction::commit(authority, parts).await
}

/// What makes whoever asks for an object its first owner. The operator owns nothing: everything is theirs.
pub(super) fn first(mandate: &Mandate, tenant: TenantId, object: ObjectId) -> Option<Part> {
    let owner = match mandate.initiator() {
        Initiator::Application { app_id, principal, .. } if *app_id != well_known::ADMINISTRATION => *principal,
        Initiator::Person { object_id, .. } => *object_id,
        Initiator::Application { .. } | Initiator::Operator => return None,
    };
    Some(then(store::owner::insert(tenant, object, owner)))
}

fn change(owned: Owned, activity: &'static str) -> Change {
    Change {
        tenant: owned.tenant,
        activity,
        target: owned.kind.target(),
        id: owned.object.to_string(),
        name: None,
    }
}
