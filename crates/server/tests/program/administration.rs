//! Administration from the command line: every verb does what it says to the running server, by its HTTP endpoints.

mod access;
mod audit;

use std::{fs, os::unix::fs::PermissionsExt as _};

use serde_json::{Value, json};

use crate::{
    place::{Place, on_both},
    process::{Ending, Process},
    world::World,
};

/// The command line of a place.
struct Commands<'p> {
    place: &'p Place,
    world: World,
    http: reqwest::Client,
}

impl Commands<'_> {
    fn start(&self, words: &[&str]) -> Ending {
        let data_dir = self.place.data_dir().display().to_string();
        let reach = ["--data-dir", &data_dir, "--json"];
        Process::start(words.iter().copied().chain(reach)).end()
    }

    /// What a command answers.
    #[track_caller]
    fn done(&self, words: &[&str]) -> Value {
        let ending = self.start(words);
        assert_eq!(ending.code, Some(0), "{words:?}: {ending:?}");
        serde_json::from_str(&ending.stdout).unwrap()
    }

    /// That a command is refused, in one line.
    #[track_caller]
    fn refused(&self, words: &[&str], told: &str) {
        let ending = self.start(words);
        assert_eq!((ending.code, ending.stdout.as_str()), (Some(1), ""), "{words:?}");
        assert_eq!(ending.stderr.trim_end(), format!("commonhold: {told}"));
    }

    /// Status and body of the token endpoint, for an application of woodgrove.
    async fn token(&self, form: &[(&str, &str)]) -> (u16, Value) {
        let url = format!(
            "{}/woodgrove.example/oauth2/v2.0/token",
            self.world.get("COMMONHOLD_URL")
        );
        let answer = self.http.post(url).form(form).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// The ids of the keys that are published.
    async fn published(&self) -> Vec<Value> {
        let url = format!(
            "{}/woodgrove.example/discovery/v2.0/keys",
            self.world.get("COMMONHOLD_URL")
        );
        let answer: Value = self.http.get(url).send().await.unwrap().json().await.unwrap();
        let keys = answer["keys"].as_array().unwrap().iter();
        keys.map(|key| key["kid"].clone()).collect()
    }
}

