//! How the program stops: told by Ctrl-C or by its supervisor, it answers what it has begun to answer, and ends well.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

use crate::{place::Place, process::PATIENCE, world::World};

/// Well below the time after which requests are cut off.
const SOON: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn both_signals_end_it_though_connections_are_open() {
    let place = Place::sqlite();
    for signal in ["TERM", "INT"] {
        let (mut process, world) = place.running(&[]);
        // Kept open by its client, which waits with it for a next request.
        let reader = world.contoso("READER");
        reader.list::<Value>("accounts", "$top=1").await.unwrap();
        // Connected, and silent: no handshake has begun.
        let silent = connected(&world);
        process.signal(signal);
        let ending = process.end_within(SOON);
        assert_eq!((ending.code, ending.stderr.as_str()), (Some(0), ""), "{signal}");
        assert!(ending.stdout.ends_with("Stopped.\n"), "{}", ending.stdout);
        drop((reader, silent));
    }
}

#[test]
fn a_request_that_has_begun_is_answered() {
    let place = Place::sqlite();
    let (mut process, world) = place.running(&["--tls", "off"]);
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope={}/.default",
        world.get("READER_CLIENT_ID"),
        world.get("READER_CLIENT_SECRET"),
        world.get("CONTOSO_ENVIRONMENT"),
    );
    let mut stream = connected(&world);
    let mut answer = BufReader::new(stream.try_clone().unwrap());
    write!(
        stream,
        "POST /{}/oauth2/v2.0/token HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        world.get("CONTOSO_TENANT_ID"),
        host(&world),
        form.len()
    )
    .unwrap();
    let mut line = String::new();
    answer.read_line(&mut line).unwrap();
    assert_eq!(line, "HTTP/1.1 100 Continue\r\n", "the request is being read");

    process.signal("TERM");
    // It has understood when it takes no more connections.
    while TcpStream::connect(host(&world)).is_ok() {
        assert!(
            !process.ends_within(Duration::from_millis(10)),
            "ended with a request unanswered"
        );
    }
    stream.write_all(form.as_bytes()).unwrap();
    let mut rest = String::new();
    answer.read_to_string(&mut rest).unwrap();
    assert!(
        rest.contains("HTTP/1.1 200 OK\r\n") && rest.contains("\"access_token\":"),
        "{rest}"
    );
    let ending = process.end_within(SOON);
    assert_eq!((ending.code, ending.stderr.as_str()), (Some(0), ""));
}

/// A connection to the authority.
fn connected(world: &World) -> TcpStream {
    let stream = TcpStream::connect(host(world)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn host(world: &World) -> &str {
    world.get("COMMONHOLD_URL").split_once("://").unwrap().1
}
