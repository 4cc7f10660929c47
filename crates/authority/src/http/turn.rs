//! The page or the answer that a turn of an interaction comes to.
//!
//! In: a [`Turn`]. Out: HTML, a redirect, or a form for the client. Invariant: nothing is decided here; a page holds the
//! interaction only sealed.

use axum::response::Response;
use http::StatusCode;

use super::error;
use super::page::{
    self, Account, AccountsPage, ConsentPage, ConsentReach, DeviceConfirmPage, DonePage, Frame, NamePage,
    NewPasswordPage, OneTimePasswordPage, PasskeyPrompt, PasswordPage, Permission,
};
use super::security_info::{self, Said};
use super::visit::Visit;
use crate::interaction::answer::End;
use crate::interaction::asked::{Asked, Goal};
use crate::interaction::conduct::{Next, Turn};
use crate::interaction::next::{Consent, Reach, Step};
use crate::interaction::said::Problem;
use crate::interaction::sealed;
use crate::interaction::wanted::Wanted;
use crate::interaction::{Interaction, Progress};
use crate::passkey::RelyingParty;
use crate::refusal::{AuthorizationRefusal, Refusal};
use crate::registration::DelegatedScope;
use crate::session::Session;
use crate::store;
use crate::well_known;

/// Where the forms of the pages go.
pub(crate) const ACTION: &str = "/login";

/// Shows what a turn came to.
pub(crate) async fn show(visit: &mut Visit<'_>, interaction: &Interaction, turn: Turn) -> Result<Response, Refusal> {
    let tenant = turn
        .standing
        .as_ref()
        .map(|standing| &standing.tenant)
        .or(turn.asked.tenant.as_ref());
    let step = match turn.next {
        Next::End(End::SecurityInfo(session)) => {
            return security_info::overview(visit, interaction, &session, Said::Nothing).await;
        }
        Next::End(end) => return end_of(visit, &turn.asked, end),
        Next::Ask(step) => step,
    };
    let sealed = sealed::seal(visit.authority, &visit.browser, interaction);
    let frame = Frame {
        tenant: tenant.map(|tenant| tenant.display_name.clone()),
        application: Some(turn.asked.client.application.display_name.clone()),
        action: ACTION.to_owned(),
        context: sealed.map_err(AuthorizationRefusal::ContextNotSealed)?,
        problem: turn.problem.as_ref().map(problem),
    };
    let name = name(interaction, &turn.asked);
    let exchange = &visit.exchange;
    let passkey = passkey(visit, interaction).await?;
    Ok(match step {
        Step::Name => visit.show(&NamePage { frame, name, passkey }),
        Step::Password { name } => visit.show(&PasswordPage { frame, name, passkey }),
        Step::OneTimePassword => {
            let name = half_proved(visit, interaction).await?;
            visit.show(&OneTimePasswordPage { frame, name, passkey })
        }
        Step::NewPassword => {
            let name = half_proved(visit, interaction).await?;
            visit.show(&NewPasswordPage { frame, name })
        }
        Step::Accounts(sessions) => {
            let accounts = sessions.iter().map(account).collect();
            page::answer(exchange, StatusCode::OK, &AccountsPage { frame, accounts })
        }
        Step::Confirm(session) => {
            let name = session.person.upn.clone();
            page::answer(exchange, StatusCode::OK, &DeviceConfirmPage { frame, name })
        }
        Step::Consent(consent) => {
            let page = consent_page(visit, frame, &turn.asked, consent).await?;
            page::answer(&visit.exchange, StatusCode::OK, &page)
        }
        Step::Answer(_) | Step::Refused(_) => return Err(ended()),
    })
}

fn end_of(visit: &Visit<'_>, asked: &Asked, end: End) -> Result<Response, Refusal> {
    let application = &asked.client.application.display_name;
    let page = match end {
        End::Client(recipient, message) => return Ok(visit.tell(&recipient, message)),
        End::SecurityInfo(_) => return Err(ended()),
        End::DeviceAccepted => DonePage {
            title: "Your device is signed in".to_owned(),
            text: format!("You have signed in to {application} on your device. You can close this window."),
            frames: Vec::new(),
            next: None,
        },
        End::DeviceDeclined => DonePage {
            title: "Your device is not signed in".to_owned(),
            text: format!("You have not signed in to {application}. You can close this window."),
            frames: Vec::new(),
            next: None,
        },
    };
    Ok(visit.show(&page))
}

fn ended() -> Refusal {
    let reason = "The sign-in has ended";
    Refusal::Malformed { reason }
}

