//! The sign-in log on disk.
//!
//! In: records, many at once; a filter and a place to go on from. Out: records, the newest first. Invariant: rows are only
//! added, and deleted when they are old; the key begins with the tenant, so no query reads another's.

use db::sql::{Column, Comparison, CreateTable, Expr, Insert, Order, Select, Source, Sql};
use db::{Database, Row, Statement, Type, Value};
use oauth::{AppId, ObjectId, TenantId, Timestamp};
use uuid::Uuid;

use super::{Error, column, nullable, optional_text, table, text};
use crate::sign_in_log::{SignInKind, SignInRecord, SignInStatus};

const TABLE: &str = "sign_in";
/// Every column with its type, in the order in which rows are written and read.
const COLUMNS: [(&str, Type); 15] = [
    ("tenant_id", Type::Guid),
    ("at_millis", Type::Int),
    ("id", Type::Guid),
    ("kind", Type::Int),
    ("number", Type::Int),
    ("reason", Type::Text),
    ("correlation_id", Type::Guid),
    ("app_id", Type::Guid),
    ("principal_id", Type::Guid),
    ("person_id", Type::Guid),
    ("resource_app_id", Type::Guid),
    ("grant_type", Type::Text),
    ("address", Type::Text),
    ("user_agent", Type::Text),
    ("token_id", Type::Text),
];
/// The columns that are never null.
const REQUIRED: [&str; 6] = ["tenant_id", "at_millis", "id", "kind", "number", "correlation_id"];
/// The number of a success, in place of one behind `AADSTS`.
const SUCCESS: i64 = 0;
/// The most characters of a text that a caller chose.
const MOST_CHARS: usize = 400;

/// Which sign-ins are wanted; a part that is `None` wants all.
#[derive(Debug, Clone, Default)]
pub(crate) struct SignInFilter {
    /// This one alone.
    pub(crate) only: Option<Place>,
    /// Not before this time.
    pub(crate) from: Option<Timestamp>,
    /// Before this time.
    pub(crate) until: Option<Timestamp>,
    /// Of this application.
    pub(crate) application: Option<AppId>,
    /// Of this person.
    pub(crate) person: Option<ObjectId>,
    /// With this correlation id.
    pub(crate) correlation_id: Option<Uuid>,
    /// With this number behind `AADSTS`; 0 for a success.
    pub(crate) number: Option<u32>,
    /// Of these kinds; empty wants all.
    pub(crate) kinds: Vec<SignInKind>,
}

/// The last sign-in of a page, behind which the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// When.
    pub(crate) at: Timestamp,
    /// Its id.
    pub(crate) id: Uuid,
}

impl Place {
    /// The place of a sign-in by its id, which begins with the moment (UUID version 7, RFC 9562 section 5.7).
    pub(crate) fn of(id: Uuid) -> Self {
        let (first, _) = id.as_u64_pair();
        Self {
            at: Timestamp::from_millis((first >> 16).cast_signed()),
            id,
        }
    }
}

pub(super) fn tables() -> Vec<CreateTable> {
    let definition = |(name, ty): (&'static str, Type)| {
        if REQUIRED.contains(&name) {
            column(name, ty)
        } else {
            nullable(name, ty)
        }
    };
    let columns = COLUMNS.into_iter().map(definition).collect();
    vec![table(TABLE, columns, &["tenant_id", "at_millis", "id"])]
}

/// Statements that add the records. Each takes a power of two of them, so that few texts are prepared and kept.
pub(crate) fn insert<'a>(records: impl ExactSizeIterator<Item = &'a SignInRecord>) -> Vec<Statement> {
    let mut rows = records.map(row);
    let mut statements = Vec::new();
    while let Some(most) = rows.len().checked_ilog2() {
        let insert = Insert {
            table: TABLE.into(),
            columns: COLUMNS.iter().map(|&(name, _)| name.into()).collect(),
            rows: rows.by_ref().take(1 << most).collect(),
            returning: Vec::new(),
        };
        statements.push(Statement::new(Sql::Insert(insert)));
    }
    statements
}

