//! Sessions: who is signed in in a browser.
//!
//! In: a cookie, or a person who has just proved who they are. Out: [`Session`]s. INVARIANT: a cookie is 256 bits of
//! chance per session and is kept as a hash only; a session of a person who is switched off, or of a time before their
//! sessions were revoked, does not exist.

mod cookie;

use std::sync::Arc;

use db::{Commit, Database};
use oauth::{ObjectId, Secret, TenantId, Timestamp, random};

use crate::authority::Authority;
use crate::authorization::{Method, SignIn};
use crate::person::{PasswordUse, Person};
use crate::refusal::{PersonRefusal, Refusal};
use crate::sign_in::Visitor;
use crate::snapshot::Snapshot;
use crate::store::authentication_method;
use crate::store::session::SessionRow;
use crate::store::{self, any_outcome, must_change};
use cookie::Token;

/// The cookie that carries a browser's sessions.
pub(crate) const COOKIE: &str = "__Host-commonhold-session";
/// How long the browser shall keep the cookie: as long as its sessions make it a known one.
pub(crate) const COOKIE_SECONDS: i64 = KNOWN_SECONDS;

/// A session that is not used ends after this time: a working day, so that nobody signs in twice in one.
const IDLE_SECONDS: i64 = 12 * 60 * 60;
/// A session ends after this time however much it is used: passwords and factors are asked for once a day.
const LONGEST_SECONDS: i64 = 24 * 60 * 60;
/// How often the use of a session is noted: more exactly is not worth a write for each page.
const NOTED_SECONDS: i64 = 5 * 60;
/// How long a session that is over still tells that the person signed in from this browser: a season, so that a holiday
/// or an illness makes nobody a stranger.
const KNOWN_SECONDS: i64 = 90 * 24 * 60 * 60;

/// Enough to tell one browser from another.
const MOST_USER_AGENT_CHARS: usize = 256;

/// A person signed in in a browser.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// The person's tenant.
    pub(crate) tenant: TenantId,
    /// The person.
    pub(crate) person: Arc<Person>,
    /// When and how; its session id is the `sid` claim.
    pub(crate) sign_in: SignIn,
}

/// A session just begun.
#[derive(Debug)]
pub(crate) struct Started {
    /// The session.
    pub(crate) session: Session,
    /// The cookie's new value, in which the browser's other sessions live on.
    pub(crate) cookie: Secret<String>,
}

/// The live sessions of a cookie, the newest first.
pub(crate) async fn list(
    authority: &Authority,
    snapshot: &Snapshot,
    unverified_cookie: Option<&str>,
) -> Result<Vec<Session>, Refusal> {
    let now = authority.clock().now();
    let live = live(snapshot, unverified_cookie, now).await?;
    let unnoted = live
        .iter()
        .filter(|(row, _)| row.seen_at.plus_seconds(NOTED_SECONDS) <= now);
    let steps: Vec<_> = unnoted
        .map(|(row, _)| any_outcome(store::session::prolong(&used_at(row.clone(), now))))
        .collect();
    if !steps.is_empty() {
        record(snapshot.database(), steps).await?;
    }
    Ok(live.into_iter().map(|(row, person)| session(row, person)).collect())
}

/// Begins a session. One of the same person in this browser ends, and of more than five the oldest.
///
/// Refuses a person who must still do something first, whatever the caller believes: show a second factor, or choose
/// another password.
pub(crate) async fn start(
    authority: &Authority,
    person: &Arc<Person>,
    methods: Vec<Method>,
    visitor: Visitor<'_>,
) -> Result<Started, Refusal> {
    let now = authority.clock().now();
    let snapshot = authority.directory().snapshot().await?;
    let (tenant, object_id) = (person.tenant, person.object_id);
    // Read anew: the caller's may be of the time before the password was changed.
    let person = snapshot.person(tenant, object_id).await?;
    let person = person.ok_or(PersonRefusal::NotFound)?;
    check_may_start(&snapshot, &person, &methods).await?;
    let known = cookie::read(visitor.unverified_cookie);
    let rows = store::session::list(snapshot.database(), &cookie::hashes(visitor.unverified_cookie)).await?;
    let is_kept = |token: &&Token| {
        let row = rows.iter().find(|row| row.token_hash == token.hash);
        row.is_some_and(|row| (row.tenant, row.person) != (tenant, object_id))
    };
    let (kept, dropped): (Vec<&Token>, Vec<&Token>) = known.iter().partition(is_kept);
    let (kept, pushed_out) = kept.split_at(kept.len().min(store::session::MOST - 1));
    let token = Token::new(Secret::generate(authority.random()));
    let row = used_at(
        SessionRow {
            token_hash: token.hash.clone(),
            id: random::uuid_v4(authority.random()),
            tenant,
            person: object_id,
            methods,
            address: visitor.address.map(|address| address.to_string()).unwrap_or_default(),
            user_agent: visitor.unverified_user_agent.map(shortened).unwrap_or_default(),
            // A revocation counts to the end of its second; whoever signs in after it, within that second, is signed in.
            started_at: now.max(person.sessions_valid_from),
            seen_at: now,
            ends_at: now,
            forget_at: now,
        },
        now,
    );
    let gone = dropped.iter().chain(pushed_out);
    let mut steps: Vec<_> = gone
        .map(|token| any_outcome(store::session::delete(&token.hash)))
        .collect();
    steps.push(must_change(store::session::insert(&row)?));
    steps.push(any_outcome(store::session::purge(now)));
    record(snapshot.database(), steps).await?;
    Ok(Started {
        cookie: cookie::write(std::iter::once(&token).chain(kept.iter().copied())),
        session: session(row, person),
    })
}

