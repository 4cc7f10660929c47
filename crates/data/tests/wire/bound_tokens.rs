//! Tokens bound to a key: by DPoP (RFC 9449) and by the certificate of the connection (RFC 8705).

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use oauth::{Algorithm, Clock as _, Confirmation, JwsHeader, PeerCertificate, SigningKey, thumbprint};
use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value, json};

use crate::world::{Call, Reply, World, on_each_engine};

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Es256).unwrap());
const WHO: &str = "https://contoso.example.test/api/data/v9.2/WhoAmI";

fn jkt(key: &SigningKey) -> Confirmation {
    Confirmation::Jkt(thumbprint::jwk(&key.public_jwk(None)).unwrap())
}

/// A proof for `WhoAmI` with this token, made now.
fn claims(world: &World, token: &str, name: &str) -> Value {
    let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()));
    json!({ "jti": name, "htm": "GET", "htu": WHO, "iat": world.clock.now().seconds(), "ath": hash })
}

fn proof(key: &SigningKey, claims: &Value) -> String {
    let jwk = key.public_jwk(None);
    let header = JwsHeader {
        typ: Some("dpop+jwt"),
        jwk: Some(&jwk),
        ..JwsHeader::default()
    };
    key.sign_under(&header, claims).unwrap()
}

async fn send(world: &World, token: &str, proofs: &[&str]) -> Reply {
    let call = Call::get("WhoAmI").header("authorization", &format!("DPoP {token}"));
    let call = proofs.iter().fold(call, |call, proof| call.header("dpop", proof));
    world.send_anonymous(call).await
}

#[tokio::test]
async fn a_bound_token_is_worth_nothing_by_itself() {
    on_each_engine(async |world| {
        let token = world.bound_token(&world.admin, &jkt(&KEY));
        let reply = world.send(&token, Call::get("WhoAmI")).await;
        let message =
            "401 0x8004a104 The token is bound to a key and was sent by another scheme than its binding calls for.";
        assert_eq!(reply.error(), message);
        let challenges: Vec<_> = reply.headers.get_all("www-authenticate").iter().collect();
        assert_eq!(challenges.len(), 2, "{challenges:?}");
        assert_eq!(
            challenges[0],
            "DPoP error=\"invalid_dpop_proof\", algs=\"RS256 PS256 ES256\""
        );

        let none = "401 0x8004a104 The request does not carry exactly one dpop proof.";
        assert_eq!(send(&world, &token, &[]).await.error(), none);
        let (one, other) = (
            proof(&KEY, &claims(&world, &token, "1")),
            proof(&KEY, &claims(&world, &token, "2")),
        );
        assert_eq!(send(&world, &token, &[&one, &other]).await.error(), none);
    })
    .await;
}

#[tokio::test]
async fn a_proof_is_for_one_request_with_one_token_by_one_key() {
    on_each_engine(async |world| {
        let token = world.bound_token(&world.admin, &jkt(&KEY));
        let good = claims(&world, &token, "1");
        let with = |name: &str, value: Value| {
            let mut changed = good.clone();
            changed[name] = value;
            changed
        };
        let now = world.clock.now().seconds();
        for (changed, what) in [
            (with("htm", json!("POST")), "method"),
            (
                with("htu", json!("https://contoso.example.test/api/data/v9.2/accounts")),
                "url",
            ),
            (with("iat", json!(now - 61)), "dpop proof"),
            (with("ath", json!("AAAA")), "access token"),
        ] {
            let error = send(&world, &token, &[&proof(&KEY, &changed)]).await.error();
            assert!(
                error.starts_with("401 0x8004a104 The dpop proof does not hold: ") && error.contains(what),
                "{error}"
            );
        }
        let stranger = SigningKey::generate(Algorithm::Es256).unwrap();
        let error = send(&world, &token, &[&proof(&stranger, &good)]).await.error();
        assert_eq!(
            error,
            "401 0x8004a104 The token is bound to another key than that of the dpop proof."
        );

        let proof = proof(&KEY, &good);
        send(&world, &token, &[&proof]).await.expect(200);
        let again = send(&world, &token, &[&proof]).await.error();
        assert_eq!(again, "401 0x8004a104 The dpop proof was used before.");
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_not_bound_is_a_bearer_token() {
    on_each_engine(async |world| {
        let token = world.token(&world.admin);
        let error = send(&world, &token, &[&proof(&KEY, &claims(&world, &token, "1"))])
            .await
            .error();
        assert_eq!(error, "401 0x8004a104 The token is not bound to a key.");
    })
    .await;
}

fn certificate() -> PeerCertificate {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::default().self_signed(&key).unwrap();
    PeerCertificate::proved_by_handshake(certificate.der())
}

#[tokio::test]
async fn a_token_bound_to_a_certificate_needs_its_connection() {
    on_each_engine(async |world| {
        let (own, other) = (certificate(), certificate());
        let token = world.bound_token(&world.admin, &Confirmation::X5tS256(thumbprint::x5t_s256(own.der())));
        let call = || Call::get("WhoAmI");
        let error = world.send(&token, call()).await.error();
        assert_eq!(
            error,
            "401 0x8004a104 The connection was opened without a client certificate."
        );
        let error = world.send(&token, call().over(&other)).await.error();
        assert_eq!(error, "401 0x8004a104 The token is bound to another certificate.");
        let error = send(&world, &token, &[]).await.error();
        assert!(
            error.starts_with("401 0x8004a104 The token is bound to a key and was sent by another scheme"),
            "{error}"
        );
        world.send(&token, call().over(&own)).await.expect(200);
        // A certificate is no harm to a token that does not ask for one.
        world
            .send(&world.token(&world.admin), call().over(&other))
            .await
            .expect(200);
    })
    .await;
}
