//! What an interaction is about: the application, the tenant, and the rules that the request sets.
//!
//! In: the purpose of an interaction. Out: [`Asked`], or [`Refused`] with the recipient of the refusal. INVARIANT: loaded
//! anew for every page, so what was switched off or unregistered meanwhile is refused.

use std::sync::Arc;

use oauth::{AuthorizationRequest, Prompt, RequestedScopes, TenantId};

use super::admin_consent::{self, AdminConsentRequest};
use super::recipient::Recipient;
use super::{Interaction, Purpose, authorize, device, security_info};
use crate::application::{Application, Audience, Client};
use crate::authority::Authority;
use crate::call::Endpoint;
use crate::grant::device_code::DeviceRequest;
use crate::redirect_uri::{self, NotFound};
use crate::refusal::{Asked as Kind, AuthorizationRefusal, Reader, Refusal};
use crate::sign_in;
use crate::snapshot::Snapshot;
use crate::tenant::{self, Tenant, TenantName};

/// What an interaction is about.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The application.
    pub(crate) client: Arc<Client>,
    /// The tenant of the path; none at an alias.
    pub(crate) tenant: Option<Arc<Tenant>>,
    /// Who may answer it, and how.
    pub(crate) rules: Rules,
    /// What the application wants to have.
    pub(crate) wants: Wants,
    /// What it ends in.
    pub(crate) goal: Goal,
}

/// Who may answer a request, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    /// What must be shown, or must not.
    pub(crate) prompt: Option<Prompt>,
    /// How long ago the person may have signed in, in seconds.
    pub(crate) max_age_s: Option<i64>,
    /// The user name that the client knows, of somebody who could sign in here.
    pub(crate) hint: Option<String>,
    /// The domain from which the client expects the person.
    pub(crate) domain: Option<String>,
    /// The one tenant whose people may answer.
    pub(crate) tenant: Option<TenantId>,
    /// For whom consent is asked.
    pub(crate) consent_for: ConsentFor,
    /// Whether a device waits for the answer.
    pub(crate) device: Device,
}

/// For whom consent is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum ConsentFor {
    /// The person, if any is missing; an administrator may give it for everybody.
    #[default]
    Oneself,
    /// Everybody in the tenant, whatever is there already.
    Everybody,
}

/// Whether a device waits for the answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Device {
    /// The person's own browser does.
    #[default]
    None,
    /// One whose code they typed does, and they have to say that it is theirs.
    Waiting,
}

/// What an application wants to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wants {
    /// These scopes.
    Scopes(RequestedScopes),
    /// All that it registered, roles included.
    Registered,
}

/// What an interaction ends in.
#[derive(Debug)]
pub(crate) enum Goal {
    /// An answer of the authorization endpoint.
    Authorize {
        endpoint: Endpoint,
        request: Box<AuthorizationRequest>,
        recipient: Recipient,
    },
    /// The message that an administrator consented.
    AdminConsent {
        endpoint: Endpoint,
        request: AdminConsentRequest,
        recipient: Recipient,
    },
    /// An answer to a device.
    Device(DeviceRequest),
    /// The page of the person's own security info.
    SecurityInfo,
}

/// A request that is refused.
#[derive(Debug)]
pub(crate) struct Refused {
    /// Why.
    pub(crate) refusal: Refusal,
    /// Who may be told besides the person; none where the redirect URI is not known to be the client's.
    pub(crate) recipient: Option<Recipient>,
}

/// Where a request was made.
#[derive(Debug)]
pub(crate) struct Place {
    /// The tenant segment.
    pub(crate) name: TenantName,
    /// The tenant; none at an alias.
    pub(crate) tenant: Option<Arc<Tenant>>,
}

/// Reads what an interaction is about.
pub(crate) async fn load(
    authority: &Authority,
    snapshot: &Snapshot,
    interaction: &Interaction,
) -> Result<Asked, Refused> {
    let place = place(snapshot, &interaction.unverified_tenant).await?;
    match &interaction.purpose {
        Purpose::Authorize { endpoint, request } => match AuthorizationRequest::parse(request.as_bytes()) {
            Ok(request) => authorize::load(authority, snapshot, place, *endpoint, request).await,
            Err(error) => Err(authorize::unreadable(authority, snapshot, &place, *endpoint, error).await),
        },
        Purpose::AdminConsent { endpoint, request } => {
            admin_consent::load(authority, snapshot, place, *endpoint, request).await
        }
        Purpose::Device { user_code } => device::load(authority, snapshot, user_code).await,
        Purpose::SecurityInfo => Ok(security_info::load()),
    }
}

