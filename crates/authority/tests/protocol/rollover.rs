//! Key rollover: time alone makes the next key the current one.

use oauth::{Expected, KeySet};

use crate::world::{CONTOSO_ENVIRONMENT, START, World, on_both, options};

const DAY: i64 = 24 * 60 * 60;
const HANDOVER: i64 = 180 * DAY;

/// A secret that outlives the first key.
async fn long_lived(world: &World) -> authority::manage::application_secret::AddedSecret {
    let new = authority::manage::application_secret::NewSecret {
        app_id: world.reader.app_id,
        display_name: "long".to_owned(),
        starts_at: START,
        ends_at: START.plus_seconds(2 * HANDOVER),
    };
    authority::manage::application_secret::add(&world.authority, &world.operator, new)
        .await
        .unwrap()
}

async fn kids(world: &World) -> Vec<String> {
    let keys = world.get("/common/discovery/v2.0/keys").await.json;
    keys["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_next_key_takes_over_and_old_tokens_still_verify() {
    on_both(async |world: World| {
        let secret = long_lived(&world).await;
        let form = crate::wire::with(&world.reader_form(), "client_secret", secret.value.expose());
        let kids = kids(&world).await;

        world.clock.set(START.plus_seconds(HANDOVER - 1));
        let old = world.post(&world.v2(), &form).await;
        assert_eq!(old.header()["kid"], kids[0]);
        world.clock.set(START.plus_seconds(HANDOVER));
        let new = world.post(&world.v2(), &form).await;
        assert_eq!(new.header()["kid"], kids[1]);

        let issuers = world.authority.issuers(world.contoso);
        let audiences = [CONTOSO_ENVIRONMENT.to_owned()];
        let now = START.plus_seconds(HANDOVER);
        let expected = Expected {
            issuers: &issuers,
            audiences: &audiences,
            tenant: world.contoso,
            now,
        };
        for token in [old.token(), new.token()] {
            oauth::verify(token, &world.authority.keys(), &expected).unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_key_is_withdrawn_two_days_after_its_last_signature() {
    on_both(async |world: World| {
        let both = kids(&world).await;
        assert_eq!(both.len(), 2);
        world.clock.set(START.plus_seconds(HANDOVER + 2 * DAY - 1));
        assert_eq!(kids(&world).await, both);
        assert!(both.iter().all(|kid| world.authority.keys().contains(kid)));
        world.clock.set(START.plus_seconds(HANDOVER + 2 * DAY));
        assert_eq!(kids(&world).await, both[1..]);
        let keys: &KeySet = &world.authority.keys();
        assert!(!keys.contains(&both[0]) && keys.contains(&both[1]));
        world.clock.set(START.plus_seconds(100 * HANDOVER));
        assert_eq!(kids(&world).await, both[1..]);
    })
    .await;
}

#[tokio::test]
async fn keys_are_made_once() {
    on_both(async |world: World| {
        let lifetime = authority::TokenLifetime::default();
        let wrong =
            authority::Authority::open(world.database.clone(), options(&world.clock, lifetime.clone(), 8)).await;
        assert!(
            matches!(
                wrong,
                Err(authority::OpenError::Directory(authority::DirectoryError::Keys(_)))
            ),
            "{wrong:?}"
        );
        let again = authority::Authority::open(world.database.clone(), options(&world.clock, lifetime, 7))
            .await
            .unwrap();
        let made = kids(&world).await;
        assert_eq!(made.len(), 2);
        for kid in made {
            assert!(again.keys().contains(&kid));
        }
    })
    .await;
}
