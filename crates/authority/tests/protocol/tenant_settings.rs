//! What a tenant's administrators decide about its tokens.

use authority::manage::{self, ManageError};
use authority::{TenantSettings, TokenLifetime, UserConsent};
use uuid::Uuid;

use crate::world::{World, on_both};

async fn set(world: &World, settings: TenantSettings) -> Result<(), ManageError> {
    manage::tenant_settings::set(&world.authority, &world.operator, world.contoso, settings).await
}

fn lifetime(seconds: std::ops::RangeInclusive<u32>) -> TenantSettings {
    TenantSettings {
        token_lifetime: Some(TokenLifetime { seconds }),
        ..TenantSettings::default()
    }
}

#[tokio::test]
#[expect(clippy::reversed_empty_ranges, reason = "such a lifetime is refused")]
async fn lifetimes_have_bounds() {
    on_both(async |world: World| {
        let check = async |seconds, message: &str| {
            let refused = set(&world, lifetime(seconds)).await.unwrap_err();
            assert_eq!(refused.to_string(), message);
        };
        check(
            599..=700,
            "token lifetime `599 to 700` is not between 600 and 86400 seconds",
        )
        .await;
        check(
            600..=86_401,
            "token lifetime `600 to 86401` is not between 600 and 86400 seconds",
        )
        .await;
        check(700..=600, "token lifetime `700 to 600` ends before it begins").await;
        let before = manage::tenant_settings::get(&world.authority, &world.operator, world.contoso).await;
        assert_eq!(before.unwrap(), TenantSettings::default());
    })
    .await;
}

#[tokio::test]
async fn a_tenant_that_does_not_exist_has_no_settings() {
    on_both(async |world: World| {
        let nobody = Uuid::from_u128(1).into();
        let set = manage::tenant_settings::set(&world.authority, &world.operator, nobody, lifetime(600..=600)).await;
        let get = manage::tenant_settings::get(&world.authority, &world.operator, nobody).await;
        let message = format!("tenant `{nobody}` does not exist");
        assert_eq!(set.unwrap_err().to_string(), message);
        assert_eq!(get.unwrap_err().to_string(), message);
    })
    .await;
}

#[tokio::test]
async fn tokens_live_as_long_as_the_tenant_says() {
    on_both(async |world: World| {
        let settings = TenantSettings {
            user_consent: UserConsent::AdministratorsOnly,
            ..lifetime(600..=600)
        };
        set(&world, settings.clone()).await.unwrap();
        assert_eq!(world.reader_token().await.json["expires_in"], 600);
        let read = manage::tenant_settings::get(&world.authority, &world.operator, world.contoso).await;
        assert_eq!(read.unwrap(), settings);
        set(&world, TenantSettings::default()).await.unwrap();
        let seconds = world.reader_token().await.json["expires_in"].as_i64().unwrap();
        assert!((3600..=5400).contains(&seconds), "{seconds}");
    })
    .await;
}
