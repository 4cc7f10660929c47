//! From asked to granted scopes: what is refused, what is missing, what is given.

use std::sync::Arc;

use oauth::TokenVersion;

use super::*;
use crate::application::{Assignment, Audience, Client, ServicePrincipal};
use crate::registration::{Access, Registration, RequiredAccess};

const RESOURCE: AppId = AppId::from_uuid(Uuid::from_u128(1));

fn application(app_id: AppId, registration: Registration) -> Application {
    Application {
        app_id,
        object_id: ObjectId::from(Uuid::from_u128(2)),
        home_tenant: TenantId::from(Uuid::from_u128(3)),
        display_name: "App".to_owned(),
        audience: Audience::MultipleTenants,
        token_version: TokenVersion::V2,
        identifier_uris: Vec::new(),
        registration,
        enabled: true,
    }
}

fn scope(number: u128, value: &str) -> DelegatedScope {
    DelegatedScope {
        id: Uuid::from_u128(number),
        value: value.to_owned(),
        kind: if value == "Admin" {
            ScopeKind::Admin
        } else {
            ScopeKind::User
        },
        is_enabled: value != "Old",
        admin_consent_display_name: String::new(),
        admin_consent_description: String::new(),
        user_consent_display_name: None,
        user_consent_description: None,
    }
}

/// Offers `Read`, `Write`, `Admin` and `openid`, and `Old` no more.
fn resource() -> Resource {
    let registration = Registration {
        scopes: vec![
            scope(10, "Read"),
            scope(11, "Write"),
            scope(12, "Admin"),
            scope(13, "openid"),
            scope(14, "Old"),
        ],
        ..Registration::default()
    };
    let application = application(RESOURCE, registration);
    let principal = ServicePrincipal {
        object_id: application.object_id,
        app_id: RESOURCE,
        tenant: application.home_tenant,
        display_name: String::new(),
        app_id_uri: None,
        home_tenant: application.home_tenant,
        enabled: true,
        assignment: Assignment::Optional,
        tenant_default_domain: String::new(),
    };
    Resource::new(Arc::new(Client::without_credentials(application)), Arc::new(principal))
}

/// A client that registered these permissions of the resource.
fn client(ids: &[u128]) -> Application {
    let access = ids.iter().map(|id| Access {
        id: Uuid::from_u128(*id),
        kind: AccessKind::Scope,
    });
    let required = RequiredAccess {
        resource_app_id: RESOURCE,
        resource_access: access.collect(),
    };
    application(
        AppId::from(Uuid::from_u128(5)),
        Registration {
            required_access: vec![required],
            ..Registration::default()
        },
    )
}

fn set(scopes: &[&str]) -> BTreeSet<String> {
    scopes.iter().map(|&scope| scope.to_owned()).collect()
}

/// The scopes given, or the reason, in words.
fn check(asked: &[&str], granted: &Granted, registered: &[u128], expected: &str) {
    let names = match asked {
        [".default"] => ScopeNames::Default,
        names => ScopeNames::Named(names.iter().map(|&name| name.to_owned()).collect()),
    };
    let told = match settle(&names, granted, &client(registered), &resource()) {
        Ok(scopes) => scopes.join(" "),
        Err(Unsettled::NotOffered { scope }) => format!("not offered: {scope}"),
        Err(Unsettled::Missing { scopes }) => {
            let scopes: Vec<String> = scopes.into_iter().map(|scope| scope.value).collect();
            format!("missing: {}", scopes.join(" "))
        }
        Err(Unsettled::NothingRegistered) => "nothing registered".to_owned(),
    };
    assert_eq!(told, expected, "{asked:?} {granted:?}");
}

#[test]
fn what_is_not_offered_or_not_granted_is_not_given() {
    let none = Granted::Scopes(BTreeSet::new());
    let read = Granted::Scopes(set(&["Read", "Old", "Gone"]));
    check(&["Gone"], &read, &[], "not offered: Gone");
    check(&["Old"], &read, &[], "not offered: Old");
    check(&["Old"], &Granted::Everything, &[14], "not offered: Old");
    check(&["Read", "Write"], &none, &[], "missing: Read Write");
    check(&["Read", "Write"], &read, &[], "missing: Write");
    check(&["openid"], &read, &[], "missing: openid");
    check(&["Write"], &Granted::ScopesAndSignIn(set(&[])), &[], "missing: Write");
    check(&[".default"], &none, &[], "nothing registered");
    check(&[".default"], &none, &[10, 12, 14, 99], "missing: Read Admin");
    check(
        &[".default"],
        &Granted::ScopesAndSignIn(set(&[])),
        &[10],
        "missing: Read",
    );
    check(&[".default"], &Granted::Scopes(set(&["Old"])), &[10], "missing: Read");
}

#[test]
fn what_is_granted_is_given() {
    let some = Granted::Scopes(set(&["Write", "Read", "Old"]));
    check(&["Write", "Read"], &some, &[], "Write Read");
    check(&[".default"], &some, &[12], "Read Write");
    check(
        &["openid", "Read"],
        &Granted::ScopesAndSignIn(set(&["Read"])),
        &[],
        "openid Read",
    );
    check(&["Admin"], &Granted::Everything, &[], "Admin");
    check(&[".default"], &Granted::Everything, &[12], "Admin");
    // Without a registration, what any person could consent to.
    check(&[".default"], &Granted::Everything, &[], "Read Write openid");
}