/// The place that a tenant segment names.
pub(crate) async fn place(snapshot: &Snapshot, unverified_tenant: &str) -> Result<Place, Refusal> {
    let name = TenantName::parse(unverified_tenant)?;
    let tenant = match &name {
        TenantName::Common | TenantName::Organizations => None,
        TenantName::Id(_) | TenantName::Domain(_) | TenantName::Consumers => {
            Some(tenant::find(snapshot, &name, Kind::Endpoint).await?)
        }
    };
    Ok(Place { name, tenant })
}

/// The application of this id, if it may be used in this place.
pub(super) async fn client(
    snapshot: &Snapshot,
    place: &Place,
    unverified_client_id: &str,
) -> Result<Arc<Client>, Refusal> {
    let found = match unverified_client_id.parse() {
        Ok(app_id) => snapshot.client(app_id).await?,
        Err(oauth::IdError) => None,
    };
    let unknown = || Refusal::ApplicationNotFound {
        application: unverified_client_id.to_owned(),
        tenant: place
            .tenant
            .as_ref()
            .map_or(place.name.text(), |tenant| tenant.id.to_string()),
    };
    let client = found.ok_or_else(unknown)?;
    match (client.application.audience, &place.tenant) {
        (Audience::MultipleTenants, _) => Ok(client),
        (Audience::SingleTenant, Some(tenant)) if client.application.home_tenant == tenant.id => Ok(client),
        (Audience::SingleTenant, Some(_)) => Err(unknown()),
        (Audience::SingleTenant, None) => Err(AuthorizationRefusal::SingleTenant {
            application: unverified_client_id.to_owned(),
            alias: if place.name == TenantName::Common {
                "common"
            } else {
                "organizations"
            },
        }
        .into()),
    }
}

/// The registration of a request's redirect URI.
pub(super) fn redirect(
    application: &Application,
    unverified_uri: Option<&str>,
) -> Result<redirect_uri::Found, AuthorizationRefusal> {
    redirect_uri::find(&application.registration.redirect_uris, unverified_uri).map_err(|error| {
        let application = application.app_id.to_string();
        match error {
            NotFound::Missing => AuthorizationRefusal::RedirectMissing { application },
            NotFound::Unregistered => AuthorizationRefusal::RedirectUnregistered {
                application,
                uri: unverified_uri.unwrap_or_default().to_owned(),
            },
        }
    })
}

/// Whether an application gets anything at all.
pub(super) fn application_is_enabled(application: &Application) -> Result<(), Refusal> {
    if application.enabled {
        return Ok(());
    }
    let application = application.app_id.to_string();
    Err(Refusal::ApplicationDisabled { application })
}

/// The user name that a client knows, if somebody of that name could sign in in this place.
pub(super) async fn hint(
    snapshot: &Snapshot,
    place: &Place,
    unverified_name: Option<&str>,
) -> Result<Option<String>, Refusal> {
    let Some(name) = unverified_name else { return Ok(None) };
    let home = sign_in::home_tenant(snapshot, name).await?;
    let fits = home.is_some_and(|home| place.tenant.as_ref().is_none_or(|tenant| tenant.id == home.id));
    Ok(fits.then(|| name.to_owned()))
}

impl Goal {
    /// Who is told of the outcome through the browser.
    pub(crate) fn recipient(&self) -> Option<&Recipient> {
        match self {
            Self::Authorize { recipient, .. } | Self::AdminConsent { recipient, .. } => Some(recipient),
            Self::Device(_) | Self::SecurityInfo => None,
        }
    }
}

impl Asked {
    /// A refusal of this request: told to the client, unless there is somebody at the browser who can do more about it.
    pub(crate) fn refused(&self, refusal: Refusal) -> Refused {
        let is_for_person = if let Refusal::Authorization(refusal) = &refusal {
            refusal.reader() == Reader::Person
        } else {
            matches!(refusal, Refusal::Person(_))
        };
        let recipient = match self.rules.prompt {
            Some(Prompt::None) => self.goal.recipient(),
            Some(_) | None => self.goal.recipient().filter(|_| !is_for_person),
        };
        Refused {
            refusal,
            recipient: recipient.cloned(),
        }
    }
}

/// A refusal before anybody is known to be entitled to hear of it.
impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self {
            refusal,
            recipient: None,
        }
    }
}

/// As above.
impl From<AuthorizationRefusal> for Refused {
    fn from(refusal: AuthorizationRefusal) -> Self {
        Refusal::from(refusal).into()
    }
}
