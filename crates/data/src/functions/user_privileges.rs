//! `RetrieveUserPrivileges`: everything that a user holds, by own roles and by those of teams.
//!
//! In: a user whom the caller may read. Out: privileges with their depths. Invariant: what is told is the compiled form
//! by which access is decided, so it cannot differ from it.

use bytes::Bytes;
use odata::Segment;

use crate::{
    access::Grant,
    caller::Caller,
    catalogue::{Catalogue, Depth, PrivilegeId},
    environment::Environment,
    error::Error,
    functions::{result, unknown, without_parameters},
    http::Asked,
    service,
};

/// Its name.
pub(super) const NAME: &str = "RetrieveUserPrivileges";

const SET: &str = "systemusers";

/// Answers it.
pub(super) async fn retrieve(
    environment: &Environment,
    caller: &Caller,
    asked: &Asked,
    (bound_to, own): (&Segment, &Segment),
) -> Result<Bytes, Error> {
    without_parameters(own)?;
    let id = service::bound_row(&environment.catalogue, bound_to, SET)?;
    service::check_readable(environment, caller, SET, id).await?;
    let user = environment.security.user(id).ok_or_else(|| unknown(NAME))?;
    let mut writer = result(asked, NAME);
    writer.name("RolePrivileges");
    writer.begin_array();
    for (name, privilege, grant) in sorted(&environment.catalogue, user.grants.iter()) {
        for entry in &grant.entries {
            writer.begin_object();
            writer.name("Depth");
            writer.string(depth_name(entry.depth));
            writer.name("PrivilegeId");
            writer.guid(privilege.0);
            writer.name("BusinessUnitId");
            writer.guid(entry.unit);
            writer.name("PrivilegeName");
            writer.string(name);
            writer.end();
        }
    }
    Ok(writer.finish())
}

/// In the order of the names, so that two answers can be compared.
fn sorted<'a>(
    catalogue: &'a Catalogue,
    grants: impl Iterator<Item = (&'a PrivilegeId, &'a Grant)>,
) -> Vec<(&'a str, PrivilegeId, &'a Grant)> {
    let mut named: Vec<_> = grants
        .filter_map(|(id, grant)| {
            catalogue
                .privilege_by_id(*id)
                .map(|found| (found.name.as_str(), *id, grant))
        })
        .collect();
    named.sort_by_key(|(name, _, _)| *name);
    named
}

fn depth_name(depth: Depth) -> &'static str {
    match depth {
        Depth::Basic => "Basic",
        Depth::Local => "Local",
        Depth::Deep => "Deep",
        Depth::Global => "Global",
    }
}
