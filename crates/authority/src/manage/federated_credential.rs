//! Federated credentials of applications added, replaced and removed.
//!
//! In: an application and whose tokens it trusts. Out: the id of the credential. Invariant: an issuer is an address that
//! may be asked, and never this authority itself.

use oauth::AppId;
use uuid::Uuid;

use super::transaction::{self, demand, refuse, then};
use super::{ManageError, Mandate, application};
use crate::application::FederatedCredential;
use crate::authority::Authority;
use crate::issuer_keys;
use crate::store::{self, must_change};

/// The most federated credentials of one application.
pub const MOST_FEDERATED_CREDENTIALS: usize = 20;
/// The longest issuer, subject, audience and description.
const MOST_TEXT_CHARS: usize = 600;
/// The longest name.
const MOST_NAME_CHARS: usize = 120;

/// A federated credential to be added.
#[derive(Debug, Clone)]
pub struct NewFederatedCredential {
    /// The application.
    pub app_id: AppId,
    /// Its name, one of a kind in the application and never changed: letters, digits, `-` and `_`.
    pub name: String,
    /// Whose tokens are taken.
    pub trust: Trust,
}

/// Whose tokens an application may show in place of a credential of its own. Issuer, subject and audience are compared to
/// the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// The issuer: an `https` URL, below which its discovery document stands.
    pub issuer: String,
    /// The subject.
    pub subject: String,
    /// The audience; `api://AzureADTokenExchange` by custom.
    pub audience: String,
    /// What it is for.
    pub description: Option<String>,
}

/// Adds a credential to those that the application has.
pub async fn add(authority: &Authority, mandate: &Mandate, new: NewFederatedCredential) -> Result<Uuid, ManageError> {
    check_name(&new.name)?;
    check_trust(authority, &new.trust)?;
    let snapshot = super::snapshot(authority).await?;
    let client = super::registered(&snapshot, new.app_id).await?;
    let id = super::new_id(authority, authority.clock().now());
    let credential = credential(id, new.name, new.trust);
    let too_many = ManageError::Invalid {
        what: "federated credential",
        value: credential.name.clone(),
        reason: "is one more than the 20 that an application may have",
    };
    let changed = application::credentials_changed(&client.application);
    let parts = vec![
        demand(
            store::application::hold(new.app_id),
            super::missing("application", &new.app_id),
        ),
        refuse(
            store::federated_credential::nth(new.app_id, MOST_FEDERATED_CREDENTIALS),
            too_many,
        ),
        then(store::federated_credential::insert(new.app_id, &credential)),
        super::audit(authority, mandate, changed).into(),
    ];
    transaction::commit(authority, parts).await?;
    Ok(id)
}

/// Replaces everything but the name.
pub async fn replace(
    authority: &Authority,
    mandate: &Mandate,
    app_id: AppId,
    id: Uuid,
    trust: Trust,
) -> Result<(), ManageError> {
    check_trust(authority, &trust)?;
    // The name is not written.
    let credential = credential(id, String::new(), trust);
    let snapshot = super::snapshot(authority).await?;
    let client = super::registered(&snapshot, app_id).await?;
    let steps = vec![
        must_change(store::federated_credential::update(app_id, &credential)),
        super::audit(
            authority,
            mandate,
            application::credentials_changed(&client.application),
        ),
    ];
    super::commit(authority, "federated credential", id, steps).await
}

/// Removes a credential: nobody's tokens are taken by it from then on.
pub async fn remove(authority: &Authority, mandate: &Mandate, app_id: AppId, id: Uuid) -> Result<(), ManageError> {
    let snapshot = super::snapshot(authority).await?;
    let client = super::registered(&snapshot, app_id).await?;
    let steps = vec![
        must_change(store::federated_credential::delete(app_id, id)),
        super::audit(
            authority,
            mandate,
            application::credentials_changed(&client.application),
        ),
    ];
    super::commit(authority, "federated credential", id, steps).await
}

fn credential(id: Uuid, name: String, trust: Trust) -> FederatedCredential {
    FederatedCredential {
        id,
        name,
        issuer: trust.issuer,
        subject: trust.subject,
        audience: trust.audience,
        description: trust.description,
    }
}

/// It stands in addresses.
fn check_name(name: &str) -> Result<(), ManageError> {
    let is_word = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
    let starts_well = name.starts_with(|char: char| char.is_ascii_alphanumeric());
    if starts_well && name.chars().all(is_word) && name.len() <= MOST_NAME_CHARS {
        return Ok(());
    }
    Err(invalid(
        "federated credential name",
        name,
        "is not made of 1 to 120 letters, digits, `-` and `_`, a letter or digit first",
    ))
}

fn check_trust(authority: &Authority, trust: &Trust) -> Result<(), ManageError> {
    check_text("issuer", &trust.issuer)?;
    check_text("subject", &trust.subject)?;
    check_text("audience", &trust.audience)?;
    trust
        .description
        .as_deref()
        .map_or(Ok(()), |text| check_text("description", text))?;
    let loopback = authority.issuer_keys().loopback();
    if authority.origin().is_of(&trust.issuer) {
        Err(invalid("issuer", &trust.issuer, "is this authority itself"))
    } else if !issuer_keys::is_address(&trust.issuer, loopback) {
        Err(invalid(
            "issuer",
            &trust.issuer,
            "is not an https url without query and fragment",
        ))
    } else {
        Ok(())
    }
}

fn check_text(what: &'static str, text: &str) -> Result<(), ManageError> {
    if text.is_empty() {
        Err(invalid(what, text, "is empty"))
    } else if text.chars().count() > MOST_TEXT_CHARS {
        Err(invalid(what, text, "is longer than 600 characters"))
    } else if text.chars().any(char::is_control) {
        Err(invalid(what, text, "has control characters"))
    } else {
        Ok(())
    }
}

fn invalid(what: &'static str, value: &str, reason: &'static str) -> ManageError {
    ManageError::Invalid {
        what,
        value: value.to_owned(),
        reason,
    }
}