/// Runs a test against `commonhold up`, with one tenant more than the demonstration has.
async fn administered(test: impl AsyncFn(&Commands<'_>)) {
    on_both(async |place| {
        let (mut process, world) = place.running(&[]);
        let http = world.http();
        let commands = Commands { place, world, http };
        let made = commands.done(&["tenant", "create", "Woodgrove", "--domain", "woodgrove.example"]);
        assert_eq!(made["displayName"], "Woodgrove");
        test(&commands).await;
        assert_eq!(process.stop().stderr, "");
    })
    .await;
}

const IN_WOODGROVE: [&str; 2] = ["--tenant", "woodgrove.example"];

/// A command about woodgrove.
fn there<'w>(words: &[&'w str]) -> Vec<&'w str> {
    [words, &IN_WOODGROVE].concat()
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no {pointer} in {value}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_settings_and_keys() {
    administered(async |commands| {
        let tenants = commands.done(&["tenant", "list"]);
        assert_eq!(tenants.as_array().unwrap().len(), 3);
        let settings = ["tenant", "settings", "woodgrove.example"];
        let changed = commands.done(&[&settings[..], &["--token-lifetime", "600-900"]].concat());
        assert_eq!(changed["tokenLifetimeSeconds"], serde_json::json!([600, 900]));
        assert_eq!(commands.done(&settings), changed);

        let before = commands.published().await;
        let keys = commands.done(&["key", "list"]);
        assert_eq!(keys.as_array().unwrap().len(), before.len());
        commands.done(&["key", "roll"]);
        assert_eq!(commands.published().await.len(), before.len() + 1);
        commands.done(&["key", "roll", "--emergency"]);
        let after = commands.published().await;
        assert!(!before.iter().any(|kid| after.contains(kid)), "{before:?} {after:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_gets_tokens_until_it_is_disabled() {
    administered(async |commands| {
        let app = commands.done(&there(&["app", "create", "Order portal"]));
        let client_id = text(&app, "/appId");
        let secret = commands.done(&there(&["app", "add-secret", client_id]));
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client_id),
            ("client_secret", text(&secret, "/secretText")),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        assert_eq!(commands.token(&form).await.0, 200);
        commands.done(&there(&["app", "disable", client_id]));
        let (status, refusal) = commands.token(&form).await;
        assert_eq!(
            (status, &refusal["error_codes"]),
            (400, &serde_json::json!([7_000_112])),
            "{refusal}"
        );
        commands.done(&there(&["app", "enable", client_id]));
        assert_eq!(commands.token(&form).await.0, 200);

        let ca = commands.world.get("COMMONHOLD_CA");
        let certified = commands.done(&there(&["app", "add-certificate", client_id, ca]));
        let certificate = text(&certified, "/keyCredentials/0/keyId");
        commands.done(&there(&["app", "remove-certificate", client_id, certificate]));
        commands.done(&there(&["app", "remove-secret", client_id, text(&secret, "/keyId")]));
        let shown = commands.done(&there(&["app", "show", client_id]));
        let empty = serde_json::json!([]);
        assert_eq!(
            (&shown["passwordCredentials"], &shown["keyCredentials"]),
            (&empty, &empty)
        );
        assert_eq!(commands.token(&form).await.1["error"], "invalid_client");
        commands.done(&there(&["app", "delete", client_id]));
        assert_eq!(commands.done(&there(&["app", "list"])), empty);
        let told = format!("refused (404): there is no `{client_id}`");
        commands.refused(&there(&["app", "show", client_id]), &told);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people() {
    administered(async |commands| {
        let upn = "ada@woodgrove.example";
        let made = commands.done(&there(&["user", "create", upn, "--name", "Ada"]));
        let password = commands.done(&there(&["user", "password", upn]));
        assert_ne!(
            text(&made, "/passwordProfile/password"),
            text(&password, "/passwordProfile/password")
        );
        let enabled = |people: Value| people[0]["accountEnabled"].clone();
        assert_eq!(
            commands.done(&there(&["user", "disable", upn]))["accountEnabled"],
            false
        );
        assert_eq!(enabled(commands.done(&there(&["user", "list"]))), false);
        assert_eq!(commands.done(&there(&["user", "enable", upn]))["accountEnabled"], true);
        let licences = |person: &Value| person["assignedLicenses"].as_array().unwrap().len();
        commands.refused(
            &there(&["user", "license", upn]),
            "refused (400): License assignment cannot be done for user with invalid usage location.",
        );
        let license = there(&["user", "license", upn, "--usage-location", "DK"]);
        assert_eq!(licences(&commands.done(&license)), 1);
        assert_eq!(licences(&commands.done(&there(&["user", "unlicense", upn]))), 0);
        commands.done(&there(&["user", "sign-out", upn]));
        commands.done(&there(&["user", "delete", upn]));
        commands.refused(
            &there(&["user", "enable", upn]),
            &format!("refused (404): there is no `{upn}`"),
        );

        // Of the demonstration: who administers the directory gets a new password by the operator alone.
        let admin = commands.world.get("ADMIN_UPN");
        let tenant = commands.world.get("CONTOSO_DOMAIN");
        commands.done(&["user", "password", admin, "--tenant", tenant]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_of_another_tenant_is_let_in_and_put_out() {
    administered(async |commands| {
        let vendor = commands.world.get("VENDOR_CLIENT_ID");
        let secret = commands.world.get("VENDOR_CLIENT_SECRET");
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", vendor),
            ("client_secret", secret),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        assert_eq!(
            commands.token(&form).await.1["error_codes"],
            serde_json::json!([7_000_229])
        );
        commands.done(&there(&["consent", "grant", vendor]));
        let list = commands.done(&there(&["consent", "list"]));
        assert_eq!(
            (text(&list, "/0/client/appId"), text(&list, "/0/scope")),
            (vendor, "user_impersonation")
        );
        assert_eq!(text(&list, "/0/resource/displayName"), "Dataverse");
        assert_eq!(commands.token(&form).await.0, 200);
        commands.done(&there(&["consent", "revoke", vendor]));
        assert_eq!(commands.done(&there(&["consent", "list"])), serde_json::json!([]));
        assert_eq!(
            commands.token(&form).await.1["error_codes"],
            serde_json::json!([7_000_229])
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_private_and_nothing_goes_without_it() {
    administered(async |commands| {
        let key = commands.place.data_dir().join("operator.key");
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_to_string(&key).unwrap().trim().len(), 43);
        let refused = |file: &str, told: &str| commands.refused(&["tenant", "list", "--operator-key-file", file], told);
        let wrong = commands.place.write("wrong.key", &"x".repeat(43)).display().to_string();
        let told = "refused (401): The operator's key is missing, or is not the one of this server.";
        refused(&wrong, told);
        let empty = commands.place.write("empty.key", "").display().to_string();
        refused(&empty, &format!("`{empty}` holds no operator's key"));
        let taken = "refused (409): Another tenant has one of these domains already.";
        commands.refused(&["tenant", "create", "Other", "--domain", "woodgrove.example"], taken);
        let nowhere = "refused (404): there is no `nowhere.example`";
        commands.refused(&["app", "list", "--tenant", "nowhere.example"], nowhere);
        let unused = "refused (400): Invalid value specified for property 'algorithm' of the resource: it is not used by \
                      any tenant.";
        commands.refused(&["key", "roll", "--algorithm", "es256"], unused);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn applications_are_changed() {
    administered(async |commands| {
        let app = commands.done(&there(&[
            "app",
            "create",
            "Order portal",
            "--redirect-uri",
            "https://a.example/cb",
        ]));
        let client_id = text(&app, "/appId");
        let set = |words: &[&'static str]| {
            let words: Vec<&str> = ["app", "set", client_id].iter().chain(words).copied().collect();
            commands.done(&there(&words))
        };
        let wrong = "refused (400): Invalid value specified for property 'identifierUris' of the resource: it must use a \
                     verified domain of the organization, or the scheme 'api'.";
        commands.refused(
            &there(&["app", "set", client_id, "--identifier-uri", "https://contoso.example"]),
            wrong,
        );
        let changed = set(&[
            "--audience",
            "any",
            "--identifier-uri",
            "api://orders",
            "--public-client",
            "on",
        ]);
        assert_eq!(text(&changed, "/signInAudience"), "AzureADMultipleOrgs");
        assert_eq!(changed["identifierUris"], json!(["api://orders"]));
        assert_eq!(changed["isFallbackPublicClient"], true);
        assert_eq!(
            changed["web"]["redirectUris"],
            json!(["https://a.example/cb"]),
            "what is not said stays"
        );
        let renamed = set(&[
            "--name",
            "Orders",
            "--redirect-uri",
            "https://b.example/cb",
            "--public-client",
            "off",
        ]);
        assert_eq!(
            (text(&renamed, "/displayName"), &renamed["isFallbackPublicClient"]),
            ("Orders", &json!(false))
        );
        assert_eq!(renamed["web"]["redirectUris"], json!(["https://b.example/cb"]));
        assert_eq!(text(&renamed, "/signInAudience"), "AzureADMultipleOrgs");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn applications_trust_other_issuers() {
    administered(async |commands| {
        let app = commands.done(&there(&["app", "create", "Order portal"]));
        let client_id = text(&app, "/appId");
        let add = |issuer: &'static str| {
            let words = [
                "app",
                "add-federated-credential",
                client_id,
                "--name",
                "ci",
                "--issuer",
                issuer,
            ];
            there(&[&words[..], &["--subject", "repo:orders"]].concat())
        };
        let ending = commands.start(&add("http://ci.example"));
        assert_eq!(ending.code, Some(1));
        assert!(
            ending.stderr.starts_with("commonhold: refused (400): "),
            "{}",
            ending.stderr
        );
        let made = commands.done(&add("https://ci.example"));
        assert_eq!(made["audiences"], json!(["api://AzureADTokenExchange"]));
        let shown = commands.done(&there(&["app", "show", client_id]));
        assert_eq!(shown["federatedIdentityCredentials"], json!([made_of(&made)]));
        commands.done(&there(&["app", "remove-federated-credential", client_id, "ci"]));
        let shown = commands.done(&there(&["app", "show", client_id]));
        assert_eq!(shown["federatedIdentityCredentials"], json!([]));
        let gone = "refused (404): there is no `ci`";
        commands.refused(&there(&["app", "remove-federated-credential", client_id, "ci"]), gone);
    })
    .await;
}

/// An object as it stands in a list: without its context.
fn made_of(object: &Value) -> Value {
    let mut object = object.clone();
    object.as_object_mut().unwrap().remove("@odata.context");
    object
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_of_the_directory() {
    administered(async |commands| {
        let upn = "ada@woodgrove.example";
        let missing = format!("refused (404): there is no `{upn}`");
        commands.refused(&there(&["user", "set-role", upn, "administrator"]), &missing);
        commands.done(&there(&["user", "create", upn, "--name", "Ada"]));
        assert_eq!(commands.done(&there(&["user", "roles"])), json!([]));
        let given = commands.done(&there(&["user", "set-role", upn, "administrator"]));
        assert_eq!(
            (text(&given, "/userPrincipalName"), text(&given, "/role")),
            (upn, "administrator")
        );
        let roles = commands.done(&there(&["user", "roles"]));
        let one = (text(&roles, "/0/userPrincipalName"), text(&roles, "/0/role"));
        assert_eq!(one, (upn, "Global Administrator"));
        commands.done(&there(&["user", "set-role", upn, "member"]));
        assert_eq!(commands.done(&there(&["user", "roles"])), json!([]));
        assert_eq!(
            text(&commands.done(&there(&["user", "show", upn])), "/displayName"),
            "Ada"
        );
        commands.refused(
            &there(&["user", "show", "nobody"]),
            "refused (404): there is no `nobody`",
        );
    })
    .await;
}
