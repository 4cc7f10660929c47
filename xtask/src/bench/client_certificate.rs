//! An application's certificate, and assertions signed with its key. In: the folder of a demonstration that is not running.
//! Out: client assertions (RFC 7523), made before anything is measured.
//!
//! Invariant: what a client spends on signing is not measured; the program is asked with assertions that are ready.

use std::thread;

use anyhow::{Context, Result, anyhow};
use authority::manage::application_certificate::{self, NewCertificate};
use authority::{Algorithm, AppId, Clock as _, SystemClock};
use oauth::{JwsHeader, SigningKey, thumbprint};
use rcgen::{CertificateParams, KeyPair};
use serde::Serialize;

use super::large_directory;
use super::product::Place;

/// How long an assertion is good for: longer than a run.
const LIFE_SECONDS: i64 = 4 * 60 * 60;

/// A certificate that an application has, and its private key.
pub(super) struct ClientCertificate {
    key: SigningKey,
    thumbprint: String,
}

/// What an assertion says.
#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    jti: String,
    nbf: i64,
    exp: i64,
}

/// Gives an application a new certificate with a key of RSA-2048.
pub(super) async fn register(place: &Place<'_>, app_id: &str) -> Result<ClientCertificate> {
    let key = SigningKey::generate(Algorithm::Rs256)?;
    let pair = KeyPair::try_from(key.to_pkcs8()?.expose().as_slice())?;
    let der = CertificateParams::default().self_signed(&pair)?.der().to_vec();
    let thumbprint = thumbprint::x5t_s256(&der);
    let authority = large_directory::open(place).await?;
    let app_id: AppId = app_id.parse().ok().context("`demo.env` names no application")?;
    let new = NewCertificate {
        app_id,
        display_name: Some("bench".to_owned()),
        certificate: der,
        starts_at: None,
        ends_at: None,
    };
    application_certificate::add(&authority, &authority.operator(), new).await?;
    Ok(ClientCertificate { key, thumbprint })
}

impl ClientCertificate {
    /// So many assertions of the client for this audience, each with a `jti` of its own; made on all cores.
    pub(super) fn assertions(&self, client_id: &str, audience: &str, count: usize) -> Result<Vec<String>> {
        let cores = thread::available_parallelism()?.get();
        let sign = |core: usize| {
            let own = (core..count).step_by(cores);
            own.map(|number| self.assertion(client_id, audience, number))
                .collect::<Result<Vec<_>>>()
        };
        thread::scope(|scope| {
            let threads: Vec<_> = (0..cores).map(|core| scope.spawn(move || sign(core))).collect();
            let mut all = Vec::with_capacity(count);
            for thread in threads {
                all.extend(thread.join().map_err(|_panic| anyhow!("a signing thread failed"))??);
            }
            Ok(all)
        })
    }

    fn assertion(&self, client_id: &str, audience: &str, number: usize) -> Result<String> {
        let now = SystemClock.now();
        let header = JwsHeader {
            typ: Some("JWT"),
            x5t_s256: Some(&self.thumbprint),
            ..JwsHeader::default()
        };
        let claims = Claims {
            aud: audience,
            iss: client_id,
            sub: client_id,
            jti: format!("bench-{number}"),
            nbf: now.seconds(),
            exp: now.plus_seconds(LIFE_SECONDS).seconds(),
        };
        Ok(self.key.sign_under(&header, &claims)?)
    }
}
