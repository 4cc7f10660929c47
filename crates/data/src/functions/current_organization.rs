//! `RetrieveCurrentOrganization`: which organization this is, and where its services are.
//!
//! In: `AccessType`, an enumeration whose members all mean the same here. Out: the organization's facts.
//! Invariant: the addresses are the canonical ones, whichever the request came by.

use bytes::Bytes;
use odata::{Arguments, Literal, Segment};

use crate::{
    environment::Environment,
    error::Error,
    functions::{result, version},
    http::Asked,
};

/// Its name.
pub(super) const NAME: &str = "RetrieveCurrentOrganization";

const PARAMETER: &str = "AccessType";
const PARAMETER_TYPE: &str = "Microsoft.Dynamics.CRM.EndpointAccessType";

/// Answers it.
pub(super) fn retrieve(environment: &Environment, asked: &Asked, own: &Segment) -> Result<Bytes, Error> {
    check_parameter(own)?;
    let address = &environment.address;
    let url = address.urls.first().map(String::as_str).unwrap_or_default();
    let mut writer = result(asked, NAME);
    writer.name("Detail");
    writer.begin_object();
    writer.name("OrganizationId");
    writer.guid(environment.organization);
    for (name, value) in [
        ("FriendlyName", address.name.as_str()),
        ("OrganizationVersion", version::VERSION),
        ("EnvironmentId", &address.name),
        ("TenantId", &address.tenant.to_string()),
        ("UrlName", &address.name),
        ("UniqueName", &address.name),
    ] {
        writer.name(name);
        writer.string(value);
    }
    writer.name("Endpoints");
    writer.begin_object();
    writer.name("Count");
    writer.integer(1);
    writer.name("IsReadOnly");
    writer.boolean(false);
    writer.name("Keys");
    writer.begin_array();
    writer.string("WebApplication");
    writer.end();
    writer.name("Values");
    writer.begin_array();
    writer.string(&format!("{url}/"));
    writer.end();
    writer.end();
    writer.name("State");
    writer.string("Enabled");
    Ok(writer.finish())
}

fn check_parameter(own: &Segment) -> Result<(), Error> {
    let Segment::Named {
        arguments: Arguments::Named(parameters),
        ..
    } = own
    else {
        return Err(Error::InvalidArgument {
            what: format!("the parameter `{PARAMETER}` is missing"),
        });
    };
    match parameters.as_slice() {
        [(name, Literal::Enum { type_name, member })]
            if name == PARAMETER
                && type_name == PARAMETER_TYPE
                && matches!(member.as_str(), "Default" | "Internet" | "Intranet") =>
        {
            Ok(())
        }
        _ => Err(Error::InvalidArgument {
            what: format!("the one parameter is `{PARAMETER}`, of the type `{PARAMETER_TYPE}`"),
        }),
    }
}
