//! Tokens bound to a key by DPoP (RFC 9449): proofs that are refused, then the claim of the token.

use authority::registration::{ProtocolRules, Registration, TokenBinding};
use http::HeaderValue;
use serde_json::{Value, json};

use crate::signer::{EC, OTHER_EC, RSA, changed};
use crate::wire::{Answer, posted, with};
use crate::world::{ORIGIN, START, World, on_both};

impl World {
    /// Asks for the reader's token, with these proofs as headers.
    async fn prove(&self, form: &[(&str, &str)], proofs: &[&str]) -> Answer {
        let mut request = posted(&self.v2(), form);
        for proof in proofs {
            request
                .headers_mut()
                .append("DPoP", HeaderValue::from_bytes(proof.as_bytes()).unwrap());
        }
        self.send(request).await
    }

    /// The claims of a proof as they should be.
    fn proof_claims(&self) -> Value {
        json!({"jti": "e1j3V_bKic8", "htm": "POST", "htu": format!("{ORIGIN}{}", self.v2()), "iat": START.seconds()})
    }
}

#[tokio::test]
async fn proofs_that_prove_nothing() {
    on_both(async |world: World| {
        let (form, claims) = (world.reader_form(), world.proof_claims());
        let refused = async |proofs: &[&str], names: &str| {
            let answer = world.prove(&form, proofs).await;
            answer.refused(400, "invalid_dpop_proof", 9_002_313, names);
        };
        refused(&[""], "malformed").await;
        refused(&["a.b.c"], "malformed").await;
        refused(&["ä"], "malformed").await;
        let good = EC.proof(&claims);
        refused(&[&good, &good], "malformed").await;
        refused(&[&EC.assertion(&claims)], "type `JWT`").await;
        let other = |name: &str, value: Value| EC.proof(&changed(&claims, name, value));
        refused(&[&other("htm", json!("GET"))], "method `GET`").await;
        refused(&[&other("htu", json!(format!("{ORIGIN}{}", world.v1())))], "url").await;
        refused(&[&other("htu", json!("https://login.example.org"))], "url").await;
        refused(&[&other("iat", json!(START.seconds() + 61))], "in the future").await;
        refused(&[&other("iat", json!(START.seconds() - 300))], "too old").await;
        for missing in ["jti", "htm", "htu", "iat"] {
            refused(&[&other(missing, Value::Null)], missing).await;
        }
        world.prove(&form, &[&good]).await.token();
    })
    .await;
}

#[tokio::test]
async fn a_proof_counts_once() {
    on_both(async |world: World| {
        let (form, claims) = (world.reader_form(), world.proof_claims());
        // A wrong secret uses nothing up.
        let wrong = with(&form, "client_secret", "wrong");
        let proof = EC.proof(&claims);
        world
            .prove(&wrong, &[&proof])
            .await
            .refused(401, "invalid_client", 7_000_215, "");
        world.prove(&form, &[&proof]).await.token();
        let again = world.prove(&form, &[&proof]).await;
        again.refused(400, "invalid_dpop_proof", 9_002_313, "used before");
        let signed_anew = world.prove(&form, &[&EC.proof(&claims)]).await;
        signed_anew.refused(400, "invalid_dpop_proof", 9_002_313, "used before");
        // The ids of another key are other ids.
        world.prove(&form, &[&OTHER_EC.proof(&claims)]).await.token();
        let last_moment = changed(&claims, "iat", json!(START.seconds() - 299));
        let last_moment = EC.proof(&changed(&last_moment, "jti", json!("2")));
        world.prove(&form, &[&last_moment]).await.token();
        world.clock.advance_seconds(1);
        let old = world.prove(&form, &[&last_moment]).await;
        old.refused(400, "invalid_dpop_proof", 9_002_313, "too old");
    })
    .await;
}

#[tokio::test]
async fn of_the_same_proofs_at_the_same_time_one_counts() {
    on_both(async |world: World| {
        let (form, proof) = (world.reader_form(), EC.proof(&world.proof_claims()));
        let proofs = [proof.as_str()];
        let ask = || world.prove(&form, &proofs);
        let (one, two, three, four) = tokio::join!(ask(), ask(), ask(), ask());
        let (taken, refused): (Vec<_>, Vec<_>) = [one, two, three, four]
            .into_iter()
            .partition(|answer| answer.status == 200);
        assert_eq!(taken.len(), 1);
        for answer in refused {
            answer.refused(400, "invalid_dpop_proof", 9_002_313, "used before");
        }
    })
    .await;
}

#[tokio::test]
async fn an_application_whose_tokens_must_be_bound() {
    on_both(async |world: World| {
        let protocol = ProtocolRules {
            binding: TokenBinding::Required,
            ..ProtocolRules::default()
        };
        let app_id = world.register(protocol, Registration::default()).await;
        let secret = world.add_secret(app_id).await;
        let client_id = app_id.to_string();
        let form = with(&world.reader_form(), "client_id", &client_id);
        let form = with(&form, "client_secret", secret.value.expose());
        let bearer = world.prove(&form, &[]).await;
        bearer.refused(400, "invalid_request", 9_002_313, &client_id);
        let bound = world.prove(&form, &[&EC.proof(&world.proof_claims())]).await;
        assert_eq!(bound.claims()["cnf"], json!({"jkt": EC.jkt()}));
    })
    .await;
}

#[tokio::test]
async fn the_token_names_the_key() {
    on_both(async |world: World| {
        let claims = world.proof_claims();
        for signer in [&EC, &RSA] {
            let answer = world.prove(&world.reader_form(), &[&signer.proof(&claims)]).await;
            assert_eq!(answer.claims()["cnf"], json!({"jkt": signer.jkt()}));
        }
        // Only the token endpoint's address counts, not how it was spelled.
        let spelled = format!("HTTPS://LOGIN.example.test:8443{}?a=b#c", world.v2());
        let spelled = EC.proof(&changed(&changed(&claims, "jti", json!("2")), "htu", json!(spelled)));
        let orders = with(&world.reader_form(), "scope", "api://orders/.default");
        let v2 = world.prove(&orders, &[&spelled]).await.claims();
        assert_eq!(v2["ver"], "2.0");
        assert_eq!(v2["cnf"], json!({"jkt": EC.jkt()}));
        assert_eq!(world.reader_token().await.claims().get("cnf"), None);
    })
    .await;
}
