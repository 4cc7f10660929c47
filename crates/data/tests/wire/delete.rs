//! `DELETE` of rows.

use serde_json::json;

use super::NOBODY;
use crate::world::{Call, on_each_engine};

#[tokio::test]
async fn refusals() {
    on_each_engine(async |world| {
        let absent = format!("404 0x80040217 account With Id = {NOBODY} Does Not Exist");
        assert_eq!(
            world.refusal(Call::delete(&format!("accounts({NOBODY})"))).await,
            absent
        );
        let id = world.account("A").await;
        let stale = Call::delete(&format!("accounts({id})")).header("If-Match", "W/\"0\"");
        let changed =
            "412 0x80060882 The version of the existing record doesn't match the RowVersion property provided.";
        assert_eq!(world.refusal(stale).await, changed);
        let unit = world.unit("Sales", world.root).await;
        world.unit("North", unit).await;
        let kept = world.admin(Call::delete(&format!("businessunits({unit})"))).await;
        assert!(matches!(kept.status.as_u16(), 400 | 405), "{}", kept.error());
        assert_eq!(world.column("accounts?$select=name", "name").await, ["A"]);
    })
    .await;
}

#[tokio::test]
async fn a_row_ends_once() {
    on_each_engine(async |world| {
        let id = world.account("A").await;
        let path = format!("accounts({id})");
        let reply = world
            .admin(Call::delete(&path).header("If-Match", "*"))
            .await
            .expect(204);
        assert_eq!(reply.header("OData-EntityId"), None);
        let absent = format!("404 0x80040217 account With Id = {id} Does Not Exist");
        assert_eq!(world.refusal(Call::get(&path)).await, absent);
        assert_eq!(world.refusal(Call::delete(&path)).await, absent);
    })
    .await;
}

#[tokio::test]
async fn what_points_to_it_follows_its_relation() {
    on_each_engine(async |world| {
        let account = world.account("A").await;
        let below = json!({ "name": "Below", "parentaccountid@odata.bind": format!("/accounts({account})") });
        let below = world.made("accounts", below).await;
        let task =
            json!({ "subject": "Call", "regardingobjectid_account_task@odata.bind": format!("/accounts({account})") });
        let task = world.made("tasks", task).await;
        world
            .admin(Call::delete(&format!("accounts({account})")))
            .await
            .expect(204);
        let row = world
            .got(&format!("accounts({below})?$select=_parentaccountid_value"))
            .await;
        assert_eq!(row["_parentaccountid_value"], json!(null), "the link is removed");
        let absent = format!("404 0x80040217 task With Id = {task} Does Not Exist");
        assert_eq!(
            world.refusal(Call::get(&format!("tasks({task})"))).await,
            absent,
            "the row goes with it"
        );
    })
    .await;
}
