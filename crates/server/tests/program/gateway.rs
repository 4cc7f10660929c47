//! `commonhold gateway`: what its configuration and its expected decisions tell, and its first words with Commonhold's own
//! authority.

use std::path::PathBuf;

use reqwest::{StatusCode, header, redirect};

use crate::{
    place::Place,
    process::{Ending, Process},
};

const POLICY: &str = "@id(\"sales-reads\")\npermit (principal in Role::\"sales\", action == Action::\"read\", resource == Table::\"accounts\");\n";

/// A gateway's configuration in a place, with its files.
fn configured(place: &Place, issuer: &str, ca: &str) -> PathBuf {
    place.write("client.secret", "no secret of anybody\n");
    place.write("cookie.key", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n");
    place.write("subscribers.toml", "");
    place.write("policy.cedar", POLICY);
    let at = |name: &str| place.path(name).display().to_string();
    let text = format!(
        r#"
origin = "https://orders.example.com"
subscribers_file = '{subscribers}'

[listen]
address = "127.0.0.1:0"
plain_http = "loopback"

[provider]
issuer = "{issuer}"
client_id = "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10"
client_secret = {{ file = '{secret}' }}
{ca}

[application]
client_id = "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10"
client_secret = {{ file = '{secret}' }}
speaks_for = "person"

[session]
cookie_keys = [{{ file = '{key}' }}]
endings_file = '{endings}'

[policy]
file = '{policy}'
tests = '{tests}'

[table.accounts]
navigations = {{ primarycontactid = "contacts" }}

[table.contacts]
"#,
        subscribers = at("subscribers.toml"),
        secret = at("client.secret"),
        key = at("cookie.key"),
        endings = at("endings"),
        policy = at("policy.cedar"),
        tests = at("decisions.toml"),
    );
    place.write("gateway.toml", &text)
}

fn run(words: &[&str], config: &std::path::Path) -> Process {
    let config = config.display().to_string();
    Process::start(words.iter().copied().chain(["--config", &config]))
}

fn ended(words: &[&str], config: &std::path::Path) -> Ending {
    run(words, config).end()
}

#[test]
fn a_policy_that_is_none_starts_nothing() {
    let place = Place::sqlite();
    let config = configured(&place, "https://id.example", "");
    place.write(
        "policy.cedar",
        "\npermit (principal, action == Action::\"reed\", resource);",
    );
    for words in [&["gateway"][..], &["gateway", "test"]] {
        let ending = ended(words, &config);
        assert_eq!(ending.code, Some(1), "{ending:?}");
        assert!(ending.stderr.contains("policy.cedar` line 2: "), "{ending:?}");
        assert_eq!(ending.stdout, "");
    }
}

#[test]
fn decisions_that_are_not_as_expected_are_told_with_their_policies() {
    let place = Place::sqlite();
    let config = configured(&place, "https://id.example", "");
    let case = |request: &str, expect: &str| {
        format!(
            "[[case]]\nname = \"{request}\"\nperson = {{ subject = \"ina\", tenant = \"contoso\", roles = [\"sales\"] }}\nrequest = \"{request}\"\nexpect = \"{expect}\"\n"
        )
    };
    let good = case("GET accounts", "allow") + &case("DELETE accounts", "deny");
    place.write(
        "decisions.toml",
        &(good.clone() + &case("GET accounts?$expand=primarycontactid", "allow")),
    );
    let ending = ended(&["gateway", "test"], &config);
    assert_eq!(ending.code, Some(1), "{ending:?}");
    assert_eq!(
        ending.stdout,
        "GET accounts?$expand=primarycontactid: it is denied\n    read accounts: allowed by `sales-reads`\n    read contacts: denied by no policy\n"
    );
    assert_eq!(ending.stderr, "commonhold: 1 of 3 decisions are not as expected\n");
    place.write("decisions.toml", &good);
    let ending = ended(&["gateway", "test"], &config);
    assert_eq!(
        (ending.code, ending.stdout.as_str()),
        (Some(0), "2 decisions are as expected.\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn commonhold_s_own_authority_is_a_provider() {
    let place = Place::sqlite();
    let (mut system, world) = place.running(&[]);
    let authority = world.get("COMMONHOLD_URL");
    let ca = format!("ca_file = '{}'", world.get("COMMONHOLD_CA"));
    let config = configured(&place, &format!("{authority}/organizations/v2.0"), &ca);
    let mut gateway = run(&["gateway"], &config);
    gateway.wait_for("The gateway serves https://orders.example.com on ");
    let line = gateway.printed.trim().trim_end_matches('.');
    let origin = format!("http://{}", line.rsplit_once(' ').unwrap().1);
    let browser = reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .build()
        .unwrap();
    let get = |path: &str| browser.get(format!("{origin}{path}")).send();

    let ready = get("/readyz").await.unwrap();
    assert_eq!(ready.status(), StatusCode::OK);
    let login = get("/login?return=/orders").await.unwrap();
    assert_eq!(login.status(), StatusCode::SEE_OTHER);
    let location = login.headers()[header::LOCATION].to_str().unwrap();
    assert!(
        location.starts_with(&format!("{authority}/organizations/oauth2/v2.0/authorize?")),
        "{location}"
    );
    let nobody = get("/api/data/v9.2/accounts").await.unwrap();
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
    system.stop();
    // What is published is known for an hour; nobody is kept from the sign-in page by a restart of the authority.
    assert_eq!(get("/readyz").await.unwrap().status(), StatusCode::OK);
    let ending = gateway.stop();
    assert!(!ending.stderr.contains("no secret of anybody"), "{ending:?}");
}
