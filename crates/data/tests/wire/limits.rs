//! Service protection limits on the wire.

use data::{LimitOptions, Limits};

use crate::world::{Call, on_each_engine};

fn who() -> Call {
    Call::get("WhoAmI")
}

#[tokio::test]
async fn too_many_requests() {
    on_each_engine(async |world| {
        let node = world.node(LimitOptions::On(Limits {
            requests: 2,
            ..Limits::default()
        }));
        let token = world.token(&world.admin);
        for left in ["1", "0"] {
            let reply = world.send_to(&node, &token, who()).await.expect(200);
            assert_eq!(reply.header("x-ms-ratelimit-burst-remaining-xrm-requests"), Some(left));
            assert_eq!(
                reply.header("x-ms-ratelimit-time-remaining-xrm-requests"),
                Some("1,200.00")
            );
            world.clock.advance_seconds(10);
        }
        let reply = world.send_to(&node, &token, who()).await;
        assert_eq!(
            reply.error(),
            "429 0x80072322 Number of requests exceeded the limit of 2 over time window of 300 seconds."
        );
        assert_eq!(reply.header("Retry-After"), Some("280"));
        world.clock.advance_seconds(280);
        world.send_to(&node, &token, who()).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn the_application_pays_for_whom_it_impersonates() {
    on_each_engine(async |world| {
        let node = world.node(LimitOptions::On(Limits {
            requests: 2,
            ..Limits::default()
        }));
        let user = world
            .application_user(&world.directory.application("Other"), world.root)
            .await;
        let token = world.token(&world.admin);
        for _ in 0..2 {
            world
                .send_to(&node, &token, who().header("MSCRMCallerID", &user.to_string()))
                .await
                .expect(200);
        }
        assert_eq!(world.send_to(&node, &token, who()).await.status.as_u16(), 429);
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_counts_and_what_is_not_authenticated_does_not() {
    on_each_engine(async |world| {
        let node = world.node(LimitOptions::On(Limits {
            requests: 2,
            ..Limits::default()
        }));
        let token = world.token(&world.admin);
        for _ in 0..5 {
            world.send_to(&node, "nonsense", who()).await.expect(401);
        }
        for _ in 0..2 {
            let reply = world.send_to(&node, &token, Call::get("nothing")).await.expect(404);
            assert!(reply.header("x-ms-ratelimit-burst-remaining-xrm-requests").is_some());
        }
        assert_eq!(world.send_to(&node, &token, who()).await.status.as_u16(), 429);
    })
    .await;
}

#[tokio::test]
async fn off_tells_nothing() {
    on_each_engine(async |world| {
        let reply = world.admin(who()).await.expect(200);
        assert_eq!(reply.header("x-ms-ratelimit-burst-remaining-xrm-requests"), None);
    })
    .await;
}
