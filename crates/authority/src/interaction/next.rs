//! What comes next in an interaction: a page, the answer, or a refusal.
//!
//! In: the interaction, the rules of the request, who answers, how things stand. Out: [`Step`]. INVARIANT: pure; the checks
//! stand in one list, in their order, and the first that fails decides; where no page may be shown, none is.

use oauth::Prompt;

use super::asked::{ConsentFor, Device, Rules};
use super::standing::{Access, Standing};
use super::wanted::Wanted;
use super::who::Who;
use super::{ConsentProgress, DeviceProgress, Interaction};
use crate::application::Application;
use crate::refusal::{AuthorizationRefusal, Refusal};
use crate::registration::ScopeKind;
use crate::session::Session;
use crate::tenant_settings::UserConsent;

/// What comes next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Ask for the user name.
    Name,
    /// Ask for the password of this user.
    Password {
        /// The user name.
        name: String,
    },
    /// Ask for a one-time password.
    OneTimePassword,
    /// Ask for another password.
    NewPassword,
    /// Let the person choose among these.
    Accounts(Vec<Session>),
    /// Ask whether the device is theirs.
    Confirm(Session),
    /// Ask for consent.
    Consent(Consent),
    /// Give the answer in the name of this person.
    Answer(Session),
    /// Give none.
    Refused(Refusal),
}

/// What a person is asked to consent to.
#[derive(Debug)]
pub(crate) struct Consent {
    /// Who is asked.
    pub(crate) session: Session,
    /// What the application wants.
    pub(crate) wanted: Vec<Wanted>,
    /// For whom the person may consent.
    pub(crate) reach: Reach,
}

/// For whom a person may consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// For themselves.
    Oneself,
    /// For themselves or for everybody.
    Choice,
    /// For everybody.
    Everybody,
}

/// All that the checks look at.
struct Situation<'a> {
    interaction: &'a Interaction,
    rules: &'a Rules,
    application: &'a Application,
    session: &'a Session,
    standing: &'a Standing,
}

