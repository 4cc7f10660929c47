//! `GET` and `POST /security-info`: what a person signs in with, and where they are signed in.
//!
//! In: a form of the page. Out: the page again, with what was done. INVARIANT: every change rests on a sign-in that was made
//! for this visit, not longer ago than a visit lasts, and that showed a second factor if the person has one; a cookie alone
//! opens nothing.

mod shown;

use axum::extract::{Request, State};
use axum::response::Response;
use oauth::Secret;
use uuid::Uuid;

use super::fields::Fields;
use super::form;
use super::page::{AuthenticatorAppPage, RecoveryCodesPage};
use super::visit::Visit;
use crate::authority::Authority;
use crate::authorization::Method;
use crate::interaction::answer::End;
use crate::interaction::conduct::{self, Next, Turn};
use crate::interaction::{Interaction, Progress, Purpose};
use crate::manage::authentication_method::Enrolled;
use crate::manage::passkey::NewPasskey;
use crate::manage::{self, ManageError, Mandate};
use crate::passkey::{Challenge, Fault};
use crate::refusal::{AuthorizationRefusal, PersonRefusal, Refusal};
use crate::session::{self, Session};
use crate::store::authentication_method as stored;
pub(crate) use shown::{Said, overview};

/// The path of the page, and where its forms go.
pub(crate) const ACTION: &str = "/security-info";
/// People of every tenant.
const ANY_TENANT: &str = "organizations";

/// What a person wants.
#[derive(Debug)]
enum Wish {
    /// To see the page.
    Look,
    /// A secret for an authenticator app.
    AddApp,
    /// To show that the app has it.
    ConfirmApp(Secret<String>),
    RemoveApp,
    RenewCodes,
    /// A passkey by this name.
    AddPasskey(String, Secret<String>),
    RemovePasskey(Uuid),
    EndSession(Uuid),
    EndAll,
}

