//! The program under measurement. In: a folder, a port, a database. Out: a running demonstration, its tokens and rows.
//!
//! Invariant: it is spoken to as any client would; nothing is read from its files but `demo.env`.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::time::timeout;

use super::client_certificate::ClientCertificate;
use super::demonstration::{self, Application, Demonstration};
use super::exchange::Connection;
use super::process::Process;
use super::requests::{self, Origin};
use super::row::COLUMNS;

/// How long the program may take for a single answer.
const ANSWER: Duration = Duration::from_secs(30);

/// Where everything of one run is.
pub(super) struct Place<'a> {
    /// The built program.
    pub(super) program: &'a Path,
    /// Its data folder.
    pub(super) folder: &'a Path,
    /// Its first port; the environments' follow.
    pub(super) port: u16,
    /// None: SQLite.
    pub(super) database: Option<&'a str>,
}

/// The demonstration's origins and tokens.
pub(super) struct Product {
    pub(super) authority: Origin,
    pub(super) environment: Origin,
    demonstration: Demonstration,
}

/// Starts the program and waits until it is ready.
pub(super) fn start(place: &Place<'_>) -> Result<Process> {
    let mut command = Command::new(place.program);
    command.args([
        "up",
        "--tls",
        "off",
        "--limits",
        "off",
        "--listen",
        &format!("127.0.0.1:{}", place.port),
    ]);
    command.arg("--data-dir").arg(place.folder);
    if let Some(url) = place.database {
        command.args(["--database", url]);
    }
    Process::start(&mut command, &place.folder.with_extension("log"))
}

impl Product {
    /// Reads where the demonstration in this folder is.
    pub(super) fn of(folder: &Path) -> Result<Self> {
        let demonstration = demonstration::read(folder)?;
        let authority = Origin::parse(&demonstration.authority)?;
        let environment = Origin::parse(&demonstration.environment)?;
        Ok(Self {
            authority,
            environment,
            demonstration,
        })
    }

    /// The request of the application that may read.
    pub(super) fn token_request(&self) -> Vec<u8> {
        self.token_request_of(&self.demonstration.reader)
    }

    /// Requests of the same application by certificate, each with an assertion of its own.
    pub(super) fn assertion_requests(&self, certificate: &ClientCertificate, count: usize) -> Result<Vec<Vec<u8>>> {
        let (world, client_id) = (&self.demonstration, &self.demonstration.reader.id);
        let audience = format!("{}{}", world.authority, self.token_path());
        let kind = requests::form_value("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        let assertions = certificate.assertions(client_id, &audience, count)?;
        let request = |assertion: &String| {
            let proof = format!("client_assertion_type={kind}&client_assertion={assertion}");
            self.token_request_by(client_id, &proof)
        };
        Ok(assertions.iter().map(request).collect())
    }

    /// The id of the application that may read.
    pub(super) fn reader_id(&self) -> &str {
        &self.demonstration.reader.id
    }

    /// The request for a document that needs neither token nor database.
    pub(super) fn discovery_request(&self) -> Vec<u8> {
        let path = format!("/{}/v2.0/.well-known/openid-configuration", self.demonstration.tenant);
        self.authority.get(&path, &[])
    }

    /// A token that may read.
    pub(super) async fn reader_token(&self) -> Result<String> {
        self.token(&self.demonstration.reader).await
    }

    /// A token that may do everything.
    pub(super) async fn deployer_token(&self) -> Result<String> {
        self.token(&self.demonstration.deployer).await
    }

    /// All accounts, as the wire gives them.
    pub(super) async fn rows(&self, token: &str) -> Result<Vec<Value>> {
        let path = format!("/api/data/v9.2/accounts?$select={}", COLUMNS.join(","));
        let headers = [requests::bearer(token), "Prefer: odata.maxpagesize=5000".to_owned()];
        let answer = json(self.environment.port, &self.environment.get(&path, &headers)).await?;
        let rows = answer
            .get("value")
            .and_then(Value::as_array)
            .context("the answer has no rows")?;
        if rows.is_empty() {
            bail!("the demonstration has no accounts");
        }
        Ok(rows.clone())
    }

    async fn token(&self, application: &Application) -> Result<String> {
        let answer = json(self.authority.port, &self.token_request_of(application)).await?;
        let token = answer.get("access_token").and_then(Value::as_str);
        token.map(str::to_owned).context("the answer has no token")
    }

    fn token_request_of(&self, application: &Application) -> Vec<u8> {
        let secret = requests::form_value(&application.secret);
        self.token_request_by(&application.id, &format!("client_secret={secret}"))
    }

    fn token_request_by(&self, client_id: &str, proof: &str) -> Vec<u8> {
        let scope = requests::form_value(&format!("{}/.default", self.demonstration.environment));
        let body = format!("grant_type=client_credentials&client_id={client_id}&{proof}&scope={scope}");
        self.authority.post(&self.token_path(), &[requests::form()], &body)
    }

    fn token_path(&self) -> String {
        format!("/{}/oauth2/v2.0/token", self.demonstration.tenant)
    }
}

/// Sends one request and reads its answer as JSON.
async fn json(port: u16, request: &[u8]) -> Result<Value> {
    let mut connection = Connection::open(port).await?;
    let answer = timeout(ANSWER, connection.exchange(request)).await;
    let answer = answer.with_context(|| format!("the program has not answered in {} s", ANSWER.as_secs()))??;
    if answer.status != 200 {
        bail!(
            "the answer is {}: {}",
            answer.status,
            String::from_utf8_lossy(answer.body)
        );
    }
    serde_json::from_slice(answer.body).context("the answer is no JSON")
}
