//! Userinfo: which tokens open it, and what is told.

use oauth::{GrantType, Secret};

use super::super::{Trail, UserClaims, UserinfoRefusal, userinfo};
use super::world::{ORIGIN, World, claims, on_both};
use crate::manage;
use crate::presented_token::{PresentedToken, Scheme};

async fn ask(world: &World, token: &Secret<String>, tenant: Option<&str>) -> Result<UserClaims, UserinfoRefusal> {
    let presented = PresentedToken {
        scheme: Scheme::Bearer,
        unverified_token: token.expose(),
        unverified_proof: None,
        method: "GET",
        url: format!("{ORIGIN}/oidc/userinfo"),
        peer_certificate: None,
    };
    userinfo(&world.authority, Some(&presented), tenant, &mut Trail::default()).await
}

#[tokio::test]
async fn tokens_that_do_not_open_it() {
    on_both(async |world: World| {
        let none = userinfo(&world.authority, None, None, &mut Trail::default()).await;
        assert!(matches!(none.unwrap_err(), UserinfoRefusal::Missing));
        let nonsense = ask(&world, &Secret::new("a.b.c".to_owned()), None).await;
        assert!(matches!(nonsense.unwrap_err(), UserinfoRefusal::Issuer));
        let other = world.signed_in("api://orders/Read openid").await.access_token;
        assert!(matches!(
            ask(&world, &other, None).await.unwrap_err(),
            UserinfoRefusal::Token(_)
        ));
        let unopened = world.signed_in("User.Read").await.access_token;
        assert!(matches!(
            ask(&world, &unopened, None).await.unwrap_err(),
            UserinfoRefusal::Scope
        ));
        let application = world.ask(&world.web, GrantType::ClientCredentials);
        let application = application.scope("https://graph.microsoft.com/.default");
        let application = world.send(&application).await.unwrap().access_token;
        assert!(matches!(
            ask(&world, &application, None).await.unwrap_err(),
            UserinfoRefusal::Person
        ));
        let good = world.signed_in("openid").await.access_token;
        for tenant in ["fabrikam.example", "nowhere.example", "consumers", ""] {
            let outcome = ask(&world, &good, Some(tenant)).await;
            assert!(matches!(outcome.unwrap_err(), UserinfoRefusal::Issuer), "{tenant}");
        }
        let presented = PresentedToken {
            scheme: Scheme::Dpop,
            unverified_token: good.expose(),
            unverified_proof: None,
            method: "GET",
            url: format!("{ORIGIN}/oidc/userinfo"),
            peer_certificate: None,
        };
        let bound = userinfo(&world.authority, Some(&presented), None, &mut Trail::default()).await;
        assert!(matches!(bound.unwrap_err(), UserinfoRefusal::Key));
        manage::person::disable(&world.authority, &world.operator, world.contoso, world.ada)
            .await
            .unwrap();
        assert!(matches!(
            ask(&world, &good, None).await.unwrap_err(),
            UserinfoRefusal::Person
        ));
    })
    .await;
}

#[tokio::test]
async fn each_scope_opens_its_claims() {
    on_both(async |world: World| {
        let issued = world.signed_in("openid").await;
        let told = ask(&world, &issued.access_token, Some("contoso.example"))
            .await
            .unwrap();
        assert_eq!(
            Some(told.subject.as_str()),
            claims(&issued.id_token.unwrap())["sub"].as_str()
        );
        assert!(told.profile.is_none() && told.email.is_none());
        let all = world.signed_in("openid profile email User.Read").await.access_token;
        let told = ask(&world, &all, Some("common")).await.unwrap();
        assert_eq!(told.profile.unwrap().object_id, world.ada);
        assert_eq!(told.email.as_deref(), Some("ada@mail.example"));
    })
    .await;
}
