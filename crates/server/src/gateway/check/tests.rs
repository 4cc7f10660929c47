//! Configurations that cannot be used, each told with its line, and one that can.

use tempfile::TempDir;

use super::*;

const GOOD: &str = r#"
origin = "https://orders.example.com"
operations = ["WhoAmI"]
subscribers_file = "{dir}/subscribers.toml"

[listen]
address = "127.0.0.1:0"
plain_http = "loopback"

[provider]
issuer = "https://login.microsoftonline.com/organizations/v2.0"
client_id = "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10"
client_secret = { file = "{dir}/secret" }

[application]
client_id = "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10"
client_secret = { file = "{dir}/secret" }
speaks_for = "person"

[session]
cookie_keys = [{ file = "{dir}/cookie.key" }]

[policy]
file = "{dir}/policy.cedar"
claims = ["department"]

[table.accounts]
navigations = { primarycontactid = "contacts" }

[table.contacts]
"#;

fn told(from: &str, to: &str) -> Option<String> {
    let folder = TempDir::new().unwrap();
    let dir = folder.path().display().to_string();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("secret", "hunter2-hunter2\n");
    write("cookie.key", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n");
    write(
        "subscribers.toml",
        "[[subscriber]]\ntenant = \"contoso\"\nenvironment = \"https://contoso.example\"\n",
    );
    write(
        "policy.cedar",
        "permit (principal, action == Action::\"read\", resource);\n",
    );
    write(
        "broken.cedar",
        "\npermit (principal, action == Action::\"reed\", resource);\n",
    );
    assert!(GOOD.contains(from), "{from}");
    write("gateway.toml", &GOOD.replace(from, to).replace("{dir}", &dir));
    let error = read(&folder.path().join("gateway.toml")).err()?;
    let told = format!("{error:#}").replace(&dir, "{dir}");
    assert!(!told.contains("hunter2"), "{told}");
    Some(told)
}

#[track_caller]
fn check(from: &str, to: &str, expected: &str) {
    let told = told(from, to).unwrap();
    assert!(told.contains(expected), "{told}");
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    check("issuer =", "isuer =", "line 11");
    check(
        "https://orders.example.com",
        "http://orders.example.com",
        "  line 2: `http://orders.example.com` is no origin; write `https://`",
    );
    check(
        "{dir}/secret\" }\n\n[app",
        "{dir}/none\" }\n\n[app",
        "  line 13: `{dir}/none`: No such file",
    );
    check(
        "cookie.key",
        "secret",
        "  line 21: it is no key; write 32 random bytes in base64",
    );
    check("policy.cedar", "broken.cedar", "`{dir}/broken.cedar` line 2: ");
    check(
        "[\"department\"]",
        "[\"a.b\"]",
        "  line 25: a claim's name is letters, digits and `_`",
    );
    check(
        "\"contacts\" }",
        "\"contact\" }",
        "`accounts.primarycontactid` leads to `contact`, which is no table here",
    );
    check("[\"WhoAmI\"]", "[\"$batch\"]", "`$batch` cannot be let through");
    check(
        "subscribers.toml",
        "secret",
        "  line 4: in `{dir}/secret`: line 1: key with no value",
    );
    check("speaks_for = \"person\"", "speaks_for = \"everybody\"", "line 18");
    check(
        "[provider]",
        "[provider]\ntenant = \"x\"\ntenant_claim = \"tid\"",
        "write one of the two",
    );
    let no_credential = "\nspeaks_for = \"person\"";
    check(
        "client_secret = { file = \"{dir}/secret\" }\nspeaks_for = \"person\"",
        no_credential,
        "  line 16: write one of `client_secret`, `certificate` and `federated_file`",
    );
    check(
        "[session]",
        "[session]\nidle_minutes = 0",
        "session.idle_minutes: 0 would refuse everything",
    );
}

#[test]
fn all_problems_are_told_at_once() {
    let told = told("https://orders.example.com", "orders\"\nx = \"").unwrap();
    assert!(told.contains("unknown field `x`"), "{told}");
}

#[test]
fn a_good_file_is_good() {
    assert_eq!(told("origin", "origin"), None);
}
