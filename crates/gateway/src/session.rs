//! Sessions of signed-in people: a person comes in once, a sealed cookie goes out, and comes back with each request.
//!
//! The cookie holds the whole session, so any node can read it; what ended before its time is remembered by [`Endings`].
//! Invariant: a [`Session`] is made when somebody signs in, or from a cookie that was sealed here, is not too old and did
//! not end.

pub(crate) mod endings;
pub(crate) mod seal;
mod written;

use std::sync::Arc;

use oauth::{Clock, Random, Timestamp};

use crate::person::Person;
pub(crate) use seal::CookieKeys;
use written::Written;

use endings::{Endings, Mark};

/// Characters of a cookie's value that every browser takes: 4096 bytes with name and attributes.
const COOKIE_CHARS: usize = 3900;
const PURPOSE: &str = "session";

/// How long sessions live, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    /// Without a request for so long, a session ends.
    pub idle_s: i64,
    /// It ends so long after the sign-in, whatever happens.
    pub longest_s: i64,
    /// The cookie is replaced when it is so old.
    pub renewal_s: i64,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            idle_s: 30 * 60,
            longest_s: 8 * 60 * 60,
            renewal_s: 5 * 60,
        }
    }
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) person: Person,
    /// The session at the provider, by which the provider ends this one.
    pub(crate) sid: Option<String>,
    /// What the provider wants to hear at sign-out.
    pub(crate) login_hint: Option<String>,
    pub(crate) begun: Timestamp,
    pub(crate) renewed: Timestamp,
}

/// Why a cookie is no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SessionError {
    #[error("the session cookie was not made here")]
    Forged,
    #[error("the session has expired")]
    Expired,
    #[error("the session was ended")]
    Ended,
}

/// A session that does not fit into a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the claims of this person do not fit into a cookie")]
pub(crate) struct TooLarge;

/// All sessions.
pub(crate) struct Sessions {
    pub(crate) keys: CookieKeys,
    pub(crate) lifetimes: Lifetimes,
    pub(crate) endings: Arc<dyn Endings>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

/// A session with the cookie that holds it.
pub(crate) struct Sealed {
    pub(crate) session: Session,
    pub(crate) cookie: String,
}

impl Sessions {
    /// Begins a session.
    pub(crate) fn begin(
        &self,
        person: Person,
        sid: Option<String>,
        login_hint: Option<String>,
    ) -> Result<Sealed, TooLarge> {
        let now = self.clock.now();
        let session = Session {
            id: oauth::random::text(&*self.random, 16),
            person,
            sid,
            login_hint,
            begun: now,
            renewed: now,
        };
        let cookie = self.seal(&session)?;
        Ok(Sealed { session, cookie })
    }

    /// Reads a session from its cookie.
    pub(crate) fn resume(&self, unverified_cookie: &str) -> Result<Session, SessionError> {
        let opened = self.keys.open(PURPOSE, unverified_cookie).ok_or(SessionError::Forged)?;
        let session = Written::read(&opened).ok_or(SessionError::Forged)?;
        let now = self.clock.now();
        let idle = now >= session.renewed.plus_seconds(self.lifetimes.idle_s);
        if idle || now >= session.begun.plus_seconds(self.lifetimes.longest_s) {
            return Err(SessionError::Expired);
        }
        let ended = |mark: Mark| self.endings.begun_before(&mark).is_some_and(|end| session.begun < end);
        if Mark::all_of(&session).into_iter().any(ended) {
            return Err(SessionError::Ended);
        }
        Ok(session)
    }

    /// The cookie that replaces an old one; `None` while it is young.
    pub(crate) fn renew(&self, session: &Session) -> Option<String> {
        let now = self.clock.now();
        if now < session.renewed.plus_seconds(self.lifetimes.renewal_s) {
            return None;
        }
        let renewed = Session {
            renewed: now,
            ..session.clone()
        };
        self.seal(&renewed).ok()
    }

    /// Ends a session for good, wherever its cookies are kept.
    pub(crate) fn end(&self, session: &Session) -> std::io::Result<()> {
        self.end_marked(&Mark::session(&session.id), self.clock.now().plus_seconds(1))
    }

    /// Ends every session with this mark that began before a moment.
    pub(crate) fn end_marked(&self, mark: &Mark, begun_before: Timestamp) -> std::io::Result<()> {
        let now = self.clock.now();
        let forget_at = now.plus_seconds(self.lifetimes.longest_s);
        self.endings.end(mark, begun_before, endings::Memory { now, forget_at })
    }

    /// The token that a front end sends with each request that changes something.
    pub(crate) fn csrf_token(&self, session: &Session) -> String {
        self.keys.tag(&session.id)
    }

    /// Whether a token is the session's.
    pub(crate) fn is_csrf_token(&self, session: &Session, unverified_token: &str) -> bool {
        self.keys.is_tag(&session.id, unverified_token)
    }

    fn seal(&self, session: &Session) -> Result<String, TooLarge> {
        let written = Written::of(session).ok_or(TooLarge)?;
        let cookie = self.keys.seal(PURPOSE, &written, &*self.random).ok_or(TooLarge)?;
        Some(cookie).filter(|it| it.len() <= COOKIE_CHARS).ok_or(TooLarge)
    }
}

#[cfg(test)]
mod tests;
