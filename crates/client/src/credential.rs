//! How an application proves itself to the authority.

use oauth::{AppId, Secret};

/// An application's proof.
#[derive(Debug, Clone)]
pub enum Credential {
    /// A client secret (RFC 6749, section 2.3.1, in the body).
    ClientSecret {
        /// The client id.
        client_id: AppId,
        /// The secret's value, not its id.
        secret: Secret<String>,
    },
}
