//! One script of requests gives the same answers on every database, byte for byte: the same rows in the same order, the
//! same numbers, the same refusals. Without a second database the script is run twice on the first.

use std::sync::{Arc, Mutex};

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};

use crate::world::{Call, Reply, World, on_each_engine};

/// Rows that are made before anything is asked.
const ROWS: usize = 60;

/// A column of each kind, with values that databases are apt to compare differently.
fn row() -> impl Strategy<Value = Value> {
    let text = prop::sample::select(vec![
        "Alpha", "alpha", "ALPHA ", "beta", "Ärger", "ärger", "Zürich", "zebra", "", " x", "100%", "a_b", "a\\b",
        "O'Brien", "ß", "SS", "Ω", "日本", "😀",
    ]);
    let text = prop::option::of(text);
    let revenue = prop::option::of(0_u32..2_000_000);
    let (number, flag) = (prop::option::of(0_i64..5), any::<bool>());
    let place = prop::option::of(-90_000_i32..90_000);
    (text.clone(), text, revenue, number, flag, place).prop_map(|(name, city, revenue, number, flag, place)| {
        json!({
            "name": name, "address1_city": city, "revenue": revenue.map(|cents| f64::from(cents) / 100.0),
            "numberofemployees": number, "creditonhold": flag, "address1_latitude": place.map(|place| f64::from(place) / 1000.0),
        })
    })
}

fn rows() -> Vec<Value> {
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    (0..ROWS)
        .map(|_| row().new_tree(&mut runner).unwrap().current())
        .collect()
}

fn queries() -> Vec<String> {
    let select = "$select=name,address1_city,revenue,numberofemployees,creditonhold,address1_latitude";
    let filters = [
        "name eq 'alpha'",
        "name ne 'alpha'",
        "name gt 'b'",
        "name le 'ärger'",
        "name eq 'ss'",
        "name eq 'ß'",
        "name eq null",
        "name ne null",
        "name eq ''",
        "contains(name,'ALP')",
        "startswith(name,'Ä')",
        "endswith(name,'%')",
        "contains(name,'_')",
        "contains(name,'\\')",
        "name eq address1_city",
        "revenue gt 5000.5",
        "revenue le 0.01",
        "not (revenue gt 5000)",
        "numberofemployees eq 3 or creditonhold eq true",
        "address1_latitude lt -0.5",
        "not (contains(name,'a') and numberofemployees ne null)",
        "primarycontactid/lastname eq 'berg'",
        "not (primarycontactid/lastname eq 'berg')",
    ];
    let orders = [
        "name",
        "name desc",
        "address1_city,name desc",
        "revenue",
        "revenue desc",
        "creditonhold desc,numberofemployees",
        "address1_latitude",
        "createdon,name",
        "primarycontactid/lastname desc",
    ];
    let filters = filters
        .iter()
        .map(|filter| format!("accounts?{select}&$filter={filter}&$count=true&$orderby=name,accountid"));
    let orders = orders.iter().map(|order| format!("accounts?{select}&$orderby={order}"));
    let others = [
        "accounts/$count",
        "accounts/$count?$filter=contains(name,'a')",
        "accounts?$top=7&$orderby=revenue desc",
        "accounts?$select=name&$orderby=name,accountid&$expand=primarycontactid($select=fullname),contact_customer_accounts($select=fullname;$orderby=fullname)",
        "contacts?$orderby=fullname",
        "systemusers?$select=fullname&$expand=systemuserroles_association($select=name)",
        "roles?$select=name&$orderby=name",
        "businessunits",
        "teams?$select=name",
        "organizations?$select=name",
        "accounts?$filter=nothing eq 1",
    ];
    filters.chain(orders).chain(others.map(str::to_owned)).collect()
}

/// Everything of an answer but what names the request.
fn told(reply: &Reply) -> String {
    let mut headers: Vec<String> = reply
        .headers
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "x-ms-service-request-id" | "req_id"))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    format!("{} {headers:?} {}", reply.status, String::from_utf8_lossy(&reply.body))
}

async fn script(world: &World) -> Vec<String> {
    let mut answers = Vec::new();
    let prefer = "odata.include-annotations=\"*\",odata.maxpagesize=11";
    let contact = json!({ "firstname": "Ada", "lastname": "Berg" });
    let contact = world.admin(Call::post("contacts", contact)).await.expect(204).id();
    for (position, mut row) in rows().into_iter().enumerate() {
        if position % 3 == 0 {
            row["primarycontactid@odata.bind"] = json!(format!("/contacts({contact})"));
        }
        world.clock.advance_seconds(1);
        answers.push(told(&world.admin(Call::post("accounts", row)).await.expect(204)));
    }
    for query in queries() {
        let mut link = query;
        loop {
            let reply = world.admin(Call::get(&link).header("Prefer", prefer)).await;
            answers.push(format!("{link}\n{}", told(&reply)));
            match reply.json_or_null()["@odata.nextLink"].as_str() {
                Some(next) => next.clone_into(&mut link),
                None => break,
            }
        }
    }
    answers
}

impl Reply {
    fn json_or_null(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

#[tokio::test]
async fn one_script_has_one_answer() {
    let transcripts: Arc<Mutex<Vec<Vec<String>>>> = Arc::default();
    for _ in 0..2 {
        let transcripts = Arc::clone(&transcripts);
        on_each_engine(move |world| {
            let transcripts = Arc::clone(&transcripts);
            async move {
                let transcript = script(&world).await;
                transcripts.lock().unwrap().push(transcript);
            }
        })
        .await;
    }
    let transcripts = transcripts.lock().unwrap();
    let (first, others) = transcripts.split_first().unwrap();
    assert!(first.len() > ROWS + 2 * queries().len(), "pages were followed");
    for other in others {
        for (one, two) in first.iter().zip(other) {
            assert_eq!(one, two);
        }
        assert_eq!(first.len(), other.len());
    }
}
