//! What must be there before anybody can ask for anything: tenants, environments, and an administrator for each.
//!
//! In: the settings. Out: what was missing is made. Invariant: an environment is registered last, so that a start which
//! is cut off begins anew at the next one, and never leaves an environment whose administrator nobody can be.

use authority::{
    AppId, Authority, Clock as _, EnvironmentId, SystemClock,
    manage::{self, ManageError, Mandate},
};
use data::{DataService, Founding, FoundingApplication};
use db::Cluster;
use uuid::Uuid;

use crate::{
    config::{EnvironmentSettings, Settings, TenantSettings},
    env_file::EnvFile,
    folder,
    origins::PATH_FORM,
    system,
};

/// How long an administrator's first secret is good for: two years, as in Entra ID.
const SECRET_SECONDS: i64 = 2 * 365 * 86_400;

/// Makes what the settings name and is not there yet, and moves environments whose addresses have changed.
pub(crate) async fn found(
    cluster: &Cluster,
    authority: &Authority,
    data: &DataService,
    settings: &Settings,
) -> anyhow::Result<()> {
    let operator = authority.operator();
    for tenant in &settings.tenants {
        found_tenant(authority, &operator, tenant).await?;
    }
    let there = authority.environments().await?;
    for wanted in &settings.environments {
        let addresses = addresses(authority, wanted);
        match there.iter().find(|it| it.name == wanted.name) {
            None => found_environment(cluster, authority, data, wanted).await?,
            Some(found) if found.addresses != addresses => {
                manage::environment::set_addresses(authority, &operator, found.id, addresses).await?;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// All addresses of an environment: its own, then the path form on the authority's origin.
fn addresses(authority: &Authority, wanted: &EnvironmentSettings) -> Vec<String> {
    let path_form = format!("{}{PATH_FORM}{}", authority.origin().as_str(), wanted.name);
    wanted.urls.iter().cloned().chain([path_form]).collect()
}

async fn found_tenant(authority: &Authority, operator: &Mandate, tenant: &TenantSettings) -> anyhow::Result<()> {
    let new = manage::tenant::NewTenant {
        id: Some(tenant.id),
        display_name: tenant.name.clone(),
        domains: tenant.domains.clone(),
    };
    unless_there("tenant_pkey", manage::tenant::create(authority, operator, new).await)
}

async fn found_environment(
    cluster: &Cluster,
    authority: &Authority,
    data: &DataService,
    wanted: &EnvironmentSettings,
) -> anyhow::Result<()> {
    let operator = authority.operator();
    let app = administrator(authority, &operator, wanted).await?;
    let database = system::database_name(&wanted.name);
    // Left behind by a start that was cut off: nothing was served from it yet.
    if cluster.exists(&database).await? {
        cluster.drop(&database).await?;
    }
    let environment = authority::Environment {
        id: EnvironmentId(named(wanted, "environment")),
        tenant: wanted.tenant,
        name: wanted.name.clone(),
        database,
        addresses: addresses(authority, wanted),
    };
    let founding = Founding {
        organization_name: wanted.name.clone(),
        organization_id: Some(environment.id.0),
        root_business_unit_id: Some(named(wanted, "root business unit")),
        base_currency: data::Currency::default(),
        administrators: vec![FoundingApplication {
            app,
            role_name: wanted.administrator.clone(),
            user_id: Some(named(wanted, "administrator's user")),
            role_id: Some(named(wanted, "administrator's role")),
        }],
    };
    data.create_environment(&system::address(authority, &environment), founding)
        .await?;
    let new = manage::environment::NewEnvironment {
        id: Some(environment.id),
        tenant: environment.tenant,
        name: environment.name,
        database: environment.database,
        addresses: environment.addresses,
    };
    manage::environment::register(authority, &operator, new).await?;
    Ok(())
}

/// The application that administers a new environment, with a secret that is written to its file.
async fn administrator(
    authority: &Authority,
    operator: &Mandate,
    wanted: &EnvironmentSettings,
) -> anyhow::Result<AppId> {
    let app = AppId::from(named(wanted, "administrator"));
    let registration = manage::application::NewApplication {
        app_id: Some(app),
        object_id: None,
        home_tenant: wanted.tenant,
        display_name: wanted.administrator.clone(),
        audience: authority::Audience::SingleTenant,
        token_version: authority::TokenVersion::V1,
        identifier_uris: Vec::new(),
        registration: authority::registration::Registration::default(),
    };
    unless_there(
        "application_pkey",
        manage::application::register(authority, operator, registration).await,
    )?;
    let principal = manage::service_principal::NewServicePrincipal {
        object_id: None,
        tenant: wanted.tenant,
        app_id: app,
    };
    unless_there(
        "service_principal_pkey",
        manage::service_principal::create(authority, operator, principal).await,
    )?;
    let now = SystemClock.now();
    let secret = manage::application_secret::NewSecret {
        app_id: app,
        display_name: "made with the environment".to_owned(),
        starts_at: now,
        ends_at: now.plus_seconds(SECRET_SECONDS),
    };
    let secret = manage::application_secret::add(authority, operator, secret).await?;
    let mut file = EnvFile::default();
    file.set("TENANT_ID", &wanted.tenant);
    file.set("ENVIRONMENT", wanted.urls.first().map_or("", String::as_str));
    file.set("CLIENT_ID", &app);
    file.set("CLIENT_SECRET", secret.value.expose());
    folder::write_private(&wanted.credentials_file, file.to_string().as_bytes())?;
    Ok(app)
}

/// The same id for the same thing of an environment, whenever it is made.
fn named(environment: &EnvironmentSettings, thing: &str) -> Uuid {
    let name = format!("commonhold/{}/{}/{thing}", environment.tenant, environment.name);
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
}

/// What an earlier start that was cut off has made is made.
fn unless_there<T>(constraint: &str, made: Result<T, ManageError>) -> anyhow::Result<()> {
    match made {
        Err(ManageError::Taken { constraint: taken }) if taken == constraint => Ok(()),
        other => Ok(other.map(|_made| ())?),
    }
}
