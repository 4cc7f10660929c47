//! The conductors of the protocol endpoints.
//!
//! In: a request, read but not believed. Out: what the endpoint answers, or a [`Refusal`].
//! Invariant: the steps are called here, in order, and never call each other.

mod desk;
mod device_authorization;
mod introspection;
mod pushed_authorization;
mod revocation;
mod userinfo;

use oauth::{AppId, GrantType, ObjectId, Secret, TenantId, random};

use crate::authority::Authority;
use crate::call::Call;
use crate::grant::authorization_code::Presented;
use crate::grant::refresh_token::{Beginning, Use};
use crate::grant::{authorization_code, client_credentials, device_code, on_behalf_of, refresh_token};
use crate::issue::{self, IssuedToken, Terms};
use crate::refusal::{GrantRefusal, Refusal};
use crate::registration::RedirectKind;
use desk::Desk;
pub(crate) use device_authorization::device_authorization;
pub(crate) use introspection::introspect;
pub(crate) use pushed_authorization::push;
pub(crate) use revocation::revoke;
pub(crate) use userinfo::{UserClaims, UserinfoRefusal, userinfo};

/// What was learned of a call on its way, for the log.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    /// The tenant.
    pub(crate) tenant: Option<TenantId>,
    /// The application that the call names; proved only if the call succeeds.
    pub(crate) unverified_application: Option<AppId>,
    /// Its service principal in the tenant.
    pub(crate) principal: Option<ObjectId>,
    /// The grant that the call names; none on the pages.
    pub(crate) grant: Option<String>,
    /// The person in whose name a token was asked for.
    pub(crate) person: Option<ObjectId>,
    /// What it was asked for.
    pub(crate) resource: Option<AppId>,
    /// The token's name (`uti`).
    pub(crate) token_id: Option<String>,
}

/// Answers a token request.
pub(crate) async fn token(authority: &Authority, call: &Call, trail: &mut Trail) -> Result<IssuedToken, Refusal> {
    trail.grant = Some(call.request.grant_type.name().to_owned());
    let desk = Desk::open(authority, call, trail).await?;
    let issued = match &call.request.grant_type {
        GrantType::ClientCredentials => application_token(&desk, trail).await,
        GrantType::AuthorizationCode {
            code,
            redirect_uri,
            code_verifier,
        } => {
            let presented = Presented {
                redirect_uri: redirect_uri.as_deref(),
                code_verifier: code_verifier.as_ref(),
            };
            redeem_code(&desk, code, presented, trail).await
        }
        GrantType::RefreshToken { token } => refresh(&desk, token, trail).await,
        GrantType::OnBehalfOf { assertion } => act_on_behalf(&desk, assertion, trail).await,
        GrantType::DeviceCode { code } => redeem_device_code(&desk, code, trail).await,
        GrantType::Unsupported(grant_type) => Err(Refusal::GrantType {
            grant_type: grant_type.clone(),
        }),
    }?;
    trail.token_id = Some(issued.token_id.clone());
    Ok(issued)
}

/// Nothing is written: this grant has nothing that is used up.
async fn application_token(desk: &Desk<'_>, trail: &mut Trail) -> Result<IssuedToken, Refusal> {
    let resource = client_credentials::asked_resource(desk.call)?;
    let tenant = desk.tenant(None, trail).await?;
    let client = desk.client(&tenant).await?;
    let asker = desk.asker(&tenant, &client).await?;
    let facts = client_credentials::load(&desk.snapshot, &asker, resource).await?;
    let grant = client_credentials::decide(&asker, facts)?;
    trail.principal = Some(grant.principal.object_id);
    trail.resource = Some(grant.resource.app_id());
    let terms = Terms::new(desk.authority, &tenant, desk.now)?;
    issue::access_token(&tenant, &grant, &terms).map_err(Refusal::Signing)
}

