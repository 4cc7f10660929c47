//! `RetrieveVersion`: the version of the service, of which clients read the first two numbers.
//!
//! In: nothing. Out: a version of four numbers. Invariant: it begins with the newest version in the URLs that are served.

use bytes::Bytes;
use odata::Segment;

use crate::{
    error::Error,
    functions::{result, without_parameters},
    http::Asked,
};

/// Its name.
pub(super) const NAME: &str = "RetrieveVersion";

/// A version as the cloud service writes it, of the time of the documentation that this service follows.
pub(super) const VERSION: &str = "9.2.25032.161";

/// Answers it.
pub(super) fn retrieve(asked: &Asked, own: &Segment) -> Result<Bytes, Error> {
    without_parameters(own)?;
    let mut writer = result(asked, NAME);
    writer.name("Version");
    writer.string(VERSION);
    Ok(writer.finish())
}
