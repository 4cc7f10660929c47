//! ID tokens (OpenID Connect Core section 2): who signed in, told to the application.
//!
//! In: an [`Authorization`]. Out: a signed token. Invariant: names are told only under the scopes that open them; the
//! form of the token is that of the endpoint that was asked.

use oauth::{IdTokenClaims, OidcScope, OidcScopes, ProfileClaims, RequestedScopes, Secret, Timestamp, TokenVersion};

use super::Terms;
use crate::authority::Authority;
use crate::authorization::Authorization;
use crate::call::Endpoint;
use crate::grant::{PersonGroups, assignments_of_person, groups_in_token, roles_at};
use crate::person::Person;
use crate::refusal::{GrantRefusal, Refusal};
use crate::registration::MemberType;
use crate::snapshot::Snapshot;
use crate::tenant::Tenant;

const LIFETIME_SECONDS: i64 = 60 * 60;
/// The optional claim by which an application asks for a hint for the next sign-in.
const LOGIN_HINT: &str = "login_hint";

/// What an ID token that comes out of the authorization endpoint says of what comes beside it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Hashes<'a> {
    /// `c_hash`: [`oauth::half_hash`] of the code.
    pub(crate) code: Option<&'a str>,
    /// `at_hash`: [`oauth::half_hash`] of the access token.
    pub(crate) access_token: Option<&'a str>,
}

/// When and where an ID token is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IdTokenTerms<'a> {
    /// Whose version the token has.
    pub(crate) endpoint: Endpoint,
    /// What comes beside it.
    pub(crate) hashes: Hashes<'a>,
    /// The moment of issue.
    pub(crate) now: Timestamp,
}

/// What an ID token says beside what the authorization does.
struct Facts {
    person: std::sync::Arc<Person>,
    roles: Vec<String>,
    groups: PersonGroups,
    login_hint: Option<String>,
}

/// Makes the ID token of an authorization.
pub(crate) async fn id_token(
    authority: &Authority,
    snapshot: &Snapshot,
    tenant: &Tenant,
    authorization: &Authorization,
    asked: IdTokenTerms<'_>,
) -> Result<Secret<String>, Refusal> {
    let facts = load(snapshot, authorization).await?;
    let terms = Terms::new(authority, tenant, asked.now)?;
    sign(tenant, authorization, &facts, asked, &terms)
}

async fn load(snapshot: &Snapshot, authorization: &Authorization) -> Result<Facts, Refusal> {
    let (tenant, app_id) = (authorization.tenant, authorization.app_id);
    let person = snapshot.person(tenant, authorization.person).await?;
    let person = person.ok_or_else(|| GrantRefusal::PersonGone {
        person: authorization.person.to_string(),
        tenant: tenant.to_string(),
    })?;
    let roles = match snapshot.resource_of(tenant, app_id).await? {
        Some(client) => {
            let assignments = assignments_of_person(snapshot, &person).await?;
            roles_at(&assignments, &client, MemberType::User)
        }
        None => Vec::new(),
    };
    let client = snapshot.client(app_id).await?;
    let groups = match &client {
        Some(client) => groups_in_token(snapshot, &person, &client.application.registration).await?,
        None => PersonGroups::default(),
    };
    let wants_hint = client.is_some_and(|client| {
        let optional = &client.application.registration.optional_claims.id_token;
        optional.iter().any(|name| name == LOGIN_HINT)
    });
    let login_hint = wants_hint.then(|| person.upn.clone());
    Ok(Facts {
        person,
        roles,
        groups,
        login_hint,
    })
}

fn sign(
    tenant: &Tenant,
    authorization: &Authorization,
    facts: &Facts,
    asked: IdTokenTerms<'_>,
    terms: &Terms<'_>,
) -> Result<Secret<String>, Refusal> {
    let person = &*facts.person;
    let scopes = oidc_scopes(authorization);
    let sign_in = &authorization.sign_in;
    let methods: Vec<&str> = sign_in.methods.iter().map(|method| method.as_str()).collect();
    let client = authorization.app_id;
    let claims = IdTokenClaims {
        audience: client,
        issuer: match asked.endpoint {
            Endpoint::V1 => &tenant.issuer_v1,
            Endpoint::V2 => &tenant.issuer_v2,
        },
        tenant: tenant.id,
        subject: &oauth::pairwise_subject(person.object_id, person.tenant, client, terms.subject_salt),
        profile: scopes.contains(OidcScope::Profile).then_some(ProfileClaims {
            person: person.object_id,
            upn: &person.upn,
            display_name: &person.display_name,
            given_name: person.given_name.as_deref(),
            surname: person.surname.as_deref(),
        }),
        email: person.mail.as_deref().filter(|_| scopes.contains(OidcScope::Email)),
        nonce: authorization.nonce.as_deref(),
        // Needed after `max_age` (OpenID Connect Core section 3.1.3.6), and welcome to everybody else.
        authenticated: Some(sign_in.at()),
        methods: &methods,
        code_hash: asked.hashes.code,
        access_token_hash: asked.hashes.access_token,
        login_hint: facts.login_hint.as_deref(),
        session_id: &sign_in.session.to_string(),
        roles: &facts.roles,
        groups: facts.groups.told(),
        token_id: &terms.token_id(),
        issued: asked.now,
        lifetime_s: LIFETIME_SECONDS,
    };
    let signed = match asked.endpoint {
        Endpoint::V1 => terms.key.sign(TokenVersion::V1, &claims.v1()),
        Endpoint::V2 => terms.key.sign(TokenVersion::V2, &claims.v2()),
    };
    signed.map(Secret::new).map_err(Refusal::Signing)
}

/// The words of OpenID Connect that the person authorized; a scope without words has none.
fn oidc_scopes(authorization: &Authorization) -> OidcScopes {
    let scopes = RequestedScopes::parse(&authorization.scope).ok();
    scopes.map(|scopes| scopes.oidc).unwrap_or_default()
}
