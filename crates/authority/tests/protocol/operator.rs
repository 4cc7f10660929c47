//! The operator's API: its key, and what the key opens.

use authority::{Authority, DirectoryRole, TokenLifetime};
use axum::body::Body;
use http::{Request, header};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::wire::Answer;
use crate::world::{OPERATOR_KEY, World, on_both, options};

impl World {
    async fn api(&self, method: &str, path: &str, key: Option<&str>, body: Value) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("/api/{path}"));
        if let Some(key) = key {
            request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        }
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// A call with the operator's key that is answered.
    pub(crate) async fn operated(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.api(method, path, Some(OPERATOR_KEY), body).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.json);
        answer.json
    }
}

#[tokio::test]
async fn only_the_operators_key_opens_it() {
    on_both(async |world: World| {
        let reader = world.reader_token().await.token().to_owned();
        let longer = format!("{OPERATOR_KEY}x");
        for key in [
            None,
            Some(""),
            Some("hunter2"),
            Some(longer.as_str()),
            Some(reader.as_str()),
        ] {
            for (method, path) in [
                ("GET", "tenants"),
                ("POST", "tenants"),
                ("POST", "tenants/contoso.example/token"),
                ("GET", "tenants/contoso.example/settings"),
                ("PATCH", "tenants/contoso.example/settings"),
                ("GET", "signingKeys"),
                ("POST", "signingKeys/roll"),
                (
                    "PUT",
                    "tenants/contoso.example/people/ada@contoso.example/directoryRole",
                ),
                ("GET", "auditLogs/directoryAudits"),
                ("GET", "auditLogs/signIns"),
                ("GET", "nothing"),
            ] {
                let answer = world.api(method, path, key, json!({})).await;
                answer.denied(401, "InvalidAuthenticationToken", "operator's key");
                assert!(answer.headers.contains_key(header::WWW_AUTHENTICATE));
            }
        }
        let token = world
            .operated("POST", "tenants/contoso.example/token", Value::Null)
            .await;
        let token = token["access_token"].as_str().unwrap();
        let answer = world.api("GET", "tenants", Some(token), Value::Null).await;
        answer.denied(401, "InvalidAuthenticationToken", "operator's key");
    })
    .await;
}

