//! The sign-in log: every sign-in and every refused token, on disk before anybody is answered.
//!
//! In: [`SignInRecord`]s of many requests. Out: nothing, once they are stored. INVARIANT: [`record`] returns `Ok` only after
//! the record's transaction has been committed. Many requests share one: a task of its own writes what has gathered.

mod writer;

use std::net::IpAddr;

use db::Database;
use oauth::{AppId, ObjectId, TenantId, Timestamp};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::authority::Authority;

/// How many records may wait to be written before those who bring more have to wait for room.
const MOST_WAITING: usize = 1024;

/// One attempt to sign in, or to get a token, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignInRecord {
    /// Our id of the request: the trace id of its answer.
    pub(crate) id: Uuid,
    /// When the request arrived.
    pub(crate) at: Timestamp,
    /// The tenant that was asked; `None` where there is no such tenant.
    pub(crate) tenant: Option<TenantId>,
    /// Who tried, and how.
    pub(crate) kind: SignInKind,
    /// What came of it.
    pub(crate) status: SignInStatus,
    /// The client's id of the request.
    pub(crate) correlation_id: Uuid,
    /// The application that was named; proved only where the sign-in succeeded.
    pub(crate) unverified_application: Option<AppId>,
    /// The application's service principal in the tenant.
    pub(crate) principal: Option<ObjectId>,
    /// The person.
    pub(crate) person: Option<ObjectId>,
    /// The application that the token is for.
    pub(crate) resource: Option<AppId>,
    /// `grant_type` as it was sent; `None` on the pages.
    pub(crate) grant_type: Option<String>,
    /// Where the connection came from.
    pub(crate) address: Option<IpAddr>,
    /// The `User-Agent` header.
    pub(crate) user_agent: Option<String>,
    /// `uti` of the token.
    pub(crate) token_id: Option<String>,
}

/// Who tried to sign in, and how (`signInEventTypes` of Microsoft Graph).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInKind {
    /// A person on the pages.
    InteractiveUser,
    /// An application in a person's name.
    NonInteractiveUser,
    /// An application by itself.
    ServicePrincipal,
}

/// What came of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SignInStatus {
    /// It succeeded.
    Success,
    /// It was refused.
    Refused {
        /// The number behind `AADSTS`.
        number: u32,
        /// The text behind the number.
        reason: String,
    },
}

/// Why a record is not on disk.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum LogError {
    /// The database did not take it. Where the connection was lost, it may be there.
    #[error("could not write the sign-in log")]
    Write(#[source] db::Error),
    /// The task that writes has ended.
    #[error("the writer of the sign-in log has stopped")]
    Stopped,
}

/// A record on its way to the disk, and who waits for it.
struct Waiting {
    record: SignInRecord,
    reply: oneshot::Sender<Result<(), LogError>>,
}

/// The way to the task that writes. The task ends when the last handle is gone.
#[derive(Debug)]
pub(crate) struct SignInLog(mpsc::Sender<Waiting>);

impl SignInLog {
    /// Starts the task that writes into this database.
    pub(crate) fn start(database: Database) -> Self {
        let (sender, queue) = mpsc::channel(MOST_WAITING);
        tokio::spawn(writer::write(database, queue));
        Self(sender)
    }
}

/// Records a sign-in and waits until it is on disk.
pub(crate) async fn record(authority: &Authority, record: SignInRecord) -> Result<(), LogError> {
    let (reply, written) = oneshot::channel();
    let sent = authority.sign_in_log().0.send(Waiting { record, reply }).await;
    sent.ok().ok_or(LogError::Stopped)?;
    written.await.ok().ok_or(LogError::Stopped)?
}
