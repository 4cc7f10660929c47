//! The applications that every tenant has without bringing them in: the data service, the directory API, the
//! program's own administration, and the page of security info.
//!
//! In: an application id or a tenant. Out: the application, or the id of its service principal in the tenant.
//! Invariant: they have no credential, so nobody can authenticate as one; the ids of the resources are those of the real
//! cloud, since clients and manifests name them.

use std::sync::{Arc, LazyLock};

use oauth::{AppId, ObjectId, TenantId, TokenVersion};
use uuid::Uuid;

use crate::application::{Application, Audience, Client};
use crate::graph_permissions;
use crate::registration::{
    Access, AccessKind, AppRole, DelegatedScope, MemberType, Registration, RequiredAccess, ScopeKind,
};

/// Dataverse: the data service, whatever its environment.
pub(crate) const DATA_SERVICE: AppId = AppId::from_uuid(Uuid::from_u128(0x0000_0007_0000_0000_c000_0000_0000_0000));
/// Microsoft Graph: the directory API.
pub(crate) const GRAPH: AppId = AppId::from_uuid(Uuid::from_u128(0x0000_0003_0000_0000_c000_0000_0000_0000));
/// The application in whose name the operator administers a tenant by the directory API.
pub(crate) const ADMINISTRATION: AppId = AppId::from_uuid(Uuid::from_u128(0x6d1f_2b0c_58a3_4e97_b4c2_90e7_3a51_c8d6));
/// "My Signins" of the real cloud: the page on which people look after what they sign in with.
pub(crate) const SECURITY_INFO: AppId = AppId::from_uuid(Uuid::from_u128(0x19db_86c3_b2b9_44cc_b339_36da_233a_3be2));
/// The URI by which Microsoft Graph is asked for in the real cloud; ours answers to it too.
pub(crate) const GRAPH_URI: &str = "https://graph.microsoft.com";
/// The tenant that owns the applications of the real cloud.
const OWNER: Uuid = Uuid::from_u128(0xf8cd_ef31_a31e_4b4a_93e4_5f57_1e91_255a);
/// The delegated permission of the data service.
const USER_IMPERSONATION: Uuid = Uuid::from_u128(0x78ce_3f0f_a1ce_49c2_8cde_64b5_c089_6db4);

static DATA_SERVICE_CLIENT: LazyLock<Arc<Client>> = LazyLock::new(|| {
    let scope = DelegatedScope {
        id: USER_IMPERSONATION,
        value: "user_impersonation".to_owned(),
        kind: ScopeKind::User,
        is_enabled: true,
        admin_consent_display_name: "Access business data as people of the organization".to_owned(),
        admin_consent_description: "Lets the application read and write business data in the environments of your \
             organization as the person who is signed in, with that person's rights."
            .to_owned(),
        user_consent_display_name: Some("Access business data as you".to_owned()),
        user_consent_description: Some(
            "Lets the application read and write business data as you, with your rights.".to_owned(),
        ),
    };
    built_in(
        DATA_SERVICE,
        "Dataverse",
        Vec::new(),
        Registration {
            scopes: vec![scope],
            ..Registration::default()
        },
    )
});

static GRAPH_CLIENT: LazyLock<Arc<Client>> = LazyLock::new(|| {
    let registration = Registration {
        scopes: graph_permissions::SCOPES
            .iter()
            .map(graph_permissions::Scope::delegated)
            .collect(),
        app_roles: graph_permissions::ROLES.iter().map(graph_role).collect(),
        ..Registration::default()
    };
    built_in(GRAPH, "Microsoft Graph", vec![GRAPH_URI.to_owned()], registration)
});

static ADMINISTRATION_CLIENT: LazyLock<Arc<Client>> = LazyLock::new(|| {
    let name = "Commonhold administration";
    built_in(ADMINISTRATION, name, Vec::new(), Registration::default())
});

static SECURITY_INFO_CLIENT: LazyLock<Arc<Client>> =
    LazyLock::new(|| built_in(SECURITY_INFO, "Security info", Vec::new(), Registration::default()));

/// The built-in application of this id.
pub(crate) fn client(app_id: AppId) -> Option<Arc<Client>> {
    match app_id {
        DATA_SERVICE => Some(Arc::clone(&DATA_SERVICE_CLIENT)),
        GRAPH => Some(Arc::clone(&GRAPH_CLIENT)),
        ADMINISTRATION => Some(Arc::clone(&ADMINISTRATION_CLIENT)),
        SECURITY_INFO => Some(security_info()),
        _ => None,
    }
}

/// All of them.
pub(crate) fn clients() -> [Arc<Client>; 4] {
    [
        Arc::clone(&DATA_SERVICE_CLIENT),
        Arc::clone(&GRAPH_CLIENT),
        Arc::clone(&ADMINISTRATION_CLIENT),
        security_info(),
    ]
}

