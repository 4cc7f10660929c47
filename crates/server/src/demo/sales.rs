//! The environments of the demonstration world: units, roles, users and rows, made over the wire.
//!
//! In: the deployer's access. Out: a sales organization with rows that belong to several people in three units.

use std::sync::Arc;

use anyhow::Context as _;
use authority::ObjectId;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{cast, people::Applications, rows, wire::Wire};

/// Requests at the same time: enough that writers share each sync to disk.
const AT_ONCE: usize = 48;
/// Accounts in fabrikam's environment, to tell the two apart.
const FABRIKAM_ACCOUNTS: usize = 25;
/// What a salesperson may do with their own rows.
const SALES_VERBS: [&str; 8] = [
    "Create", "Read", "Write", "Delete", "Append", "AppendTo", "Assign", "Share",
];

/// Makes contoso's environment: `people` are the object ids in the order of the cast.
pub(crate) async fn contoso(wire: &Wire, people: &[ObjectId], applications: &Applications) -> anyhow::Result<()> {
    let root = root_unit(wire).await?;
    let nordic = unit(wire, "Nordic", root).await?;
    let retail = unit(wire, "Nordic Retail", nordic).await?;
    let central = unit(wire, "Central", root).await?;

    let reader_role = role(
        wire,
        "Account reader",
        root,
        &["prvReadAccount", "prvReadContact"],
        "Global",
    )
    .await?;
    let sales: Vec<String> = ["Account", "Contact", "Activity"]
        .iter()
        .flat_map(|table| SALES_VERBS.iter().map(move |verb| format!("prv{verb}{table}")))
        .collect();
    let sales: Vec<&str> = sales.iter().map(String::as_str).collect();
    let sales_role = role(wire, "Salesperson", root, &sales, "Basic").await?;

    let reader = created(
        wire,
        "systemusers",
        json!({
            "systemuserid": cast::id("user/reader").to_string(),
            "applicationid": applications.reader.to_string(),
            "businessunitid@odata.bind": format!("/businessunits({root})"),
        }),
    )
    .await?;
    give(wire, reader, reader_role).await?;

    // The directory's administrator is no user of the environment.
    let &[alice, bob, carol, _administrator, dmitri, esi, farah] = people else {
        anyhow::bail!("the cast has changed, and the sales organization has not");
    };
    person(wire, bob, central).await?;
    let salesperson = async |object, unit| {
        let user = person(wire, object, unit).await?;
        give(wire, user, sales_role).await?;
        anyhow::Ok(user)
    };
    salesperson(carol, central).await?;
    let owners = [
        salesperson(alice, nordic).await?,
        salesperson(dmitri, nordic).await?,
        salesperson(esi, retail).await?,
        salesperson(farah, central).await?,
    ];
    let owner = move |position: usize| {
        owners
            .iter()
            .cycle()
            .nth(position % owners.len())
            .copied()
            .unwrap_or_default()
    };
    fill(
        wire,
        "accounts",
        (0..rows::ACCOUNTS).map(|at| rows::account(at, owner(at))).collect(),
    )
    .await?;
    fill(
        wire,
        "contacts",
        (0..rows::CONTACTS).map(|at| rows::contact(at, owner(at / 2))).collect(),
    )
    .await
}

/// Makes fabrikam's environment: a few accounts of its own.
pub(crate) async fn fabrikam(wire: &Wire) -> anyhow::Result<()> {
    let me = text(&wire.get("WhoAmI").await?, "UserId")?.parse()?;
    fill(
        wire,
        "accounts",
        (0..FABRIKAM_ACCOUNTS).map(|at| rows::account(at, me)).collect(),
    )
    .await
}

async fn root_unit(wire: &Wire) -> anyhow::Result<Uuid> {
    Ok(text(&wire.get("WhoAmI").await?, "BusinessUnitId")?.parse()?)
}

async fn unit(wire: &Wire, name: &str, parent: Uuid) -> anyhow::Result<Uuid> {
    let row = json!({
        "businessunitid": cast::id(&format!("unit/{name}")).to_string(),
        "name": name,
        "parentbusinessunitid@odata.bind": format!("/businessunits({parent})"),
    });
    created(wire, "businessunits", row).await
}

async fn role(wire: &Wire, name: &str, unit: Uuid, privileges: &[&str], depth: &str) -> anyhow::Result<Uuid> {
    let row = json!({
        "roleid": cast::id(&format!("role/{name}")).to_string(),
        "name": name,
        "businessunitid@odata.bind": format!("/businessunits({unit})"),
    });
    let role = created(wire, "roles", row).await?;
    let known = wire.get("privileges?$select=name,privilegeid").await?;
    let known = known
        .get("value")
        .and_then(Value::as_array)
        .context("no privileges in the answer")?;
    let mut holdings = Vec::new();
    for &privilege in privileges {
        let row = known
            .iter()
            .find(|row| row.get("name").and_then(Value::as_str) == Some(privilege));
        let id = text(
            row.with_context(|| format!("no privilege `{privilege}`"))?,
            "privilegeid",
        )?;
        holdings.push(json!({
            "PrivilegeId": id,
            "PrivilegeName": privilege,
            "Depth": depth,
            "BusinessUnitId": unit.to_string(),
        }));
    }
    let action = format!("roles({role})/Microsoft.Dynamics.CRM.AddPrivilegesRole");
    wire.post(&action, json!({ "Privileges": holdings })).await?;
    Ok(role)
}

async fn person(wire: &Wire, object: ObjectId, unit: Uuid) -> anyhow::Result<Uuid> {
    let row = json!({
        "systemuserid": cast::id(&format!("user/{object}")).to_string(),
        "azureactivedirectoryobjectid": object.to_string(),
        "businessunitid@odata.bind": format!("/businessunits({unit})"),
    });
    created(wire, "systemusers", row).await
}

async fn give(wire: &Wire, user: Uuid, role: Uuid) -> anyhow::Result<()> {
    wire.associate(
        &format!("systemusers({user})/systemuserroles_association"),
        "roles",
        role,
    )
    .await
}

/// Creates a row whose key it carries, and gives the key.
async fn created(wire: &Wire, set: &str, row: Value) -> anyhow::Result<Uuid> {
    let key = ["systemuserid", "roleid", "businessunitid"]
        .iter()
        .find_map(|name| row.get(name)?.as_str()?.parse().ok());
    wire.post(set, row).await?;
    key.context("a row without a key")
}

/// Creates many rows, some at a time; the first failure ends it.
async fn fill(wire: &Wire, set: &'static str, rows: Vec<Value>) -> anyhow::Result<()> {
    let rows = Arc::new(tokio::sync::Mutex::new(rows.into_iter()));
    let mut workers = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (wire, rows) = (wire.clone(), Arc::clone(&rows));
        workers.spawn(async move {
            loop {
                let next = rows.lock().await.next();
                let Some(row) = next else { return anyhow::Ok(()) };
                wire.post(set, row).await?;
            }
        });
    }
    while let Some(ended) = workers.join_next().await {
        ended??;
    }
    Ok(())
}

fn text<'a>(row: &'a Value, name: &str) -> anyhow::Result<&'a str> {
    row.get(name)
        .and_then(Value::as_str)
        .with_context(|| format!("no `{name}` in the answer"))
}
