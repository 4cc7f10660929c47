//! A single-tenant application with a certificate: the first three accounts by name.
//!
//! `cargo run --example top_three_accounts -- https://contoso.crm.dynamics.com <client id> key-and-certificate.pem`

#![expect(clippy::print_stdout, reason = "an example shows what it read")]

use commonhold_client::{Algorithm, AppId, Application, Credential, Error, Options, Secret};

#[derive(serde::Deserialize)]
struct Account {
    name: String,
}

pub(crate) async fn example(url: &str, app_id: AppId, pem: &Secret<String>) -> Result<(), Error> {
    let credential = Credential::certificate(pem, Algorithm::Ps256)?;
    let application = Application::new(app_id, credential, Options::default())?;
    let environment = application.environment(url)?;
    let top = environment
        .list::<Account>("accounts", "$select=name&$orderby=name&$top=3")
        .await?;
    top.rows.iter().for_each(|account| println!("{}", account.name));
    Ok(())
}

#[cfg(not(test))]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [url, app_id, file] = given.as_slice() else {
        return Err("usage: top_three_accounts <environment> <client id> <pem file>".into());
    };
    let pem = Secret::new(std::fs::read_to_string(file)?);
    Ok(example(url, app_id.parse()?, &pem).await?)
}