/// The page on which people look after what they sign in with.
pub(crate) fn security_info() -> Arc<Client> {
    Arc::clone(&SECURITY_INFO_CLIENT)
}

/// The roles that the administration has at the directory API of every tenant: all, by definition, so no row gives them.
pub(crate) fn administration_roles() -> Vec<String> {
    let roles = graph_permissions::ROLES.iter();
    roles.map(|role| role.value.to_owned()).collect()
}

/// The object id of a built-in application's service principal in a tenant: made of both ids, so that no row is needed.
pub(crate) fn principal(tenant: TenantId, app_id: AppId) -> ObjectId {
    ObjectId::from(Uuid::new_v5(&tenant.uuid(), app_id.uuid().as_bytes()))
}

impl RequiredAccess {
    /// To read and write business data as the person who is signed in: `user_impersonation` of the data service.
    #[must_use]
    pub fn data_service() -> Self {
        Self {
            resource_app_id: DATA_SERVICE,
            resource_access: vec![scope_access(USER_IMPERSONATION)],
        }
    }

    /// To sign people in and know who they are: these delegated permissions of Microsoft Graph, as far as there are such.
    #[must_use]
    pub fn graph(scopes: &[&str]) -> Self {
        let offered = &GRAPH_CLIENT.application.registration;
        let ids = scopes
            .iter()
            .filter_map(|scope| offered.scope(scope))
            .map(|scope| scope.id);
        Self {
            resource_app_id: GRAPH,
            resource_access: ids.map(scope_access).collect(),
        }
    }

    /// To use the directory API as the application itself: these roles of Microsoft Graph, as far as there are such.
    #[must_use]
    pub fn graph_roles(roles: &[&str]) -> Self {
        let offered = &GRAPH_CLIENT.application.registration.app_roles;
        let named = |role: &&AppRole| role.value.as_deref().is_some_and(|value| roles.contains(&value));
        let access = |role: &AppRole| Access {
            id: role.id,
            kind: AccessKind::Role,
        };
        Self {
            resource_app_id: GRAPH,
            resource_access: offered.iter().filter(named).map(access).collect(),
        }
    }
}

fn scope_access(id: Uuid) -> Access {
    Access {
        id,
        kind: AccessKind::Scope,
    }
}

fn built_in(app_id: AppId, name: &str, identifier_uris: Vec<String>, registration: Registration) -> Arc<Client> {
    let application = Application {
        app_id,
        object_id: ObjectId::from(app_id.uuid()),
        home_tenant: TenantId::from(OWNER),
        display_name: name.to_owned(),
        audience: Audience::MultipleTenants,
        token_version: TokenVersion::V1,
        identifier_uris,
        registration,
        enabled: true,
    };
    Arc::new(Client::without_credentials(application))
}

fn graph_role(role: &graph_permissions::Role) -> AppRole {
    AppRole {
        id: Uuid::from_u128(role.id),
        value: Some(role.value.to_owned()),
        display_name: role.value.to_owned(),
        description: role.description.to_owned(),
        allowed_member_types: vec![MemberType::Application],
        is_enabled: true,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn built_in_applications_have_no_credentials() {
        for client in clients() {
            assert!(client.secrets.is_empty() && client.certificates.is_empty() && client.federated.is_empty());
        }
        assert!(client(AppId::from(OWNER)).is_none());
    }

    #[test]
    fn permissions_have_ids_and_values_of_their_own() {
        let graph = client(GRAPH).unwrap();
        let registration = &graph.application.registration;
        let scopes = registration
            .scopes
            .iter()
            .map(|scope| (scope.id, Some(scope.value.clone())));
        let scopes: Vec<_> = scopes.collect();
        let roles: Vec<_> = registration
            .app_roles
            .iter()
            .map(|role| (role.id, role.value.clone()))
            .collect();
        for list in [scopes, roles] {
            let ids: BTreeSet<_> = list.iter().map(|one| one.0).collect();
            let values: BTreeSet<_> = list.iter().map(|one| &one.1).collect();
            assert_eq!((ids.len(), values.len()), (list.len(), list.len()));
        }
    }

    #[test]
    fn principals_differ_by_tenant_and_application() {
        let (one, other) = (TenantId::from(Uuid::from_u128(1)), TenantId::from(Uuid::from_u128(2)));
        assert_ne!(principal(one, GRAPH), principal(other, GRAPH));
        assert_ne!(principal(one, GRAPH), principal(one, DATA_SERVICE));
        assert_eq!(principal(one, GRAPH), principal(one, GRAPH));
    }
}
