//! The access matrix: what each right, held at each depth, lets one do to rows of each kind of table, wherever they are.
//!
//! In: one caller, whose role is changed from line to line while every other right it needs is held at organization
//! depth. Out: a table, compared with the one in `snapshots/`. Invariant: every call goes over the wire with a real token.

mod places;

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use crate::world::{Call, Depth, Reply, World, on_each_engine};
use places::{PLACES, Places};

/// The depths at which a right is tried; the first is not at all.
const DEPTHS: [&str; 5] = ["none", "Basic", "Local", "Deep", "Global"];

/// A right that is tried on the rows of a table.
struct Tried {
    table: &'static str,
    right: &'static str,
    /// The privilege whose depth changes.
    privilege: &'static str,
    /// The depths that a role may hold it at.
    depths: &'static [&'static str],
    /// What else the call takes.
    besides: &'static [&'static str],
}

const USER_OWNED: &[&str] = &["Basic", "Local", "Deep", "Global"];
const BUSINESS_OWNED: &[&str] = &["Local", "Deep", "Global"];
const ORGANIZATION_OWNED: &[&str] = &["Global"];

#[rustfmt::skip]
const MATRIX: &[Tried] = &[
    Tried { table: "account", right: "create", privilege: "prvCreateAccount", depths: USER_OWNED, besides: &["prvAssignAccount"] },
    Tried { table: "account", right: "read", privilege: "prvReadAccount", depths: USER_OWNED, besides: &[] },
    Tried { table: "account", right: "write", privilege: "prvWriteAccount", depths: USER_OWNED, besides: &["prvReadAccount"] },
    Tried { table: "account", right: "delete", privilege: "prvDeleteAccount", depths: USER_OWNED, besides: &["prvReadAccount"] },
    Tried { table: "account", right: "append", privilege: "prvAppendAccount", depths: USER_OWNED, besides: &["prvReadAccount", "prvWriteAccount", "prvAppendToContact", "prvReadContact"] },
    Tried { table: "account", right: "append to", privilege: "prvAppendToAccount", depths: USER_OWNED, besides: &["prvReadAccount", "prvReadContact", "prvWriteContact", "prvAppendContact"] },
    Tried { table: "account", right: "assign", privilege: "prvAssignAccount", depths: USER_OWNED, besides: &["prvReadAccount", "prvWriteAccount"] },
    Tried { table: "team", right: "read", privilege: "prvReadTeam", depths: BUSINESS_OWNED, besides: &[] },
    Tried { table: "team", right: "write", privilege: "prvWriteTeam", depths: BUSINESS_OWNED, besides: &["prvReadTeam"] },
    Tried { table: "team", right: "create", privilege: "prvCreateTeam", depths: BUSINESS_OWNED, besides: &["prvAppendTeam", "prvAppendToBusinessUnit", "prvAppendToUser", "prvReadBusinessUnit", "prvReadUser"] },
    Tried { table: "team", right: "delete", privilege: "prvDeleteTeam", depths: BUSINESS_OWNED, besides: &["prvReadTeam"] },
    Tried { table: "transactioncurrency", right: "read", privilege: "prvReadTransactionCurrency", depths: ORGANIZATION_OWNED, besides: &[] },
    Tried { table: "transactioncurrency", right: "write", privilege: "prvWriteTransactionCurrency", depths: ORGANIZATION_OWNED, besides: &["prvReadTransactionCurrency"] },
];

#[tokio::test]
async fn matrix() {
    on_each_engine(|world| async move {
        let places = Places::new(&world).await;
        let mut text = String::new();
        for tried in MATRIX {
            if tried.right == "read" {
                // Its role would lend the caller what the lines of this right take away.
                places.team_without_role(&world).await;
            }
            writeln!(text, "{}: {}", tried.table, tried.right).unwrap();
            let names = if tried.table == "transactioncurrency" {
                &PLACES[..1]
            } else {
                &PLACES[..]
            };
            let heads: Vec<_> = names.iter().map(|name| format!("{name:<14}")).collect();
            writeln!(text, "  {:<8}{}", "", heads.join("").trim_end()).unwrap();
            for depth in DEPTHS {
                if depth != "none" && !tried.depths.contains(&depth) {
                    continue;
                }
                let line = line(&world, &places, tried, depth).await;
                writeln!(text, "  {depth:<8}{}", line.trim_end()).unwrap();
            }
            writeln!(text).unwrap();
            if tried.right == "read" {
                places.team_with_role(&world).await;
            }
        }
        insta::assert_snapshot!("access_matrix", text);
    })
    .await;
}

