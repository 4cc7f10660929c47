//! Calls of the directory API, and the callers that make them.

use authority::manage;
use authority::manage::app_role_assignment::{NewAppRoleAssignment, Principal};
use authority::manage::application::NewApplication;
use authority::manage::application_secret::NewSecret;
use authority::manage::person::NewPerson;
use authority::manage::service_principal::NewServicePrincipal;
use authority::registration::Registration;
use authority::{AppId, Audience, DirectoryRole, ObjectId, Secret, TenantId, TokenVersion};
use axum::body::Body;
use http::{Method, Request, header};
use serde_json::Value;
use uuid::Uuid;

use crate::wire::Answer;
use crate::world::{ORIGIN, START, World};

/// Microsoft Graph.
pub(crate) const GRAPH: AppId = AppId::from_uuid(Uuid::from_u128(0x0000_0003_0000_0000_c000_0000_0000_0000));

/// The roles at the directory API that the tests give.
pub(crate) const APPLICATION_READ_WRITE: u128 = 0x1bfe_fb4e_e0b5_418b_a88f_73c4_6d2c_c8e9;
pub(crate) const APPLICATION_OWNED: u128 = 0x18a4_783c_866b_4cc7_a460_3d5e_5662_c884;
pub(crate) const APPLICATION_READ: u128 = 0x9a5d_68dd_52b0_4cc2_bd40_abcf_44ac_3a30;
pub(crate) const ASSIGNMENT_READ_WRITE: u128 = 0x06b7_08a9_e830_4db3_a914_8e69_da51_d44f;
pub(crate) const GRANT_READ_WRITE: u128 = 0x8e8e_4742_1d95_4f68_9d56_6ee7_5648_c72a;
pub(crate) const USER_READ_WRITE: u128 = 0x741f_803b_c850_494e_b5df_cde7_c675_a1ca;
pub(crate) const GROUP_READ_WRITE: u128 = 0x62a8_2d76_70ea_41e2_9197_3705_8180_4d09;
pub(crate) const DIRECTORY_READ: u128 = 0x7ab1_d382_f21e_4acd_a863_ba3e_13f7_da61;
pub(crate) const AUDIT_READ: u128 = 0xb0af_ded3_3588_46d8_8b3d_9842_eff7_78da;

/// An application that calls the directory API of a tenant.
pub(crate) struct Caller<'w> {
    world: &'w World,
    pub(crate) token: String,
    pub(crate) app_id: AppId,
    pub(crate) principal: ObjectId,
}

