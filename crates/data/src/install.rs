//! The making of an environment.
//!
//! In: an address and a [`Founding`]. Out: a database with the catalogue's tables and the first rows: organization,
//! currency, root business unit with its default team, privileges, built-in roles, and the first administrators.
//! Invariant: all of it is one transaction; a database that has one row has them all.

mod roles;
mod rows;

use std::collections::BTreeMap;

use db::{Commit, Database, Expect, Statement, Step, sql::Sql};
use oauth::AppId;
use uuid::Uuid;

use crate::{
    catalogue::{Catalogue, Depth, PrivilegeId, Right, Table},
    directory::ServicePrincipal,
    environment::{Address, Environments, epoch},
    error::Error,
    install::rows::{NewRow, Stamp},
    plan::Cell,
    rules::application_user,
    schema,
};

/// English, the one language of labels and messages.
const LANGUAGE: i64 = 1033;

/// What an environment is made from.
#[derive(Debug, Clone)]
pub struct Founding {
    /// Also the name of the root business unit and its default team.
    pub organization_name: String,
    /// The key of the organization row; made when none is given.
    pub organization_id: Option<Uuid>,
    /// The key of the root business unit; made when none is given.
    pub root_business_unit_id: Option<Uuid>,
    /// The currency in which amounts are kept.
    pub base_currency: Currency,
    /// Who may do everything; the first one is told as the maker of the first rows.
    pub administrators: Vec<FoundingApplication>,
}

/// An application that becomes an administrator: an application user with a custom role that holds every privilege at
/// organization depth.
#[derive(Debug, Clone)]
pub struct FoundingApplication {
    /// The application; it needs a service principal in the environment's tenant.
    pub app: AppId,
    /// The custom role's name.
    pub role_name: String,
    /// The key of the user; made when none is given.
    pub user_id: Option<Uuid>,
    /// The key of the role; made when none is given.
    pub role_id: Option<Uuid>,
}

/// A currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    /// `US Dollar`
    pub name: String,
    /// `USD`
    pub iso_code: String,
    /// `$`
    pub symbol: String,
    /// Digits behind the point that are shown, four at most.
    pub precision: u8,
}

impl Default for Currency {
    /// The US dollar.
    fn default() -> Self {
        Self { name: "US Dollar".to_owned(), iso_code: "USD".to_owned(), symbol: "$".to_owned(), precision: 2 }
    }
}

/// Makes the database and everything in it.
///
/// [`Error::ApplicationNotInDirectory`] for an administrator that the tenant does not know; [`Error::Internal`] when
/// there is an environment of this name.
pub(crate) async fn environment(
    environments: &Environments,
    address: &Address,
    founding: Founding,
) -> Result<(), Error> {
    let options = environments.options();
    let mut principals = Vec::with_capacity(founding.administrators.len());
    for FoundingApplication { app, .. } in &founding.administrators {
        let principal = options.directory.service_principal(address.tenant, *app).await?;
        principals.push(principal.ok_or(Error::ApplicationNotInDirectory { app: *app })?);
    }
    let catalogue = environments.catalogue();
    let mut new_id = || oauth::random::uuid_v7(&*options.random, options.clock.now());
    let first = First::new(founding, principals, &mut new_id);
    let stamp = Stamp { seconds: options.clock.now().seconds(), by: first.administrators.first().map(|one| one.user) };
    let steps = steps(catalogue, &first, stamp, &mut new_id)?;

    let database = database(environments, &address.database).await?;
    match database.commit(steps).await.map_err(unmade)? {
        Commit::Done(_) => Ok(()),
        Commit::Refused { step } => Err(internal(Refused { step })),
    }
}

/// A step of the installation did nothing.
#[derive(Debug, thiserror::Error)]
#[error("step {step} of the installation had no effect")]
struct Refused {
    step: usize,
}

/// A new database, or the empty one that an installation left behind when it was interrupted.
async fn database(environments: &Environments, name: &str) -> Result<Database, Error> {
    let cluster = environments.cluster();
    match cluster.create(name).await {
        Ok(database) => Ok(database),
        Err(exists @ db::Error::AlreadyExists { .. }) => {
            let database = cluster.open(name).await.map_err(unmade)?;
            match database.query(&epoch::query()).await {
                Ok(_) => Err(unmade(exists)),
                Err(source @ db::Error::Unavailable(_)) => Err(unmade(source)),
                Err(_) => Ok(database),
            }
        }
        Err(source) => Err(unmade(source)),
    }
}

