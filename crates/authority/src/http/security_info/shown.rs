//! The page of security info, as it is now.
//!
//! In: a session. Out: the page. Invariant: read anew after every change.

use axum::response::Response;
use oauth::Timestamp;

use crate::http::error;
use crate::http::page::{Frame, PasskeyEnrolment, PasskeyLine, PasskeyPrompt, SecurityInfoPage, SessionLine};
use crate::http::visit::Visit;
use crate::interaction::{Interaction, sealed};
use crate::manage::passkey::Passkey;
use crate::manage::session::OpenSession;
use crate::manage::{self, Mandate};
use crate::passkey::{self, RelyingParty};
use crate::refusal::{AuthorizationRefusal, Refusal};
use crate::session::Session;

/// What the page says besides.
pub(crate) enum Said {
    Nothing,
    /// What was done.
    Done(&'static str),
    /// What was not.
    Problem(Refusal),
}

/// The page.
pub(crate) async fn overview(
    visit: &Visit<'_>,
    interaction: &Interaction,
    session: &Session,
    said: Said,
) -> Result<Response, Refusal> {
    let (authority, mandate) = (visit.authority, Mandate::of_person(session));
    let (tenant, person) = (session.tenant, session.person.object_id);
    let methods = manage::authentication_method::find(authority, &mandate, tenant, person).await;
    let methods = methods.map_err(super::not_changed)?;
    let sessions = manage::session::list(authority, &mandate, tenant, person).await;
    let sessions = sessions.map_err(super::not_changed)?;
    let frame = frame(visit, interaction, session).await?;
    let (notice, problem) = match &said {
        Said::Nothing => (None, None),
        Said::Done(notice) => (Some(*notice), None),
        Said::Problem(refusal) => (None, Some(error::text(refusal))),
    };
    let party = RelyingParty::of(authority.origin());
    let ids = methods.passkeys.iter().map(|passkey| passkey.credential_id.as_slice());
    let page = SecurityInfoPage {
        enrolment: PasskeyEnrolment {
            prompt: PasskeyPrompt::new(party, &interaction.passkey_challenge, ids),
            user: passkey::user_handle(tenant, person),
            name: session.person.upn.clone(),
            display_name: session.person.display_name.clone(),
        },
        frame: Frame { problem, ..frame },
        name: session.person.upn.clone(),
        notice,
        app_since: methods.one_time_password.map(|found| time(found.since)),
        recovery_codes_left: methods.recovery_codes_left,
        passkeys: methods.passkeys.into_iter().map(passkey_line).collect(),
        sessions: sessions.into_iter().map(|one| session_line(one, session)).collect(),
    };
    Ok(visit.show(&page))
}

/// The frame of every page here.
pub(super) async fn frame(visit: &Visit<'_>, interaction: &Interaction, session: &Session) -> Result<Frame, Refusal> {
    let snapshot = visit.authority.directory().snapshot().await?;
    let tenant = snapshot.tenant_by_id(session.tenant).await?;
    let sealed = sealed::seal(visit.authority, &visit.browser, interaction);
    Ok(Frame {
        tenant: tenant.map(|tenant| tenant.display_name.clone()),
        action: super::ACTION.to_owned(),
        context: sealed.map_err(AuthorizationRefusal::ContextNotSealed)?,
        ..Frame::default()
    })
}

fn passkey_line(passkey: Passkey) -> PasskeyLine {
    PasskeyLine {
        id: passkey.id.to_string(),
        name: passkey.name,
        since: time(passkey.since),
        used: time(passkey.used_at),
    }
}

fn session_line(one: OpenSession, this: &Session) -> SessionLine {
    SessionLine {
        is_this: one.id == this.sign_in.session,
        id: one.id.to_string(),
        browser: browser(&one.user_agent),
        address: one.address,
        since: time(one.started_at),
        seen: time(one.seen_at),
    }
}

/// A time to the minute.
fn time(at: Timestamp) -> String {
    let text = at.to_string().replace('T', " ");
    let minute: String = text.chars().take("2026-01-01 00:00".len()).collect();
    format!("{minute} UTC")
}

/// What browsers call themselves, told by the first of these that is in it: those that pretend to be others come first.
const BROWSERS: [(&str, &str); 5] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 6] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// A browser in words; nobody vouches for them.
fn browser(user_agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| {
        let mut known = names.iter().filter(|(sign, _)| user_agent.contains(sign));
        known.next().map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) if user_agent.is_empty() => "Unknown browser".to_owned(),
        (None, None) => user_agent.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_apart() {
        let check = |user_agent: &str, expected: &str| assert_eq!(browser(user_agent), expected);
        check("", "Unknown browser");
        check("curl/8.5.0", "curl/8.5.0");
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        check(chrome, "Chrome on Linux");
        check(&format!("{chrome} Edg/140.0.0.0"), "Edge on Linux");
        check(
            "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Windows",
        );
        check(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        );
    }

    #[test]
    fn times_are_told_to_the_minute() {
        assert_eq!(time(Timestamp::from_seconds(1_767_225_659)), "2026-01-01 00:00 UTC");
    }
}
