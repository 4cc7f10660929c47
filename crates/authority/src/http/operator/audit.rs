//! `/api/auditLogs/`: the logs of what concerns no tenant: changes of the authority as a whole, and requests that named no
//! tenant of it.
//!
//! In: a mandate, `$top` and `$skiptoken`. Out: lines in Microsoft Graph's shape, the newest first. Invariant: a tenant's
//! own logs are not here; they are read in the tenant.

use http::{StatusCode, Uri};
use serde_json::{Value, json};
use uuid::Uuid;

use super::reply;
use crate::authority::Authority;
use crate::graph::GraphRefusal;
use crate::http::graph::query::{Consistency, Query};
use crate::http::graph::reply::Reply;
use crate::http::graph::{directory_audit, sign_in};
use crate::manage::Mandate;
use crate::store;
use crate::store::narrow::{Narrow, Stretch};
use crate::store::sign_in::{Place, SignInFilter};

/// A page that was asked for.
struct Asked {
    top: usize,
    /// The last line of the page before.
    after: Option<Uuid>,
}

/// `GET /api/auditLogs/directoryAudits`
pub(super) async fn changes(authority: &Authority, _: &Mandate, uri: &Uri) -> Result<Reply, GraphRefusal> {
    let asked = read(uri)?;
    let snapshot = authority.directory().snapshot().await?;
    let stretch = Stretch {
        narrow: &Narrow::All,
        after: asked.after.unwrap_or_default(),
        most: asked.most(),
    };
    let lines = store::directory_audit::stretch(snapshot.database(), None, stretch).await?;
    let lines = lines.iter().map(|line| (line.id, directory_audit::shown(line)));
    Ok(asked.page(authority, uri, lines.collect()))
}

/// `GET /api/auditLogs/signIns`
pub(super) async fn sign_ins(authority: &Authority, _: &Mandate, uri: &Uri) -> Result<Reply, GraphRefusal> {
    let asked = read(uri)?;
    let snapshot = authority.directory().snapshot().await?;
    let (all, after) = (SignInFilter::default(), asked.after.map(Place::of));
    let lines = store::sign_in::page(snapshot.database(), None, &all, after, asked.most()).await?;
    let mut shown = Vec::with_capacity(lines.len());
    for line in &lines {
        shown.push((line.id, sign_in::shown(&snapshot, None, line).await?));
    }
    Ok(asked.page(authority, uri, shown))
}

impl Asked {
    /// One line more than is shown tells whether there is another page.
    fn most(&self) -> u64 {
        self.top as u64 + 1
    }

    fn page(&self, authority: &Authority, uri: &Uri, mut lines: Vec<(Uuid, Value)>) -> Reply {
        let has_more = lines.len() > self.top;
        lines.truncate(self.top);
        let last = lines.last().filter(|_| has_more).map(|(id, _)| *id);
        let value: Vec<Value> = lines.into_iter().map(|(_, line)| line).collect();
        let mut page = json!({ "value": value });
        if let (Some(last), Value::Object(members)) = (last, &mut page) {
            let (origin, path, top) = (authority.origin(), uri.path(), self.top);
            let next = format!("{origin}{path}?$top={top}&$skiptoken={last}");
            members.insert("@odata.nextLink".to_owned(), next.into());
        }
        reply(StatusCode::OK, page)
    }
}

fn read(uri: &Uri) -> Result<Asked, GraphRefusal> {
    let refused = |what: &str| GraphRefusal::Query { what: what.to_owned() };
    let query = Query::parse(uri.query().unwrap_or_default(), Consistency::Strong)?;
    if query.filter.is_some() || query.select.is_some() || query.by_name.is_some() {
        return Err(refused("Only '$top' and '$skiptoken' are supported"));
    }
    let after = query.skip_token.as_ref().map(|token| token.parse().ok());
    match after {
        Some(None) => Err(refused("The value of '$skiptoken' is none that was given out")),
        after => Ok(Asked {
            top: query.top,
            after: after.flatten(),
        }),
    }
}
