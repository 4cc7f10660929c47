//! `commonhold serve`: from an empty folder and a configuration file to an administrator's first request.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use gateway::{Application, Credential, Environment, Options, Secret};
use serde_json::{Value, json};

use crate::{
    place::{Place, on_both},
    process::Process,
};

/// A configuration with one tenant and one environment, on a free port of this machine.
struct Configured<'a> {
    place: &'a Place,
    file: PathBuf,
    port: u16,
}

impl<'a> Configured<'a> {
    fn new(place: &'a Place) -> Self {
        Self::listening(place, "")
    }

    /// With these lines more about where it listens.
    fn listening(place: &'a Place, listen: &str) -> Self {
        // Free a moment ago: the origins in the file need its number before the program binds it.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let text = format!(
            r#"
[listen]
address = "127.0.0.1:{port}"
plain_http = "loopback"
{listen}

[authority]
origin = "http://localhost:{port}"
key_encryption_key = {{ file = '{key}' }}
operator_key_file = '{operator_key}'

[database]
{database}

[[tenant]]
id = "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b"
name = "Contoso"
domains = ["contoso.example"]

[[environment]]
name = "contoso"
tenant = "contoso.example"
urls = ["http://127.0.0.1:{port}"]
administrator = "Deployment"
credentials_file = '{credentials}'
"#,
            operator_key = place.write("operator.key", &"k".repeat(43)).display(),
            key = place.path("key-encryption.key").display(),
            database = place.database(),
            credentials = place.path("contoso.env").display(),
        );
        let file = place.write("commonhold.toml", &text);
        Self { place, file, port }
    }

    fn start(&self) -> Process {
        Process::start(["serve".as_ref(), "--config".as_ref(), self.file.as_os_str()])
    }

    #[track_caller]
    fn running(&self) -> Process {
        let mut process = self.start();
        process.wait_for(&format!(
            "Commonhold serves http://localhost:{} on 127.0.0.1:{}.",
            self.port, self.port
        ));
        process
    }

    fn credentials(&self) -> String {
        fs::read_to_string(self.place.path("contoso.env")).unwrap()
    }

    /// The administrator's connection.
    fn connect(&self) -> Environment {
        let text = self.credentials();
        let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).unwrap().to_owned();
        let credential = Credential::secret(Secret::new(value("CLIENT_SECRET=")));
        let app_id = value("CLIENT_ID=").parse().unwrap();
        assert_eq!(value("TENANT_ID="), "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b");
        let application = Application::new(app_id, credential, Options::default()).unwrap();
        application.environment(&value("ENVIRONMENT=")).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_is_founded_once_and_kept() {
    on_both(async |place| {
        let configured = Configured::new(place);
        let mut first = configured.running();
        for private in ["contoso.env", "key-encryption.key"] {
            assert_eq!(mode(&place.path(private)), 0o600, "{private}");
        }
        let administrator = configured.connect();
        let account = administrator
            .create("accounts", &json!({ "name": "Kept" }))
            .await
            .unwrap();
        let credentials = configured.credentials();
        let ending = first.stop();
        assert_eq!(ending.stderr, "");

        let mut second = configured.running();
        assert_eq!(configured.credentials(), credentials);
        let row: Value = configured
            .connect()
            .retrieve("accounts", account, "$select=name")
            .await
            .unwrap();
        assert_eq!(row["name"], "Kept");
        second.stop();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_the_administrator_is_there() {
    let place = Place::sqlite();
    let configured = Configured::new(&place);
    let mut process = configured.running();
    let administrator = configured.connect();
    let users = administrator
        .list::<Value>("systemusers", "$select=fullname,applicationid")
        .await
        .unwrap()
        .rows;
    let applications = users.iter().filter(|it| !it["applicationid"].is_null()).count();
    assert_eq!(applications, 1, "{users:?}");
    assert_eq!(
        administrator
            .list::<Value>("accounts", "$select=name")
            .await
            .unwrap()
            .rows,
        Vec::<Value>::new()
    );
    process.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_founding_that_was_cut_off_is_done_anew() {
    let place = Place::sqlite();
    let configured = Configured::new(&place);
    for file in [
        "key-encryption.key",
        "databases/directory.sqlite",
        "contoso.env",
        "databases/env_contoso.sqlite",
    ] {
        let mut process = configured.start();
        while !place.path(file).exists() {
            assert!(!process.ends_within(Duration::from_millis(1)), "{:?}", process.end());
        }
        process.kill();
    }
    let mut process = configured.running();
    let accounts = configured
        .connect()
        .list::<Value>("accounts", "$select=name")
        .await
        .unwrap();
    assert_eq!(accounts.rows, Vec::<Value>::new());
    process.stop();
}

#[test]
fn a_directory_without_its_key_is_refused_and_gets_no_other() {
    let place = Place::sqlite();
    let configured = Configured::new(&place);
    configured.running().stop();
    let key = place.path("key-encryption.key");
    let kept = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    for told in ["reading the key encryption key `", "could not open the directory"] {
        let ending = configured.start().end();
        assert_eq!(ending.code, Some(1));
        assert!(ending.stderr.contains(told), "{}", ending.stderr);
        // Missing at first, then one that is not the directory's.
        fs::write(&key, [7; 32]).unwrap();
    }
    fs::write(&key, kept).unwrap();
    configured.running().stop();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_trusted_proxy_tells_where_a_request_comes_from() {
    on_both(async |place| {
        let http = reqwest::Client::new();
        // Where a request with this header is on record as coming from.
        let address = async |port: u16| -> Value {
            let server = format!("http://localhost:{port}");
            let refused = http.post(format!("{server}/nowhere.example/oauth2/v2.0/token"));
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", "x"),
                ("client_secret", "x"),
                ("scope", "https://x.example/.default"),
            ];
            let refused = refused.header("x-forwarded-for", "192.0.2.1, 203.0.113.9");
            let refused = refused
                .header("x-forwarded-host", "evil.example")
                .header("forwarded", "for=192.0.2.2");
            let refused: Value = refused.form(&form).send().await.unwrap().json().await.unwrap();
            assert_eq!(
                refused["error_uri"],
                format!("{server}/error?code=90002"),
                "no header moves the origin"
            );
            let log = http
                .get(format!("{server}/api/auditLogs/signIns?$top=1"))
                .bearer_auth("k".repeat(43));
            let log: Value = log.send().await.unwrap().json().await.unwrap();
            assert_eq!(log["value"][0]["id"], refused["trace_id"]);
            log["value"][0]["ipAddress"].clone()
        };
        let configured = Configured::new(place);
        let mut process = configured.running();
        assert_eq!(address(configured.port).await, "127.0.0.1");
        process.stop();
        let configured = Configured::listening(place, "trusted_proxies = [\"127.0.0.1\"]");
        let mut process = configured.running();
        assert_eq!(address(configured.port).await, "203.0.113.9");
        process.stop();
    })
    .await;
}
