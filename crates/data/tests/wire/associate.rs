//! `$ref`: links made and ended, from both ends of a relation.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{NOBODY, ROOT};
use crate::world::{Call, World, on_each_engine};

fn to(set: &str, id: impl std::fmt::Display) -> Value {
    json!({ "@odata.id": format!("{ROOT}/{set}({id})") })
}

async fn parent(world: &World, contact: Uuid) -> Value {
    world
        .got(&format!("contacts({contact})?$select=_parentcustomerid_value"))
        .await["_parentcustomerid_value"]
        .clone()
}

#[tokio::test]
async fn refusals() {
    on_each_engine(async |world| {
        let account = world.account("A").await;
        let contact = world.made("contacts", json!({ "lastname": "Berg" })).await;
        let link = format!("accounts({account})/contact_customer_accounts/$ref");
        let absent = format!("404 0x80040217 contact With Id = {NOBODY} Does Not Exist");
        assert_eq!(world.refusal(Call::post(&link, to("contacts", NOBODY))).await, absent);
        let message = "405 0x80040315 `$ref` of a collection takes further rows by `POST`.";
        assert_eq!(world.refusal(Call::put(&link, to("contacts", contact))).await, message);
        let single = format!("accounts({account})/primarycontactid/$ref");
        let message = "405 0x80040315 `$ref` of a single-valued navigation is set by `PUT`.";
        assert_eq!(
            world.refusal(Call::post(&single, to("contacts", contact))).await,
            message
        );
        for body in [
            json!({}),
            json!({ "id": 1 }),
            json!({ "@odata.id": 1 }),
            to("accounts", account),
        ] {
            let reply = world.admin(Call::put(&single, body.clone())).await;
            assert_eq!(reply.status.as_u16(), 400, "{body} {}", reply.error());
        }
        assert_eq!(parent(&world, contact).await, json!(null));
    })
    .await;
}

#[tokio::test]
async fn a_collection_takes_and_loses_rows() {
    on_each_engine(async |world| {
        let account = world.account("A").await;
        let contact = world.made("contacts", json!({ "lastname": "Berg" })).await;
        let link = format!("accounts({account})/contact_customer_accounts");
        for end in [
            format!("{link}({contact})/$ref"),
            format!("{link}/$ref?$id={ROOT}/contacts({contact})"),
        ] {
            assert!(
                world
                    .admin(Call::post(&format!("{link}/$ref"), to("contacts", contact)))
                    .await
                    .expect(204)
                    .body
                    .is_empty()
            );
            assert_eq!(parent(&world, contact).await, json!(account.to_string()));
            world.admin(Call::delete(&end)).await.expect(204);
            assert_eq!(parent(&world, contact).await, json!(null));
        }
    })
    .await;
}

#[tokio::test]
async fn a_single_link_is_set_and_cleared() {
    on_each_engine(async |world| {
        let account = world.account("A").await;
        let contact = world.made("contacts", json!({ "lastname": "Berg" })).await;
        let path = format!("accounts({account})");
        let value = async || {
            world.got(&format!("{path}?$select=_primarycontactid_value")).await["_primarycontactid_value"].clone()
        };
        let set = || Call::put(&format!("{path}/primarycontactid/$ref"), to("contacts", contact));
        let clearing = [
            Call::delete(&format!("{path}/primarycontactid/$ref")),
            Call::patch(&path, json!({ "primarycontactid@odata.bind": null })),
            Call::patch(&path, json!({ "primarycontactid": null })),
        ];
        for clear in clearing {
            world.admin(set()).await.expect(204);
            assert_eq!(value().await, json!(contact.to_string()));
            world.admin(clear).await.expect(204);
            assert_eq!(value().await, json!(null));
        }
    })
    .await;
}

#[tokio::test]
async fn a_pair_is_made_once() {
    on_each_engine(async |world| {
        let user = world
            .application_user(&world.directory.application("App"), world.root)
            .await;
        let role = world.role("Reader", &[("prvReadAccount", "Global")]).await;
        let link = format!("systemusers({user})/systemuserroles_association");
        let give = || Call::post(&format!("{link}/$ref"), to("roles", role));
        world.admin(give()).await.expect(204);
        assert_eq!(
            world.refusal(give()).await,
            "412 0x80040237 Cannot insert duplicate key."
        );
        assert_eq!(world.column(&format!("{link}?$select=name"), "name").await, ["Reader"]);
        let back = world
            .column(
                &format!("roles({role})/systemuserroles_association?$select=fullname"),
                "fullname",
            )
            .await;
        assert_eq!(back.len(), 1);
        world
            .admin(Call::delete(&format!("{link}({role})/$ref")))
            .await
            .expect(204);
        assert!(world.column(&format!("{link}?$select=name"), "name").await.is_empty());
        world
            .admin(Call::delete(&format!("{link}({role})/$ref")))
            .await
            .expect(204);
    })
    .await;
}

/// Each change is decided by the state that the one before it has left, on whichever node.
#[tokio::test(flavor = "multi_thread")]
async fn many_changes_of_roles_at_once_are_all_done() {
    on_each_engine(async |world| {
        let user = world
            .application_user(&world.directory.application("App"), world.root)
            .await;
        let mut roles = Vec::new();
        for number in 0..6 {
            roles.push(
                world
                    .role(&format!("Role {number}"), &[("prvReadAccount", "Global")])
                    .await,
            );
        }
        let other = world.other_node();
        let changes: Vec<_> = roles
            .iter()
            .enumerate()
            .map(|(number, role)| {
                let node = if number % 2 == 0 {
                    world.service.clone()
                } else {
                    other.clone()
                };
                let call = Call::post(
                    &format!("systemusers({user})/systemuserroles_association/$ref"),
                    to("roles", role),
                );
                let (world, token) = (std::sync::Arc::clone(&world), world.token(&world.admin));
                tokio::spawn(async move { world.send_to(&node, &token, call).await.expect(204) })
            })
            .collect();
        for change in changes {
            change.await.unwrap();
        }
        let path = format!("systemusers({user})/systemuserroles_association?$select=name");
        assert_eq!(world.column(&path, "name").await.len(), 6);
    })
    .await;
}
