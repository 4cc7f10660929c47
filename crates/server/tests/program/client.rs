//! The client crate against the program: every kind of call, as an application makes it.

use ::client::{
    Batch, BatchAnswer, Change, ChangeSet, Direction, ETag, Environment, Error, Expand, Filter, Operation, Query,
    Reference, Row, column,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    place::on_both,
    world::{World, refusal},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_application_does_all_its_work() {
    on_both(async |place| {
        let (mut process, world) = place.running(&[]);
        let environment = world.contoso("DEPLOYER");
        refusals(&environment).await;
        rows(&environment).await;
        references(&environment).await;
        queries(&environment).await;
        batches(&environment).await;
        people(&world, &environment).await;
        raw(&environment).await;
        process.stop();
    })
    .await;
}

async fn refusals(environment: &Environment) {
    let nobody = Uuid::from_u128(404);
    let (status, code, _text) = refusal(environment.retrieve::<Row>("accounts", nobody, "").await);
    assert_eq!((status, code.as_str()), (404, "0x80040217"));
    assert_eq!(
        refusal(environment.update("accounts", nobody, &json!({"name": "x"})).await).0,
        404
    );
    assert_eq!(refusal(environment.delete("accounts", nobody).await).0, 404);
    let Err(Error::Service(refused)) = environment.list::<Row>("acounts", "").await else {
        panic!("no such table")
    };
    assert!(refused.request_id.is_some() && refused.client_request_id.is_some());
}

async fn rows(environment: &Environment) {
    let account = environment
        .create("accounts", &json!({"name": "Client A"}))
        .await
        .unwrap();
    let read: Row = environment.retrieve("accounts", account, "$select=name").await.unwrap();
    assert_eq!(
        (read.text("name"), read.id("accountid")),
        (Some("Client A"), Some(account))
    );
    let version = read.etag().unwrap();
    let unchanged = environment
        .retrieve_if_changed::<Row>("accounts", account, version, "$select=name")
        .await;
    assert_eq!(unchanged.unwrap(), None);
    environment
        .update_version("accounts", account, version, &json!({"name": "Client B"}))
        .await
        .unwrap();
    let stale = environment
        .update_version("accounts", account, version, &json!({"name": "x"}))
        .await;
    assert_eq!(refusal(stale).0, 412);
    let changed: Row = environment
        .update_returning("accounts", account, &json!({"name": "Client C"}), "$select=name")
        .await
        .unwrap();
    assert_eq!(changed.text("name"), Some("Client C"));
    assert_eq!(
        refusal(environment.delete_version("accounts", account, ETag(1)).await).0,
        412
    );
    environment.delete("accounts", account).await.unwrap();
    environment
        .upsert("accounts", account, &json!({"name": "Client D"}))
        .await
        .unwrap();
    environment.delete("accounts", account).await.unwrap();
    let made: Row = environment
        .create_returning("accounts", &json!({"name": "Client E"}), "$select=name")
        .await
        .unwrap();
    environment
        .delete("accounts", made.id("accountid").unwrap())
        .await
        .unwrap();
    let posted = environment
        .post("accounts", &json!({"name": "Client F"}))
        .await
        .unwrap();
    environment.delete("accounts", posted).await.unwrap();
}

async fn references(environment: &Environment) {
    let contact = environment
        .create("contacts", &json!({"lastname": "Berg"}))
        .await
        .unwrap();
    let berg = Reference::to("contacts", contact);
    let bound = json!({"name": "Client G", "primarycontactid@odata.bind": berg});
    let account = environment.create("accounts", &bound).await.unwrap();
    let primary = async || {
        let query = Query::new().select(["_primarycontactid_value"]).annotations("*");
        let row: Row = environment.retrieve("accounts", account, query).await.unwrap();
        row.lookup("primarycontactid")
    };
    let lookup = primary().await.unwrap();
    assert_eq!((lookup.id, lookup.table.as_deref()), (contact, Some("contact")));
    environment
        .clear_reference("accounts", account, "primarycontactid")
        .await
        .unwrap();
    assert_eq!(primary().await, None);
    environment
        .set_reference("accounts", account, "primarycontactid", &berg)
        .await
        .unwrap();
    assert_eq!(primary().await.map(|it| it.id), Some(contact));
    let members = "contact_customer_accounts";
    let count = async || {
        let path = format!("accounts({account})/{members}");
        environment
            .list::<Row>(&path, "$select=lastname")
            .await
            .unwrap()
            .rows
            .len()
    };
    environment
        .associate("accounts", account, members, &berg)
        .await
        .unwrap();
    assert_eq!(count().await, 1);
    environment
        .disassociate("accounts", account, members, &berg)
        .await
        .unwrap();
    assert_eq!(count().await, 0);
    environment.delete("accounts", account).await.unwrap();
    environment.delete("contacts", contact).await.unwrap();
}

async fn queries(environment: &Environment) {
    let names = ["O'Brien & Söhne + 1%", "Zebra", "Äpfel"];
    let mut made = Vec::new();
    for name in names {
        made.push(environment.create("accounts", &json!({"name": name})).await.unwrap());
    }
    for (name, id) in names.iter().zip(&made) {
        let query = Query::new().select(["name"]).filter(column("name").eq(*name)).counted();
        let page = environment.list::<Row>("accounts", query).await.unwrap();
        let found: Vec<_> = page.rows.iter().map(|row| row.id("accountid")).collect();
        assert_eq!((found, page.count), (vec![Some(*id)], Some(1)), "{name}");
    }
    let these = || column("accountid").is_in(made.iter().copied());
    let query = Query::new()
        .select(["name"])
        .filter(these().and(!Filter::exists("contact_customer_accounts")))
        .expand(Expand::new("primarycontactid").select(["fullname"]))
        .order_by("name", Direction::Descending)
        .page_size(2);
    let first = environment.list::<Row>("accounts", query).await.unwrap();
    let second = environment.next::<Row>(&first.next.unwrap()).await.unwrap();
    assert_eq!((first.rows.len(), second.rows.len(), second.next), (2, 1, None));
    assert_eq!(
        environment
            .count("accounts", Query::new().filter(these()))
            .await
            .unwrap(),
        3
    );
    for id in made {
        environment.delete("accounts", id).await.unwrap();
    }
}

async fn batches(environment: &Environment) {
    let mut together = ChangeSet::new();
    let account = together.add(Change::create("accounts", &json!({"name": "Batch A"})).unwrap());
    let bound = json!({"lastname": "Batch", "parentcustomerid_account@odata.bind": account});
    let contact = together.add(Change::create("contacts", &bound).unwrap());
    together.add(Change::set_reference(&account, "primarycontactid", &contact).unwrap());
    let mut batch = Batch::new();
    batch.change_set(together);
    let query = Query::new()
        .filter(column("name").eq("Batch A"))
        .expand(Expand::new("primarycontactid").select(["lastname"]));
    batch.list("accounts", query).unwrap();
    let answers = environment.run(&batch).await.unwrap();
    let [BatchAnswer::AllDone(made), BatchAnswer::Done(read)] = answers.as_slice() else {
        panic!("{answers:?}")
    };
    let rows = read.rows::<Row>().unwrap();
    assert_eq!(rows[0].id("accountid"), made[0].key);
    assert_eq!(rows[0].get("primarycontactid").unwrap()["lastname"], "Batch");

    let account = made[0].key.unwrap();
    let mut fails = ChangeSet::new();
    fails.add(Change::update(&Reference::to("accounts", account), &json!({"name": "Batch B"})).unwrap());
    fails.add(Change::delete(&Reference::to("accounts", Uuid::from_u128(404))));
    let mut batch = Batch::new();
    batch.change_set(fails);
    batch.retrieve("accounts", account, "$select=name").unwrap();
    let stopped = environment.run(&batch).await.unwrap();
    assert!(
        matches!(&stopped[..], [BatchAnswer::Refused(it)] if it.status == 404),
        "{stopped:?}"
    );
    batch.go_on_after_failures();
    let went_on = environment.run(&batch).await.unwrap();
    let [BatchAnswer::Refused(_), BatchAnswer::Done(row)] = went_on.as_slice() else {
        panic!("{went_on:?}")
    };
    assert_eq!(row.row::<Row>().unwrap().text("name"), Some("Batch A"), "all or none");
    // Its contact goes with it.
    environment.delete("accounts", account).await.unwrap();
}

async fn people(world: &World, environment: &Environment) {
    let alice = environment.on_behalf_of(world.person("ALICE"));
    let who = Operation::unbound("WhoAmI");
    let user = async |environment: &Environment| environment.function::<Row>(&who).await.unwrap().id("UserId");
    assert_ne!(user(&alice).await, user(environment).await);
    assert_eq!(user(environment).await, user(&world.contoso("DEPLOYER")).await);
}

async fn raw(environment: &Environment) {
    let request = http::Request::get("/api/data/v9.1/accounts?$top=1")
        .body(String::new())
        .unwrap();
    let answer = environment.forward(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    let request = http::Request::get("/api/data/v9.2/acounts")
        .body(String::new())
        .unwrap();
    assert_eq!(environment.forward(request).await.unwrap().status(), 404);
}
