//! Who is in the demonstration world, and under which ids.
//!
//! Invariant: the same names and ids in every world; only secrets and passwords differ.

use authority::{AppId, ObjectId, TenantId};
use uuid::Uuid;

/// A tenant of the demonstration world.
pub(crate) struct Tenant {
    /// In `/env/{name}/` and in ids.
    pub(crate) name: &'static str,
    /// The names in `demo.env` begin with it.
    pub(crate) key: &'static str,
    /// Its domain.
    pub(crate) domain: &'static str,
    /// For people.
    pub(crate) display_name: &'static str,
    /// Its people.
    pub(crate) people: &'static [Person],
}

/// A person of the demonstration world.
pub(crate) struct Person {
    /// The part of the user principal name before the `@`.
    pub(crate) name: &'static str,
    /// The names in `demo.env` begin with it; `None` for people who only own rows.
    pub(crate) key: Option<&'static str>,
    /// Given name.
    pub(crate) given_name: &'static str,
    /// Surname.
    pub(crate) surname: &'static str,
    /// Administers the directory of the tenant.
    pub(crate) administrator: bool,
    /// Has a licence.
    pub(crate) licensed: bool,
}

const fn person(
    name: &'static str,
    key: Option<&'static str>,
    given_name: &'static str,
    surname: &'static str,
) -> Person {
    Person {
        name,
        key,
        given_name,
        surname,
        administrator: false,
        licensed: true,
    }
}

/// The vendor's own tenant.
pub(crate) const CONTOSO: Tenant = Tenant {
    name: "contoso",
    key: "CONTOSO",
    domain: "contoso.example",
    display_name: "Contoso",
    people: &[
        person("alice", Some("ALICE"), "Alice", "Ahlgren"),
        person("bob", Some("BOB"), "Bob", "Bryant"),
        Person {
            licensed: false,
            ..person("carol", Some("CAROL"), "Carol", "Cruz")
        },
        Person {
            administrator: true,
            ..person("admin", Some("ADMIN"), "Contoso", "Administrator")
        },
        person("dmitri", None, "Dmitri", "Dahl"),
        person("esi", None, "Esi", "Eshun"),
        person("farah", None, "Farah", "Fontaine"),
    ],
};

/// A subscriber's tenant.
pub(crate) const FABRIKAM: Tenant = Tenant {
    name: "fabrikam",
    key: "FABRIKAM",
    domain: "fabrikam.example",
    display_name: "Fabrikam",
    people: &[Person {
        administrator: true,
        ..person("admin", Some("FABRIKAM_ADMIN"), "Fabrikam", "Administrator")
    }],
};

impl Tenant {
    /// The tenant's id.
    pub(crate) fn id(&self) -> TenantId {
        id(self.domain).into()
    }

    /// The object id of one of its people.
    pub(crate) fn person_id(&self, person: &Person) -> ObjectId {
        id(&self.upn(person)).into()
    }

    /// The user principal name of one of its people.
    pub(crate) fn upn(&self, person: &Person) -> String {
        format!("{}@{}", person.name, self.domain)
    }
}

/// The client id of an application.
pub(crate) fn app_id(name: &str) -> AppId {
    id(&format!("application/{name}")).into()
}

/// The id that a name has in every demonstration world.
pub(crate) fn id(name: &str) -> Uuid {
    Uuid::new_v5(
        &Uuid::NAMESPACE_URL,
        format!("commonhold/demonstration/{name}").as_bytes(),
    )
}
