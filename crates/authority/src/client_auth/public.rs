//! Clients that cannot keep a credential: programs on people's machines and pages in browsers.
//!
//! In: an application and the fact that no credential came. Out: the proof that is none. INVARIANT: an application that
//! holds credentials is asked for one unless its owner declared it public or registered an address of such a client.

use oauth::{ClientCredential, ClientProof, GrantType};

use super::Asked;
use crate::application::Client;
use crate::refusal::{AssertionRefusal, GrantRefusal, Refusal};
use crate::registration::{ClientType, RedirectKind};

/// Whoever has no credential cannot have sent a right one: telling so helps more than "wrong secret".
pub(super) fn no_credential_of_a_public_client(asked: &Asked<'_>) -> Result<(), Refusal> {
    let sent = asked.call.request.credential != ClientCredential::None;
    if sent && may_do_without(asked.client) && has_none(asked.client) {
        let application = asked.application();
        return Err(AssertionRefusal::PublicClient { application }.into());
    }
    Ok(())
}

/// Takes a call without credential from an application that may do without.
pub(super) fn check(asked: &Asked<'_>) -> Result<ClientProof, Refusal> {
    if may_do_without(asked.client) {
        Ok(ClientProof::None)
    } else if asked.call.request.grant_type == GrantType::ClientCredentials {
        Err(Refusal::CredentialMissing)
    } else {
        Err(GrantRefusal::ClientUnproved.into())
    }
}

/// Whether an application may send no credential.
pub(super) fn may_do_without(client: &Client) -> bool {
    let registration = &client.application.registration;
    let declared = registration.protocol.client_type == ClientType::Public;
    let mut uris = registration.redirect_uris.iter();
    declared || uris.any(|uri| matches!(uri.kind, RedirectKind::Spa | RedirectKind::PublicClient))
}

fn has_none(client: &Client) -> bool {
    client.secrets.is_empty() && client.certificates.is_empty() && client.federated.is_empty()
}
