//! The whole table of refusals, printed and compared, so that a change of the wire is seen as one.

mod assertion;
mod authorization;
mod binding;
mod grant;
mod person;

use super::*;
use crate::directory::DirectoryError;
use crate::sign_in_log::LogError;
use crate::store;

/// The refusal behind another in the list. Without `_`: a new variant does not compile until it has its place.
#[rustfmt::skip] // one line per variant: this is read as a list
fn after(refusal: &Refusal) -> Option<Refusal> {
    use Refusal as R;
    let (application, tenant) = ("{application}".to_owned(), "{tenant}".to_owned());
    let text = str::to_owned;
    Some(match refusal {
        R::NoEndpoint { .. } => R::Method { received: text("{method}"), accepted: "GET" },
        R::Method { .. } => R::ContentType { received: text("{type}") },
        R::ContentType { .. } => R::BodyTooLarge { limit_bytes: 65536 },
        R::BodyTooLarge { .. } => R::Malformed { reason: "{reason}" },
        R::Malformed { .. } => R::Duplicate { name: text("{parameter}") },
        R::Duplicate { .. } => R::Missing { name: "{parameter}" },
        R::Missing { .. } => R::GrantType { grant_type: text("{grant}") },
        R::GrantType { .. } => R::ResourceParameter,
        R::ResourceParameter => R::CrossOrigin,
        R::CrossOrigin => R::TenantMalformed { tenant },
        R::TenantMalformed { .. } => R::TenantNotFound { tenant, asked: Asked::Metadata },
        R::TenantNotFound { asked: Asked::Metadata, .. } => R::TenantNotFound { tenant, asked: Asked::Endpoint },
        R::TenantNotFound { asked: Asked::Endpoint, .. } => R::TenantUnknowable { alias: "{alias}" },
        R::TenantUnknowable { .. } => R::ConsumersTenant,
        R::ConsumersTenant => R::Instance { address: text("{address}") },
        R::Instance { .. } => R::ApplicationNotFound { application, tenant },
        R::ApplicationNotFound { .. } => R::ServicePrincipalMissing { application, tenant },
        R::ServicePrincipalMissing { .. } => R::ApplicationDisabled { application },
        R::ApplicationDisabled { .. } => R::ServicePrincipalDisabled { application, tenant },
        R::ServicePrincipalDisabled { .. } => R::CredentialMissing,
        R::CredentialMissing => R::SecretWrong { application },
        R::SecretWrong { .. } => R::SecretExpired { application },
        R::SecretExpired { .. } => R::SecretNotYetValid { application },
        R::SecretNotYetValid { .. } => R::ScopeMalformed { scope: text("{scope}") },
        R::ScopeMalformed { .. } => R::ScopeNotDefault { scope: text("{scope}") },
        R::ScopeNotDefault { .. } => R::ResourceNotFound { resource: text("{resource}"), tenant },
        R::ResourceNotFound { .. } => R::Directory(DirectoryError::Store(store::Error::Unknown { what: "{what}" })),
        R::Directory(_) => R::NotRecorded(LogError::Stopped),
        R::NotRecorded(_) => R::NoSigningKey,
        R::NoSigningKey => R::Signing(oauth::SigningError::Sign),
        // The last, and those that have lists of their own.
        R::Signing(_) | R::Assertion(_) | R::Binding(_) | R::Grant(_) | R::Authorization(_) | R::Person(_) => return None,
    })
}

fn general() -> Vec<Refusal> {
    let first = Refusal::NoEndpoint {
        path: "{path}".to_owned(),
    };
    std::iter::successors(Some(first), after).collect()
}

/// Every refusal, by the table in which it stands.
fn tables() -> [(&'static str, Vec<Refusal>); 6] {
    [
        ("refusals", general()),
        ("refusals_assertion", assertion::all()),
        ("refusals_binding", binding::all()),
        ("refusals_grant", grant::all()),
        ("refusals_authorization", authorization::all()),
        ("refusals_person", person::all()),
    ]
}

fn all() -> impl Iterator<Item = Refusal> {
    tables().into_iter().flat_map(|(_, refusals)| refusals)
}

/// The variant's name, without the table's.
fn name(refusal: &Refusal) -> String {
    let debug = format!("{refusal:?}");
    let tables = ["Assertion(", "Binding(", "Grant(", "Authorization(", "Person("];
    let inner = tables.iter().find_map(|table| debug.strip_prefix(table));
    inner
        .unwrap_or(&debug)
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect()
}

#[test]
fn the_whole_tables() {
    let line = |refusal: Refusal| {
        let Code { number, error, status } = code(&refusal);
        format!(
            "{:24} {} {:23} AADSTS{number}: {}\n",
            name(&refusal),
            status.as_u16(),
            error.as_str(),
            text(&refusal)
        )
    };
    for (name, refusals) in tables() {
        let table: String = refusals.into_iter().map(line).collect();
        insta::with_settings!({
            snapshot_path => "../../../tests/snapshots", prepend_module_to_snapshot => false, omit_expression => true,
        }, { insta::assert_snapshot!(name, table) });
    }
}

/// msal-node takes an answer with one of these words for a call to sign in again.
#[test]
fn no_text_calls_for_a_sign_in() {
    const WORDS: [&str; 6] = [
        "interaction_required",
        "consent_required",
        "login_required",
        "bad_token",
        "ui_not_allowed",
        "interrupted_user",
    ];
    for refusal in all() {
        assert!(
            !WORDS.iter().any(|word| text(&refusal).contains(word)),
            "{}",
            text(&refusal)
        );
    }
}

#[test]
fn refusals_of_clients_are_401_and_of_ours_5xx() {
    for refusal in all() {
        let code = code(&refusal);
        let ours = matches!(code.error, OAuthError::ServerError | OAuthError::TemporarilyUnavailable);
        assert_eq!(
            code.error == OAuthError::InvalidClient,
            code.status == StatusCode::UNAUTHORIZED,
            "{refusal:?}"
        );
        assert!(!ours || code.status.is_server_error(), "{refusal:?}");
    }
}

#[test]
fn what_callers_write_is_said_back_short_and_printable() {
    let check = |text: &str, expected: &str| assert_eq!(shown(text), expected);
    check("", "");
    check("a\r\nb\u{7}ä", "abä");
    check(&"x".repeat(300), &"x".repeat(200));
}
