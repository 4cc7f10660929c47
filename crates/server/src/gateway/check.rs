//! What a gateway's configuration must hold to, beyond its shape; each problem is told with its line and its remedy.
//!
//! In: the file. Out: [`Settings`], or all problems at once. Invariant: nothing is sent to find a problem.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, anyhow, bail};
use gateway::{
    AppId, Application, Authorities, BudgetOptions, Clock as _, Credential, Endings, GatewayOptions, Lifetimes,
    LocalEndings, Options, PersonRules, Policy, ProviderOptions, Secret, SpeaksFor, SubscriberFile, Subscribers,
    Surface, SystemClock, SystemRandom, TableShape, TenantRule,
};
use toml::Spanned;

use super::{
    file::{self, File},
    secret::SecretSource,
};
use crate::config::{Problems, TlsFiles, listener_tls};

/// Everything that the gateway is started with.
pub(crate) struct Settings {
    /// Where connections are taken.
    pub(crate) address: SocketAddr,
    /// The certificate and its key; `None` for plain HTTP.
    pub(crate) tls: Option<TlsFiles>,
    /// Where the operator asks.
    pub(crate) admin: Option<SocketAddr>,
    /// The gateway itself.
    pub(crate) gateway: GatewayOptions,
    /// The file of expected decisions.
    pub(crate) tests: Option<PathBuf>,
}

/// The text of the file with what is wrong in it.
struct Checked<'a> {
    text: &'a str,
    problems: Problems,
}

impl Checked<'_> {
    /// Notes a problem at a value.
    fn at<T>(&mut self, value: &Spanned<T>, problem: &str) {
        let before = self.text.get(..value.span().start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        self.problems.add(&format!("line {line}"), problem);
    }

    /// The outcome, or its problem noted.
    fn noted<T, V>(&mut self, value: &Spanned<V>, outcome: anyhow::Result<T>) -> Option<T> {
        outcome.map_err(|error| self.at(value, &format!("{error:#}"))).ok()
    }
}

/// Reads the file and those that it names.
pub(crate) fn read(path: &Path) -> anyhow::Result<Settings> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading `{}`", path.display()))?;
    let file: File = toml::from_str(&text)
        .map_err(|error| anyhow!("{}", error.to_string().trim_end()))
        .with_context(|| format!("in `{}`", path.display()))?;
    let mut checked = Checked {
        text: &text,
        problems: Problems::default(),
    };
    let settings = settings(file, &mut checked);
    match settings {
        Some(settings) if checked.problems.0.is_empty() => Ok(settings),
        _ => bail!(
            "`{}` cannot be used:\n{}",
            path.display(),
            checked.problems.0.join("\n")
        ),
    }
}

/// Goes through the whole file. `None` only with a problem.
fn settings(file: File, checked: &mut Checked<'_>) -> Option<Settings> {
    let tls = listener_tls(&file.listen, &mut checked.problems);
    let origin = origin(&file.origin, checked);
    let (provider, person) = (provider(&file.provider, checked), person(&file, checked));
    let application = application(&file.application, checked);
    let cookie_keys = cookie_keys(&file.session, checked);
    let endings = endings(file.session.endings_file.as_ref(), checked);
    let surface = surface(&file, checked);
    let policy = policy(&file.policy, checked);
    let subscribers = application.and_then(|application| {
        let subscribers = SubscriberFile::open(file.subscribers.get_ref(), application, Arc::new(SystemClock));
        checked.noted(&file.subscribers, subscribers.map_err(anyhow::Error::from))
    });
    for (name, number) in [
        ("budget.requests", file.budget.requests),
        ("budget.window_seconds", file.budget.window_seconds),
        ("budget.in_flight", file.budget.in_flight),
        ("session.idle_minutes", file.session.idle_minutes),
        ("session.longest_hours", file.session.longest_hours),
        ("limits.answer_seconds", file.limits.answer_seconds),
    ] {
        if number == 0 {
            checked
                .problems
                .add(name, "0 would refuse everything; write a number above it");
        }
    }
    Some(Settings {
        address: file.listen.address,
        tls,
        admin: file.admin.map(|admin| admin.address),
        tests: file.policy.tests,
        gateway: GatewayOptions {
            origin: origin?,
            provider: provider?,
            person: person?,
            cookie_keys,
            lifetimes: Lifetimes {
                idle_s: i64::from(file.session.idle_minutes) * 60,
                longest_s: i64::from(file.session.longest_hours) * 3600,
                ..Lifetimes::default()
            },
            endings: endings?,
            surface: surface?,
            policy: policy?,
            subscribers: Arc::new(subscribers?) as Arc<dyn Subscribers>,
            budget: BudgetOptions {
                requests: file.budget.requests,
                window_s: file.budget.window_seconds,
                in_flight: file.budget.in_flight,
            },
            body_limit_bytes: file.limits.body_bytes,
            answer_timeout: Duration::from_secs(u64::from(file.limits.answer_seconds)),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
        },
    })
}

fn origin(origin: &Spanned<String>, checked: &mut Checked<'_>) -> Option<String> {
    let outcome = gateway::checked_origin(origin.get_ref()).map_err(anyhow::Error::from);
    checked.noted(origin, outcome)
}

