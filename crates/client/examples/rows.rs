//! Reading: a query that is built, all its pages as one stream, rows without a type.
//!
//! `cargo run --example rows -- https://contoso.crm.dynamics.com <client id> <secret> [ca.pem]`

#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use commonhold_client::{Direction, Environment, Error, Expand, Query, Row, column};
use futures_util::TryStreamExt as _;

pub(crate) async fn example(environment: &Environment) -> Result<(), Error> {
    let query = Query::new()
        .select(["name", "revenue", "_primarycontactid_value"])
        .filter(column("revenue").gt(1000).and(!column("name").contains("O'Brien")))
        .expand(Expand::new("primarycontactid").select(["fullname"]))
        .order_by("name", Direction::Ascending)
        .annotations("*")
        .page_size(500);
    let mut rows = environment.rows::<Row>("accounts", query);
    while let Some(account) = rows.try_next().await? {
        let contact = account.lookup("primarycontactid").and_then(|it| it.name);
        println!("{:?}, {contact:?}, version {:?}", account.text("name"), account.etag());
    }
    println!(
        "{} active",
        environment.count("accounts", "$filter=statecode eq 0").await?
    );
    Ok(())
}

#[cfg(not(test))]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use commonhold_client::{Application, Credential, Options, Secret};
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [url, app_id, secret, authorities @ ..] = given.as_slice() else {
        return Err("usage: rows <environment> <client id> <secret> [ca.pem]".into());
    };
    let credential = Credential::secret(Secret::new(secret.clone()));
    let trust: Result<Vec<_>, _> = authorities.iter().map(std::fs::read).collect();
    let options = Options {
        trust: trust?,
        ..Options::default()
    };
    let application = Application::new(app_id.parse()?, credential, options)?;
    Ok(example(&application.environment(url)?).await?)
}
