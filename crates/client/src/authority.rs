//! The authority of an environment: given by the application, or named by the environment's challenge.
//!
//! In: a tenant and an origin, or the challenge that a request without a token meets. Out: a token endpoint. Invariant:
//! an authority that an environment names is asked only when [`crate::Authorities`] says so.

use oauth::Challenge;
use url::Url;

use crate::{
    Authorities, Error, Options,
    address::{self, EnvironmentAddress},
};

/// The authorities of the Microsoft clouds.
const KNOWN: [&str; 4] = [
    "https://login.microsoftonline.com",
    "https://login.windows.net",
    "https://login.microsoftonline.us",
    "https://login.partner.microsoftonline.cn",
];

/// The v2.0 token endpoint of a tenant, by id or domain, at an authority's origin.
pub(crate) fn given(tenant: &str, authority: &str, options: &Options) -> Result<Url, Error> {
    let mut endpoint = address::origin_or_path(authority, options.plain_http)?;
    endpoint.set_path(&endpoint_path(tenant).ok_or_else(|| Error::Url {
        url: tenant.to_owned(),
        why: "a tenant is an id or a domain",
    })?);
    Ok(endpoint)
}

/// The token endpoint that a challenge leads to, where the environment may name one.
pub(crate) fn challenged(header: &str, environment: &EnvironmentAddress, options: &Options) -> Result<Url, Error> {
    let challenge = Challenge::parse(header).map_err(|source| Error::NoChallenge { source: Some(source) })?;
    let named = Url::parse(&challenge.authorization_uri).map_err(|_invalid| Error::NoChallenge { source: None })?;
    let tenant = named.path().split('/').find(|segment| !segment.is_empty());
    let path = tenant
        .and_then(endpoint_path)
        .ok_or(Error::NoChallenge { source: None })?;
    if !is_trusted(&named, environment, &options.authorities) {
        return Err(Error::ForeignAuthority {
            authority: named.origin().ascii_serialization(),
        });
    }
    let mut origin = named;
    origin.set_query(None);
    origin.set_fragment(None);
    let mut endpoint = address::origin_or_path(origin.as_str(), options.plain_http)?;
    endpoint.set_path(&path);
    Ok(endpoint)
}

fn is_trusted(named: &Url, environment: &EnvironmentAddress, authorities: &Authorities) -> bool {
    let is = |origin: &str| Url::parse(origin).is_ok_and(|origin| origin.origin() == named.origin());
    let known = KNOWN.into_iter().any(is) || (address::is_loopback(named) && address::is_loopback(environment.base()));
    match authorities {
        Authorities::Known => known,
        Authorities::Also(origins) => known || origins.iter().any(|origin| is(origin)),
        Authorities::DangerouslyAny => true,
    }
}

/// `None` for a text that is no tenant.
fn endpoint_path(tenant: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let is_name = tenant.starts_with(|first: char| first.is_ascii_alphanumeric()) && tenant.bytes().all(plain);
    is_name.then(|| format!("/{tenant}/oauth2/v2.0/token"))
}

#[cfg(test)]
mod tests;
