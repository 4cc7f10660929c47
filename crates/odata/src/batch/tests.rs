//! Batches as clients send them, refusals first; answers as they are printed.

use super::*;

const TYPE: &str = "multipart/mixed; boundary=b";

/// Parts of a batch with the boundary `b`, each with CRLF.
fn body(parts: &[&str]) -> String {
    let parts = parts
        .iter()
        .map(|part| format!("--b\n{part}\n"))
        .collect::<Vec<_>>()
        .concat();
    format!("{parts}--b--\n").replace('\n', "\r\n")
}

fn http(message: &str) -> String {
    format!("Content-Type: application/http\nContent-Transfer-Encoding: binary\n\n{message}")
}

fn set(messages: &[(&str, &str)]) -> String {
    let part =
        |(id, message): &(&str, &str)| format!("--c\nContent-Type: application/http\nContent-ID: {id}\n\n{message}\n");
    let parts = messages.iter().map(part).collect::<Vec<_>>().concat();
    format!("Content-Type: multipart/mixed; boundary=c\n\n{parts}--c--")
}

#[track_caller]
fn refuse(content_type: &str, body: &str, expected: &str) {
    let error = Batch::parse(content_type, body.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), expected, "{body}");
}

/// Content id, method, URL, headers and body of each request; `[` and `]` around a change set.
fn shown(content_type: &str, body: &[u8]) -> Vec<String> {
    let one = |request: &BatchRequest<'_>| {
        let headers = request.headers.iter().map(|(name, value)| format!(" {name}={value}"));
        let headers = headers.collect::<Vec<_>>().concat();
        let body = str::from_utf8(request.body).unwrap();
        let BatchRequest {
            content_id,
            method,
            url,
            ..
        } = request;
        format!("{} {method} <{url}>{headers} <{body}>", content_id.unwrap_or("-"))
    };
    let items = Batch::parse(content_type, body).unwrap().items;
    items
        .iter()
        .flat_map(|item| match item {
            BatchItem::Request(request) => vec![one(request)],
            BatchItem::ChangeSet(requests) => {
                let inner = requests.iter().map(one);
                std::iter::once("[".to_owned())
                    .chain(inner)
                    .chain(["]".to_owned()])
                    .collect()
            }
        })
        .collect()
}

#[test]
fn content_types_are_refused() {
    let good = body(&[&http("GET a HTTP/1.1\n")]);
    refuse(
        "application/json",
        &good,
        "a batch is sent as `multipart/mixed`, not as `application/json`",
    );
    refuse("", &good, "a batch is sent as `multipart/mixed`, not as ``");
    let long = format!("multipart/mixed; boundary={}", "x".repeat(71));
    for content_type in [
        "multipart/mixed",
        "multipart/mixed; boundary=",
        "multipart/mixed; boundary=\"\"",
        "multipart/mixed; boundary=a\u{e9}",
        "multipart/mixed; boundary=b; boundary=b",
        &long,
    ] {
        let expected = format!("the content type `{content_type}` has no boundary of 1 to 70 characters");
        refuse(content_type, &good, &expected);
    }
}

#[test]
fn what_is_cut_off_is_refused_whole() {
    let unclosed = "the delimiter `--b--` is missing at the end";
    refuse(TYPE, "", unclosed);
    refuse(TYPE, "--c\r\n--c--", unclosed);
    let whole = body(&[&http("GET a HTTP/1.1\n"), &http("DELETE b HTTP/1.1\n")]);
    refuse(TYPE, whole.strip_suffix("--b--\r\n").unwrap(), unclosed);
    refuse(TYPE, whole.strip_suffix("-\r\n").unwrap(), unclosed);
    let inner = set(&[("1", "DELETE b HTTP/1.1\n")]);
    let inner = body(&[inner.strip_suffix("--c--").unwrap()]);
    refuse(TYPE, &inner, "the delimiter `--c--` is missing at the end");
}

