//! Groups in tokens, and the roles that people share by their groups.

use authority::manage::app_role_assignment::{NewAppRoleAssignment, Principal};
use authority::manage::consent::NewConsent;
use authority::manage::group::NewGroup;
use authority::manage::{self};
use authority::registration::{AppRole, GroupClaims, MemberType, Registration, ScopeKind};
use authority::{Assignment, Audience, DirectoryRole, ObjectId};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::browser::Browser;
use crate::shop::{self, CARA, PASSWORD, Shop};
use crate::world::{ORIGIN, World, on_both};

/// The most groups that a token names.
const MOST_GROUPS: usize = 200;
const CLERK: u128 = 7;

/// A shop that is its own resource, to which everybody of contoso has consented.
async fn open(world: &World) -> Shop<'_> {
    let shop = Shop::open(world).await;
    let registration = Registration {
        app_roles: vec![role(CLERK, "Clerk")],
        scopes: vec![shop::scope(9, "use", ScopeKind::User)],
        ..shop::registration()
    };
    let app_id = shop::register(world, Audience::MultipleTenants, registration).await;
    let consent = NewConsent {
        tenant: world.contoso,
        client: app_id,
        person: None,
        scopes: vec![(app_id, vec!["use".to_owned()])],
        roles: Vec::new(),
    };
    manage::consent::grant(&world.authority, &world.operator, consent)
        .await
        .unwrap();
    Shop {
        app_id,
        client_id: app_id.to_string(),
        secret: world.add_secret(app_id).await,
        ..shop
    }
}

async fn group_of(world: &World, person: ObjectId, name: &str) -> ObjectId {
    let new = NewGroup {
        object_id: None,
        tenant: world.contoso,
        display_name: name.to_owned(),
        description: None,
        mail_nickname: name.to_owned(),
    };
    let (authority, operator) = (&world.authority, &world.operator);
    let group = manage::group::create(authority, operator, new).await.unwrap();
    manage::group::add_member(authority, operator, (world.contoso, group), person)
        .await
        .unwrap();
    group
}

/// The claims of cara's access token and ID token.
async fn claims(shop: &Shop<'_>) -> (Value, Value) {
    let browser = Browser::new(shop.world);
    let scope = format!("openid {}/use", shop.client_id);
    let page = browser.get(&shop.path("contoso.example", &[("scope", &scope)])).await;
    let code = browser.sign_in(&page, CARA, PASSWORD).await.answer()["code"].clone();
    let answer = shop.redeem("contoso.example", &code, &[]).await;
    let id_token = answer.json["id_token"].as_str().unwrap().split('.').nth(1).unwrap();
    let id_token = URL_SAFE_NO_PAD.decode(id_token).unwrap();
    (answer.claims(), serde_json::from_slice(&id_token).unwrap())
}

async fn want(shop: &Shop<'_>, group_claims: GroupClaims) {
    let world = shop.world;
    manage::application::update(&world.authority, &world.operator, shop.app_id, |application| {
        application.registration.group_claims = group_claims;
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn groups_are_named_where_the_receiver_wants_them() {
    on_both(async |world: World| {
        let shop = open(&world).await;
        let group = group_of(&world, shop.cara, "clerks").await;
        let other = world.person("other", DirectoryRole::Member).await;
        group_of(&world, other, "others").await;
        let (access, id) = claims(&shop).await;
        assert_eq!((&access["groups"], &id["groups"]), (&Value::Null, &Value::Null));
        for group_claims in [GroupClaims::SecurityGroup, GroupClaims::All] {
            want(&shop, group_claims).await;
            let (access, id) = claims(&shop).await;
            let expected = json!([group.to_string()]);
            assert_eq!((&access["groups"], &id["groups"]), (&expected, &expected));
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_that_is_too_long_is_left_out() {
    on_both(async |world: World| {
        let shop = open(&world).await;
        want(&shop, GroupClaims::All).await;
        for number in 0..MOST_GROUPS {
            group_of(&world, shop.cara, &format!("g{number}")).await;
        }
        let (access, id) = claims(&shop).await;
        let count = |claims: &Value| claims["groups"].as_array().map(Vec::len);
        assert_eq!((count(&access), count(&id)), (Some(MOST_GROUPS), Some(MOST_GROUPS)));
        group_of(&world, shop.cara, "onemore").await;
        let (access, id) = claims(&shop).await;
        assert_eq!((&access["groups"], &id["groups"]), (&Value::Null, &Value::Null));
        let address = format!("{ORIGIN}/v1.0/users/{}/getMemberObjects", shop.cara);
        for claims in [access, id] {
            assert_eq!(claims["_claim_names"], json!({ "groups": "src1" }));
            assert_eq!(claims["_claim_sources"], json!({ "src1": { "endpoint": address } }));
        }
    })
    .await;
}

#[tokio::test]
async fn groups_of_groups_are_named_too() {
    on_both(async |world: World| {
        let shop = open(&world).await;
        want(&shop, GroupClaims::All).await;
        let other = world.person("other", DirectoryRole::Member).await;
        let (inner, outer) = (
            group_of(&world, shop.cara, "inner").await,
            group_of(&world, other, "outer").await,
        );
        manage::group::add_member(&world.authority, &world.operator, (world.contoso, outer), inner)
            .await
            .unwrap();
        let (access, _) = claims(&shop).await;
        let named: std::collections::BTreeSet<&str> = access["groups"]
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_str().unwrap())
            .collect();
        let (inner, outer) = (inner.to_string(), outer.to_string());
        assert_eq!(named, [inner.as_str(), &outer].into());
    })
    .await;
}

#[tokio::test]
async fn people_share_what_their_groups_were_given() {
    on_both(async |world: World| {
        let (authority, operator, contoso) = (&world.authority, &world.operator, world.contoso);
        let shop = open(&world).await;
        let place = (contoso, shop.app_id);
        manage::service_principal::set_assignment(authority, operator, place, Assignment::Required)
            .await
            .unwrap();
        let browser = Browser::new(&world);
        let scope = format!("openid {}/use", shop.client_id);
        let page = browser.get(&shop.path("contoso.example", &[("scope", &scope)])).await;
        let refused = browser.sign_in(&page, CARA, PASSWORD).await;
        assert!(
            refused.html.contains("AADSTS50105"),
            "{} {:?}",
            refused.html,
            refused.headers
        );
        let group = group_of(&world, shop.cara, "clerks").await;
        let new = NewAppRoleAssignment {
            tenant: contoso,
            principal: Principal::Group(group),
            resource: shop.app_id,
            role: Uuid::from_u128(CLERK),
        };
        manage::app_role_assignment::assign(authority, operator, new)
            .await
            .unwrap();
        let (access, id) = claims(&shop).await;
        assert_eq!((&access["roles"], &id["roles"]), (&json!(["Clerk"]), &json!(["Clerk"])));
        manage::group::remove_member(authority, operator, (contoso, group), shop.cara)
            .await
            .unwrap();
        let page = browser.get(&shop.path("contoso.example", &[("scope", &scope)])).await;
        assert!(page.html.contains("AADSTS50105"), "{} {:?}", page.html, page.headers);
    })
    .await;
}

fn role(number: u128, value: &str) -> AppRole {
    AppRole {
        id: Uuid::from_u128(number),
        value: Some(value.to_owned()),
        display_name: value.to_owned(),
        description: String::new(),
        allowed_member_types: vec![MemberType::User],
        is_enabled: true,
    }
}
