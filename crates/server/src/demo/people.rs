//! The directory of the demonstration world: people and applications.
//!
//! In: the cast. Out: people who can sign in, applications that can get tokens. Invariant: passwords and secrets are
//! made here, told once in `demo.env`, and kept as hashes only.

use authority::{
    AppId, Audience, Clock as _, DirectoryRole, ObjectId, Random as _, Secret, SystemClock, SystemRandom, TokenVersion,
    manage::{application, application_secret, person, service_principal},
};
use uuid::Uuid;

use super::cast::{self, CONTOSO, Tenant};
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
            directory_role: if one.administrator {
                DirectoryRole::Administrator
            } else {
                DirectoryRole::Member
            },
            licensed: one.licensed,
        };
        made.push(person::create(&system.authority, &operator, new).await?);
    }
    Ok(made)
}

/// Makes the applications that are registered in contoso, beside its deployer.
pub(crate) async fn applications(system: &System, env: &mut EnvFile) -> anyhow::Result<Applications> {
    let reader = application(system, env, "READER", "Account reader", Audience::SingleTenant).await?;
    application(system, env, "VENDOR", "Northwind Orders", Audience::MultipleTenants).await?;
    Ok(Applications { reader })
}

async fn application(
    system: &System,
    env: &mut EnvFile,
    key: &str,
    display_name: &str,
    audience: Audience,
) -> anyhow::Result<AppId> {
    let (authority, operator) = (&system.authority, system.authority.operator());
    let app_id = cast::app_id(display_name);
    let registration = application::NewApplication {
        app_id: Some(app_id),
        object_id: None,
        home_tenant: CONTOSO.id(),
        display_name: display_name.to_owned(),
        audience,
        token_version: TokenVersion::V1,
        identifier_uris: Vec::new(),
    };
    application::register(authority, &operator, registration).await?;
    let principal = service_principal::NewServicePrincipal {
        object_id: None,
        tenant: CONTOSO.id(),
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
