//! The one table of routes: method and path to handler.
//!
//! In: an [`Authority`]. Out: its router. Invariant: every path of the protocol stands here;
//! the first segments that are no tenants are `tenant::RESERVED_SEGMENTS`.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodRouter, any, get, post};

use super::{
    admin_consent, asset, authorize, cross_origin, device, device_code, discovery, graph, instance, interact,
    introspect, keys, logout, operator, pushed, realm, revoke, security_info, token, unserved, userinfo,
};
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
            .route("/{tenant}/oauth2/token",                                post_of_pages(token::v1))
            .route("/{tenant}/oauth2/v2.0/token",                           post_of_pages(token::v2))
            .route("/{tenant}/oauth2/authorize",                            get_or_post(authorize::v1))
            .route("/{tenant}/oauth2/v2.0/authorize",                       get_or_post(authorize::v2))
            .route("/{tenant}/oauth2/v2.0/par",                             post_of_pages(pushed::push))
            .route("/{tenant}/oauth2/devicecode",                           only_post(device_code::v1))
            .route("/{tenant}/oauth2/v2.0/devicecode",                      only_post(device_code::v2))
            .route("/{tenant}/oauth2/v2.0/introspect",                      only_post(introspect::introspect))
            .route("/{tenant}/oauth2/v2.0/revoke",                          post_of_pages(revoke::revoke))
            .route("/{tenant}/oauth2/logout",                               get_or_post(logout::logout))
            .route("/{tenant}/oauth2/v2.0/logout",                          get_or_post(logout::logout))
            .route("/{tenant}/adminconsent",                                get_or_post(admin_consent::v1))
            .route("/{tenant}/v2.0/adminconsent",                           get_or_post(admin_consent::v2))
            .route("/{tenant}/openid/userinfo",                             get_or_post_of_pages(userinfo::v1))
            .route("/oidc/userinfo",                                        get_or_post_of_pages(userinfo::graph))
            .route("/common/assets/{name}",                                 get(asset::serve).fallback(unserved::method_get))
            .route("/common/userrealm/{user}",                              only_get(realm::discover))
            .route("/login",                                                only_post(interact::submit))
            .route("/device",                                               get(device::ask).post(device::submit).fallback(unserved::method_get_or_post))
            .route("/security-info",                                        get(security_info::ask).post(security_info::submit).fallback(unserved::method_get_or_post))
            .route("/api/{*path}",                                          any(operator::call))
            .route("/v1.0/{*path}",                                         any(graph::call))
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

fn get_or_post<H, T>(handler: H) -> MethodRouter<Authority>
where
    H: Handler<T, Authority> + Clone,
    T: 'static,
{
    get(handler.clone())
        .post(handler)
        .fallback(unserved::method_get_or_post)
}

/// Pages in a browser post here too.
fn post_of_pages<H, T>(handler: H) -> MethodRouter<Authority>
where
    H: Handler<T, Authority>,
    T: 'static,
{
    only_post(handler).options(cross_origin::preflight)
}

fn get_or_post_of_pages<H, T>(handler: H) -> MethodRouter<Authority>
where
    H: Handler<T, Authority>,
    T: 'static,
{
    let both = get(handler.clone()).post(handler).options(cross_origin::preflight);
    both.fallback(unserved::method_get_or_post)
}