fn problem(problem: &Problem) -> String {
    match problem {
        Problem::Refused(refusal) => error::text(refusal),
        Problem::PasswordsDiffer => "The two new passwords are not the same.".to_owned(),
    }
}

/// The user name to begin with: as it was typed, or as the client knows it.
fn name(interaction: &Interaction, asked: &Asked) -> String {
    match (&interaction.progress, &asked.goal) {
        (Progress::Named { name }, _) => name.clone(),
        (Progress::Begun, Goal::Authorize { request, .. }) => request.login_hint.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

/// What a passkey is asked for: any, or one of the person who has proved a part. Nobody else's are named: that would tell
/// strangers who has some.
async fn passkey(visit: &Visit<'_>, interaction: &Interaction) -> Result<PasskeyPrompt, Refusal> {
    let rows = if let Progress::Partly(proof) = &interaction.progress {
        let database = visit.authority.directory().database();
        store::passkey::list(database, (proof.tenant, proof.person)).await?
    } else {
        Vec::new()
    };
    let party = RelyingParty::of(visit.authority.origin());
    let ids = rows.iter().map(|row| row.credential_id.as_slice());
    Ok(PasskeyPrompt::new(party, &interaction.passkey_challenge, ids))
}

/// The user name of the person who has proved a part.
async fn half_proved(visit: &Visit<'_>, interaction: &Interaction) -> Result<String, Refusal> {
    let Progress::Partly(proof) = &interaction.progress else {
        return Ok(String::new());
    };
    let snapshot = visit.authority.directory().snapshot().await?;
    let person = snapshot.person(proof.tenant, proof.person).await?;
    Ok(person.map(|person| person.upn.clone()).unwrap_or_default())
}

fn account(session: &Session) -> Account {
    Account {
        session: session.sign_in.session.to_string(),
        display_name: session.person.display_name.clone(),
        name: session.person.upn.clone(),
    }
}

async fn consent_page(
    visit: &Visit<'_>,
    frame: Frame,
    asked: &Asked,
    consent: Consent,
) -> Result<ConsentPage, Refusal> {
    let snapshot = visit.authority.directory().snapshot().await?;
    let (application, tenant) = (&asked.client.application, consent.session.tenant);
    let home = snapshot.tenant_by_id(application.home_tenant).await?;
    let publisher = application.registration.publisher.clone();
    let home_name = || home.as_ref().map(|home| home.display_name.clone());
    let domain = home.as_ref().and_then(|home| home.domains.first().cloned());
    let reaches_data = |wanted: &Wanted| wanted.resource.app_id() == well_known::DATA_SERVICE;
    let environments = if consent.wanted.iter().any(reaches_data) {
        let all = snapshot.environments().await?;
        let own = all.iter().filter(|environment| environment.tenant == tenant);
        own.map(|environment| environment.name.clone()).collect()
    } else {
        Vec::new()
    };
    Ok(ConsentPage {
        frame,
        name: consent.session.person.upn.clone(),
        publisher: publisher
            .or_else(home_name)
            .unwrap_or_else(|| application.display_name.clone()),
        publisher_domain: if application.home_tenant == tenant {
            None
        } else {
            Some(domain.unwrap_or_else(|| application.home_tenant.to_string()))
        },
        permissions: consent
            .wanted
            .iter()
            .flat_map(|wanted| permissions(wanted, consent.reach))
            .collect(),
        environments,
        reach: match consent.reach {
            Reach::Oneself => ConsentReach::Oneself,
            Reach::Choice => ConsentReach::Choice,
            Reach::Everybody => ConsentReach::Everybody,
        },
    })
}

fn permissions(wanted: &Wanted, reach: Reach) -> Vec<Permission> {
    let resource = &wanted.resource.application().display_name;
    let scopes = wanted.asked.iter().map(|scope| {
        let (title, text) = words(scope, reach);
        Permission {
            resource: resource.clone(),
            title,
            text,
        }
    });
    let roles = wanted.roles.iter().map(|role| Permission {
        resource: resource.clone(),
        title: role.display_name.clone(),
        text: role.description.clone(),
    });
    scopes.chain(roles).collect()
}

/// What a scope is called and allows, said to an administrator or to another person.
fn words(scope: &DelegatedScope, reach: Reach) -> (String, String) {
    let administrator = (
        scope.admin_consent_display_name.clone(),
        scope.admin_consent_description.clone(),
    );
    match (reach, &scope.user_consent_display_name, &scope.user_consent_description) {
        (Reach::Oneself | Reach::Choice, Some(title), text) => (title.clone(), text.clone().unwrap_or_default()),
        (Reach::Oneself | Reach::Choice, None, _) | (Reach::Everybody, _, _) => administrator,
    }
}
