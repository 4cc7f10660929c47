//! Connections that break off: what is sent again, and what a lost answer is taken for.

use std::task::{Context, Waker};

use commonhold_client::{ETag, Error, Operation, Reference, Row};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::script::{Reply, Script, refusal, secret};

const ID: Uuid = Uuid::from_u128(9);

#[tokio::test]
async fn what_may_have_been_done_is_told_and_not_done_twice() {
    let script = Script::start().await;
    let environment = script.environment();
    script.replies((0..2).map(|_| Reply::cut()));
    let posted = environment.post("accounts", &json!({})).await;
    assert!(matches!(posted, Err(Error::AnswerLost { .. })), "{posted:?}");
    let acted = environment.action::<_, Value>(&Operation::unbound("X"), &()).await;
    assert!(matches!(acted, Err(Error::AnswerLost { .. })), "{acted:?}");
    assert_eq!(script.calls().len(), 2);
}

#[tokio::test]
async fn a_change_of_a_version_that_is_found_gone_may_be_its_own() {
    let script = Script::start().await;
    script.replies([Reply::cut(), Reply::refused(412, "0x80060882")]);
    let changed = script
        .environment()
        .update_version("accounts", ID, ETag(7), &json!({}))
        .await;
    let Err(error @ Error::AnswerLost { .. }) = changed else {
        panic!("{changed:?}")
    };
    assert!(
        std::error::Error::source(&error)
            .unwrap()
            .to_string()
            .contains("0x80060882")
    );
}

#[tokio::test]
async fn a_row_that_is_there_or_gone_was_not_this_calls_doing_unless_an_answer_was_lost() {
    let script = Script::start().await;
    let environment = script.environment();
    script.replies([Reply::refused(412, "0x80040237"), Reply::refused(404, "0x80040217")]);
    assert_eq!(refusal(environment.create("accounts", &json!({})).await).status, 412);
    assert_eq!(refusal(environment.delete("accounts", ID).await).status, 404);
    assert_eq!(script.calls().len(), 2);
}

#[tokio::test]
async fn a_create_whose_answer_was_lost_is_sent_again_under_the_same_key() {
    let script = Script::start().await;
    let environment = script.environment();
    script.replies([Reply::cut(), Reply::refused(412, "0x80040237")]);
    let key = environment.create("accounts", &json!({"name": "A"})).await.unwrap();
    let calls = script.calls();
    assert_eq!(
        (calls.len(), &calls[0].path, &calls[0].body),
        (2, &calls[1].path, &calls[1].body)
    );
    assert!(calls[0].path.contains(&key.to_string()));
    assert_eq!(
        calls[0].header("x-ms-client-request-id"),
        calls[1].header("x-ms-client-request-id")
    );
    // The row is read where it was asked for.
    script.replies([
        Reply::cut(),
        Reply::refused(412, "0x80040237"),
        Reply::status(200).body(r#"{"name":"A"}"#),
    ]);
    let row: Row = environment
        .create_returning("accounts", &json!({}), "$select=name")
        .await
        .unwrap();
    assert_eq!(row.text("name"), Some("A"));
    assert_eq!(script.calls()[4].method, "GET");
}

#[tokio::test]
async fn what_is_the_same_when_done_twice_is_sent_again() {
    let script = Script::start().await;
    let environment = script.environment();
    let contact = Reference::to("contacts", ID);
    script.replies([Reply::cut(), Reply::status(204)]);
    environment.update("accounts", ID, &json!({})).await.unwrap();
    script.replies([Reply::cut(), Reply::status(204)]);
    environment.upsert("accounts", ID, &json!({})).await.unwrap();
    script.replies([Reply::cut(), Reply::refused(404, "0x80040217")]);
    environment.delete("accounts", ID).await.unwrap();
    script.replies([Reply::cut(), Reply::refused(412, "0x80040237")]);
    environment
        .associate("accounts", ID, "members", &contact)
        .await
        .unwrap();
    script.replies([Reply::cut(), Reply::cut(), Reply::status(200).body(r#"{"value":[]}"#)]);
    environment.list::<Row>("accounts", "").await.unwrap();
    assert_eq!(script.calls().len(), 11);
    assert_eq!(script.waited(), [0.5, 0.5, 0.5, 0.5, 0.5, 1.0]);
}

#[tokio::test]
async fn a_read_that_never_comes_through_did_nothing() {
    let script = Script::start().await;
    script.replies((0..9).map(|_| Reply::cut()));
    let read = script.environment().list::<Row>("accounts", "").await;
    assert!(matches!(read, Err(Error::Unreachable { .. })), "{read:?}");
    assert_eq!(script.calls().len(), 5);
    let written = script.environment().upsert("accounts", ID, &json!({})).await;
    assert!(written.is_ok(), "four cuts, and then an answer: {written:?}");
    script.replies((0..5).map(|_| Reply::cut()));
    let written = script.environment().upsert("accounts", ID, &json!({})).await;
    assert!(matches!(written, Err(Error::AnswerLost { .. })), "{written:?}");
}

#[tokio::test]
async fn where_nobody_answers_nothing_was_done() {
    let script = Script::start().await;
    let free = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let application = script.application(secret());
    let environment = application
        .environment_in("t", script.origin(), &format!("http://{free}"))
        .unwrap();
    let posted = environment.post("accounts", &json!({})).await;
    assert!(matches!(posted, Err(Error::Unreachable { .. })), "{posted:?}");
    assert_eq!(script.waited(), [0.5, 1.0, 2.0, 4.0]);
}

#[tokio::test]
async fn a_dropped_call_frees_its_place() {
    let script = Script::start().await;
    let options = commonhold_client::Options {
        concurrency: commonhold_client::Concurrency { first: 1, most: 1 },
        ..script.options()
    };
    let application = commonhold_client::Application::new(crate::script::APP_ID, secret(), options).unwrap();
    let environment = application.environment(script.origin()).unwrap();
    environment.list::<Row>("accounts", "").await.unwrap();
    for _ in 0..3 {
        let mut call = Box::pin(environment.list::<Row>("accounts", ""));
        // On its way, and dropped there.
        let mut unheard = Context::from_waker(Waker::noop());
        assert!(call.as_mut().poll(&mut unheard).is_pending());
    }
    environment.list::<Row>("accounts", "").await.unwrap();
}
