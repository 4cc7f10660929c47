//! `organization`, `domain` and `subscribedSku`: what is known of the caller's tenant.
//!
//! In: calls. Out: the tenant in Microsoft Graph's shape. Invariant: nothing is written here.

use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::Asked;
use super::list;
use super::reply::Reply;
use crate::graph::GraphRefusal;
use crate::store;
use crate::tenant::Tenant;

/// The licence for the data service. An id of our own: the real cloud has many such licences, none of which this is.
pub(crate) const DATA_SKU: Uuid = Uuid::from_u128(0x0e8c_b6a4_5d3f_4c1e_9b7a_2f60_d1c8_4e37);
const DATA_SKU_NAME: &str = "DATA_SERVICE";

/// `GET /organization`
pub(crate) fn list(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let tenant = asked.permit.caller().tenant();
    let objects = vec![(tenant.id.uuid(), organization(tenant))];
    list::whole(asked, "organization", &["id", "displayName"], objects)
}

/// `GET /organization/{id}`
pub(crate) fn read(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let tenant = asked.permit.caller().tenant();
    if asked.id(0)? != tenant.id.uuid() {
        return Err(asked.not_found(0));
    }
    Ok(Reply::entity(asked, "organization", organization(tenant)))
}

/// `GET /domains`
pub(crate) fn list_domains(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let tenant = asked.permit.caller().tenant();
    let domains = tenant.domains.iter().enumerate();
    let objects = domains.map(|(at, name)| (Uuid::new_v5(&tenant.id.uuid(), name.as_bytes()), domain(name, at)));
    list::whole(asked, "domains", &["id", "isDefault"], objects.collect())
}

/// `GET /domains/{name}`
pub(crate) fn read_domain(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let tenant = asked.permit.caller().tenant();
    let wanted = asked.key(0).to_lowercase();
    let at = tenant.domains.iter().position(|name| *name == wanted);
    let at = at.ok_or_else(|| asked.not_found(0))?;
    Ok(Reply::entity(asked, "domains", domain(&wanted, at)))
}

/// `GET /subscribedSkus`
pub(crate) async fn list_skus(asked: &Asked<'_>) -> Result<Reply, GraphRefusal> {
    let tenant = asked.tenant();
    let used = store::person::count_licensed(asked.snapshot.database(), tenant).await?;
    let object = json!({
        "id": format!("{tenant}_{DATA_SKU}"),
        "accountId": tenant.to_string(),
        "skuId": DATA_SKU.to_string(),
        "skuPartNumber": DATA_SKU_NAME,
        "appliesTo": "User",
        "capabilityStatus": "Enabled",
        "consumedUnits": used,
        // There is no limit: the greatest number that clients can hold.
        "prepaidUnits": { "enabled": i32::MAX, "suspended": 0, "warning": 0, "lockedOut": 0 },
        "servicePlans": [],
    });
    list::whole(
        asked,
        "subscribedSkus",
        &["skuId", "skuPartNumber"],
        vec![(DATA_SKU, object)],
    )
}

fn organization(tenant: &Tenant) -> Value {
    let domains: Vec<Value> = tenant
        .domains
        .iter()
        .enumerate()
        .map(|(at, name)| {
            json!({
                "name": name,
                "isDefault": at == 0,
                "isInitial": at == 0,
                "type": "Managed",
                "capabilities": "",
            })
        })
        .collect();
    json!({
        "id": tenant.id.to_string(),
        "displayName": tenant.display_name,
        "createdDateTime": tenant.created_at.to_string(),
        "verifiedDomains": domains,
        "tenantType": "AAD",
        "countryLetterCode": null,
        "onPremisesSyncEnabled": null,
    })
}

fn domain(name: &str, at: usize) -> Value {
    json!({
        "id": name,
        "isVerified": true,
        "isDefault": at == 0,
        "isInitial": at == 0,
        "isRoot": true,
        "isAdminManaged": true,
        "authenticationType": "Managed",
        "supportedServices": [],
    })
}
