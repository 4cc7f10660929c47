//! Functions and actions of Dataverse that are more than rows: one file each, found by name here.
//!
//! In: a name, the request's parameters, and who calls. Out: the JSON of a result, or nothing for an action that answers
//! 204. Invariant: a name that is not in the two tables is refused by name.

mod current_organization;
mod role_privileges;
mod user_privileges;
mod version;
mod who_am_i;

use std::sync::Arc;

use bytes::Bytes;
use odata::{Arguments, QueryOptions, Segment, json::Writer};

use crate::{
    caller::Caller,
    data_service::Door,
    environment::Environment,
    error::Error,
    http::{Asked, NAMESPACE},
};

pub(crate) use who_am_i::{WHO_AM_I, who_am_i};

/// Runs a function; its JSON.
pub(crate) async fn call(
    environment: &Environment,
    caller: &Caller,
    asked: &Asked,
    name: &str,
) -> Result<Bytes, Error> {
    match (asked.url.path.segments.as_slice(), name) {
        ([own], version::NAME) => version::retrieve(without_options(asked)?, own),
        ([own], current_organization::NAME) => {
            current_organization::retrieve(environment, without_options(asked)?, own)
        }
        ([bound_to, own], user_privileges::NAME) => {
            user_privileges::retrieve(environment, caller, without_options(asked)?, (bound_to, own)).await
        }
        // A table that is misspelt comes here too, with the options of a query.
        _ => Err(unknown(name)),
    }
}

/// Runs an action that answers nothing.
pub(crate) async fn act(
    door: &Door,
    environment: &Arc<Environment>,
    caller: &Caller,
    asked: &Asked,
    name: &str,
) -> Result<(), Error> {
    match (asked.url.path.segments.as_slice(), role_privileges::change(name)) {
        (
            [
                bound_to,
                Segment::Named {
                    arguments: Arguments::Absent,
                    ..
                },
            ],
            Some(change),
        ) => role_privileges::run(door, environment, caller, without_options(asked)?, (bound_to, change)).await,
        _ => Err(unknown(name)),
    }
}

/// Begins a result: `{"@odata.context":"…/$metadata#Microsoft.Dynamics.CRM.<name>Response"`.
fn result(asked: &Asked, name: &str) -> Writer {
    let mut writer = Writer::with_capacity(512);
    writer.begin_object();
    writer.name("@odata.context");
    writer.string(&format!("{}/$metadata#{NAMESPACE}{name}Response", asked.root));
    writer
}

/// The error for a name that is in no table, or not where it belongs.
fn unknown(name: &str) -> Error {
    Error::UnknownSegment {
        segment: name.to_owned(),
    }
}

/// Refuses query options: a result has no columns to select.
fn without_options(asked: &Asked) -> Result<&Asked, Error> {
    if asked.url.options == QueryOptions::default() {
        return Ok(asked);
    }
    Err(Error::NotSupported {
        what: "query options of a function or action are not supported".to_owned(),
    })
}

/// Refuses parameters of a function that has none.
fn without_parameters(segment: &Segment) -> Result<(), Error> {
    match segment {
        Segment::Named {
            arguments: Arguments::Absent | Arguments::Empty,
            ..
        } => Ok(()),
        Segment::Named { name, .. } => Err(Error::InvalidArgument {
            what: format!("the function `{name}` has no parameters"),
        }),
        Segment::Ref | Segment::Count | Segment::Value | Segment::Metadata | Segment::Batch => {
            Err(Error::InvalidArgument {
                what: "the function has no parts".to_owned(),
            })
        }
    }
}
