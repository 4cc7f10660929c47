//! What a token is for.
//!
//! In: an identifier that the directory knows in a tenant. Out: [`Resource`].
//! Invariant: the resource, not the endpoint or the client, chooses the form of its tokens.

use oauth::{AppId, TokenVersion};
use uuid::Uuid;

/// A resource in a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Resource {
    /// The application that stands for it.
    pub(crate) app_id: AppId,
    /// The form of its tokens.
    pub(crate) token_version: TokenVersion,
}

/// The well-known application id of Dataverse, which all environments share.
const DATAVERSE: Uuid = Uuid::from_u128(0x0000_0007_0000_0000_c000_0000_0000_0000);

impl Resource {
    /// Any environment: tokens in the v1.0 form, as Dataverse receives them.
    pub(crate) fn environment() -> Self {
        Self {
            app_id: AppId::from(DATAVERSE),
            token_version: TokenVersion::V1,
        }
    }
}

/// The longest identifier of a resource.
const MOST_IDENTIFIER_CHARS: usize = 255;

/// Whether a text may be an identifier of a resource: printable ASCII of no great length. Nothing else is registered, so
/// nothing else is looked for, or remembered as unknown.
pub(crate) fn is_possible_identifier(text: &str) -> bool {
    (1..=MOST_IDENTIFIER_CHARS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}
