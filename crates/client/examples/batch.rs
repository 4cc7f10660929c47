//! Several requests in one, and changes that are done all or none.
//!
//! `cargo run --example batch -- https://contoso.crm.dynamics.com <client id> <secret> [ca.pem]`

#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use commonhold_client::{Batch, BatchAnswer, Change, ChangeSet, Environment, Error, Row};
use serde_json::json;

pub(crate) async fn example(environment: &Environment) -> Result<(), Error> {
    let mut together = ChangeSet::new();
    let account = together.add(Change::create("accounts", &json!({"name": "Fjord Freight"}))?);
    let contact = json!({"lastname": "Berg", "parentcustomerid_account@odata.bind": account});
    together.add(Change::create("contacts", &contact)?);
    let mut batch = Batch::new();
    batch.change_set(together);
    batch.list("accounts", "$select=name&$top=3")?;
    for answer in environment.run(&batch).await? {
        match answer {
            BatchAnswer::AllDone(made) => println!("made {:?}", made.iter().map(|it| it.key).collect::<Vec<_>>()),
            BatchAnswer::Done(read) => println!("read {} rows", read.rows::<Row>()?.len()),
            BatchAnswer::Refused(refusal) => println!("refused: {refusal}"),
        }
    }
    Ok(())
}

#[cfg(not(test))]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use commonhold_client::{Application, Credential, Options, Secret};
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [url, app_id, secret, authorities @ ..] = given.as_slice() else {
        return Err("usage: batch <environment> <client id> <secret> [ca.pem]".into());
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
