//! Applications by the many, for lists.
//!
//! In: a tenant and a stretch, or application ids. Out: applications with when they were made. Invariant: in the order
//! of object ids.

use std::collections::HashMap;
use std::sync::Arc;

use db::sql::{Expr, Select, Source, Sql};
use db::{Database, Row, Statement, Type, Value};
use oauth::{AppId, TenantId, Timestamp};
use uuid::Uuid;

use super::narrow::{self, Field, Stretch, ascending, behind, equal, named, selected};
use super::{Error, application};
use crate::application::Application;

/// An application with what only lists show.
#[derive(Debug, Clone)]
pub(crate) struct ListedApplication {
    pub(crate) application: Application,
    pub(crate) created_at: Timestamp,
}

/// One stretch of the applications registered in a tenant.
pub(crate) async fn stretch(
    database: &Database,
    tenant: TenantId,
    stretch: Stretch<'_>,
) -> Result<Vec<ListedApplication>, Error> {
    let mut conditions = vec![
        equal(named("a", "tenant_id"), Value::Guid(tenant.uuid())),
        behind(named("a", "object_id"), stretch.after),
    ];
    conditions.extend(narrow::condition(stretch.narrow, &field));
    select(database, Expr::And(conditions), Some(stretch.most)).await
}

/// Where the table has what lists are narrowed by.
fn field(field: Field) -> Option<Expr> {
    match field {
        Field::Id => Some(named("a", "object_id")),
        Field::AppId => Some(named("a", "app_id")),
        Field::Name => Some(named("a", "display_name_folded")),
        Field::Upn | Field::GivenName | Field::Surname | Field::Mail | Field::Enabled | Field::Role => None,
    }
}

/// The applications of these ids, wherever they are registered.
pub(crate) async fn of_ids(database: &Database, ids: &[AppId]) -> Result<Vec<ListedApplication>, Error> {
    let list: Arc<[Uuid]> = ids.iter().map(|id| id.uuid()).collect();
    let expr = Box::new(named("a", "app_id"));
    select(database, Expr::InGuids { expr, list }, None).await
}

async fn select(database: &Database, filter: Expr, limit: Option<u64>) -> Result<Vec<ListedApplication>, Error> {
    let statement = Statement::new(Sql::Select(Select {
        columns: vec![
            selected("a", "object_id", Type::Guid),
            selected("a", "tenant_id", Type::Guid),
            selected("a", "display_name", Type::Text),
            selected("a", "audience", Type::Text),
            selected("a", "token_version", Type::Int),
            selected("a", "registration", Type::Text),
            selected("a", "enabled", Type::Bool),
            selected("a", "app_id", Type::Guid),
            selected("a", "created_at", Type::Int),
        ],
        from: Some(Source::Table {
            table: "application".into(),
            alias: "a".into(),
        }),
        filter: Some(filter),
        order_by: ascending(named("a", "object_id")),
        limit,
        ..Select::default()
    }));
    let rows = database.query(&statement).await?;
    let ids: Vec<AppId> = rows
        .iter()
        .map(|row| Ok(AppId::from(row.guid(7)?)))
        .collect::<Result<_, Error>>()?;
    let mut uris = identifiers(database, &ids).await?;
    let mut read = |row: Row<'_>| {
        let app_id = AppId::from(row.guid(7)?);
        Ok(ListedApplication {
            application: application::read(app_id, row, uris.remove(&app_id).unwrap_or_default())?,
            created_at: Timestamp::from_seconds(row.int(8)?),
        })
    };
    rows.iter().map(&mut read).collect()
}

async fn identifiers(database: &Database, ids: &[AppId]) -> Result<HashMap<AppId, Vec<String>>, Error> {
    let mut uris: HashMap<AppId, Vec<String>> = HashMap::new();
    if ids.is_empty() {
        return Ok(uris);
    }
    let list: Arc<[Uuid]> = ids.iter().map(|id| id.uuid()).collect();
    let statement = Statement::new(Sql::Select(Select {
        columns: vec![selected("i", "app_id", Type::Guid), selected("i", "uri", Type::Text)],
        from: Some(Source::Table {
            table: "application_identifier".into(),
            alias: "i".into(),
        }),
        filter: Some(Expr::InGuids {
            expr: Box::new(named("i", "app_id")),
            list,
        }),
        order_by: ascending(named("i", "position")),
        ..Select::default()
    }));
    for row in database.query(&statement).await?.iter() {
        uris.entry(AppId::from(row.guid(0)?))
            .or_default()
            .push(row.text(1)?.to_owned());
    }
    Ok(uris)
}
