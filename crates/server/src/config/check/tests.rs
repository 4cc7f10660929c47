//! Each problem of a configuration, with the words that a person reads.

use std::path::Path;

use crate::config::file;

const GOOD: &str = r#"
[listen]
address = "127.0.0.1:8443"
plain_http = "loopback"

[authority]
origin = "https://login.example.com"
key_encryption_key = { file = "/var/lib/commonhold/key-encryption.key" }

[database]
sqlite_folder = "/var/lib/commonhold"

[[tenant]]
id = "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b"
name = "Contoso"
domains = ["contoso.example"]

[[environment]]
name = "contoso"
tenant = "contoso.example"
urls = ["https://contoso.data.example.com"]
administrator = "Deployment"
credentials_file = "contoso.env"
"#;

/// Where the good file has its key.
const KEY: &str = "key_encryption_key = { file = \"/var/lib/commonhold/key-encryption.key\" }";

/// Replaces one line of the good file and gives what is then told, or nothing.
fn check(line: &str, instead: &str) -> String {
    assert!(GOOD.contains(line), "{line}");
    let told = file::parse(&GOOD.replace(line, instead))
        .and_then(|file| super::settings(file, Path::new("commonhold.toml")))
        .err();
    told.map(|error| format!("{error:#}")).unwrap_or_default()
}

#[test]
fn a_good_file_starts() {
    assert_eq!(check("[listen]", "[listen]"), "");
}

/// A line of the good file, what stands there instead, and a part of what is told.
const PROBLEMS: &[(&str, &str, &str)] = &[
    (
        "origin = \"https://login.example.com\"",
        "origin = \"https://login.example.com\"\noperator_key_file = \"no-such-file\"",
        "authority.operator_key_file: reading the operator's key `no-such-file`",
    ),
    (
        "origin = \"https://login.example.com\"",
        "origin = \"login.example.com\"",
        "authority.origin: `login.example.com` is no origin",
    ),
    (
        "origin = \"https://login.example.com\"",
        "origin = \"https://login.example.com/idp\"",
        "without a path",
    ),
    (
        KEY,
        "key_encryption_key = { environment = \"NO_SUCH_VARIABLE\" }",
        "authority.key_encryption_key: the environment variable `NO_SUCH_VARIABLE` is not set",
    ),
    (
        KEY,
        "key_encryption_key = { command = [] }",
        "authority.key_encryption_key: the command is empty; write a program",
    ),
    (KEY, "key_encryption_key = { vault = \"a\" }", "unknown variant `vault`"),
    (
        KEY,
        "key_encryption_key = { file = \"a\", environment = \"b\" }",
        "line 8",
    ),
    (KEY, "", "missing field `key_encryption_key`"),
    (
        "[database]",
        "sign_in_retention_days = 0\n[database]",
        "0 would keep no sign-in",
    ),
    ("plain_http = \"loopback\"", "", "there is no certificate"),
    (
        "plain_http = \"loopback\"",
        "plain_http = \"loopback\"\ntrusted_proxies = [\"0.0.0.0/0\"]",
        "listen.trusted_proxies: `0.0.0.0/0` is everybody",
    ),
    (
        "plain_http = \"loopback\"",
        "plain_http = \"loopback\"\nforwarded_header = \"x-real-ip\"",
        "unknown variant `x-real-ip`",
    ),
    (
        "plain_http = \"loopback\"",
        "certificate = \"a.pem\"",
        "go together; write both",
    ),
    (
        "plain_http = \"loopback\"",
        "certificate = \"none.pem\"\nprivate_key = \"none.key\"",
        "`none.pem` cannot be read",
    ),
    (
        "address = \"127.0.0.1:8443\"",
        "address = \"0.0.0.0:8443\"",
        "write a loopback address",
    ),
    (
        "sqlite_folder = \"/var/lib/commonhold\"",
        "",
        "write one of `sqlite_folder`",
    ),
    (
        "sqlite_folder = \"/var/lib/commonhold\"",
        "postgres_url_file = \"none\"",
        "`none` cannot be read",
    ),
    (
        "id = \"5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b\"",
        "id = \"contoso\"",
        "`contoso` is no GUID",
    ),
    (
        "domains = [\"contoso.example\"]",
        "domains = [\"a.example\", \"a.example\"]",
        "`a.example` stands there twice",
    ),
    (
        "tenant = \"contoso.example\"",
        "tenant = \"other.example\"",
        "`other.example` is no tenant of this file",
    ),
    ("name = \"contoso\"", "name = \"Contoso!\"", "`Contoso!` is no name"),
    (
        "urls = [\"https://contoso.data.example.com\"]",
        "urls = []",
        "write at least one",
    ),
    (
        "urls = [\"https://contoso.data.example.com\"]",
        "urls = [\"https://login.example.com\"]",
        "stands there twice",
    ),
    (
        "[database]",
        "[limits]\nrequests = 0\n[database]",
        "0 would refuse every request",
    ),
    (
        "[database]",
        "[limits]\nrequest = 9\n[database]",
        "unknown field `request`",
    ),
    (
        "address = \"127.0.0.1:8443\"",
        "address = \"8443\"",
        "invalid socket address",
    ),
];

#[test]
fn every_problem_is_told_with_its_remedy() {
    for (line, instead, expected) in PROBLEMS {
        let told = check(line, instead);
        assert!(told.contains(expected), "{instead}: {told}");
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let told = check("plain_http = \"loopback\"", "").lines().count()
        + check("name = \"contoso\"", "name = \"C\"").lines().count();
    assert_eq!(told, 4);
    let both = GOOD
        .replace("plain_http = \"loopback\"", "")
        .replace("name = \"contoso\"", "name = \"C\"");
    let told = file::parse(&both)
        .and_then(|file| super::settings(file, Path::new("commonhold.toml")))
        .unwrap_err();
    assert_eq!(told.to_string().lines().count(), 3);
}
