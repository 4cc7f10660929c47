//! One application, the environments of many subscribers: connections and credential are shared, tokens are not.
//!
//! `cargo run --example many_tenants -- <client id> <federated token file> https://contoso.crm.dynamics.com https://...`

#![expect(clippy::print_stdout, reason = "an example shows what it read")]

use commonhold_client::{Application, Error, Lane};

pub(crate) async fn example(application: &Application, urls: &[String]) -> Result<(), Error> {
    for url in urls {
        let nightly = application.environment(url)?.in_lane(Lane::Background);
        match nightly.count("accounts", "").await {
            Ok(accounts) => println!("{url}: {accounts} accounts"),
            Err(Error::Authority(refusal)) => println!("{url}: has not consented, {:?}", refusal.codes),
            Err(Error::Unreachable { .. }) => println!("{url}: does not answer; later"),
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

#[cfg(not(test))]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use commonhold_client::{Credential, Options};
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [app_id, file, urls @ ..] = given.as_slice() else {
        return Err("usage: many_tenants <client id> <token file> <environment>...".into());
    };
    let application = Application::new(app_id.parse()?, Credential::federated_file(file), Options::default())?;
    Ok(example(&application, urls).await?)
}
