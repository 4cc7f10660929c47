//! Client assertions that were accepted before: what of them is asked again each time.

use authority::AppId;
use authority::manage::application_certificate::{self, NewCertificate};
use authority::registration::{AssertionUse, ProtocolRules, Registration};
use oauth::JwsHeader;
use serde_json::json;

use crate::signer::{EC, JWT_BEARER, OTHER_RSA, RSA, Signer, changed, claims};
use crate::wire::{with, without};
use crate::world::{ORIGIN, START, World, on_both};

impl World {
    async fn trust_for(&self, app_id: AppId, signer: &Signer, seconds: i64) {
        let new = NewCertificate {
            app_id,
            display_name: None,
            certificate: signer.certificate.clone(),
            starts_at: None,
            ends_at: Some(START.plus_seconds(seconds)),
        };
        application_certificate::add(&self.authority, &self.operator, new)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn its_end_is_looked_at_again() {
    on_both(async |world: World| {
        world.trust(world.reader.app_id, &RSA).await;
        let claims = claims(&world.reader.client_id, &format!("{ORIGIN}{}", world.v2()));
        let assertion = RSA.assertion(&changed(&claims, "exp", json!(START.seconds() + 60)));
        world.assert(&assertion).await.token();
        world.clock.set(START.plus_seconds(359));
        world.assert(&assertion).await.token();
        world.clock.set(START.plus_seconds(360));
        let ended = world.assert(&assertion).await;
        ended.refused(401, "invalid_client", 700_024, "expiry time of assertion");
    })
    .await;
}

#[tokio::test]
async fn its_certificate_is_looked_at_again() {
    on_both(async |world: World| {
        world.trust_for(world.reader.app_id, &RSA, 60).await;
        let claims = claims(&world.reader.client_id, &format!("{ORIGIN}{}", world.v2()));
        let nameless = RSA.key.sign_under(&JwsHeader::default(), &claims).unwrap();
        world.assert(&nameless).await.token();
        world.clock.set(START.plus_seconds(60));
        let expired = world.assert(&nameless).await;
        expired.refused(401, "invalid_client", 700_027, "The key used is expired");
        // The same key in a registration that lasts longer is as good.
        world.trust_for(world.reader.app_id, &RSA, 120).await;
        world.assert(&nameless).await.token();
    })
    .await;
}

#[tokio::test]
async fn it_is_known_to_its_client_and_at_its_address_alone() {
    on_both(async |world: World| {
        world.trust(world.reader.app_id, &RSA).await;
        world.trust(world.vendor.app_id, &OTHER_RSA).await;
        let shouted = "/CONTOSO.example/oauth2/v2.0/token";
        let claims = claims(&world.reader.client_id, &format!("{ORIGIN}{shouted}"));
        let assertion = RSA.assertion(&claims);
        let form = without(&world.reader_form(), "client_secret");
        let form = with(&form, "client_assertion_type", JWT_BEARER);
        let form = with(&form, "client_assertion", &assertion);
        world.post(shouted, &form).await.token();
        let elsewhere = world.assert(&assertion).await;
        elsewhere.refused(401, "invalid_client", 700_023, "CONTOSO.example");
        let vendor = world.vendor.client_id.as_str();
        let another = world.post(shouted, &with(&form, "client_id", vendor)).await;
        another.refused(401, "invalid_client", 700_021, vendor);
    })
    .await;
}

#[tokio::test]
async fn where_it_counts_once_it_still_does() {
    on_both(async |world: World| {
        let protocol = ProtocolRules {
            assertions: AssertionUse::Once,
            ..ProtocolRules::default()
        };
        let app_id = world.register(protocol, Registration::default()).await;
        world.trust(app_id, &EC).await;
        let client_id = app_id.to_string();
        let assertion = EC.assertion(&claims(&client_id, &format!("{ORIGIN}{}", world.v2())));
        world.assert_as(&client_id, &assertion).await.token();
        let again = world.assert_as(&client_id, &assertion).await;
        again.refused(401, "invalid_client", 50_012, &client_id);
    })
    .await;
}
