//! `/api/tenants/{tenant}/people/{person}/directoryRole`: who administers a tenant.
//!
//! In: a mandate, a person by user principal name or object id, and a role. Out: both, as JSON. Invariant: only the operator
//! gives roles; the directory API lists who has them.

use http::StatusCode;
use oauth::ObjectId;
use serde_json::json;

use super::reply;
use crate::authority::Authority;
use crate::graph::GraphRefusal;
use crate::http::graph::body::Body;
use crate::http::graph::reply::Reply;
use crate::manage::{self, Mandate};
use crate::operator;
use crate::person::DirectoryRole;

/// Every role with its name in this API.
const ROLES: [(&str, DirectoryRole); 4] = [
    ("member", DirectoryRole::Member),
    ("administrator", DirectoryRole::Administrator),
    ("applicationAdministrator", DirectoryRole::ApplicationAdministrator),
    ("reader", DirectoryRole::Reader),
];

/// `PUT /api/tenants/{tenant}/people/{person}/directoryRole`
pub(super) async fn change_role(
    authority: &Authority,
    mandate: &Mandate,
    (tenant, person): (&str, &str),
    mut body: Body,
) -> Result<Reply, GraphRefusal> {
    let tenant = operator::tenant(authority, mandate, tenant).await?.id;
    let name: String = body.required("role")?;
    let role = ROLES.iter().find(|(known, _)| *known == name);
    let unknown = || {
        body.wrong(
            "role",
            "is not member, administrator, applicationAdministrator or reader",
        )
    };
    let (_, role) = role.ok_or_else(unknown)?;
    body.finish()?;
    let snapshot = authority.directory().snapshot().await?;
    let found = match person.parse::<ObjectId>() {
        Ok(id) => snapshot.person(tenant, id).await?,
        Err(_) => snapshot.person_by_upn(tenant, person).await?,
    };
    let found = found.ok_or_else(|| GraphRefusal::NotFound { id: person.to_owned() })?;
    manage::person::set_directory_role(authority, mandate, tenant, found.object_id, *role).await?;
    let answer = json!({ "id": found.object_id.to_string(), "userPrincipalName": found.upn, "role": name });
    Ok(reply(StatusCode::OK, answer))
}