#[test]
fn parts_are_refused() {
    let nothing = "nothing stands between the delimiters `--b` and `--b--`";
    refuse(TYPE, "--b--", nothing);
    let part_type =
        |sent: &str| format!("a part is `application/http`, or a change set outside of any other, not `{sent}`");
    refuse(TYPE, &body(&[""]), &part_type(""));
    refuse(
        TYPE,
        &body(&["Content-Type: text/plain\n\nx"]),
        &part_type("text/plain"),
    );
    let nested =
        "Content-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: multipart/mixed; boundary=d\n\n--d--\n--c--";
    refuse(TYPE, &body(&[nested]), &part_type("multipart/mixed; boundary=d"));
    let same = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--b--";
    refuse(TYPE, &body(&[same]), "the delimiter `--b--` is missing at the end");
    let encoded = "Content-Type: application/http\nContent-Transfer-Encoding: base64\n\nR0VU";
    let expected = "the transfer encoding `base64` of a part is not supported: send it as `binary`";
    refuse(TYPE, &body(&[encoded]), expected);
    let twice = "Content-Type: application/http\ncontent-type: application/http\n\nGET a HTTP/1.1";
    refuse(
        TYPE,
        &body(&[twice]),
        "the header `content-type` stands more than once in a part",
    );
    let folded = "Content-Type: application/http;\n msgtype=request\n\nGET a HTTP/1.1";
    refuse(
        TYPE,
        &body(&[folded]),
        "the line ` msgtype=request` of a part is not `name: value`",
    );
}

#[test]
fn messages_are_refused() {
    let cases = [
        "GET",
        "GET a",
        "GET  HTTP/1.1",
        "G3T a HTTP/1.1",
        "GET a HTTP/",
        "GET a\tb HTTP/1.1",
        "{}",
    ];
    for message in cases {
        let shown: String = message.chars().filter(|character| !character.is_control()).collect();
        let expected = format!("`{shown}` is not the first line of a request: `<method> <url> HTTP/1.1`");
        refuse(TYPE, &body(&[&http(message)]), &expected);
    }
    let header = http("GET a HTTP/1.1\nAccept\n");
    refuse(
        TYPE,
        &body(&[&header]),
        "the line `Accept` of a part is not `name: value`",
    );
    let control = http("GET a HTTP/1.1\nAccept: a\rb\n");
    refuse(
        TYPE,
        &body(&[&control]),
        "the line `Accept: ab` of a part is not `name: value`",
    );
    let many = http(&format!("GET a HTTP/1.1\n{}", "A: b\n".repeat(101)));
    let expected = "the headers of a part are more than 100 lines or 65536 bytes";
    refuse(TYPE, &body(&[&many]), expected);
    let long = http(&format!("GET a HTTP/1.1\nA: {}\n", "b".repeat(65_536)));
    refuse(TYPE, &body(&[&long]), expected);
}

#[test]
fn content_ids_are_refused() {
    let request = "DELETE a HTTP/1.1\n";
    let long = "x".repeat(129);
    for id in ["", "a b", "$1", "<1>", "a/b", "\u{e9}", &long] {
        let expected = format!("the content id `{id}` is not made of 1 to 128 letters, digits, `-`, `.`, `_` or `~`");
        refuse(TYPE, &body(&[&set(&[(id, request)])]), &expected);
    }
    let twice = set(&[("1", request), ("2", request), ("1", request)]);
    refuse(
        TYPE,
        &body(&[&twice]),
        "the content id `1` stands more than once in a change set",
    );
}

#[test]
fn a_thousand_requests_are_the_most() {
    let one = http("GET a HTTP/1.1\n");
    let set = |count: usize| {
        let ids: Vec<String> = (0..count).map(|id| id.to_string()).collect();
        set(&ids
            .iter()
            .map(|id| (id.as_str(), "DELETE a HTTP/1.1\n"))
            .collect::<Vec<_>>())
    };
    let too_many = "a batch takes 1000 requests at most";
    refuse(TYPE, &body(&vec![one.as_str(); 1001]), too_many);
    refuse(TYPE, &body(&[&set(1001)]), too_many);
    refuse(TYPE, &body(&[&set(600), &set(400), &one]), too_many);
    for whole in [body(&vec![one.as_str(); 1000]), body(&[&set(600), &set(399), &one])] {
        let batch = Batch::parse(TYPE, whole.as_bytes()).unwrap();
        assert_eq!(
            batch.items.iter().map(|item| item.requests().len()).sum::<usize>(),
            1000
        );
    }
}