/// One check of a situation.
type Check = fn(&Situation<'_>) -> Result<(), Refusal>;

/// What is checked once the person is known, in this order.
const CHECKS: [Check; 5] = [
    person_is_of_the_tenant,
    principal_is_enabled,
    person_is_assigned,
    administrator_is_asked,
    person_may_consent,
];

/// Decides what comes next; `standing` is that of the person who is known.
pub(crate) fn next(
    interaction: &Interaction,
    rules: &Rules,
    application: &Application,
    who: Who,
    standing: Option<&Standing>,
) -> Step {
    let step = match (who, standing) {
        (Who::Known(session), Some(standing)) => decide(&Situation {
            interaction,
            rules,
            application,
            session: &session,
            standing,
        }),
        (Who::Known(session), None) => Step::Password {
            name: session.person.upn.clone(),
        },
        (Who::Ask(step), _) => step,
    };
    match rules.prompt {
        Some(Prompt::None) => without_page(step, application),
        _ => step,
    }
}

fn decide(situation: &Situation<'_>) -> Step {
    if let Err(refusal) = CHECKS.iter().try_for_each(|check| check(situation)) {
        return Step::Refused(refusal);
    }
    let session = situation.session.clone();
    if situation.rules.device == Device::Waiting && situation.interaction.device == DeviceProgress::Open {
        return Step::Confirm(session);
    }
    let wanted = to_be_consented(situation);
    let nothing_to_ask = wanted.is_empty() && situation.standing.principal.is_some();
    if nothing_to_ask || has_consented(situation) {
        return Step::Answer(session);
    }
    Step::Consent(Consent {
        reach: reach(situation),
        session,
        wanted,
    })
}

/// The sessions that are chosen are of the tenant already; this holds whoever chose.
fn person_is_of_the_tenant(situation: &Situation<'_>) -> Result<(), Refusal> {
    match situation.rules.tenant {
        Some(tenant) if tenant != situation.session.tenant => Err(AuthorizationRefusal::OtherTenant {
            user: situation.session.person.upn.clone(),
            tenant: tenant.to_string(),
        }
        .into()),
        Some(_) | None => Ok(()),
    }
}

fn principal_is_enabled(situation: &Situation<'_>) -> Result<(), Refusal> {
    match &situation.standing.principal {
        Some(principal) if !principal.enabled => Err(Refusal::ServicePrincipalDisabled {
            application: principal.app_id.to_string(),
            tenant: situation.session.tenant.to_string(),
        }),
        Some(_) | None => Ok(()),
    }
}

fn person_is_assigned(situation: &Situation<'_>) -> Result<(), Refusal> {
    match (situation.standing.access, situation.rules.consent_for) {
        // Whoever brings an application in need not use it.
        (Access::Granted, _) | (Access::Refused, ConsentFor::Everybody) => Ok(()),
        (Access::Refused, ConsentFor::Oneself) => Err(AuthorizationRefusal::NotAssigned {
            application: situation.application.app_id.to_string(),
            user: situation.session.person.upn.clone(),
        }
        .into()),
    }
}

fn administrator_is_asked(situation: &Situation<'_>) -> Result<(), Refusal> {
    match situation.rules.consent_for {
        ConsentFor::Everybody if !is_administrator(situation) => Err(administrator_needed(situation)),
        ConsentFor::Everybody | ConsentFor::Oneself => Ok(()),
    }
}

fn person_may_consent(situation: &Situation<'_>) -> Result<(), Refusal> {
    let missing = situation.standing.wanted.iter().flat_map(|wanted| &wanted.missing);
    let mut missing = missing.peekable();
    let nothing = missing.peek().is_none() && situation.standing.principal.is_some();
    if nothing || is_administrator(situation) {
        return Ok(());
    }
    let is_closed = situation.standing.user_consent == UserConsent::AdministratorsOnly;
    if is_closed || missing.any(|scope| scope.kind == ScopeKind::Admin) {
        return Err(administrator_needed(situation));
    }
    Ok(())
}

/// What the page would ask for: what is missing or, where the client wants the page anyhow, everything.
fn to_be_consented(situation: &Situation<'_>) -> Vec<Wanted> {
    let all = situation.standing.wanted.iter().cloned();
    let whole = situation.rules.consent_for == ConsentFor::Everybody || situation.rules.prompt == Some(Prompt::Consent);
    if whole || situation.standing.principal.is_none() {
        return all.collect();
    }
    let only_missing = all.map(|wanted| Wanted {
        asked: wanted.missing.clone(),
        roles: Vec::new(),
        ..wanted
    });
    only_missing.filter(|wanted| !wanted.asked.is_empty()).collect()
}

/// Whether the page that the client demanded was shown and accepted. What is missing all the same is asked for again.
fn has_consented(situation: &Situation<'_>) -> bool {
    let nothing_missing = situation.standing.wanted.iter().all(|wanted| wanted.missing.is_empty());
    situation.interaction.consent == ConsentProgress::Given && nothing_missing && situation.standing.principal.is_some()
}

fn reach(situation: &Situation<'_>) -> Reach {
    match situation.rules.consent_for {
        ConsentFor::Everybody => Reach::Everybody,
        ConsentFor::Oneself if is_administrator(situation) => Reach::Choice,
        ConsentFor::Oneself => Reach::Oneself,
    }
}

fn is_administrator(situation: &Situation<'_>) -> bool {
    situation.session.person.directory_role.may_consent_for_all()
}

fn administrator_needed(situation: &Situation<'_>) -> Refusal {
    AuthorizationRefusal::AdministratorNeeded {
        application: situation.application.app_id.to_string(),
        name: situation.application.display_name.clone(),
    }
    .into()
}

/// `prompt=none`: the refusal that stands for a page (OpenID Connect Core section 3.1.2.6).
fn without_page(step: Step, application: &Application) -> Step {
    let refusal = match step {
        Step::Answer(_) | Step::Refused(_) => return step,
        Step::Name | Step::Password { .. } | Step::OneTimePassword | Step::NewPassword | Step::Confirm(_) => {
            AuthorizationRefusal::LoginNeeded
        }
        Step::Accounts(_) => AuthorizationRefusal::SeveralSessions,
        Step::Consent(_) => AuthorizationRefusal::ConsentNeeded {
            application: application.app_id.to_string(),
            name: application.display_name.clone(),
        },
    };
    Step::Refused(refusal.into())
}

#[cfg(test)]
mod tests;
