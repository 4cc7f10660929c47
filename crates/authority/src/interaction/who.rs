//! Who answers a request: one of those who are signed in, or somebody who has to say and prove who they are.
//!
//! In: an interaction, the rules of the request, the sessions of the browser. Out: [`Who`]. INVARIANT: pure; a session is
//! chosen only if its person is of the tenant that was asked, and a fresh sign-in is never taken from before it was
//! demanded.

use oauth::{Prompt, Timestamp};
use uuid::Uuid;

use super::asked::Rules;
use super::next::Step;
use super::{Interaction, Missing, Progress};
use crate::session::Session;

/// Who answers.
#[derive(Debug)]
pub(crate) enum Who {
    /// Somebody who is signed in.
    Known(Session),
    /// Somebody who has to be asked.
    Ask(Step),
}

/// Finds who answers.
pub(crate) fn select(interaction: &Interaction, rules: &Rules, sessions: &[Session], now: Timestamp) -> Who {
    match &interaction.progress {
        Progress::Partly(proof) => Who::Ask(match proof.missing {
            Missing::OneTimePassword => Step::OneTimePassword,
            Missing::NewPassword => Step::NewPassword,
        }),
        Progress::Named { name } => ask_password(name),
        Progress::Another => Who::Ask(Step::Name),
        Progress::SignedIn { session } => match candidate(rules, sessions, *session) {
            Some(found) if found.sign_in.at_seconds >= interaction.began_at_seconds => Who::Known(found.clone()),
            Some(_) | None => Who::Ask(Step::Name),
        },
        Progress::Chosen { session } => match candidate(rules, sessions, *session) {
            Some(found) => unless_stale(rules, found, now),
            None => Who::Ask(Step::Name),
        },
        Progress::Begun => begin(rules, sessions, now),
    }
}

/// Those who are signed in and could answer, the newest first.
pub(crate) fn candidates<'a>(rules: &Rules, sessions: &'a [Session]) -> Vec<&'a Session> {
    let of_tenant = |session: &&Session| rules.tenant.is_none_or(|tenant| tenant == session.tenant);
    sessions.iter().filter(of_tenant).collect()
}

fn candidate<'a>(rules: &Rules, sessions: &'a [Session], session: Uuid) -> Option<&'a Session> {
    let candidates = candidates(rules, sessions);
    candidates
        .into_iter()
        .find(|candidate| candidate.sign_in.session == session)
}

fn begin(rules: &Rules, sessions: &[Session], now: Timestamp) -> Who {
    let expected = expected(rules, sessions);
    match (rules.prompt, expected.as_slice(), &rules.hint) {
        (Some(Prompt::SelectAccount), _, _) => choose(&candidates(rules, sessions)),
        (Some(Prompt::Login), _, Some(name)) | (_, [], Some(name)) => ask_password(name),
        (Some(Prompt::Login), _, None) | (_, [], None) => Who::Ask(Step::Name),
        (_, [only], _) => unless_stale(rules, only, now),
        (_, several, _) => choose(several),
    }
}

/// Those whom the client expects: of the name that it knows, or of the domain.
fn expected<'a>(rules: &Rules, sessions: &'a [Session]) -> Vec<&'a Session> {
    let is_expected = |session: &&Session| {
        let upn = session.person.upn.to_lowercase();
        let of_name = rules.hint.as_ref().is_none_or(|hint| hint.to_lowercase() == upn);
        let of_domain = |domain: &String| upn.rsplit_once('@').is_some_and(|(_, own)| own == domain);
        of_name && rules.domain.as_ref().is_none_or(of_domain)
    };
    candidates(rules, sessions).into_iter().filter(is_expected).collect()
}

fn choose(among: &[&Session]) -> Who {
    if among.is_empty() {
        return Who::Ask(Step::Name);
    }
    Who::Ask(Step::Accounts(among.iter().map(|&session| session.clone()).collect()))
}

/// Takes a session unless the client demands a newer sign-in.
fn unless_stale(rules: &Rules, session: &Session, now: Timestamp) -> Who {
    let age_s = now.seconds().saturating_sub(session.sign_in.at_seconds);
    // `max_age=0` is `prompt=login` (OpenID Connect Core section 3.1.2.1).
    let too_old = rules.max_age_s.is_some_and(|most| most == 0 || age_s > most);
    if too_old || rules.prompt == Some(Prompt::Login) {
        ask_password(&session.person.upn)
    } else {
        Who::Known(session.clone())
    }
}

fn ask_password(name: &str) -> Who {
    Who::Ask(Step::Password { name: name.to_owned() })
}
