//! What a configuration must hold to, beyond its shape: an ordered list of checks, each told with its remedy.
//!
//! In: a [`File`]. Out: [`Settings`], or all problems at once. Invariant: settings that come out of here start.

use std::{collections::HashSet, path::Path};

use anyhow::bail;
use authority::TenantId;

use crate::config::{
    EnvironmentSettings, LimitSettings, ListenerSettings, Settings, Store, TenantSettings, TlsFiles, TrustedProxies,
    file::{Database, Environment, File, Limits, Listen, PlainHttp, Tenant},
};

/// Turns the file into settings.
pub(crate) fn settings(file: File, path: &Path) -> anyhow::Result<Settings> {
    let mut problems = Problems::default();
    let settings = check(file, &mut problems);
    match settings {
        Some(settings) if problems.0.is_empty() => Ok(settings),
        _ => bail!("`{}` cannot be used:\n{}", path.display(), problems.0.join("\n")),
    }
}

/// What is wrong, one line each, with what to write instead.
#[derive(Debug, Default)]
pub(crate) struct Problems(pub(crate) Vec<String>);

impl Problems {
    /// Notes a problem at a key of the file.
    pub(crate) fn add(&mut self, place: &str, problem: &str) {
        self.0.push(format!("  {place}: {problem}"));
    }
}

/// Goes through the whole file, so that all problems are told at once. `None` only with a problem.
fn check(file: File, problems: &mut Problems) -> Option<Settings> {
    let tls = tls(&file.listen, problems);
    let proxies = TrustedProxies::read(&file.listen.trusted_proxies, file.listen.forwarded_header)
        .map_err(|problem| problems.add("listen.trusted_proxies", &problem));
    let origin = origin(
        &file.authority.origin,
        file.listen.plain_http,
        "authority.origin",
        problems,
    );
    if let Some(problem) = file.authority.key_encryption_key.problem() {
        problems.add("authority.key_encryption_key", &problem);
    }
    if let Some(problem) = file.authority.operator_key_file.as_ref().and_then(|it| it.read().err()) {
        problems.add("authority.operator_key_file", &format!("{problem:#}"));
    }
    if file.authority.sign_in_retention_days == 0 {
        problems.add(
            "authority.sign_in_retention_days",
            "0 would keep no sign-in; write a number of days above it",
        );
    }
    let store = store(file.database, problems);
    let limits = limits(&file.limits, problems);
    let tenants: Vec<_> = file.tenant.iter().filter_map(|it| tenant(it, problems)).collect();
    unique(
        tenants.iter().flat_map(|it| it.domains.clone()),
        "tenant.domains",
        problems,
    );
    let environments: Vec<_> = file
        .environment
        .iter()
        .filter_map(|it| environment(it, &tenants, file.listen.plain_http, problems))
        .collect();
    unique(
        environments.iter().map(|it| it.name.clone()),
        "environment.name",
        problems,
    );
    let urls = environments.iter().flat_map(|it| it.urls.clone());
    unique(urls.chain(origin.clone()), "environment.urls", problems);
    Some(Settings {
        listener: ListenerSettings {
            address: file.listen.address,
            proxies: proxies.ok()?,
        },
        tls,
        origin: origin?,
        store: store?,
        key_encryption_key: file.authority.key_encryption_key,
        operator_key: file.authority.operator_key_file,
        sign_in_retention_days: file.authority.sign_in_retention_days,
        limits,
        tenants,
        environments,
    })
}

/// Where the certificate of a listener is; `None` for plain HTTP, or with a problem.
pub(crate) fn tls(listen: &Listen, problems: &mut Problems) -> Option<TlsFiles> {
    match (&listen.certificate, &listen.private_key, listen.plain_http) {
        (Some(certificate), Some(private_key), PlainHttp::Off) => {
            for file in [certificate, private_key] {
                if let Err(error) = std::fs::File::open(file) {
                    problems.add("listen", &format!("`{}` cannot be read: {error}", file.display()));
                }
            }
            Some(TlsFiles {
                certificate: certificate.clone(),
                private_key: private_key.clone(),
                client_certificates: listen.client_certificates,
            })
        }
        (None, None, PlainHttp::Loopback) if !listen.address.ip().is_loopback() => {
            problems.add(
                "listen.address",
                "other machines reach it, and `plain_http` is `loopback`; write a loopback address, or give a certificate",
            );
            None
        }
        (None, None, PlainHttp::Loopback | PlainHttp::Anywhere) => None,
        (Some(_), Some(_), PlainHttp::Loopback | PlainHttp::Anywhere) => {
            problems.add(
                "listen.plain_http",
                "it is set beside a certificate; write one of the two",
            );
            None
        }
        (None, None, PlainHttp::Off) => {
            problems.add(
                "listen",
                "there is no certificate; write `certificate` and `private_key`, or `plain_http = \"loopback\"` behind a proxy",
            );
            None
        }
        (Some(_), None, _) | (None, Some(_), _) => {
            problems.add("listen", "`certificate` and `private_key` go together; write both");
            None
        }
    }
}

