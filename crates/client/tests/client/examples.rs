//! Every example, run against the scripted service.

use commonhold_client::Secret;
use uuid::Uuid;

use crate::script::{APP_ID, Reply, Script, secret};

#[path = "../../examples/batch.rs"]
mod batch;
#[path = "../../examples/changes.rs"]
mod changes;
#[path = "../../examples/impersonation.rs"]
mod impersonation;
#[path = "../../examples/many_tenants.rs"]
mod many_tenants;
#[path = "../../examples/rows.rs"]
mod rows;
#[path = "../../examples/top_three_accounts.rs"]
mod top_three_accounts;

fn row(body: &str) -> Reply {
    Reply::status(200).body(body)
}

#[tokio::test]
async fn the_first_three_accounts_by_name() {
    let script = Script::start().await;
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let certificate = rcgen::CertificateParams::new(Vec::new())
        .unwrap()
        .self_signed(&key)
        .unwrap()
        .pem();
    let pem = Secret::new(format!("{}{certificate}", key.serialize_pem()));
    script.replies([row(r#"{"value":[{"name":"A"},{"name":"B"}]}"#)]);
    top_three_accounts::example(script.origin(), APP_ID, &pem)
        .await
        .unwrap();
    assert_eq!(
        script.calls()[0].path,
        "/api/data/v9.2/accounts?$select=name&$orderby=name&$top=3"
    );
}

#[tokio::test]
async fn rows_are_read() {
    let script = Script::start().await;
    script.replies([row(r#"{"value":[{"name":"A","@odata.etag":"W/\"1\""}]}"#), row("1")]);
    rows::example(&script.environment()).await.unwrap();
    assert_eq!(script.calls().len(), 2);
}

#[tokio::test]
async fn rows_are_changed() {
    let script = Script::start().await;
    let read = row(r#"{"name":"A","@odata.etag":"W/\"1\""}"#);
    let done = || Reply::status(204);
    script.replies([
        done(),
        done(),
        read,
        Reply::refused(412, "0x80060882"),
        done(),
        done(),
        done(),
    ]);
    changes::example(&script.environment()).await.unwrap();
    assert_eq!(script.calls().len(), 7);
}

#[tokio::test]
async fn a_batch_is_run() {
    let script = Script::start().await;
    let mut writer = odata::BatchWriter::new("b".to_owned());
    writer.answer(&odata::BatchAnswer {
        content_id: None,
        status: 403,
        reason: "Forbidden",
        headers: &[],
        body: br#"{"error":{"code":"0x80040220","message":"no"}}"#,
    });
    let (content_type, body) = writer.finish();
    let body = String::from_utf8(body.to_vec()).unwrap();
    script.replies([Reply::status(403).header("content-type", &content_type).body(&body)]);
    batch::example(&script.environment()).await.unwrap();
    assert_eq!(script.calls().len(), 1);
}

#[tokio::test]
async fn a_person_is_acted_for() {
    let script = Script::start().await;
    let person = Uuid::from_u128(5);
    let people = format!(r#"{{"value":[{{"azureactivedirectoryobjectid":"{person}"}}]}}"#);
    script.replies([
        row(r#"{"UserId":"x"}"#),
        row(&people),
        Reply::status(204),
        Reply::status(204),
    ]);
    impersonation::example(&script.environment()).await.unwrap();
    let persons: Vec<bool> = script
        .calls()
        .iter()
        .map(|it| it.header("callerobjectid").is_some())
        .collect();
    assert_eq!(persons, [false, false, true, false]);
}

#[tokio::test]
async fn many_tenants_are_served() {
    let script = Script::start().await;
    let urls = ["a", "b"].map(|name| format!("{}/env/{name}", script.origin()));
    script.token_replies([Reply::status(401).body(r#"{"error":"unauthorized_client","error_codes":[7000229]}"#)]);
    script.replies([row("3")]);
    many_tenants::example(&script.application(secret()), &urls)
        .await
        .unwrap();
    assert_eq!(script.calls().len(), 1);
}
