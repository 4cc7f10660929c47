//! `WhoAmI`: the user in whose name the request is made.
//!
//! In: an [`Identity`]; a role is not needed. Out: the user, their business unit, the organization.
//! Invariant: under impersonation the answer is the impersonated user.

use bytes::Bytes;

use crate::{
    caller::Identity,
    environment::Environment,
    error::Error,
    functions::{result, unknown, without_options, without_parameters},
    http::Asked,
};

/// Its name.
pub(crate) const WHO_AM_I: &str = "WhoAmI";

/// Answers it.
pub(crate) fn who_am_i(environment: &Environment, identity: &Identity, asked: &Asked) -> Result<Bytes, Error> {
    without_options(asked)?;
    let [own] = asked.url.path.segments.as_slice() else {
        return Err(unknown(WHO_AM_I));
    };
    without_parameters(own)?;
    let user = identity.acting();
    let mut writer = result(asked, WHO_AM_I);
    writer.name("BusinessUnitId");
    writer.guid(user.unit);
    writer.name("UserId");
    writer.guid(user.id);
    writer.name("OrganizationId");
    writer.guid(environment.organization);
    Ok(writer.finish())
}
