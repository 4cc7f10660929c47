//! Tokens to the byte.

use serde::Serialize;

use super::*;
use crate::confirmation::Confirmation;
use crate::secret::Secret;

fn claims<'a>(roles: &'a [String], directory_roles: &'a [Uuid]) -> AppTokenClaims<'a> {
    AppTokenClaims {
        audience: "https://fabrikam.crm.example.test",
        issuer: "https://login.example.test/5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b/",
        tenant: "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b".parse().unwrap(),
        app_id: "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10".parse().unwrap(),
        app_display_name: "Nightly sync",
        service_principal: "e2f1a0b9-8c7d-4e6f-a5b4-c3d2e1f0a9b8".parse().unwrap(),
        proof: ClientProof::Secret,
        roles,
        directory_roles,
        tenant_region: (!roles.is_empty()).then_some("EU"),
        tenant_created: (!roles.is_empty()).then_some(Timestamp::from_seconds(1_609_459_200)),
        token_id: "PXr8pzjFQLiaWSnd1gHQIg",
        issued: Timestamp::from_seconds(1_760_000_000),
        lifetime_s: 3_600,
        confirmation: None,
    }
}

fn check(claims: &impl Serialize, expected: &str) {
    assert_eq!(serde_json::to_string(claims).unwrap(), expected);
}

#[test]
fn empty_claims_are_left_out() {
    check(
        &claims(&[], &[]).v1(),
        concat!(
            r#"{"aud":"https://fabrikam.crm.example.test","#,
            r#""iss":"https://login.example.test/5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b/","#,
            r#""iat":1759999700,"nbf":1759999700,"exp":1760003600,"app_displayname":"Nightly sync","#,
            r#""appid":"0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10","appidacr":"1","#,
            r#""idp":"https://login.example.test/5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b/","idtyp":"app","#,
            r#""oid":"e2f1a0b9-8c7d-4e6f-a5b4-c3d2e1f0a9b8","sub":"e2f1a0b9-8c7d-4e6f-a5b4-c3d2e1f0a9b8","#,
            r#""tid":"5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b","uti":"PXr8pzjFQLiaWSnd1gHQIg","ver":"1.0"}"#
        ),
    );
    check(
        &claims(&[], &[]).v2(),
        concat!(
            r#"{"aud":"https://fabrikam.crm.example.test","#,
            r#""iss":"https://login.example.test/5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b/","#,
            r#""iat":1759999700,"nbf":1759999700,"exp":1760003600,"#,
            r#""azp":"0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10","azpacr":"1","#,
            r#""oid":"e2f1a0b9-8c7d-4e6f-a5b4-c3d2e1f0a9b8","sub":"e2f1a0b9-8c7d-4e6f-a5b4-c3d2e1f0a9b8","#,
            r#""tid":"5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b","uti":"PXr8pzjFQLiaWSnd1gHQIg","ver":"2.0"}"#
        ),
    );
}

#[test]
fn roles_region_and_creation_are_printed_when_there() {
    let roles = ["Orders.Read.All".to_owned()];
    let directory_roles = [Uuid::try_parse("0997a1d0-0d1d-4acb-b408-d5ca73121e90").unwrap()];
    let claims = claims(&roles, &directory_roles);
    let v1 = serde_json::to_value(claims.v1()).unwrap();
    assert_eq!(v1.get("roles"), Some(&serde_json::json!(["Orders.Read.All"])));
    assert_eq!(
        v1.get("wids"),
        Some(&serde_json::json!(["0997a1d0-0d1d-4acb-b408-d5ca73121e90"]))
    );
    assert_eq!(v1.get("tenant_region_scope"), Some(&serde_json::json!("EU")));
    assert_eq!(v1.get("xms_tcdt"), Some(&serde_json::json!(1_609_459_200)));
    let v2 = serde_json::to_value(claims.v2()).unwrap();
    assert_eq!(v2.get("roles"), Some(&serde_json::json!(["Orders.Read.All"])));
}

#[test]
fn proofs_are_digits() {
    let texts = [ClientProof::None, ClientProof::Secret, ClientProof::Certificate].map(ClientProof::as_str);
    assert_eq!(texts, ["0", "1", "2"]);
}

