//! What a token rests on ends while the token lives: userinfo and introspection ask again each time.

use oauth::{GrantType, Secret};

use super::super::{Trail, UserinfoRefusal, introspect, userinfo};
use super::world::{ORIGIN, World, on_both};
use crate::manage;
use crate::presented_token::{PresentedToken, Scheme};
use crate::well_known;

/// Consents of contoso, that the vendor may read who ada is, and her orders.
async fn consent(world: &World) -> [uuid::Uuid; 2] {
    let graph = world.consent(&world.vendor, well_known::GRAPH, &["openid"]).await;
    [
        graph,
        world.consent(&world.vendor, world.orders.app_id, &["Read"]).await,
    ]
}

/// Tokens of the vendor for ada, by consent alone: one that opens userinfo, one for the resource that may introspect.
struct Held {
    graph: Secret<String>,
    orders: Secret<String>,
}

impl Held {
    async fn by_signing_in(world: &World) -> Self {
        Self {
            graph: world.signed_in_at(&world.vendor, "openid").await.access_token,
            orders: world
                .signed_in_at(&world.vendor, "api://orders/Read")
                .await
                .access_token,
        }
    }

    /// What userinfo and introspection say of them.
    async fn opens(&self, world: &World) -> (Result<(), UserinfoRefusal>, bool) {
        let presented = PresentedToken {
            scheme: Scheme::Bearer,
            unverified_token: self.graph.expose(),
            unverified_proof: None,
            method: "GET",
            url: format!("{ORIGIN}/oidc/userinfo"),
            peer_certificate: None,
        };
        let told = userinfo(&world.authority, Some(&presented), None, &mut Trail::default()).await;
        let ask = world.ask(&world.orders, GrantType::Unsupported(String::new()));
        let introspected = introspect(&world.authority, &ask.call, &self.orders, &mut Trail::default()).await;
        let is_active = matches!(introspected.unwrap(), oauth::IntrospectionResponse::Active(_));
        (told.map(|_claims| ()), is_active)
    }

    async fn are_good(&self, world: &World) {
        assert!(matches!(self.opens(world).await, (Ok(()), true)));
    }

    async fn are_over(&self, world: &World) {
        let said = self.opens(world).await;
        assert!(matches!(said, (Err(UserinfoRefusal::Person), false)), "{said:?}");
    }
}

#[tokio::test]
async fn a_person_who_is_out() {
    on_both(async |world: World| {
        let (authority, operator) = (&world.authority, &world.operator);
        consent(&world).await;
        let held = Held::by_signing_in(&world).await;
        held.are_good(&world).await;
        manage::person::disable(authority, operator, world.contoso, world.ada)
            .await
            .unwrap();
        held.are_over(&world).await;
        manage::person::enable(authority, operator, world.contoso, world.ada)
            .await
            .unwrap();
        held.are_good(&world).await;
        manage::person::revoke_sessions(authority, operator, world.contoso, world.ada)
            .await
            .unwrap();
        held.are_over(&world).await;
        // Whoever signs in afterwards is in again.
        world.clock.advance_seconds(1);
        Held::by_signing_in(&world).await.are_good(&world).await;
        held.are_over(&world).await;
    })
    .await;
}

#[tokio::test]
async fn an_application_that_is_out() {
    on_both(async |world: World| {
        let (authority, operator) = (&world.authority, &world.operator);
        let (contoso, vendor) = (world.contoso, world.vendor.app_id);
        consent(&world).await;
        let held = Held::by_signing_in(&world).await;
        manage::service_principal::disable(authority, operator, contoso, vendor)
            .await
            .unwrap();
        held.are_over(&world).await;
        manage::service_principal::enable(authority, operator, contoso, vendor)
            .await
            .unwrap();
        held.are_good(&world).await;
    })
    .await;
}

#[tokio::test]
async fn consent_that_was_withdrawn() {
    on_both(async |world: World| {
        let consents = consent(&world).await;
        let held = Held::by_signing_in(&world).await;
        held.are_good(&world).await;
        for consent in consents {
            world.withdraw(consent).await;
        }
        let said = held.opens(&world).await;
        assert!(matches!(said, (Err(UserinfoRefusal::Scope), false)), "{said:?}");
    })
    .await;
}
