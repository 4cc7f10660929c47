//! Attacks on the sign-in and on tokens, from outside: those of RFC 9700 that no other file of this folder makes.
//! `docs/security.md` names the test of each.

use aws_lc_rs::hmac;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{Method, Request, header};
use oauth::{Algorithm, SigningKey, TokenVersion};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::browser::{Browser, Page};
use crate::log::Lines;
use crate::shop::{INA, PASSWORD, Shop, WEB};
use crate::signer::RSA;
use crate::wire::{Answer, posted, without};
use crate::world::{World, on_both};

const FABRIKAM: &str = "fabrikam.example";
const SESSION: &str = "__Host-commonhold-session";
const EVIL: &str = "https://evil.test/";

/// Signs Ina in to the shop and lets it have what it asks for.
async fn let_in(shop: &Shop<'_>, browser: &Browser<'_>, changed: &[(&str, &str)]) -> Page {
    let page = browser.get(&shop.path(FABRIKAM, changed)).await;
    let page = browser.sign_in(&page, INA, PASSWORD).await;
    browser.submit(&page, &[("consent", "accept")]).await
}

/// A token of Ina that opens the userinfo endpoint.
async fn token(shop: &Shop<'_>) -> String {
    let page = let_in(shop, &Browser::new(shop.world), &[("scope", "openid profile")]).await;
    let answer = shop.redeem(FABRIKAM, &page.answer()["code"], &[]).await;
    answer.token().to_owned()
}

async fn userinfo(world: &World, path: &str, token: &str) -> Answer {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    world.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_yes_without_a_question_grants_nothing() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        // Begun before anybody was signed in, and never got to the page of consent.
        let early = browser.get(&shop.path(FABRIKAM, &[])).await;
        let page = browser.get(&shop.path(FABRIKAM, &[])).await;
        let asked = browser.sign_in(&page, INA, PASSWORD).await;
        assert!(asked.has_field("consent"), "{}", asked.html);
        let page = browser.submit(&early, &[("consent", "accept")]).await;
        assert!(page.has_field("consent"), "{}", page.html);
        assert!(!shop.is_in(world.fabrikam).await);
        browser.submit(&page, &[("consent", "accept")]).await.answer();
        assert!(shop.is_in(world.fabrikam).await);
    })
    .await;
}

#[tokio::test]
async fn addresses_of_a_sign_in_are_told_to_nobody() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let first = browser.get(&shop.path(FABRIKAM, &[])).await;
        let asked = browser.sign_in(&first, INA, PASSWORD).await;
        let error = browser.get(&shop.path(FABRIKAM, &[("redirect_uri", EVIL)])).await;
        let form_post = [("response_mode", "form_post"), ("prompt", "none")];
        let form = browser.get(&shop.path(FABRIKAM, &form_post)).await;
        for page in [&first, &asked, &error, &form] {
            assert_eq!(page.headers["referrer-policy"], "same-origin", "{}", page.html);
        }
        let sent_on = browser.submit(&asked, &[("consent", "accept")]).await;
        assert_eq!((sent_on.status.as_u16(), sent_on.target().as_str()), (303, WEB));
        assert_eq!(sent_on.headers["referrer-policy"], "no-referrer");
        // An answer is never posted to the window that opened this one.
        let window = browser
            .get(&shop.path(FABRIKAM, &[("response_mode", "web_message")]))
            .await;
        window.refused("unsupported_response_mode", 70_007);
    })
    .await;
}

/// The claims of a token under another header, signed by whoever.
fn forged(token: &str, header: &Value, sign: impl FnOnce(&str) -> Vec<u8>) -> String {
    let claims = token.split('.').nth(1).unwrap();
    let front = format!("{}.{claims}", URL_SAFE_NO_PAD.encode(header.to_string()));
    let signature = URL_SAFE_NO_PAD.encode(sign(&front));
    format!("{front}.{signature}")
}

