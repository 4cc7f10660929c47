//! The device code (RFC 8628): a device without a keyboard waits while its person answers elsewhere.
//!
//! In: a device's request; then its person's answer; then the device's polls. Out: codes; then an [`Authorization`], once.
//! Invariant: what the person typed finds a request only while it lives and nobody has answered it.

use db::{Commit, Step};
use oauth::{AppId, Random, Secret, TenantId, Timestamp};
use uuid::Uuid;

use super::{Asker, check, refresh_token};
use crate::authority::Authority;
use crate::authorization::Authorization;
use crate::opaque::Opaque;
use crate::refusal::{GrantRefusal, Refusal};
use crate::snapshot::Snapshot;
use crate::store::device_code::{Answer, DeviceCodeRow};
use crate::store::{self, any_outcome, must_change};

/// How long a device waits.
pub(crate) const LIFETIME_SECONDS: i64 = 15 * 60;
/// How long it should wait between two polls.
pub(crate) const INTERVAL_SECONDS: i64 = 5;
/// How long a request is kept behind its end, so that a device that polls on is told why.
const KEPT_SECONDS: i64 = 24 * 60 * 60;
/// Letters that are not mistaken for one another and make no words (RFC 8628 section 6.1).
const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const USER_CODE_CHARS: usize = 8;
/// How often another user code is tried where one is taken. One of 25,600,000,000 is seldom taken.
const ATTEMPTS: usize = 5;

/// What a device asks for.
#[derive(Debug, Clone)]
pub(crate) struct DeviceRequest {
    /// Its id.
    pub(crate) id: Uuid,
    /// The tenant; none at `common` and `organizations`.
    pub(crate) tenant: Option<TenantId>,
    /// The application on the device.
    pub(crate) app_id: AppId,
    /// The scope as it was asked for.
    pub(crate) scope: String,
    /// The `resource` of the v1.0 endpoint.
    pub(crate) resource: Option<String>,
}

/// A device's codes.
#[derive(Debug)]
pub(crate) struct DeviceCodes {
    /// What the person types.
    pub(crate) user_code: String,
    /// What the device polls with.
    pub(crate) device_code: Secret<String>,
}

/// Makes the codes of a request; its id is made here.
pub(crate) async fn begin(
    authority: &Authority,
    request: &DeviceRequest,
    now: Timestamp,
) -> Result<DeviceCodes, Refusal> {
    let mut attempt = 1;
    loop {
        let code = Opaque::generate(authority.random());
        let row = DeviceCodeRow {
            id: code.id(),
            hash: code.hash(authority.random()),
            user_code: user_code(authority.random()),
            tenant: request.tenant,
            app_id: request.app_id,
            scope: request.scope.clone(),
            resource: request.resource.clone(),
            expires_at: now.plus_seconds(LIFETIME_SECONDS),
            answer: Answer::None,
        };
        let steps = [
            store::device_code::insert(&row),
            store::device_code::purge(now.plus_seconds(-KEPT_SECONDS)),
        ];
        match store::record(authority.directory().database(), steps.map(any_outcome).into()).await {
            Ok(_) => {
                return Ok(DeviceCodes {
                    user_code: row.user_code,
                    device_code: code.text(),
                });
            }
            Err(db::Error::Duplicate { .. }) if attempt < ATTEMPTS => attempt += 1,
            Err(error) => return Err(error.into()),
        }
    }
}

/// The request of a user code that still waits for its person, in whatever case and grouping it was typed.
pub(crate) async fn find_by_user_code(
    authority: &Authority,
    user_code: &str,
    now: Timestamp,
) -> Result<Option<DeviceRequest>, Refusal> {
    let typed = user_code.chars().filter(|char| !char.is_whitespace() && *char != '-');
    let typed: String = typed.map(|char| char.to_ascii_uppercase()).collect();
    if typed.len() != USER_CODE_CHARS {
        return Ok(None);
    }
    let found = store::device_code::find_by_user_code(authority.directory().database(), &typed).await?;
    let waiting = found.filter(|row| matches!(row.answer, Answer::None) && now < row.expires_at);
    Ok(waiting.map(|row| DeviceRequest {
        id: row.id,
        tenant: row.tenant,
        app_id: row.app_id,
        scope: row.scope,
        resource: row.resource,
    }))
}

