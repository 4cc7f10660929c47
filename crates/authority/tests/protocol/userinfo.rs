//! The userinfo endpoint, asked without a token that opens it.

use axum::body::Body;
use http::{Method, Request, header};

use crate::wire::{Answer, with};
use crate::world::{World, on_both};

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
