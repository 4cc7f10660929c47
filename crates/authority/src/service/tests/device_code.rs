//! Device codes: made, answered and redeemed, each once.

use oauth::{GrantType, Secret};

use super::super::{Trail, device_authorization};
use super::world::{Ask, Client, World, claims, on_both, refused};
use crate::grant::device_code::{self, DeviceCodes, DeviceRequest, LIFETIME_SECONDS};
use crate::refusal::Refusal;

const SCOPE: &str = "api://orders/Read openid offline_access";

fn request(world: &World, client: &Client) -> Ask {
    world.ask(client, GrantType::Unsupported(String::new())).scope(SCOPE)
}

async fn begin(world: &World, ask: &Ask) -> Result<DeviceCodes, Refusal> {
    device_authorization(&world.authority, &ask.call, &mut Trail::default()).await
}

async fn codes(world: &World) -> DeviceCodes {
    begin(world, &request(world, &world.native)).await.unwrap()
}

async fn typed(world: &World, user_code: &str) -> Option<DeviceRequest> {
    let now = oauth::Clock::now(&*world.clock);
    device_code::find_by_user_code(&world.authority, user_code, now)
        .await
        .unwrap()
}

async fn answer(world: &World, request: &DeviceRequest, client: Option<&Client>) -> Result<(), Refusal> {
    let authorization = client.map(|client| world.authorization(client, &request.scope));
    let now = oauth::Clock::now(&*world.clock);
    device_code::answer(&world.authority, request, authorization.as_ref(), now).await
}

fn poll(world: &World, codes: &DeviceCodes) -> Ask {
    let code = codes.device_code.clone();
    world.ask(&world.native, GrantType::DeviceCode { code })
}

#[tokio::test]
async fn requests_that_are_refused() {
    on_both(async |world: World| {
        let ask = || request(&world, &world.native);
        refused(begin(&world, &ask().by_page()).await, 9_002_326);
        refused(begin(&world, &ask().scope("a/.default a/b")).await, 70_011);
        let mut none = ask();
        none.call.request.scope = None;
        refused(begin(&world, &none).await, 900_144);
        refused(begin(&world, &ask().at("nowhere.example")).await, 90_002);
        refused(begin(&world, &ask().at("common")).await, 50_194);
        refused(begin(&world, &ask().at("fabrikam.example")).await, 700_016);
        refused(begin(&world, &request(&world, &world.web).unproved()).await, 7_000_218);
        refused(
            begin(&world, &request(&world, &world.vendor).at("organizations").unproved()).await,
            7_000_218,
        );
        begin(&world, &request(&world, &world.vendor).at("organizations"))
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn polls_without_an_answer() {
    on_both(async |world: World| {
        let codes = codes(&world).await;
        for _ in 0..3 {
            refused(world.send(&poll(&world, &codes)).await, 70_016);
            refused(world.send(&poll(&world, &codes).at("common")).await, 70_016);
        }
        let unknown = DeviceCodes {
            user_code: codes.user_code.clone(),
            device_code: Secret::new(format!("{}x", codes.device_code.expose())),
        };
        refused(world.send(&poll(&world, &unknown)).await, 70_018);
        world.clock.advance_seconds(LIFETIME_SECONDS);
        refused(world.send(&poll(&world, &codes)).await, 70_019);
    })
    .await;
}

#[tokio::test]
async fn a_person_says_no() {
    on_both(async |world: World| {
        let codes = codes(&world).await;
        let request = typed(&world, &codes.user_code).await.unwrap();
        answer(&world, &request, None).await.unwrap();
        refused(world.send(&poll(&world, &codes)).await, 65_004);
        assert!(typed(&world, &codes.user_code).await.is_none());
        refused(answer(&world, &request, Some(&world.native)).await, 70_019);
    })
    .await;
}

#[tokio::test]
async fn user_codes_are_found_as_they_are_typed_while_they_live() {
    on_both(async |world: World| {
        let codes = codes(&world).await;
        let (_, short) = codes.user_code.split_at(1);
        for text in ["", "BCDF", "BCDFGHJKL", short] {
            assert!(typed(&world, text).await.is_none(), "{text}");
        }
        let (left, right) = codes.user_code.split_at(4);
        let grouped = format!(" {}-{right} ", left.to_lowercase());
        let request = typed(&world, &grouped).await.unwrap();
        assert_eq!(
            (request.tenant, request.app_id),
            (Some(world.contoso), world.native.app_id)
        );
        assert_eq!(request.scope, SCOPE);
        world.clock.advance_seconds(LIFETIME_SECONDS);
        assert!(typed(&world, &codes.user_code).await.is_none());
        refused(answer(&world, &request, Some(&world.native)).await, 70_019);
    })
    .await;
}

#[tokio::test]
async fn only_an_answer_to_this_request_counts() {
    on_both(async |world: World| {
        let codes = codes(&world).await;
        let request = typed(&world, &codes.user_code).await.unwrap();
        refused(answer(&world, &request, Some(&world.web)).await, 70_018);
        let mut stranger = world.authorization(&world.native, SCOPE);
        stranger.tenant = world.fabrikam;
        let now = oauth::Clock::now(&*world.clock);
        refused(
            device_code::answer(&world.authority, &request, Some(&stranger), now).await,
            700_005,
        );
        refused(world.send(&poll(&world, &codes)).await, 70_016);
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_redeemed_once_by_its_client() {
    on_both(async |world: World| {
        let codes = codes(&world).await;
        let request = typed(&world, &codes.user_code).await.unwrap();
        answer(&world, &request, Some(&world.native)).await.unwrap();
        let code = codes.device_code.clone();
        let other = world.ask(&world.web, GrantType::DeviceCode { code });
        refused(world.send(&other).await, 70_000);
        refused(world.send(&poll(&world, &codes).by_page()).await, 9_002_326);
        let issued = world.send(&poll(&world, &codes).scope(SCOPE)).await.unwrap();
        let access = claims(&issued.access_token);
        assert_eq!(
            (access["scp"].as_str(), access["azpacr"].as_str()),
            (Some("Read"), Some("0"))
        );
        let token = issued.refresh_token.unwrap();
        let token = world
            .send(&world.refresh(&world.native, &token))
            .await
            .unwrap()
            .refresh_token
            .unwrap();
        refused(world.send(&poll(&world, &codes)).await, 70_018);
        refused(world.send(&world.refresh(&world.native, &token)).await, 50_173);
    })
    .await;
}

#[tokio::test]
async fn at_an_alias_the_answer_tells_the_tenant() {
    on_both(async |world: World| {
        world.consent(&world.vendor, world.orders.app_id, &["Read"]).await;
        let codes = begin(&world, &request(&world, &world.vendor).at("common"))
            .await
            .unwrap();
        let request = typed(&world, &codes.user_code).await.unwrap();
        assert_eq!(request.tenant, None);
        answer(&world, &request, Some(&world.vendor)).await.unwrap();
        let code = codes.device_code.clone();
        let ask = world.ask(&world.vendor, GrantType::DeviceCode { code }).at("common");
        let issued = world.send(&ask).await.unwrap();
        assert_eq!(claims(&issued.access_token)["tid"], world.contoso.to_string());
    })
    .await;
}
