//! The log of changes of the directory.
//!
//! In: who changed what. Out: the same, the newest first. Invariant: a line is written in the transaction of its change,
//! and never changed or deleted.

use db::sql::{Comparison, CreateTable, Expr, Order, Select, Source, Sql};
use db::{Database, Row, Statement, Type, Value};
use oauth::{AppId, ObjectId, TenantId, Timestamp};
use uuid::Uuid;

use super::narrow::{self, Field, Stretch, equal, named, selected};
use super::{Error, column, nullable, optional_text, table, text};
use crate::mandate::Initiator;

/// A line of the log (`directoryAudit`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Audit {
    /// Its id, in the order of time.
    pub(crate) id: Uuid,
    /// In whose log it stands; `None` for that of the authority as a whole, which is kept under the nil id.
    pub(crate) tenant: Option<TenantId>,
    /// When.
    pub(crate) at: Timestamp,
    /// What was done, such as `Add user`.
    pub(crate) activity: String,
    /// Who asked for it.
    pub(crate) initiator: Initiator,
    /// The kind of thing that was changed.
    pub(crate) target: Target,
    /// Its id.
    pub(crate) target_id: String,
    /// Its name for people.
    pub(crate) target_name: Option<String>,
}

/// A kind of thing that changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Application,
    ServicePrincipal,
    User,
    Group,
    Directory,
    SigningKey,
}

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("tenant_id", Type::Guid),
        column("id", Type::Guid),
        column("at_millis", Type::Int),
        column("activity", Type::Text),
        column("initiator_kind", Type::Text),
        nullable("initiator_id", Type::Guid),
        nullable("initiator_app_id", Type::Guid),
        nullable("initiator_name", Type::Text),
        column("target_kind", Type::Text),
        column("target_id", Type::Text),
        nullable("target_name", Type::Text),
    ];
    vec![table("directory_audit", columns, &["tenant_id", "id"])]
}

pub(crate) fn insert(audit: &Audit) -> Statement {
    let (kind, id, app_id, name) = initiator_cells(&audit.initiator);
    Statement::fixed(
        "INSERT INTO {directory_audit} (tenant_id, id, at_millis, activity, initiator_kind, initiator_id, \
         initiator_app_id, initiator_name, target_kind, target_id, target_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        vec![
            log_id(audit.tenant),
            Value::Guid(audit.id),
            Value::Int(audit.at.millis()),
            text(&audit.activity),
            text(kind),
            id,
            app_id,
            name,
            text(target_text(audit.target)),
            text(&audit.target_id),
            optional_text(audit.target_name.as_deref()),
        ],
        &[],
    )
}

/// One stretch of a tenant's log, or of the authority's; "behind" an id is before it in time.
pub(crate) async fn stretch(
    database: &Database,
    tenant: Option<TenantId>,
    stretch: Stretch<'_>,
) -> Result<Vec<Audit>, Error> {
    let mut conditions = vec![equal(named("d", "tenant_id"), log_id(tenant))];
    if stretch.after != Uuid::nil() {
        conditions.push(Expr::Compare {
            op: Comparison::Lt,
            left: Box::new(named("d", "id")),
            right: Box::new(Expr::Value(Value::Guid(stretch.after))),
        });
    }
    let field = |field| (field == Field::Id).then(|| named("d", "id"));
    conditions.extend(narrow::condition(stretch.narrow, &field));
    let texts = ["target_kind", "target_id", "target_name"];
    let columns = vec![
        selected("d", "id", Type::Guid),
        selected("d", "at_millis", Type::Int),
        selected("d", "activity", Type::Text),
        selected("d", "initiator_kind", Type::Text),
        selected("d", "initiator_id", Type::Guid),
        selected("d", "initiator_app_id", Type::Guid),
        selected("d", "initiator_name", Type::Text),
    ];
    let statement = Statement::new(Sql::Select(Select {
        columns: columns
            .into_iter()
            .chain(texts.map(|name| selected("d", name, Type::Text)))
            .collect(),
        from: Some(Source::Table {
            table: "directory_audit".into(),
            alias: "d".into(),
        }),
        filter: Some(Expr::And(conditions)),
        order_by: vec![Order {
            expr: named("d", "id"),
            descending: true,
        }],
        limit: Some(stretch.most),
        ..Select::default()
    }));
    let rows = database.query(&statement).await?;
    rows.iter().map(|row| read(tenant, row)).collect()
}

fn log_id(tenant: Option<TenantId>) -> Value {
    Value::Guid(tenant.map_or(Uuid::nil(), TenantId::uuid))
}

fn read(tenant: Option<TenantId>, row: Row<'_>) -> Result<Audit, Error> {
    Ok(Audit {
        id: row.guid(0)?,
        tenant,
        at: Timestamp::from_millis(row.int(1)?),
        activity: row.text(2)?.to_owned(),
        initiator: initiator(row)?,
        target: target(row.text(7)?)?,
        target_id: row.text(8)?.to_owned(),
        target_name: row.optional_text(9)?.map(str::to_owned),
    })
}

fn initiator_cells(initiator: &Initiator) -> (&'static str, Value, Value, Value) {
    match initiator {
        Initiator::Operator => ("operator", Value::Null, Value::Null, Value::Null),
        Initiator::Application {
            app_id,
            principal,
            display_name,
        } => (
            "application",
            Value::Guid(principal.uuid()),
            Value::Guid(app_id.uuid()),
            text(display_name),
        ),
        Initiator::Person { object_id, upn } => ("person", Value::Guid(object_id.uuid()), Value::Null, text(upn)),
    }
}

fn initiator(row: Row<'_>) -> Result<Initiator, Error> {
    match row.text(3)? {
        "operator" => Ok(Initiator::Operator),
        "application" => Ok(Initiator::Application {
            principal: ObjectId::from(row.guid(4)?),
            app_id: AppId::from(row.guid(5)?),
            display_name: row.text(6)?.to_owned(),
        }),
        "person" => Ok(Initiator::Person {
            object_id: ObjectId::from(row.guid(4)?),
            upn: row.text(6)?.to_owned(),
        }),
        _ => Err(Error::Unknown { what: "initiator" }),
    }
}

fn target_text(target: Target) -> &'static str {
    match target {
        Target::Application => "Application",
        Target::ServicePrincipal => "ServicePrincipal",
        Target::User => "User",
        Target::Group => "Group",
        Target::Directory => "Directory",
        Target::SigningKey => "SigningKey",
    }
}

fn target(text: &str) -> Result<Target, Error> {
    match text {
        "Application" => Ok(Target::Application),
        "ServicePrincipal" => Ok(Target::ServicePrincipal),
        "User" => Ok(Target::User),
        "Group" => Ok(Target::Group),
        "Directory" => Ok(Target::Directory),
        "SigningKey" => Ok(Target::SigningKey),
        _ => Err(Error::Unknown { what: "kind of target" }),
    }
}
