//! A call whose caller, right and operation are known: what an entity's file is given.
//!
//! In: everything read of the call. Out: [`Asked`]. Invariant: it holds a [`Permit`], so nothing of the directory is reached
//! without one.

use std::sync::Arc;

use oauth::{ObjectId, TenantId};
use uuid::Uuid;

use super::body::Body;
use super::query::{Consistency, Query};
use crate::authority::Authority;
use crate::graph::{Extent, GraphRefusal, Permit, Reach, Right, access};
use crate::manage::Mandate;
use crate::snapshot::Snapshot;
use crate::store;
use crate::store::narrow::{Field, Narrow};

/// A call.
pub(crate) struct Asked<'a> {
    pub(crate) authority: &'a Authority,
    /// The directory before the call.
    pub(crate) snapshot: Arc<Snapshot>,
    /// Who asks, and how far the right reaches.
    pub(crate) permit: Permit,
    /// The keys of the path, in their order.
    pub(crate) keys: Vec<String>,
    pub(crate) query: Query,
    pub(crate) consistency: Consistency,
    /// Whether an object that is missing shall be made (`Prefer: create-if-missing`).
    pub(crate) missing: Missing,
    /// The path behind the origin, as it came.
    pub(crate) path: &'a str,
    pub(crate) unverified_body: &'a [u8],
}

/// What shall be done about an object that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    Create,
    Refuse,
}

impl Asked<'_> {
    /// The tenant: nothing outside of it is shown or changed.
    pub(crate) fn tenant(&self) -> TenantId {
        self.permit.caller().tenant().id
    }

    /// The mandate to change the directory in the caller's name.
    pub(crate) fn mandate(&self) -> &Mandate {
        self.permit.mandate()
    }

    /// A key of the path.
    pub(crate) fn key(&self, at: usize) -> &str {
        self.keys.get(at).map(String::as_str).unwrap_or_default()
    }

    /// A key of the path that is an id. Any other text names nothing.
    pub(crate) fn id(&self, at: usize) -> Result<Uuid, GraphRefusal> {
        let id: Option<ObjectId> = self.key(at).parse().ok();
        id.map(ObjectId::uuid).ok_or_else(|| self.not_found(at))
    }

    /// No object has this key.
    pub(crate) fn not_found(&self, at: usize) -> GraphRefusal {
        GraphRefusal::NotFound {
            id: self.key(at).to_owned(),
        }
    }

    /// Whether an object that has owners may be touched.
    pub(crate) async fn covers_owned(&self, owned: ObjectId) -> Result<(), GraphRefusal> {
        let owners = match self.permit.extent() {
            Extent::Owned(_) => store::owner::of(self.snapshot.database(), self.tenant(), owned).await?,
            Extent::All | Extent::Own | Extent::Basic => Vec::new(),
        };
        self.permit.covers_owner(&owners)
    }

    /// A narrowing that lets through only what the caller owns, where they may see nothing else.
    pub(crate) async fn narrowed_to_owned(&self, narrow: &Narrow) -> Result<Narrow, GraphRefusal> {
        match self.permit.extent() {
            Extent::All => Ok(narrow.clone()),
            Extent::Owned(caller) => {
                let owned = store::owner::owned_by(self.snapshot.database(), self.tenant(), caller).await?;
                let owned = owned.into_iter().map(ObjectId::uuid).collect();
                Ok(Narrow::And(vec![Narrow::Among(Field::Id, owned), narrow.clone()]))
            }
            Extent::Own | Extent::Basic => Err(GraphRefusal::Denied),
        }
    }

    /// A right besides that of the call itself, for what else it shows of an object.
    pub(crate) fn also_permits(&self, right: Right, object: &str) -> Result<(), GraphRefusal> {
        let caller = self.permit.caller();
        let reach = if caller.is_called(object) {
            Reach::Own
        } else {
            Reach::Others
        };
        match access::permit(caller.clone(), right, reach)?.extent() {
            // Whoever may see an object only because it is theirs sees what it is bound to for the same reason.
            Extent::All | Extent::Own | Extent::Owned(_) => Ok(()),
            Extent::Basic => Err(GraphRefusal::Denied),
        }
    }

    /// The body.
    pub(crate) fn body(&self) -> Result<Body, GraphRefusal> {
        Body::parse(self.unverified_body)
    }

    /// The directory after a change of this call.
    pub(crate) async fn changed(&self) -> Result<Arc<Snapshot>, GraphRefusal> {
        Ok(self.authority.directory().snapshot().await?)
    }

    /// The text of `@odata.context`.
    pub(crate) fn context(&self, of: &str) -> String {
        format!("{}/v1.0/$metadata#{of}", self.authority.origin())
    }
}

/// The value of an alternate key (`appId='..'`), if the key is of this name.
pub(crate) fn alternate<'k>(key: &'k str, name: &str) -> Option<&'k str> {
    let value = key.strip_prefix(name)?.trim_start().strip_prefix('=')?.trim();
    value.strip_prefix('\'')?.strip_suffix('\'')
}
