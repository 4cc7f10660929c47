//! The tables of the directory API, printed and compared: who may call what, and what each refusal says; and calls of
//! people, whose tokens are signed here.

use std::fmt::Write as _;
use std::sync::Arc;

use db::{Cluster, SqliteOptions};
use oauth::{
    AppId, ClientProof, Confirmation, ObjectId, PersonTokenClaims, Secret, SystemRandom, TenantId, TestClock,
    Timestamp, TokenVersion,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::application::Audience;
use crate::authority::Options;
use crate::graph::Right;
use crate::graph::access::{Powers, decide};
use crate::graph_permissions;
use crate::issue::TokenLifetime;
use crate::key_encryption::KeyEncryptionKey;
use crate::manage::application::NewApplication;
use crate::manage::person::NewPerson;
use crate::manage::service_principal::NewServicePrincipal;
use crate::manage::tenant::NewTenant;
use crate::manage::{self, ManageError};
use crate::origin::Origin;
use crate::person::DirectoryRole;
use crate::registration::Registration;
use crate::store;

const PEOPLE: [DirectoryRole; 4] = [
    DirectoryRole::Administrator,
    DirectoryRole::ApplicationAdministrator,
    DirectoryRole::Reader,
    DirectoryRole::Member,
];

fn scopes() -> Vec<String> {
    graph_permissions::SCOPES
        .iter()
        .map(|scope| scope.delegated().value)
        .collect()
}

fn application_line(right: Right) -> String {
    let principal = ObjectId::from(Uuid::nil());
    let line = graph_permissions::ROLES.iter().filter_map(|role| {
        let roles = [role.value.to_owned()];
        let powers = Powers::Application {
            roles: &roles,
            principal,
        };
        let extent = decide(powers, right, Reach::Others)?;
        let is_owned = extent == graph::Extent::Owned(principal);
        Some(if is_owned {
            format!("{} (owned)", role.value)
        } else {
            role.value.to_owned()
        })
    });
    line.collect::<Vec<_>>().join(", ")
}

/// By each scope alone, so that a right which needs two of them would be missing here.
fn person_line(role: DirectoryRole, right: Right, reach: Reach) -> String {
    let line = scopes().into_iter().filter_map(|scope| {
        let extent = decide(
            Powers::Person {
                scopes: std::slice::from_ref(&scope),
                role,
                person: ObjectId::from(Uuid::nil()),
            },
            right,
            reach,
        )?;
        Some(match extent {
            graph::Extent::All => scope,
            graph::Extent::Owned(_) => format!("{scope} (owned)"),
            graph::Extent::Own | graph::Extent::Basic => format!("{scope} ({extent:?})"),
        })
    });
    line.collect::<Vec<_>>().join(", ")
}

#[test]
fn who_may_call_what() {
    let mut table = String::new();
    for route in routes::table() {
        writeln!(table, "{} /{}", route.method, route.path).unwrap();
        let Some(right) = route.right else {
            table.push_str("    (each part by itself)\n");
            continue;
        };
        writeln!(table, "    application: {}", application_line(right)).unwrap();
        for role in PEOPLE {
            writeln!(table, "    {role:?}: {}", person_line(role, right, Reach::Others)).unwrap();
        }
        if is_about_user(route.operation) {
            let own = person_line(DirectoryRole::Member, right, Reach::Own);
            writeln!(table, "    Member, own: {own}").unwrap();
        }
    }
    let table: Vec<&str> = table.lines().map(str::trim_end).collect();
    let table = table.join("\n");
    insta::with_settings!({
        snapshot_path => "../../../tests/snapshots", prepend_module_to_snapshot => false, omit_expression => true,
    }, { insta::assert_snapshot!("graph_access", table) });
}

#[test]
fn nobody_has_a_right_without_a_permission() {
    for route in routes::table() {
        let Some(right) = route.right else { continue };
        for reach in [Reach::Own, Reach::Others] {
            let principal = ObjectId::from(Uuid::nil());
            assert_eq!(
                decide(Powers::Application { roles: &[], principal }, right, reach),
                None
            );
            for role in PEOPLE {
                assert_eq!(
                    decide(
                        Powers::Person {
                            scopes: &[],
                            role,
                            person: principal
                        },
                        right,
                        reach
                    ),
                    None,
                    "{right:?}"
                );
            }
        }
    }
}

/// The refusal behind another in the list. Without `_`: a new variant does not compile until it has its place.
#[rustfmt::skip] // one line per variant: this is read as a list
fn after(refusal: &GraphRefusal) -> Option<GraphRefusal> {
    use {GraphRefusal as R, ManageError as M};
    let text = str::to_owned;
    let error = || store::Error::Unknown { what: "{what}" };
    Some(match refusal {
        R::TokenMissing => R::TokenIssuer,
        R::TokenIssuer => R::Token(oauth::TokenError::Signature),
        R::Token(_) => R::TokenKey,
        R::TokenKey => R::OperatorKey,
        R::OperatorKey => R::CallerUnknown,
        R::CallerUnknown => R::Denied,
        R::Denied => R::NoPerson,
        R::NoPerson => R::Segment { segment: text("{segment}") },
        R::Segment { .. } => R::Method { received: text("{method}") },
        R::Method { .. } => R::NotFound { id: text("{id}") },
        R::NotFound { .. } => R::BodyTooLarge { limit_bytes: 1_048_576 },
        R::BodyTooLarge { .. } => R::Body,
        R::Body => R::Property { name: text("{property}") },
        R::Property { .. } => R::Missing { name: "{property}" },
        R::Missing { .. } => R::Value { name: text("{property}"), reason: "{reason}" },
        R::Value { .. } => R::Batch { reason: "{reason}" },
        R::Batch { .. } => R::Proof(oauth::AssertionError::Signature),
        R::Proof(_) => R::ProofKey,
        R::ProofKey => R::Syntax(odata::SyntaxError::Duplicate { name: text("$filter") }),
        R::Syntax(_) => R::Query { what: text("{what}") },
        R::Query { .. } => R::Consistency { what: "{what}" },
        R::Consistency { .. } => R::UsageLocation,
        R::UsageLocation => R::Manage(M::Invalid { what: "{what}", value: text("{value}"), reason: "{reason}" }),
        R::Manage(M::Invalid { .. }) => R::Manage(M::Taken { constraint: text("person_upn") }),
        R::Manage(M::Taken { .. }) => R::Manage(M::NotFound { what: "{what}", id: text("{id}") }),
        R::Manage(M::NotFound { .. }) => R::Manage(M::Contended { what: "{what}", id: text("{id}") }),
        R::Manage(M::Contended { .. }) => R::Manage(M::Document(error())),
        R::Manage(M::Document(_)) => R::Manage(M::Read(error().into())),
        R::Manage(M::Read(_)) => R::Manage(M::Busy),
        R::Manage(M::Busy) => R::Manage(M::Seal(crate::key_encryption::SealError::Opening)),
        R::Manage(M::Seal(_)) => R::Directory(error().into()),
        R::Directory(_) => R::Unsigned(Box::new(crate::refusal::Refusal::NoSigningKey)),
        R::Unsigned(_) => R::Answer(serde_json::from_str::<Value>("x").unwrap_err()),
        // The errors of the others cannot be made here.
        R::Answer(_) | R::Manage(M::Password(_) | M::CutOff(_) | M::Write(_) | M::Keys(_)) => return None,
    })
}

#[test]
fn the_whole_table_of_refusals() {
    let all = std::iter::successors(Some(GraphRefusal::TokenMissing), after);
    let line = |refusal: GraphRefusal| {
        let (status, code) = error::code(&refusal);
        format!("{} {code:38} {}\n", status.as_u16(), error::text(&refusal))
    };
    let table: String = all.map(line).collect();
    insta::with_settings!({
        snapshot_path => "../../../tests/snapshots", prepend_module_to_snapshot => false, omit_expression => true,
    }, { insta::assert_snapshot!("graph_refusals", table) });
}

/// A tenant with an application that people sign in to.
struct Town {
    authority: Authority,
    tenant: TenantId,
    client: AppId,
    _directory: tempfile::TempDir,
}

async fn town() -> Town {
    let directory = tempfile::tempdir().unwrap();
    let cluster = Cluster::sqlite(directory.path().join("databases"), SqliteOptions::default());
    let database = cluster.create("town").await.unwrap();
    let options = Options {
        origin: Origin::parse("https://login.example.test").unwrap(),
        token_lifetime: TokenLifetime::default(),
        key_encryption_key: KeyEncryptionKey::from_bytes(&[3; KeyEncryptionKey::BYTES]).unwrap(),
        operator_key: None,
        clock: Arc::new(TestClock::new(Timestamp::from_seconds(1_767_225_600))),
        random: Arc::new(SystemRandom),
    };
    let authority = Authority::create(database, options).await.unwrap();
    let operator = authority.operator();
    let new = NewTenant {
        id: None,
        display_name: "Contoso".to_owned(),
        domains: vec!["contoso.example".to_owned()],
    };
    let tenant = manage::tenant::create(&authority, &operator, new).await.unwrap();
    let new = NewApplication {
        app_id: None,
        object_id: None,
        home_tenant: tenant,
        display_name: "Desk".to_owned(),
        audience: Audience::SingleTenant,
        token_version: TokenVersion::V1,
        identifier_uris: Vec::new(),
        registration: Registration::default(),
    };
    let client = manage::application::register(&authority, &operator, new).await.unwrap();
    let new = NewServicePrincipal {
        object_id: None,
        tenant,
        app_id: client,
    };
    manage::service_principal::create(&authority, &operator, new)
        .await
        .unwrap();
    Town {
        authority,
        tenant,
        client,
        _directory: directory,
    }
}

impl Town {
    async fn person(&self, name: &str, directory_role: DirectoryRole) -> ObjectId {
        let new = NewPerson {
            object_id: None,
            tenant: self.tenant,
            upn: format!("{name}@contoso.example"),
            display_name: name.to_owned(),
            given_name: None,
            surname: None,
            mail: None,
            password: Secret::new("correct horse".to_owned()),
            password_use: crate::person::PasswordUse::Open,
            directory_role,
            licensed: false,
            enabled: true,
            usage_location: None,
        };
        manage::person::create(&self.authority, &self.authority.operator(), new)
            .await
            .unwrap()
    }

    /// A token for a person, such as the sign-in pages give.
    fn token(&self, person: ObjectId, scopes: &str, confirmation: Option<&Confirmation>) -> String {
        let (now, snapshot) = (self.authority.clock().now(), self.authority.directory().last_snapshot());
        let claims = PersonTokenClaims {
            audience: "https://graph.microsoft.com",
            issuer: &self.authority.origin().issuer_v1(self.tenant),
            tenant: self.tenant,
            app_id: self.client,
            app_display_name: "Desk",
            proof: ClientProof::None,
            person,
            subject: "subject",
            upn: "somebody@contoso.example",
            display_name: "Somebody",
            given_name: None,
            surname: None,
            email: None,
            scopes,
            roles: &[],
            groups: oauth::Groups::Named(&[]),
            directory_roles: &[],
            methods: &["pwd"],
            authenticated: now,
            session_id: "00000000-0000-0000-0000-000000000001",
            token_id: "PXr8pzjFQLiaWSnd1gHQIg",
            issued: now,
            lifetime_s: 3600,
            confirmation,
        };
        snapshot
            .keys
            .signing_at(now, oauth::Algorithm::Rs256)
            .unwrap()
            .sign(TokenVersion::V1, &claims.v1())
            .unwrap()
    }

    async fn call(&self, method: &str, path: &str, token: &str, body: Value) -> (u16, Value) {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let request = axum::extract::Request::builder()
            .method(method)
            .uri(format!("/v1.0{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::from(body.to_string()))
            .unwrap();
        let response = tower::ServiceExt::oneshot(self.authority.router(), request)
            .await
            .unwrap();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), MOST_BODY_BYTES).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }
}

#[tokio::test]
async fn people_have_their_own_profile_and_the_names_of_others() {
    let town = town().await;
    let (ada, bob) = (
        town.person("ada", DirectoryRole::Member).await,
        town.person("bob", DirectoryRole::Member).await,
    );
    let token = town.token(ada, "User.Read User.ReadBasic.All", None);
    let (status, me) = town.call("GET", "/me", &token, Value::Null).await;
    assert_eq!(
        (status, &me["userPrincipalName"], &me["accountEnabled"]),
        (200, &json!("ada@contoso.example"), &json!(true))
    );
    let (status, other) = town.call("GET", &format!("/users/{bob}"), &token, Value::Null).await;
    assert_eq!(
        (status, &other["displayName"], &other["accountEnabled"]),
        (200, &json!("bob"), &Value::Null)
    );
    let (status, own) = town
        .call("GET", "/users/ADA@contoso.example", &token, Value::Null)
        .await;
    assert_eq!((status, &own["accountEnabled"]), (200, &json!(true)));
    for (method, path) in [
        ("PATCH", "/me"),
        ("DELETE", "/me"),
        ("POST", "/me/revokeSignInSessions"),
        ("GET", "/applications"),
        ("GET", "/groups"),
        ("GET", "/auditLogs/directoryAudits"),
    ] {
        assert_eq!(
            town.call(method, path, &token, json!({})).await.0,
            403,
            "{method} {path}"
        );
    }
    let token = town.token(ada, "Directory.AccessAsUser.All", None);
    assert_eq!(
        town.call("DELETE", &format!("/users/{bob}"), &token, Value::Null)
            .await
            .0,
        403
    );
    assert_eq!(
        town.call("GET", "/me/memberOf", &token, Value::Null).await.1["value"],
        json!([])
    );
}

#[tokio::test]
async fn a_role_and_a_scope_are_both_needed() {
    let town = town().await;
    let admin = town.person("root", DirectoryRole::Administrator).await;
    let wanted = json!({ "displayName": "x" });
    let weak = town.token(admin, "User.Read", None);
    assert_eq!(town.call("POST", "/applications", &weak, wanted.clone()).await.0, 403);
    let strong = town.token(admin, "Application.ReadWrite.All AuditLog.Read.All", None);
    assert_eq!(town.call("POST", "/applications", &strong, wanted.clone()).await.0, 201);
    let by_root = "/auditLogs/directoryAudits?$filter=initiatedBy/user/userPrincipalName%20eq%20'root@contoso.example'";
    let (_, audits) = town.call("GET", by_root, &strong, Value::Null).await;
    assert_eq!(audits["value"][0]["activityDisplayName"], "Add application");
    let reader = town.person("reader", DirectoryRole::Reader).await;
    let token = town.token(reader, "Application.ReadWrite.All", None);
    assert_eq!(town.call("GET", "/applications", &token, Value::Null).await.0, 200);
    assert_eq!(town.call("POST", "/applications", &token, wanted).await.0, 403);
}

#[tokio::test]
async fn roles_of_the_directory_api_are_given_by_administrators_alone() {
    let town = town().await;
    let graph = crate::well_known::principal(town.tenant, crate::well_known::GRAPH);
    let principal = town
        .authority
        .service_principal(town.tenant, town.client)
        .await
        .unwrap()
        .unwrap()
        .object_id;
    let wanted = json!({
        "principalId": principal, "resourceId": graph, "appRoleId": "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
    });
    let path = format!("/servicePrincipals/{principal}/appRoleAssignments");
    for (role, expected) in [
        (DirectoryRole::ApplicationAdministrator, 403),
        (DirectoryRole::Administrator, 201),
    ] {
        let person = town.person(&format!("{role:?}"), role).await;
        let token = town.token(person, "AppRoleAssignment.ReadWrite.All", None);
        assert_eq!(
            town.call("POST", &path, &token, wanted.clone()).await.0,
            expected,
            "{role:?}"
        );
    }
}

#[tokio::test]
async fn people_who_were_switched_off_and_bound_tokens() {
    let town = town().await;
    let ada = town.person("ada", DirectoryRole::Administrator).await;
    let bound = Confirmation::Jkt("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I".to_owned());
    let token = town.token(ada, "User.Read", Some(&bound));
    let (status, answer) = town.call("GET", "/me", &token, Value::Null).await;
    assert_eq!(
        (status, &answer["error"]["code"]),
        (401, &json!("InvalidAuthenticationToken"))
    );
    let token = town.token(ada, "User.Read", None);
    assert_eq!(town.call("GET", "/me", &token, Value::Null).await.0, 200);
    manage::person::disable(&town.authority, &town.authority.operator(), town.tenant, ada)
        .await
        .unwrap();
    let (status, answer) = town.call("GET", "/me", &token, Value::Null).await;
    assert_eq!(
        (status, &answer["error"]["code"]),
        (403, &json!("Authorization_IdentityNotFound"))
    );
}

#[tokio::test]
async fn people_manage_what_they_own() {
    let town = town().await;
    let (ada, bob) = (
        town.person("ada", DirectoryRole::ApplicationAdministrator).await,
        town.person("bob", DirectoryRole::Member).await,
    );
    let scope = "Application.ReadWrite.All";
    let (administrator, member) = (town.token(ada, scope, None), town.token(bob, scope, None));
    let wanted = json!({ "displayName": "Owned" });
    // People without a role make none.
    let (status, _) = town.call("POST", "/applications", &member, wanted.clone()).await;
    assert_eq!(status, 403);
    let (status, made) = town.call("POST", "/applications", &administrator, wanted).await;
    assert_eq!(status, 201, "{made}");
    let path = format!("/applications/{}", made["id"].as_str().unwrap());
    let change = json!({ "description": "x" });
    assert_eq!(town.call("PATCH", &path, &member, change.clone()).await.0, 403);
    assert_eq!(town.call("GET", &path, &member, Value::Null).await.0, 403);
    let (_, listed) = town.call("GET", "/applications", &member, Value::Null).await;
    assert_eq!(listed["value"], json!([]));
    let (_, owners) = town
        .call("GET", &format!("{path}/owners"), &administrator, Value::Null)
        .await;
    assert_eq!(owners["value"][0]["id"], ada.to_string());
    let reference = json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/users/{bob}") });
    let (status, _) = town
        .call("POST", &format!("{path}/owners/$ref"), &administrator, reference)
        .await;
    assert_eq!(status, 204);
    assert_eq!(town.call("PATCH", &path, &member, change).await.0, 204);
    let (status, _) = town
        .call("POST", &format!("{path}/addPassword"), &member, json!({}))
        .await;
    assert_eq!(status, 200);
    let (_, listed) = town.call("GET", "/applications", &member, Value::Null).await;
    assert_eq!(listed["value"][0]["id"], made["id"]);
    // What the person may do at all is not more than the application was let do.
    let reader = town.token(bob, "User.Read", None);
    assert_eq!(town.call("GET", &path, &reader, Value::Null).await.0, 403);
}
