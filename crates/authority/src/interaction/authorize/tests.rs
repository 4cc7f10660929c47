//! The checks of a request against its client's registration, one line for each case.

use oauth::{AppId, CodeChallenge, ObjectId, TenantId, TokenVersion};
use uuid::Uuid;

use super::*;
use crate::application::Audience;
use crate::registration::{ProtocolRules, Registration};

const CHALLENGE: &str = "7pRkGRyqAw08g-Iiuk1rTFzPgFWuQI3sxttymNQaVhg";

fn application(protocol: ProtocolRules) -> Application {
    Application {
        app_id: AppId::from(Uuid::from_u128(1)),
        object_id: ObjectId::from(Uuid::from_u128(2)),
        home_tenant: TenantId::from(Uuid::from_u128(3)),
        display_name: "App".to_owned(),
        audience: Audience::SingleTenant,
        token_version: TokenVersion::V2,
        identifier_uris: Vec::new(),
        registration: Registration {
            protocol,
            ..Registration::default()
        },
        enabled: true,
    }
}

fn said(rest: &str) -> AuthorizationRequest {
    let query = format!("client_id=a&nonce=n&response_type={rest}");
    AuthorizationRequest::parse(query.as_bytes()).unwrap()
}

/// The number of refusals is one for all; what they say tells them apart.
fn check(rest: &str, kind: RedirectKind, protocol: ProtocolRules, expected: &str) {
    let request = Request {
        endpoint: Endpoint::V2,
        said: &said(rest),
        application: &application(protocol),
        kind,
    };
    let checked = CHECKS.iter().try_for_each(|check| check(&request));
    let told = checked.map_or_else(|refusal| refusal.to_string(), |()| String::new());
    assert!(
        told.contains(expected) && told.is_empty() == expected.is_empty(),
        "{rest}: {told}"
    );
}

fn switched_on(implicit: &[ImplicitGrant]) -> ProtocolRules {
    ProtocolRules {
        implicit: implicit.to_vec(),
        ..ProtocolRules::default()
    }
}

#[test]
fn tokens_come_only_where_they_are_switched_on() {
    use ImplicitGrant::{AccessToken, IdToken};
    let off = "not switched on";
    let check = |rest: &str, implicit: &[ImplicitGrant], expected: &str| {
        check(rest, RedirectKind::Web, switched_on(implicit), expected);
    };
    for rest in ["id_token", "code+id_token", "token", "id_token+token"] {
        check(rest, &[], off);
    }
    check("token", &[IdToken], off);
    check("id_token", &[AccessToken], off);
    check("id_token+token", &[IdToken], off);
    check("code", &[], "");
    check("id_token", &[IdToken], "");
    check("code+id_token", &[IdToken], "");
    check("id_token+token", &[IdToken, AccessToken], "");
}

#[test]
fn whoever_cannot_keep_a_secret_uses_pkce() {
    let s256 = format!("code&code_challenge={CHALLENGE}&code_challenge_method=S256");
    let plain = format!("code&code_challenge={CHALLENGE}");
    let always = || ProtocolRules {
        pkce: PkceRule::Always,
        ..ProtocolRules::default()
    };
    let public = || ProtocolRules {
        client_type: ClientType::Public,
        ..ProtocolRules::default()
    };
    let open = ProtocolRules::default;
    for (kind, protocol) in [
        (RedirectKind::Spa, open()),
        (RedirectKind::PublicClient, open()),
        (RedirectKind::Web, always()),
        (RedirectKind::Web, public()),
    ] {
        check("code", kind, protocol.clone(), "no code challenge");
        check(&plain, kind, protocol.clone(), "must use the method S256");
        check(&s256, kind, protocol, "");
    }
    for rest in ["code", &plain, &s256] {
        check(rest, RedirectKind::Web, open(), "");
    }
    assert!(CodeChallenge::parse(CHALLENGE, None).is_ok());
}

#[test]
fn other_rules_of_a_request() {
    let open = ProtocolRules::default;
    check("code&prompt=create", RedirectKind::Web, open(), "prompt `create`");
    check("code&resource=api://x", RedirectKind::Web, open(), "`resource`");
    check(
        "code&request_uri=urn:x",
        RedirectKind::Web,
        open(),
        "pushed request unknown",
    );
    let long = format!("code&claims={}", "x".repeat(MOST_BYTES));
    check(&long, RedirectKind::Web, open(), "longer than");
    check("code&prompt=admin_consent", RedirectKind::Web, open(), "");
    let off = Application {
        enabled: false,
        ..application(open())
    };
    let request = Request {
        endpoint: Endpoint::V1,
        said: &said("code&resource=api://x"),
        application: &off,
        kind: RedirectKind::Web,
    };
    assert!(resource_is_named_as_the_endpoint_wants(&request).is_ok());
    assert!(matches!(
        application_is_enabled(&request),
        Err(Refusal::ApplicationDisabled { .. })
    ));
}

#[test]
fn scopes_are_read_as_the_endpoint_names_them() {
    let read = |endpoint, scope, resource| scopes(endpoint, scope, resource).map(|scopes| scopes.to_text()).ok();
    assert_eq!(read(Endpoint::V2, "", None), None);
    assert_eq!(read(Endpoint::V2, "a/", None), None);
    let both = "https://x.test/Read openid";
    assert_eq!(
        read(Endpoint::V2, "openid https://x.test/Read", None).as_deref(),
        Some(both)
    );
    let all = "https://x.test/.default openid";
    assert_eq!(
        read(Endpoint::V1, "openid User.Read", Some("https://x.test")).as_deref(),
        Some(all)
    );
    assert_eq!(read(Endpoint::V1, "", None).as_deref(), Some("openid"));
    assert_eq!(
        read(Endpoint::V1, "", Some("api://x")).as_deref(),
        Some("api://x/.default")
    );
}
