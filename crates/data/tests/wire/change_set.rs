//! Change sets: all or nothing, and rows that are named before they are there.

use http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{NOBODY, ROOT};
use crate::world::batch::{Inner, Item, batch, change_set};
use crate::world::{Call, World, on_each_engine};

fn create(name: &str) -> Inner {
    Inner::new("POST", "accounts").body(&json!({ "name": name }))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "a body is written where it is sent, with `json!`"
)]
fn patch(url: &str, body: Value) -> Inner {
    Inner::new("PATCH", url).body(&body)
}

fn link(url: &str, to: &str) -> Inner {
    Inner::new("POST", url).body(&json!({ "@odata.id": to }))
}

async fn names(world: &World) -> Vec<String> {
    world.column("accounts?$select=name&$orderby=name", "name").await
}

#[tokio::test]
async fn one_that_fails_takes_all_with_it() {
    on_each_engine(async |world| {
        let there = world.account("There").await;
        let absent = format!("404 0x80040217 account With Id = {NOBODY} Does Not Exist");
        let id = "5a1e0c11-0001-4e0a-9b1c-10aa0000c0de";
        let same = json!({ "accountid": id, "name": "Same" });
        let cases = [
            (Inner::new("DELETE", &format!("accounts({NOBODY})")), absent.as_str()),
            (
                Inner::new("POST", "accounts").body(&json!({ "nam": "x" })),
                "400 0x80048d19 Error identified in Payload provided by the user for Entity :'accounts', For more \
                 information on this error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  \
                 ---->  InnerException : The property 'nam' does not exist on type 'Microsoft.Dynamics.CRM.account'. Make \
                 sure to only use property names that are defined by the type.",
            ),
            (
                patch(&format!("accounts({there})"), json!({ "name": "x" })).header("If-Match", "W/\"1\""),
                "412 0x80060882 The version of the existing record doesn't match the RowVersion property provided.",
            ),
            (
                Inner::new("POST", "accounts").body(&json!({ "accountid": there.to_string(), "name": "x" })),
                "412 0x80040237 Cannot insert duplicate key.",
            ),
            (
                patch(&format!("accounts({there})"), json!({ "name": "x" })).header("If-None-Match", "*"),
                "412 0x80040237 A record with matching key values already exists.",
            ),
            (
                Inner::new("GET", "accounts"),
                "400 0x80060888 An invalid HTTP method 'GET' was detected for a request in a change set. Requests in \
                 change sets only support the HTTP methods 'POST', 'PUT', 'DELETE', and 'PATCH'.",
            ),
            (
                Inner::new("POST", "roles(5a1e0c11-0006-4e0a-9b1c-10aa00000006)/Microsoft.Dynamics.CRM.AddPrivilegesRole")
                    .body(&json!({ "Privileges": [] })),
                "400 0x80060888 The action `AddPrivilegesRole` in a change set with other requests is not supported; send \
                 it by itself.",
            ),
            (
                Inner::new("POST", "accounts").body(&same),
                "412 0x80040237 Cannot insert duplicate key.",
            ),
        ];
        for (failing, expected) in cases {
            let first = Inner::new("POST", "accounts").body(&same).id("1");
            let update = patch(&format!("accounts({there})"), json!({ "name": "Changed" })).id("2");
            let last = create("Last").id("4");
            let reply = world.admin(change_set(vec![first, update, failing.id("3"), last])).await;
            assert_eq!(reply.failed(), format!("3 {expected}"));
            assert!(!String::from_utf8_lossy(&reply.body).contains("changesetresponse"));
            assert_eq!(names(&world).await, ["There"], "{expected}");
        }
    })
    .await;
}