fn unmade(source: db::Error) -> Error {
    match source {
        db::Error::Unavailable(_) => Error::Unavailable { doing: "making the environment", source },
        source => internal(source),
    }
}

fn internal(source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Internal { doing: "making the environment", source: Box::new(source) }
}

/// The founding with all keys made.
struct First {
    name: String,
    organization: Uuid,
    root: Uuid,
    team: Uuid,
    currency: (Uuid, Currency),
    administrators: Vec<Administrator>,
}

struct Administrator {
    user: Uuid,
    role: Uuid,
    role_name: String,
    app: AppId,
    principal: ServicePrincipal,
}

impl First {
    fn new(founding: Founding, principals: Vec<ServicePrincipal>, new_id: &mut impl FnMut() -> Uuid) -> Self {
        let administrators = founding.administrators.into_iter().zip(principals);
        Self {
            name: founding.organization_name,
            organization: founding.organization_id.unwrap_or_else(&mut *new_id),
            root: founding.root_business_unit_id.unwrap_or_else(&mut *new_id),
            team: new_id(),
            currency: (new_id(), founding.base_currency),
            administrators: administrators
                .map(|(application, principal)| Administrator {
                    user: application.user_id.unwrap_or_else(&mut *new_id),
                    role: application.role_id.unwrap_or_else(&mut *new_id),
                    role_name: application.role_name,
                    app: application.app,
                    principal,
                })
                .collect(),
        }
    }
}

fn steps(
    catalogue: &Catalogue,
    first: &First,
    stamp: Stamp,
    new_id: &mut impl FnMut() -> Uuid,
) -> Result<Vec<Step>, Error> {
    let run = |sql: Sql| Step { statement: Statement::new(sql), expect: Expect::Anything };
    let mut steps: Vec<Step> = schema::statements(catalogue).into_iter().map(run).collect();
    steps.push(epoch::begin(schema::fingerprint(catalogue)));
    steps.push(run(Sql::Advance { name: schema::VERSIONS.into() }));
    let (roles, role_privileges) = roles(catalogue, first, new_id)?;
    let tables: [(&str, Vec<NewRow>); 9] = [
        ("organization", vec![organization(first)]),
        ("transactioncurrency", vec![currency(first)]),
        ("businessunit", vec![root_unit(first)]),
        ("team", vec![default_team(first)]),
        ("systemuser", first.administrators.iter().map(|one| user(first, one)).collect()),
        ("privilege", catalogue.privileges().iter().map(privilege).collect()),
        ("role", roles),
        ("roleprivileges", role_privileges),
        ("systemuserroles", first.administrators.iter().map(|one| user_role(one, new_id())).collect()),
    ];
    let memberships = first.administrators.iter().map(|one| membership(first, one, new_id())).collect();
    for (name, rows) in tables.into_iter().chain([("teammembership", memberships)]) {
        if rows.is_empty() {
            continue;
        }
        let table: &Table = catalogue.logical_name(name).ok_or_else(|| internal(NoTable { name: name.to_owned() }))?;
        steps.push(rows::insert(catalogue, table, &rows, stamp).map_err(internal)?);
    }
    Ok(steps)
}

/// The installation needs a table that the catalogue does not have.
#[derive(Debug, thiserror::Error)]
#[error("there is no table `{name}`")]
struct NoTable {
    name: String,
}

fn organization(first: &First) -> NewRow {
    let cells = vec![
        ("name", Cell::Text(first.name.clone())),
        ("basecurrencyid", Cell::Guid(first.currency.0)),
        ("languagecode", Cell::Int(LANGUAGE)),
        ("localeid", Cell::Int(LANGUAGE)),
        ("maxuploadfilesize", Cell::Int(5_242_880)),
    ];
    NewRow { id: first.organization, cells }
}

fn currency(first: &First) -> NewRow {
    let (id, currency) = &first.currency;
    // The rate of the base currency is one; the column has ten digits behind the point.
    let cells = vec![
        ("currencyname", Cell::Text(currency.name.clone())),
        ("isocurrencycode", Cell::Text(currency.iso_code.clone())),
        ("currencysymbol", Cell::Text(currency.symbol.clone())),
        ("currencyprecision", Cell::Int(currency.precision.into())),
        ("exchangerate", Cell::Int(10_000_000_000)),
        ("organizationid", Cell::Guid(first.organization)),
    ];
    NewRow { id: *id, cells }
}