impl World {
    /// A new application of contoso with these roles at the directory API, and its token.
    pub(crate) async fn caller(&self, roles: &[u128]) -> Caller<'_> {
        self.caller_of(self.contoso, roles).await
    }

    pub(crate) async fn caller_of(&self, tenant: TenantId, roles: &[u128]) -> Caller<'_> {
        let (authority, operator) = (&self.authority, &self.operator);
        let new = NewApplication {
            app_id: None,
            object_id: None,
            home_tenant: tenant,
            display_name: "Pipeline".to_owned(),
            audience: Audience::SingleTenant,
            token_version: TokenVersion::V1,
            identifier_uris: Vec::new(),
            registration: Registration::default(),
        };
        let app_id = manage::application::register(authority, operator, new).await.unwrap();
        let new = NewServicePrincipal {
            object_id: None,
            tenant,
            app_id,
        };
        let principal = manage::service_principal::create(authority, operator, new)
            .await
            .unwrap();
        for role in roles {
            let new = NewAppRoleAssignment {
                tenant,
                principal: Principal::Application(app_id),
                resource: GRAPH,
                role: Uuid::from_u128(*role),
            };
            manage::app_role_assignment::assign(authority, operator, new)
                .await
                .unwrap();
        }
        let token = self.graph_token(tenant, app_id).await;
        Caller {
            world: self,
            token,
            app_id,
            principal,
        }
    }

    /// A token of an application for the directory API.
    pub(crate) async fn graph_token(&self, tenant: TenantId, app_id: AppId) -> String {
        let new = NewSecret {
            app_id,
            display_name: "test".to_owned(),
            starts_at: START,
            ends_at: START.plus_seconds(1_000_000),
        };
        let secret = manage::application_secret::add(&self.authority, &self.operator, new)
            .await
            .unwrap();
        let form = [
            ("client_id", app_id.to_string()),
            ("client_secret", secret.value.expose().clone()),
            ("grant_type", "client_credentials".to_owned()),
            ("scope", "https://graph.microsoft.com/.default".to_owned()),
        ];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = self.post(&format!("/{tenant}/oauth2/v2.0/token"), &form).await;
        answer.token().to_owned()
    }

    /// A person of contoso.
    pub(crate) async fn person(&self, name: &str, directory_role: DirectoryRole) -> ObjectId {
        self.new_member(name, name, directory_role).await
    }

    /// A person of contoso whose name is not that of the address.
    pub(crate) async fn named_person(&self, address: &str, name: &str) -> ObjectId {
        self.new_member(address, name, DirectoryRole::Member).await
    }

    async fn new_member(&self, address: &str, name: &str, directory_role: DirectoryRole) -> ObjectId {
        let new = NewPerson {
            object_id: None,
            tenant: self.contoso,
            upn: format!("{address}@contoso.example"),
            display_name: name.to_owned(),
            given_name: None,
            surname: None,
            mail: None,
            password: Secret::new("correct horse".to_owned()),
            password_use: authority::PasswordUse::Open,
            directory_role,
            licensed: false,
            enabled: true,
            usage_location: None,
        };
        manage::person::create(&self.authority, &self.operator, new)
            .await
            .unwrap()
    }

    /// A call with a token, or with none.
    pub(crate) async fn graph(&self, method: &str, path: &str, token: Option<&str>, body: Option<Value>) -> Answer {
        let uri = format!("/v1.0{}", path.replace(' ', "%20"));
        let mut request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(uri);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        // Every caller of these tests takes what needs it; its lack is tested by itself.
        request = request.header("ConsistencyLevel", "eventual");
        let body = body.map_or(Body::empty(), |body| Body::from(body.to_string()));
        self.send(request.body(body).unwrap()).await
    }
}

impl Caller<'_> {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.world.graph("GET", path, Some(&self.token), None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.world.graph("POST", path, Some(&self.token), Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.world.graph("PATCH", path, Some(&self.token), Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.world.graph("DELETE", path, Some(&self.token), None).await
    }

    /// What was made.
    pub(crate) async fn made(&self, path: &str, body: Value) -> Value {
        let answer = self.post(path, body).await;
        assert_eq!(answer.status, 201, "{}", answer.json);
        answer.json
    }

    /// The objects of a list.
    pub(crate) async fn list(&self, path: &str) -> Vec<Value> {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.json);
        answer.json["value"].as_array().unwrap().clone()
    }
}

impl Answer {
    /// Asserts a refusal in Microsoft Graph's shape, and that it names what it should.
    #[track_caller]
    pub(crate) fn denied(&self, status: u16, code: &str, names: &str) {
        let error = &self.json["error"];
        assert_eq!(self.status.as_u16(), status, "{}", self.json);
        assert_eq!(error["code"], code, "{}", self.json);
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(names), "{message} does not name {names}");
        let inner = &error["innerError"];
        assert_eq!(self.headers["request-id"], inner["request-id"].as_str().unwrap());
        assert_eq!(
            self.headers["client-request-id"],
            inner["client-request-id"].as_str().unwrap()
        );
        assert!(!inner["date"].as_str().unwrap().ends_with('Z'));
    }

    /// Asserts that a change was made.
    #[track_caller]
    pub(crate) fn done(&self) {
        assert_eq!(self.status, 204, "{}", self.json);
        assert!(self.json.is_null());
    }

    /// Asserts an answer with a body, and gives it.
    #[track_caller]
    pub(crate) fn ok(&self) -> &Value {
        assert_eq!(self.status, 200, "{}", self.json);
        &self.json
    }
}

/// The path of a next link.
pub(crate) fn next_path(answer: &Value) -> Option<String> {
    let next = answer["@odata.nextLink"].as_str()?;
    Some(next.strip_prefix(&format!("{ORIGIN}/v1.0")).unwrap().to_owned())
}
