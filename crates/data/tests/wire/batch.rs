//! `$batch`: several requests in one, each as if it had come alone.

use data::{LimitOptions, Limits};
use http::Method;
use serde_json::json;

use super::{NOBODY, ROOT, shown};
use crate::world::batch::{Inner, Item, batch, text};
use crate::world::{Call, Reply, World, on_each_engine};

fn get(url: &str) -> Item {
    Item::One(Inner::new("GET", url))
}

fn create(name: &str) -> Item {
    Item::One(Inner::new("POST", "accounts").body(&json!({ "name": name })))
}

fn read(world_reply: &Reply, at: usize) -> serde_json::Value {
    world_reply.answers()[at].json()
}

async fn names(world: &World) -> Vec<String> {
    world.column("accounts?$select=name&$orderby=name", "name").await
}

/// Before what changes from run to run.
const CHANGING: [&str; 4] = ["batchresponse_", "changesetresponse_", "REQ_ID: ", "ETag: "];

/// An answer without guids of its own, and without versions.
fn printed(reply: &Reply) -> String {
    let text = shown(reply, &[]).replace('\r', "");
    let line = |line: &str| {
        let parts = CHANGING.iter().find_map(|word| Some((word, line.split_once(word)?)));
        match parts {
            Some((word, (head, tail))) => {
                let end = if tail.ends_with("--") { "--" } else { "" };
                format!("{head}{word}…{end}")
            }
            None => line.to_owned(),
        }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused_whole() {
    on_each_engine(async |world| {
        let whole = text(&[create("A"), create("B")]);
        let send = |content_type: &str, body: &str| {
            Call::new(Method::POST, "$batch").typed_body(content_type, body.as_bytes())
        };
        let mixed = "multipart/mixed; boundary=b";
        for (call, expected) in [
            (
                send("application/json", "{\"requests\":[]}"),
                "400 0x80060888 A batch is sent as `multipart/mixed`, not as `application/json`.",
            ),
            (
                send("multipart/mixed", &whole),
                "400 0x80060888 The content type `multipart/mixed` has no boundary of 1 to 70 characters.",
            ),
            (
                send(mixed, whole.trim_end().trim_end_matches("--")),
                "400 0x80060888 The delimiter `--b--` is missing at the end.",
            ),
            (
                send(mixed, &text(&vec![create("A"); 1001])),
                "400 0x80060888 A batch takes 1000 requests at most.",
            ),
            (
                batch(&[create("A")]).header("Prefer", "return=representation"),
                "400 0x80060888 The header `prefer`, but for `odata.continue-on-error`, belongs to the requests within \
                 the batch.",
            ),
            (
                batch(&[create("A")]).header("If-Match", "*"),
                "400 0x80060888 The header `if-match` belongs to the requests within the batch.",
            ),
            (
                batch(&[create("A")]).header("MSCRM.SolutionUniqueName", "x"),
                "400 0x80060888 The header `mscrm.solutionuniquename` is not supported.",
            ),
            (
                Call::new(Method::POST, "$batch?$top=1").typed_body(mixed, whole.as_bytes()),
                "400 0x80060888 Query options of `$batch` are not supported; they belong to the requests within it.",
            ),
            (
                Call::get("$batch"),
                "405 0x80040315 The method `GET` is not allowed for `$batch`, which takes `POST`.",
            ),
        ] {
            assert_eq!(world.refusal(call).await, expected);
        }
        assert_eq!(names(&world).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn requests_within_it_are_refused_as_if_they_came_alone() {
    on_each_engine(async |world| {
        let absent = format!("404 0x80040217 account With Id = {NOBODY} Does Not Exist");
        let cases = [
            (Inner::new("GET", &format!("accounts({NOBODY})")), absent.as_str()),
            (
                Inner::new("GET", "https://evil.example.test/api/data/v9.2/accounts"),
                "400 0x80040203 `https://evil.example.test/api/data/v9.2/accounts` is not an address of this environment.",
            ),
            (Inner::new("GET", "/accounts"), "404 0x80060888 Resource not found for the segment 'accounts'."),
            (
                Inner::new("HEAD", "accounts"),
                "405 0x80040315 The method `HEAD` is not allowed.",
            ),
            (
                Inner::new("GET", "$1/name"),
                "400 0x80060888 Content-ID Reference: '$1' does not exist in the batch context.",
            ),
            (Inner::new("POST", "$batch"), "400 0x80060888 A batch within a batch is not supported."),
            (
                Inner::new("GET", "accounts").header("Prefer", "respond-async"),
                "400 0x80060888 The preference `respond-async` is not supported.",
            ),
            (
                Inner::new("GET", "accounts").header("MSCRMCallerID", "x"),
                "400 0x80040203 The header `MSCRMCallerID` is not one guid: `x`.",
            ),
            (
                Inner::new("GET", &format!("accounts?$select={}", "x".repeat(65_536))),
                "414 0x80060888 The URL is `65552` bytes long, more than 65536.",
            ),
        ];
        for (inner, expected) in cases {
            let reply = world.admin(batch(&[Item::One(inner)])).await;
            assert_eq!(reply.failed(), format!("- {expected}"));
        }
    })
    .await;
}

#[tokio::test]
async fn the_first_failure_ends_it_unless_told_otherwise() {
    on_each_engine(async |world| {
        let missing = get(&format!("accounts({NOBODY})"));
        let items = [create("A"), missing.clone(), create("B")];
        let reply = world.admin(batch(&items)).await;
        assert_eq!((reply.status.as_u16(), reply.statuses()), (404, vec![204, 404]));
        assert_eq!(names(&world).await, ["A"], "what was done before stays");
        let reply = world
            .admin(batch(&items).header("Prefer", "odata.continue-on-error"))
            .await;
        assert_eq!((reply.status.as_u16(), reply.statuses()), (200, vec![204, 404, 204]));
        assert_eq!(names(&world).await, ["A", "A", "B"]);
        let items = [
            missing,
            create("C"),
            Item::Set(vec![Inner::new("DELETE", &format!("accounts({NOBODY})"))]),
        ];
        let reply = world
            .admin(batch(&items).header("Prefer", "odata.continue-on-error"))
            .await;
        assert_eq!((reply.status.as_u16(), reply.statuses()), (200, vec![404, 204, 404]));
    })
    .await;
}

#[tokio::test]
async fn each_sees_what_those_before_it_did() {
    on_each_engine(async |world| {
        let id = "5a1e0c11-0001-4e0a-9b1c-10aa0000c0de";
        let items = [
            Item::One(Inner::new("PATCH", &format!("{ROOT}/accounts({id})")).body(&json!({ "name": "Fjord Freight" }))),
            get("/api/data/v9.2/accounts?$select=name&$filter=name eq 'Fjord Freight'"),
            Item::One(
                Inner::new("PATCH", &format!("accounts({id})?$select=name"))
                    .header("Prefer", "return=representation")
                    .header("If-Match", "*")
                    .body(&json!({ "name": "Søn" })),
            ),
            get(&format!("accounts({id})/name/$value")),
            Item::One(Inner::new("DELETE", &format!("accounts({id})"))),
            get("accounts/$count"),
        ];
        let reply = world.admin(batch(&items)).await.expect(200);
        assert!(
            reply
                .header("content-type")
                .unwrap()
                .starts_with("multipart/mixed; boundary=batchresponse_")
        );
        assert_eq!(read(&reply, 1)["value"][0]["name"], "Fjord Freight");
        insta::assert_snapshot!("batch_answers", printed(&reply));
    })
    .await;
}

#[tokio::test]
async fn links_to_further_pages_can_be_followed() {
    on_each_engine(async |world| {
        for name in ["A b", "B b", "C"] {
            world.account(name).await;
        }
        let page = Inner::new(
            "GET",
            "accounts?$select=name&$orderby=name&$filter=contains(name,'b') or name eq 'C'",
        )
        .header("Prefer", "odata.maxpagesize=2");
        let page = page.header("Accept", "application/json");
        let reply = world.admin(batch(&[Item::One(page)])).await.expect(200);
        let next = read(&reply, 0)["@odata.nextLink"].as_str().unwrap().to_owned();
        assert!(!next.contains(' '), "{next}");
        assert_eq!(world.column(&next, "name").await, ["C"]);
    })
    .await;
}

#[tokio::test]
async fn a_request_is_made_for_whom_it_names() {
    on_each_engine(async |world| {
        let privileges = [("prvReadAccount", "Basic"), ("prvCreateAccount", "Basic")];
        let (_, one) = world.caller("One", world.root, &privileges).await;
        let (plain, other) = world.caller("Other", world.root, &privileges).await;
        let (one, other) = (one.to_string(), other.to_string());
        let as_user = |user: &str| Item::One(Inner::new("GET", "WhoAmI").header("MSCRMCallerID", user));
        let items = [get("WhoAmI"), as_user(&one), as_user(&other)];
        let who = |reply: &Reply| -> Vec<String> {
            let answers = reply.answers();
            answers
                .iter()
                .map(|answer| answer.json()["UserId"].as_str().unwrap().to_owned())
                .collect()
        };
        let reply = world.admin(batch(&items)).await.expect(200);
        assert_eq!(who(&reply), [world.admin_user.to_string(), one.clone(), other.clone()]);

        // Whoever sends the batch in the name of a user has decided.
        let within = world
            .admin(batch(&[get("WhoAmI"), as_user(&one)]).header("MSCRMCallerID", &one))
            .await
            .expect(200);
        assert_eq!(who(&within), [one.clone(), one.clone()]);
        let admin = world.admin_user.to_string();
        for escape in [&other, &admin] {
            let reply = world
                .admin(batch(&[as_user(escape)]).header("MSCRMCallerID", &one))
                .await;
            let expected = "- 400 0x80040203 The batch is sent in the name of a user, and a request within it names \
                            another one.";
            assert_eq!(reply.failed(), expected);
        }
        let reply = world.send(&world.token(&plain), batch(&[as_user(&one)])).await;
        let may_not = "- 403 0x8004a110 User does not have the privilege to act on behalf another user.";
        assert_eq!(reply.failed(), may_not);
    })
    .await;
}

#[tokio::test]
async fn trust_that_ends_within_it_ends_it() {
    on_each_engine(async |world| {
        let (application, user) = world.caller("App", world.root, &[("prvReadAccount", "Global")]).await;
        let roles = world
            .got(&format!("systemusers({user})/systemuserroles_association?$select=name"))
            .await;
        let role = roles["value"][0]["roleid"].as_str().unwrap().to_owned();
        let token = world.token(&application);
        world.send(&token, batch(&[get("accounts")])).await.expect(200);
        // The administrator's batch takes the role away and then acts for the application.
        let items = [
            Item::One(Inner::new("GET", "accounts").header("MSCRMCallerID", &user.to_string())),
            Item::One(Inner::new(
                "DELETE",
                &format!("systemusers({user})/systemuserroles_association({role})/$ref"),
            )),
            Item::One(Inner::new("GET", "accounts").header("MSCRMCallerID", &user.to_string())),
        ];
        let reply = world.admin(batch(&items)).await;
        assert_eq!(reply.statuses(), [200, 204, 403]);
        world.directory.disable_application(&application);
        let reply = world.send(&token, batch(&[get("accounts")])).await;
        assert_eq!(reply.status.as_u16(), 401);
        assert!(reply.header("www-authenticate").is_some());
    })
    .await;
}

#[tokio::test]
async fn it_counts_as_one_request() {
    on_each_engine(async |world| {
        let limits = Limits {
            requests: 2,
            ..Limits::default()
        };
        let node = world.node(LimitOptions::On(limits));
        let token = world.token(&world.admin);
        let items = [get("WhoAmI"), get("WhoAmI"), get("WhoAmI")];
        let reply = world.send_to(&node, &token, batch(&items)).await.expect(200);
        assert_eq!(reply.statuses(), [200, 200, 200]);
        assert_eq!(reply.header("x-ms-ratelimit-burst-remaining-xrm-requests"), Some("1"));
        world.send_to(&node, &token, batch(&items)).await.expect(200);
        let reply = world.send_to(&node, &token, batch(&items)).await;
        assert!(reply.error().starts_with("429 0x80072322"), "{}", reply.error());
    })
    .await;
}