/// Records what the person said; `None` for no. One who comes after another, or after the end, is refused.
pub(crate) async fn answer(
    authority: &Authority,
    request: &DeviceRequest,
    authorization: Option<&Authorization>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let statement = match authorization {
        None => store::device_code::decline(request.id, now),
        Some(authorization) => {
            is_of_the_request(request, authorization)?;
            store::device_code::grant(request.id, authorization, now)?
        }
    };
    match store::record(authority.directory().database(), vec![must_change(statement)]).await? {
        Commit::Done(_) => Ok(()),
        Commit::Refused { .. } => Err(GrantRefusal::DeviceCodeExpired.into()),
    }
}

/// A person of another tenant, or a consent to another application, is no answer to this request.
fn is_of_the_request(request: &DeviceRequest, authorization: &Authorization) -> Result<(), Refusal> {
    if request.tenant.is_some_and(|tenant| tenant != authorization.tenant) {
        return Err(GrantRefusal::TenantMismatch {
            tenant: authorization.tenant.to_string(),
        }
        .into());
    }
    if request.app_id != authorization.app_id {
        return Err(GrantRefusal::BadVerificationCode.into());
    }
    Ok(())
}

fn user_code(random: &dyn Random) -> String {
    let mut code = String::with_capacity(USER_CODE_CHARS);
    while code.len() < USER_CODE_CHARS {
        let mut bytes = [0; USER_CODE_CHARS];
        random.fill(&mut bytes);
        // Bytes beyond the last whole run of the alphabet are thrown away, so that no letter is likelier than another.
        let fair = bytes
            .iter()
            .filter(|byte| usize::from(**byte) < 256 / ALPHABET.len() * ALPHABET.len());
        let letters = fair.filter_map(|byte| ALPHABET.get(usize::from(*byte) % ALPHABET.len()));
        code.extend(letters.map(|letter| char::from(*letter)));
    }
    code.truncate(USER_CODE_CHARS);
    code
}

/// Reads what is kept of a device code.
pub(crate) async fn load(snapshot: &Snapshot, unverified_code: &Secret<String>) -> Result<DeviceCodeRow, Refusal> {
    let unusable = || Refusal::from(GrantRefusal::BadVerificationCode);
    let code = Opaque::parse(unverified_code).ok_or_else(unusable)?;
    let row = store::device_code::find(snapshot.database(), code.id()).await?;
    row.filter(|row| code.is_of(&row.hash)).ok_or_else(unusable)
}

/// What the person said, which the device may learn by its code alone: an alias names no tenant before that.
pub(crate) fn answered(stored: &DeviceCodeRow, now: Timestamp) -> Result<&Authorization, Refusal> {
    if now >= stored.expires_at {
        return Err(GrantRefusal::DeviceCodeExpired.into());
    }
    match &stored.answer {
        Answer::None => Err(GrantRefusal::AuthorizationPending.into()),
        Answer::Declined => Err(GrantRefusal::AuthorizationDeclined.into()),
        Answer::Granted(authorization) => Ok(authorization),
    }
}

/// Lets a device redeem what its person said; the first check that fails decides.
pub(crate) fn decide(asker: &Asker<'_>, authorization: &Authorization) -> Result<(), Refusal> {
    check::no_browser(asker.call)?;
    check::of_this_client(asker, authorization, "device code")?;
    check::of_this_tenant(asker, authorization)
}

/// Uses the code up, together with what follows from it. One that was used up before revokes what followed then.
pub(crate) async fn commit(authority: &Authority, stored: &DeviceCodeRow, follows: Vec<Step>) -> Result<(), Refusal> {
    let use_up = store::device_code::use_up(stored.id, authority.clock().now());
    refresh_token::follow(authority, use_up, stored.id, follows, GrantRefusal::BadVerificationCode).await
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use oauth::SeededRandom;

    use super::*;

    #[test]
    fn user_codes_use_the_whole_alphabet_and_nothing_else() {
        let random = SeededRandom::new(1);
        let codes: Vec<String> = (0..200).map(|_| user_code(&random)).collect();
        assert!(codes.iter().all(|code| code.len() == USER_CODE_CHARS));
        let letters: BTreeSet<u8> = codes.iter().flat_map(|code| code.bytes()).collect();
        assert_eq!(letters, ALPHABET.iter().copied().collect());
        let distinct: BTreeSet<&String> = codes.iter().collect();
        assert_eq!(distinct.len(), codes.len());
    }
}