async fn redeem_code(
    desk: &Desk<'_>,
    code: &Secret<String>,
    presented: Presented<'_>,
    trail: &mut Trail,
) -> Result<IssuedToken, Refusal> {
    let stored = authorization_code::load(&desk.snapshot, code).await?;
    let tenant = desk.tenant(Some(stored.authorization.tenant), trail).await?;
    let client = desk.client(&tenant).await?;
    let asker = desk.asker(&tenant, &client).await?;
    authorization_code::decide(&asker, presented, &stored)?;
    let (wanted, grant) = desk.delegate(&asker, &stored.authorization, trail).await?;
    let issued = desk.issue(&asker, &stored.authorization, &wanted, &grant).await?;
    let beginning = Beginning {
        id: stored.id,
        redirect_kind: stored.redirect_kind,
    };
    let (refresh_token, follows) = desk.begin(&asker, &stored.authorization, &wanted, beginning)?;
    authorization_code::commit(desk.authority, &stored, follows).await?;
    Ok(IssuedToken {
        refresh_token,
        ..issued
    })
}

async fn refresh(desk: &Desk<'_>, token: &Secret<String>, trail: &mut Trail) -> Result<IssuedToken, Refusal> {
    let found = refresh_token::load(&desk.snapshot, token).await?;
    let tenant = desk.tenant(Some(found.family.authorization.tenant), trail).await?;
    let client = desk.client(&tenant).await?;
    let asker = desk.asker(&tenant, &client).await?;
    let used = refresh_token::decide(&asker, &found)?;
    if used == Use::Again {
        refresh_token::revoke(desk.authority, &found.family).await?;
        return Err(GrantRefusal::RefreshTokenReused.into());
    }
    let authorization = &found.family.authorization;
    let (wanted, grant) = desk.delegate(&asker, authorization, trail).await?;
    let issued = desk.issue(&asker, authorization, &wanted, &grant).await?;
    let refresh_token = Some(refresh_token::commit(desk.authority, &found, used).await?);
    Ok(IssuedToken {
        refresh_token,
        ..issued
    })
}

async fn act_on_behalf(desk: &Desk<'_>, assertion: &Secret<String>, trail: &mut Trail) -> Result<IssuedToken, Refusal> {
    let tenant = desk.tenant(None, trail).await?;
    let client = desk.client(&tenant).await?;
    let asker = desk.asker(&tenant, &client).await?;
    let authorization = on_behalf_of::decide(&asker, assertion, &desk.snapshot.keys.key_set_at(desk.now))?;
    let (wanted, grant) = desk.delegate(&asker, &authorization, trail).await?;
    let issued = desk.issue(&asker, &authorization, &wanted, &grant).await?;
    let beginning = Beginning {
        id: random::uuid_v4(desk.authority.random()),
        redirect_kind: RedirectKind::Web,
    };
    let (refresh_token, follows) = desk.begin(&asker, &authorization, &wanted, beginning)?;
    on_behalf_of::commit(desk.authority, follows).await?;
    Ok(IssuedToken {
        refresh_token,
        ..issued
    })
}

async fn redeem_device_code(desk: &Desk<'_>, code: &Secret<String>, trail: &mut Trail) -> Result<IssuedToken, Refusal> {
    let stored = device_code::load(&desk.snapshot, code).await?;
    let authorization = device_code::answered(&stored, desk.now)?;
    let tenant = desk.tenant(Some(authorization.tenant), trail).await?;
    let client = desk.client(&tenant).await?;
    let asker = desk.asker(&tenant, &client).await?;
    device_code::decide(&asker, authorization)?;
    let (wanted, grant) = desk.delegate(&asker, authorization, trail).await?;
    let issued = desk.issue(&asker, authorization, &wanted, &grant).await?;
    let beginning = Beginning {
        id: stored.id,
        redirect_kind: RedirectKind::PublicClient,
    };
    let (refresh_token, follows) = desk.begin(&asker, authorization, &wanted, beginning)?;
    device_code::commit(desk.authority, &stored, follows).await?;
    Ok(IssuedToken {
        refresh_token,
        ..issued
    })
}

#[cfg(test)]
mod tests;