#[test]
fn requests_are_read_in_their_order() {
    let text = body(&[
        &http("GET https://o.example.test/api/data/v9.2/accounts?$select=name HTTP/1.1\nAccept: application/json\n"),
        &set(&[
            (
                "1",
                "POST accounts HTTP/1.1\nContent-Type: application/json; type=entry\n\n{\"name\":\"A\"}",
            ),
            (
                "b-2",
                "PUT $1/name HTTP/1.1\nContent-Type: application/json\n\n{\"value\":\"B\"}\n",
            ),
        ]),
        &http("DELETE /api/data/v9.2/accounts(1) HTTP/1.1\n\n"),
    ]);
    let expected = [
        "- GET <https://o.example.test/api/data/v9.2/accounts?$select=name> Accept=application/json <>",
        "[",
        "1 POST <accounts> Content-Type=application/json; type=entry <{\"name\":\"A\"}>",
        "b-2 PUT <$1/name> Content-Type=application/json <{\"value\":\"B\"}\r\n>",
        "]",
        "- DELETE </api/data/v9.2/accounts(1)> <>",
    ];
    assert_eq!(shown(TYPE, text.as_bytes()), expected);
    let bare = text.replace("\r\n", "\n");
    let expected = expected.map(|line| line.replace("\r\n", "\n"));
    assert_eq!(shown(TYPE, bare.as_bytes()), expected);
}

#[test]
fn sloppy_clients_are_understood() {
    // DynamicsWebApi: begins with an empty line, and the headers run into the delimiter; spaces in the URL.
    let text = "\r\n--dwa\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n\
                GET a?$filter=name eq 'x y' HTTP/1.1\r\nAccept: application/json\r\n\r\n--dwa--";
    let content_type = "multipart/mixed;boundary=dwa";
    assert_eq!(
        shown(content_type, text.as_bytes()),
        ["- GET <a?$filter=name eq 'x y'> Accept=application/json <>"]
    );
    // PowerPlatform-DataverseClient-Python: a line end behind the request line, and one before the delimiter.
    let text =
        "--batch_1\r\nContent-Type: application/http\r\nContent-ID: 7\r\n\r\nDELETE a HTTP/1.1\r\n\r\n--batch_1--\r\n";
    assert_eq!(
        shown("multipart/mixed; boundary=\"batch_1\"", text.as_bytes()),
        ["7 DELETE <a> <>"]
    );
    // Blanks behind delimiters, a preamble, an epilogue, parameters, other cases of names.
    let text = "nothing\n--b \t\ncontent-TYPE:  Application/HTTP; msgtype=request \n\n\nPATCH a HTTP/1.1  \nX:\n\n {} \n--b--  \n--b\n";
    assert_eq!(
        shown("Multipart/Mixed; charset=utf-8; Boundary=b", text.as_bytes()),
        ["- PATCH <a> X= < {} >"]
    );
    // A longer boundary that begins like this one delimits nothing here.
    let text = body(&[&http("POST a HTTP/1.1\n\n--bb\n --b\n--b-")]);
    assert_eq!(shown(TYPE, text.as_bytes()), ["- POST <a> <--bb\r\n --b\r\n--b->"]);
}

#[test]
fn answers_are_printed_as_dataverse_prints_them() {
    let done = BatchAnswer {
        content_id: Some("1"),
        status: 204,
        reason: "No Content",
        headers: &[("OData-Version", "4.0")],
        body: b"",
    };
    let mut writer = BatchWriter::new("batchresponse_1".to_owned());
    assert!(writer.is_empty());
    writer.change_set(
        "changesetresponse_2",
        &[
            done,
            BatchAnswer {
                content_id: None,
                ..done
            },
        ],
    );
    writer.answer(&BatchAnswer {
        content_id: None,
        status: 200,
        reason: "OK",
        headers: &[("Content-Type", "application/json")],
        body: b"{\"value\":[]}",
    });
    let length = writer.len();
    let (content_type, printed) = writer.finish();
    assert_eq!(content_type, "multipart/mixed; boundary=batchresponse_1");
    assert_eq!(printed.len(), length + "--batchresponse_1--\r\n".len());
    insta::assert_snapshot!(
        "answers",
        String::from_utf8(printed.to_vec()).unwrap().replace('\r', "")
    );
}