/// What came of it.
enum Outcome {
    /// The page, with this on it.
    Overview(Said),
    /// The page of an authenticator app, with what was wrong.
    App(Enrolled, Option<&'static str>),
    /// The page of new recovery codes, and why there are some.
    Codes(&'static str, Vec<Secret<String>>),
}

/// Who wishes, and where.
struct Desk<'a> {
    authority: &'a Authority,
    session: &'a Session,
    mandate: Mandate,
    /// What a new passkey must answer.
    challenge: Challenge,
}

/// Asks for a sign-in, and then shows the page.
pub(crate) async fn ask(State(authority): State<Authority>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let visit = Visit::begin(&authority, &head);
    begin(visit).await
}

/// Takes a form.
pub(crate) async fn submit(State(authority): State<Authority>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut visit = Visit::begin(&authority, &head);
    let fields = match form::read(&head, body).await {
        Ok(bytes) => Fields::read(&bytes),
        Err(refusal) => return visit.refuse(refusal),
    };
    let mut interaction = match visit.open(fields.get("ctx")) {
        Ok(interaction) if interaction.purpose == Purpose::SecurityInfo => interaction,
        Ok(_) => return visit.refuse(AuthorizationRefusal::ContextForeign),
        // The visit has lasted too long.
        Err(AuthorizationRefusal::ContextExpired) => return begin(visit).await,
        Err(refusal) => return visit.refuse(refusal),
    };
    let challenge = interaction.challenge();
    let taken = conduct::conduct(&authority, &mut interaction, None, &mut visit.jar).await;
    match taken {
        Ok(Turn {
            next: Next::End(End::SecurityInfo(session)),
            ..
        }) => match is_proved(&authority, &session).await {
            Ok(true) => fulfil(visit, interaction, &session, (wish(&fields), challenge)).await,
            Ok(false) => begin(visit).await,
            Err(refusal) => visit.refuse(refusal),
        },
        // They signed out, or were signed out, meanwhile.
        taken => visit.finish(interaction, taken).await,
    }
}

async fn begin(visit: Visit<'_>) -> Response {
    let interaction = Interaction::begin(Purpose::SecurityInfo, ANY_TENANT.to_owned(), visit.exchange.at);
    visit.take_turn(interaction, None).await
}

/// What a form says. What is not understood changes nothing.
fn wish(fields: &Fields) -> Wish {
    let id = |name: &str| fields.get(name).and_then(|id| Uuid::try_parse(id).ok());
    if fields.get("back").is_some() {
        return Wish::Look;
    }
    if let Some(passkey) = fields.secret("passkey") {
        return Wish::AddPasskey(fields.get("passkey_name").unwrap_or_default().to_owned(), passkey);
    }
    if let Some(code) = fields.secret("otc") {
        return Wish::ConfirmApp(code);
    }
    match (fields.get("do"), id("remove-passkey"), id("end-session")) {
        (Some("add-app"), ..) => Wish::AddApp,
        (Some("remove-app"), ..) => Wish::RemoveApp,
        (Some("renew-codes"), ..) => Wish::RenewCodes,
        (Some("end-all"), ..) => Wish::EndAll,
        (None, Some(id), _) => Wish::RemovePasskey(id),
        (None, None, Some(id)) => Wish::EndSession(id),
        _ => Wish::Look,
    }
}

/// Whether the sign-in showed all that the person has: somebody who knew the password alone, before there was more, can
/// change nothing any more.
async fn is_proved(authority: &Authority, session: &Session) -> Result<bool, Refusal> {
    let owner = (session.tenant, session.person.object_id);
    let has_more = stored::has_second_factor(authority.directory().database(), owner).await?;
    Ok(!has_more || session.sign_in.methods.contains(&Method::Mfa))
}

async fn fulfil(
    mut visit: Visit<'_>,
    mut interaction: Interaction,
    session: &Session,
    (wish, challenge): (Wish, Challenge),
) -> Response {
    let desk = Desk {
        authority: visit.authority,
        session,
        mandate: Mandate::of_person(session),
        challenge,
    };
    let confirms = matches!(wish, Wish::ConfirmApp(_));
    let ends = matches!(wish, Wish::EndAll);
    let outcome = desk.fulfil(wish).await;
    if ends && outcome.is_ok() {
        return begin(visit).await;
    }
    if confirms
        && matches!(outcome, Ok(Outcome::Codes(..)))
        && let Err(refusal) = strengthen(&mut visit, &mut interaction, session).await
    {
        return visit.refuse(refusal);
    }
    let response = match outcome {
        Ok(outcome) => answer(&visit, &interaction, session, outcome).await,
        Err(refusal) => Err(refusal),
    };
    match response {
        Ok(response) => visit.with_cookies(response),
        Err(refusal) => visit.refuse(refusal),
    }
}

/// Whoever has just shown a right code of a new app has proved more than the session says.
async fn strengthen(visit: &mut Visit<'_>, interaction: &mut Interaction, session: &Session) -> Result<(), Refusal> {
    let mut methods = session.sign_in.methods.clone();
    methods.extend([Method::Otp, Method::Mfa]);
    methods.sort_unstable();
    methods.dedup();
    let started = session::start(visit.authority, &session.person, methods, visit.jar.visitor()).await?;
    interaction.progress = Progress::SignedIn {
        session: started.session.sign_in.session,
    };
    visit.jar.renew(Some(started.cookie));
    Ok(())
}

async fn answer(
    visit: &Visit<'_>,
    interaction: &Interaction,
    session: &Session,
    outcome: Outcome,
) -> Result<Response, Refusal> {
    let frame = shown::frame(visit, interaction, session).await?;
    match outcome {
        Outcome::Overview(said) => shown::overview(visit, interaction, session, said).await,
        Outcome::App(enrolled, problem) => {
            let frame = super::page::Frame {
                problem: problem.map(str::to_owned),
                ..frame
            };
            let page = AuthenticatorAppPage::new(frame, &session.person.upn, &enrolled.uri, &enrolled.secret);
            Ok(visit.show(&page))
        }
        Outcome::Codes(notice, codes) => Ok(visit.show(&RecoveryCodesPage { frame, notice, codes })),
    }
}

impl Desk<'_> {
    async fn fulfil(&self, wish: Wish) -> Result<Outcome, Refusal> {
        let (authority, mandate) = (self.authority, &self.mandate);
        let (tenant, person) = (self.session.tenant, self.session.person.object_id);
        let done = match wish {
            Wish::Look => return Ok(Outcome::Overview(Said::Nothing)),
            Wish::AddApp => {
                let enrolled = manage::authentication_method::enrol(authority, mandate, tenant, person).await;
                return Ok(Outcome::App(enrolled.map_err(not_changed)?, None));
            }
            Wish::ConfirmApp(code) => return self.confirm(&code).await,
            Wish::RenewCodes => {
                let codes = manage::authentication_method::renew_recovery_codes(authority, mandate, tenant, person);
                let codes = codes.await.map_err(not_changed)?;
                return Ok(Outcome::Codes("These are your new recovery codes.", codes));
            }
            Wish::AddPasskey(name, json) => return self.add_passkey(&name, &json).await,
            Wish::RemoveApp => (
                manage::authentication_method::remove(authority, mandate, tenant, person).await,
                "Your authenticator app was removed.",
            ),
            Wish::RemovePasskey(id) => (
                manage::passkey::remove(authority, mandate, tenant, person, id).await,
                "The passkey was removed.",
            ),
            Wish::EndSession(id) => (
                manage::session::end(authority, mandate, tenant, person, id).await,
                "That browser is signed out.",
            ),
            Wish::EndAll => (
                manage::person::revoke_sessions(authority, mandate, tenant, person).await,
                "You are signed out everywhere.",
            ),
        };
        match done {
            // What is gone is gone, whoever was first.
            (Ok(()) | Err(ManageError::NotFound { .. }), notice) => Ok(Outcome::Overview(Said::Done(notice))),
            (Err(error), _) => Err(not_changed(error)),
        }
    }