#[tokio::test]
async fn names_of_rows_hold_within_the_set_and_behind_their_request() {
    on_each_engine(async |world| {
        let unknown = |id: &str, name: &str| {
            format!("{id} 400 0x80060888 Content-ID Reference: '${name}' does not exist in the batch context.")
        };
        let rename = |name: &str| patch(&format!("${name}"), json!({ "name": "x" }));
        let set = vec![rename("2").id("1"), create("A").id("2")];
        assert_eq!(world.admin(change_set(set)).await.failed(), unknown("1", "2"));
        let bound = json!({ "lastname": "Berg", "parentcustomerid_account@odata.bind": "$3" });
        let set = vec![create("A").id("1"), Inner::new("POST", "contacts").body(&bound).id("2")];
        assert_eq!(world.admin(change_set(set)).await.failed(), unknown("2", "3"));
        // Only what is made or changed has an address.
        let there = world.account("There").await;
        let set = vec![
            Inner::new("DELETE", &format!("accounts({there})")).id("1"),
            rename("1").id("2"),
        ];
        assert_eq!(world.admin(change_set(set)).await.failed(), unknown("2", "1"));
        let sets = [
            Item::Set(vec![create("A").id("1"), create("B").id("2")]),
            Item::Set(vec![rename("1").id("7"), create("C").id("8")]),
        ];
        let reply = world.admin(batch(&sets)).await;
        assert_eq!((reply.status.as_u16(), reply.statuses()), (400, vec![204, 204, 400]));
        assert_eq!(names(&world).await, ["A", "B", "There"]);
    })
    .await;
}

#[tokio::test]
async fn rows_are_named_before_they_are_there() {
    on_each_engine(async |world| {
        let contact = json!({ "lastname": "Berg", "parentcustomerid_account@odata.bind": "$1" });
        let set = vec![
            create("Fjord Freight").id("1"),
            Inner::new("POST", "contacts").body(&contact).id("2"),
            Inner::new("PUT", "$1/primarycontactid/$ref").body(&json!({ "@odata.id": "$2" })).id("3"),
            patch("$1", json!({ "accountnumber": "77" })).id("4"),
            Inner::new("PUT", "$1/telephone1").body(&json!({ "value": "555" })).id("5"),
            Inner::new("POST", "tasks").body(&json!({ "subject": "Call" })).id("a-task"),
            link("$1/Account_Tasks/$ref", "$a-task").id("6"),
            patch("$2?$select=fullname", json!({ "firstname": "Ada" })).header("Prefer", "return=representation").id("7"),
            Inner::new("DELETE", "$1/telephone1").id("8"),
        ];
        let reply = world.admin(change_set(set)).await.expect(200);
        let answers = reply.answers();
        let ids: Vec<_> = answers.iter().map(|answer| answer.id.clone().unwrap()).collect();
        assert_eq!(ids, ["1", "2", "3", "4", "5", "a-task", "6", "7", "8"]);
        assert_eq!(reply.statuses(), [204, 204, 204, 204, 204, 204, 204, 200, 204]);
        assert_eq!(answers[7].json()["fullname"], "Ada Berg");
        let (account, contact) = (answers[0].key(), answers[1].key());
        assert_eq!(answers[3].key(), account);
        let row = world
            .got(&format!(
                "accounts({account})?$select=accountnumber,telephone1,_primarycontactid_value&$expand=Account_Tasks($select=subject)"
            ))
            .await;
        assert_eq!(row["accountnumber"], "77");
        assert_eq!(row["telephone1"], Value::Null);
        assert_eq!(row["_primarycontactid_value"], json!(contact.to_string()));
        assert_eq!(row["Account_Tasks"][0]["subject"], "Call");
    })
    .await;
}

#[tokio::test]
async fn upserts_find_out_which_they_are() {
    on_each_engine(async |world| {
        let ids: Vec<_> = (0..4)
            .map(|number| format!("5a1e0c11-0001-4e0a-9b1c-10aa0000c0d{number}"))
            .collect();
        let put = |id: &str, name: &str| patch(&format!("accounts({id})"), json!({ "name": name }));
        world
            .admin(Call::patch(
                &format!("accounts({})", ids[0]),
                json!({ "name": "There" }),
            ))
            .await
            .expect(204);
        let made = json!({ "accountid": ids[2], "name": "Made" });
        let set = vec![
            put(&ids[0], "0"),
            put(&ids[1], "1"),
            put(&ids[1], "1 again"),
            Inner::new("POST", "accounts").body(&made),
            put(&ids[2], "2"),
            Inner::new("DELETE", &format!("accounts({})", ids[0])),
            put(&ids[0], "0 again"),
            put(&ids[3], "3").header("If-None-Match", "*"),
        ];
        world.admin(change_set(set)).await.expect(200);
        assert_eq!(names(&world).await, ["0 again", "1 again", "2", "3"]);
        let set = vec![put(&ids[0], "x"), put(NOBODY, "y").header("If-Match", "*").id("2")];
        let absent = format!("2 404 0x80040217 account With Id = {NOBODY} Does Not Exist");
        assert_eq!(world.admin(change_set(set)).await.failed(), absent);
    })
    .await;
}

