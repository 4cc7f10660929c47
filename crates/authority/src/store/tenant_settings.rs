//! What a tenant's administrators have set; no row where they have set nothing.
//!
//! In: settings. Out: the same. Invariant: both ends of a token's lifetime are there, or neither.

use std::ops::RangeInclusive;

use db::sql::CreateTable;
use db::{Database, Row, Statement, Type, Value};
use oauth::{Algorithm, TenantId};

use super::{Error, column, nullable, table, text};
use crate::issue::TokenLifetime;
use crate::tenant_settings::{TenantSettings, UserConsent};

const EVERYBODY: &str = "everybody";
const ADMINISTRATORS_ONLY: &str = "administrators_only";

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("tenant_id", Type::Guid),
        column("signing_algorithm", Type::Text),
        nullable("least_token_seconds", Type::Int),
        nullable("most_token_seconds", Type::Int),
        column("user_consent", Type::Text),
    ];
    vec![table("tenant_settings", columns, &["tenant_id"])]
}

pub(crate) fn insert(tenant: TenantId, settings: &TenantSettings) -> Statement {
    let seconds = settings.token_lifetime.as_ref().map(|lifetime| &lifetime.seconds);
    let end = |end: Option<&u32>| end.map_or(Value::Null, |&seconds| Value::Int(i64::from(seconds)));
    Statement::fixed(
        "INSERT INTO {tenant_settings} (tenant_id, signing_algorithm, least_token_seconds, most_token_seconds, user_consent) \
         VALUES ($1, $2, $3, $4, $5)",
        vec![
            Value::Guid(tenant.uuid()),
            text(settings.signing_algorithm.as_str()),
            end(seconds.map(RangeInclusive::start)),
            end(seconds.map(RangeInclusive::end)),
            text(match settings.user_consent {
                UserConsent::Everybody => EVERYBODY,
                UserConsent::AdministratorsOnly => ADMINISTRATORS_ONLY,
            }),
        ],
        &[],
    )
}

pub(crate) fn delete(tenant: TenantId) -> Statement {
    Statement::fixed(
        "DELETE FROM {tenant_settings} WHERE tenant_id = $1",
        vec![Value::Guid(tenant.uuid())],
        &[],
    )
}

/// The settings of a tenant; the default where nobody has set any.
pub(crate) async fn find(database: &Database, tenant: TenantId) -> Result<TenantSettings, Error> {
    let statement = Statement::fixed(
        "SELECT s.signing_algorithm, s.least_token_seconds, s.most_token_seconds, s.user_consent \
         FROM {tenant_settings} s WHERE s.tenant_id = $1",
        vec![Value::Guid(tenant.uuid())],
        &[Type::Text, Type::Int, Type::Int, Type::Text],
    );
    let rows = database.query(&statement).await?;
    rows.first().map_or_else(|| Ok(TenantSettings::default()), read)
}

fn read(row: Row<'_>) -> Result<TenantSettings, Error> {
    Ok(TenantSettings {
        signing_algorithm: algorithm(row.text(0)?)?,
        token_lifetime: match (row.optional_int(1)?, row.optional_int(2)?) {
            (Some(least), Some(most)) => Some(TokenLifetime {
                seconds: seconds(least)?..=seconds(most)?,
            }),
            _ => None,
        },
        user_consent: match row.text(3)? {
            EVERYBODY => UserConsent::Everybody,
            ADMINISTRATORS_ONLY => UserConsent::AdministratorsOnly,
            _ => return Err(Error::Unknown { what: "user consent" }),
        },
    })
}

fn seconds(stored: i64) -> Result<u32, Error> {
    u32::try_from(stored)
        .ok()
        .ok_or(Error::Unknown { what: "token lifetime" })
}

/// A signing algorithm by its stored name.
pub(super) fn algorithm(name: &str) -> Result<Algorithm, Error> {
    Algorithm::from_name(name).ok_or(Error::Unknown {
        what: "signing algorithm",
    })
}
