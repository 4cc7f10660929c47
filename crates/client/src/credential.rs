//! How an application proves itself to the authority.
//!
//! In: a secret, a key with its certificate, a file, a connection's certificate, or the application's own way. Out: the
//! proof that a token request carries. Invariant: what is secret here is never printed.

use std::{fmt, future::Future, path::PathBuf, pin::Pin, sync::Arc};

use oauth::{Algorithm, AppId, AssertionSigner, Clock, Random, Secret};
use url::Url;

use crate::{Cause, Error};

mod prove;

pub(crate) use prove::{prove, tls_identity};

/// An application's proof; cheap to clone.
#[derive(Clone)]
pub struct Credential(Kind);

#[derive(Clone)]
enum Kind {
    Secret(Arc<Secret<String>>),
    Certificate(Arc<AssertionSigner>),
    FederatedFile(Arc<PathBuf>),
    MutualTls(Arc<Secret<String>>),
    Custom(Arc<dyn Prover>),
}

impl Credential {
    /// A client secret: its value, not its id (RFC 6749, section 2.3.1, in the body).
    #[must_use]
    pub fn secret(value: Secret<String>) -> Self {
        Self(Kind::Secret(Arc::new(value)))
    }

    /// A certificate: assertions signed by its key (RFC 7523). The PEM text holds the key as PKCS#8, the certificate
    /// and then its chain. With [`Algorithm::Ps256`] the certificate is named by `x5t#S256`, which Microsoft advises;
    /// with [`Algorithm::Rs256`] by `x5t`.
    pub fn certificate(pem: &Secret<String>, algorithm: Algorithm) -> Result<Self, Error> {
        let signer = AssertionSigner::from_pem(pem, algorithm)
            .map_err(|why| Error::set_up("the certificate cannot be used", why))?;
        Ok(Self(Kind::Certificate(Arc::new(signer))))
    }

    /// A federated credential: the file holds a JWT of a foreign issuer, such as a Kubernetes service account's. It is
    /// read anew for each token, because whoever writes it replaces it before it expires.
    #[must_use]
    pub fn federated_file(path: impl Into<PathBuf>) -> Self {
        Self(Kind::FederatedFile(Arc::new(path.into())))
    }

    /// Mutual TLS (RFC 8705): the certificate proves the application on the connection itself. The PEM text holds the
    /// key, the certificate and then its chain. Every server that asks for a client certificate is shown this one.
    #[must_use]
    pub fn mutual_tls(pem: Secret<String>) -> Self {
        Self(Kind::MutualTls(Arc::new(pem)))
    }

    /// The application's own way: a key in a vault, a secret that rotates.
    #[must_use]
    pub fn custom(prover: impl Prover) -> Self {
        Self(Kind::Custom(Arc::new(prover)))
    }
}

/// Only its kind.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.0 {
            Kind::Secret(_) => "secret",
            Kind::Certificate(_) => "certificate",
            Kind::FederatedFile(_) => "federated file",
            Kind::MutualTls(_) => "mutual tls",
            Kind::Custom(_) => "custom",
        };
        write!(f, "Credential({kind})")
    }
}

/// What a token request carries.
#[derive(Debug)]
pub enum Proof {
    /// `client_secret`.
    Secret(Secret<String>),
    /// `client_assertion`, a JWT (RFC 7523, section 2.2).
    Assertion(Secret<String>),
    /// Nothing: the connection proves it.
    Connection,
}

/// A request for a proof.
#[derive(Clone, Debug)]
pub struct ProofRequest {
    /// Whom to prove.
    pub app_id: AppId,
    /// The token endpoint: what an assertion names as its audience.
    pub token_endpoint: Url,
}

/// A proof under way.
pub type Proving<'a> = Pin<Box<dyn Future<Output = Result<Proof, Cause>> + Send + 'a>>;

/// An application's own way to prove itself. Asked once for each token; tokens are kept.
pub trait Prover: Send + Sync + 'static {
    /// The proof for one token request.
    fn prove<'a>(&'a self, request: &'a ProofRequest) -> Proving<'a>;
}

/// Time and chance for an assertion.
pub(crate) struct Now<'a> {
    pub(crate) clock: &'a dyn Clock,
    pub(crate) random: &'a dyn Random,
}
