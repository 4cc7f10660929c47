//! What the program refuses, in words that say what to do instead, and what it never tells.

use std::{fs, net::TcpListener};

use crate::{
    place::{Place, on_both, on_postgres},
    process::{Ending, Process},
};

#[track_caller]
fn refused(process: &mut Process, code: i32, text: &str) -> Ending {
    let ending = process.end();
    assert_eq!(ending.code, Some(code), "{ending:?}");
    assert!(ending.stderr.contains(text), "`{text}` is not in: {}", ending.stderr);
    assert_eq!(ending.stdout, "");
    ending
}

#[test]
fn a_folder_with_somebody_elses_files_is_left_as_it_is() {
    let place = Place::sqlite();
    fs::create_dir(place.data_dir()).unwrap();
    let theirs = place.write("data/thesis.txt", "thirty years of work");
    for options in [&[][..], &["--reset"]] {
        refused(
            &mut place.up(options),
            1,
            "holds files that are not Commonhold's; choose an empty folder with --data-dir",
        );
        assert_eq!(fs::read_dir(place.data_dir()).unwrap().count(), 1);
        assert_eq!(fs::read_to_string(&theirs).unwrap(), "thirty years of work");
    }
}

#[test]
fn a_port_in_use() {
    let place = Place::sqlite();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let text = format!("listening on {address}; choose another address with --listen");
    refused(&mut place.up(&["--listen", &address]), 1, &text);
}

#[test]
fn plain_http_that_other_machines_reach() {
    let place = Place::sqlite();
    let text =
        "`0.0.0.0:0` can be reached from other machines, and --tls off would send tokens and secrets in the clear";
    refused(&mut place.up(&["--tls", "off", "--listen", "0.0.0.0:0"]), 1, text);
    assert!(!place.data_dir().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_that_other_machines_reach_when_it_is_asked_for() {
    let place = Place::sqlite();
    let (mut process, world) = place.running(&["--tls", "off", "--plain-http-anywhere", "--listen", "0.0.0.0:0"]);
    assert!(world.get("COMMONHOLD_URL").starts_with("http://localhost:"));
    let rows = world
        .contoso("READER")
        .list::<serde_json::Value>("accounts", "$top=1")
        .await
        .unwrap()
        .rows;
    assert_eq!(rows.len(), 1);
    process.stop();
}

#[test]
fn words_that_are_no_options() {
    for (arguments, text) in [
        (&["up", "--fast"][..], "unexpected argument '--fast'"),
        (&["up", "--tls", "maybe"], "invalid value 'maybe' for '--tls <TLS>'"),
        (
            &["up", "--listen", "8443"],
            "invalid value '8443' for '--listen <ADDRESS>'",
        ),
        (&["serve"], "--config <FILE>"),
        (&["start"], "unrecognized subcommand 'start'"),
    ] {
        refused(&mut Process::start(arguments), 2, text);
    }
    refused(
        &mut Process::start(["--log", "data=loud", "check", "--config", "none"]),
        1,
        "--log",
    );
}

/// One start covers several refusals: a world takes its time to be made.
#[tokio::test(flavor = "multi_thread")]
async fn a_world_belongs_to_one_process_and_no_secret_is_told() {
    on_both(async |place| {
        let (mut first, world) = place.running(&["--log", "debug"]);
        let told = refused(
            &mut place.up(&["--log", "debug"]),
            1,
            "another process of Commonhold uses the data folder",
        );
        // What the one that runs serves is not touched by a reset beside it.
        refused(
            &mut place.up(&["--reset"]),
            1,
            "another process of Commonhold uses the data folder",
        );
        let http = world.http();
        let wrong = world.token_answer(&http, "READER", "wrong-but-secret").await;
        assert_eq!(wrong["error_codes"], serde_json::json!([7_000_215]));
        let reader = world.contoso("READER");
        assert_eq!(
            reader
                .list::<serde_json::Value>("accounts", "$top=1")
                .await
                .unwrap()
                .rows
                .len(),
            1
        );
        let token = world
            .token_answer(&http, "READER", world.get("READER_CLIENT_SECRET"))
            .await;
        let ending = first.stop();
        let mut secrets = world.secrets();
        secrets.extend(["wrong-but-secret", token["access_token"].as_str().unwrap()]);
        for secret in secrets {
            for text in [&ending.stdout, &ending.stderr, &told.stderr, &wrong.to_string()] {
                assert!(!text.contains(secret), "{text}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_world_and_the_folder_with_its_keys_go_together() {
    on_postgres(async |place| {
        let (mut first, made) = place.running(&[]);
        first.stop();
        let mut other = place.up_in("other", &[]);
        refused(&mut other, 1, "the database holds a world already");
        // Nor does the folder take a place without its rows for its world.
        let mut elsewhere = Process::start([
            "up".as_ref(),
            "--data-dir".as_ref(),
            place.data_dir().as_os_str(),
            "--listen".as_ref(),
            "127.0.0.1:0".as_ref(),
        ]);
        refused(&mut elsewhere, 1, "the database holds no world");
        let (mut again, found) = place.running(&[]);
        again.stop();
        assert_eq!(found.lasting(), made.lasting());
    })
    .await;
}

#[test]
fn a_database_that_does_not_answer_is_told_without_its_password() {
    let place = Place::sqlite();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("postgres://somebody:pass-word-of-theirs@{nobody}/nothing");
    let ending = refused(
        &mut place.up(&["--log", "debug", "--database", &url]),
        1,
        "reaching the database",
    );
    assert!(!ending.stderr.contains("pass-word-of-theirs"), "{}", ending.stderr);
    let ending = refused(
        &mut place.up(&["--database", "postgres://a:pass-word-of-theirs@b:c"]),
        1,
        "reading the URL",
    );
    assert!(!ending.stderr.contains("pass-word-of-theirs"), "{}", ending.stderr);
}
