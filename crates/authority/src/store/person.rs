//! People: users of a tenant.
//!
//! In: a person, a password's hash. Out: the person. Invariant: a user principal name belongs to one person, in any case
//! of its letters; the password's hash is read only to check a password.

use db::sql::{CreateTable, Expr, Select, Source, Sql};
use db::{Database, Row, Statement, Type, Value};
use oauth::{ObjectId, TenantId, Timestamp};
use uuid::Uuid;

use super::narrow::{self, Field, Narrow, Stretch, ascending, behind, equal, folded, named, selected};
use super::{Error, Switch, column, nullable, optional_text, switch, table, text, time};
use crate::person::{DirectoryRole, PasswordUse, Person, Profile};

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("tenant_id", Type::Guid),
        column("object_id", Type::Guid),
        column("upn", Type::Text),
        column("upn_folded", Type::Text),
        column("display_name", Type::Text),
        column("display_name_folded", Type::Text),
        nullable("given_name", Type::Text),
        nullable("given_name_folded", Type::Text),
        nullable("surname", Type::Text),
        nullable("surname_folded", Type::Text),
        nullable("mail", Type::Text),
        nullable("mail_folded", Type::Text),
        nullable("usage_location", Type::Text),
        column("password_hash", Type::Text),
        column("password_changed_at", Type::Int),
        column("password_use", Type::Text),
        column("sessions_valid_from", Type::Int),
        column("directory_role", Type::Text),
        column("licensed", Type::Bool),
        column("enabled", Type::Bool),
        column("created_at", Type::Int),
    ];
    let mut person = table("person", columns, &["tenant_id", "object_id"]);
    person.unique = vec![
        ("person_upn".into(), vec!["upn_folded".into()]),
        ("person_object_id".into(), vec!["object_id".into()]),
    ];
    vec![person]
}

/// The password's hash is in the PHC string form.
pub(crate) fn insert(person: &Person, password_hash: &str, created_at: Timestamp) -> Statement {
    let mut values = vec![Value::Guid(person.tenant.uuid()), Value::Guid(person.object_id.uuid())];
    values.extend(profile_values(&person.profile()));
    values.extend([
        text(password_hash),
        time(person.password_changed_at),
        text(password_use_text(person.password_use)),
        time(person.sessions_valid_from),
        text(role_text(person.directory_role)),
        Value::Bool(person.licensed),
        Value::Bool(person.enabled),
        time(created_at),
    ]);
    Statement::fixed(
        "INSERT INTO {person} (tenant_id, object_id, upn, upn_folded, display_name, display_name_folded, given_name, \
         given_name_folded, surname, surname_folded, mail, mail_folded, usage_location, password_hash, password_changed_at, \
         password_use, sessions_valid_from, directory_role, licensed, enabled, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        values,
        &[],
    )
}

/// Upn, names, mail address and usage location, each name with its folded form behind it.
fn profile_values(profile: &Profile) -> Vec<Value> {
    let names = [
        Some(profile.upn.as_str()),
        Some(profile.display_name.as_str()),
        profile.given_name.as_deref(),
        profile.surname.as_deref(),
        profile.mail.as_deref(),
    ];
    let both = |name: Option<&str>| [optional_text(name), optional_text(name.map(folded).as_deref())];
    let mut values: Vec<Value> = names.into_iter().flat_map(both).collect();
    values.push(optional_text(profile.usage_location.as_deref()));
    values
}

/// Sets a password, and what the person may do with it.
pub(crate) fn set_password(person: &Person, password_hash: &str) -> Statement {
    Statement::fixed(
        "UPDATE {person} SET password_hash = $3, password_changed_at = $4, password_use = $5 \
         WHERE tenant_id = $1 AND object_id = $2",
        vec![
            Value::Guid(person.tenant.uuid()),
            Value::Guid(person.object_id.uuid()),
            text(password_hash),
            time(person.password_changed_at),
            text(password_use_text(person.password_use)),
        ],
        &[],
    )
}

