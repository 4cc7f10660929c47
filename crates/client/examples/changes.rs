//! Writing: a row made, changed in the version that was read, bound to another, deleted.
//!
//! `cargo run --example changes -- https://contoso.crm.dynamics.com <client id> <secret> [ca.pem]`

#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use commonhold_client::{Environment, Error, Reference, Row};
use serde_json::json;

pub(crate) async fn example(environment: &Environment) -> Result<(), Error> {
    let contact = environment.create("contacts", &json!({"lastname": "Berg"})).await?;
    let bound = json!({
        "name": "Fjord Freight",
        "primarycontactid@odata.bind": Reference::to("contacts", contact),
    });
    let account = environment.create("accounts", &bound).await?;
    let row: Row = environment.retrieve("accounts", account, "$select=name").await?;
    if let Some(version) = row.etag() {
        let changed = environment
            .update_version("accounts", account, version, &json!({"name": "Fjord"}))
            .await;
        match changed {
            Err(Error::Service(refusal)) if refusal.status == 412 => println!("somebody was faster"),
            other => other?,
        }
    }
    environment
        .clear_reference("accounts", account, "primarycontactid")
        .await?;
    environment.delete("accounts", account).await?;
    environment.delete("contacts", contact).await?;
    println!("made, changed and deleted account {account}");
    Ok(())
}

#[cfg(not(test))]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use commonhold_client::{Application, Credential, Options, Secret};
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [url, app_id, secret, authorities @ ..] = given.as_slice() else {
        return Err("usage: changes <environment> <client id> <secret> [ca.pem]".into());
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
