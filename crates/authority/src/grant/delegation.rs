//! What every grant in a person's name rests on, whatever the client redeems for it.
//!
//! In: an [`Authorization`] that is the client's to redeem, and what is wanted of it. Out: a [`Grant`].
//! INVARIANT: nothing of the authorization is believed to hold still: person, sessions, consent, assignment and service
//! principal are looked up anew, in the tenant of the authorization.

use std::sync::Arc;

use oauth::{ClientProof, OidcScope, ScopeNames};

use super::{Asker, Grant, PersonGroups, Subject, Wanted, assignment, check};
use crate::application::{Assignment, ServicePrincipal};
use crate::authorization::{Authorization, Method};
use crate::binding;
use crate::consent::{self, AppRoleAssignment, Granted, Unsettled};
use crate::person::Person;
use crate::refusal::{AuthorizationRefusal, GrantRefusal, Refusal};
use crate::registration::MemberType;
use crate::resource::Resource;
use crate::snapshot::Snapshot;
use crate::store;
use crate::well_known;

/// What the decision rests on.
#[derive(Debug)]
pub(crate) struct Facts {
    principal: Option<Arc<ServicePrincipal>>,
    person: Option<Arc<Person>>,
    assignments: Vec<AppRoleAssignment>,
    /// The groups that the resource wants to know.
    groups: PersonGroups,
    /// The resource, with what the application was given there.
    resource: Option<(Arc<Resource>, Granted)>,
}

/// Reads what the directory knows of client, person and resource in the tenant.
pub(crate) async fn load(
    snapshot: &Snapshot,
    asker: &Asker<'_>,
    authorization: &Authorization,
    wanted: &Wanted,
) -> Result<Facts, store::Error> {
    let (tenant, application) = (asker.tenant.id, asker.client.application());
    let person = snapshot.person(tenant, authorization.person).await?;
    let assignments = match &person {
        Some(person) => assignment::of_person(snapshot, person).await?,
        None => Vec::new(),
    };
    let resource = match snapshot.resource(tenant, &wanted.identifier()).await? {
        Some(resource) => {
            let granted = consent::granted(snapshot, tenant, application, authorization.person, &resource).await?;
            Some((resource, granted))
        }
        None => None,
    };
    let groups = match (&person, &resource) {
        (Some(person), Some((resource, _))) => {
            assignment::groups(snapshot, person, &resource.application().registration).await?
        }
        _ => PersonGroups::default(),
    };
    Ok(Facts {
        principal: snapshot.service_principal(tenant, application.app_id).await?,
        person,
        assignments,
        groups,
        resource,
    })
}

/// Grants or refuses; the first check that fails decides.
pub(crate) fn decide(
    asker: &Asker<'_>,
    authorization: &Authorization,
    wanted: &Wanted,
    facts: Facts,
) -> Result<Grant, Refusal> {
    check::application_is_enabled(asker.client)?;
    let principal = check::principal_exists(asker, facts.principal)?;
    check::principal_is_enabled(asker, &principal)?;
    let person = person_exists(authorization, facts.person)?;
    person_is_enabled(&person)?;
    sessions_are_valid(authorization, &person)?;
    password_is_the_same(asker, authorization, &person)?;
    binding::same_key(authorization.key_thumbprint.as_deref(), asker.confirmation.as_ref())?;
    person_is_assigned(&principal, &person, &facts.assignments)?;
    let identifier = wanted.identifier();
    let (resource, granted) = check::resource_exists(asker.tenant, &identifier, facts.resource)?;
    person_is_assigned(resource.principal(), &person, &facts.assignments)?;
    let scopes = scopes_are_consented(asker, wanted, &granted, &resource)?;
    Ok(Grant {
        principal,
        proof: asker.client.proof(),
        roles: assignment::roles(&facts.assignments, &resource, MemberType::User),
        groups: facts.groups,
        resource,
        resource_as_asked: identifier,
        confirmation: asker.confirmation.clone(),
        subject: Subject::Person {
            person,
            scopes,
            sign_in: authorization.sign_in.clone(),
        },
    })
}