fn part(token: &str, at: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(at).unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn forged_tokens_open_nothing() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let token = token(&shop).await;
        assert_eq!(userinfo(&world, "/oidc/userinfo", &token).await.status, 200);
        let (header, claims) = (part(&token, 0), part(&token, 1));
        let kid = header["kid"].as_str().unwrap();
        let mut forgeries = Vec::new();
        for alg in ["none", "None", "nOnE", ""] {
            forgeries.push(forged(&token, &json!({ "alg": alg, "typ": "JWT", "kid": kid }), |_| {
                Vec::new()
            }));
        }
        // The public key as the secret of an HMAC, in every form in which it is published.
        let published = world.get("/common/discovery/v2.0/keys").await.json;
        let keys = published["keys"].as_array().unwrap();
        let key = keys.iter().find(|key| key["kid"] == kid).unwrap();
        let certificate = key["x5c"][0].as_str().unwrap();
        let pem = format!("-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n");
        let modulus = key["n"].as_str().unwrap();
        for secret in [
            STANDARD.decode(certificate).unwrap(),
            pem.into_bytes(),
            URL_SAFE_NO_PAD.decode(modulus).unwrap(),
            modulus.as_bytes().to_vec(),
            key.to_string().into_bytes(),
        ] {
            let secret = hmac::Key::new(hmac::HMAC_SHA256, &secret);
            let header = json!({ "alg": "HS256", "typ": "JWT", "kid": kid });
            forgeries.push(forged(&token, &header, |front| {
                hmac::sign(&secret, front.as_bytes()).as_ref().to_vec()
            }));
        }
        // The names of other keys: one that is published, and one that nobody has.
        let signature = URL_SAFE_NO_PAD.decode(token.rsplit('.').next().unwrap()).unwrap();
        let other = keys.iter().find(|key| key["kid"] != kid).unwrap();
        for kid in [&other["kid"], &json!("nobody's"), &Value::Null] {
            let header = json!({ "alg": "RS256", "typ": "JWT", "kid": kid, "x5t": kid });
            forgeries.push(forged(&token, &header, |_| signature.clone()));
        }
        // Another key under the right name, brought along in the header too.
        let own = SigningKey::from_pkcs8(&RSA.key.to_pkcs8().unwrap(), Algorithm::Rs256).unwrap();
        let own = own.with_kid(kid).unwrap();
        forgeries.push(own.sign(TokenVersion::V1, &claims).unwrap());
        let brought = json!({ "alg": "RS256", "typ": "JWT", "jwk": own.public_jwk(None), "jku": EVIL });
        forgeries.push(forged(&token, &brought, |_| signature.clone()));
        for forgery in forgeries {
            let answer = userinfo(&world, "/oidc/userinfo", &forgery).await;
            assert_eq!(
                (answer.status.as_u16(), &answer.json["error"]),
                (401, &json!("invalid_token")),
                "{forgery}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_token_is_for_its_own_tenant_and_travels_in_its_header() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let token = token(&shop).await;
        assert_eq!(
            userinfo(&world, &format!("/{FABRIKAM}/openid/userinfo"), &token)
                .await
                .status,
            200
        );
        let elsewhere = userinfo(&world, "/contoso.example/openid/userinfo", &token).await;
        assert_eq!(
            (elsewhere.status.as_u16(), &elsewhere.json["error"]),
            (401, &json!("invalid_token"))
        );
        let in_query = world.get(&format!("/oidc/userinfo?access_token={token}")).await;
        assert_eq!(in_query.status, 401);
        let in_form = world.post("/oidc/userinfo", &[("access_token", &token)]).await;
        assert_eq!(in_form.status, 401);
    })
    .await;
}

#[tokio::test]
async fn what_a_proxy_adds_to_a_request_proves_nothing() {
    on_both(async |world: World| {
        let form = without(&world.reader_form(), "client_secret");
        for name in [
            "x-forwarded-client-cert",
            "x-client-cert",
            "x-ssl-cert",
            "ssl-client-cert",
            "client-cert",
        ] {
            let mut request = posted(&world.v2(), &form);
            let certificate = STANDARD.encode(&RSA.certificate);
            request.headers_mut().insert(name, certificate.parse().unwrap());
            request
                .headers_mut()
                .insert("x-ssl-client-verify", "SUCCESS".parse().unwrap());
            world.send(request).await.refused(401, "invalid_client", 7_000_216, "");
        }
        // Nor does it bind a token, or name the authority.
        let mut request = posted(&world.v2(), &world.reader_form());
        request
            .headers_mut()
            .insert("x-forwarded-client-cert", "Hash=00".parse().unwrap());
        request
            .headers_mut()
            .insert("x-forwarded-host", "evil.test".parse().unwrap());
        let claims = world.send(request).await.claims();
        assert!(
            claims.get("cnf").is_none() && !claims.to_string().contains("evil.test"),
            "{claims}"
        );
    })
    .await;
}

#[tokio::test]
async fn pages_of_other_origins_read_nothing_of_a_sign_in() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let logout = format!("/{FABRIKAM}/oauth2/v2.0/logout");
        let consent = format!("/{FABRIKAM}/adminconsent?client_id={}", shop.client_id);
        for path in [shop.path(FABRIKAM, &[]), logout, consent, "/device".to_owned()] {
            for method in [Method::GET, Method::OPTIONS] {
                let request = Request::builder()
                    .method(method)
                    .uri(&path)
                    .header(header::ORIGIN, EVIL);
                let request = request.body(Body::empty()).unwrap();
                let answer = world.authority.router().oneshot(request).await.unwrap();
                assert!(
                    !answer.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN),
                    "{path}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_secret_of_a_sign_in_is_logged() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let lines = Lines::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(lines.clone())
            .finish();
        let listening = tracing::subscriber::set_default(subscriber);
        let scope = [("scope", "openid offline_access")];
        let page = browser.get(&shop.path(FABRIKAM, &scope)).await;
        let page = browser.sign_in(&page, INA, "not her password").await;
        let context = page.hidden().into_iter().find(|(name, _)| name == "ctx").unwrap().1;
        let page = browser.submit(&page, &[("passwd", PASSWORD)]).await;
        let page = browser.submit(&page, &[("consent", "accept")]).await;
        let code = page.answer()["code"].clone();
        let tokens = shop.redeem(FABRIKAM, &code, &[]).await.json;
        shop.redeem(FABRIKAM, &code, &[])
            .await
            .refused(400, "invalid_grant", 54_005, "");
        drop(listening);
        let text = lines.text();
        assert!(text.contains("request refused"), "{text}");
        let (session, own) = (browser.cookie(SESSION), browser.cookie("__Host-commonhold-browser"));
        let told = ["access_token", "refresh_token", "id_token"].map(|name| tokens[name].as_str().unwrap());
        let typed = [
            PASSWORD,
            "not her password",
            shop.secret.value.expose(),
            &context,
            &code,
        ];
        for secret in told
            .into_iter()
            .chain(typed)
            .chain([session.as_deref().unwrap(), own.as_deref().unwrap()])
        {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    })
    .await;
}
