//! The access policy, in Cedar: who may do what.
//!
//! In: the policy's text, once; then persons and what they ask. Out: a [`Decision`] for each question, and [`Permitted`]
//! where every one was allowed. Invariant: nothing is allowed but by a `permit` of the text; a policy that fails while it
//! is evaluated denies, whatever the others say.

pub(crate) mod cases;
mod fault;
mod schema;

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityTypeName, EntityUid, PolicyId, PolicySet, Request,
    RestrictedExpression, Schema, ValidationMode, Validator,
};

use crate::act::{Act, Action, Asked, Resource};
use crate::person::Person;

pub use fault::{Fault, PolicyFaults};

/// The annotation that gives a policy its name.
const NAME: &str = "id";

/// A policy that has been read and checked.
pub struct Policy {
    policies: PolicySet,
    authorizer: Authorizer,
    types: Types,
    actions: HashMap<Action, EntityUid>,
}

/// The names of the schema, parsed once.
struct Types {
    user: EntityTypeName,
    tenant: EntityTypeName,
    role: EntityTypeName,
    group: EntityTypeName,
    table: EntityTypeName,
    operation: EntityTypeName,
}

/// What the policy says to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What it comes to.
    pub verdict: Verdict,
    /// The names of the policies that decided, sorted: the permits, or the forbids. None where no policy permits.
    pub by: Vec<String>,
}

/// Yes or no, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A policy permits it and none forbids it.
    Allowed,
    /// None permits it, or one forbids it.
    Denied,
    /// A policy could not be evaluated: denied.
    Failed,
}

/// The question that was not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the access policy does not let you `{act}`")]
pub struct Denied {
    /// What was asked.
    pub act: Act,
    /// What the policy said.
    pub decision: Decision,
}

/// Proof that the policy allows everything that a request asks, for the person who asks.
///
/// ```compile_fail
/// let forged = commonhold_gateway::Permitted { asked: commonhold_gateway::Asked::default() };
/// ```
#[derive(Debug)]
pub struct Permitted {
    asked: Asked,
}

impl Permitted {
    /// What is allowed.
    #[must_use]
    pub fn asked(&self) -> &Asked {
        &self.asked
    }

    /// Both, as one.
    pub(crate) fn and(mut self, further: Self) -> Self {
        self.asked.join(further.asked);
        self
    }
}

/// The one maker of [`Permitted`]: every question is put, and one that is not allowed ends it.
pub(crate) fn permit(policy: &Policy, person: &Person, asked: Asked) -> Result<Permitted, Denied> {
    if asked.acts().is_empty() {
        return Ok(Permitted { asked });
    }
    let entities = policy.entities(person);
    for act in asked.acts() {
        let decision = policy.decide_with(entities.as_ref(), person, act);
        if decision.verdict != Verdict::Allowed {
            let act = act.clone();
            return Err(Denied { act, decision });
        }
    }
    Ok(Permitted { asked })
}

impl Policy {
    /// Reads and validates a policy. `claims` are the names of the claims that a policy may look at.
    pub fn parse(text: &str, claims: &[String]) -> Result<Self, PolicyFaults> {
        let policies: PolicySet = text.parse().map_err(|errors| fault::of_text(text, &errors))?;
        let (schema, _warnings) =
            Schema::from_cedarschema_str(&schema::text(claims)).map_err(|_bad| fault::of_claims())?;
        let checked = Validator::new(schema).validate(&policies, ValidationMode::Strict);
        if !checked.validation_passed_without_warnings() {
            return Err(fault::of_schema(text, &checked));
        }
        let types = Types::new().ok_or_else(fault::of_claims)?;
        let actions = actions().ok_or_else(fault::of_claims)?;
        Ok(Self {
            policies,
            authorizer: Authorizer::new(),
            types,
            actions,
        })
    }

