//! Groups in groups, and what is asked of them, in the directory API.

use std::collections::BTreeSet;

use authority::DirectoryRole;
use serde_json::{Value, json};

use crate::graph::{APPLICATION_READ, Caller, DIRECTORY_READ, GROUP_READ_WRITE, USER_READ_WRITE};
use crate::world::{ORIGIN, World, on_both};

async fn group(caller: &Caller<'_>, name: &str) -> String {
    let body = json!({ "displayName": name, "mailNickname": name });
    caller.made("/groups", body).await["id"].as_str().unwrap().to_owned()
}

async fn put(caller: &Caller<'_>, group: &str, member: &str) {
    let reference = json!({ "@odata.id": format!("{ORIGIN}/v1.0/directoryObjects/{member}") });
    caller
        .post(&format!("/groups/{group}/members/$ref"), reference)
        .await
        .done();
}

fn ids(objects: &[Value]) -> BTreeSet<&str> {
    objects.iter().map(|one| one["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_is_refused() {
    on_both(async |world: World| {
        let (caller, people) = (
            world.caller(&[GROUP_READ_WRITE]).await,
            world.caller(&[USER_READ_WRITE]).await,
        );
        let ada = world.person("ada", DirectoryRole::Member).await;
        let own = group(&caller, "one").await;
        for path in [
            format!("/users/{ada}/transitiveMemberOf"),
            format!("/groups/{own}/transitiveMembers"),
        ] {
            people
                .get(&path)
                .await
                .denied(403, "Authorization_RequestDenied", "Insufficient");
        }
        let path = format!("/users/{ada}/getMemberObjects");
        let answer = people.post(&path, json!({ "securityEnabledOnly": true })).await;
        answer.denied(403, "Authorization_RequestDenied", "Insufficient");
        // The right to read people is none to see their groups.
        let answer = people.get(&format!("/users/{ada}?$expand=memberOf")).await;
        answer.denied(403, "Authorization_RequestDenied", "Insufficient");
        for (query, names) in [
            ("$expand=planets", "'planets'"),
            ("$expand=members($top=1)", "only '$select'"),
            ("$expand=members/$ref", "$ref"),
        ] {
            let answer = caller.get(&format!("/groups/{own}?{query}")).await;
            answer.denied(400, "Request_UnsupportedQuery", names);
        }
        let answer = caller.get(&format!("/groups/{own}/members?$expand=memberOf")).await;
        answer.denied(400, "Request_UnsupportedQuery", "'$expand'");
        let check = format!("/users/{ada}/checkMemberGroups");
        caller
            .post(&check, json!({}))
            .await
            .denied(400, "Request_BadRequest", "'groupIds'");
        let many: Vec<String> = (0..21)
            .map(|number| uuid::Uuid::from_u128(number).to_string())
            .collect();
        let answer = caller.post(&check, json!({ "groupIds": many })).await;
        answer.denied(400, "Request_BadRequest", "more than 20 ids");
    })
    .await;
}

#[tokio::test]
async fn groups_hold_each_other_in_a_circle() {
    on_both(async |world: World| {
        let caller = world
            .caller(&[GROUP_READ_WRITE, USER_READ_WRITE, APPLICATION_READ, DIRECTORY_READ])
            .await;
        let ada = world.person("ada", DirectoryRole::Member).await.to_string();
        let principal = caller.principal.to_string();
        let (one, two, three) = (
            group(&caller, "one").await,
            group(&caller, "two").await,
            group(&caller, "three").await,
        );
        for (group, member) in [
            (&one, &two),
            (&two, &three),
            (&three, &one),
            (&three, &ada),
            (&two, &principal),
        ] {
            put(&caller, group, member).await;
        }
        let direct = caller.list(&format!("/groups/{two}/members")).await;
        assert_eq!(ids(&direct), BTreeSet::from([three.as_str(), &principal]));
        let all = caller.list(&format!("/groups/{one}/transitiveMembers")).await;
        assert_eq!(ids(&all), BTreeSet::from([two.as_str(), &three, &ada, &principal]));
        let kinds: BTreeSet<&str> = all.iter().map(|one| one["@odata.type"].as_str().unwrap()).collect();
        let expected = ["group", "servicePrincipal", "user"].map(|kind| format!("#microsoft.graph.{kind}"));
        assert_eq!(kinds, expected.iter().map(String::as_str).collect());
        let groups = BTreeSet::from([one.as_str(), &two, &three]);
        for path in [format!("/users/{ada}"), format!("/servicePrincipals/{principal}")] {
            assert_eq!(caller.list(&format!("{path}/memberOf")).await.len(), 1);
            assert_eq!(ids(&caller.list(&format!("{path}/transitiveMemberOf")).await), groups);
        }
        let answer = caller
            .post(
                &format!("/users/{ada}/getMemberObjects"),
                json!({ "securityEnabledOnly": true }),
            )
            .await;
        let listed: BTreeSet<&str> = answer.ok()["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_str().unwrap())
            .collect();
        assert_eq!(listed, groups);
        let asked = json!({ "groupIds": [one, world.contoso.to_string()] });
        let answer = caller.post(&format!("/users/{ada}/checkMemberGroups"), asked).await;
        assert_eq!(answer.ok()["value"], json!([one]));
        let expanded = caller
            .list("/groups?$select=displayName&$expand=members($select=id)")
            .await;
        assert!(
            expanded
                .iter()
                .all(|one| !one["members"].as_array().unwrap().is_empty() && one.get("id").is_none())
        );
        // A group that is gone is in none.
        caller.delete(&format!("/groups/{two}")).await.done();
        assert!(
            caller
                .list(&format!("/groups/{one}/transitiveMembers"))
                .await
                .is_empty()
        );
    })
    .await;
}
