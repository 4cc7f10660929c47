//! Who is signed in: the person, as the provider says, and the subscriber that they belong to.
//!
//! In: a verified id token, or a session that was made from one. Out: a [`Person`]. Invariant: nobody outside this crate
//! makes one, so a person that is seen has signed in.

use std::collections::BTreeMap;

use oauth::ObjectId;

/// A person who has signed in.
///
/// ```compile_fail
/// fn forged(signed_in: commonhold_gateway::Person) -> commonhold_gateway::Person {
///     commonhold_gateway::Person { subject: "somebody else".to_owned(), ..signed_in }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) tenant: String,
    pub(crate) object_id: Option<ObjectId>,
    pub(crate) name: Option<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) claims: BTreeMap<String, String>,
}

impl Person {
    /// Who says so: the `iss` claim.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The `sub` claim; means one person together with [`Person::issuer`].
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The subscriber: the tenant's GUID with Entra ID and Commonhold, else what the configuration says.
    #[must_use]
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// The person in the directory of the tenant, by which the environment knows them.
    #[must_use]
    pub fn object_id(&self) -> Option<ObjectId> {
        self.object_id
    }

    /// A name to show; not unique and not proved.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// App roles.
    #[must_use]
    pub fn roles(&self) -> &[String] {
        &self.roles
    }

    /// Groups, as the provider names them: GUIDs with Entra ID, paths with Keycloak.
    #[must_use]
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// The claims that the configuration asks to be kept.
    #[must_use]
    pub fn claims(&self) -> &BTreeMap<String, String> {
        &self.claims
    }
}