/// One page of a tenant's sign-ins, or of those of no tenant, the newest first.
pub(crate) async fn page(
    database: &Database,
    tenant: Option<TenantId>,
    filter: &SignInFilter,
    after: Option<Place>,
    most: u64,
) -> Result<Vec<SignInRecord>, Error> {
    let mut conditions = vec![is("tenant_id", log_id(tenant))];
    conditions.extend(wanted(filter));
    conditions.extend(after.map(behind));
    let select = Select {
        columns: COLUMNS
            .iter()
            .map(|&(name, ty)| Column {
                expr: cell(name),
                ty,
                alias: None,
            })
            .collect(),
        from: Some(Source::Table {
            table: TABLE.into(),
            alias: "s".into(),
        }),
        filter: Some(Expr::And(conditions)),
        order_by: ["at_millis", "id"].map(descending).into(),
        limit: Some(most),
        ..Select::default()
    };
    let rows = database.query(&Statement::new(Sql::Select(select))).await?;
    rows.iter().map(read).collect()
}

/// The tenant behind this one that has sign-ins, and when its oldest was. In the order of the key, so that each is found
/// by one descent.
pub(crate) async fn next_tenant(database: &Database, behind: Uuid) -> Result<Option<(Uuid, Timestamp)>, Error> {
    first(
        database,
        Statement::fixed(
            "SELECT s.tenant_id, s.at_millis FROM {sign_in} s WHERE s.tenant_id > $1 \
             ORDER BY s.tenant_id, s.at_millis, s.id LIMIT 1",
            vec![Value::Guid(behind)],
            &[Type::Guid, Type::Int],
        ),
    )
    .await
}

/// Deletes the oldest of a tenant's sign-ins before a time, at most a thousand.
pub(crate) fn delete_before(tenant: Uuid, end: Timestamp) -> Statement {
    Statement::fixed(
        "DELETE FROM {sign_in} WHERE tenant_id = $1 AND at_millis < $2 AND id IN (SELECT s.id FROM {sign_in} s \
         WHERE s.tenant_id = $1 AND s.at_millis < $2 ORDER BY s.at_millis, s.id LIMIT 1000)",
        vec![Value::Guid(tenant), Value::Int(end.millis())],
        &[],
    )
}

async fn first(database: &Database, statement: Statement) -> Result<Option<(Uuid, Timestamp)>, Error> {
    let rows = database.query(&statement).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some((row.guid(0)?, Timestamp::from_millis(row.int(1)?))))
}

fn wanted(filter: &SignInFilter) -> Vec<Expr> {
    let millis = |at: Timestamp| Value::Int(at.millis());
    let guid = |name, id: Option<Uuid>| id.map(|id| is(name, Value::Guid(id)));
    let kinds = filter
        .kinds
        .iter()
        .map(|&kind| is("kind", Value::Int(kind_number(kind))));
    let only = |place: Place| {
        let at = compare("at_millis", Comparison::Eq, millis(place.at));
        Expr::And(vec![at, is("id", Value::Guid(place.id))])
    };
    let single = [
        filter.only.map(only),
        filter.from.map(|at| compare("at_millis", Comparison::Ge, millis(at))),
        filter.until.map(|at| compare("at_millis", Comparison::Lt, millis(at))),
        guid("app_id", filter.application.map(AppId::uuid)),
        guid("person_id", filter.person.map(ObjectId::uuid)),
        guid("correlation_id", filter.correlation_id),
        filter.number.map(|number| is("number", Value::Int(i64::from(number)))),
        (!filter.kinds.is_empty()).then(|| Expr::Or(kinds.collect())),
    ];
    single.into_iter().flatten().collect()
}

/// Older than a place: the first condition is what the key is searched by, the second tells those of one moment apart.
fn behind(place: Place) -> Expr {
    let at = || Value::Int(place.at.millis());
    Expr::And(vec![
        compare("at_millis", Comparison::Le, at()),
        Expr::Or(vec![
            compare("at_millis", Comparison::Lt, at()),
            compare("id", Comparison::Lt, Value::Guid(place.id)),
        ]),
    ])
}

