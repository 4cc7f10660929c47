//! Groups and who is in them.
//!
//! In: a group, or a person. Out: groups, or ids. Invariant: a member is in a group once, and both are of one tenant.

use std::collections::BTreeSet;

use db::sql::{CreateTable, Expr, Select, Source, Sql};
use db::{Database, Row, Statement, Type, Value};
use oauth::{AppId, ObjectId, TenantId, Timestamp};

use super::narrow::{self, Field, Narrow, Stretch, ascending, behind, equal, folded, named, selected};
use super::{Error, column, nullable, optional_text, table, text, time};
use crate::group::Group;

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("tenant_id", Type::Guid),
        column("object_id", Type::Guid),
        column("display_name", Type::Text),
        column("display_name_folded", Type::Text),
        nullable("description", Type::Text),
        column("mail_nickname", Type::Text),
        column("created_at", Type::Int),
    ];
    let members = vec![
        column("tenant_id", Type::Guid),
        column("group_id", Type::Guid),
        column("member_id", Type::Guid),
    ];
    let mut group = table("group", columns, &["tenant_id", "object_id"]);
    group.unique = vec![("group_object_id".into(), vec!["object_id".into()])];
    let mut member = table("group_member", members, &["tenant_id", "group_id", "member_id"]);
    let by_member = ["tenant_id", "member_id", "group_id"];
    member.unique = vec![(
        "group_member_of".into(),
        by_member.into_iter().map(Into::into).collect(),
    )];
    vec![group, member]
}

pub(crate) fn insert(group: &Group) -> Statement {
    Statement::fixed(
        "INSERT INTO {group} (tenant_id, object_id, display_name, display_name_folded, description, mail_nickname, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        vec![
            Value::Guid(group.tenant.uuid()),
            Value::Guid(group.object_id.uuid()),
            text(&group.display_name),
            text(folded(&group.display_name)),
            optional_text(group.description.as_deref()),
            text(&group.mail_nickname),
            time(group.created_at),
        ],
        &[],
    )
}

/// Replaces names and description.
pub(crate) fn update(group: &Group) -> Statement {
    Statement::fixed(
        "UPDATE {group} SET display_name = $3, display_name_folded = $4, description = $5, mail_nickname = $6 \
         WHERE tenant_id = $1 AND object_id = $2",
        vec![
            Value::Guid(group.tenant.uuid()),
            Value::Guid(group.object_id.uuid()),
            text(&group.display_name),
            text(folded(&group.display_name)),
            optional_text(group.description.as_deref()),
            text(&group.mail_nickname),
        ],
        &[],
    )
}

/// Changes nothing, in a transaction in which the group must exist.
pub(crate) fn hold(tenant: TenantId, group: ObjectId) -> Statement {
    Statement::fixed(
        "UPDATE {group} SET created_at = created_at WHERE tenant_id = $1 AND object_id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(group.uuid())],
        &[],
    )
}

pub(crate) fn delete(tenant: TenantId, group: ObjectId) -> Statement {
    Statement::fixed(
        "DELETE FROM {group} WHERE tenant_id = $1 AND object_id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(group.uuid())],
        &[],
    )
}

pub(crate) fn delete_members(tenant: TenantId, group: ObjectId) -> Statement {
    Statement::fixed(
        "DELETE FROM {group_member} WHERE tenant_id = $1 AND group_id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(group.uuid())],
        &[],
    )
}

/// Takes a member out of every group.
pub(crate) fn delete_of_member(tenant: TenantId, member: ObjectId) -> Statement {
    Statement::fixed(
        "DELETE FROM {group_member} WHERE tenant_id = $1 AND member_id = $2",
        vec![Value::Guid(tenant.uuid()), Value::Guid(member.uuid())],
        &[],
    )
}

/// Takes the service principals of an application out of every group, in all tenants. Comes before their own deletion.
pub(crate) fn delete_of_application(app_id: AppId) -> Statement {
    Statement::fixed(
        "DELETE FROM {group_member} WHERE member_id IN \
         (SELECT p.object_id FROM {service_principal} p WHERE p.app_id = $1)",
        vec![Value::Guid(app_id.uuid())],
        &[],
    )
}

pub(crate) fn insert_member(tenant: TenantId, group: ObjectId, member: ObjectId) -> Statement {
    Statement::fixed(
        "INSERT INTO {group_member} (tenant_id, group_id, member_id) VALUES ($1, $2, $3)",
        vec![
            Value::Guid(tenant.uuid()),
            Value::Guid(group.uuid()),
            Value::Guid(member.uuid()),
        ],
        &[],
    )
}

pub(crate) fn delete_member(tenant: TenantId, group: ObjectId, member: ObjectId) -> Statement {
    Statement::fixed(
        "DELETE FROM {group_member} WHERE tenant_id = $1 AND group_id = $2 AND member_id = $3",
        vec![
            Value::Guid(tenant.uuid()),
            Value::Guid(group.uuid()),
            Value::Guid(member.uuid()),
        ],
        &[],
    )
}

