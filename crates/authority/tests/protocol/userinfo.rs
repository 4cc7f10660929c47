//! The userinfo endpoint: without a token that opens it, and with one that is bound to a key.

use aws_lc_rs::digest;
use axum::body::Body;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD;
use http::{Method, Request, header};
use serde_json::json;

use crate::browser::Browser;
use crate::shop::{INA, PASSWORD, Shop, WEB};
use crate::signer::{EC, OTHER_EC, changed};
use crate::wire::{Answer, posted, with};
use crate::world::{ORIGIN, START, World, on_both};

async fn ask(world: &World, method: Method, path: &str, authorization: Option<&str>) -> Answer {
    let mut request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    if let Some(authorization) = authorization {
        request
            .headers_mut()
            .insert(header::AUTHORIZATION, authorization.parse().unwrap());
    }
    world.send(request).await
}

#[tokio::test]
async fn challenges() {
    on_both(async |world: World| {
        let graph = with(&world.reader_form(), "scope", "https://graph.microsoft.com/.default");
        let application = world.post(&world.v2(), &graph).await;
        let other = world.reader_token().await;
        let paths = [
            "/oidc/userinfo".to_owned(),
            format!("/{}/openid/userinfo", world.contoso),
        ];
        for path in paths {
            for method in [Method::GET, Method::POST] {
                for without in [None, Some("Basic eA=="), Some("Bearer")] {
                    let answer = ask(&world, method.clone(), &path, without).await;
                    assert_eq!(answer.status, 401);
                    let challenge = answer.headers["www-authenticate"].to_str().unwrap();
                    assert!(
                        challenge.starts_with("Bearer ") && !challenge.contains("error"),
                        "{challenge}"
                    );
                }
                for token in ["a.b.c", application.token(), other.token()] {
                    let answer = ask(&world, method.clone(), &path, Some(&format!("Bearer {token}"))).await;
                    assert_eq!(
                        (answer.status.as_u16(), &answer.json["error"]),
                        (401, &"invalid_token".into())
                    );
                    let challenge = answer.headers["www-authenticate"].to_str().unwrap();
                    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
                }
            }
            let answer = ask(&world, Method::PUT, &path, None).await;
            answer.refused(400, "invalid_request", 900_561, "only accepts GET, POST requests");
        }
    })
    .await;
}

/// Asks with a token that is bound to a key, and a proof of that key.
async fn ask_with_proof(world: &World, token: &str, proof: &str) -> Answer {
    let request = Request::get("/oidc/userinfo")
        .header(header::AUTHORIZATION, format!("DPoP {token}"))
        .header("DPoP", proof);
    world.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_proof_opens_it_once() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let page = browser
            .get(&shop.path("fabrikam.example", &[("scope", "openid")]))
            .await;
        let page = browser.sign_in(&page, INA, PASSWORD).await;
        let page = browser.submit(&page, &[("consent", "accept")]).await;
        let path = "/fabrikam.example/oauth2/v2.0/token";
        let form = [
            ("client_id", shop.client_id.as_str()),
            ("client_secret", shop.secret.value.expose()),
            ("grant_type", "authorization_code"),
            ("code", &page.answer()["code"]),
            ("redirect_uri", WEB),
        ];
        let claims = |method: &str, path: &str, id: &str| {
            json!({"jti": id, "htm": method, "htu": format!("{ORIGIN}{path}"), "iat": START.seconds()})
        };
        let mut request = posted(path, &form);
        let proof = EC.proof(&claims("POST", path, "1"));
        request.headers_mut().insert("DPoP", proof.parse().unwrap());
        let answer = world.send(request).await;
        let token = answer.token();

        let shown = |id: &str| {
            let hash = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, token.as_bytes()));
            changed(&claims("GET", "/oidc/userinfo", id), "ath", json!(hash))
        };
        let of_another_key = OTHER_EC.proof(&shown("2"));
        let of_no_token = EC.proof(&claims("GET", "/oidc/userinfo", "3"));
        let of_another_place = EC.proof(&changed(&shown("4"), "htm", json!("POST")));
        for proof in [&of_another_key, &of_no_token, &of_another_place] {
            assert_eq!(ask_with_proof(&world, token, proof).await.status, 401);
        }
        assert_eq!(ask(&world, Method::GET, "/oidc/userinfo", Some(&format!("Bearer {token}"))).await.status, 401);
        let proof = EC.proof(&shown("5"));
        assert_eq!(ask_with_proof(&world, token, &proof).await.status, 200);
        assert_eq!(ask_with_proof(&world, token, &proof).await.status, 401);
        assert_eq!(ask_with_proof(&world, token, &EC.proof(&shown("6"))).await.status, 200);
    })
    .await;
}
