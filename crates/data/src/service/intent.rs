//! From method and body to what is to be attempted.
//!
//! In: a request that changes something. Out: [`Attempts`]. Invariant: pure, but for the key of a new row.

use odata::{Member, Payload, Segment};

use crate::{
    catalogue::Catalogue,
    environment::Environment,
    error::Error,
    http::{Asked, Operation},
    plan::{self, Action, Attempts, Conditions, Context, RowKey, WritePlan},
};

/// Plans a write.
pub(super) fn attempts(
    environment: &Environment,
    context: &Context<'_>,
    asked: &Asked,
    operation: Operation<'_>,
) -> Result<Attempts, Error> {
    let url = &asked.url;
    let conditions = Conditions {
        if_match: asked.if_match,
        if_none_match: asked.if_none_match,
    };
    let new_id = || oauth::random::uuid_v7(environment.random.as_ref(), environment.clock.now());
    match operation {
        Operation::Update => {
            let payload = payload(asked)?;
            let planned = plan::update(context, url, &payload, conditions, new_id());
            planned.map_err(|error| in_payload(error, &payload, asked))
        }
        Operation::Create => unconditional(asked, || {
            let payload = payload(asked)?;
            let planned = plan::create(context, url, &payload, &new_id);
            planned.map_err(|error| in_payload(error, &payload, asked))
        }),
        Operation::PutProperty => unconditional(asked, || {
            let planned = plan::put_property(context, url, &payload(asked)?).map(Attempts::one);
            planned.map_err(|error| in_value(error, asked))
        }),
        Operation::AddReference => unconditional(asked, || {
            plan::add_reference(context, url, &reference(asked)?, new_id()).map(Attempts::one)
        }),
        Operation::SetReference => unconditional(asked, || {
            plan::set_reference(context, url, &reference(asked)?).map(Attempts::one)
        }),
        Operation::Delete | Operation::DeleteProperty | Operation::RemoveReference => {
            without_body(asked)?;
            plan::delete(context, url, conditions).map(Attempts::one)
        }
        Operation::ServiceDocument
        | Operation::Read
        | Operation::Function(_)
        | Operation::Action(_)
        | Operation::Batch => Err(Error::MethodNotAllowed {
            what: "this operation changes nothing".to_owned(),
        }),
    }
}

/// Conditions belong to rows that may be there already.
fn unconditional(asked: &Asked, plan: impl FnOnce() -> Result<Attempts, Error>) -> Result<Attempts, Error> {
    if asked.if_match.is_some() || asked.if_none_match.is_some() {
        let what = "`If-Match` and `If-None-Match` are for `PATCH` and `DELETE` of a row".to_owned();
        return Err(Error::InvalidArgument { what });
    }
    plan()
}

/// The body as an object of properties.
fn payload(asked: &Asked) -> Result<Payload, Error> {
    Payload::parse(&asked.body).map_err(|source| Error::Payload {
        entity_set: entity_set(asked),
        source,
    })
}

/// The body as the address of a row.
fn reference(asked: &Asked) -> Result<String, Error> {
    odata::reference(&asked.body).map_err(|source| Error::Payload {
        entity_set: entity_set(asked),
        source,
    })
}

/// What is wrong with a member of the body is told in other words than what is wrong with the URL.
#[expect(clippy::wildcard_enum_match_arm, reason = "every other error is told as it is")]
fn in_payload(error: Error, payload: &Payload, asked: &Asked) -> Error {
    let stands_in_body = |name: &str| payload.members.iter().any(|member| names(member, name));
    match error {
        Error::UnknownProperty { property, table } if stands_in_body(&property) => Error::UndeclaredMember {
            member: property,
            table,
            entity_set: entity_set(asked),
        },
        Error::WrongType {
            column,
            value,
            expected,
        } if stands_in_body(&column) => Error::WrongMember {
            entity_set: entity_set(asked),
            column,
            value,
            expected,
        },
        other => other,
    }
}

/// Likewise, where the body is one value.
#[expect(clippy::wildcard_enum_match_arm, reason = "every other error is told as it is")]
fn in_value(error: Error, asked: &Asked) -> Error {
    match error {
        Error::WrongType {
            column,
            value,
            expected,
        } => Error::WrongMember {
            entity_set: entity_set(asked),
            column,
            value,
            expected,
        },
        other => other,
    }
}

fn names(member: &Member, property: &str) -> bool {
    match member {
        Member::Property { name, .. } | Member::Bind { navigation: name, .. } => name == property,
        Member::Annotation { target, .. } => target.as_deref() == Some(property),
    }
}

fn without_body(asked: &Asked) -> Result<(), Error> {
    if asked.body.is_empty() {
        return Ok(());
    }
    Err(Error::InvalidArgument {
        what: "`DELETE` takes no body".to_owned(),
    })
}

/// The first segment, by which Dataverse tells developers where a payload went wrong.
fn entity_set(asked: &Asked) -> String {
    match asked.url.path.segments.first() {
        Some(Segment::Named { name, .. }) => name.clone(),
        Some(Segment::Ref | Segment::Count | Segment::Value | Segment::Metadata | Segment::Batch) | None => {
            String::new()
        }
    }
}

/// Whether the error says that the very row which the plan updates is not there, and not one that it points to.
pub(super) fn is_about(error: &Error, plan: &WritePlan, catalogue: &Catalogue) -> bool {
    let Action::Update { row, .. } = &plan.action else {
        return false;
    };
    let own = catalogue.table(plan.table).logical_name.as_str();
    match (error, row) {
        (Error::NotFound { table, id }, RowKey::Id(own_id)) => table == own && id == own_id,
        (Error::KeyNotFound { table }, RowKey::Alternate { .. }) => table == own,
        _ => false,
    }
}
