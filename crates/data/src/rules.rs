//! What is special about some tables: rules for their writes, beyond what rows and roles say.
//!
//! In: a planned write. Out: the same write with what else belongs to it, or the rule that it breaks.
//! Invariant: a rule only ever narrows, or adds what follows; whether the caller may write at all is for `access`.

pub(crate) mod application_user;
mod businessunit;
mod currency;
mod draft;
mod facts;
mod organization;
mod owner;
mod person;
mod reach;
mod role;
mod role_assignment;
mod role_privileges;
mod systemuser;
mod team;
mod teammembership;
mod transactioncurrency;

use uuid::Uuid;

use crate::{
    access,
    caller::Caller,
    environment::Environment,
    error::Error,
    plan::{Action, WritePlan},
    rules::draft::Draft,
};

pub(crate) use role_privileges::{RoleChange, change_role};

/// Who writes, and where.
#[derive(Clone, Copy)]
struct Context<'a> {
    environment: &'a Environment,
    caller: &'a Caller,
}

impl Context<'_> {
    /// A key for a row that follows from a write.
    fn new_id(&self) -> Uuid {
        oauth::random::uuid_v7(&*self.environment.random, self.environment.clock.now())
    }
}

/// Applies the rules of the table that is written to.
///
/// A missing privilege is told before any rule, and a rule says nothing about a row that the caller cannot see.
pub(crate) async fn apply(environment: &Environment, caller: &Caller, plan: WritePlan) -> Result<WritePlan, Error> {
    let context = Context { environment, caller };
    let permitted = access::permit_write(caller, environment, plan.clone());
    let mut draft = Draft::new(&environment.catalogue, plan);
    permitted.map_err(|refusal| owner::explain(context, &draft, refusal))?;
    let id = facts::row_id(context, &draft).await?;
    let refusal = match decide(context, &mut draft, id).await {
        Ok(()) => return Ok(draft.plan),
        Err(refusal) => refusal,
    };
    let is_of_a_row = matches!(draft.plan.action, Action::Update { .. } | Action::Delete { .. });
    match id {
        Some(id) if is_of_a_row && !facts::is_visible(context, draft.table, id).await? => Err(Error::NotFound {
            table: draft.table.logical_name.clone(),
            id,
        }),
        _ => Err(refusal),
    }
}

/// `id`: the row that is written; `None` where an alternate key names none that the caller can see.
async fn decide(context: Context<'_>, draft: &mut Draft<'_>, id: Option<Uuid>) -> Result<(), Error> {
    if draft.table.is_security {
        draft.check_plain()?;
    }
    currency::apply(context, draft);
    match draft.table.logical_name.as_str() {
        "businessunit" => businessunit::apply(context, draft, id)?,
        "organization" => organization::apply(draft)?,
        "role" => role::apply(context, draft, id)?,
        "systemuser" => systemuser::apply(context, draft, id).await?,
        "systemuserroles" | "teamroles" => role_assignment::apply(context, draft)?,
        "team" => team::apply(context, draft, id)?,
        "teammembership" => teammembership::apply(context, draft)?,
        "transactioncurrency" => transactioncurrency::apply(context, draft, id)?,
        _ => {}
    }
    Ok(())
}