/// The groups that a person is in.
pub(crate) async fn of_member(database: &Database, tenant: TenantId, member: ObjectId) -> Result<Vec<ObjectId>, Error> {
    let statement = Statement::fixed(
        "SELECT m.group_id FROM {group_member} m WHERE m.tenant_id = $1 AND m.member_id = $2 ORDER BY m.group_id",
        vec![Value::Guid(tenant.uuid()), Value::Guid(member.uuid())],
        &[Type::Guid],
    );
    ids(database, &statement).await
}

/// Which way memberships are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// To the groups that something is in.
    Up,
    /// To what is in a group.
    Down,
}

/// Everything that is reached from an object by following memberships, each once, the object itself left out: groups may
/// hold each other in a circle. One query for each level.
pub(crate) async fn reached(
    database: &Database,
    tenant: TenantId,
    from: ObjectId,
    way: Way,
) -> Result<BTreeSet<ObjectId>, Error> {
    let (near, far) = match way {
        Way::Up => ("member_id", "group_id"),
        Way::Down => ("group_id", "member_id"),
    };
    let mut reached = BTreeSet::from([from]);
    let mut level = vec![from];
    while !level.is_empty() {
        let statement = Statement::new(Sql::Select(Select {
            columns: vec![selected("m", far, Type::Guid)],
            from: Some(Source::Table {
                table: "group_member".into(),
                alias: "m".into(),
            }),
            filter: Some(Expr::And(vec![
                equal(named("m", "tenant_id"), Value::Guid(tenant.uuid())),
                Expr::InGuids {
                    expr: Box::new(named("m", near)),
                    list: level.iter().map(|id| id.uuid()).collect(),
                },
            ])),
            ..Select::default()
        }));
        let next = ids(database, &statement).await?;
        level = next.into_iter().filter(|id| reached.insert(*id)).collect();
    }
    reached.remove(&from);
    Ok(reached)
}

/// One stretch of a group's members.
pub(crate) async fn members(
    database: &Database,
    tenant: TenantId,
    group: ObjectId,
    stretch: Stretch<'_>,
) -> Result<Vec<ObjectId>, Error> {
    let statement = Statement::new(Sql::Select(Select {
        columns: vec![selected("m", "member_id", Type::Guid)],
        from: Some(Source::Table {
            table: "group_member".into(),
            alias: "m".into(),
        }),
        filter: Some(Expr::And(vec![
            equal(named("m", "tenant_id"), Value::Guid(tenant.uuid())),
            equal(named("m", "group_id"), Value::Guid(group.uuid())),
            behind(named("m", "member_id"), stretch.after),
        ])),
        order_by: ascending(named("m", "member_id")),
        limit: Some(stretch.most),
        ..Select::default()
    }));
    ids(database, &statement).await
}

/// One stretch of a tenant's groups.
pub(crate) async fn stretch(database: &Database, tenant: TenantId, stretch: Stretch<'_>) -> Result<Vec<Group>, Error> {
    let mut conditions = vec![
        equal(named("g", "tenant_id"), Value::Guid(tenant.uuid())),
        behind(named("g", "object_id"), stretch.after),
    ];
    conditions.extend(narrow::condition(stretch.narrow, &field));
    let statement = Statement::new(Sql::Select(Select {
        columns: vec![
            selected("g", "object_id", Type::Guid),
            selected("g", "display_name", Type::Text),
            selected("g", "description", Type::Text),
            selected("g", "mail_nickname", Type::Text),
            selected("g", "created_at", Type::Int),
        ],
        from: Some(Source::Table {
            table: "group".into(),
            alias: "g".into(),
        }),
        filter: Some(Expr::And(conditions)),
        order_by: ascending(named("g", "object_id")),
        limit: Some(stretch.most),
        ..Select::default()
    }));
    let read = |row: Row<'_>| -> Result<Group, Error> {
        Ok(Group {
            object_id: ObjectId::from(row.guid(0)?),
            tenant,
            display_name: row.text(1)?.to_owned(),
            description: row.optional_text(2)?.map(str::to_owned),
            mail_nickname: row.text(3)?.to_owned(),
            created_at: Timestamp::from_seconds(row.int(4)?),
        })
    };
    database.query(&statement).await?.iter().map(read).collect()
}

/// Where the table has what lists are narrowed by.
fn field(field: Field) -> Option<Expr> {
    match field {
        Field::Id => Some(named("g", "object_id")),
        Field::Name => Some(named("g", "display_name_folded")),
        Field::AppId | Field::Upn | Field::GivenName | Field::Surname | Field::Mail | Field::Enabled | Field::Role => {
            None
        }
    }
}

/// The group of this id.
pub(crate) async fn find(database: &Database, tenant: TenantId, group: ObjectId) -> Result<Option<Group>, Error> {
    let only = Stretch {
        narrow: &Narrow::id(group.uuid()),
        after: uuid::Uuid::nil(),
        most: 1,
    };
    Ok(stretch(database, tenant, only).await?.pop())
}

async fn ids(database: &Database, statement: &Statement) -> Result<Vec<ObjectId>, Error> {
    let rows = database.query(statement).await?;
    rows.iter().map(|row| Ok(ObjectId::from(row.guid(0)?))).collect()
}
