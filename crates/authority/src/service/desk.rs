//! What the conductors of all grants do alike, in the words in which they say it.
//!
//! In: a call, and what a grant has found. Out: the tenant, the client, what is granted, what is issued.
//! Invariant: nothing is decided here; each step is called once and in the order of its conductor.

use std::sync::Arc;

use db::Step;
use oauth::{OidcScope, Secret, TenantId, Timestamp, client_info};

use super::Trail;
use crate::authority::Authority;
use crate::authorization::Authorization;
use crate::binding;
use crate::call::Call;
use crate::client_auth::{self, AuthenticatedClient};
use crate::grant::refresh_token::Beginning;
use crate::grant::{Asker, Grant, Subject, Wanted, delegation, refresh_token, wanted};
use crate::issue::{self, Hashes, IdTokenTerms, IssuedToken, Terms};
use crate::refusal::{Asked, Refusal};
use crate::snapshot::Snapshot;
use crate::tenant::{self, Tenant, TenantName};

/// A call of an endpoint for clients, and the directory as it is answered from.
pub(super) struct Desk<'a> {
    pub(super) authority: &'a Authority,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) call: &'a Call,
    pub(super) now: Timestamp,
    pub(super) name: TenantName,
}

impl<'a> Desk<'a> {
    pub(super) async fn open(authority: &'a Authority, call: &'a Call, trail: &mut Trail) -> Result<Self, Refusal> {
        trail.unverified_application = call.request.unverified_client_id.parse().ok();
        let now = authority.clock().now();
        let name = TenantName::parse(&call.unverified_tenant)?;
        let snapshot = authority.directory().snapshot().await?;
        Ok(Self {
            authority,
            snapshot,
            call,
            now,
            name,
        })
    }

    /// The tenant of the path; at the aliases of many tenants the one in which what is redeemed was made.
    pub(super) async fn tenant(&self, made_in: Option<TenantId>, trail: &mut Trail) -> Result<Arc<Tenant>, Refusal> {
        let name = match (&self.name, made_in) {
            (TenantName::Common | TenantName::Organizations, Some(id)) => &TenantName::Id(id),
            (name, _) => name,
        };
        let tenant = tenant::find(&self.snapshot, name, Asked::Endpoint).await?;
        trail.tenant = Some(tenant.id);
        Ok(tenant)
    }

    pub(super) async fn client(&self, tenant: &Tenant) -> Result<AuthenticatedClient, Refusal> {
        client_auth::authenticate(self.authority, &self.snapshot, tenant, self.call, self.now).await
    }

    pub(super) async fn asker<'b>(
        &'b self,
        tenant: &'b Tenant,
        client: &'b AuthenticatedClient,
    ) -> Result<Asker<'b>, Refusal> {
        Ok(Asker {
            tenant,
            client,
            confirmation: binding::confirmation(self.authority, client, self.call, self.now).await?,
            call: self.call,
            now: self.now,
        })
    }

    /// What the client gets in the person's name.
    pub(super) async fn delegate(
        &self,
        asker: &Asker<'_>,
        authorization: &Authorization,
        trail: &mut Trail,
    ) -> Result<(Wanted, Grant), Refusal> {
        trail.person = Some(authorization.person);
        let wanted = wanted::of(self.call, authorization)?;
        let facts = delegation::load(&self.snapshot, asker, authorization, &wanted).await?;
        let grant = delegation::decide(asker, authorization, &wanted, facts)?;
        trail.resource = Some(grant.resource.app_id());
        Ok((wanted, grant))
    }

    /// The tokens of a grant in a person's name, without the refresh token.
    pub(super) async fn issue(
        &self,
        asker: &Asker<'_>,
        authorization: &Authorization,
        wanted: &Wanted,
        grant: &Grant,
    ) -> Result<IssuedToken, Refusal> {
        let terms = Terms::new(self.authority, asker.tenant, self.now)?;
        let issued = issue::access_token(asker.tenant, grant, &terms).map_err(Refusal::Signing)?;
        let id_token_terms = IdTokenTerms {
            endpoint: self.call.endpoint,
            hashes: Hashes::default(),
            now: self.now,
        };
        let id_token = if wanted.oidc.contains(OidcScope::OpenId) {
            Some(
                issue::id_token(
                    self.authority,
                    &self.snapshot,
                    asker.tenant,
                    authorization,
                    id_token_terms,
                )
                .await?,
            )
        } else {
            None
        };
        let scope = match &grant.subject {
            Subject::Application => None,
            Subject::Person { scopes, .. } => Some(wanted.granted_text(self.call.endpoint, scopes)),
        };
        let home = || client_info(authorization.person, authorization.tenant);
        Ok(IssuedToken {
            scope,
            id_token,
            client_info: self.call.request.client_info.then(home),
            ..issued
        })
    }

    /// The first refresh token of a family with the steps that make it; none where the person authorized none.
    pub(super) fn begin(
        &self,
        asker: &Asker<'_>,
        authorization: &Authorization,
        wanted: &Wanted,
        beginning: Beginning,
    ) -> Result<(Option<Secret<String>>, Vec<Step>), Refusal> {
        if !wanted.oidc.contains(OidcScope::OfflineAccess) {
            return Ok((None, Vec::new()));
        }
        let (token, steps) = refresh_token::begin(asker, self.authority.random(), authorization, beginning)?;
        Ok((Some(token), steps))
    }
}
