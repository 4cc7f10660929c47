//! The directory of the demonstration world: people and applications.
//!
//! In: the cast. Out: people who can sign in, applications that can get tokens. Invariant: passwords and secrets are
//! made here, told once in `demo.env`, and kept as hashes only.

use authority::{
    AppId, Audience, Clock as _, DirectoryRole, ObjectId, Random as _, Secret, SystemClock, SystemRandom, TokenVersion,
    manage::{app_role_assignment, application, application_secret, person, service_principal},
    registration::{RedirectKind, RedirectUri, Registration, RequiredAccess},
};
use uuid::Uuid;

use super::cast::{self, CONTOSO, FABRIKAM, Tenant};
use crate::{env_file::EnvFile, system::System};

const SECRET_SECONDS: i64 = 2 * 365 * 86_400;

/// The applications that the sales data knows.
pub(crate) struct Applications {
    /// Reads accounts and contacts.
    pub(crate) reader: AppId,
}

/// Makes a tenant's people; gives the object id of each, in the order of the cast.
pub(crate) async fn make(system: &System, tenant: &Tenant, env: &mut EnvFile) -> anyhow::Result<Vec<ObjectId>> {
    let operator = system.authority.operator();
    let mut made = Vec::new();
    for one in tenant.people {
        let password = Secret::new(password());
        if let Some(key) = one.key {
            env.set(&format!("{key}_OBJECT_ID"), &tenant.person_id(one));
            env.set(&format!("{key}_UPN"), &tenant.upn(one));
            env.set(&format!("{key}_PASSWORD"), password.expose());
        }
        let new = person::NewPerson {
            object_id: Some(tenant.person_id(one)),
            tenant: tenant.id(),
            upn: tenant.upn(one),
            display_name: format!("{} {}", one.given_name, one.surname),
            given_name: Some(one.given_name.to_owned()),
            surname: Some(one.surname.to_owned()),
            mail: Some(tenant.upn(one)),
            password,
            password_use: authority::PasswordUse::Open,
            directory_role: if one.administrator {
                DirectoryRole::Administrator
            } else {
                DirectoryRole::Member
            },
            licensed: one.licensed,
            enabled: true,
            usage_location: Some("US".to_owned()),
        };
        made.push(person::create(&system.authority, &operator, new).await?);
    }
    Ok(made)
}

/// Where the vendor's application takes answers of the authorization endpoint: a server on the developer's machine.
const VENDOR_REDIRECT_URI: &str = "http://localhost:5000/callback";

/// Makes the applications that are registered in contoso, beside its deployer.
pub(crate) async fn applications(system: &System, env: &mut EnvFile) -> anyhow::Result<Applications> {
    for (tenant, key) in [(&CONTOSO, "AUTOMATION"), (&FABRIKAM, "FABRIKAM_AUTOMATION")] {
        automation(system, env, tenant, key).await?;
    }
    let reader = Registered {
        home: &CONTOSO,
        key: "READER",
        display_name: "Account reader",
        audience: Audience::SingleTenant,
        registration: Registration::default(),
    };
    let vendor = Registered {
        home: &CONTOSO,
        key: "VENDOR",
        display_name: "Northwind Orders",
        audience: Audience::MultipleTenants,
        registration: vendor(),
    };
    let reader = application(system, env, reader).await?;
    application(system, env, vendor).await?;
    env.set("VENDOR_REDIRECT_URI", VENDOR_REDIRECT_URI);
    Ok(Applications { reader })
}

/// What a tenant's own automation may do at the directory API.
const AUTOMATION_ROLES: [&str; 6] = [
    "Application.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
    "AuditLog.Read.All",
    "DelegatedPermissionGrant.ReadWrite.All",
    "Directory.ReadWrite.All",
    "User.ReadWrite.All",
];

/// An application that administers its tenant's directory by itself, as scripts do.
async fn automation(
    system: &System,
    env: &mut EnvFile,
    home: &'static Tenant,
    key: &'static str,
) -> anyhow::Result<()> {
    let required = RequiredAccess::graph_roles(&AUTOMATION_ROLES);
    let registered = Registered {
        home,
        key,
        display_name: if home.name == CONTOSO.name {
            "Contoso automation"
        } else {
            "Fabrikam automation"
        },
        audience: Audience::SingleTenant,
        registration: Registration {
            required_access: vec![required.clone()],
            ..Registration::default()
        },
    };
    let app_id = application(system, env, registered).await?;
    let operator = system.authority.operator();
    for access in &required.resource_access {
        let role = app_role_assignment::NewAppRoleAssignment {
            tenant: home.id(),
            principal: app_role_assignment::Principal::Application(app_id),
            resource: required.resource_app_id,
            role: access.id,
        };
        app_role_assignment::assign(&system.authority, &operator, role).await?;
    }
    Ok(())
}

/// An application of the demonstration world.
struct Registered {
    /// The tenant in which it is registered.
    home: &'static Tenant,
    /// The names in `demo.env` begin with it.
    key: &'static str,
    display_name: &'static str,
    audience: Audience,
    registration: Registration,
}

/// The vendor's application signs people in and works on their business data.
fn vendor() -> Registration {
    Registration {
        redirect_uris: vec![RedirectUri {
            kind: RedirectKind::Web,
            uri: VENDOR_REDIRECT_URI.to_owned(),
        }],
        publisher: Some("Northwind Traders".to_owned()),
        description: Some("Takes orders for your accounts.".to_owned()),
        required_access: vec![
            RequiredAccess::data_service(),
            RequiredAccess::graph(&["openid", "profile", "offline_access", "User.Read"]),
        ],
        ..Registration::default()
    }
}

async fn application(system: &System, env: &mut EnvFile, registered: Registered) -> anyhow::Result<AppId> {
    let (authority, operator) = (&system.authority, system.authority.operator());
    let Registered {
        home,
        key,
        display_name,
        audience,
        registration,
    } = registered;
    let app_id = cast::app_id(display_name);
    let registration = application::NewApplication {
        app_id: Some(app_id),
        object_id: None,
        home_tenant: home.id(),
        display_name: display_name.to_owned(),
        audience,
        token_version: TokenVersion::V1,
        identifier_uris: Vec::new(),
        registration,
    };
    application::register(authority, &operator, registration).await?;
    let principal = service_principal::NewServicePrincipal {
        object_id: None,
        tenant: home.id(),
        app_id,
    };
    service_principal::create(authority, &operator, principal).await?;
    let now = SystemClock.now();
    let secret = application_secret::NewSecret {
        app_id,
        display_name: "demonstration".to_owned(),
        starts_at: now,
        ends_at: now.plus_seconds(SECRET_SECONDS),
    };
    let secret = application_secret::add(authority, &operator, secret).await?;
    env.set(&format!("{key}_CLIENT_ID"), &app_id);
    env.set(&format!("{key}_CLIENT_SECRET"), secret.value.expose());
    Ok(app_id)
}

/// 128 bits as text that can be typed.
fn password() -> String {
    let mut bytes = [0; 16];
    SystemRandom.fill(&mut bytes);
    Uuid::from_bytes(bytes).simple().to_string()
}