fn person<'a>(texts: &'a [String], directory_roles: &'a [Uuid]) -> PersonTokenClaims<'a> {
    PersonTokenClaims {
        audience: "api://x",
        issuer: "i",
        tenant: "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b".parse().unwrap(),
        app_id: "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10".parse().unwrap(),
        app_display_name: "Web",
        proof: ClientProof::None,
        person: "b7c8d9e0-f1a2-4b3c-8d4e-5f6071829304".parse().unwrap(),
        subject: "kT3o",
        upn: "ina@fabrikam.example",
        display_name: "Ina Berg",
        given_name: (!texts.is_empty()).then_some("Ina"),
        surname: (!texts.is_empty()).then_some("Berg"),
        email: (!texts.is_empty()).then_some("ina@mail.example"),
        scopes: "Read Write",
        roles: texts,
        groups: Groups::Named(texts),
        directory_roles,
        methods: if texts.is_empty() { &[] } else { &["pwd", "mfa"] },
        authenticated: Timestamp::from_seconds(1_759_999_990),
        session_id: "0f3e",
        token_id: "n0Zc",
        issued: Timestamp::from_seconds(1_760_000_000),
        lifetime_s: 4_211,
        confirmation: None,
    }
}

#[test]
fn a_person_without_more_is_named() {
    check(
        &person(&[], &[]).v1(),
        concat!(
            r#"{"aud":"api://x","iss":"i","iat":1759999700,"nbf":1759999700,"exp":1760004211,"acr":"1","#,
            r#""app_displayname":"Web","appid":"0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10","appidacr":"0","#,
            r#""auth_time":1759999990,"name":"Ina Berg","oid":"b7c8d9e0-f1a2-4b3c-8d4e-5f6071829304","#,
            r#""scp":"Read Write","sid":"0f3e","sub":"kT3o","tid":"5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b","#,
            r#""unique_name":"ina@fabrikam.example","upn":"ina@fabrikam.example","uti":"n0Zc","ver":"1.0"}"#
        ),
    );
    check(
        &person(&[], &[]).v2(),
        concat!(
            r#"{"aud":"api://x","iss":"i","iat":1759999700,"nbf":1759999700,"exp":1760004211,"#,
            r#""auth_time":1759999990,"azp":"0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10","azpacr":"0","name":"Ina Berg","#,
            r#""oid":"b7c8d9e0-f1a2-4b3c-8d4e-5f6071829304","preferred_username":"ina@fabrikam.example","#,
            r#""scp":"Read Write","sid":"0f3e","sub":"kT3o","tid":"5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b","#,
            r#""uti":"n0Zc","ver":"2.0"}"#
        ),
    );
}

#[test]
fn what_a_person_has_is_printed() {
    let texts = ["a".to_owned()];
    let directory_roles = [Uuid::from_u128(1)];
    let bound = Confirmation::Jkt("0ZcO".to_owned());
    let claims = PersonTokenClaims {
        confirmation: Some(&bound),
        ..person(&texts, &directory_roles)
    };
    check(
        &claims.v1(),
        concat!(
            r#"{"aud":"api://x","iss":"i","iat":1759999700,"nbf":1759999700,"exp":1760004211,"acr":"1","#,
            r#""amr":["pwd","mfa"],"app_displayname":"Web","appid":"0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10","#,
            r#""appidacr":"0","auth_time":1759999990,"email":"ina@mail.example","family_name":"Berg","#,
            r#""given_name":"Ina","groups":["a"],"name":"Ina Berg","oid":"b7c8d9e0-f1a2-4b3c-8d4e-5f6071829304","#,
            r#""roles":["a"],"scp":"Read Write","sid":"0f3e","sub":"kT3o","#,
            r#""tid":"5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b","unique_name":"ina@fabrikam.example","#,
            r#""upn":"ina@fabrikam.example","uti":"n0Zc","ver":"1.0","#,
            r#""wids":["00000000-0000-0000-0000-000000000001"],"cnf":{"jkt":"0ZcO"}}"#
        ),
    );
    check(
        &claims.v2(),
        concat!(
            r#"{"aud":"api://x","iss":"i","iat":1759999700,"nbf":1759999700,"exp":1760004211,"#,
            r#""auth_time":1759999990,"azp":"0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10","azpacr":"0","#,
            r#""email":"ina@mail.example","groups":["a"],"name":"Ina Berg","#,
            r#""oid":"b7c8d9e0-f1a2-4b3c-8d4e-5f6071829304","preferred_username":"ina@fabrikam.example","#,
            r#""roles":["a"],"scp":"Read Write","sid":"0f3e","sub":"kT3o","#,
            r#""tid":"5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b","uti":"n0Zc","ver":"2.0","#,
            r#""wids":["00000000-0000-0000-0000-000000000001"],"cnf":{"jkt":"0ZcO"}}"#
        ),
    );
}

