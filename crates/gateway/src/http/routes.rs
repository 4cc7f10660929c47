//! One table: method and path to what answers.

use axum::Router;
use axum::routing::{any, get, post};

use super::{admin, data, error, me, sign_in, sign_out, signed_in};
use crate::gateway::{CALLBACK, Gateway};
use crate::refusal::Refusal;

impl Gateway {
    /// What browsers ask: sign-in, sign-out, who am I, and the data under `/api/data/`. An application adds its own
    /// pages to it, or merges it into its own router, at the root of the origin.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/login", get(sign_in::begin))
            .route(CALLBACK, get(sign_in::finish))
            .route("/logout", post(sign_out::here))
            .route("/logout/back-channel", post(sign_out::back_channel))
            .route("/logout/front-channel", get(sign_out::front_channel))
            .route("/me", get(me::me))
            .route("/api/data/{*path}", any(data::serve))
            .route("/healthz", get(admin::healthy))
            .route("/readyz", get(admin::ready))
            .with_state(self.clone())
    }

    /// The same, with an answer to every other path: for a gateway that stands alone.
    pub fn whole_router(&self) -> Router {
        self.router().fallback(async || error::answer(&Refusal::NotFound))
    }

    /// What the operator asks, for a listener of its own: `/metrics`, `/healthz`, `/readyz`.
    pub fn admin_router(&self) -> Router {
        Router::new()
            .route("/metrics", get(admin::metrics))
            .route("/healthz", get(admin::healthy))
            .route("/readyz", get(admin::ready))
            .with_state(self.clone())
    }

    /// An application's own pages, with sessions that are renewed while they are used.
    pub fn renewing(&self, pages: Router) -> Router {
        pages.layer(axum::middleware::from_fn_with_state(self.clone(), signed_in::renew))
    }
}
