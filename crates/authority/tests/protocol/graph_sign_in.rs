//! `signIn` in the directory API.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::graph::{AUDIT_READ, DIRECTORY_READ, next_path};
use crate::shop::{CARA, INA, PASSWORD, Shop};
use crate::wire::with;
use crate::world::{World, on_both};

/// The numbers of the lines that a filter takes, the newest first.
async fn numbers(caller: &crate::graph::Caller<'_>, filter: &str) -> Vec<i64> {
    let lines = caller.list(&format!("/auditLogs/signIns?$filter={filter}")).await;
    lines
        .iter()
        .map(|line| line["status"]["errorCode"].as_i64().unwrap())
        .collect()
}

#[tokio::test]
async fn who_reads_the_log() {
    on_both(async |world: World| {
        let weak = world.caller(&[DIRECTORY_READ]).await;
        let denied = "Insufficient";
        weak.get("/auditLogs/signIns")
            .await
            .denied(403, "Authorization_RequestDenied", denied);
        let answer = world.reader_token().await;
        let one = format!(
            "/auditLogs/signIns/{}",
            answer.headers["x-ms-request-id"].to_str().unwrap()
        );
        weak.get(&one).await.denied(403, "Authorization_RequestDenied", denied);
        let missing = "does not exist";
        let stranger = world.caller_of(world.fabrikam, &[AUDIT_READ]).await;
        stranger
            .get(&one)
            .await
            .denied(404, "Request_ResourceNotFound", missing);
        let own = stranger.list("/auditLogs/signIns").await;
        assert_eq!(own.len(), 1, "the caller's own token: {own:?}");
        let caller = world.caller(&[AUDIT_READ]).await;
        caller
            .get("/auditLogs/signIns/5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b")
            .await
            .denied(404, "Request_ResourceNotFound", missing);
        let claims = answer.claims();
        let line = caller.get(&one).await.ok().clone();
        assert_eq!(line["appId"], world.reader.client_id);
        assert_eq!(line["servicePrincipalId"], world.reader.principal.to_string());
        assert_eq!(line["uniqueTokenIdentifier"], claims["uti"]);
        assert_eq!(line["resourceId"], "00000007-0000-0000-c000-000000000000");
        assert_eq!(line["resourceDisplayName"], "Dataverse");
        assert_eq!(
            line["status"],
            json!({ "errorCode": 0, "failureReason": "Other.", "additionalDetails": null })
        );
        assert_eq!(
            (&line["isInteractive"], &line["signInEventTypes"]),
            (&json!(false), &json!(["servicePrincipal"]))
        );
        assert_eq!((&line["userId"], &line["clientAppUsed"]), (&Value::Null, &Value::Null));
    })
    .await;
}

#[tokio::test]
async fn filters_take_what_they_say() {
    on_both(async |world: World| {
        let caller = world.caller(&[AUDIT_READ]).await;
        world.clock.advance_seconds(60);
        let correlation = "f7c1d2e3-0a9b-4c8d-8e7f-6a5b4c3d2e1f";
        let wrong = with(&world.reader_form(), "client_secret", "wrong");
        let refused = world
            .post(&world.v2(), &with(&wrong, "client-request-id", correlation))
            .await;
        let reason = refused.json["error_description"].as_str().unwrap();
        world.clock.advance_seconds(60);
        world.reader_token().await.token();
        let client = &world.reader.client_id;
        for (filter, expected) in [
            ("status/errorCode eq 7000215".to_owned(), vec![7_000_215]),
            ("status/errorCode ne 0".to_owned(), vec![7_000_215]),
            ("status/errorCode eq -1".to_owned(), vec![]),
            (format!("appId eq '{client}'"), vec![0, 7_000_215]),
            (format!("appId eq '{client}' and status/errorCode eq 0"), vec![0]),
            (format!("appId eq '{client}' and appId eq '{correlation}'"), vec![]),
            (format!("correlationId eq '{correlation}'"), vec![7_000_215]),
            (
                format!("correlationId eq '{correlation}' or status/errorCode eq 0"),
                vec![0, 7_000_215, 0],
            ),
            ("createdDateTime ge 2026-01-01T00:02:00Z".to_owned(), vec![0]),
            (
                "createdDateTime gt 2026-01-01T00:00:00Z and createdDateTime lt 2026-01-01T00:02:00Z".to_owned(),
                vec![7_000_215],
            ),
            ("createdDateTime le 2026-01-01T00:00:00Z".to_owned(), vec![0]),
            ("createdDateTime eq 2026-01-01T00:01:00Z".to_owned(), vec![7_000_215]),
            ("isInteractive eq true".to_owned(), vec![]),
            (
                "signInEventTypes/any(t: t eq 'servicePrincipal') and status/errorCode gt 5".to_owned(),
                vec![7_000_215],
            ),
            ("startswith(appDisplayName,'Pipe')".to_owned(), vec![0]),
            (format!("userId eq '{client}'"), vec![]),
        ] {
            assert_eq!(numbers(&caller, &filter).await, expected, "{filter}");
        }
        let line = &caller
            .list("/auditLogs/signIns?$filter=status/errorCode eq 7000215")
            .await[0];
        let failure = line["status"]["failureReason"].as_str().unwrap();
        assert!(
            reason.starts_with(&format!("AADSTS7000215: {failure} Trace ID: ")),
            "{reason} is not {failure}"
        );
        caller.get("/auditLogs/signIns?$filter=password eq 'x'").await.denied(
            400,
            "Request_UnsupportedQuery",
            "password",
        );
    })
    .await;
}

