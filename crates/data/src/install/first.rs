//! The first rows of an environment.
//!
//! In: the founding with what the directory says of its administrators. Out: the steps that make tables and rows.
//! Invariant: every key is made before the first row, so that the rows can point to each other in any order.

use std::collections::BTreeMap;

use db::{Expect, Statement, Step, sql::Sql};
use oauth::AppId;
use uuid::Uuid;

use crate::{
    catalogue::{Catalogue, Depth, PrivilegeId, Table},
    directory::ServicePrincipal,
    environment::epoch,
    error::Error,
    install::{
        Currency, Founding, holding, internal, privilege,
        roles::{built_in, everything},
        rows::{self, NewRow, Stamp},
    },
    plan::Cell,
    rules::application_user,
    schema,
};

/// English, the one language of labels and messages.
const LANGUAGE: i64 = 1033;

/// The founding with all keys made.
pub(super) struct First {
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
    pub(super) fn new(
        founding: Founding,
        principals: Vec<ServicePrincipal>,
        new_id: &mut impl FnMut() -> Uuid,
    ) -> Self {
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

    /// The user whom the first rows tell as their maker.
    pub(super) fn maker(&self) -> Option<Uuid> {
        self.administrators.first().map(|one| one.user)
    }
}

/// The steps, tables first.
pub(super) fn steps(
    catalogue: &Catalogue,
    first: &First,
    stamp: Stamp,
    new_id: &mut impl FnMut() -> Uuid,
) -> Result<Vec<Step>, Error> {
    let run = |sql: Sql| Step {
        statement: Statement::new(sql),
        expect: Expect::Anything,
    };
    let mut steps: Vec<Step> = schema::statements(catalogue).into_iter().map(run).collect();
    steps.extend(epoch::begin(schema::fingerprint(catalogue)));
    steps.push(run(Sql::Advance {
        name: schema::VERSIONS.into(),
    }));
    let (roles, role_privileges) = roles(catalogue, first, new_id)?;
    let tables: [(&str, Vec<NewRow>); 9] = [
        ("organization", vec![organization(first)]),
        ("transactioncurrency", vec![currency(first)]),
        ("businessunit", vec![root_unit(first)]),
        ("team", vec![default_team(first)]),
        (
            "systemuser",
            first.administrators.iter().map(|one| user(first, one)).collect(),
        ),
        ("privilege", catalogue.privileges().iter().map(privilege).collect()),
        ("role", roles),
        ("roleprivileges", role_privileges),
        (
            "systemuserroles",
            first
                .administrators
                .iter()
                .map(|one| user_role(one, new_id()))
                .collect(),
        ),
    ];
    let memberships = first
        .administrators
        .iter()
        .map(|one| membership(first, one, new_id()))
        .collect();
    for (name, rows) in tables.into_iter().chain([("teammembership", memberships)]) {
        if rows.is_empty() {
            continue;
        }
        let table: &Table = catalogue
            .logical_name(name)
            .ok_or_else(|| internal(NoTable { name: name.to_owned() }))?;
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
    NewRow {
        id: first.organization,
        cells,
    }
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
    let cells = vec![
        ("name", Cell::Text(first.name.clone())),
        ("organizationid", Cell::Guid(first.organization)),
    ];
    NewRow { id: first.root, cells }
}

fn default_team(first: &First) -> NewRow {
    let administrator = first
        .administrators
        .first()
        .map_or(Cell::Null, |one| Cell::Guid(one.user));
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
    NewRow {
        id: administrator.user,
        cells,
    }
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
    for role in built_in(catalogue).map_err(internal)? {
        add(new_id(), role.name, Some(role.template), role.privileges);
    }
    for administrator in &first.administrators {
        add(
            administrator.role,
            administrator.role_name.clone(),
            None,
            everything(catalogue),
        );
    }
    let holdings = holdings.into_iter().map(|held| holding(new_id(), held));
    Ok((roles, holdings.collect()))
}

fn user_role(administrator: &Administrator, id: Uuid) -> NewRow {
    let cells = vec![
        ("systemuserid", Cell::Guid(administrator.user)),
        ("roleid", Cell::Guid(administrator.role)),
    ];
    NewRow { id, cells }
}

fn membership(first: &First, administrator: &Administrator, id: Uuid) -> NewRow {
    let cells = vec![
        ("systemuserid", Cell::Guid(administrator.user)),
        ("teamid", Cell::Guid(first.team)),
    ];
    NewRow { id, cells }
}
