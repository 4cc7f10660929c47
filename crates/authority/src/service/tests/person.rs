//! What must hold of the person, the application and the assignments, whatever is redeemed.

use oauth::{GrantType, ObjectId};
use serde_json::json;
use uuid::Uuid;

use super::world::{APPROVER, CALLBACK, IMPORTER, NATIVE, World, claims, on_both, refused};
use crate::application::Assignment;
use crate::consent::{AppRoleAssignment, PrincipalKind};
use crate::manage;
use crate::registration::RedirectKind;
use crate::store::{self, any_outcome};

const SCOPE: &str = "api://orders/Read offline_access";

async fn assign(world: &World, principal: ObjectId, kind: PrincipalKind, role: u128) {
    let assignment = AppRoleAssignment {
        id: Uuid::from_u128(role),
        tenant: world.contoso,
        principal,
        principal_kind: kind,
        resource: world.orders.app_id,
        role: Uuid::from_u128(role),
    };
    let step = any_outcome(store::app_role_assignment::insert(
        &assignment,
        oauth::Clock::now(&*world.clock),
    ));
    world.authority.directory().commit(vec![step]).await.unwrap();
}

async fn require_assignment(world: &World, application: oauth::AppId) {
    let statement = store::service_principal::set_assignment(world.contoso, application, Assignment::Required);
    world
        .authority
        .directory()
        .commit(vec![any_outcome(statement)])
        .await
        .unwrap();
}

#[tokio::test]
async fn people_who_are_gone_or_switched_off() {
    on_both(async |world: World| {
        let token = world.signed_in(SCOPE).await.refresh_token.unwrap();
        let code = world
            .code(&world.authorization(&world.web, SCOPE), RedirectKind::Web, CALLBACK)
            .await;
        manage::person::disable(&world.authority, &world.operator, world.contoso, world.ada)
            .await
            .unwrap();
        refused(world.send(&world.refresh(&world.web, &token)).await, 50_057);
        refused(world.send(&world.redemption(&world.web, &code, CALLBACK)).await, 50_057);
        manage::person::enable(&world.authority, &world.operator, world.contoso, world.ada)
            .await
            .unwrap();
        world.send(&world.refresh(&world.web, &token)).await.unwrap();
        let mut stranger = world.authorization(&world.web, SCOPE);
        stranger.person = ObjectId::from(Uuid::from_u128(9));
        let code = world.code(&stranger, RedirectKind::Web, CALLBACK).await;
        refused(world.send(&world.redemption(&world.web, &code, CALLBACK)).await, 50_034);
    })
    .await;
}

#[tokio::test]
async fn revoked_sessions_end_what_came_of_them() {
    on_both(async |world: World| {
        let token = world.signed_in(SCOPE).await.refresh_token.unwrap();
        world.clock.advance_seconds(60);
        manage::person::revoke_sessions(&world.authority, &world.operator, world.contoso, world.ada)
            .await
            .unwrap();
        refused(world.send(&world.refresh(&world.web, &token)).await, 50_173);
        world.clock.advance_seconds(60);
        world.signed_in(SCOPE).await;
    })
    .await;
}

#[tokio::test]
async fn a_changed_password_ends_what_public_clients_had_by_it() {
    on_both(async |world: World| {
        let authorization = world.authorization(&world.native, SCOPE);
        let code = world.code(&authorization, RedirectKind::PublicClient, NATIVE).await;
        let native = world
            .send(&world.redemption(&world.native, &code, NATIVE))
            .await
            .unwrap();
        let mut by_key = world.authorization(&world.native, SCOPE);
        by_key.sign_in.methods = vec![crate::authorization::Method::Fido];
        let code = world.code(&by_key, RedirectKind::PublicClient, NATIVE).await;
        let by_key = world
            .send(&world.redemption(&world.native, &code, NATIVE))
            .await
            .unwrap();
        let web = world.signed_in(SCOPE).await;
        world.clock.advance_seconds(60);
        let ada = world.authority.person(world.contoso, world.ada).await.unwrap().unwrap();
        let changed = crate::person::Person {
            password_changed_at: oauth::Clock::now(&*world.clock),
            ..(*ada).clone()
        };
        let statement = store::person::set_password(&changed, "x");
        world
            .authority
            .directory()
            .commit(vec![any_outcome(statement)])
            .await
            .unwrap();
        refused(
            world
                .send(&world.refresh(&world.native, &native.refresh_token.unwrap()))
                .await,
            50_173,
        );
        world
            .send(&world.refresh(&world.native, &by_key.refresh_token.unwrap()))
            .await
            .unwrap();
        world
            .send(&world.refresh(&world.web, &web.refresh_token.unwrap()))
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn applications_that_are_switched_off_or_gone() {
    on_both(async |world: World| {
        let token = world.signed_in(SCOPE).await.refresh_token.unwrap();
        let (contoso, web) = (world.contoso, world.web.app_id);
        manage::service_principal::disable(&world.authority, &world.operator, contoso, web)
            .await
            .unwrap();
        refused(world.send(&world.refresh(&world.web, &token)).await, 7_000_112);
        manage::service_principal::enable(&world.authority, &world.operator, contoso, web)
            .await
            .unwrap();
        manage::application::disable(&world.authority, &world.operator, web)
            .await
            .unwrap();
        refused(world.send(&world.refresh(&world.web, &token)).await, 7_000_112);
        let remove = store::service_principal::delete(contoso, web);
        manage::application::enable(&world.authority, &world.operator, web)
            .await
            .unwrap();
        world
            .authority
            .directory()
            .commit(vec![any_outcome(remove)])
            .await
            .unwrap();
        refused(world.send(&world.refresh(&world.web, &token)).await, 7_000_229);
    })
    .await;
}

#[tokio::test]
async fn people_need_an_assignment_where_one_is_required() {
    on_both(async |world: World| {
        let token = world.signed_in(SCOPE).await.refresh_token.unwrap();
        require_assignment(&world, world.orders.app_id).await;
        refused(world.send(&world.refresh(&world.web, &token)).await, 50_105);
        assign(&world, world.ada, PrincipalKind::User, APPROVER).await;
        let issued = world.send(&world.refresh(&world.web, &token)).await.unwrap();
        assert_eq!(claims(&issued.access_token)["roles"], json!(["Approver"]));
        let token = issued.refresh_token.unwrap();
        require_assignment(&world, world.web.app_id).await;
        refused(world.send(&world.refresh(&world.web, &token)).await, 50_105);
    })
    .await;
}

#[tokio::test]
async fn applications_need_an_assignment_where_one_is_required() {
    on_both(async |world: World| {
        let ask = || {
            world
                .ask(&world.web, GrantType::ClientCredentials)
                .scope("api://orders/.default")
        };
        assert!(
            claims(&world.send(&ask()).await.unwrap().access_token)
                .get("roles")
                .is_none()
        );
        require_assignment(&world, world.orders.app_id).await;
        refused(world.send(&ask()).await, 501_051);
        let principal = world
            .authority
            .service_principal(world.contoso, world.web.app_id)
            .await
            .unwrap();
        assign(
            &world,
            principal.unwrap().object_id,
            PrincipalKind::ServicePrincipal,
            IMPORTER,
        )
        .await;
        let issued = world.send(&ask()).await.unwrap();
        assert_eq!(claims(&issued.access_token)["roles"], json!(["Importer"]));
        assert!(issued.scope.is_none() && issued.refresh_token.is_none() && issued.id_token.is_none());
        let public = world
            .ask(&world.native, GrantType::ClientCredentials)
            .scope("api://orders/.default");
        refused(world.send(&public).await, 7_000_216);
    })
    .await;
}
