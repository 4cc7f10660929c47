//! Bad input of every kind: the wire's own 4xx with a message that names the culprit, never a 500, and nothing written.

use http::Method;
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::json;

use super::NOBODY;
use crate::world::{Call, World, on_each_engine};

const PAYLOAD: &str = "Error identified in Payload provided by the user for Entity :'accounts', For more information on this error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : ";

#[tokio::test]
async fn bodies() {
    on_each_engine(async |world| {
        for (body, expected) in [
            ("{", format!("400 0x80048d19 {PAYLOAD}Invalid JSON.")),
            ("[1]", format!("400 0x80048d19 {PAYLOAD}Invalid JSON. An object was expected, but `an array` was found.")),
            ("null", format!("400 0x80048d19 {PAYLOAD}")),
            (r#"{"name":"A","name":"B"}"#, format!("400 0x80048d19 {PAYLOAD}Multiple properties with the name `name` were detected in a JSON object.")),
            (r#"{"nam":"A"}"#, format!("400 0x80048d19 {PAYLOAD}")),
            (r#"{"name":5}"#, format!("400 0x80048d19 {PAYLOAD}")),
            (r#"{"name":{}}"#, format!("400 0x80048d19 {PAYLOAD}")),
            (r#"{"revenue":"much"}"#, format!("400 0x80048d19 {PAYLOAD}")),
            (r#"{"revenue":1e99}"#, format!("400 0x80048d19 {PAYLOAD}")),
            (r#"{"numberofemployees":1.5}"#, format!("400 0x80048d19 {PAYLOAD}")),
            (r#"{"numberofemployees":-1}"#, format!("400 0x80048d19 {PAYLOAD}")),
            (r#"{"creditonhold":"yes"}"#, format!("400 0x80048d19 {PAYLOAD}")),
            (r#"{"accountid":"not-a-guid"}"#, format!("400 0x80048d19 {PAYLOAD}")),
            (r#"{"lastonholdtime":"yesterday"}"#, format!("400 0x80048d19 {PAYLOAD}")),
            (r#"{"accountcategorycode":77}"#, "400 0x8004431a A validation error occurred. The value 77 of 'accountcategorycode' is outside the valid range.".to_owned()),
            (r#"{"tickersymbol":"ABCDEFGHIJK"}"#, "400 0x80044331 A validation error occurred.  The length of the 'tickersymbol' attribute of the 'account' entity exceeded the maximum allowed length of '10'.".to_owned()),
            (r#"{"name":"a\u0000b"}"#, format!("400 0x80048d19 {PAYLOAD}")),
            (r#"{"primarycontactid@odata.bind":"/contacts(1)"}"#, "400 ".to_owned()),
            (r#"{"primarycontactid@odata.bind":"/nothing(5a1e0c11-0001-4e0a-9b1c-10aa000000ff)"}"#, "4".to_owned()),
            (r#"{"nothing@odata.bind":"/contacts(5a1e0c11-0001-4e0a-9b1c-10aa000000ff)"}"#, format!("400 0x80048d19 {PAYLOAD}")),
        ] {
            let found = world.refusal(Call::new(Method::POST, "accounts").body(body.as_bytes())).await;
            assert!(found.starts_with(&expected), "{body}\n{found}");
        }
        assert!(world.got("accounts").await["value"].as_array().unwrap().is_empty(), "nothing was written");
    })
    .await;
}

#[tokio::test]
async fn an_update_with_one_bad_member_changes_nothing() {
    on_each_engine(async |world| {
        let id = world.account("A").await;
        let path = format!("accounts({id})");
        for body in [
            json!({ "name": "B", "revenue": "x" }),
            json!({ "name": "B", "primarycontactid@odata.bind": format!("/contacts({NOBODY})") }),
        ] {
            let reply = world.admin(Call::patch(&path, body)).await;
            assert!(reply.status.is_client_error());
        }
        assert_eq!(world.column("accounts?$select=name", "name").await, ["A"]);
    })
    .await;
}

#[tokio::test]
async fn sizes_and_types() {
    on_each_engine(async |world| {
        let long = format!(r#"{{"description":"{}"}}"#, "x".repeat(1 << 20));
        let message = "413 0x8004418a The length of the request is too large: 1048576 bytes are taken at most.";
        assert_eq!(
            world
                .refusal(Call::new(Method::POST, "accounts").body(long.as_bytes()))
                .await,
            message
        );
        let message = "415 0x80060888 The content type 'text/xml' is not supported: send 'application/json'.";
        assert_eq!(
            world
                .refusal(Call::new(Method::POST, "accounts").typed_body("text/xml", b"<a/>"))
                .await,
            message
        );
        let path = format!("accounts?$filter=name eq '{}'", "x".repeat(33_000));
        assert!(
            world
                .refusal(Call::get(&path))
                .await
                .starts_with("414 0x80060888 The URL is ")
        );
        let deep = format!("accounts?$filter={}name eq 'x'{}", "(".repeat(5_000), ")".repeat(5_000));
        assert!(world.refusal(Call::get(&deep)).await.starts_with("400 0x80060888 "));
    })
    .await;
}

#[tokio::test]
async fn addresses() {
    on_each_engine(async |world| {
        for (path, status) in [
            ("accounts(1)", "400"),
            ("accounts('x')", "400"),
            ("accounts(5a1e0c11-0001-4e0a-9b1c-10aa000000f)", "400"),
            ("accounts(name='x')", "400 0x80041140"),
            ("accounts(", "400"),
            ("accounts//x", "400"),
            ("accounts(5a1e0c11-0001-4e0a-9b1c-10aa000000ff)/name/x", "404"),
            ("%ff%fe", "400"),
            ("accounts?$filter=%00", "400"),
            ("accounts?%24filter=name%20eq%20'%ff'", "400"),
        ] {
            let found = world.refusal(Call::get(path)).await;
            assert!(found.starts_with(status), "{path}: {found}");
        }
    })
    .await;
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,40}",
        "(accounts|contacts|tasks|WhoAmI|systemusers|roles)?[()/$=',;:@a-z0-9-]{0,40}",
        "accounts\\?\\$(filter|select|orderby|expand|top|count|skiptoken|apply)=[ -~]{0,40}",
        "accounts\\?\\$filter=(name|revenue|statecode|accountid|primarycontactid/fullname) (eq|gt|ne) ['a-z0-9.-]{0,20}",
    ]
}

fn body() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,60}",
        "\\{\"(name|revenue|accountid|statecode|ownerid@odata.bind|primarycontactid)\":[\"a-z0-9.\\[\\]{}-]{0,20}\\}",
    ]
}

/// A path as a client would send it: whatever may not stand in a URL is encoded.
fn encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/?=$()-',@&".contains(&byte);
    path.bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// Whatever is sent: no fault of ours comes back, and every refusal has the wire's shape.
#[tokio::test(flavor = "multi_thread")]
async fn random_requests_never_fail_here() {
    on_each_engine(async |world| tokio::task::block_in_place(|| random_requests(&world))).await;
}

fn random_requests(world: &World) {
    let runtime = tokio::runtime::Handle::current();
    let methods = prop::sample::select(vec![
        Method::GET,
        Method::POST,
        Method::PATCH,
        Method::PUT,
        Method::DELETE,
    ]);
    let run = |(method, path, body): (Method, String, String)| {
        let call = Call::new(method.clone(), &format!("/api/data/v9.2/{}", encoded(&path))).body(body.as_bytes());
        let reply = runtime.block_on(world.admin(call));
        let status = reply.status.as_u16();
        prop_assert!(
            status < 500 || status == 501,
            "{method} {path} {body}: {}",
            reply.error()
        );
        if status >= 400 {
            prop_assert!(reply.error().len() > 20, "{method} {path} {body}: {}", reply.error());
        }
        Ok(())
    };
    TestRunner::default().run(&(methods, text(), body()), run).unwrap();
}