    /// Puts one question. A request raises several: see [`crate::Gateway`] for those.
    #[must_use]
    pub fn decide(&self, person: &Person, act: &Act) -> Decision {
        self.decide_with(self.entities(person).as_ref(), person, act)
    }

    fn decide_with(&self, entities: Option<&Entities>, person: &Person, act: &Act) -> Decision {
        let (Some(entities), Some(request)) = (entities, self.request(person, act)) else {
            return Decision {
                verdict: Verdict::Failed,
                by: Vec::new(),
            };
        };
        let answer = self.authorizer.is_authorized(&request, &self.policies, entities);
        let diagnostics = answer.diagnostics();
        // INVARIANT: Cedar leaves a policy out that fails, so a `forbid` that fails would forbid nothing.
        let failed: Vec<String> = diagnostics
            .errors()
            .map(|error| match error {
                cedar_policy::AuthorizationError::PolicyEvaluationError(error) => self.name(error.policy_id()),
            })
            .collect();
        let verdict = match answer.decision() {
            _ if !failed.is_empty() => Verdict::Failed,
            cedar_policy::Decision::Allow => Verdict::Allowed,
            cedar_policy::Decision::Deny => Verdict::Denied,
        };
        let mut by = if verdict == Verdict::Failed {
            failed
        } else {
            diagnostics.reason().map(|id| self.name(id)).collect()
        };
        by.sort();
        Decision { verdict, by }
    }

    /// The `@id` of a policy, or its place in the file.
    fn name(&self, id: &PolicyId) -> String {
        let named = self.policies.policy(id).and_then(|policy| policy.annotation(NAME));
        named.map_or_else(|| id.to_string(), str::to_owned)
    }

    fn request(&self, person: &Person, act: &Act) -> Option<Request> {
        let resource = match &act.resource {
            Resource::Table(name) => uid(&self.types.table, name),
            Resource::Operation(name) => uid(&self.types.operation, name),
        };
        let action = self.actions.get(&act.action)?.clone();
        let principal = uid(&self.types.user, &person.subject);
        Request::new(principal, action, resource, Context::empty(), None).ok()
    }

    /// The person with what belongs to them. `None` stands for no entities: nothing is allowed then.
    fn entities(&self, person: &Person) -> Option<Entities> {
        let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
        let tenant = uid(&self.types.tenant, &person.tenant);
        let claims = person.claims.iter().map(|(name, value)| (name.clone(), text(value)));
        let mut attributes = HashMap::from([
            ("tenant".to_owned(), RestrictedExpression::new_entity_uid(tenant)),
            ("issuer".to_owned(), text(&person.issuer)),
            ("claims".to_owned(), RestrictedExpression::new_record(claims).ok()?),
        ]);
        if let Some(name) = &person.name {
            attributes.insert("name".to_owned(), text(name));
        }
        let roles = person.roles.iter().map(|role| uid(&self.types.role, role));
        let groups = person.groups.iter().map(|group| uid(&self.types.group, group));
        let parents: HashSet<EntityUid> = roles.chain(groups).collect();
        let user = uid(&self.types.user, &person.subject);
        let user = Entity::new(user, attributes, parents).ok()?;
        Entities::from_entities([user], None).ok()
    }
}

impl Types {
    fn new() -> Option<Self> {
        let name = |name: &str| name.parse().ok();
        Some(Self {
            user: name("User")?,
            tenant: name("Tenant")?,
            role: name("Role")?,
            group: name("Group")?,
            table: name("Table")?,
            operation: name("Operation")?,
        })
    }
}

fn actions() -> Option<HashMap<Action, EntityUid>> {
    let of_type: EntityTypeName = "Action".parse().ok()?;
    let named = Action::ALL.map(|action| (action, uid(&of_type, action.as_str())));
    Some(named.into_iter().collect())
}

fn uid(of_type: &EntityTypeName, name: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(of_type.clone(), cedar_policy::EntityId::new(name))
}

#[cfg(test)]
mod tests;
