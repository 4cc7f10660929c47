//! Which applications a session was used for.
//!
//! In: a session and an application. Out: the applications of a session. Invariant: one row for each.

use db::sql::CreateTable;
use db::{Database, Statement, Type, Value};
use oauth::{AppId, Timestamp};
use uuid::Uuid;

use super::{Error, column, table, time};

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("session_id", Type::Guid),
        column("app_id", Type::Guid),
        column("created_at", Type::Int),
    ];
    vec![table("session_application", columns, &["session_id", "app_id"])]
}

/// Once is enough.
pub(crate) fn insert(session: Uuid, app_id: AppId, created_at: Timestamp) -> Statement {
    Statement::fixed(
        "INSERT INTO {session_application} (session_id, app_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        vec![Value::Guid(session), Value::Guid(app_id.uuid()), time(created_at)],
        &[],
    )
}

pub(crate) fn delete(session: Uuid) -> Statement {
    Statement::fixed(
        "DELETE FROM {session_application} WHERE session_id = $1",
        vec![Value::Guid(session)],
        &[],
    )
}

/// Forgets sessions that nobody can have any more.
pub(crate) fn delete_before(time_seconds: Timestamp) -> Statement {
    Statement::fixed(
        "DELETE FROM {session_application} WHERE created_at < $1",
        vec![time(time_seconds)],
        &[],
    )
}

/// The applications that a session was used for.
pub(crate) async fn list(database: &Database, session: Uuid) -> Result<Vec<AppId>, Error> {
    let statement = Statement::fixed(
        "SELECT a.app_id FROM {session_application} a WHERE a.session_id = $1 ORDER BY a.app_id",
        vec![Value::Guid(session)],
        &[Type::Guid],
    );
    let rows = database.query(&statement).await?;
    rows.iter().map(|row| Ok(AppId::from(row.guid(0)?))).collect()
}