/// Holds a person to the password that was checked: changes nothing, in a transaction in which it must still be the one.
pub(crate) fn hold_password(tenant: TenantId, object_id: ObjectId, hash: &str) -> Statement {
    Statement::fixed(
        "UPDATE {person} SET password_hash = $3 WHERE tenant_id = $1 AND object_id = $2 AND password_hash = $3",
        vec![Value::Guid(tenant.uuid()), Value::Guid(object_id.uuid()), text(hash)],
        &[],
    )
}

/// Puts another hash of the same password in the place of one.
pub(crate) fn rehash_password(tenant: TenantId, object_id: ObjectId, old: &str, new: &str) -> Statement {
    Statement::fixed(
        "UPDATE {person} SET password_hash = $4 WHERE tenant_id = $1 AND object_id = $2 AND password_hash = $3",
        vec![
            Value::Guid(tenant.uuid()),
            Value::Guid(object_id.uuid()),
            text(old),
            text(new),
        ],
        &[],
    )
}

/// Writes what a person is called and where they are.
pub(crate) fn set_profile(tenant: TenantId, object_id: ObjectId, profile: &Profile) -> Statement {
    let mut values = vec![Value::Guid(tenant.uuid()), Value::Guid(object_id.uuid())];
    values.extend(profile_values(profile));
    Statement::fixed(
        "UPDATE {person} SET upn = $3, upn_folded = $4, display_name = $5, display_name_folded = $6, given_name = $7, \
         given_name_folded = $8, surname = $9, surname_folded = $10, mail = $11, mail_folded = $12, usage_location = $13 \
         WHERE tenant_id = $1 AND object_id = $2",
        values,
        &[],
    )
}

pub(crate) fn set_directory_role(tenant: TenantId, object_id: ObjectId, role: DirectoryRole) -> Statement {
    Statement::fixed(
        "UPDATE {person} SET directory_role = $3 WHERE tenant_id = $1 AND object_id = $2",
        vec![
            Value::Guid(tenant.uuid()),
            Value::Guid(object_id.uuid()),
            text(role_text(role)),
        ],
        &[],
    )
}

pub(crate) fn delete(tenant: TenantId, object_id: ObjectId) -> Statement {
    Statement::fixed(
        "DELETE FROM {person} WHERE tenant_id = $1 AND object_id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(object_id.uuid())],
        &[],
    )
}

/// Sessions and refresh tokens of earlier sign-ins are worth nothing.
pub(crate) fn revoke_sessions(tenant: TenantId, object_id: ObjectId, now: Timestamp) -> Statement {
    Statement::fixed(
        "UPDATE {person} SET sessions_valid_from = $3 WHERE tenant_id = $1 AND object_id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(object_id.uuid()), time(now)],
        &[],
    )
}

/// What is needed to check a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Credential {
    pub(crate) object_id: ObjectId,
    /// In the PHC string form.
    pub(crate) password_hash: String,
    /// See [`Person::sessions_valid_from`].
    pub(crate) sessions_valid_from: Timestamp,
}

/// The credential of this user principal name, in any case of its letters. One reading, whether there is one or not.
pub(crate) async fn credential(database: &Database, tenant: TenantId, upn: &str) -> Result<Option<Credential>, Error> {
    let statement = Statement::fixed(
        "SELECT p.object_id, p.password_hash, p.sessions_valid_from FROM {person} p \
         WHERE p.tenant_id = $1 AND p.upn_folded = $2",
        vec![Value::Guid(tenant.uuid()), text(folded(upn))],
        &[Type::Guid, Type::Text, Type::Int],
    );
    let read = |row: Row<'_>| -> Result<Credential, Error> {
        Ok(Credential {
            object_id: ObjectId::from(row.guid(0)?),
            password_hash: row.text(1)?.to_owned(),
            sessions_valid_from: Timestamp::from_seconds(row.int(2)?),
        })
    };
    database.query(&statement).await?.first().map(read).transpose()
}

