//! The id of an application is not the id of a tenant.

fn path_of(tenant: commonhold_oauth::TenantId) -> String {
    format!("/{tenant}/oauth2/v2.0/token")
}

fn main() {
    let app = commonhold_oauth::AppId::from(uuid::Uuid::nil());
    let _ = path_of(app);
}