fn provider(provider: &file::Provider, checked: &mut Checked<'_>) -> Option<ProviderOptions> {
    let secret = provider.client_secret.as_ref();
    let secret = match secret {
        Some(source) => Some(secret_text(source, checked)?),
        None => None,
    };
    if !provider.scopes.get_ref().iter().any(|scope| scope == "openid") {
        checked.at(&provider.scopes, "without `openid` nobody is named; add it");
    }
    Some(ProviderOptions {
        issuer: provider.issuer.get_ref().clone(),
        client_id: provider.client_id.clone(),
        client_secret: secret,
        scopes: provider.scopes.get_ref().clone(),
        trust: trust(provider.ca_file.as_ref(), checked),
    })
}

fn person(file: &File, checked: &mut Checked<'_>) -> Option<PersonRules> {
    let provider = &file.provider;
    let tenant = match (&provider.tenant_claim, &provider.tenant) {
        (Some(claim), None) => TenantRule::Claim(claim.get_ref().clone()),
        (None, Some(tenant)) => TenantRule::Fixed(tenant.clone()),
        (None, None) => TenantRule::Claim("tid".to_owned()),
        (Some(claim), Some(_)) => {
            checked.at(claim, "`tenant_claim` stands beside `tenant`; write one of the two");
            return None;
        }
    };
    Some(PersonRules {
        tenant,
        object_id: provider.object_id_claim.clone(),
        roles: provider.roles_claim.clone(),
        groups: provider.groups_claim.clone(),
        kept: file.policy.claims.get_ref().clone(),
        speaks_for: match file.application.speaks_for {
            file::SpeaksFor::Application => SpeaksFor::Application,
            file::SpeaksFor::Person => SpeaksFor::Person,
        },
    })
}

fn application(application: &file::Application, checked: &mut Checked<'_>) -> Option<Application> {
    let app_id: Option<AppId> = application.client_id.get_ref().parse().ok();
    let Some(app_id) = app_id else {
        checked.at(
            &application.client_id,
            "it is no GUID; write the application's client id",
        );
        return None;
    };
    let credential = match (
        &application.client_secret,
        &application.certificate,
        &application.federated_file,
    ) {
        (Some(source), None, None) => Credential::secret(secret_text(source, checked)?),
        (None, Some(source), None) => {
            let pem = secret_text(source, checked)?;
            let read = Credential::certificate(&pem, gateway::Algorithm::Ps256);
            checked.noted(source, read.map_err(anyhow::Error::from))?
        }
        (None, None, Some(file)) => Credential::federated_file(file),
        _ => {
            let problem = "write one of `client_secret`, `certificate` and `federated_file`";
            checked.at(&application.client_id, problem);
            return None;
        }
    };
    let options = Options {
        trust: trust(application.ca_file.as_ref(), checked),
        authorities: Authorities::Also(application.authorities.clone()),
        ..Options::default()
    };
    let made = Application::new(app_id, credential, options);
    checked.noted(&application.client_id, made.map_err(anyhow::Error::from))
}

fn secret_text(source: &Spanned<SecretSource>, checked: &mut Checked<'_>) -> Option<Secret<String>> {
    checked.noted(source, source.get_ref().text())
}

fn trust(file: Option<&Spanned<PathBuf>>, checked: &mut Checked<'_>) -> Vec<Vec<u8>> {
    let Some(file) = file else { return Vec::new() };
    let held = std::fs::read(file.get_ref()).with_context(|| format!("`{}`", file.get_ref().display()));
    checked.noted(file, held).into_iter().collect()
}

fn cookie_keys(session: &file::Session, checked: &mut Checked<'_>) -> Vec<Secret<Vec<u8>>> {
    if session.cookie_keys.is_empty() {
        checked.problems.add(
            "session.cookie_keys",
            "there is none; write `[{ file = \"cookie.key\" }]`, made by `openssl rand -base64 32`",
        );
    }
    let keys = session.cookie_keys.iter();
    keys.filter_map(|source| checked.noted(source, source.get_ref().key()))
        .collect()
}

fn endings(file: Option<&Spanned<PathBuf>>, checked: &mut Checked<'_>) -> Option<Arc<dyn Endings>> {
    let Some(file) = file else {
        return Some(Arc::new(LocalEndings::default()));
    };
    let opened = LocalEndings::in_file(file.get_ref(), SystemClock.now());
    let opened = opened.with_context(|| format!("`{}`", file.get_ref().display()));
    Some(Arc::new(checked.noted(file, opened)?))
}

fn surface(file: &File, checked: &mut Checked<'_>) -> Option<Surface> {
    let tables = file.table.iter().map(|(name, table)| {
        let shape = TableShape {
            navigations: table.navigations.clone(),
            columns: table.columns.clone(),
        };
        (name.clone(), shape)
    });
    let surface = Surface::new(&tables.collect(), &file.operations);
    surface
        .map_err(|error| checked.problems.add("table", &error.to_string()))
        .ok()
}

fn policy(policy: &file::Policy, checked: &mut Checked<'_>) -> Option<Policy> {
    let plain = |name: &&String| !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    if !policy.claims.get_ref().iter().all(|name| plain(&name)) {
        checked.at(&policy.claims, "a claim's name is letters, digits and `_`");
        return None;
    }
    let path = policy.file.get_ref();
    let text = std::fs::read_to_string(path).with_context(|| format!("`{}`", path.display()));
    let text = checked.noted(&policy.file, text)?;
    let read = Policy::parse(&text, policy.claims.get_ref());
    for fault in read.as_ref().err().iter().flat_map(|faults| &faults.0) {
        let line = fault.line.map(|line| format!(" line {line}")).unwrap_or_default();
        checked
            .problems
            .add(&format!("`{}`{line}", path.display()), &fault.message);
    }
    read.ok()
}

#[cfg(test)]
mod tests;
