//! The demonstration world: two tenants with their people, applications, environments and rows.
//!
//! In: a system whose tenants and environments are founded. Out: the world, and the lines of `demo.env`.
//! Invariant: after the directory, everything is made over the wire, by an application with a token like any other.

mod cast;
mod people;
mod rows;
mod sales;
mod wire;

use crate::{
    config::{EnvironmentSettings, TenantSettings},
    env_file::EnvFile,
    folder::Folder,
    system::System,
};

pub(crate) use cast::{CONTOSO, FABRIKAM, Tenant};

/// The tenants, for the settings.
pub(crate) fn tenants() -> Vec<TenantSettings> {
    [CONTOSO, FABRIKAM]
        .iter()
        .map(|tenant| TenantSettings {
            id: tenant.id(),
            name: tenant.display_name.to_owned(),
            domains: vec![tenant.domain.to_owned()],
        })
        .collect()
}

/// The environments, for the settings: one per tenant, at these origins.
pub(crate) fn environments(folder: &Folder, origins: [String; 2]) -> Vec<EnvironmentSettings> {
    [CONTOSO, FABRIKAM]
        .iter()
        .zip(origins)
        .map(|(tenant, origin)| EnvironmentSettings {
            name: tenant.name.to_owned(),
            tenant: tenant.id(),
            urls: vec![origin],
            administrator: "Deployment".to_owned(),
            credentials_file: folder.path(&format!("{}.env", tenant.name)),
        })
        .collect()
}

/// Fills the world; gives what `demo.env` says of it beyond addresses.
pub(crate) async fn make(system: &System, folder: &Folder) -> anyhow::Result<EnvFile> {
    let mut env = EnvFile::default();
    let contoso = people::make(system, &CONTOSO, &mut env).await?;
    people::make(system, &FABRIKAM, &mut env).await?;
    let applications = people::applications(system, &mut env).await?;

    let deployer = wire::Wire::sign_in(system, &CONTOSO, &credentials(folder, &CONTOSO, "DEPLOYER", &mut env)?).await?;
    sales::contoso(&deployer, &contoso, &applications).await?;
    let deployer = wire::Wire::sign_in(
        system,
        &FABRIKAM,
        &credentials(folder, &FABRIKAM, "FABRIKAM_DEPLOYER", &mut env)?,
    )
    .await?;
    sales::fabrikam(&deployer).await?;
    Ok(env)
}

/// The credentials of an environment's administrator, as they were written when it was founded.
fn credentials(folder: &Folder, tenant: &Tenant, name: &str, env: &mut EnvFile) -> anyhow::Result<EnvFile> {
    let founded = EnvFile::parse(&std::fs::read_to_string(folder.path(&format!("{}.env", tenant.name)))?);
    for key in ["CLIENT_ID", "CLIENT_SECRET"] {
        env.set(&format!("{name}_{key}"), founded.get(key).unwrap_or_default());
    }
    Ok(founded)
}
