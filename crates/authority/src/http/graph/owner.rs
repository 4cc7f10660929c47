//! `owners` of applications and service principals.
//!
//! In: calls. Out: owners in Microsoft Graph's shape. Invariant: who owns an object is shown and changed by those alone who
//! may see and change the object.

use oauth::ObjectId;

use super::asked::Asked;
use super::list::{self, Rows, Source};
use super::reply::Reply;
use super::{application, directory_object, service_principal};
use crate::graph::GraphRefusal;
use crate::manage;
use crate::manage::owner::{Owned, OwnedKind};
use crate::store;
use crate::store::narrow::Stretch;

/// One stretch of an object's owners.
pub(crate) async fn rows(asked: &Asked<'_>, owned: ObjectId, stretch: Stretch<'_>) -> Result<Rows, GraphRefusal> {
    let owners = store::owner::of(asked.snapshot.database(), asked.tenant(), owned).await?;
    directory_object::stretch_of(asked, &owners.into_iter().collect(), stretch).await
}

/// `GET ../owners`
pub(crate) async fn list(asked: &Asked<'_>, kind: OwnedKind) -> Result<Reply, GraphRefusal> {
    let of = find(asked, kind).await?;
    list::reply(asked, Source::Owners(of.object)).await
}

/// `POST ../owners/$ref`
pub(crate) async fn add(asked: &Asked<'_>, kind: OwnedKind) -> Result<Reply, GraphRefusal> {
    let of = find(asked, kind).await?;
    let owner = directory_object::reference(asked)?;
    manage::owner::add(asked.authority, asked.mandate(), of, owner).await?;
    Ok(Reply::done())
}

/// `DELETE ../owners/{id}/$ref`
pub(crate) async fn remove(asked: &Asked<'_>, kind: OwnedKind) -> Result<Reply, GraphRefusal> {
    let of = find(asked, kind).await?;
    let owner = ObjectId::from(asked.id(1)?);
    manage::owner::remove(asked.authority, asked.mandate(), of, owner).await?;
    Ok(Reply::done())
}

async fn find(asked: &Asked<'_>, kind: OwnedKind) -> Result<Owned, GraphRefusal> {
    let object = match kind {
        OwnedKind::Application => application::find(asked).await?.application.object_id,
        OwnedKind::ServicePrincipal => service_principal::find(asked, 0).await?.object_id,
    };
    asked.covers_owned(object).await?;
    Ok(Owned {
        tenant: asked.tenant(),
        object,
        kind,
    })
}
