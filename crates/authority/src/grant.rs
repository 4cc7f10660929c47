//! Grants: what may be had at the token endpoint, one file each.
//!
//! In: facts. Out: [`Grant`]. Invariant: a grant is made by its `decide` only, which demands an
//! [`AuthenticatedClient`]; for the program's own administration by `operator`, which demands the operator's mandate.

use std::sync::Arc;

use oauth::{ClientProof, Confirmation, Timestamp};

use crate::application::ServicePrincipal;
use crate::authorization::SignIn;
use crate::call::Call;
use crate::client_auth::AuthenticatedClient;
use crate::person::Person;
use crate::resource::Resource;
use crate::tenant::Tenant;

mod assignment;
pub(crate) mod authorization_code;
mod check;
pub(crate) mod client_credentials;
pub(crate) mod delegation;
pub(crate) mod device_code;
pub(crate) mod on_behalf_of;
pub(crate) mod refresh_token;
pub(crate) mod wanted;

pub(crate) use assignment::{
    PersonGroups, groups as groups_in_token, of_person as assignments_of_person, roles as roles_at,
};
pub(crate) use wanted::Wanted;

/// Who asks where and when, and what was proved of it: what every decision begins with.
#[derive(Debug)]
pub(crate) struct Asker<'a> {
    /// The tenant that would issue.
    pub(crate) tenant: &'a Tenant,
    /// The client.
    pub(crate) client: &'a AuthenticatedClient,
    /// The key that the client proved to hold.
    pub(crate) confirmation: Option<Confirmation>,
    /// What was sent.
    pub(crate) call: &'a Call,
    /// The moment of the decision.
    pub(crate) now: Timestamp,
}

/// What was decided: a token for this application, at this resource.
#[derive(Debug)]
pub(crate) struct Grant {
    /// The application in the tenant.
    pub(crate) principal: Arc<ServicePrincipal>,
    /// How the application proved itself.
    pub(crate) proof: ClientProof,
    /// What the token is for.
    pub(crate) resource: Arc<Resource>,
    /// The resource as the client wrote it.
    pub(crate) resource_as_asked: String,
    /// The values of the roles at the resource: the person's, or the application's own.
    pub(crate) roles: Vec<String>,
    /// The groups of the person that the token names.
    pub(crate) groups: PersonGroups,
    /// The key to which the token is bound.
    pub(crate) confirmation: Option<Confirmation>,
    /// In whose name.
    pub(crate) subject: Subject,
}

/// In whose name an application gets a token.
#[derive(Debug)]
pub(crate) enum Subject {
    /// Its own.
    Application,
    /// A person's.
    Person {
        /// The person.
        person: Arc<Person>,
        /// What the person lets it do at the resource: the words of `scp`, at least one.
        scopes: Vec<String>,
        /// When and how the person signed in.
        sign_in: SignIn,
    },
}