fn origin(text: &str, plain_http: PlainHttp, place: &str, problems: &mut Problems) -> Option<String> {
    let rest = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(rest), _) => Some(rest),
        (None, Some(rest)) if plain_http != PlainHttp::Off => Some(rest),
        _ => None,
    };
    let host = rest.map(|it| it.strip_suffix('/').unwrap_or(it));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => {
            Some(text.trim_end_matches('/').to_ascii_lowercase())
        }
        _ => {
            problems.add(
                place,
                &format!("`{text}` is no origin; write `https://` and a host name, without a path"),
            );
            None
        }
    }
}

fn store(database: Database, problems: &mut Problems) -> Option<Store> {
    let given = (
        database.sqlite_folder,
        database.postgres_url,
        database.postgres_url_file,
    );
    match given {
        (Some(folder), None, None) => Some(Store::Sqlite(folder)),
        (None, Some(url), None) => Some(Store::Postgres(url)),
        (None, None, Some(file)) => match std::fs::read_to_string(&file) {
            Ok(url) => Some(Store::Postgres(url.trim().to_owned())),
            Err(error) => {
                problems.add(
                    "database.postgres_url_file",
                    &format!("`{}` cannot be read: {error}", file.display()),
                );
                None
            }
        },
        _ => {
            problems.add(
                "database",
                "write one of `sqlite_folder`, `postgres_url` and `postgres_url_file`",
            );
            None
        }
    }
}

fn limits(limits: &Limits, problems: &mut Problems) -> Option<LimitSettings> {
    if [limits.requests, limits.execution_seconds, limits.concurrent_requests].contains(&0) {
        problems.add(
            "limits",
            "0 would refuse every request; write a number above it, or `enabled = false`",
        );
    }
    limits.enabled.then_some(LimitSettings {
        requests: limits.requests,
        execution_seconds: limits.execution_seconds,
        concurrent_requests: limits.concurrent_requests,
    })
}

fn tenant(tenant: &Tenant, problems: &mut Problems) -> Option<TenantSettings> {
    if tenant.domains.is_empty() {
        problems.add(
            "tenant.domains",
            &format!("`{}` has none; write at least one", tenant.name),
        );
    }
    let Ok(id) = tenant.id.parse::<TenantId>() else {
        problems.add("tenant.id", &format!("`{}` is no GUID; write one, for good", tenant.id));
        return None;
    };
    let domains = tenant.domains.iter().map(|it| it.to_ascii_lowercase()).collect();
    Some(TenantSettings {
        id,
        name: tenant.name.clone(),
        domains,
    })
}

fn environment(
    environment: &Environment,
    tenants: &[TenantSettings],
    plain_http: PlainHttp,
    problems: &mut Problems,
) -> Option<EnvironmentSettings> {
    let name_is_good = environment.name.starts_with(|it: char| it.is_ascii_lowercase())
        && environment.name.len() <= 40
        && environment
            .name
            .chars()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-');
    if !name_is_good {
        problems.add(
            "environment.name",
            &format!(
                "`{}` is no name; write a letter, then letters, digits and `-`, 40 at most, all lower case",
                environment.name
            ),
        );
    }
    if environment.urls.is_empty() {
        problems.add(
            "environment.urls",
            &format!("`{}` has none; write at least one", environment.name),
        );
    }
    let urls = environment
        .urls
        .iter()
        .filter_map(|it| origin(it, plain_http, "environment.urls", problems))
        .collect();
    let wanted = environment.tenant.to_ascii_lowercase();
    let tenant = tenants
        .iter()
        .find(|it| it.id.to_string() == wanted || it.domains.contains(&wanted));
    let Some(tenant) = tenant else {
        problems.add(
            "environment.tenant",
            &format!("`{}` is no tenant of this file", environment.tenant),
        );
        return None;
    };
    Some(EnvironmentSettings {
        name: environment.name.clone(),
        tenant: tenant.id,
        urls,
        administrator: environment.administrator.clone(),
        credentials_file: environment.credentials_file.clone(),
    })
}

fn unique(values: impl Iterator<Item = String>, place: &str, problems: &mut Problems) {
    let mut seen = HashSet::new();
    for value in values {
        if !seen.insert(value.clone()) {
            problems.add(place, &format!("`{value}` stands there twice; write it once"));
        }
    }
}

#[cfg(test)]
mod tests;