fn root_unit(first: &First) -> NewRow {
    let cells =
        vec![("name", Cell::Text(first.name.clone())), ("organizationid", Cell::Guid(first.organization))];
    NewRow { id: first.root, cells }
}

fn default_team(first: &First) -> NewRow {
    let administrator = first.administrators.first().map_or(Cell::Null, |one| Cell::Guid(one.user));
    let cells = vec![
        ("name", Cell::Text(first.name.clone())),
        ("businessunitid", Cell::Guid(first.root)),
        ("administratorid", administrator),
        ("isdefault", Cell::Bool(true)),
        ("systemmanaged", Cell::Bool(true)),
        ("organizationid", Cell::Guid(first.organization)),
        ("ownerid", Cell::Guid(first.team)),
    ];
    NewRow { id: first.team, cells }
}

fn user(first: &First, administrator: &Administrator) -> NewRow {
    let mut cells = application_user::cells(administrator.app, &administrator.principal);
    cells.extend([
        ("businessunitid", Cell::Guid(first.root)),
        ("organizationid", Cell::Guid(first.organization)),
        ("ownerid", Cell::Guid(administrator.user)),
    ]);
    NewRow { id: administrator.user, cells }
}

fn privilege(privilege: &crate::catalogue::Privilege) -> NewRow {
    let can_be = |depth| Cell::Bool(privilege.depths.contains(&depth));
    let right = privilege.on.map_or(0, |(_, right): (_, Right)| right.number());
    let cells = vec![
        ("name", Cell::Text(privilege.name.clone())),
        ("accessright", Cell::Int(right.into())),
        ("canbebasic", can_be(Depth::Basic)),
        ("canbelocal", can_be(Depth::Local)),
        ("canbedeep", can_be(Depth::Deep)),
        ("canbeglobal", can_be(Depth::Global)),
        ("canbeentityreference", Cell::Bool(false)),
        ("canbeparententityreference", Cell::Bool(false)),
    ];
    NewRow { id: privilege.id.0, cells }
}

fn roles(
    catalogue: &Catalogue,
    first: &First,
    new_id: &mut impl FnMut() -> Uuid,
) -> Result<(Vec<NewRow>, Vec<NewRow>), Error> {
    let (mut roles, mut holdings) = (Vec::new(), Vec::new());
    let mut add = |id: Uuid, name: String, template: Option<Uuid>, held: BTreeMap<PrivilegeId, Depth>| {
        let cells = vec![
            ("name", Cell::Text(name)),
            ("businessunitid", Cell::Guid(first.root)),
            ("organizationid", Cell::Guid(first.organization)),
            ("parentrootroleid", Cell::Guid(id)),
            ("roletemplateid", template.map_or(Cell::Null, Cell::Guid)),
            ("ismanaged", Cell::Bool(template.is_some())),
        ];
        roles.push(NewRow { id, cells });
        holdings.extend(held.into_iter().map(|(privilege, depth)| (id, privilege, depth)));
    };
    for role in roles::built_in(catalogue).map_err(internal)? {
        add(new_id(), role.name, Some(role.template), role.privileges);
    }
    for administrator in &first.administrators {
        add(administrator.role, administrator.role_name.clone(), None, roles::everything(catalogue));
    }
    let holding = |(role, privilege, depth): (Uuid, PrivilegeId, Depth)| NewRow {
        id: new_id(),
        cells: vec![
            ("roleid", Cell::Guid(role)),
            ("privilegeid", Cell::Guid(privilege.0)),
            ("privilegedepthmask", Cell::Int(depth.mask().into())),
        ],
    };
    Ok((roles, holdings.into_iter().map(holding).collect()))
}

fn user_role(administrator: &Administrator, id: Uuid) -> NewRow {
    let cells = vec![("systemuserid", Cell::Guid(administrator.user)), ("roleid", Cell::Guid(administrator.role))];
    NewRow { id, cells }
}

fn membership(first: &First, administrator: &Administrator, id: Uuid) -> NewRow {
    let cells = vec![("systemuserid", Cell::Guid(administrator.user)), ("teamid", Cell::Guid(first.team))];
    NewRow { id, cells }
}
