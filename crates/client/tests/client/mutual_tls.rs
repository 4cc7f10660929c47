//! Mutual TLS (RFC 8705): a service that speaks to nobody without a certificate.

use std::{net::SocketAddr, sync::Arc};

use axum::{Router, extract::Request, response::IntoResponse as _, serve::Listener};
use commonhold_client::{Application, Credential, Error, Options, Row, Secret};
use rcgen::{CertificateParams, KeyPair};
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    server::WebPkiClientVerifier,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::script::{APP_ID, Reply, TENANT, secret};

/// A self-signed certificate with its key.
struct Identity {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Identity {
    fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec![name.to_owned()])
            .unwrap()
            .self_signed(&key)
            .unwrap();
        Self { certificate, key }
    }

    fn pem(&self) -> Secret<String> {
        Secret::new(format!("{}{}", self.key.serialize_pem(), self.certificate.pem()))
    }
}

/// Connections whose other end has shown its certificate.
struct Proven {
    tcp: TcpListener,
    tls: TlsAcceptor,
}

impl Listener for Proven {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let Ok((stream, address)) = self.tcp.accept().await else {
                continue;
            };
            if let Ok(proven) = self.tls.accept(stream).await {
                return (proven, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

/// A service for the holder of one certificate; gives its origin.
async fn start(own: &Identity, client: &Identity) -> String {
    let mut trusted = RootCertStore::empty();
    trusted.add(client.certificate.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(trusted), Arc::clone(&provider));
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.key.serialize_der()));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(vec![own.certificate.der().clone()], key)
        .unwrap();
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("https://localhost:{}", tcp.local_addr().unwrap().port());
    let tls = TlsAcceptor::from(Arc::new(config));
    let router = Router::new().fallback(async |request: Request| {
        if request.uri().path().ends_with("/token") {
            let token = r#"{"token_type":"Bearer","expires_in":3599,"access_token":"bound"}"#;
            return Reply::status(200).body(token).into_response();
        }
        Reply::status(200).body(r#"{"value":[{"name":"A"}]}"#).into_response()
    });
    tokio::spawn(async move { axum::serve(Proven { tcp, tls }, router).await });
    origin
}

async fn rows(origin: &str, trust: &Identity, credential: Credential) -> Result<usize, Error> {
    let options = Options {
        trust: vec![trust.certificate.pem().into_bytes()],
        retries: commonhold_client::Retries {
            most_attempts: 1,
            ..commonhold_client::Retries::default()
        },
        ..Options::default()
    };
    let application = Application::new(APP_ID, credential, options)?;
    let environment = application.environment_in(TENANT, origin, origin)?;
    Ok(environment.list::<Row>("accounts", "").await?.rows.len())
}

#[tokio::test]
async fn the_certificate_is_shown_on_the_connection() {
    let (server, client, stranger) = (
        Identity::new("localhost"),
        Identity::new("client"),
        Identity::new("client"),
    );
    let origin = start(&server, &client).await;
    for credential in [secret(), Credential::mutual_tls(stranger.pem())] {
        let refused = rows(&origin, &server, credential).await;
        assert!(matches!(refused, Err(Error::Unreachable { .. })), "{refused:?}");
    }
    let distrusted = rows(&origin, &stranger, Credential::mutual_tls(client.pem())).await;
    assert!(matches!(distrusted, Err(Error::Unreachable { .. })), "{distrusted:?}");
    assert_eq!(
        rows(&origin, &server, Credential::mutual_tls(client.pem()))
            .await
            .unwrap(),
        1
    );
}