#[test]
fn tokens_of_applications_are_bound_to_a_key_too() {
    let bound = Confirmation::X5tS256("On4l".to_owned());
    let claims = AppTokenClaims {
        confirmation: Some(&bound),
        ..claims(&[], &[])
    };
    let expected = Some(serde_json::json!({"x5t#S256": "On4l"}));
    let printed = [serde_json::to_value(claims.v1()), serde_json::to_value(claims.v2())];
    for claims in printed {
        assert_eq!(claims.unwrap().get("cnf"), expected.as_ref());
    }
}

const IDS: &str = r#""sid":"0f3e","sub":"kT3o","tid":"5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b","uti":"n0Zc""#;

fn id_token(profile: Option<ProfileClaims<'_>>) -> IdTokenClaims<'_> {
    IdTokenClaims {
        audience: "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10".parse().unwrap(),
        issuer: "i",
        tenant: "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b".parse().unwrap(),
        subject: "kT3o",
        profile,
        email: None,
        nonce: None,
        authenticated: None,
        methods: &[],
        code_hash: None,
        access_token_hash: None,
        login_hint: None,
        session_id: "0f3e",
        roles: &[],
        groups: Groups::Named(&[]),
        token_id: "n0Zc",
        issued: Timestamp::from_seconds(1_760_000_000),
        lifetime_s: 3_600,
    }
}

#[test]
fn an_id_token_without_profile_names_nobody() {
    let head = concat!(
        r#"{"aud":"0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10","iss":"i","#,
        r#""iat":1759999700,"nbf":1759999700,"exp":1760003600"#
    );
    check(&id_token(None).v1(), &format!(r#"{head},{IDS},"ver":"1.0"}}"#));
    check(&id_token(None).v2(), &format!(r#"{head},{IDS},"ver":"2.0"}}"#));
}

#[test]
fn an_id_token_says_what_was_asked() {
    let texts = ["a".to_owned()];
    let profile = ProfileClaims {
        person: "b7c8d9e0-f1a2-4b3c-8d4e-5f6071829304".parse().unwrap(),
        upn: "ina@fabrikam.example",
        display_name: "Ina Berg",
        given_name: Some("Ina"),
        surname: Some("Berg"),
    };
    let claims = IdTokenClaims {
        email: Some("ina@mail.example"),
        nonce: Some("n-4f1c"),
        authenticated: Some(Timestamp::from_seconds(1_759_999_990)),
        methods: &["pwd"],
        code_hash: Some("c"),
        access_token_hash: Some("t"),
        login_hint: Some("O.Ci"),
        roles: &texts,
        groups: Groups::Named(&texts),
        ..id_token(Some(profile))
    };
    let shared = concat!(
        r#"{"aud":"0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10","iss":"i","#,
        r#""iat":1759999700,"nbf":1759999700,"exp":1760003600,"auth_time":1759999990,"at_hash":"t","c_hash":"c","#,
        r#""email":"ina@mail.example","groups":["a"],"login_hint":"O.Ci","name":"Ina Berg","nonce":"n-4f1c","#,
        r#""oid":"b7c8d9e0-f1a2-4b3c-8d4e-5f6071829304","roles":["a"]"#
    );
    let v1 = concat!(
        r#""amr":["pwd"],"family_name":"Berg","given_name":"Ina","unique_name":"ina@fabrikam.example","#,
        r#""upn":"ina@fabrikam.example","ver":"1.0"}"#
    );
    check(&claims.v1(), &format!("{shared},{IDS},{v1}"));
    let v2 = r#""preferred_username":"ina@fabrikam.example","ver":"2.0"}"#;
    check(&claims.v2(), &format!("{shared},{IDS},{v2}"));
}

#[test]
fn the_half_hash_of_the_specification() {
    // OpenID Connect Core appendix A.3 and A.4.
    let half = |text: &str| half_hash(&Secret::new(text.to_owned()));
    assert_eq!(
        half("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
        "77QmUPtjPfzWtF2AnpK9RQ"
    );
    assert_eq!(
        half("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"),
        "LDktKdoQak3Pk0cnXxCltA"
    );
}