#[tokio::test]
async fn rights_are_asked_for_within_the_set() {
    on_each_engine(async |world| {
        let privileges = [
            ("prvCreateAccount", "Basic"),
            ("prvReadAccount", "Global"),
            ("prvWriteAccount", "Basic"),
        ];
        let (application, user) = world.caller("Clerk", world.root, &privileges).await;
        let token = world.token(&application);
        let others = world.account("Other's").await;
        // What one has made oneself, one may change at once.
        let set = vec![create("Own").id("1"), patch("$1", json!({ "name": "Own!" }))];
        world.send(&token, change_set(set)).await.expect(200);
        let refused = |id: Uuid, right: &str| {
            format!(
                "2 403 0x80040220 Principal with id {user} does not have {right} right(s) for record with id {id} of \
                     entity account"
            )
        };
        let set = vec![
            create("Undone"),
            patch(&format!("accounts({others})"), json!({ "name": "x" })).id("2"),
        ];
        assert_eq!(
            world.send(&token, change_set(set)).await.failed(),
            refused(others, "WriteAccess")
        );
        // The administrator gives a row away, and the clerk's part of the set is decided by that.
        let as_clerk = |inner: Inner| inner.header("MSCRMCallerID", &user.to_string());
        let give = json!({ "name": "Given", "ownerid@odata.bind": format!("/systemusers({user})") });
        let set = vec![
            Inner::new("POST", "accounts").body(&give).id("1"),
            as_clerk(patch("$1", json!({ "name": "Given!" }))).id("2"),
        ];
        world.admin(change_set(set)).await.expect(200);
        let made = json!({ "accountid": NOBODY, "name": "Mine" });
        let set = vec![
            Inner::new("POST", "accounts").body(&made).id("1"),
            as_clerk(patch("$1", json!({ "name": "x" }))).id("2"),
        ];
        let nobody = NOBODY.parse().unwrap();
        assert_eq!(
            world.admin(change_set(set)).await.failed(),
            refused(nobody, "WriteAccess")
        );
        // A privilege that is missing altogether.
        let set = vec![
            create("Undone"),
            Inner::new("DELETE", &format!("accounts({others})")).id("2"),
        ];
        let failed = world.send(&token, change_set(set)).await.failed();
        assert!(
            failed.starts_with("2 403 0x80040220 Principal user") && failed.contains("prvDeleteAccount"),
            "{failed}"
        );
        assert_eq!(names(&world).await, ["Given!", "Other's", "Own!"]);
    })
    .await;
}

/// Each of two changes alone is right; both together are not.
#[tokio::test]
async fn security_changes_are_decided_one_behind_the_other() {
    on_each_engine(async |world| {
        let (one, other) = (world.unit("One", world.root).await, world.unit("Other", world.root).await);
        let below = |unit: Uuid, parent: Uuid| {
            let body = json!({ "parentbusinessunitid@odata.bind": format!("/businessunits({parent})") });
            patch(&format!("businessunits({unit})"), body)
        };
        let reply = world.admin(change_set(vec![below(one, other).id("1"), below(other, one).id("2")])).await;
        assert!(reply.failed().starts_with("2 400 0x80040203"), "{}", reply.failed());
        let parent = world.got(&format!("businessunits({one})?$select=_parentbusinessunitid_value")).await;
        assert_eq!(parent["_parentbusinessunitid_value"], json!(world.root.to_string()));

        // A right that the set takes away is gone behind it.
        let privileges = [
            ("prvCreateAccount", "Global"),
            ("prvReadAccount", "Global"),
            ("prvReadRole", "Global"),
            ("prvReadUser", "Global"),
            ("prvAssignRole", "Global"),
        ];
        let (application, user) = world.caller("Leaver", world.root, &privileges).await;
        let path = format!("systemusers({user})/systemuserroles_association");
        let role = world.got(&format!("{path}?$select=name")).await["value"][0]["roleid"].clone();
        let role = role.as_str().unwrap();
        let leave = Inner::new("DELETE", &format!("{path}({role})/$ref"));
        let as_leaver = create("x").header("MSCRMCallerID", &user.to_string()).id("2");
        let reply = world.admin(change_set(vec![leave, as_leaver])).await;
        let expected = format!("2 403 0x80042f09 The user (Id = {user}) has not been assigned any roles.");
        assert_eq!(reply.failed(), expected);
        let token = world.token(&application);
        world.send(&token, Call::get("accounts")).await.expect(200);

        let by_key = format!("systemusers(azureactivedirectoryobjectid={})", application.object);
        let set = vec![
            Inner::new("POST", "businessunits").body(&json!({ "name": "Third" })),
            patch(&by_key, json!({ "isdisabled": true })).header("If-Match", "*").id("2"),
        ];
        let failed = world.admin(change_set(set)).await.failed();
        let expected = "2 400 0x80060888 Behind other changes of users, roles, teams and units a row of `systemuser` is named \
                        by its id.";
        assert_eq!(failed, expected);
    })
    .await;
}

