//! A demonstration world, as `demo.env` tells it and as its applications reach it.
//!
//! In: the file. Out: connections by the crates that applications link, and plain requests beside them.

use std::{collections::BTreeMap, fs, path::Path};

use gateway::{Application, Credential, Environment, Error, ObjectId, Options, Retries, Secret};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// The keys whose values are addresses of one run.
const ADDRESSES: [&str; 3] = ["COMMONHOLD_URL", "CONTOSO_ENVIRONMENT", "FABRIKAM_ENVIRONMENT"];

/// The lines of `demo.env`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct World(BTreeMap<String, String>);

impl World {
    /// Reads the file.
    pub(crate) fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).unwrap();
        let lines = text.lines().map(|line| line.split_once('=').unwrap());
        Self(lines.map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
    }

    /// The value of a key.
    #[track_caller]
    pub(crate) fn get(&self, key: &str) -> &str {
        self.0.get(key).unwrap_or_else(|| panic!("no `{key}` in demo.env"))
    }

    /// What must be the same in every run.
    pub(crate) fn lasting(mut self) -> Self {
        self.0.retain(|key, _value| !ADDRESSES.contains(&key.as_str()));
        self
    }

    /// All secrets and passwords.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        let secret = |key: &str| key.ends_with("_SECRET") || key.ends_with("_PASSWORD");
        self.0
            .iter()
            .filter(|(key, _value)| secret(key))
            .map(|(_key, value)| value.as_str())
            .collect()
    }

    /// An application's connection to contoso's environment: `contoso("READER")`.
    pub(crate) fn contoso(&self, application: &str) -> Environment {
        self.connect(application, self.get("CONTOSO_ENVIRONMENT"))
    }

    /// An application's connection to an environment.
    pub(crate) fn connect(&self, application: &str, url: &str) -> Environment {
        let app_id = self.get(&format!("{application}_CLIENT_ID")).parse().unwrap();
        let secret = Secret::new(self.get(&format!("{application}_CLIENT_SECRET")).to_owned());
        // Sent once: these tests look at what one request meets.
        let options = Options {
            trust: vec![fs::read(self.get("COMMONHOLD_CA")).unwrap()],
            retries: Retries {
                most_attempts: 1,
                ..Retries::default()
            },
            ..Options::default()
        };
        let application = Application::new(app_id, Credential::secret(secret), options).unwrap();
        application.environment(url).unwrap()
    }

    /// The object id of a person: `person("ALICE")`.
    pub(crate) fn person(&self, name: &str) -> ObjectId {
        self.get(&format!("{name}_OBJECT_ID")).parse().unwrap()
    }

    /// A plain HTTP client that trusts the world's CA.
    pub(crate) fn http(&self) -> reqwest::Client {
        let ca = reqwest::Certificate::from_pem(&fs::read(self.get("COMMONHOLD_CA")).unwrap()).unwrap();
        reqwest::Client::builder().add_root_certificate(ca).build().unwrap()
    }

    /// The answer of the token endpoint, where an application asks for contoso's environment.
    pub(crate) async fn token_answer(&self, http: &reqwest::Client, application: &str, secret: &str) -> Value {
        let endpoint = format!(
            "{}/{}/oauth2/v2.0/token",
            self.get("COMMONHOLD_URL"),
            self.get("CONTOSO_TENANT_ID")
        );
        let client_id = self.get(&format!("{application}_CLIENT_ID"));
        let scope = format!("{}/.default", self.get("CONTOSO_ENVIRONMENT"));
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client_id),
            ("client_secret", secret),
            ("scope", &scope),
        ];
        http.post(endpoint)
            .form(&form)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }
}

/// A row of accounts or contacts, and to whom it belongs.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Owned {
    /// The owner.
    #[serde(rename = "_ownerid_value")]
    pub(crate) owner: String,
    /// The owner's business unit.
    #[serde(rename = "_owningbusinessunit_value")]
    pub(crate) unit: String,
}

/// The columns of [`Owned`].
pub(crate) const OWNED: &str = "$select=_ownerid_value,_owningbusinessunit_value";

/// Every row of a query, page by page.
pub(crate) async fn all<T: DeserializeOwned>(environment: &Environment, set: &str, query: &str) -> Vec<T> {
    let mut page = environment.list(set, query).await.unwrap();
    let mut rows = Vec::new();
    loop {
        rows.append(&mut page.rows);
        let Some(next) = page.next else { return rows };
        page = environment.next(&next).await.unwrap();
    }
}

/// Status, code and text with which the environment refused.
#[track_caller]
pub(crate) fn refusal<T>(answer: Result<T, Error>) -> (u16, String, String) {
    match answer {
        Err(Error::Service(refusal)) => (refusal.status, refusal.code, refusal.message),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was not refused"),
    }
}