#[tokio::test]
async fn without_a_key_it_is_not_there() {
    on_both(async |world: World| {
        let keyless = authority::Options {
            operator_key: None,
            ..options(&world.clock, TokenLifetime::default(), 7)
        };
        let authority = Authority::open(world.database.clone(), keyless).await.unwrap();
        for key in ["", OPERATOR_KEY] {
            let request = Request::get("/api/tenants").header(header::AUTHORIZATION, format!("Bearer {key}"));
            let request = request.body(Body::empty()).unwrap();
            let answer = authority.router().oneshot(request).await.unwrap();
            assert_eq!(answer.status(), 404);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_refused() {
    on_both(async |world: World| {
        let check = async |method: &str, path: &str, body: Value, status: u16, names: &str| {
            let answer = world.api(method, path, Some(OPERATOR_KEY), body).await;
            assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.json);
            let message = answer.json["error"]["message"].as_str().unwrap();
            assert!(message.contains(names), "{message} does not name {names}");
        };
        let tenant = |domain: &str| json!({ "displayName": "Woodgrove", "domains": [domain] });
        check("DELETE", "tenants", Value::Null, 405, "method").await;
        check("GET", "tenants/x/y", Value::Null, 400, "tenants/x/y").await;
        check("POST", "tenants", json!([]), 400, "JSON").await;
        check("POST", "tenants", json!({ "displayName": "x" }), 400, "'domains'").await;
        check("POST", "tenants", tenant("contoso.example"), 409, "domains already").await;
        check("POST", "tenants", tenant("no domain"), 400, "no domain").await;
        for name in ["nowhere.example", "common", "x"] {
            check("POST", &format!("tenants/{name}/token"), Value::Null, 404, name).await;
        }
        let settings = "tenants/contoso.example/settings";
        for (body, names) in [
            (json!({ "signingAlgorithm": "none" }), "'signingAlgorithm'"),
            (json!({ "userConsent": "nobody" }), "'userConsent'"),
            (json!({ "tokenLifetimeSeconds": [1, 2] }), "600"),
            (json!({ "tokenLifetimeSeconds": 600 }), "'tokenLifetimeSeconds'"),
            (json!({ "colour": "red" }), "'colour'"),
        ] {
            check("PATCH", settings, body, 400, names).await;
        }
        for (path, names) in [
            ("auditLogs/directoryAudits?$filter=id eq 'x'", "'$top'"),
            ("auditLogs/directoryAudits?$skiptoken=x", "$skiptoken"),
            ("auditLogs/signIns?$select=id", "'$top'"),
            ("auditLogs/signIns?$top=0", "between 1 and 999"),
        ] {
            check("GET", &path.replace(' ', "%20"), Value::Null, 400, names).await;
        }
        check("POST", "auditLogs/signIns", Value::Null, 405, "method").await;
        let roll = |algorithm: &str, kind: &str| json!({ "algorithm": algorithm, "kind": kind });
        check("POST", "signingKeys/roll", roll("RS256", "soon"), 400, "'kind'").await;
        check("POST", "signingKeys/roll", roll("HS256", "planned"), 400, "'algorithm'").await;
        check(
            "POST",
            "signingKeys/roll",
            roll("ES256", "planned"),
            400,
            "not used by any tenant",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_tenant_is_made_and_administered() {
    on_both(async |world: World| {
        let new = json!({ "displayName": "Woodgrove", "domains": ["Woodgrove.example"] });
        let made = world.operated("POST", "tenants", new).await;
        assert_eq!(made["domains"], json!(["woodgrove.example"]));
        let tenants = world.operated("GET", "tenants", Value::Null).await;
        assert_eq!(tenants["value"].as_array().unwrap().len(), 3);
        assert!(tenants["value"].as_array().unwrap().contains(&made));

        let answer = world
            .operated("POST", "tenants/woodgrove.example/token", Value::Null)
            .await;
        assert_eq!(
            (&answer["token_type"], &answer["expires_in"]),
            (&json!("Bearer"), &json!(600))
        );
        let token = answer["access_token"].as_str().unwrap();
        let people = world.graph("GET", "/users", Some(token), None).await;
        assert_eq!((people.status.as_u16(), &people.json["value"]), (200, &json!([])));
        let body = json!({ "displayName": "Shop", "signInAudience": "AzureADMyOrg" });
        let made = world.graph("POST", "/applications", Some(token), Some(body)).await;
        assert_eq!(made.status, 201, "{}", made.json);
        let audits = world
            .graph("GET", "/auditLogs/directoryAudits", Some(token), None)
            .await;
        let initiators = audits.json["value"].as_array().unwrap().iter();
        let names: Vec<&Value> = initiators
            .map(|one| &one["initiatedBy"]["app"]["displayName"])
            .collect();
        assert!(names.contains(&&json!("Commonhold administration")), "{}", audits.json);
    })
    .await;
}

#[tokio::test]
async fn the_token_ends_and_stays_in_its_tenant() {
    on_both(async |world: World| {
        let answer = world
            .operated("POST", "tenants/fabrikam.example/token", Value::Null)
            .await;
        let token = answer["access_token"].as_str().unwrap();
        let path = format!("/applications(appId='{}')", world.reader.client_id);
        let foreign = world.graph("GET", &path, Some(token), None).await;
        foreign.denied(404, "Request_ResourceNotFound", &world.reader.client_id);
        // Past its end and the leeway for clocks that differ.
        world.clock.advance_seconds(600 + 600);
        let late = world.graph("GET", "/users", Some(token), None).await;
        late.denied(401, "InvalidAuthenticationToken", "validation failure");
    })
    .await;
}

#[tokio::test]
async fn an_administrator_who_lost_the_password_gets_another() {
    on_both(async |world: World| {
        let ada = world.person("ada", DirectoryRole::Administrator).await;
        let answer = world
            .operated("POST", "tenants/contoso.example/token", Value::Null)
            .await;
        let token = answer["access_token"].as_str();
        let profile = json!({ "password": "a new long one", "forceChangePasswordNextSignIn": true });
        let body = json!({ "passwordProfile": profile });
        let path = format!("/users/{ada}");
        let changed = world.graph("PATCH", &path, token, Some(body.clone())).await;
        assert_eq!(changed.status, 204, "{}", changed.json);
        // Another application never may.
        let other = world.caller(&[crate::graph::USER_READ_WRITE]).await;
        let denied = other.patch(&path, body).await;
        denied.denied(403, "Authorization_RequestDenied", "Insufficient");
    })
    .await;
}

#[tokio::test]
async fn settings_that_are_not_named_stay() {
    on_both(async |world: World| {
        let path = "tenants/contoso.example/settings";
        let default = json!({ "signingAlgorithm": "RS256", "tokenLifetimeSeconds": null, "userConsent": "everybody" });
        assert_eq!(world.operated("GET", path, Value::Null).await, default);
        world
            .operated("PATCH", path, json!({ "tokenLifetimeSeconds": [600, 900] }))
            .await;
        let changed = json!({ "signingAlgorithm": "ES256", "userConsent": "administratorsOnly" });
        world.operated("PATCH", path, changed).await;
        let all = json!({
            "signingAlgorithm": "ES256", "tokenLifetimeSeconds": [600, 900], "userConsent": "administratorsOnly",
        });
        assert_eq!(world.operated("GET", path, Value::Null).await, all);
        let none = json!({ "tokenLifetimeSeconds": null });
        assert_eq!(
            world.operated("PATCH", path, none).await["tokenLifetimeSeconds"],
            Value::Null
        );
    })
    .await;
}

#[tokio::test]
async fn keys_are_listed_and_rolled() {
    on_both(async |world: World| {
        let before = world.operated("GET", "signingKeys", Value::Null).await;
        let next = before["value"]
            .as_array()
            .unwrap()
            .iter()
            .find(|key| key["role"] == "next");
        let next = next.unwrap()["kid"].clone();
        let roll = json!({ "algorithm": "RS256", "kind": "emergency" });
        let after = world.operated("POST", "signingKeys/roll", roll).await;
        let current = after["value"]
            .as_array()
            .unwrap()
            .iter()
            .find(|key| key["role"] == "current");
        assert_eq!(current.unwrap()["kid"], next);
        assert_eq!(after, world.operated("GET", "signingKeys", Value::Null).await);
    })
    .await;
}

#[tokio::test]
async fn what_is_done_to_the_authority_as_a_whole_is_in_its_own_log() {
    on_both(async |world: World| {
        let before = world.operated("GET", "signingKeys", Value::Null).await;
        let old = before["value"][0]["kid"].clone();
        for (kind, path) in [("planned", "signingKeys/roll"), ("emergency", "signingKeys/roll")] {
            world.clock.advance_seconds(1);
            let roll = json!({ "algorithm": "RS256", "kind": kind });
            world.operated("POST", path, roll).await;
        }
        world.clock.advance_seconds(1);
        let settings = json!({ "signingAlgorithm": "ES256" });
        world
            .operated("PATCH", "tenants/contoso.example/settings", settings)
            .await;
        let log = world.operated("GET", "auditLogs/directoryAudits", Value::Null).await;
        let lines = log["value"].as_array().unwrap();
        let said: Vec<(&str, &str)> = lines
            .iter()
            .map(|line| {
                assert_eq!(line["initiatedBy"]["app"]["displayName"], "Operator");
                let target = &line["targetResources"][0];
                (
                    line["activityDisplayName"].as_str().unwrap(),
                    target["type"].as_str().unwrap(),
                )
            })
            .collect();
        let mut expected = vec![
            ("Add organization", "Directory"),
            ("Add organization", "Directory"),
            ("Add signing key", "SigningKey"),
            ("Roll signing keys", "SigningKey"),
            ("Add signing key", "SigningKey"),
            ("Delete signing key", "SigningKey"),
            ("Delete signing key", "SigningKey"),
            ("Roll signing keys in an emergency", "SigningKey"),
            ("Add signing key", "SigningKey"),
            ("Add signing key", "SigningKey"),
        ];
        let mut sorted = said.clone();
        sorted.sort_unstable();
        expected.sort_unstable();
        assert_eq!(sorted, expected);
        assert_eq!(said[0].0, "Add signing key", "the newest first");
        let deleted: Vec<&Value> = lines
            .iter()
            .filter(|line| line["activityDisplayName"] == "Delete signing key")
            .map(|line| &line["targetResources"][0]["id"])
            .collect();
        assert!(deleted.contains(&&old), "{deleted:?} {old}");

        // No tenant's administrators read it.
        let caller = world.caller(&[crate::graph::AUDIT_READ]).await;
        let own = caller.list("/auditLogs/directoryAudits").await;
        assert!(own.len() > 1 && !own.iter().any(|line| lines.contains(line)));
        let id = lines[0]["id"].as_str().unwrap();
        let foreign = caller.get(&format!("/auditLogs/directoryAudits/{id}")).await;
        foreign.denied(404, "Request_ResourceNotFound", id);

        // Page by page, the same lines.
        let mut paged = Vec::new();
        let mut next = Some("auditLogs/directoryAudits?$top=3".to_owned());
        while let Some(path) = next {
            let page = world.operated("GET", &path, Value::Null).await;
            paged.extend(page["value"].as_array().unwrap().clone());
            let link = page["@odata.nextLink"].as_str();
            next = link.map(|link| link.split_once("/api/").unwrap().1.to_owned());
        }
        assert_eq!(&paged, lines);
    })
    .await;
}

#[tokio::test]
async fn requests_of_no_tenant_are_read_by_the_operator() {
    on_both(async |world: World| {
        let refused = world
            .post("/nowhere.example/oauth2/v2.0/token", &world.reader_form())
            .await;
        let lines = world.operated("GET", "auditLogs/signIns", Value::Null).await;
        let lines = lines["value"].as_array().unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0]["status"]["errorCode"], 90_002);
        assert_eq!(
            (&lines[0]["id"], &lines[0]["appDisplayName"]),
            (&refused.json["trace_id"], &Value::Null)
        );
    })
    .await;
}

#[tokio::test]
async fn only_the_operator_says_who_administers_a_tenant() {
    on_both(async |world: World| {
        let ada = world.person("ada", DirectoryRole::Member).await;
        let path = |tenant: &str, person: &str| format!("tenants/{tenant}/people/{person}/directoryRole");
        let put = async |path: String, role: Value| {
            world
                .api("PUT", &path, Some(OPERATOR_KEY), json!({ "role": role }))
                .await
        };
        let id = ada.to_string();
        let missing = "Request_ResourceNotFound";
        put(path("nowhere.example", &id), json!("reader"))
            .await
            .denied(404, missing, "nowhere");
        put(path("contoso.example", "bob"), json!("reader"))
            .await
            .denied(404, missing, "bob");
        put(path("fabrikam.example", &id), json!("reader"))
            .await
            .denied(404, missing, &id);
        for role in [json!("owner"), json!(1), Value::Null] {
            put(path("contoso.example", &id), role)
                .await
                .denied(400, "Request_BadRequest", "role");
        }
        let administrator = async || {
            let found = world.authority.person(world.contoso, ada).await.unwrap().unwrap();
            found.directory_role == DirectoryRole::Administrator
        };
        assert!(!administrator().await);
        let given = put(path("contoso.example", &id), json!("administrator")).await;
        assert_eq!(
            (given.status.as_u16(), &given.json["role"]),
            (200, &json!("administrator"))
        );
        assert!(administrator().await);
        let upn = given.json["userPrincipalName"].as_str().unwrap().to_uppercase();
        put(path("contoso.example", &upn), json!("member")).await;
        assert!(!administrator().await);
    })
    .await;
}
