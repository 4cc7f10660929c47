//! Access tokens: an application's own, and those in a person's name.
//!
//! In: a [`Grant`]. Out: [`IssuedToken`]. Invariant: pure; the form of the token is that of its resource.

use std::ops::RangeInclusive;

use oauth::{
    AppTokenClaims, Confirmation, PersonTokenClaims, Random, Secret, SigningError, TokenVersion, pairwise_subject,
};

use super::{IssuedToken, Terms, TokenType};
use crate::authorization::{Method, SignIn};
use crate::grant::{Grant, Subject};
use crate::person::Person;
use crate::tenant::Tenant;

/// A lifetime from which on a client is told to renew early.
const RENEW_EARLY_FROM_SECONDS: i64 = 2 * 60 * 60;
/// How far `iat` and `nbf` lie before the issue.
const BACKDATED_SECONDS: i64 = 300;
/// The optional claim by which a resource asks for the mail address.
const EMAIL: &str = "email";

/// What both kinds of token say.
struct Shared<'a> {
    tenant: &'a Tenant,
    grant: &'a Grant,
    audience: &'a str,
    issuer: &'a str,
    token_id: &'a str,
    lifetime_s: i64,
}

/// Makes the token of a grant.
pub(crate) fn access_token(tenant: &Tenant, grant: &Grant, terms: &Terms<'_>) -> Result<IssuedToken, SigningError> {
    let lifetime_seconds = i64::from(spread(&terms.lifetime.seconds, terms.random));
    let token_id = terms.token_id();
    let resource_app_id = grant.resource.app_id().to_string();
    let (audience, issuer) = match grant.resource.token_version() {
        TokenVersion::V1 => (&grant.resource_as_asked, &tenant.issuer_v1),
        TokenVersion::V2 => (&resource_app_id, &tenant.issuer_v2),
    };
    let shared = Shared {
        tenant,
        grant,
        audience,
        issuer,
        token_id: &token_id,
        lifetime_s: lifetime_seconds,
    };
    let signed = match &grant.subject {
        Subject::Application => for_application(&shared, terms)?,
        Subject::Person {
            person,
            scopes,
            sign_in,
        } => for_person(&shared, person, scopes, sign_in, terms)?,
    };
    Ok(IssuedToken {
        access_token: Secret::new(signed),
        token_type: token_type(grant.confirmation.as_ref()),
        token_id,
        lifetime_seconds,
        refresh_in_seconds: (lifetime_seconds >= RENEW_EARLY_FROM_SECONDS).then_some(lifetime_seconds / 2),
        expires_at: terms.now.plus_seconds(lifetime_seconds),
        not_before: terms.now.plus_seconds(-BACKDATED_SECONDS),
        resource: grant.resource_as_asked.clone(),
        scope: None,
        refresh_token: None,
        id_token: None,
        client_info: None,
    })
}

fn for_application(shared: &Shared<'_>, terms: &Terms<'_>) -> Result<String, SigningError> {
    let grant = shared.grant;
    let claims = AppTokenClaims {
        audience: shared.audience,
        issuer: shared.issuer,
        tenant: shared.tenant.id,
        app_id: grant.principal.app_id,
        app_display_name: &grant.principal.display_name,
        service_principal: grant.principal.object_id,
        proof: grant.proof,
        roles: &grant.roles,
        directory_roles: &[],
        tenant_region: None,
        tenant_created: Some(shared.tenant.created_at),
        token_id: shared.token_id,
        issued: terms.now,
        lifetime_s: shared.lifetime_s,
        confirmation: grant.confirmation.as_ref(),
    };
    match grant.resource.token_version() {
        TokenVersion::V1 => terms.key.sign(TokenVersion::V1, &claims.v1()),
        TokenVersion::V2 => terms.key.sign(TokenVersion::V2, &claims.v2()),
    }
}

fn for_person(
    shared: &Shared<'_>,
    person: &Person,
    scopes: &[String],
    sign_in: &SignIn,
    terms: &Terms<'_>,
) -> Result<String, SigningError> {
    let grant = shared.grant;
    let app_id = grant.principal.app_id;
    let subject = pairwise_subject(person.object_id, person.tenant, app_id, terms.subject_salt);
    let methods: Vec<&str> = sign_in.methods.iter().map(|method: &Method| method.as_str()).collect();
    let directory_role = person.directory_role.template_id();
    let optional = &grant.resource.application().registration.optional_claims.access_token;
    let wants_email = optional.iter().any(|name| name == EMAIL);
    let claims = PersonTokenClaims {
        audience: shared.audience,
        issuer: shared.issuer,
        tenant: shared.tenant.id,
        app_id,
        app_display_name: &grant.principal.display_name,
        proof: grant.proof,
        person: person.object_id,
        subject: &subject,
        upn: &person.upn,
        display_name: &person.display_name,
        given_name: person.given_name.as_deref(),
        surname: person.surname.as_deref(),
        email: person.mail.as_deref().filter(|_| wants_email),
        scopes: &scopes.join(" "),
        roles: &grant.roles,
        groups: grant.groups.told(),
        directory_roles: directory_role.as_slice(),
        methods: &methods,
        authenticated: sign_in.at(),
        session_id: &sign_in.session.to_string(),
        token_id: shared.token_id,
        issued: terms.now,
        lifetime_s: shared.lifetime_s,
        confirmation: grant.confirmation.as_ref(),
    };
    match grant.resource.token_version() {
        TokenVersion::V1 => terms.key.sign(TokenVersion::V1, &claims.v1()),
        TokenVersion::V2 => terms.key.sign(TokenVersion::V2, &claims.v2()),
    }
}

fn token_type(confirmation: Option<&Confirmation>) -> TokenType {
    match confirmation {
        Some(Confirmation::Jkt(_)) => TokenType::Dpop,
        Some(Confirmation::X5tS256(_)) | None => TokenType::Bearer,
    }
}

/// A number of the range, each about as likely as the others: 32 random bits are many more than a range of seconds has.
fn spread(range: &RangeInclusive<u32>, random: &dyn Random) -> u32 {
    let mut bytes = [0; 4];
    random.fill(&mut bytes);
    let width = range.end().saturating_sub(*range.start()).saturating_add(1);
    range.start().saturating_add(u32::from_be_bytes(bytes) % width)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use oauth::SeededRandom;

    use super::spread;

    #[test]
    fn lifetimes_are_spread_over_their_whole_range() {
        let random = SeededRandom::new(1);
        let seen: BTreeSet<u32> = (0..200).map(|_| spread(&(10..=13), &random)).collect();
        assert_eq!(seen, BTreeSet::from([10, 11, 12, 13]));
        assert_eq!(spread(&(7..=7), &random), 7);
        assert!(spread(&(0..=u32::MAX), &random) > 0);
    }
}
