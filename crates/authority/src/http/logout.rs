//! `GET` and `POST /{tenant}/oauth2/v2.0/logout` and `/{tenant}/oauth2/logout`.
//!
//! In: a query, or a form. Out: a page that tells the applications, or a redirect. Invariant: whatever the request says,
//! the sessions of the browser end; where it is sent then is decided by [`sign_out`].

use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode};
use oauth::AppId;
use serde::Deserialize;

use super::authorize;
use super::fields::Fields;
use super::page::{self, DonePage};
use super::segment::Segment;
use super::visit::{Visit, with_query};
use crate::authority::Authority;
use crate::sign_out::{self, SignOut, SignedOut};
use crate::unverified_claims;

const REFRESH: HeaderName = HeaderName::from_static("refresh");
/// How long the frames have to tell the applications before the browser goes on by itself.
const FRAME_SECONDS: u32 = 2;

/// What an ID token says of its client.
#[derive(Deserialize)]
struct Hint {
    aud: String,
}

/// Signs out; both versions alike.
pub(crate) async fn logout(State(authority): State<Authority>, tenant: Segment, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let visit = Visit::begin(&authority, &head);
    let fields = match authorize::read(&head, body).await {
        Ok(sent) => Fields::read(&sent),
        Err(refusal) => return visit.refuse(refusal),
    };
    let named = fields.get("client_id").and_then(|id| id.parse().ok());
    let request = SignOut {
        unverified_redirect_uri: fields.get("post_logout_redirect_uri").map(str::to_owned),
        unverified_client: named.or_else(|| audience(fields.get("id_token_hint")?)),
    };
    let signed_out = sign_out::sign_out(&authority, &tenant.0, &request, visit.jar.cookie()).await;
    match signed_out {
        Ok(signed_out) => answer(&visit, signed_out, fields.get("state")),
        Err(refusal) => visit.refuse(refusal),
    }
}

/// The client of an ID token. Not verified: it may be long over, and all that it does is name a client, whose
/// registration then decides.
fn audience(unverified_id_token: &str) -> Option<AppId> {
    unverified_claims::read::<Hint>(unverified_id_token)?.aud.parse().ok()
}

fn answer(visit: &Visit<'_>, signed_out: SignedOut, state: Option<&str>) -> Response {
    let state = state.map(|state| ("state", state.to_owned()));
    let parameters: Vec<_> = state.into_iter().collect();
    let next = signed_out.next.map(|uri| with_query(&uri, &parameters));
    if let (Some(next), []) = (&next, signed_out.frames.as_slice()) {
        return visit.send_to(next);
    }
    let page = DonePage {
        title: "You are signed out".to_owned(),
        text: "It is a good idea to close all windows of the browser.".to_owned(),
        frames: signed_out.frames,
        next: next.clone(),
    };
    let mut response = page::answer(&visit.exchange, StatusCode::OK, &page);
    let refresh = next.and_then(|next| HeaderValue::try_from(format!("{FRAME_SECONDS}; url={next}")).ok());
    if let Some(refresh) = refresh {
        response.headers_mut().insert(REFRESH, refresh);
    }
    response
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    #[test]
    fn the_client_of_an_id_token_is_read() {
        let check = |claims: &str, expected: Option<&str>| {
            let token = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims));
            let found = audience(&token).map(|app_id| app_id.to_string());
            assert_eq!(found.as_deref(), expected, "{claims}");
        };
        let app = "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10";
        check("{}", None);
        check(r#"{"aud":"x"}"#, None);
        check(r#"{"aud":["0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10"]}"#, None);
        check(&format!(r#"{{"aud":"{app}","exp":1}}"#), Some(app));
        for token in ["", ".", "a.b.c", "e30"] {
            assert_eq!(audience(token), None, "{token}");
        }
    }
}
