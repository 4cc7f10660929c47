//! `authenticationMethod`: what people sign in with, for administrators who help somebody that lost a device.
//!
//! In: calls. Out: methods in Microsoft Graph's shape. Invariant: nothing here is a secret, and nothing can be added: only
//! the person proves that a method is theirs.

use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::Asked;
use super::list;
use super::reply::Reply;
use super::user;
use crate::graph::GraphRefusal;
use crate::manage;
use crate::manage::authentication_method::{Methods, OneTimePassword};
use crate::manage::passkey::Passkey;
use crate::person::Person;

/// The id that every password has in Microsoft Graph.
const PASSWORD: Uuid = Uuid::from_u128(0x28c1_0230_6103_485e_b985_444c_6000_1490);

/// Which methods a path is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// All of them, the password included.
    All,
    /// One-time passwords.
    SoftwareOath,
    /// Passkeys.
    Fido2,
}

/// `GET /users/{id}/authentication/methods`, and that of one kind
pub(crate) async fn list(asked: &Asked<'_>, kind: Kind) -> Result<Reply, GraphRefusal> {
    let person = user::find(asked, 0).await?;
    let methods = find(asked, &person).await?;
    let app = methods.one_time_password.iter().map(one_time_password);
    let passkeys = methods.passkeys.iter().map(passkey);
    let (set, rows): (&str, Vec<(Uuid, Value)>) = match kind {
        Kind::All => (
            "methods",
            std::iter::once(password(&person)).chain(app).chain(passkeys).collect(),
        ),
        Kind::SoftwareOath => ("softwareOathMethods", app.collect()),
        Kind::Fido2 => ("fido2Methods", passkeys.collect()),
    };
    let set = format!("users('{}')/authentication/{set}", person.object_id);
    list::whole(asked, &set, &["id"], rows)
}

/// `DELETE /users/{id}/authentication/softwareOathMethods/{id}` and `…/fido2Methods/{id}`
pub(crate) async fn delete(asked: &Asked<'_>, kind: Kind) -> Result<Reply, GraphRefusal> {
    let person = user::find(asked, 0).await?;
    asked.permit.covers_person(&person)?;
    let id = asked.id(1)?;
    let methods = find(asked, &person).await?;
    let (authority, mandate) = (asked.authority, asked.mandate());
    let is_app = methods.one_time_password.is_some_and(|app| app.id == id);
    match kind {
        Kind::SoftwareOath if is_app => {
            manage::authentication_method::remove(authority, mandate, asked.tenant(), person.object_id).await?;
        }
        Kind::Fido2 => {
            manage::passkey::remove(authority, mandate, asked.tenant(), person.object_id, id).await?;
        }
        Kind::SoftwareOath | Kind::All => return Err(asked.not_found(1)),
    }
    Ok(Reply::done())
}

async fn find(asked: &Asked<'_>, person: &Person) -> Result<Methods, GraphRefusal> {
    let (authority, mandate) = (asked.authority, asked.mandate());
    Ok(manage::authentication_method::find(authority, mandate, asked.tenant(), person.object_id).await?)
}

fn password(person: &Person) -> (Uuid, Value) {
    let object = json!({
        "@odata.type": "#microsoft.graph.passwordAuthenticationMethod",
        "id": PASSWORD.to_string(),
        "password": null,
        "createdDateTime": person.password_changed_at.to_string(),
    });
    (PASSWORD, object)
}

fn one_time_password(app: &OneTimePassword) -> (Uuid, Value) {
    let object = json!({
        "@odata.type": "#microsoft.graph.softwareOathAuthenticationMethod",
        "id": app.id.to_string(),
        "secretKey": null,
    });
    (app.id, object)
}

fn passkey(passkey: &Passkey) -> (Uuid, Value) {
    let object = json!({
        "@odata.type": "#microsoft.graph.fido2AuthenticationMethod",
        "id": passkey.id.to_string(),
        "displayName": passkey.name,
        "createdDateTime": passkey.since.to_string(),
        "aaGuid": passkey.aaguid.to_string(),
        "model": null,
        "attestationCertificates": [],
        "attestationLevel": "notAttested",
    });
    (passkey.id, object)
}
