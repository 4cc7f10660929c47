//! Node's `oidc-provider` as a second bare server. In: a folder, a port. Out: a running process, and its token request.
//!
//! Invariant: the same grant, client authentication, signature and connections as the program's load; it stores nothing,
//! which is in its favour. Where node or npm are missing, or npm reaches no registry, it is left out and that is said.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::process::{self, Process};
use super::requests::{self, Origin};

/// How long npm may take.
const INSTALL: Duration = Duration::from_mins(3);
/// The package and its version.
const PACKAGE: &str = "oidc-provider@9.13.3";
const SERVER: &str = include_str!("oidc_provider.mjs");
const CLIENT_ID: &str = "reader";
const CLIENT_SECRET: &str = "a-secret-of-the-benchmark-alone";
const RESOURCE: &str = "urn:commonhold:bench";

/// Installs it from npm and starts it, one process for each core.
pub(super) fn start(folder: &Path, origin: &Origin) -> Result<Process> {
    let folder = folder.join("oidc-provider");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("package.json"), r#"{"private":true}"#)?;
    fs::write(folder.join("server.mjs"), SERVER)?;
    let mut install = Command::new("npm");
    install.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE]);
    let install = install.current_dir(&folder).stdout(Stdio::null()).stderr(Stdio::null());
    let mut install = install.spawn().context("cannot start `npm`")?;
    let status = process::ended_within(&mut install, INSTALL).context("`npm install`")?;
    if !status.success() {
        bail!("`npm install {PACKAGE}` ended with {status}");
    }
    let mut server = Command::new("node");
    server.arg(folder.join("server.mjs")).arg(origin.port.to_string());
    server.args([CLIENT_ID, CLIENT_SECRET, RESOURCE]);
    Process::start(&mut server, &folder.join("log"))
}

/// The request that is sent over and over.
pub(super) fn token_request(origin: &Origin) -> Vec<u8> {
    let resource = requests::form_value(RESOURCE);
    let body = format!(
        "grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}&resource={resource}&scope=read"
    );
    origin.post("/token", &[requests::form()], &body)
}
