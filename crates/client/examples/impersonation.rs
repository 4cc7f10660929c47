//! Acting for a person: a value of its own, which no other call sees.
//!
//! `cargo run --example impersonation -- https://contoso.crm.dynamics.com <client id> <secret> [ca.pem]`

#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use commonhold_client::{Environment, Error, ObjectId, Operation, Row};
use serde_json::json;

pub(crate) async fn example(environment: &Environment) -> Result<(), Error> {
    let me: Row = environment.function(&Operation::unbound("WhoAmI")).await?;
    println!("the application is the user {:?}", me.text("UserId"));
    let people = "$select=azureactivedirectoryobjectid&$filter=applicationid eq null&$top=1";
    let first = environment.list::<Row>("systemusers", people).await?;
    let person = first
        .rows
        .first()
        .and_then(|row| row.id("azureactivedirectoryobjectid"));
    let Some(person) = person.map(ObjectId::from) else {
        return Ok(());
    };
    let account = environment
        .on_behalf_of(person)
        .create("accounts", &json!({"name": "Theirs"}))
        .await?;
    environment.delete("accounts", account).await?;
    println!("{person} made account {account}, and the application deleted it");
    Ok(())
}

#[cfg(not(test))]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use commonhold_client::{Application, Credential, Options, Secret};
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [url, app_id, secret, authorities @ ..] = given.as_slice() else {
        return Err("usage: impersonation <environment> <client id> <secret> [ca.pem]".into());
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