pub(crate) fn set_licensed(tenant: TenantId, object_id: ObjectId, licensed: Switch) -> Statement {
    Statement::fixed(
        "UPDATE {person} SET licensed = $3 WHERE tenant_id = $1 AND object_id = $2",
        vec![
            Value::Guid(tenant.uuid()),
            Value::Guid(object_id.uuid()),
            switch(licensed),
        ],
        &[],
    )
}

pub(crate) fn set_enabled(tenant: TenantId, object_id: ObjectId, enabled: Switch) -> Statement {
    Statement::fixed(
        "UPDATE {person} SET enabled = $3 WHERE tenant_id = $1 AND object_id = $2",
        vec![
            Value::Guid(tenant.uuid()),
            Value::Guid(object_id.uuid()),
            switch(enabled),
        ],
        &[],
    )
}

/// The person of this user principal name, in any case of its letters.
pub(crate) async fn find_id_by_upn(
    database: &Database,
    tenant: TenantId,
    upn: &str,
) -> Result<Option<ObjectId>, Error> {
    let statement = Statement::fixed(
        "SELECT p.object_id FROM {person} p WHERE p.tenant_id = $1 AND p.upn_folded = $2",
        vec![Value::Guid(tenant.uuid()), text(folded(upn))],
        &[Type::Guid],
    );
    let rows = database.query(&statement).await?;
    Ok(rows.first().map(|row| row.guid(0)).transpose()?.map(ObjectId::from))
}

/// The person of this id.
pub(crate) async fn find(database: &Database, tenant: TenantId, object_id: ObjectId) -> Result<Option<Person>, Error> {
    let only = Stretch {
        narrow: &Narrow::id(object_id.uuid()),
        after: Uuid::nil(),
        most: 1,
    };
    Ok(stretch(database, tenant, only).await?.pop())
}

/// Those who have a role of the directory.
pub(crate) fn in_role(role: DirectoryRole) -> Narrow {
    Narrow::Is(Field::Role, vec![role_text(role).to_owned()])
}

/// One stretch of a tenant's people.
pub(crate) async fn stretch(database: &Database, tenant: TenantId, stretch: Stretch<'_>) -> Result<Vec<Person>, Error> {
    let mut conditions = vec![
        equal(named("p", "tenant_id"), Value::Guid(tenant.uuid())),
        behind(named("p", "object_id"), stretch.after),
    ];
    conditions.extend(narrow::condition(stretch.narrow, &field));
    let statement = Statement::new(Sql::Select(Select {
        columns: COLUMNS.iter().map(|&(name, ty)| selected("p", name, ty)).collect(),
        from: Some(Source::Table {
            table: "person".into(),
            alias: "p".into(),
        }),
        filter: Some(Expr::And(conditions)),
        order_by: ascending(named("p", "object_id")),
        limit: Some(stretch.most),
        ..Select::default()
    }));
    let rows = database.query(&statement).await?;
    rows.iter().map(|row| read(tenant, row)).collect()
}

/// Where the table has what lists are narrowed by.
fn field(field: Field) -> Option<Expr> {
    let column = match field {
        Field::Id => "object_id",
        Field::Name => "display_name_folded",
        Field::Upn => "upn_folded",
        Field::GivenName => "given_name_folded",
        Field::Surname => "surname_folded",
        Field::Mail => "mail_folded",
        Field::Enabled => "enabled",
        Field::Role => "directory_role",
        Field::AppId => return None,
    };
    Some(named("p", column))
}

/// How many people hold a licence.
pub(crate) async fn count_licensed(database: &Database, tenant: TenantId) -> Result<i64, Error> {
    let statement = Statement::fixed(
        "SELECT count(*) FROM {person} p WHERE p.tenant_id = $1 AND p.licensed = $2",
        vec![Value::Guid(tenant.uuid()), Value::Bool(true)],
        &[Type::Int],
    );
    let rows = database.query(&statement).await?;
    Ok(rows.first().map(|row| row.int(0)).transpose()?.unwrap_or_default())
}

