//! The demonstration world: made in an empty folder, found by the next start, and what its people may do in it.

use std::collections::HashSet;

use gateway::Environment;
use serde_json::{Value, json};

use crate::{
    place::on_both,
    world::{OWNED, Owned, World, all, refusal},
};

/// What `demo.env` tells.
const KEYS: [&str; 31] = [
    "COMMONHOLD_URL",
    "COMMONHOLD_CA",
    "CONTOSO_TENANT_ID",
    "CONTOSO_DOMAIN",
    "CONTOSO_ENVIRONMENT",
    "FABRIKAM_TENANT_ID",
    "FABRIKAM_DOMAIN",
    "FABRIKAM_ENVIRONMENT",
    "READER_CLIENT_ID",
    "READER_CLIENT_SECRET",
    "DEPLOYER_CLIENT_ID",
    "DEPLOYER_CLIENT_SECRET",
    "FABRIKAM_DEPLOYER_CLIENT_ID",
    "FABRIKAM_DEPLOYER_CLIENT_SECRET",
    "VENDOR_CLIENT_ID",
    "VENDOR_CLIENT_SECRET",
    "ALICE_OBJECT_ID",
    "ALICE_UPN",
    "ALICE_PASSWORD",
    "BOB_OBJECT_ID",
    "BOB_UPN",
    "BOB_PASSWORD",
    "CAROL_OBJECT_ID",
    "CAROL_UPN",
    "CAROL_PASSWORD",
    "ADMIN_OBJECT_ID",
    "ADMIN_UPN",
    "ADMIN_PASSWORD",
    "FABRIKAM_ADMIN_OBJECT_ID",
    "FABRIKAM_ADMIN_UPN",
    "FABRIKAM_ADMIN_PASSWORD",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_world_is_made_once_and_found_again() {
    on_both(async |place| {
        let (mut first, made) = place.running(&[]);
        assert!(
            first.printed.contains("Demonstration world made in"),
            "{}",
            first.printed
        );
        for key in KEYS {
            assert!(!made.get(key).is_empty(), "{key}");
        }
        whole(&made).await;
        readers(&made).await;
        people(&made).await;
        tenants_are_apart(&made).await;
        path_form(&made).await;
        first.stop();

        let (mut second, found) = place.running(&[]);
        assert!(
            second.printed.contains("Demonstration world found in"),
            "{}",
            second.printed
        );
        whole(&found).await;
        assert_eq!(found.lasting(), made.lasting());
        second.stop();
    })
    .await;
}

/// As many rows as promised, spread over units and owners; seen over HTTPS by the one who may see all.
pub(crate) async fn whole(world: &World) {
    let deployer = world.contoso("DEPLOYER");
    for (set, at_least) in [("accounts", 1000), ("contacts", 2000)] {
        let rows: Vec<Owned> = all(&deployer, set, OWNED).await;
        let owners: HashSet<_> = rows.iter().map(|it| &it.owner).collect();
        let units: HashSet<_> = rows.iter().map(|it| &it.unit).collect();
        assert!(rows.len() >= at_least, "{} {set}", rows.len());
        assert!(owners.len() >= 3, "{} owners of {set}", owners.len());
        assert_eq!(units.len(), 3, "units of {set}");
    }
    let fabrikam = world.connect("FABRIKAM_DEPLOYER", world.get("FABRIKAM_ENVIRONMENT"));
    assert!(!all::<Value>(&fabrikam, "accounts", "$select=name").await.is_empty());
}

/// The reader reads accounts and contacts, and does nothing else.
async fn readers(world: &World) {
    let reader = world.contoso("READER");
    for set in ["accounts", "contacts"] {
        let page = reader.list::<Value>(set, "$top=3").await.unwrap();
        assert_eq!(page.rows.len(), 3, "{set}");
    }
    let account = reader
        .list::<Value>("accounts", "$select=accountid&$top=1")
        .await
        .unwrap()
        .rows
        .remove(0);
    let account: uuid::Uuid = account["accountid"].as_str().unwrap().parse().unwrap();
    let refused = [
        (
            refusal(reader.list::<Value>("tasks", "$top=1").await),
            "prvReadActivity",
        ),
        (
            refusal(reader.list::<Value>("systemusers", "$top=1").await),
            "prvReadUser",
        ),
        (
            refusal(reader.create("accounts", &json!({ "name": "No" })).await),
            "prvCreateAccount",
        ),
        (
            refusal(reader.update("accounts", account, &json!({ "name": "No" })).await),
            "prvWriteAccount",
        ),
        (refusal(reader.delete("accounts", account).await), "prvDeleteAccount"),
    ];
    for ((status, code, text), privilege) in refused {
        assert_eq!((status, code.as_str()), (403, "0x80040220"), "{text}");
        assert!(text.contains(privilege), "{text} names no {privilege}");
    }
    let alice = reader.on_behalf_of(world.person("ALICE"));
    let (status, code, _text) = refusal(alice.list::<Value>("accounts", "$top=1").await);
    assert_eq!((status, code.as_str()), (403, "0x8004a110"));
}

/// What people may do, seen by the deployer who acts for them.
async fn people(world: &World) {
    let deployer = world.contoso("DEPLOYER");
    let as_person = |name: &str| deployer.on_behalf_of(world.person(name));

    let alice: Vec<Owned> = all(&as_person("ALICE"), "accounts", OWNED).await;
    let everything: Vec<Owned> = all(&deployer, "accounts", OWNED).await;
    let owners: HashSet<_> = alice.iter().map(|it| &it.owner).collect();
    assert_eq!(owners.len(), 1, "Alice sees her own rows");
    let hers = everything.iter().filter(|it| owners.contains(&&it.owner)).count();
    assert!(
        0 < hers && hers < everything.len() && hers == alice.len(),
        "{hers} of {}",
        everything.len()
    );

    for (name, status, code) in [
        ("BOB", 403, "0x80042f09"),
        ("CAROL", 403, "0x8004d24b"),
        // The administrator of the directory has no row in the environment: there is nobody to act for.
        ("ADMIN", 404, "0x80040217"),
    ] {
        let (told, told_code, text) = refusal(as_person(name).list::<Value>("accounts", "$top=1").await);
        assert_eq!((told, told_code.as_str()), (status, code), "{name}: {text}");
    }
}

/// An application of one tenant gets no token for the other's environment, and its token is none there.
async fn tenants_are_apart(world: &World) {
    let contoso: HashSet<_> = names(&world.contoso("DEPLOYER")).await;
    let fabrikam: HashSet<_> = names(&world.connect("FABRIKAM_DEPLOYER", world.get("FABRIKAM_ENVIRONMENT"))).await;
    assert!(fabrikam.len() < contoso.len());

    let astray = world.connect("DEPLOYER", world.get("FABRIKAM_ENVIRONMENT"));
    match astray.list::<Value>("accounts", "$top=1").await {
        Err(gateway::Error::Authority(refused)) => assert_eq!(refused.codes, [700_016]),
        other => panic!("{other:?}"),
    }
    let http = world.http();
    let token = world
        .token_answer(&http, "DEPLOYER", world.get("DEPLOYER_CLIENT_SECRET"))
        .await;
    let url = format!("{}/api/data/v9.2/accounts?$top=1", world.get("FABRIKAM_ENVIRONMENT"));
    let answer = http
        .get(url)
        .bearer_auth(token["access_token"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 401);
}

async fn names(environment: &Environment) -> HashSet<String> {
    let rows: Vec<Value> = all(environment, "accounts", "$select=name").await;
    rows.into_iter().map(|row| row["name"].to_string()).collect()
}

/// The authority's origin reaches the environment too, and what is asked there is answered there.
async fn path_form(world: &World) {
    let url = format!("{}/env/contoso", world.get("COMMONHOLD_URL"));
    let deployer = world.connect("DEPLOYER", &url);
    // Gives the key only where the row's address begins with the address that was asked.
    let id = deployer
        .create("accounts", &json!({ "name": "By the path" }))
        .await
        .unwrap();
    deployer.delete("accounts", id).await.unwrap();

    let http = world.http();
    let token = world
        .token_answer(&http, "READER", world.get("READER_CLIENT_SECRET"))
        .await;
    let page: Value = http
        .get(format!("{url}/api/data/v9.2/accounts?$select=name"))
        .header("Prefer", "odata.maxpagesize=2")
        .bearer_auth(token["access_token"].as_str().unwrap())
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    for key in ["@odata.context", "@odata.nextLink"] {
        let link = page[key].as_str().unwrap();
        assert!(link.starts_with(&format!("{url}/api/data/v9.2/")), "{key}: {link}");
    }
}
