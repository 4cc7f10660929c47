//! Users: people and applications.
//!
//! In: a write of `systemuser`. Out: with what the directory tells and what follows, or the refusal.
//! Invariant: who a user is comes from the directory and never changes; a user is a member of the default team of their
//! business unit, and of no other default team.

use oauth::{AppId, ObjectId};
use uuid::Uuid;

use crate::environment::Member;
use crate::error::{Error, Rule};
use crate::plan::{Action, Cell};
use crate::rules::draft::{Draft, id_in};
use crate::rules::reach::{covers_team, demand};
use crate::rules::{Context, application_user, person};

pub(super) async fn apply(context: Context<'_>, draft: &mut Draft<'_>, id: Option<Uuid>) -> Result<(), Error> {
    let Some(id) = id else { return Ok(()) };
    let member = context.environment.security.members.get(&id);
    match (&draft.plan.action, member) {
        (Action::Create { .. }, _) => create(context, draft, id).await,
        (Action::Update { .. }, Some(member)) => update(context, draft, member),
        (Action::Delete { .. }, Some(member)) if !member.row_disabled => Err(Error::InvalidArgument {
            what: "a user must be disabled before it can be deleted".to_owned(),
        }),
        _ => Ok(()),
    }
}

async fn create(context: Context<'_>, draft: &mut Draft<'_>, id: Uuid) -> Result<(), Error> {
    match (
        draft.given_row("applicationid"),
        draft.given_row("azureactivedirectoryobjectid"),
        draft.given("domainname"),
    ) {
        (Some(app), object, _) => application(context, draft, app.into(), object).await?,
        (None, Some(object), _) => person_by_id(context, draft, object.into()).await?,
        (None, None, Some(Cell::Text(_))) => person_by_name(context, draft).await?,
        (None, None, _) => {
            let what = "a user is an application, named by `applicationid`, or a person, named by \
                        `azureactivedirectoryobjectid` or `domainname`";
            return Err(Error::InvalidArgument { what: what.to_owned() });
        }
    }
    let security = &context.environment.security;
    draft.settle_default("businessunitid", Cell::Guid(security.units().root()));
    draft.settle("organizationid", Cell::Guid(security.settings().organization));
    draft.settle("ownerid", Cell::Guid(id));
    let unit = draft
        .value("businessunitid")
        .and_then(id_in)
        .unwrap_or_else(|| security.units().root());
    join_default_team(context, draft, unit, id)
}

async fn application(
    context: Context<'_>,
    draft: &mut Draft<'_>,
    app: AppId,
    object: Option<Uuid>,
) -> Result<(), Error> {
    let environment = context.environment;
    if environment.security.by_app.contains_key(&app) {
        return Err(Error::DuplicateApplicationUser { app });
    }
    if draft
        .given("accessmode")
        .is_some_and(|mode| *mode != Cell::Int(application_user::ACCESS_MODE))
    {
        return Err(access_mode());
    }
    let principal = environment
        .directory
        .service_principal(environment.address.tenant, app)
        .await?;
    let principal = principal.ok_or(Error::ApplicationNotInDirectory { app })?;
    if object.is_some_and(|object| object != principal.object_id.uuid()) {
        let what = format!("`azureactivedirectoryobjectid` is not that of the application `{app}` in the tenant");
        return Err(Error::InvalidArgument { what });
    }
    for (column, cell) in application_user::cells(app, &principal) {
        draft.settle(column, cell);
    }
    Ok(())
}

async fn person_by_id(context: Context<'_>, draft: &mut Draft<'_>, object: ObjectId) -> Result<(), Error> {
    let environment = context.environment;
    check_new(context, object)?;
    let found = environment.directory.person(environment.address.tenant, object).await?;
    let found = found.ok_or_else(|| Error::InvalidArgument {
        what: format!("the tenant's directory has no person with the object id `{object}`"),
    })?;
    person::settle(draft, &found);
    Ok(())
}

async fn person_by_name(context: Context<'_>, draft: &mut Draft<'_>) -> Result<(), Error> {
    let Some(Cell::Text(name)) = draft.given("domainname").cloned() else {
        return Ok(());
    };
    let environment = context.environment;
    let found = environment
        .directory
        .person_by_name(environment.address.tenant, &name)
        .await?;
    let found = found.ok_or_else(|| Error::InvalidArgument {
        what: format!("the tenant's directory has no person with the name `{name}`"),
    })?;
    check_new(context, found.object_id)?;
    person::settle(draft, &found);
    Ok(())
}

fn check_new(context: Context<'_>, object: ObjectId) -> Result<(), Error> {
    if context.environment.security.by_object.contains_key(&object) {
        let what = format!("there is a user for the person `{object}` already");
        return Err(Error::Rule {
            rule: Rule::UserAlreadyExists,
            what,
        });
    }
    Ok(())
}

fn update(context: Context<'_>, draft: &mut Draft<'_>, member: &Member) -> Result<(), Error> {
    let user = &member.user;
    let is_fixed = user.app.is_some();
    if is_fixed
        && draft
            .given("accessmode")
            .is_some_and(|mode| *mode != Cell::Int(application_user::ACCESS_MODE))
    {
        return Err(access_mode());
    }
    if draft
        .given("isdisabled")
        .is_some_and(|disabled| *disabled != Cell::Bool(member.row_disabled))
    {
        if user.id == context.caller.acting().id || user.id == context.caller.real().id {
            return Err(Error::InvalidArgument {
                what: "a user cannot disable themselves".to_owned(),
            });
        }
        demand(context, "prvDisableUser", user.unit)?;
    }
    match draft.given_row("businessunitid") {
        Some(unit) if unit != user.unit => transfer(context, draft, member, unit),
        Some(_) | None => Ok(()),
    }
}

/// Into another business unit. As Dataverse does, the user's own roles end with it: they were given for the old unit.
fn transfer(context: Context<'_>, draft: &mut Draft<'_>, member: &Member, unit: Uuid) -> Result<(), Error> {
    let user = &member.user;
    demand(context, "prvReparentUser", user.unit)?;
    demand(context, "prvReparentUser", unit)?;
    for role in &member.roles {
        draft.also_disassociate("systemuserroles", [user.id, *role]);
    }
    if let Some(team) = context.environment.security.default_team(user.unit) {
        draft.also_disassociate("teammembership", [team, user.id]);
    }
    join_default_team(context, draft, unit, user.id)
}

fn join_default_team(context: Context<'_>, draft: &mut Draft<'_>, unit: Uuid, user: Uuid) -> Result<(), Error> {
    let team = context.environment.security.default_team(unit);
    let team = team.ok_or_else(|| Error::NotFound {
        table: "businessunit".to_owned(),
        id: unit,
    })?;
    covers_team(context, team)?;
    draft.also_associate("teammembership", [team, user], context.new_id());
    Ok(())
}

fn access_mode() -> Error {
    let what = "An application user's access mode cannot be changed.".to_owned();
    Error::Rule {
        rule: Rule::AccessModeIsFixed,
        what,
    }
}