/// What [`read`] reads.
const COLUMNS: &[(&str, Type)] = &[
    ("upn", Type::Text),
    ("display_name", Type::Text),
    ("given_name", Type::Text),
    ("surname", Type::Text),
    ("mail", Type::Text),
    ("directory_role", Type::Text),
    ("licensed", Type::Bool),
    ("enabled", Type::Bool),
    ("password_changed_at", Type::Int),
    ("password_use", Type::Text),
    ("sessions_valid_from", Type::Int),
    ("object_id", Type::Guid),
    ("usage_location", Type::Text),
];

fn read(tenant: TenantId, row: Row<'_>) -> Result<Person, Error> {
    Ok(Person {
        object_id: ObjectId::from(row.guid(11)?),
        tenant,
        upn: row.text(0)?.to_owned(),
        display_name: row.text(1)?.to_owned(),
        given_name: row.optional_text(2)?.map(str::to_owned),
        surname: row.optional_text(3)?.map(str::to_owned),
        mail: row.optional_text(4)?.map(str::to_owned),
        usage_location: row.optional_text(12)?.map(str::to_owned),
        directory_role: role(row.text(5)?)?,
        licensed: row.bool(6)?,
        enabled: row.bool(7)?,
        password_changed_at: Timestamp::from_seconds(row.int(8)?),
        password_use: password_use(row.text(9)?)?,
        sessions_valid_from: Timestamp::from_seconds(row.int(10)?),
    })
}

fn role_text(role: DirectoryRole) -> &'static str {
    match role {
        DirectoryRole::Member => "member",
        DirectoryRole::Administrator => "administrator",
        DirectoryRole::ApplicationAdministrator => "application administrator",
        DirectoryRole::Reader => "reader",
    }
}

fn role(text: &str) -> Result<DirectoryRole, Error> {
    match text {
        "member" => Ok(DirectoryRole::Member),
        "administrator" => Ok(DirectoryRole::Administrator),
        "application administrator" => Ok(DirectoryRole::ApplicationAdministrator),
        "reader" => Ok(DirectoryRole::Reader),
        _ => Err(Error::Unknown { what: "directory role" }),
    }
}

fn password_use_text(password_use: PasswordUse) -> &'static str {
    match password_use {
        PasswordUse::Open => "open",
        PasswordUse::MustChange => "must change",
    }
}

fn password_use(text: &str) -> Result<PasswordUse, Error> {
    match text {
        "open" => Ok(PasswordUse::Open),
        "must change" => Ok(PasswordUse::MustChange),
        _ => Err(Error::Unknown {
            what: "use of a password",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_world::{World, on_both};

    #[tokio::test]
    async fn pages_follow_each_other_and_hold_everybody_once() {
        on_both(async |world: World| {
            for number in 0..5 {
                world.new_person(&format!("person{number}@contoso.example")).await;
            }
            let snapshot = world.snapshot().await;
            let next = async |tenant, after: Option<ObjectId>, narrow: &Narrow| {
                let stretch = Stretch {
                    narrow,
                    after: after.map_or(Uuid::nil(), ObjectId::uuid),
                    most: 3,
                };
                super::stretch(snapshot.database(), tenant, stretch).await.unwrap()
            };
            let stranger = TenantId::from(Uuid::from_u128(1));
            assert!(next(stranger, None, &Narrow::All).await.is_empty());
            let numbered = Narrow::Begins(Field::Upn, "PERSON".to_owned());
            let first = next(world.tenant, None, &numbered).await;
            let second = next(world.tenant, first.last().map(|person| person.object_id), &numbered).await;
            assert_eq!((first.len(), second.len()), (3, 2));
            assert!(
                first
                    .iter()
                    .chain(&second)
                    .all(|person| person.upn.starts_with("person"))
            );
            let mut all = Vec::new();
            let mut sizes = Vec::new();
            loop {
                let people = next(world.tenant, all.last().copied(), &Narrow::All).await;
                sizes.push(people.len());
                if people.is_empty() {
                    break;
                }
                all.extend(people.iter().map(|person| person.object_id));
            }
            assert_eq!(sizes, [3, 3, 1, 0]);
            assert!(all.is_sorted() && all.contains(&world.alice) && all.contains(&world.bob));
        })
        .await;
    }
}
