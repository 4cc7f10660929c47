//! What is compared with what. In: the running demonstration and the bare server. Out: pairs of loads.
//!
//! Invariant: both loads of a pair do the same work, except for the product in between.

use std::sync::Arc;

use anyhow::Result;
use serde_json::{Value, json};

use super::client_certificate::ClientCertificate;
use super::load::Load;
use super::oidc_provider;
use super::product::Product;
use super::requests::{self, Origin};
use super::row::{COLUMNS, Row};

/// Assertions that are sent in turn: so many that none comes again while the program may still know it.
const FRESH_ASSERTIONS: usize = 20_000;
/// What a token may cost beside its signature.
const TOKEN_TARGET: f64 = 0.85;
const ACCOUNTS: &str = "/api/data/v9.2/accounts";

/// A load and the bare one it is compared with.
pub(super) struct Comparison {
    pub(super) name: &'static str,
    pub(super) ours: Load,
    pub(super) bare_name: &'static str,
    pub(super) bare: Bare,
    /// The ratio that is wished for.
    pub(super) target: Option<f64>,
}

/// What the program's load is compared with.
pub(super) enum Bare {
    /// Requests to the bare server.
    Load(Load),
    /// Signatures in a loop.
    Signing,
}

/// Every comparison, in the order they run: what writes comes last.
pub(super) async fn all(
    product: &Product,
    certificate: &ClientCertificate,
    bare: &Origin,
    rows: &[Value],
) -> Result<Vec<Comparison>> {
    let reader = product.reader_token().await?;
    let deployer = product.deployer_token().await?;
    Ok(vec![
        discovery(product, bare),
        token(product, "token, secret", vec![product.token_request()]),
        token(
            product,
            "token, certificate",
            product.assertion_requests(certificate, 1)?,
        ),
        token(
            product,
            "token, new assertion each",
            product.assertion_requests(certificate, FRESH_ASSERTIONS)?,
        ),
        row_by_id(product, bare, rows, &reader)?,
        page(product, bare, &reader),
        create(product, bare, &deployer),
    ])
}

fn discovery(product: &Product, bare: &Origin) -> Comparison {
    Comparison {
        name: "discovery document",
        ours: load(&product.authority, vec![product.discovery_request()]),
        bare_name: "static JSON",
        bare: Bare::Load(load(bare, vec![bare.get("/static", &[])])),
        target: None,
    }
}

/// Each token is on record, on disk, before it is given out.
fn token(product: &Product, name: &'static str, requests: Vec<Vec<u8>>) -> Comparison {
    Comparison {
        name,
        ours: load(&product.authority, requests),
        bare_name: "RSA-2048 signature",
        bare: Bare::Signing,
        target: Some(TOKEN_TARGET),
    }
}

/// The same beside another provider.
pub(super) fn token_elsewhere(product: &Product, other: &Origin) -> Comparison {
    Comparison {
        name: "token, secret",
        ours: load(&product.authority, vec![product.token_request()]),
        bare_name: "node oidc-provider",
        bare: Bare::Load(load(other, vec![oidc_provider::token_request(other)])),
        target: Some(1.0),
    }
}

/// Tokens of one application of the demonstration.
pub(super) fn token_load(product: &Product) -> Load {
    load(&product.authority, vec![product.token_request()])
}

fn row_by_id(product: &Product, bare: &Origin, rows: &[Value], token: &str) -> Result<Comparison> {
    let ids = rows
        .iter()
        .map(|row| Ok(Row::read(row)?.id))
        .collect::<Result<Vec<_>>>()?;
    let select = COLUMNS.join(",");
    let headers = [requests::bearer(token)];
    let own = ids.iter().map(|id| {
        product
            .environment
            .get(&format!("{ACCOUNTS}({id})?$select={select}"), &headers)
    });
    let beside = ids.iter().map(|id| bare.get(&format!("/rows/{id}"), &[]));
    Ok(Comparison {
        name: "row by id",
        ours: load(&product.environment, own.collect()),
        bare_name: "prepared read",
        bare: Bare::Load(load(bare, beside.collect())),
        target: Some(0.5),
    })
}

fn page(product: &Product, bare: &Origin, token: &str) -> Comparison {
    let headers = [requests::bearer(token), "Prefer: odata.maxpagesize=50".to_owned()];
    let own = product
        .environment
        .get(&format!("{ACCOUNTS}?$select={}", COLUMNS.join(",")), &headers);
    Comparison {
        name: "page of 50 rows",
        ours: load(&product.environment, vec![own]),
        bare_name: "prepared read of 50",
        bare: Bare::Load(load(bare, vec![bare.get("/page", &[])])),
        target: None,
    }
}

fn create(product: &Product, bare: &Origin, token: &str) -> Comparison {
    let row = json!({ "name": "Bench", "accountnumber": "B-1", "telephone1": "555-0100", "address1_city": "Delft" });
    let own = product
        .environment
        .post(ACCOUNTS, &[requests::bearer(token), requests::json()], &row.to_string());
    Comparison {
        name: "create",
        ours: load(&product.environment, vec![own]),
        bare_name: "committed insert",
        bare: Bare::Load(load(
            bare,
            vec![bare.post("/rows", &[requests::json()], &row.to_string())],
        )),
        target: None,
    }
}

pub(super) fn load(origin: &Origin, requests: Vec<Vec<u8>>) -> Load {
    Load {
        port: origin.port,
        requests: Arc::new(requests),
    }
}
