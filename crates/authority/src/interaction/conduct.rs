//! The conductor of an interaction: one page that comes back, one page or answer that goes out.
//!
//! In: an interaction and what the person said on its last page. Out: [`Turn`], or [`Refused`]. INVARIANT: what is granted
//! is what the person was shown, and is granted only while the checks of [`next`] still ask for it.

use std::net::IpAddr;

use oauth::Secret;

use super::answer::{self, End};
use super::asked::{self, Asked, Goal, Refused};
use super::next::{self, Consent, Reach, Step};
use super::said::{self, Answer, ConsentReach, Outcome, Problem, Said};
use super::standing::{self, Standing};
use super::wanted;
use super::who::{self, Who};
use super::{ConsentProgress, DeviceProgress, Interaction, Progress};
use crate::authority::Authority;
use crate::grant::device_code;
use crate::manage::consent::{self, NewConsent};
use crate::mandate::Mandate;
use crate::passkey;
use crate::refusal::{AuthorizationRefusal, Refusal};
use crate::service::Trail;
use crate::session;
use crate::sign_in::Visitor;

/// Who is at the browser, as far as the request tells: their address, the cookie of sessions as it came and as it shall
/// be, and what is learned of them on the way.
#[derive(Debug, Default)]
pub(crate) struct Jar {
    address: Option<IpAddr>,
    user_agent: Option<String>,
    unverified: Option<String>,
    renewed: Option<Secret<String>>,
    /// What was learned, for the log.
    pub(crate) trail: Trail,
}

/// What goes out.
#[derive(Debug)]
pub(crate) struct Turn {
    /// What the interaction is about.
    pub(crate) asked: Asked,
    /// How things stand, once the person is known.
    pub(crate) standing: Option<Standing>,
    /// The page or the end.
    pub(crate) next: Next,
    /// What was wrong with what was said.
    pub(crate) problem: Option<Problem>,
}

/// A page or the end.
#[derive(Debug)]
pub(crate) enum Next {
    /// The page of this step, which is neither an answer nor a refusal.
    Ask(Step),
    /// The end.
    End(End),
}

impl Jar {
    /// A jar with the cookie that came.
    pub(crate) fn new(address: Option<IpAddr>, user_agent: Option<String>, unverified: Option<String>) -> Self {
        Self {
            address,
            user_agent,
            unverified,
            renewed: None,
            trail: Trail::default(),
        }
    }

    /// Who is at the browser.
    pub(crate) fn visitor(&self) -> Visitor<'_> {
        Visitor {
            address: self.address,
            unverified_cookie: self.cookie(),
            unverified_user_agent: self.user_agent.as_deref(),
        }
    }

    /// The cookie as it is now.
    pub(crate) fn cookie(&self) -> Option<&str> {
        let renewed = self.renewed.as_ref().map(|cookie| cookie.expose().as_str());
        renewed.or(self.unverified.as_deref())
    }

    /// The value that the browser must be given.
    pub(crate) fn renewed(&self) -> Option<&str> {
        self.renewed.as_ref().map(|cookie| cookie.expose().as_str())
    }

    /// Gives the browser another cookie, if there is one.
    pub(crate) fn renew(&mut self, cookie: Option<Secret<String>>) {
        self.renewed = cookie.or(self.renewed.take());
    }
}

/// Takes one turn.
pub(crate) async fn conduct(
    authority: &Authority,
    interaction: &mut Interaction,
    said: Option<&Said>,
    jar: &mut Jar,
) -> Result<Turn, Refused> {
    let snapshot = authority.directory().snapshot().await.map_err(Refusal::from)?;
    let asked = asked::load(authority, &snapshot, interaction).await?;
    jar.trail.tenant = asked.tenant.as_ref().map(|tenant| tenant.id);
    jar.trail.unverified_application = Some(asked.client.application.app_id);
    let scene = said::Scene {
        authority,
        snapshot: &snapshot,
        asked: &asked,
        visitor: jar.visitor(),
    };
    let (speaker, outcome) = match said {
        Some(said) => (
            said::speaker(&scene, interaction, said).await,
            said::apply(&scene, interaction, said).await,
        ),
        None => (Ok(None), Ok(Outcome::default())),
    };
    if let Some((tenant, person)) = speaker.map_err(|refusal| asked.refused(refusal))? {
        jar.trail.tenant = Some(tenant);
        jar.trail.person = Some(person);
    }
    let outcome = outcome.map_err(|refusal| asked.refused(refusal))?;
    jar.renew(outcome.cookie);
    let went_on = go_on(authority, &asked, interaction, said, jar).await;
    let (next, standing) = went_on.map_err(|refusal| asked.refused(refusal))?;
    // Each page has its own: what one asked for is no answer to the next.
    interaction.passkey_challenge = passkey::new_challenge(authority.random());
    Ok(Turn {
        asked,
        standing,
        next,
        problem: outcome.problem,
    })
}

