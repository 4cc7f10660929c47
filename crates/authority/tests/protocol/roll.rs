//! Keys rolled by the schedule and on command, also by two nodes at once.

use authority::manage::signing_key::SigningKeyRole::{Current, Next, Previous, Retired};
use authority::manage::signing_key::{self, Roll, SigningKeyRole};
use authority::manage::{self, ManageError};
use authority::{Algorithm, Authority, TokenLifetime};
use oauth::{Expected, TokenError};

use crate::wire::Answer;
use crate::world::{CONTOSO_ENVIRONMENT, START, World, on_both, options};

const HANDOVER: i64 = 180 * 24 * 60 * 60;

async fn other_node(world: &World) -> Authority {
    let options = options(&world.clock, TokenLifetime::default(), 7);
    Authority::open(world.database.clone(), options).await.unwrap()
}

/// Key ids of RS256 in the order in which they sign, with what they do.
async fn keys(world: &World) -> Vec<(String, SigningKeyRole)> {
    let keys = signing_key::list(&world.authority, &world.operator).await.unwrap();
    keys.into_iter().map(|key| (key.kid, key.role)).collect()
}

async fn published(world: &World) -> Vec<String> {
    let keys = world.get("/common/discovery/v2.0/keys").await.json;
    let keys = keys["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn verified(world: &World, authority: &Authority, token: &Answer) -> Result<(), TokenError> {
    let issuers = world.authority.issuers(world.contoso);
    let audiences = [CONTOSO_ENVIRONMENT.to_owned()];
    let expected = Expected {
        issuers: &issuers,
        audiences: &audiences,
        tenant: world.contoso,
        now: authority::Clock::now(&*world.clock),
    };
    oauth::verify(token.token(), &authority.keys(), &expected).map(drop)
}

#[tokio::test]
async fn an_algorithm_that_nobody_chose_has_nothing_to_roll() {
    on_both(async |world: World| {
        for roll in [Roll::Planned, Roll::Emergency] {
            let refused = signing_key::roll(&world.authority, &world.operator, Algorithm::Es256, roll).await;
            assert_eq!(
                refused.unwrap_err().to_string(),
                "signing algorithm `ES256` does not exist"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn in_an_emergency_nothing_is_left_of_the_old_key() {
    on_both(async |world: World| {
        let there = other_node(&world).await;
        let before = published(&world).await;
        let old = world.reader_token().await;
        verified(&world, &there, &old).unwrap();

        signing_key::roll(&world.authority, &world.operator, Algorithm::Rs256, Roll::Emergency)
            .await
            .unwrap();
        let new = world.reader_token().await;
        assert_eq!(new.header()["kid"], before[1]);
        assert!(matches!(
            verified(&world, &world.authority, &old),
            Err(TokenError::UnknownKey { .. })
        ));
        verified(&world, &world.authority, &new).unwrap();
        let after = published(&world).await;
        assert!(
            after.len() == 2 && after[0] == before[1] && !before.contains(&after[1]),
            "{after:?}"
        );

        // The other node, whose clock is some minutes behind, learns it with its next request.
        world.clock.advance_seconds(-240);
        let world = World {
            authority: there,
            ..world
        };
        let elsewhere = world.reader_token().await;
        assert_eq!(
            elsewhere.json["error_codes"],
            serde_json::json!([7_000_215]),
            "{}",
            elsewhere.json
        );
        assert!(matches!(
            verified(&world, &world.authority, &old),
            Err(TokenError::UnknownKey { .. })
        ));
        verified(&world, &world.authority, &new).unwrap();
    })
    .await;
}

#[tokio::test]
async fn after_a_planned_roll_old_tokens_still_verify() {
    on_both(async |world: World| {
        let before = published(&world).await;
        let old = world.reader_token().await;
        signing_key::roll(&world.authority, &world.operator, Algorithm::Rs256, Roll::Planned)
            .await
            .unwrap();
        let new = world.reader_token().await;
        assert_eq!(
            (&old.header()["kid"], &new.header()["kid"]),
            (&before[0].clone().into(), &before[1].clone().into())
        );
        verified(&world, &world.authority, &old).unwrap();
        verified(&world, &world.authority, &new).unwrap();

        let roles: Vec<_> = keys(&world).await.into_iter().map(|(_, role)| role).collect();
        assert_eq!(roles, [Previous, Current, Next]);
        world.clock.advance_seconds(2 * 24 * 60 * 60);
        assert_eq!(keys(&world).await[0].1, Retired);
        assert_eq!(published(&world).await.len(), 2);
        signing_key::roll_due(&world.authority, &world.operator).await.unwrap();
        assert_eq!(keys(&world).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn of_two_nodes_one_makes_the_next_key() {
    on_both(async |world: World| {
        let there = other_node(&world).await;
        let due = async |authority: &Authority| signing_key::roll_due(authority, &world.operator).await.unwrap();
        assert_eq!(due(&world.authority).await, 0);

        world.clock.set(START.plus_seconds(HANDOVER));
        let made = tokio::join!(due(&world.authority), due(&there));
        assert!(made == (1, 0) || made == (0, 1), "{made:?}");
        assert_eq!(keys(&world).await.len(), 3);
        assert_eq!(due(&there).await, 0);
        assert_eq!(published(&world).await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn two_rolls_at_once_are_two_rolls() {
    on_both(async |world: World| {
        let there = other_node(&world).await;
        let roll = async |authority: &Authority| {
            signing_key::roll(authority, &world.operator, Algorithm::Rs256, Roll::Planned).await
        };
        let (one, other): (Result<(), ManageError>, Result<(), ManageError>) =
            tokio::join!(roll(&world.authority), roll(&there));
        one.unwrap();
        other.unwrap();
        let roles: Vec<_> = keys(&world).await.into_iter().map(|(_, role)| role).collect();
        assert_eq!(roles, [Previous, Previous, Current, Next]);
    })
    .await;
}

#[tokio::test]
async fn two_nodes_that_choose_an_algorithm_share_its_keys() {
    on_both(async |world: World| {
        let there = other_node(&world).await;
        let settings = authority::TenantSettings {
            signing_algorithm: Algorithm::Es256,
            ..authority::TenantSettings::default()
        };
        let choose = async |authority: &Authority, tenant| {
            manage::tenant_settings::set(authority, &world.operator, tenant, settings.clone()).await
        };
        let (one, other) = tokio::join!(choose(&world.authority, world.contoso), choose(&there, world.fabrikam));
        one.unwrap();
        other.unwrap();
        let keys = signing_key::list(&world.authority, &world.operator).await.unwrap();
        let es256 = keys.iter().filter(|key| key.algorithm == Algorithm::Es256);
        assert_eq!(es256.count(), 2);
    })
    .await;
}
