//! The end of an interaction: what the client or the device is given.
//!
//! In: a request and the person who answers it. Out: [`End`]. INVARIANT: reached only through [`super::next::Step::Answer`],
//! after every check.

use std::sync::Arc;

use oauth::{
    AuthorizationRequest, AuthorizationResponse, AuthorizationSuccess, ClientProof, ImplicitToken, RequestedScopes,
    ResponseMode, ScopeNames, Secret, half_hash,
};

use super::admin_consent::AdminConsentRequest;
use super::asked::{Asked, Goal};
use super::authorize;
use super::recipient::{Message, Recipient, Shape};
use super::standing::Standing;
use super::wanted::Wanted;
use crate::authority::Authority;
use crate::authorization::Authorization;
use crate::call::Endpoint;
use crate::code::{self, Binding};
use crate::consent;
use crate::grant::device_code::{self, DeviceRequest};
use crate::grant::{self, Grant, Subject};
use crate::issue::{self, Hashes, IdTokenTerms, IssuedToken, Terms};
use crate::refusal::{AuthorizationRefusal, Refusal};
use crate::registration::MemberType;
use crate::session::Session;
use crate::snapshot::Snapshot;
use crate::store::{self, any_outcome};
use crate::well_known;

/// How an interaction ends.
#[derive(Debug)]
pub(crate) enum End {
    /// The client is told through the browser.
    Client(Recipient, Message),
    /// The device was signed in.
    DeviceAccepted,
    /// The device was not signed in.
    DeviceDeclined,
    /// The person is shown their own security info.
    SecurityInfo(Session),
}

/// A request of the authorization endpoint, and all that its answer is made of.
struct Answering<'a> {
    authority: &'a Authority,
    snapshot: &'a Snapshot,
    asked: &'a Asked,
    standing: &'a Standing,
    session: &'a Session,
    endpoint: Endpoint,
    request: &'a AuthorizationRequest,
}

/// Gives what was asked for.
pub(crate) async fn give(
    authority: &Authority,
    asked: &Asked,
    standing: &Standing,
    session: &Session,
) -> Result<End, Refusal> {
    let snapshot = authority.directory().snapshot().await?;
    match &asked.goal {
        Goal::Authorize {
            endpoint,
            request,
            recipient,
        } => {
            let answering = Answering {
                authority,
                snapshot: &snapshot,
                asked,
                standing,
                session,
                endpoint: *endpoint,
                request,
            };
            let success = answering.success(recipient).await?;
            remember(authority, asked, session).await?;
            let mode = match recipient.shape() {
                Shape::Authorization(mode) => mode,
                Shape::AdminConsent(_) => ResponseMode::Query,
            };
            let message = Message::Authorization(AuthorizationResponse::success(success), mode);
            Ok(End::Client(recipient.clone(), message))
        }
        Goal::AdminConsent {
            endpoint,
            request,
            recipient,
        } => {
            let parameters = consented(*endpoint, request, standing);
            Ok(End::Client(recipient.clone(), Message::Query(parameters)))
        }
        Goal::Device(request) => {
            let authorization = of_device(request, session);
            device_code::answer(authority, request, Some(&authorization), authority.clock().now()).await?;
            remember(authority, asked, session).await?;
            Ok(End::DeviceAccepted)
        }
        Goal::SecurityInfo => Ok(End::SecurityInfo(session.clone())),
    }
}

/// Keeps which applications a session was used for: they are told when it ends.
async fn remember(authority: &Authority, asked: &Asked, session: &Session) -> Result<(), Refusal> {
    let app_id = asked.client.application.app_id;
    let now = authority.clock().now();
    let insert = store::session_application::insert(session.sign_in.session, app_id, now);
    store::record(authority.directory().database(), vec![any_outcome(insert)]).await?;
    Ok(())
}

fn of_device(request: &DeviceRequest, session: &Session) -> Authorization {
    Authorization {
        tenant: session.tenant,
        app_id: request.app_id,
        person: session.person.object_id,
        scope: request.scope.clone(),
        resource: request.resource.clone(),
        nonce: None,
        sign_in: session.sign_in.clone(),
        key_thumbprint: None,
    }
}

/// The message of a consent, in the order of each version.
fn consented(endpoint: Endpoint, request: &AdminConsentRequest, standing: &Standing) -> Vec<(&'static str, String)> {
    let tenant = ("tenant", standing.tenant.id.to_string());
    let granted = ("admin_consent", "True".to_owned());
    let state = request.state.clone().map(|state| ("state", state));
    match endpoint {
        Endpoint::V1 => [Some(tenant), state, Some(granted)].into_iter().flatten().collect(),
        Endpoint::V2 => {
            let scope = Some(("scope", scope_text(&standing.wanted)));
            [Some(granted), Some(tenant), scope, state]
                .into_iter()
                .flatten()
                .collect()
        }
    }
}

/// The scopes by their full names.
fn scope_text(wanted: &[Wanted]) -> String {
    let names = wanted.iter().flat_map(|wanted| {
        let application = wanted.resource.application();
        let identifier = application.identifier_uris.first().cloned();
        let identifier = identifier.unwrap_or_else(|| application.app_id.to_string());
        let names = wanted
            .asked
            .iter()
            .map(move |scope| format!("{identifier}/{}", scope.value));
        names.collect::<Vec<String>>()
    });
    names.collect::<Vec<String>>().join(" ")
}