/// What comes next once the person's words about themselves have been taken.
async fn go_on(
    authority: &Authority,
    asked: &Asked,
    interaction: &mut Interaction,
    said: Option<&Said>,
    jar: &mut Jar,
) -> Result<(Next, Option<Standing>), Refusal> {
    if let Some(Said::Consent(Answer::Cancel, _) | Said::Confirm(Answer::Cancel)) = said {
        // Only to know who declines.
        look(authority, asked, interaction, jar).await?;
        return Ok((Next::End(decline(authority, asked).await?), None));
    }
    let (mut step, mut standing) = look(authority, asked, interaction, jar).await?;
    if let (Step::Confirm(_), Some(Said::Confirm(Answer::Accept))) = (&step, said) {
        interaction.device = DeviceProgress::Confirmed;
        (step, standing) = look(authority, asked, interaction, jar).await?;
    }
    if let (Step::Consent(consent), Some(Said::Consent(Answer::Accept, reach))) = (&step, said)
        && interaction.consent == ConsentProgress::Shown(wanted::shown(&consent.wanted))
    {
        grant(authority, asked, consent, *reach).await?;
        interaction.consent = ConsentProgress::Given;
        (step, standing) = look(authority, asked, interaction, jar).await?;
    }
    let next = match (step, &standing) {
        (Step::Refused(refusal), _) => return Err(refusal),
        (Step::Answer(session), Some(standing)) => Next::End(answer::give(authority, asked, standing, &session).await?),
        (step, _) => {
            remember(interaction, &step);
            Next::Ask(step)
        }
    };
    Ok((next, standing))
}

/// Reads how things are now, and decides.
async fn look(
    authority: &Authority,
    asked: &Asked,
    interaction: &Interaction,
    jar: &mut Jar,
) -> Result<(Step, Option<Standing>), Refusal> {
    let snapshot = authority.directory().snapshot().await?;
    let sessions = session::list(authority, &snapshot, jar.cookie()).await?;
    let who = who::select(interaction, &asked.rules, &sessions, authority.clock().now());
    let standing = match &who {
        Who::Known(session) => {
            jar.trail.tenant = Some(session.tenant);
            jar.trail.person = Some(session.person.object_id);
            Some(standing::load(&snapshot, asked, session).await?)
        }
        Who::Ask(_) => None,
    };
    if let Some(standing) = &standing {
        let (principal, first) = (standing.principal.as_ref(), standing.wanted.first());
        jar.trail.principal = principal.map(|principal| principal.object_id);
        jar.trail.resource = first.map(|wanted| wanted.resource.app_id());
    }
    let step = next::next(
        interaction,
        &asked.rules,
        &asked.client.application,
        who,
        standing.as_ref(),
    );
    Ok((step, standing))
}

/// Keeps what the next page rests on.
fn remember(interaction: &mut Interaction, step: &Step) {
    match step {
        Step::Password { name } => interaction.progress = Progress::Named { name: name.clone() },
        Step::Consent(consent) => interaction.consent = ConsentProgress::Shown(wanted::shown(&consent.wanted)),
        Step::Name
        | Step::OneTimePassword
        | Step::NewPassword
        | Step::Accounts(_)
        | Step::Confirm(_)
        | Step::Answer(_)
        | Step::Refused(_) => {}
    }
}

/// Writes down what a person consented to.
async fn grant(authority: &Authority, asked: &Asked, given: &Consent, said: ConsentReach) -> Result<(), Refusal> {
    let person = match (given.reach, said) {
        (Reach::Everybody, _) | (Reach::Choice, ConsentReach::Everybody) => None,
        (Reach::Choice, ConsentReach::Oneself) | (Reach::Oneself, _) => Some(given.session.person.object_id),
    };
    let scopes = given.wanted.iter().map(|wanted| {
        let values = wanted.asked.iter().map(|scope| scope.value.clone());
        (wanted.resource.app_id(), values.collect())
    });
    let roles = given.wanted.iter().flat_map(|wanted| {
        let resource = wanted.resource.app_id();
        wanted.roles.iter().map(move |role| (resource, role.id))
    });
    let new = NewConsent {
        tenant: given.session.tenant,
        client: asked.client.application.app_id,
        person,
        scopes: scopes.collect(),
        roles: roles.collect(),
    };
    let granted = consent::grant(authority, &Mandate::of_person(&given.session), new).await;
    granted.map_err(|error| AuthorizationRefusal::ConsentNotWritten(error).into())
}

/// The person said no: the client is told, or the device.
async fn decline(authority: &Authority, asked: &Asked) -> Result<End, Refusal> {
    match &asked.goal {
        // The page of security info asks for nothing that could be declined.
        Goal::Authorize { .. } | Goal::AdminConsent { .. } | Goal::SecurityInfo => {
            Err(AuthorizationRefusal::ConsentDeclined.into())
        }
        Goal::Device(request) => {
            device_code::answer(authority, request, None, authority.clock().now()).await?;
            Ok(End::DeviceDeclined)
        }
    }
}
