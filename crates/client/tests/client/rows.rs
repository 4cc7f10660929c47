//! Rows read and written, and what the wire shows of it.

use commonhold_client::{ETag, Error, Key, NextLink, ObjectId, Operation, Page, Query, Reference, Row};
use futures_util::TryStreamExt as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::script::{Reply, Script, refusal};

const ID: Uuid = Uuid::from_u128(9);
const ROW: &str = "/api/data/v9.2/accounts(00000000-0000-0000-0000-000000000009)";

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Account {
    name: String,
}

#[tokio::test]
async fn the_services_refusal_carries_its_code_and_the_request_ids() {
    let script = Script::start().await;
    script.replies([Reply::refused(404, "0x80040217").header("x-ms-service-request-id", "r1")]);
    let refused = refusal(script.environment().retrieve::<Account>("accounts", ID, "").await);
    assert_eq!((refused.status, refused.code.as_str()), (404, "0x80040217"));
    assert_eq!(refused.request_id.as_deref(), Some("r1"));
    assert_eq!(
        refused.client_request_id.as_deref(),
        script.calls()[0].header("x-ms-client-request-id")
    );
    script.replies([Reply::status(500).body("<html>")]);
    let refused = refusal(script.environment().retrieve::<Account>("accounts", ID, "").await);
    assert_eq!((refused.status, refused.code.as_str()), (500, ""));
}

