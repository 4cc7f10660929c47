//! The words of OData v4 as Dataverse and Microsoft Graph speak it: text to tree, cells to bytes.
//!
//! In: the path, the query string, the headers and the body of a request, all of them unverified text.
//! Out: trees that say what was asked ([`Request`]), and the bytes of an answer.
//! Invariant: nothing here knows a table, a database or a socket; whatever is not understood is an error that names it.

mod alias;
mod batch;
mod context;
mod cursor;
mod encoding;
mod error;
mod etag;
pub mod json;
mod literal;
mod path;
mod payload;
mod prefer;
mod print;
mod query;
mod reference;
mod request;

pub use batch::{
    Batch, BatchAnswer, BatchError, BatchItem, BatchRequest, BatchWriter, HeaderFields, PartAnswer, PartRequest,
    RequestWriter, ResponseItem, read_answers,
};
pub use context::{Cardinality, Projection, context};
pub use error::{ErrorBody, SyntaxError};
pub use etag::{ETag, IfMatch, IfNoneMatch};
pub use literal::{Date, DateTime, Literal};
pub use path::{Arguments, Path, Segment};
pub use payload::{Bind, Member, Payload, PayloadError};
pub use prefer::{Annotations, Preferences, Return};
pub use query::{
    BinaryOp, Direction, Expand, ExpandOptions, Expr, Lambda, LambdaKind, OrderBy, PrintError, PropertyPath,
    QueryOptions, Search,
};
pub use reference::{EntityReference, reference};
pub use request::Request;
