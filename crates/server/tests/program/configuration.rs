//! `commonhold check`, and the example of docs/configuration.md, which is a file that passes it.

use std::{fs, path::Path};

use crate::{
    place::{Place, on_both},
    process::{Ending, Process},
};

const DOCUMENT: &str = include_str!("../../../../docs/configuration.md");
/// The shape of the file, from which every key is read.
const SHAPE: &str = include_str!("../../src/config/file.rs");

fn check(file: &Path) -> Ending {
    Process::start(["check".as_ref(), "--config".as_ref(), file.as_os_str()]).end()
}

/// The example, with the folders of a test in place of a server's.
fn example(place: &Place) -> String {
    let (_before, text) = DOCUMENT.split_once("```toml\n").unwrap();
    let (text, _after) = text.split_once("```\n").unwrap();
    let here = place.path("");
    let here = here.to_str().unwrap().trim_end_matches('/');
    text.replace("/etc/commonhold", here)
        .replace("/var/lib/commonhold", here)
}

/// A certificate as `up` makes it.
fn certify(place: &Place) {
    place.running(&[]).0.stop();
    for name in ["server.pem", "server.key"] {
        fs::copy(place.data_dir().join(name), place.path(name)).unwrap();
    }
}

#[test]
fn the_documents_example_is_good() {
    let place = Place::sqlite();
    certify(&place);
    let file = place.write("commonhold.toml", &example(&place));
    let ending = check(&file);
    assert_eq!(
        (ending.code, ending.stdout, ending.stderr.as_str()),
        (
            Some(0),
            format!(
                "`{}` is good. The database was reached: it is empty; the first start makes the directory.\n",
                file.display()
            ),
            ""
        )
    );
    assert!(
        !place.path("databases").exists() && !place.path("key-encryption.key").exists(),
        "nothing is made"
    );
}

#[test]
fn the_document_names_every_key() {
    let fields: Vec<_> = SHAPE
        .lines()
        .filter_map(|line| line.strip_prefix("    pub(crate) ")?.split_once(": "))
        .map(|(name, _type)| name)
        .filter(|name| !name.contains(' '))
        .collect();
    assert!(fields.len() > 20, "{fields:?}");
    for field in fields {
        let named = [format!("`{field}`"), format!("`[{field}]`"), format!("`[[{field}]]`")];
        assert!(named.iter().any(|it| DOCUMENT.contains(it)), "`{field}`");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_all_at_once() {
    on_both(async |place| {
        let broken = format!(
            r#"
[listen]
address = "0.0.0.0:8443"
plain_http = "loopback"

[authority]
origin = "login.example.com"
key_encryption_key = {{ file = "key" }}

[database]
{}

[[tenant]]
id = "contoso"
name = "Contoso"
domains = ["contoso.example"]
"#,
            place.database()
        );
        let file = place.write("commonhold.toml", &broken);
        let ending = check(&file);
        assert_eq!((ending.code, ending.stdout.as_str()), (Some(1), ""));
        let expected = [
            &format!("commonhold: `{}` cannot be used:", file.display()),
            "  listen.address: other machines reach it, and `plain_http` is `loopback`; write a loopback address, \
             or give a certificate",
            "  authority.origin: `login.example.com` is no origin; write `https://` and a host name, without a path",
            "  tenant.id: `contoso` is no GUID; write one, for good",
        ];
        assert_eq!(ending.stderr.lines().collect::<Vec<_>>(), expected);
    })
    .await;
}

#[test]
fn a_file_that_cannot_be_read() {
    let place = Place::sqlite();
    let cases = [
        ("", "missing field `listen`"),
        ("[listen]\naddres = \"127.0.0.1:1\"", "unknown field `addres`"),
        ("[listen", "TOML parse error at line 1"),
    ];
    for (text, told) in cases {
        let ending = check(&place.write("commonhold.toml", text));
        assert_eq!((ending.code, ending.stdout.as_str()), (Some(1), ""));
        assert!(ending.stderr.contains(told), "{}", ending.stderr);
    }
    let ending = check(&place.path("none.toml"));
    assert!(ending.stderr.starts_with("commonhold: reading `"), "{}", ending.stderr);
    assert_eq!(ending.code, Some(1));
}

#[test]
fn files_that_do_not_go_together() {
    let place = Place::sqlite();
    certify(&place);
    fs::copy(place.data_dir().join("ca.key"), place.path("server.key")).unwrap();
    let ending = check(&place.write("commonhold.toml", &example(&place)));
    assert!(
        ending
            .stderr
            .contains("the certificate and the private key do not go together"),
        "{}",
        ending.stderr
    );

    fs::copy(place.data_dir().join("server.key"), place.path("server.key")).unwrap();
    place.write("key-encryption.key", "short");
    let ending = check(&place.path("commonhold.toml"));
    assert!(ending.stderr.contains("using the key in `"), "{}", ending.stderr);
    assert_eq!(ending.code, Some(1));
}
