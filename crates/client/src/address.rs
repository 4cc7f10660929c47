//! Addresses: of an environment, of an authority, of what lies within an environment.
//!
//! In: text. Out: URLs that a token or a credential may be sent to. Invariant: none of them leads elsewhere.

use url::{Host, Url};

use crate::{Error, PlainHttp};

/// Of what the typed calls ask.
const SERVICE: &str = "api/data/v9.2/";
/// What the raw road leads to: any minor version of it.
const SERVICE_STEM: &str = "api/data/v9.";

/// Where one environment is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct EnvironmentAddress {
    base: Url,
    root: Url,
}

impl EnvironmentAddress {
    /// Reads `https://contoso.crm.dynamics.com`, also with a path (`https://localhost:8443/env/contoso`).
    pub(crate) fn parse(text: &str, plain_http: PlainHttp) -> Result<Self, Error> {
        let mut base = origin_or_path(text, plain_http)?;
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let root = base.join(SERVICE).map_err(|_invalid| refuse(text, "it has no path"))?;
        Ok(Self { base, root })
    }

    /// The environment's URL, with a slash at its end.
    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    /// The service root, with a slash at its end.
    pub(crate) fn root(&self) -> &Url {
        &self.root
    }

    /// What the environment is called in a token request.
    pub(crate) fn scope(&self) -> String {
        format!("{}/.default", self.base.as_str().trim_end_matches('/'))
    }

    /// An address behind the service root, which may have a query.
    pub(crate) fn within(&self, path_and_query: &str) -> Result<Url, Error> {
        let url = self
            .root
            .join(path_and_query)
            .map_err(|_invalid| Error::leads_out(path_and_query))?;
        if self.holds(&url) {
            Ok(url)
        } else {
            Err(Error::leads_out(path_and_query))
        }
    }

    /// Whether an address lies behind the service root.
    pub(crate) fn holds(&self, url: &Url) -> bool {
        url.origin() == self.root.origin() && url.path().starts_with(self.root.path()) && plain(url)
    }

    /// An address under any version of the service, from the path and query of a request to a proxy.
    pub(crate) fn forwarded(&self, path_and_query: &str) -> Result<Url, Error> {
        let leads_out = || Error::leads_out(path_and_query);
        let relative = path_and_query.strip_prefix('/').ok_or_else(leads_out)?;
        let url = self.base.join(relative).map_err(|_invalid| leads_out())?;
        let stem = format!("{}{SERVICE_STEM}", self.base.path());
        let behind = url.path().strip_prefix(&stem).unwrap_or_default();
        let versioned = behind
            .split_once('/')
            .is_some_and(|(minor, _)| minor.len() == 1 && minor.bytes().all(|byte| byte.is_ascii_digit()));
        if url.origin() == self.base.origin() && versioned && plain(&url) {
            Ok(url)
        } else {
            Err(leads_out())
        }
    }
}

/// Neither user nor fragment: nothing of an address is sent elsewhere than in its path and query.
fn plain(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none() && url.fragment().is_none()
}

/// Reads an address without user, query and fragment, of a scheme that a secret may be sent over.
pub(crate) fn origin_or_path(text: &str, plain_http: PlainHttp) -> Result<Url, Error> {
    let url = Url::parse(text).map_err(|_invalid| refuse(text, "it is no URL"))?;
    if url.host().is_none() || !plain(&url) || url.query().is_some() {
        return Err(refuse(text, "it is more than scheme, host, port and path"));
    }
    let everywhere = plain_http == PlainHttp::DangerouslyEverywhere;
    match url.scheme() {
        "https" => Ok(url),
        "http" if everywhere || is_loopback(&url) => Ok(url),
        _ => Err(refuse(text, "tokens and secrets are sent over HTTPS only")),
    }
}

fn refuse(url: &str, why: &'static str) -> Error {
    Error::Url {
        url: url.to_owned(),
        why,
    }
}

/// Whether an address is of this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests;
