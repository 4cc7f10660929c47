//! A request and its outcome as the sign-in log keeps them.
//!
//! In: what is known of a request, and what it is answered. Out: the same outcome, once it is on record. INVARIANT: what
//! cannot be recorded is refused: no token is given out that the log does not know, and no secret is tried unseen.

use super::error;
use super::exchange::Exchange;
use crate::authority::Authority;
use crate::interaction::answer::End;
use crate::interaction::asked::Refused;
use crate::interaction::conduct::{Next, Turn};
use crate::interaction::said::Problem;
use crate::issue::IssuedToken;
use crate::refusal::{AuthorizationRefusal, Refusal};
use crate::sign_in_log::{self, SignInKind, SignInRecord, SignInStatus};

/// The grant by which an application gets a token for itself.
const CLIENT_CREDENTIALS: &str = "client_credentials";

/// Records the outcome of a token request.
pub(crate) async fn token(
    authority: &Authority,
    exchange: &Exchange,
    outcome: Result<IssuedToken, Refusal>,
) -> Result<IssuedToken, Refusal> {
    let kind = match exchange.trail.grant.as_deref() {
        Some(CLIENT_CREDENTIALS) => SignInKind::ServicePrincipal,
        Some(_) | None => SignInKind::NonInteractiveUser,
    };
    let token_id = outcome.as_ref().ok().map(|issued| issued.token_id.clone());
    let record = SignInRecord {
        token_id,
        ..record(exchange, kind, status(&outcome))
    };
    sign_in_log::record(authority, record)
        .await
        .map_err(Refusal::NotRecorded)?;
    outcome
}

/// Records a refusal at an endpoint where a client proves itself and gets no token. What it is given there is no sign-in.
pub(crate) async fn client<T>(
    authority: &Authority,
    exchange: &Exchange,
    outcome: Result<T, Refusal>,
) -> Result<T, Refusal> {
    refused(authority, exchange, SignInKind::ServicePrincipal, outcome).await
}

/// Records the refusal of what somebody typed on a page before there is an interaction.
pub(crate) async fn typed<T>(
    authority: &Authority,
    exchange: &Exchange,
    outcome: Result<T, Refusal>,
) -> Result<T, Refusal> {
    refused(authority, exchange, SignInKind::InteractiveUser, outcome).await
}

async fn refused<T>(
    authority: &Authority,
    exchange: &Exchange,
    kind: SignInKind,
    outcome: Result<T, Refusal>,
) -> Result<T, Refusal> {
    if let Err(refusal) = &outcome {
        let recorded = sign_in_log::record(authority, record(exchange, kind, refused_by(refusal))).await;
        recorded.map_err(Refusal::NotRecorded)?;
    }
    outcome
}

/// Records a turn on the pages that ended, was refused, or in which what the person said was refused. One that only led
/// to the next page is none.
pub(crate) async fn turn(
    authority: &Authority,
    exchange: &Exchange,
    taken: &Result<Turn, Refused>,
) -> Result<(), Refusal> {
    let status = match taken {
        Err(refused) => Some(refused_by(&refused.refusal)),
        Ok(turn) => turn_status(turn),
    };
    let Some(status) = status else { return Ok(()) };
    let recorded = sign_in_log::record(authority, record(exchange, SignInKind::InteractiveUser, status)).await;
    recorded.map_err(Refusal::NotRecorded)
}

fn turn_status(turn: &Turn) -> Option<SignInStatus> {
    match (&turn.problem, &turn.next) {
        (Some(Problem::Refused(refusal)), _) => Some(refused_by(refusal)),
        (_, Next::End(End::Client(..) | End::DeviceAccepted | End::SecurityInfo(_))) => Some(SignInStatus::Success),
        (_, Next::End(End::DeviceDeclined)) => Some(refused_by(&AuthorizationRefusal::ConsentDeclined.into())),
        (Some(Problem::PasswordsDiffer) | None, Next::Ask(_)) => None,
    }
}

fn status<T>(outcome: &Result<T, Refusal>) -> SignInStatus {
    match outcome {
        Ok(_) => SignInStatus::Success,
        Err(refusal) => refused_by(refusal),
    }
}

fn refused_by(refusal: &Refusal) -> SignInStatus {
    SignInStatus::Refused {
        number: error::code(refusal).number,
        reason: error::text(refusal),
    }
}

/// What the log says of a request.
fn record(exchange: &Exchange, kind: SignInKind, status: SignInStatus) -> SignInRecord {
    let trail = &exchange.trail;
    SignInRecord {
        id: exchange.trace_id,
        at: exchange.at,
        tenant: trail.tenant,
        kind,
        status,
        correlation_id: exchange.correlation_id,
        unverified_application: trail.unverified_application,
        principal: trail.principal,
        person: trail.person,
        resource: trail.resource,
        grant_type: trail.grant.clone(),
        address: exchange.address,
        user_agent: exchange.user_agent.clone(),
        token_id: None,
    }
}
