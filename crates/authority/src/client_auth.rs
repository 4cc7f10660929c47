//! Who asks: client authentication at the token endpoint.
//!
//! In: a token request, read but not believed. Out: [`AuthenticatedClient`].
//! INVARIANT: [`authenticate`] is its one maker. A secret of an unknown application is hashed and compared as one of a
//! known application is, so the time of the answer tells nothing.

use std::sync::{Arc, LazyLock};

use oauth::{ClientCredential, ClientProof, Secret, SecretHash, SeededRandom, Timestamp, TokenRequest};

use crate::application::{Application, ApplicationSecret, Audience, Client};
use crate::refusal::Refusal;
use crate::snapshot::Snapshot;
use crate::tenant::Tenant;

/// Proof that a request came from the application that it names, in a tenant where the application may be used.
#[derive(Debug)]
pub struct AuthenticatedClient {
    client: Arc<Client>,
    proof: ClientProof,
}

impl AuthenticatedClient {
    /// The application.
    #[must_use]
    pub fn application(&self) -> &Application {
        &self.client.application
    }

    /// How it proved itself.
    #[must_use]
    pub fn proof(&self) -> ClientProof {
        self.proof
    }
}

/// What came of comparing a secret with those of an application; the best of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Comparison {
    Wrong,
    NotYetValid,
    Expired,
    Valid,
}

/// The hash that stands in where an application is unknown or has no secret. Nothing hashes to it that anybody knows.
static NOBODYS: LazyLock<SecretHash> =
    LazyLock::new(|| SecretHash::new(&Secret::new(String::new()), &SeededRandom::new(0)));

/// Authenticates the client of a request.
pub(crate) async fn authenticate(
    snapshot: &Snapshot,
    tenant: &Tenant,
    request: &TokenRequest,
    now: Timestamp,
) -> Result<AuthenticatedClient, Refusal> {
    let found = find(snapshot, tenant, &request.unverified_client_id).await?;
    let secrets = found.as_ref().map_or(&[][..], |client| &client.secrets);
    let compared = match &request.credential {
        ClientCredential::Secret(secret) => compare(secrets, secret, now),
        ClientCredential::Assertion { .. } | ClientCredential::None => Comparison::Wrong,
    };
    let Some(client) = found else {
        let application = request.unverified_client_id.clone();
        return Err(Refusal::ApplicationNotFound {
            application,
            tenant: tenant.id.to_string(),
        });
    };
    let application = client.application.app_id.to_string();
    match (&request.credential, compared) {
        (ClientCredential::None, _) => Err(Refusal::CredentialMissing),
        (ClientCredential::Assertion { .. }, _) => Err(Refusal::AssertionKeyNotFound { application }),
        (ClientCredential::Secret(_), Comparison::Wrong) => Err(Refusal::SecretWrong { application }),
        (ClientCredential::Secret(_), Comparison::NotYetValid) => Err(Refusal::SecretNotYetValid { application }),
        (ClientCredential::Secret(_), Comparison::Expired) => Err(Refusal::SecretExpired { application }),
        (ClientCredential::Secret(_), Comparison::Valid) => Ok(AuthenticatedClient {
            client,
            proof: ClientProof::Secret,
        }),
    }
}

/// The application of this id, if it may be used in the tenant at all. Another tenant's own application is as unknown
/// here as one that does not exist: nobody is told what others have registered.
async fn find(
    snapshot: &Snapshot,
    tenant: &Tenant,
    unverified_client_id: &str,
) -> Result<Option<Arc<Client>>, Refusal> {
    let Ok(app_id) = unverified_client_id.parse() else {
        return Ok(None);
    };
    let client = snapshot.client(app_id).await?;
    Ok(client.filter(|client| match client.application.audience {
        Audience::SingleTenant => client.application.home_tenant == tenant.id,
        Audience::MultipleTenants => true,
    }))
}

/// Compares with every secret, also after one has matched.
fn compare(secrets: &[ApplicationSecret], presented: &Secret<String>, now: Timestamp) -> Comparison {
    if secrets.is_empty() {
        // The outcome is of no use; the work is what counts.
        let _ = NOBODYS.matches(presented);
        return Comparison::Wrong;
    }
    let each = secrets.iter().map(|secret| match secret.hash.matches(presented) {
        false => Comparison::Wrong,
        true if now < secret.starts_at => Comparison::NotYetValid,
        true if now >= secret.ends_at => Comparison::Expired,
        true => Comparison::Valid,
    });
    each.max().unwrap_or(Comparison::Wrong)
}
