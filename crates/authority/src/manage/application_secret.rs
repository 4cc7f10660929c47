//! Secrets of applications made and removed.
//!
//! In: an application and a time. Out: the secret, once. Invariant: a secret is made here and never given, so every one
//! has the entropy that its fast hash demands.

use oauth::{AppId, Secret, SecretHash, Timestamp, random};
use uuid::Uuid;

use super::{ManageError, Mandate, application};
use crate::application::ApplicationSecret;
use crate::authority::Authority;
use crate::store::application_secret::NewRow;
use crate::store::{self, any_outcome, must_change};

/// Random bytes of a secret: 40 characters as text.
const SECRET_BYTES: usize = 30;
/// How much of a secret is shown for ever, so that people can tell theirs apart.
const HINT_CHARS: usize = 3;

/// A secret to be made.
#[derive(Debug, Clone)]
pub struct NewSecret {
    /// The application.
    pub app_id: AppId,
    /// What it is for.
    pub display_name: String,
    /// Valid from this time on.
    pub starts_at: Timestamp,
    /// Valid up to this time, which is not included.
    pub ends_at: Timestamp,
}

/// A secret just made.
#[derive(Debug)]
pub struct AddedSecret {
    /// Its id, by which it is removed; not secret.
    pub id: Uuid,
    /// Its value, which cannot be had again: 40 characters.
    pub value: Secret<String>,
    /// The first three characters of its value.
    pub hint: String,
}

/// Makes a secret and adds it to those that the application has.
pub async fn add(authority: &Authority, mandate: &Mandate, new: NewSecret) -> Result<AddedSecret, ManageError> {
    super::check_display_name(&new.display_name)?;
    if new.ends_at <= new.starts_at {
        let value = new.ends_at.to_string();
        return Err(ManageError::Invalid {
            what: "end of a secret",
            value,
            reason: "is not after its start",
        });
    }
    let snapshot = super::snapshot(authority).await?;
    let client = super::registered(&snapshot, new.app_id).await?;
    let id = super::new_id(authority, authority.clock().now());
    let value = Secret::new(random::text(authority.random(), SECRET_BYTES));
    let hint: String = value.expose().chars().take(HINT_CHARS).collect();
    let hash = SecretHash::new(&value, authority.random());
    let secret = ApplicationSecret {
        id,
        hash,
        starts_at: new.starts_at,
        ends_at: new.ends_at,
    };
    let row = NewRow {
        app_id: new.app_id,
        secret: &secret,
        display_name: &new.display_name,
        hint: &hint,
    };
    let steps = vec![
        must_change(store::application::hold(new.app_id)),
        any_outcome(store::application_secret::insert(&row)),
        super::audit(
            authority,
            mandate,
            application::credentials_changed(&client.application),
        ),
    ];
    super::commit(authority, "application", new.app_id, steps).await?;
    Ok(AddedSecret { id, value, hint })
}

/// Removes a secret, which is worth nothing from then on.
pub async fn remove(authority: &Authority, mandate: &Mandate, app_id: AppId, id: Uuid) -> Result<(), ManageError> {
    let snapshot = super::snapshot(authority).await?;
    let client = super::registered(&snapshot, app_id).await?;
    let steps = vec![
        must_change(store::application_secret::delete(app_id, id)),
        super::audit(
            authority,
            mandate,
            application::credentials_changed(&client.application),
        ),
    ];
    super::commit(authority, "application secret", id, steps).await
}
