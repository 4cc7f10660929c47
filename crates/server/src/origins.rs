//! Which part of the program answers a request: the authority, or one environment.
//!
//! In: the `Host` of a request, the listener that took it, and its path. Out: a [`Target`] and the base URL in which
//! its links are written. Invariant: a base URL is one that was configured, never one that a caller made up.

use std::collections::HashMap;

/// The path under which the authority's origin reaches every environment.
pub(crate) const PATH_FORM: &str = "/env/";

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// The authority.
    Authority,
    /// The environment of this name.
    Environment(String),
}

/// Who answers a request, and how.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Route<'a> {
    /// Who.
    pub(crate) target: &'a Target,
    /// The base of its URLs: an origin, or the authority's origin with `/env/{name}`.
    pub(crate) base_url: String,
    /// The path within it, with a leading slash.
    pub(crate) path: &'a str,
}

/// All origins that the program answers for.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    by_host: HashMap<String, (Target, String)>,
    environments: HashMap<String, Target>,
}

impl Origins {
    /// Adds an origin such as `https://localhost:8444`.
    pub(crate) fn add(&mut self, origin: &str, target: &Target) {
        self.by_host
            .insert(host(origin).to_ascii_lowercase(), (target.clone(), origin.to_owned()));
        if let Target::Environment(name) = target {
            self.environments.insert(name.clone(), target.clone());
        }
    }

    /// Finds who answers; `default` is the origin of the listener that took the connection. `None` only where that
    /// origin is unknown too.
    pub(crate) fn route<'a>(&'a self, host: Option<&str>, default: &str, path: &'a str) -> Option<Route<'a>> {
        let named = host.and_then(|host| self.by_host.get(&host.to_ascii_lowercase()));
        let (target, origin) = named.or_else(|| self.by_host.get(default))?;
        if *target == Target::Authority
            && let Some(rest) = path.strip_prefix(PATH_FORM)
        {
            let name = rest.split('/').next().unwrap_or_default();
            if let Some(environment) = self.environments.get(name) {
                let inner = rest.strip_prefix(name).unwrap_or_default();
                return Some(Route {
                    target: environment,
                    base_url: format!("{origin}{PATH_FORM}{name}"),
                    path: if inner.is_empty() { "/" } else { inner },
                });
            }
        }
        Some(Route {
            target,
            base_url: origin.clone(),
            path,
        })
    }
}

/// Host and port of an origin.
pub(crate) fn host(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_scheme, host)| host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: Option<&str>, path: &str, expected: (&str, &str, &str)) {
        let contoso = Target::Environment("contoso".to_owned());
        let mut origins = Origins::default();
        origins.add("https://localhost:8443", &Target::Authority);
        origins.add("https://localhost:8444", &contoso);
        origins.add("https://contoso.data.example.com", &contoso);
        let route = origins
            .route(host, "localhost:8444", path)
            .expect("the default is known");
        let target = match route.target {
            Target::Authority => "authority",
            Target::Environment(name) => name,
        };
        assert_eq!((target, route.base_url.as_str(), route.path), expected);
    }

    #[test]
    fn the_host_names_the_target() {
        check(
            Some("localhost:8443"),
            "/x/v2.0",
            ("authority", "https://localhost:8443", "/x/v2.0"),
        );
        check(
            Some("LOCALHOST:8444"),
            "/api",
            ("contoso", "https://localhost:8444", "/api"),
        );
        check(
            Some("contoso.data.example.com"),
            "/api",
            ("contoso", "https://contoso.data.example.com", "/api"),
        );
    }

    #[test]
    fn a_host_that_nobody_configured_gets_the_listeners_target_and_its_configured_origin() {
        check(
            Some("evil.example"),
            "/api",
            ("contoso", "https://localhost:8444", "/api"),
        );
        check(None, "/api", ("contoso", "https://localhost:8444", "/api"));
    }

    #[test]
    fn the_path_form_reaches_an_environment_at_the_authoritys_origin_alone() {
        let base = "https://localhost:8443/env/contoso";
        check(
            Some("localhost:8443"),
            "/env/contoso/api/data",
            ("contoso", base, "/api/data"),
        );
        check(Some("localhost:8443"), "/env/contoso", ("contoso", base, "/"));
        check(
            Some("localhost:8443"),
            "/env/none/api",
            ("authority", "https://localhost:8443", "/env/none/api"),
        );
        check(
            Some("localhost:8444"),
            "/env/contoso/x",
            ("contoso", "https://localhost:8444", "/env/contoso/x"),
        );
    }
}