/// Ends all sessions of a cookie; gives those that were live. The browser stays a known one as long as it keeps the cookie.
pub(crate) async fn end(
    authority: &Authority,
    snapshot: &Snapshot,
    unverified_cookie: Option<&str>,
) -> Result<Vec<Session>, Refusal> {
    let now = authority.clock().now();
    let live = live(snapshot, unverified_cookie, now).await?;
    let hashes = cookie::hashes(unverified_cookie);
    let steps: Vec<_> = hashes
        .iter()
        .map(|hash| any_outcome(store::session::end(hash, now)))
        .collect();
    if !steps.is_empty() {
        record(snapshot.database(), steps).await?;
    }
    Ok(live.into_iter().map(|(row, person)| session(row, person)).collect())
}

/// What makes this browser a known one to a person, if it is: the hash of a session, live or over, that the person had in it
/// since their sessions were last revoked.
pub(crate) async fn known_browser(
    database: &Database,
    owner: (TenantId, ObjectId),
    valid_from: Timestamp,
    unverified_cookie: Option<&str>,
) -> Result<Option<Vec<u8>>, Refusal> {
    let rows = store::session::list(database, &cookie::hashes(unverified_cookie)).await?;
    let own = rows
        .into_iter()
        .find(|row| (row.tenant, row.person) == owner && row.started_at >= valid_from);
    Ok(own.map(|row| row.token_hash))
}

/// The sessions of a cookie that are not over, of people who may be signed in, the newest first.
async fn live(
    snapshot: &Snapshot,
    unverified_cookie: Option<&str>,
    now: Timestamp,
) -> Result<Vec<(SessionRow, Arc<Person>)>, Refusal> {
    let rows = store::session::list(snapshot.database(), &cookie::hashes(unverified_cookie)).await?;
    let mut live = Vec::with_capacity(rows.len());
    for row in rows.into_iter().filter(|row| now < row.ends_at) {
        let person = snapshot.person(row.tenant, row.person).await?;
        let is_signed_in = |person: &Arc<Person>| person.enabled && row.started_at >= person.sessions_valid_from;
        if let Some(person) = person.filter(is_signed_in) {
            live.push((row, person));
        }
    }
    live.sort_by_key(|(row, _)| std::cmp::Reverse(row.started_at));
    Ok(live)
}

/// The row of a session that is used now.
fn used_at(row: SessionRow, now: Timestamp) -> SessionRow {
    SessionRow {
        seen_at: now,
        ends_at: now
            .plus_seconds(IDLE_SECONDS)
            .min(row.started_at.plus_seconds(LONGEST_SECONDS)),
        forget_at: now.plus_seconds(KNOWN_SECONDS),
        ..row
    }
}

/// Whether there is nothing that the person must do first.
async fn check_may_start(snapshot: &Snapshot, person: &Person, methods: &[Method]) -> Result<(), Refusal> {
    if !person.enabled {
        return Err(PersonRefusal::Disabled.into());
    }
    let owner = (person.tenant, person.object_id);
    let has_factor = authentication_method::has_second_factor(snapshot.database(), owner).await?;
    if has_factor && !methods.contains(&Method::Mfa) {
        return Err(PersonRefusal::SecondFactorNeeded.into());
    }
    match person.password_use {
        PasswordUse::Open => Ok(()),
        PasswordUse::MustChange => Err(PersonRefusal::NewPasswordNeeded.into()),
    }
}

fn session(row: SessionRow, person: Arc<Person>) -> Session {
    Session {
        tenant: row.tenant,
        person,
        sign_in: SignIn {
            session: row.id,
            at_seconds: row.started_at.seconds(),
            methods: row.methods,
        },
    }
}

/// What a browser calls itself, as it is kept: of a length, and a text that every database takes.
fn shortened(unverified_user_agent: &str) -> String {
    let chars = unverified_user_agent.chars().filter(|char| !char.is_control());
    chars.take(MOST_USER_AGENT_CHARS).collect()
}

/// Commits steps of which none can be refused.
async fn record(database: &Database, steps: Vec<db::Step>) -> Result<(), Refusal> {
    match store::record(database, steps).await.map_err(store::Error::from)? {
        Commit::Done(_) | Commit::Refused { .. } => Ok(()),
    }
}

#[cfg(test)]
mod tests;
