//! Authorization codes: made when a person has signed in and consented, used up at the token endpoint.
//!
//! In: an [`Authorization`]. Out: a code, once. INVARIANT: a code is kept as a hash only, with everything that it is bound to.

use oauth::{CodeChallenge, Secret};

use crate::authority::Authority;
use crate::authorization::Authorization;
use crate::opaque::Opaque;
use crate::refusal::Refusal;
use crate::registration::RedirectKind;
use crate::store::authorization_code::CodeRow;
use crate::store::{self, any_outcome};

/// How long a code may be redeemed. Clients do it at once; Entra ID gives ten minutes.
pub(crate) const LIFETIME_SECONDS: i64 = 5 * 60;
/// How long a code is kept behind its end, so that it is known when it comes again.
const KEPT_SECONDS: i64 = 24 * 60 * 60;

/// What a code is bound to besides what it stands for.
#[derive(Debug, Clone)]
pub(crate) struct Binding {
    /// The redirect URI of the request, as the client wrote it.
    pub(crate) redirect_uri: String,
    /// What kind of client is registered for it: a page's code is redeemed by a page, another's is not.
    pub(crate) redirect_kind: RedirectKind,
    /// The challenge, where the client sent one.
    pub(crate) code_challenge: Option<CodeChallenge>,
}

/// Makes a code.
pub(crate) async fn issue(
    authority: &Authority,
    authorization: &Authorization,
    binding: &Binding,
) -> Result<Secret<String>, Refusal> {
    let code = Opaque::generate(authority.random());
    let now = authority.clock().now();
    let row = CodeRow {
        id: code.id(),
        hash: code.hash(authority.random()),
        authorization: authorization.clone(),
        redirect_uri: binding.redirect_uri.clone(),
        redirect_kind: binding.redirect_kind,
        code_challenge: binding.code_challenge.clone(),
        expires_at: now.plus_seconds(LIFETIME_SECONDS),
    };
    let steps = [
        store::authorization_code::insert(&row)?,
        store::authorization_code::purge(now.plus_seconds(-KEPT_SECONDS)),
    ];
    store::record(authority.directory().database(), steps.map(any_outcome).into()).await?;
    Ok(code.text())
}