    async fn confirm(&self, code: &Secret<String>) -> Result<Outcome, Refusal> {
        let (authority, mandate) = (self.authority, &self.mandate);
        let (tenant, person) = (self.session.tenant, self.session.person.object_id);
        match manage::authentication_method::confirm(authority, mandate, tenant, person, code).await {
            Ok(codes) => Ok(Outcome::Codes("Your authenticator app is set up.", codes)),
            Err(ManageError::Invalid { .. }) => {
                let enrolled = manage::authentication_method::waiting(authority, mandate, tenant, person).await;
                let problem = "The code is not right. Wait for the next one, and see that the phone's clock is right.";
                Ok(Outcome::App(enrolled.map_err(not_changed)?, Some(problem)))
            }
            Err(ManageError::NotFound { .. }) => Ok(Outcome::Overview(Said::Nothing)),
            Err(error) => Err(not_changed(error)),
        }
    }

    async fn add_passkey(&self, name: &str, unverified_json: &Secret<String>) -> Result<Outcome, Refusal> {
        let new = NewPasskey {
            unverified_name: name.trim(),
            challenge: &self.challenge,
            unverified_json,
        };
        let owner = (self.session.tenant, self.session.person.object_id);
        match manage::passkey::enrol(self.authority, &self.mandate, owner, new).await {
            Ok(codes) if codes.is_empty() => Ok(Outcome::Overview(Said::Done("The passkey was added."))),
            Ok(codes) => Ok(Outcome::Codes("The passkey was added.", codes)),
            Err(ManageError::Invalid { .. } | ManageError::Taken { .. }) => Ok(Outcome::Overview(Said::Problem(
                PersonRefusal::Passkey(Fault::Malformed).into(),
            ))),
            Err(error) => Err(not_changed(error)),
        }
    }
}

fn not_changed(error: ManageError) -> Refusal {
    PersonRefusal::NotChanged(error).into()
}