#[tokio::test]
async fn pages_follow_each_other_the_newest_first() {
    on_both(async |world: World| {
        let caller = world.caller(&[AUDIT_READ]).await;
        for at in 0..7 {
            world.reader_token().await.token();
            if at % 3 == 0 {
                world.clock.advance_seconds(1);
            }
        }
        for filter in ["", "&$filter=status/errorCode eq 0"] {
            let all = caller.list(&format!("/auditLogs/signIns?$top=100{filter}")).await;
            assert_eq!(all.len(), 8);
            let times: Vec<&str> = all
                .iter()
                .map(|line| line["createdDateTime"].as_str().unwrap())
                .collect();
            assert!(times.is_sorted_by(|newer, older| newer >= older), "{times:?}");
            let (mut seen, mut path) = (Vec::new(), Some(format!("/auditLogs/signIns?$top=3{filter}")));
            while let Some(current) = path {
                let page = caller.get(&current).await.ok().clone();
                seen.extend(page["value"].as_array().unwrap().iter().cloned());
                path = next_path(&page);
            }
            assert_eq!(seen, all);
        }
    })
    .await;
}

#[tokio::test]
async fn names_of_other_tenants_stay_ids() {
    on_both(async |world: World| {
        let stranger = world.caller_of(world.fabrikam, &[]).await;
        let caller = world.caller(&[AUDIT_READ]).await;
        let foreign = stranger.app_id.to_string();
        world
            .post(&world.v2(), &with(&world.reader_form(), "client_id", &foreign))
            .await
            .refused(400, "unauthorized_client", 700_016, &foreign);
        let lines = caller
            .list(&format!("/auditLogs/signIns?$filter=appId eq '{foreign}'"))
            .await;
        assert_eq!(lines.len(), 1);
        assert_eq!(
            (&lines[0]["appDisplayName"], &lines[0]["servicePrincipalId"]),
            (&Value::Null, &Value::Null)
        );
    })
    .await;
}

#[tokio::test]
async fn people_on_the_pages_are_in_the_log() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let caller = world.caller(&[AUDIT_READ]).await;
        let browser = Browser::new(&world);
        let page = browser.get(&shop.path("contoso.example", &[("scope", "openid")])).await;
        let typed = "wrong hobby horse";
        let wrong = browser.sign_in(&page, CARA, typed).await;
        assert!(wrong.has_field("passwd"), "{}", wrong.html);
        world.clock.advance_seconds(1);
        let nobody = browser.sign_in(&page, "nobody@contoso.example", typed).await;
        assert!(nobody.has_field("passwd"), "{}", nobody.html);
        world.clock.advance_seconds(1);
        let done = browser.sign_in(&page, CARA, PASSWORD).await;
        let code = done.answer()["code"].clone();
        world.clock.advance_seconds(1);
        let consent = [("scope", "openid"), ("prompt", "consent")];
        let consent = browser.get(&shop.path("contoso.example", &consent)).await;
        let declined = browser.submit(&consent, &[("consent", "cancel")]).await;
        declined.refused("access_denied", 65_004);
        world.clock.advance_seconds(1);
        let none = [("scope", "openid"), ("prompt", "none")];
        Browser::new(&world)
            .get(&shop.path("contoso.example", &none))
            .await
            .refused("login_required", 50_058);
        let lines = caller.list("/auditLogs/signIns?$filter=isInteractive eq true").await;
        let (cara, unknown) = (json!(shop.cara.to_string()), Value::Null);
        let expected = [
            (50_058, &unknown),
            (65_004, &cara),
            (0, &cara),
            (50_126, &unknown),
            (50_126, &cara),
        ];
        let seen: Vec<(i64, &Value)> = lines
            .iter()
            .map(|line| (line["status"]["errorCode"].as_i64().unwrap(), &line["userId"]))
            .collect();
        assert_eq!(seen, expected);
        for line in &lines {
            assert_eq!(
                (&line["appId"], &line["appDisplayName"]),
                (&json!(shop.client_id), &json!("The Shop"))
            );
            assert_eq!(
                (&line["clientAppUsed"], &line["signInEventTypes"]),
                (&json!("Browser"), &json!(["interactiveUser"]))
            );
        }
        assert_eq!(
            (&lines[2]["userPrincipalName"], &lines[2]["userDisplayName"]),
            (&json!(CARA), &json!("CARA"))
        );
        let by_person = format!("/auditLogs/signIns?$filter=userId eq '{}'", shop.cara);
        assert_eq!(caller.list(&by_person).await.len(), 3);
        let log = json!(lines).to_string();
        for secret in [typed, PASSWORD, code.as_str()] {
            assert!(!log.contains(secret), "{log}");
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_has_no_account_here_is_not_named() {
    on_both(async |world: World| {
        let shop = Shop::open(&world).await;
        let browser = Browser::new(&world);
        let page = browser.get(&shop.path("contoso.example", &[("scope", "openid")])).await;
        browser.sign_in(&page, INA, PASSWORD).await;
        let caller = world.caller(&[AUDIT_READ]).await;
        let lines = caller.list("/auditLogs/signIns?$filter=isInteractive eq true").await;
        assert!(!lines.is_empty());
        for line in &lines {
            assert_ne!(line["status"]["errorCode"], 0);
            assert_eq!(line["userId"], Value::Null, "a person of another tenant");
        }
        let stranger = world.caller_of(world.fabrikam, &[AUDIT_READ]).await;
        let lines = stranger.list("/auditLogs/signIns?$filter=isInteractive eq true").await;
        assert!(lines.is_empty(), "{lines:?}");
    })
    .await;
}