impl Answering<'_> {
    async fn success(&self, recipient: &Recipient) -> Result<AuthorizationSuccess, Refusal> {
        let authorization = self.authorization()?;
        let response_type = self.request.response_type;
        let mut code = None;
        if response_type.has_code() {
            code = Some(self.code(&authorization, recipient).await?);
        }
        let mut access_token = None;
        if response_type.has_access_token() {
            access_token = Some(self.access_token().await?);
        }
        let mut id_token = None;
        if response_type.has_id_token() {
            let token = access_token.as_ref().map(|token| &token.token);
            id_token = Some(self.id_token(&authorization, code.as_ref(), token).await?);
        }
        let person = &self.session.person;
        Ok(AuthorizationSuccess {
            code,
            id_token,
            access_token,
            client_info: self
                .request
                .client_info
                .then(|| oauth::client_info(person.object_id, person.tenant)),
            state: self.request.state.clone(),
            session_state: Some(self.session.sign_in.session.to_string()),
            issuer: Some(match self.endpoint {
                Endpoint::V1 => self.standing.tenant.issuer_v1.clone(),
                Endpoint::V2 => self.standing.tenant.issuer_v2.clone(),
            }),
        })
    }

    fn authorization(&self) -> Result<Authorization, Refusal> {
        let scope = match self.endpoint {
            Endpoint::V2 => self.request.scope.clone(),
            Endpoint::V1 => RequestedScopes {
                oidc: self.scopes()?.oidc,
                resources: Vec::new(),
            }
            .to_text(),
        };
        Ok(Authorization {
            tenant: self.session.tenant,
            app_id: self.asked.client.application.app_id,
            person: self.session.person.object_id,
            scope,
            resource: self.request.resource.clone(),
            nonce: self.request.nonce.clone(),
            sign_in: self.session.sign_in.clone(),
            key_thumbprint: self.request.dpop_jkt.clone(),
        })
    }

    fn scopes(&self) -> Result<RequestedScopes, Refusal> {
        authorize::scopes(self.endpoint, &self.request.scope, self.request.resource.as_deref())
    }

    async fn code(&self, authorization: &Authorization, recipient: &Recipient) -> Result<Secret<String>, Refusal> {
        let binding = Binding {
            redirect_uri: recipient.uri().to_owned(),
            redirect_kind: recipient.kind(),
            code_challenge: self.request.code_challenge.clone(),
        };
        code::issue(self.authority, authorization, &binding).await
    }

    async fn id_token(
        &self,
        authorization: &Authorization,
        code: Option<&Secret<String>>,
        access_token: Option<&Secret<String>>,
    ) -> Result<Secret<String>, Refusal> {
        let (code, access_token) = (code.map(half_hash), access_token.map(half_hash));
        let terms = IdTokenTerms {
            endpoint: self.endpoint,
            hashes: Hashes {
                code: code.as_deref(),
                access_token: access_token.as_deref(),
            },
            now: self.authority.clock().now(),
        };
        issue::id_token(
            self.authority,
            self.snapshot,
            &self.standing.tenant,
            authorization,
            terms,
        )
        .await
    }

    /// The token of `response_type=token`, for the first resource of the request: an application switches this on for
    /// itself, against RFC 9700 section 2.1.2.
    async fn access_token(&self) -> Result<ImplicitToken, Refusal> {
        let grant = self.grant().await?;
        let tenant = &self.standing.tenant;
        let terms = Terms::new(self.authority, tenant, self.authority.clock().now())?;
        let issued: IssuedToken = issue::access_token(tenant, &grant, &terms).map_err(Refusal::Signing)?;
        let scope = match grant.subject {
            Subject::Person { scopes, .. } => scopes.join(" "),
            Subject::Application => String::new(),
        };
        Ok(ImplicitToken {
            token: issued.access_token,
            token_type: issued.token_type.as_str().to_owned(),
            expires_in_s: issued.lifetime_seconds,
            scope,
        })
    }

    async fn grant(&self) -> Result<Grant, Refusal> {
        let client = &self.asked.client.application;
        let tenant = self.session.tenant;
        let scopes = self.scopes()?;
        let oidc = scopes.oidc.iter().map(|scope| scope.as_str().to_owned());
        let (identifier, names) = match scopes.resources.into_iter().next() {
            Some(first) => (first.resource, first.names),
            None => (None, ScopeNames::Named(oidc.collect())),
        };
        let identifier = identifier.unwrap_or_else(|| well_known::GRAPH.to_string());
        let resource = self.snapshot.resource(tenant, &identifier).await?;
        let resource = resource.ok_or_else(|| Refusal::ResourceNotFound {
            resource: identifier.clone(),
            tenant: tenant.to_string(),
        })?;
        let consent_missing = || AuthorizationRefusal::ConsentMissing {
            application: client.app_id.to_string(),
            name: client.display_name.clone(),
        };
        let person = &self.session.person;
        let granted = consent::granted(self.snapshot, tenant, client, person.object_id, &resource).await?;
        let settled = consent::settle(&names, &granted, client, &resource);
        let assignments = grant::assignments_of_person(self.snapshot, person).await?;
        Ok(Grant {
            principal: self.standing.principal.clone().ok_or_else(consent_missing)?,
            proof: ClientProof::None,
            roles: grant::roles_at(&assignments, &resource, MemberType::User),
            groups: grant::groups_in_token(self.snapshot, person, &resource.application().registration).await?,
            resource,
            resource_as_asked: identifier,
            confirmation: None,
            subject: Subject::Person {
                person: Arc::clone(person),
                scopes: settled.ok().ok_or_else(consent_missing)?,
                sign_in: self.session.sign_in.clone(),
            },
        })
    }
}
