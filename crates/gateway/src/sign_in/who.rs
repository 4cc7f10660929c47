//! Who an id token speaks of: its claims become a person of a subscriber.
//!
//! In: a verified id token. Out: a [`Person`]. Invariant: whoever belongs to no subscriber is nobody here, and where
//! requests are made in the person's name, whoever cannot be named to the environment is nobody either.

use std::collections::BTreeMap;

use oauth::{ObjectId, VerifiedIdToken};
use serde_json::Value;

use super::text;
use crate::person::Person;

/// To which subscriber people belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TenantRule {
    /// To the one that this claim names: `tid` with Entra ID and Commonhold, `hd` with Google.
    Claim(String),
    /// All to this one.
    Fixed(String),
}

/// Which claims say what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRules {
    /// The subscriber.
    pub tenant: TenantRule,
    /// The claim with the person's object id in the directory of the environment's tenant: `oid`.
    pub object_id: String,
    /// The claim with app roles: `roles`. With Keycloak, where it stands deeper: `realm_access.roles`.
    pub roles: String,
    /// The claim with groups: `groups`.
    pub groups: String,
    /// Claims that the policy may look at; texts only.
    pub kept: Vec<String>,
    /// In whose name the environment is asked.
    pub speaks_for: SpeaksFor,
}

/// In whose name the environment is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpeaksFor {
    /// As the application user.
    Application,
    /// As the application user on behalf of the person (`CallerObjectId`).
    Person,
}

/// Why an id token speaks of nobody here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WhoError {
    #[error("the id token does not say to which tenant the person belongs")]
    NoTenant,
    #[error("the tenant of the person has not subscribed")]
    NotSubscribed,
    #[error("the id token does not say who the person is in the directory")]
    NoObjectId,
    #[error("the claim `{0}` of the id token has another shape than is expected")]
    Shape(String),
}

/// Makes the person.
pub(super) fn person(
    token: &VerifiedIdToken,
    rules: &PersonRules,
    is_subscriber: impl Fn(&str) -> bool,
) -> Result<Person, WhoError> {
    let tenant = tenant(token, &rules.tenant)?;
    if !is_subscriber(&tenant) {
        return Err(WhoError::NotSubscribed);
    }
    let object_id: Option<ObjectId> = text(token, &rules.object_id).and_then(|id| id.parse().ok());
    if object_id.is_none() && rules.speaks_for == SpeaksFor::Person {
        return Err(WhoError::NoObjectId);
    }
    let kept = rules
        .kept
        .iter()
        .filter_map(|name| Some((name.clone(), text(token, name)?)));
    Ok(Person {
        issuer: token.issuer().to_owned(),
        subject: token.subject().to_owned(),
        tenant,
        object_id,
        name: text(token, "name").or_else(|| text(token, "preferred_username")),
        roles: texts(token, &rules.roles)?,
        groups: texts(token, &rules.groups)?,
        claims: kept.collect::<BTreeMap<_, _>>(),
    })
}

fn tenant(token: &VerifiedIdToken, rule: &TenantRule) -> Result<String, WhoError> {
    match rule {
        TenantRule::Fixed(tenant) => Ok(tenant.clone()),
        TenantRule::Claim(name) => text(token, name).filter(|it| !it.is_empty()).ok_or(WhoError::NoTenant),
    }
}

/// A list of texts; none where the claim is missing. `a.b` is the member `b` of the claim `a`.
fn texts(token: &VerifiedIdToken, claim: &str) -> Result<Vec<String>, WhoError> {
    let mut names = claim.split('.');
    let first = names.next().unwrap_or_default();
    let mut found = token.claim(claim).or_else(|| token.claim(first));
    if token.claim(claim).is_none() {
        for name in names {
            found = found.and_then(|value| value.get(name));
        }
    }
    let Some(value) = found else { return Ok(Vec::new()) };
    let shape = || WhoError::Shape(claim.to_owned());
    let list = value.as_array().ok_or_else(shape)?;
    let texts = list.iter().map(Value::as_str);
    texts.map(|text| text.map(str::to_owned).ok_or_else(shape)).collect()
}
