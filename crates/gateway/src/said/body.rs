//! The body of a write: which rows it ties together.
//!
//! In: bytes that are sent on unchanged. Out: an `associate` for each end. Invariant: a row holds columns and addresses;
//! a row inside it, or an annotation that could be an instruction, is refused.

use http::Method;
use odata::{Bind, EntityReference, Member, Payload, QueryOptions};
use serde_json::Value;

use crate::act::{Action, Asked};
use crate::said::SaidError;
use crate::said::path::{Kind, Target};
use crate::surface::Surface;

/// What is done with the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BodyRule {
    /// There must be none.
    Absent,
    /// It holds values only, whatever they are: it is sent on as it comes.
    Opaque,
    /// A row of this table.
    Row(String),
    /// The address of a row of this table.
    Reference(String),
}

/// Annotations that a client sends back as it read them, and that mean nothing.
const NEUTRAL: [&str; 2] = ["odata.etag", "odata.context"];
/// Annotations of columns that are for people.
const DISPLAY: [&str; 2] = [
    "OData.Community.Display.V1.FormattedValue",
    "Microsoft.Dynamics.CRM.lookuplogicalname",
];

pub(super) fn read(
    surface: &Surface,
    rule: &BodyRule,
    unverified_body: &[u8],
    asked: &mut Asked,
) -> Result<(), SaidError> {
    match rule {
        BodyRule::Absent if unverified_body.is_empty() => Ok(()),
        BodyRule::Absent => Err(SaidError::Refused("this request has no body")),
        BodyRule::Opaque => Ok(()),
        BodyRule::Row(table) => row(surface, table, unverified_body, asked),
        BodyRule::Reference(table) => address(&odata::reference(unverified_body)?, table),
    }
}

/// `DELETE …/$ref?$id=…` names the other end in the query.
pub(super) fn reference_option(options: &QueryOptions, target: &Target<'_>, method: &Method) -> Result<(), SaidError> {
    let Some(id) = &options.id else { return Ok(()) };
    if target.kind != Kind::Reference || *method != Method::DELETE {
        return Err(SaidError::Refused(
            "`$id` says which reference to delete, and nothing else",
        ));
    }
    address(id, target.table)
}

fn row(surface: &Surface, table: &str, unverified_body: &[u8], asked: &mut Asked) -> Result<(), SaidError> {
    for member in Payload::parse(unverified_body)?.members {
        match member {
            Member::Property {
                value: Value::Object(_) | Value::Array(_),
                name,
            } => return Err(SaidError::Nested { name }),
            Member::Property { .. } => {}
            Member::Bind { navigation, bind } => {
                let target = surface.target(table, &navigation).ok_or_else(|| SaidError::Unknown {
                    table: table.to_owned(),
                    name: navigation.clone(),
                })?;
                asked.table(Action::Associate, table);
                asked.table(Action::Associate, target);
                bound(&bind, target)?;
            }
            Member::Annotation { target, name, .. } => annotation(target.as_deref(), &name)?,
        }
    }
    Ok(())
}

fn bound(bind: &Bind, target: &str) -> Result<(), SaidError> {
    match bind {
        Bind::Null => Ok(()),
        Bind::One(text) => address(text, target),
        Bind::Many(texts) => texts.iter().try_for_each(|text| address(text, target)),
    }
}

fn annotation(target: Option<&str>, name: &str) -> Result<(), SaidError> {
    let accepted = match &target {
        None => NEUTRAL.contains(&name),
        Some(_) => DISPLAY.contains(&name),
    };
    if accepted {
        Ok(())
    } else {
        Err(SaidError::Annotation {
            name: format!("{}@{name}", target.unwrap_or_default()),
        })
    }
}

/// The address is sent on as it is written, so it must be relative: the environment has another origin.
fn address(unverified_text: &str, table: &str) -> Result<(), SaidError> {
    let wrong = || SaidError::Address {
        address: unverified_text.to_owned(),
        table: table.to_owned(),
    };
    let relative = unverified_text.strip_prefix('/').unwrap_or(unverified_text);
    if relative.starts_with("api/") {
        return Err(wrong());
    }
    let reference = EntityReference::parse(relative, "/").map_err(|_not_an_address| wrong())?;
    if reference.set == table { Ok(()) } else { Err(wrong()) }
}
