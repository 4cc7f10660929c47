//! The one table of routes: method and path to handler.
//!
//! In: an [`Authority`]. Out: its router. Invariant: every path of the protocol stands here, also those that are not
//! served yet; the first segments that are no tenants are `tenant::RESERVED_SEGMENTS`.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodRouter, any, get, post};

use super::{discovery, instance, keys, token, unserved};
use crate::authority::Authority;

impl Authority {
    /// The HTTP endpoints, for the root of the authority's origin. The doubled paths are what msal-python asks where its
    /// authority was configured with a trailing slash, or with `/v2.0`.
    #[rustfmt::skip] // one line per route: this is read as a table
    pub fn router(&self) -> Router {
        Router::new()
            .route("/{tenant}/.well-known/openid-configuration",            only_get(discovery::v1))
            .route("/{tenant}/v2.0/.well-known/openid-configuration",       only_get(discovery::v2))
            .route("/{tenant}//v2.0/.well-known/openid-configuration",      only_get(discovery::v2))
            .route("/{tenant}/v2.0/v2.0/.well-known/openid-configuration",  only_get(discovery::v2))
            .route("/{tenant}/discovery/keys",                              only_get(keys::v1))
            .route("/{tenant}/discovery/v2.0/keys",                         only_get(keys::v2))
            .route("/common/discovery/instance",                            only_get(instance::discover))
            .route("/{tenant}/oauth2/token",                                only_post(token::v1))
            .route("/{tenant}/oauth2/v2.0/token",                           only_post(token::v2))
            .route("/{tenant}/oauth2/authorize",                            any(unserved::authorize))
            .route("/{tenant}/oauth2/v2.0/authorize",                       any(unserved::authorize))
            .route("/{tenant}/oauth2/devicecode",                           any(unserved::device_code))
            .route("/{tenant}/oauth2/v2.0/devicecode",                      any(unserved::device_code))
            .route("/{tenant}/oauth2/logout",                               any(unserved::logout))
            .route("/{tenant}/oauth2/v2.0/logout",                          any(unserved::logout))
            .route("/{tenant}/adminconsent",                                any(unserved::admin_consent))
            .route("/{tenant}/v2.0/adminconsent",                           any(unserved::admin_consent))
            .route("/{tenant}/openid/userinfo",                             any(unserved::userinfo))
            .route("/oidc/userinfo",                                        any(unserved::userinfo))
            .route("/common/userrealm/{user}",                              any(unserved::realm))
            .fallback(unserved::path)
            .with_state(self.clone())
    }
}

fn only_get<H, T>(handler: H) -> MethodRouter<Authority>
where
    H: Handler<T, Authority>,
    T: 'static,
{
    get(handler).options(unserved::preflight).fallback(unserved::method_get)
}

fn only_post<H, T>(handler: H) -> MethodRouter<Authority>
where
    H: Handler<T, Authority>,
    T: 'static,
{
    post(handler).fallback(unserved::method_post)
}