/// What becomes of the call for a row in each place.
async fn line(world: &Arc<World>, places: &Places, tried: &Tried, depth: Depth) -> String {
    let mut held: Vec<(&str, Depth)> = tried.besides.iter().map(|privilege| (*privilege, "Global")).collect();
    // A role that holds nothing at all would be told otherwise.
    held.push(("prvReadOrganization", "Global"));
    if depth != "none" {
        held.push((tried.privilege, depth));
    }
    world.set_privileges(places.role, &held).await;
    let count = if tried.table == "transactioncurrency" {
        1
    } else {
        PLACES.len()
    };
    let mut text = String::new();
    for place in 0..count {
        let reply = call(world, places, tried, place).await;
        write!(text, "{:<14}", outcome(&reply)).unwrap();
    }
    text
}

async fn call(world: &Arc<World>, places: &Places, tried: &Tried, place: usize) -> Reply {
    let token = world.token(&places.caller);
    let account = || format!("accounts({})", places.accounts[place]);
    let team = || format!("teams({})", places.teams[place]);
    let change = |path: String, body| Call::patch(&path, body).header("If-Match", "*");
    let call = match (tried.table, tried.right) {
        ("account", "create") => Call::post(
            "accounts",
            json!({ "name": "New", "ownerid@odata.bind": places.owners[place] }),
        ),
        ("account", "read") => Call::get(&account()),
        ("account", "write") => change(account(), json!({ "description": "Changed" })),
        ("account", "delete") => Call::delete(&format!("accounts({})", places.new_account(world, place).await)),
        ("account", "append") => change(
            account(),
            json!({ "primarycontactid@odata.bind": format!("/contacts({})", places.contact) }),
        ),
        ("account", "append to") => change(
            format!("contacts({})", places.contact),
            json!({ "parentcustomerid_account@odata.bind": format!("/{}", account()) }),
        ),
        ("account", "assign") => change(account(), json!({ "ownerid@odata.bind": places.owners[place] })),
        ("team", "read") => Call::get(&team()),
        ("team", "write") => change(team(), json!({ "description": "Changed" })),
        ("team", "create") => Call::post(
            "teams",
            json!({
                "name": format!("New {}", Uuid::from_u128(place as u128)),
                "businessunitid@odata.bind": format!("/businessunits({})", places.units[place]),
                "administratorid@odata.bind": format!("/systemusers({})", world.admin_user),
            }),
        ),
        ("team", "delete") => Call::delete(&format!("teams({})", places.new_team(world, place).await)),
        ("transactioncurrency", "read") => Call::get(&format!("transactioncurrencies({})", places.currency)),
        ("transactioncurrency", "write") => change(
            format!("transactioncurrencies({})", places.currency),
            json!({ "currencyname": "Crown" }),
        ),
        other => panic!("no call for {other:?}"),
    };
    world.send(&token, call).await
}

/// The answer in a word or two.
fn outcome(reply: &Reply) -> String {
    match reply.status.as_u16() {
        200 | 201 | 204 => "yes".to_owned(),
        404 => "unseen".to_owned(),
        403 if reply.error().contains("is missing prv") => "no privilege".to_owned(),
        403 if reply.error().contains("Access right(s)") => "out of reach".to_owned(),
        _ => reply.error(),
    }
}

/// What an application sees in the name of somebody: for each depth of its own, and each of theirs, how many of the
/// accounts in [`PLACES`].
#[tokio::test]
async fn impersonation() {
    on_each_engine(|world| async move {
        let places = Places::new(&world).await;
        places.team_without_role(&world).await;
        let act = ("prvActOnBehalfOfAnotherUser", "Global");
        let (application, user) = world.caller("Application", world.root, &[act]).await;
        let role = world.role("Application's", &[act]).await;
        world.give_role(user, role).await;
        let mut text = format!("rows    {:<8}{:<8}{:<8}{:<8}Global\n", "none", "Basic", "Local", "Deep");
        for own in DEPTHS {
            let held = if own == "none" {
                vec![act]
            } else {
                vec![act, ("prvReadAccount", own)]
            };
            world.set_privileges(role, &held).await;
            let mut line = format!("{own:<8}");
            for theirs in DEPTHS {
                let held = if theirs == "none" {
                    "prvReadContact"
                } else {
                    "prvReadAccount"
                };
                let depth = if theirs == "none" { "Global" } else { theirs };
                world.set_privileges(places.role, &[(held, depth)]).await;
                let call = Call::get("accounts?$select=name").header("MSCRMCallerID", &places.user.to_string());
                let reply = world.send(&world.token(&application), call).await;
                let seen = match reply.status.as_u16() {
                    200 => reply.json()["value"].as_array().unwrap().len().to_string(),
                    _ => outcome(&reply).replace("no privilege", "-"),
                };
                write!(line, "{seen:<8}").unwrap();
            }
            writeln!(text, "{}", line.trim_end()).unwrap();
        }
        insta::assert_snapshot!("access_by_impersonation", text);
    })
    .await;
}