#[tokio::test]
async fn a_next_link_out_of_the_environment_gets_no_token() {
    let script = Script::start().await;
    let environment = script.environment();
    for link in [
        "https://evil.example/api/data/v9.2/accounts",
        "accounts",
        "//evil.example/",
    ] {
        let followed = environment.next::<Account>(&NextLink::new(link, &Query::new())).await;
        assert!(matches!(followed, Err(Error::Url { .. })), "{link}");
    }
    for set in ["//evil.example/accounts", "../../../secret", "https://evil.example/x"] {
        assert!(
            matches!(environment.list::<Account>(set, "").await, Err(Error::Url { .. })),
            "{set}"
        );
    }
    assert_eq!(script.paths(), Vec::<String>::new());
    script
        .replies([Reply::status(200).body(r#"{"value":[],"@odata.nextLink":"https://evil.example/api/data/v9.2/x"}"#)]);
    let rows: Result<Vec<Row>, Error> = environment.rows("accounts", "").try_collect().await;
    assert!(matches!(rows, Err(Error::Url { .. })));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let script = Script::start().await;
    let elsewhere = Script::start().await;
    script.replies([Reply::status(302).header("location", &format!("{}/api/data/v9.2/accounts", elsewhere.origin()))]);
    let refused = refusal(script.environment().list::<Row>("accounts", "").await);
    assert_eq!((refused.status, elsewhere.paths().len()), (302, 0));
}

#[tokio::test]
async fn pages_follow_each_other_with_their_preferences() {
    let script = Script::start().await;
    let next = format!(
        r#"{{"value":[{{"name":"A"}}],"@odata.count":2,"@odata.nextLink":"{}/api/data/v9.2/accounts?$skiptoken=2"}}"#,
        script.origin()
    );
    let two_pages = || {
        [
            Reply::status(200).body(&next),
            Reply::status(200).body(r#"{"value":[{"name":"B"}]}"#),
        ]
    };
    script.replies(two_pages());
    let query = || Query::from("$top=2").page_size(1);
    let environment = script.environment();
    let rows: Vec<Account> = environment.rows("accounts", query()).try_collect().await.unwrap();
    assert_eq!(rows.iter().map(|it| it.name.as_str()).collect::<String>(), "AB");
    script.replies(two_pages());
    let pages: Vec<Page<Account>> = environment.pages("accounts", query()).try_collect().await.unwrap();
    assert_eq!(pages.iter().map(|it| it.count).collect::<Vec<_>>(), [Some(2), None]);
    let calls = script.calls();
    assert_eq!(calls[1].path, "/api/data/v9.2/accounts?$skiptoken=2");
    assert!(
        calls
            .iter()
            .all(|it| it.header("prefer") == Some("odata.maxpagesize=1"))
    );
}

#[tokio::test]
async fn impersonation_stays_with_its_own_value() {
    let script = Script::start().await;
    let environment = script.environment();
    let person = ObjectId::from(Uuid::from_u128(5));
    let acting = environment.on_behalf_of(person);
    script.replies([Reply::status(204), Reply::status(204)]);
    acting.upsert("accounts", ID, &json!({})).await.unwrap();
    environment.upsert("accounts", ID, &json!({})).await.unwrap();
    acting.clone().list::<Row>("accounts", "").await.unwrap();
    environment.list::<Row>("accounts", "").await.unwrap();
    let persons: Vec<_> = script
        .calls()
        .iter()
        .map(|it| it.header("callerobjectid").map(str::to_owned))
        .collect();
    let id = person.to_string();
    assert_eq!(persons, [Some(id.clone()), None, Some(id), None]);
}

#[tokio::test]
async fn conditions_and_keys_stand_where_the_service_reads_them() {
    let script = Script::start().await;
    let environment = script.environment();
    script.replies((0..8).map(|_| Reply::status(204)));
    let key = environment.create("accounts", &json!({"name": "A"})).await.unwrap();
    environment.update("accounts", ID, &json!({})).await.unwrap();
    environment
        .update_version("accounts", ID, ETag(7), &json!({}))
        .await
        .unwrap();
    environment
        .upsert("accounts", Key::alternate([("code", "a/b".into())]), &json!({}))
        .await
        .unwrap();
    environment.delete("accounts", ID).await.unwrap();
    environment.delete_version("accounts", ID, ETag(7)).await.unwrap();
    let calls = script.calls();
    let told: Vec<_> = calls
        .iter()
        .map(|it| {
            format!(
                "{} {} {:?} {:?}",
                it.method,
                it.path,
                it.header("if-match"),
                it.header("if-none-match")
            )
        })
        .collect();
    let expected = [
        format!("PATCH /api/data/v9.2/accounts({key}) None Some(\"*\")"),
        format!("PATCH {ROW} Some(\"*\") None"),
        format!("PATCH {ROW} Some(\"W/\\\"7\\\"\") None"),
        "PATCH /api/data/v9.2/accounts(code='a%2Fb') None None".to_owned(),
        format!("DELETE {ROW} None None"),
        format!("DELETE {ROW} Some(\"W/\\\"7\\\"\") None"),
    ];
    assert_eq!(told, expected);
    assert_eq!(key.get_version_num(), 7);
}

#[tokio::test]
async fn a_row_that_is_still_the_same_is_not_read() {
    let script = Script::start().await;
    let environment = script.environment();
    script.replies([Reply::status(304), Reply::status(200).body(r#"{"name":"B"}"#)]);
    let changed = || environment.retrieve_if_changed::<Account>("accounts", ID, ETag(7), "");
    assert_eq!(changed().await.unwrap(), None);
    assert_eq!(changed().await.unwrap(), Some(Account { name: "B".to_owned() }));
    assert_eq!(script.calls()[0].header("if-none-match"), Some("W/\"7\""));
}

#[tokio::test]
async fn rows_come_back_where_they_are_asked_for() {
    let script = Script::start().await;
    let environment = script.environment();
    let row = || Reply::status(201).body(r#"{"name":"A"}"#);
    let entity = format!("{}{ROW}", script.origin());
    script.replies([row(), row(), Reply::status(204).header("OData-EntityId", &entity)]);
    let made: Account = environment
        .create_returning("accounts", &json!({}), "$select=name")
        .await
        .unwrap();
    let changed: Account = environment
        .update_returning("accounts", ID, &json!({}), "$select=name")
        .await
        .unwrap();
    assert_eq!(made, changed);
    assert_eq!(environment.post("accounts", &json!({})).await.unwrap(), ID);
    let calls = script.calls();
    assert!(
        calls[..2]
            .iter()
            .all(|it| it.header("prefer") == Some("return=representation") && it.path.ends_with("?$select=name"))
    );
    assert_eq!(
        (calls[2].method.as_str(), calls[2].path.as_str()),
        ("POST", "/api/data/v9.2/accounts")
    );
}

#[tokio::test]
async fn references_and_operations_have_the_forms_of_the_wire() {
    let script = Script::start().await;
    let environment = script.environment();
    let contact = Reference::to("contacts", Uuid::from_u128(2));
    script.replies((0..4).map(|_| Reply::status(204)));
    environment
        .associate("accounts", ID, "members", &contact)
        .await
        .unwrap();
    environment
        .disassociate("accounts", ID, "members", &contact)
        .await
        .unwrap();
    environment
        .set_reference("accounts", ID, "primarycontactid", &contact)
        .await
        .unwrap();
    environment
        .clear_reference("accounts", ID, "primarycontactid")
        .await
        .unwrap();
    script.replies([
        Reply::status(200).body(r#"{"UserId":"x"}"#),
        Reply::status(204),
        Reply::status(200).body("\u{feff}12"),
    ]);
    let me: Value = environment.function(&Operation::unbound("WhoAmI")).await.unwrap();
    environment
        .action::<_, ()>(&Operation::of_set("accounts", "Microsoft.Dynamics.CRM.X"), &())
        .await
        .unwrap();
    assert_eq!(
        (me["UserId"].as_str(), environment.count("accounts", "").await.unwrap()),
        (Some("x"), 12)
    );
    let told: Vec<_> = script
        .calls()
        .iter()
        .map(|it| format!("{} {} {}", it.method, it.path, it.text()))
        .collect();
    let root = format!("{}/api/data/v9.2", script.origin());
    let encoded = format!("{root}/contacts(00000000-0000-0000-0000-000000000002)");
    let id = percent_encoding::utf8_percent_encode(&encoded, percent_encoding::NON_ALPHANUMERIC);
    let body = format!(r#"{{"@odata.id":"{encoded}"}}"#);
    let expected = [
        format!("POST {ROW}/members/$ref {body}"),
        format!("DELETE {ROW}/members/$ref?$id={id} "),
        format!("PUT {ROW}/primarycontactid/$ref {body}"),
        format!("DELETE {ROW}/primarycontactid/$ref "),
        "GET /api/data/v9.2/WhoAmI() ".to_owned(),
        "POST /api/data/v9.2/accounts/Microsoft.Dynamics.CRM.X ".to_owned(),
        "GET /api/data/v9.2/accounts/$count ".to_owned(),
    ];
    assert_eq!(told, expected);
    assert_eq!(
        serde_json::to_value(&contact).unwrap(),
        "/contacts(00000000-0000-0000-0000-000000000002)"
    );
}
