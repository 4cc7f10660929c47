//! The signed-in person, for the handlers of an axum application.
//!
//! ```text
//! async fn orders(person: SignedIn) -> Result<String, Refusal> {
//!     let read = Act { action: Action::Read, resource: Resource::Table("salesorders".to_owned()) };
//!     let environment = person.environment_for(&[read])?;
//!     …
//! }
//! ```
//!
//! Invariant: a handler that takes a [`SignedIn`] runs only for who is signed in, asked by a page of this origin, and with
//! the CSRF token where the method changes something.

use ::http::request::Parts;
use axum::extract::{FromRef, FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use client::Environment;

use super::{error, sign_in, who};
use crate::act::{Act, Asked};
use crate::gateway::Gateway;
use crate::person::Person;
use crate::refusal::Refusal;
use crate::session::Session;
use crate::{policy, service};

/// Who is signed in.
pub struct SignedIn {
    gateway: Gateway,
    session: Session,
}

impl SignedIn {
    /// The person.
    #[must_use]
    pub fn person(&self) -> &Person {
        &self.session.person
    }

    /// The token for the header `X-CSRF-Token`, or the field of a form that the handler checks by
    /// [`SignedIn::is_csrf_token`].
    #[must_use]
    pub fn csrf_token(&self) -> String {
        self.gateway.inner().sessions.csrf_token(&self.session)
    }

    /// Whether a token is this session's.
    #[must_use]
    pub fn is_csrf_token(&self, unverified_token: &str) -> bool {
        self.gateway
            .inner()
            .sessions
            .is_csrf_token(&self.session, unverified_token)
    }

    /// The environment of the person's tenant, in whose name the configuration says, where the policy allows all of
    /// this. What is then done with it is the application's word: the gateway does not see it.
    pub fn environment_for(&self, acts: &[Act]) -> Result<Environment, Refusal> {
        let gateway = self.gateway.inner();
        policy::permit(&gateway.policy, self.person(), Asked::of(acts))?;
        service::environment(gateway, self.person())
    }
}

impl<S> FromRequestParts<S> for SignedIn
where
    S: Send + Sync,
    Gateway: FromRef<S>,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let gateway = Gateway::from_ref(state);
        let session = who::session(gateway.inner(), &parts.method, &parts.headers)?;
        Ok(Self { gateway, session })
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        error::answer(&self)
    }
}

/// Renews the session of whoever is signed in.
pub(super) async fn renew(State(gateway): State<Gateway>, request: Request, next: Next) -> Response {
    let renewed = who::signed_in(gateway.inner(), request.headers())
        .ok()
        .and_then(|session| gateway.inner().sessions.renew(&session));
    let mut response = next.run(request).await;
    if let Some(renewed) = renewed {
        sign_in::keep_session(gateway.inner(), response.headers_mut(), &renewed);
    }
    response
}