/// The application user, their role and a row of theirs come at once.
#[tokio::test]
async fn a_user_is_made_with_what_they_may_do() {
    on_each_engine(async |world| {
        let application = world.directory.application("App");
        let role = world.role("Reader", &[("prvReadAccount", "Global")]).await;
        let user = json!({
            "applicationid": application.app.to_string(),
            "businessunitid@odata.bind": format!("/businessunits({})", world.root),
        });
        let roles = "$user/systemuserroles_association/$ref";
        let set = |last: Inner| {
            vec![
                Inner::new("POST", "systemusers").body(&user).id("user"),
                link(roles, &format!("{ROOT}/roles({role})")).id("role"),
                Inner::new("POST", "accounts")
                    .body(&json!({ "name": "Theirs", "ownerid@odata.bind": "$user" }))
                    .id("row"),
                last.id("last"),
            ]
        };
        let again = link(roles, &format!("roles({role})"));
        let failed = world.admin(change_set(set(again))).await.failed();
        assert_eq!(failed, "last 412 0x80040237 Cannot insert duplicate key.");
        let token = world.token(&application);
        assert_eq!(world.send(&token, Call::get("WhoAmI")).await.status.as_u16(), 403);

        let reply = world.admin(change_set(set(create("Ours")))).await.expect(200);
        assert_eq!(reply.statuses(), [204; 4]);
        let seen = world
            .send(&token, Call::get("accounts?$select=name,_ownerid_value&$orderby=name"))
            .await
            .expect(200);
        assert_eq!(
            seen.json()["value"][1]["_ownerid_value"],
            json!(reply.answers()[0].key().to_string())
        );
    })
    .await;
}

#[tokio::test]
async fn one_request_alone_is_a_set_too() {
    on_each_engine(async |world| {
        let role = world.role("Reader", &[]).await;
        let action = format!("roles({role})/Microsoft.Dynamics.CRM.ReplacePrivilegesRole");
        let items = [
            Item::Set(vec![create("A").id("1")]),
            Item::One(Inner::new("GET", "accounts?$select=name")),
            Item::Set(vec![
                Inner::new("POST", &action).body(&json!({ "Privileges": [] })).id("1"),
            ]),
        ];
        let reply = world.admin(batch(&items)).await.expect(200);
        assert_eq!(reply.statuses(), [204, 200, 204]);
        let text = String::from_utf8(reply.body.clone()).unwrap();
        assert_eq!(
            text.matches("Content-Type: multipart/mixed; boundary=changesetresponse_")
                .count(),
            2
        );
        let reply = world
            .admin(batch(&[Item::Set(vec![Inner::new("GET", "accounts").id("1")])]))
            .await;
        assert!(
            reply
                .failed()
                .starts_with("1 400 0x80060888 An invalid HTTP method 'GET'"),
            "{}",
            reply.failed()
        );
    })
    .await;
}

#[tokio::test]
async fn a_thousand_rows_come_at_once() {
    on_each_engine(async |world| {
        let rows: Vec<_> = (0..1000)
            .map(|number| create(&format!("{number:04}")).id(&number.to_string()))
            .collect();
        let reply = world.admin(change_set(rows)).await.expect(200);
        assert_eq!(reply.statuses(), vec![204; 1000]);
        let count = world.admin(Call::new(Method::GET, "accounts/$count")).await.expect(200);
        assert_eq!(count.body, b"1000");
    })
    .await;
}
