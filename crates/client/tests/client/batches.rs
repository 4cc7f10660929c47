//! Batches: what is sent, and what the answers tell.

use commonhold_client::{Batch, BatchAnswer, Change, ChangeSet, Error, Reference, Row};
use odata::{BatchItem, BatchWriter};
use serde_json::json;
use uuid::Uuid;

use crate::script::{Reply, Script};

const ID: Uuid = Uuid::from_u128(9);

fn part(status: u16, headers: &[(&str, &str)], body: &str, writer: &mut BatchWriter) {
    writer.answer(&odata::BatchAnswer {
        content_id: None,
        status,
        reason: "As scripted",
        headers,
        body: body.as_bytes(),
    });
}

fn multipart(status: u16, write: impl FnOnce(&mut BatchWriter)) -> Reply {
    let mut writer = BatchWriter::new("batchresponse_1".to_owned());
    write(&mut writer);
    let (content_type, body) = writer.finish();
    let body = String::from_utf8(body.to_vec()).unwrap();
    Reply::status(status).header("content-type", &content_type).body(&body)
}

fn reads() -> Batch {
    let mut batch = Batch::new();
    batch.list("accounts", "$top=1").unwrap();
    batch
}

fn changes() -> Batch {
    let mut set = ChangeSet::new();
    let account = set.add(Change::create("accounts", &json!({"name": "A"})).unwrap());
    set.add(Change::create("contacts", &json!({"parentcustomerid_account@odata.bind": account})).unwrap());
    set.add(Change::set_reference(&account, "primarycontactid", &Reference::to("contacts", ID)).unwrap());
    let mut batch = Batch::new();
    batch.change_set(set);
    batch.change(Change::delete(&Reference::to("accounts", ID)));
    batch.list("accounts", "$top=1").unwrap();
    batch
}

#[tokio::test]
async fn what_is_no_batch_is_not_sent() {
    let script = Script::start().await;
    let mut large = Batch::new();
    for _ in 0..1001 {
        large.change(Change::delete(&Reference::to("accounts", ID)));
    }
    let mut astray = Batch::new();
    astray.list("../../../secret", "").unwrap();
    for batch in [Batch::new(), large, astray] {
        let refused = script.environment().run(&batch).await;
        assert!(
            matches!(refused, Err(Error::SetUp { .. } | Error::Url { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(script.paths(), Vec::<String>::new());
}

#[tokio::test]
async fn only_a_batch_that_reads_is_sent_again() {
    let script = Script::start().await;
    let environment = script.environment();
    script.replies([Reply::cut()]);
    let lost = environment.run(&changes()).await;
    assert!(matches!(lost, Err(Error::AnswerLost { .. })), "{lost:?}");
    script.replies([
        Reply::cut(),
        multipart(200, |writer| part(200, &[], r#"{"value":[{"name":"A"}]}"#, writer)),
    ]);
    let answers = environment.run(&reads()).await.unwrap();
    let [BatchAnswer::Done(done)] = answers.as_slice() else {
        panic!("{answers:?}")
    };
    assert_eq!(done.rows::<Row>().unwrap()[0].text("name"), Some("A"));
    assert_eq!(script.calls().len(), 3);
}

#[tokio::test]
async fn a_batch_has_the_form_of_the_wire() {
    let script = Script::start().await;
    script.replies([multipart(200, |writer| part(204, &[], "", writer))]);
    script.environment().run(&changes()).await.unwrap();
    let sent = &script.calls()[0];
    let batch = odata::Batch::parse(sent.header("content-type").unwrap(), &sent.body).unwrap();
    let shown = |item: &BatchItem<'_>| {
        let requests = item.requests().iter();
        requests
            .map(|it| {
                format!(
                    "{:?} {} {} {}",
                    it.content_id,
                    it.method,
                    it.url,
                    String::from_utf8_lossy(it.body)
                )
            })
            .collect::<Vec<_>>()
    };
    let root = format!("{}/api/data/v9.2", script.origin());
    let id = "(00000000-0000-0000-0000-000000000009)";
    assert_eq!(
        batch.items.iter().flat_map(shown).collect::<Vec<_>>(),
        [
            format!(r#"Some("1") POST {root}/accounts {{"name":"A"}}"#),
            format!(r#"Some("2") POST {root}/contacts {{"parentcustomerid_account@odata.bind":"$1"}}"#),
            format!(r#"Some("3") PUT $1/primarycontactid/$ref {{"@odata.id":"/contacts{id}"}}"#),
            format!("None DELETE {root}/accounts{id} "),
            format!("None GET {root}/accounts?$top=1 "),
        ]
    );
}

#[tokio::test]
async fn a_batch_that_ends_at_a_failure_tells_which() {
    let script = Script::start().await;
    let address = format!("{}/api/data/v9.2/accounts({ID})", script.origin());
    script.replies([multipart(404, |writer| {
        let made = odata::BatchAnswer {
            content_id: Some("1"),
            status: 204,
            reason: "No Content",
            headers: &[("OData-EntityId", &address)],
            body: b"",
        };
        writer.change_set("changesetresponse_1", &[made]);
        part(
            404,
            &[("REQ_ID", "r1")],
            r#"{"error":{"code":"0x80040217","message":"no"}}"#,
            writer,
        );
    })]);
    let answers = script.environment().run(&changes()).await.unwrap();
    let [BatchAnswer::AllDone(done), BatchAnswer::Refused(refused)] = answers.as_slice() else {
        panic!("{answers:?}")
    };
    assert_eq!(done[0].key, Some(ID));
    assert_eq!(
        (refused.status, refused.code.as_str(), refused.request_id.as_deref()),
        (404, "0x80040217", Some("r1"))
    );
}

#[tokio::test]
async fn a_token_that_ends_before_or_within_a_batch() {
    let script = Script::start().await;
    let environment = script.environment();
    environment.list::<Row>("accounts", "").await.unwrap();
    // Before: nothing of it was done, and it is sent again with a new token, changes and all.
    script.takes_only("token-2");
    script.replies([multipart(200, |writer| part(204, &[], "", writer))]);
    environment.run(&changes()).await.unwrap();
    assert_eq!((script.calls().len(), script.tokens_given()), (3, 2));
    // Within: what was done is done, the rest is told as refused, and nothing is sent again.
    script.replies([multipart(401, |writer| {
        part(204, &[], "", writer);
        part(401, &[], "", writer);
    })]);
    script.takes_only("token-2");
    let answers = environment.run(&changes()).await.unwrap();
    assert!(
        matches!(&answers[..], [BatchAnswer::Done(_), BatchAnswer::Refused(it)] if it.status == 401),
        "{answers:?}"
    );
    assert_eq!(script.calls().len(), 4);
}

#[tokio::test]
async fn half_an_answer_answers_nothing() {
    let script = Script::start().await;
    script.replies([Reply::status(200)
        .header("content-type", "multipart/mixed; boundary=b")
        .body("--b\r\n\r\nHTTP/1.1 204 OK\r\n")]);
    let unread = script.environment().run(&reads()).await;
    assert!(matches!(unread, Err(Error::Shape { .. })), "{unread:?}");
}