fn person_exists(authorization: &Authorization, person: Option<Arc<Person>>) -> Result<Arc<Person>, Refusal> {
    let gone = || GrantRefusal::PersonGone {
        person: authorization.person.to_string(),
        tenant: authorization.tenant.to_string(),
    };
    person.ok_or_else(|| gone().into())
}

fn person_is_enabled(person: &Person) -> Result<(), Refusal> {
    if person.enabled {
        Ok(())
    } else {
        let person = person.object_id.to_string();
        Err(GrantRefusal::PersonDisabled { person }.into())
    }
}

fn sessions_are_valid(authorization: &Authorization, person: &Person) -> Result<(), Refusal> {
    let signed_in = authorization.sign_in.at();
    if signed_in < person.sessions_valid_from {
        let valid_from = person.sessions_valid_from;
        return Err(GrantRefusal::SessionsRevoked { signed_in, valid_from }.into());
    }
    Ok(())
}

/// A changed password ends what was had by the old one, except in the hands of a client that proves itself: it was asked
/// to act while the person is away.
fn password_is_the_same(asker: &Asker<'_>, authorization: &Authorization, person: &Person) -> Result<(), Refusal> {
    let (signed_in, changed) = (authorization.sign_in.at(), person.password_changed_at);
    let by_password = authorization.sign_in.methods.contains(&Method::Pwd);
    if asker.client.proof() == ClientProof::None && by_password && signed_in < changed {
        return Err(GrantRefusal::PasswordChanged { signed_in, changed }.into());
    }
    Ok(())
}

fn person_is_assigned(
    principal: &ServicePrincipal,
    person: &Person,
    assignments: &[AppRoleAssignment],
) -> Result<(), Refusal> {
    match principal.assignment {
        Assignment::Required if !assignment::is_assigned(assignments, principal.app_id) => {
            Err(AuthorizationRefusal::NotAssigned {
                application: principal.app_id.to_string(),
                user: person.upn.clone(),
            }
            .into())
        }
        Assignment::Required | Assignment::Optional => Ok(()),
    }
}

/// The words of `scp`. Microsoft Graph, by which the person's claims are read, also counts those of OpenID Connect, as far
/// as they were consented to.
fn scopes_are_consented(
    asker: &Asker<'_>,
    wanted: &Wanted,
    granted: &Granted,
    resource: &Resource,
) -> Result<Vec<String>, Refusal> {
    let settle = |names: &ScopeNames| consent::settle(names, granted, asker.client.application(), resource);
    let mut scopes = settle(&wanted.names).map_err(|unsettled| refuse(asker, resource, unsettled))?;
    if resource.app_id() == well_known::GRAPH {
        // A refresh token is this authority's to give; Microsoft Graph has no use for the word.
        scopes.retain(|scope| scope != OidcScope::OfflineAccess.as_str());
        for scope in wanted.claims_scopes() {
            if !scopes.contains(&scope) && settle(&ScopeNames::Named(vec![scope.clone()])).is_ok() {
                scopes.push(scope);
            }
        }
    }
    if !scopes.is_empty() {
        Ok(scopes)
    } else if wanted.claims_scopes().next().is_some() {
        Err(refuse(asker, resource, Unsettled::Missing { scopes: Vec::new() }))
    } else {
        Err(GrantRefusal::ScopeEmpty.into())
    }
}

fn refuse(asker: &Asker<'_>, resource: &Resource, unsettled: Unsettled) -> Refusal {
    let application = asker.client.application();
    match unsettled {
        Unsettled::NotOffered { scope } => GrantRefusal::ScopeNotOffered {
            scope,
            resource: resource.app_id().to_string(),
        }
        .into(),
        Unsettled::Missing { .. } => AuthorizationRefusal::ConsentMissing {
            application: application.app_id.to_string(),
            name: application.display_name.clone(),
        }
        .into(),
        Unsettled::NothingRegistered => GrantRefusal::NothingRegistered {
            application: application.app_id.to_string(),
            resource: resource.app_id().to_string(),
        }
        .into(),
    }
}