fn log_id(tenant: Option<TenantId>) -> Value {
    Value::Guid(tenant.map_or(Uuid::nil(), TenantId::uuid))
}

fn cell(name: &'static str) -> Expr {
    Expr::Column {
        of: "s".into(),
        name: name.into(),
    }
}

fn is(name: &'static str, value: Value) -> Expr {
    compare(name, Comparison::Eq, value)
}

fn compare(name: &'static str, op: Comparison, value: Value) -> Expr {
    Expr::Compare {
        op,
        left: Box::new(cell(name)),
        right: Box::new(Expr::Value(value)),
    }
}

fn descending(name: &'static str) -> Order {
    Order {
        expr: cell(name),
        descending: true,
    }
}

fn row(record: &SignInRecord) -> Vec<Expr> {
    let guid = |id: Option<Uuid>| id.map_or(Value::Null, Value::Guid);
    let chosen = |text: Option<&str>| optional_text(text.map(printable).as_deref());
    let (number, reason) = match &record.status {
        SignInStatus::Success => (SUCCESS, Value::Null),
        SignInStatus::Refused { number, reason } => (i64::from(*number), text(printable(reason))),
    };
    let cells = [
        log_id(record.tenant),
        Value::Int(record.at.millis()),
        Value::Guid(record.id),
        Value::Int(kind_number(record.kind)),
        Value::Int(number),
        reason,
        Value::Guid(record.correlation_id),
        guid(record.unverified_application.map(AppId::uuid)),
        guid(record.principal.map(ObjectId::uuid)),
        guid(record.person.map(ObjectId::uuid)),
        guid(record.resource.map(AppId::uuid)),
        chosen(record.grant_type.as_deref()),
        record.address.map_or(Value::Null, |address| text(address.to_string())),
        chosen(record.user_agent.as_deref()),
        optional_text(record.token_id.as_deref()),
    ];
    cells.into_iter().map(Expr::Value).collect()
}

/// A text as it may be kept: `PostgreSQL` takes no nul, and one record must not spoil the transaction of others.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|char| !char.is_control())
        .take(MOST_CHARS)
        .collect()
}

fn read(row: Row<'_>) -> Result<SignInRecord, Error> {
    let owned = |at| -> Result<Option<String>, Error> { Ok(row.optional_text(at)?.map(str::to_owned)) };
    let number = u32::try_from(row.int(4)?)
        .ok()
        .ok_or(Error::Unknown { what: "status" })?;
    Ok(SignInRecord {
        tenant: Some(row.guid(0)?).filter(|id| !id.is_nil()).map(TenantId::from),
        at: Timestamp::from_millis(row.int(1)?),
        id: row.guid(2)?,
        kind: kind(row.int(3)?)?,
        status: match owned(5)? {
            None => SignInStatus::Success,
            Some(reason) => SignInStatus::Refused { number, reason },
        },
        correlation_id: row.guid(6)?,
        unverified_application: row.optional_guid(7)?.map(AppId::from),
        principal: row.optional_guid(8)?.map(ObjectId::from),
        person: row.optional_guid(9)?.map(ObjectId::from),
        resource: row.optional_guid(10)?.map(AppId::from),
        grant_type: owned(11)?,
        address: row.optional_text(12)?.and_then(|address| address.parse().ok()),
        user_agent: owned(13)?,
        token_id: owned(14)?,
    })
}

fn kind_number(kind: SignInKind) -> i64 {
    match kind {
        SignInKind::InteractiveUser => 1,
        SignInKind::NonInteractiveUser => 2,
        SignInKind::ServicePrincipal => 3,
    }
}

fn kind(number: i64) -> Result<SignInKind, Error> {
    match number {
        1 => Ok(SignInKind::InteractiveUser),
        2 => Ok(SignInKind::NonInteractiveUser),
        3 => Ok(SignInKind::ServicePrincipal),
        _ => Err(Error::Unknown {
            what: "kind of sign-in",
        }),
    }
}

#[cfg(test)]
mod tests;
