//! Federated credentials: tokens of a foreign issuer in place of a credential. What matches none, what an issuer may not do,
//! then that it is asked for its keys seldom and by one request at a time.

use authority::manage::federated_credential::{self, MOST_FEDERATED_CREDENTIALS, NewFederatedCredential, Trust};
use authority::manage::{self, ManageError};
use authority::registration::{AssertionUse, ProtocolRules, Registration};
use authority::{AppId, Authority, Origin, TokenLifetime};
use oauth::{Algorithm, TokenVersion};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::issuer::{Issuer, Mood};
use crate::signer::{EC, OTHER_EC, RSA, changed};
use crate::wire::Answer;
use crate::world::{self, START, World};

const AUDIENCE: &str = "api://AzureADTokenExchange";
const SUBJECT: &str = "repo:contoso/orders:environment:production";
const LOCAL_ORIGIN: &str = "https://localhost:8443";

/// Runs a test in a world whose authority is on this machine, so that it asks issuers here without TLS.
async fn on_both(test: impl AsyncFn(World, Issuer)) {
    world::on_both(async |world: World| {
        let mut options = world::options(&world.clock, TokenLifetime::default(), 7);
        options.origin = Origin::parse(LOCAL_ORIGIN).unwrap();
        let authority = Authority::open(world.database.clone(), options).await.unwrap();
        let issuer = Issuer::start(vec![RSA.key.public_jwk(None)]).await;
        test(World { authority, ..world }, issuer).await;
    })
    .await;
}

fn trust(issuer: &str) -> Trust {
    Trust {
        issuer: issuer.to_owned(),
        subject: SUBJECT.to_owned(),
        audience: AUDIENCE.to_owned(),
        description: None,
    }
}

/// What the issuer says of a job.
fn claims(issuer: &Issuer) -> Value {
    json!({
        "iss": issuer.url, "sub": SUBJECT, "aud": AUDIENCE, "jti": "c0ffee",
        "iat": START.seconds(), "nbf": START.seconds(), "exp": START.seconds() + 600,
    })
}

impl World {
    /// Adds a federated credential to the reader.
    async fn federate(&self, name: &str, trust: Trust) -> Result<Uuid, ManageError> {
        self.federate_as(self.reader.app_id, name, trust).await
    }

    async fn federate_as(&self, app_id: AppId, name: &str, trust: Trust) -> Result<Uuid, ManageError> {
        let name = name.to_owned();
        let new = NewFederatedCredential { app_id, name, trust };
        federated_credential::add(&self.authority, &self.operator, new).await
    }
}

impl Answer {
    /// As `refused`, for an authority at another origin.
    #[track_caller]
    fn refused_here(&self, status: u16, number: u32, names: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.json);
        assert_eq!(self.json["error_codes"], json!([number]), "{}", self.json);
        let error = if status == 401 {
            "invalid_client"
        } else {
            "invalid_request"
        };
        assert_eq!(self.json["error"], error, "{}", self.json);
        assert!(
            self.json["error_description"].as_str().unwrap().contains(names),
            "{}",
            self.json
        );
    }
}

#[tokio::test]
async fn assertions_that_match_no_credential() {
    on_both(async |world: World, issuer: Issuer| {
        let claims = claims(&issuer);
        let refused = async |name: &str, value: &str, number: u32| {
            let assertion = RSA.token(&changed(&claims, name, json!(value)));
            let answer = world.assert(&assertion).await;
            answer.refused_here(401, number, "No matching federated identity record found");
            answer.refused_here(401, number, value);
        };
        refused("iss", &issuer.url, 70_021).await;
        world.federate("production", trust(&issuer.url)).await.unwrap();
        let vendors = Trust {
            subject: "repo:contoso/vendor".to_owned(),
            ..trust(&issuer.url)
        };
        world.federate_as(world.vendor.app_id, "vendor", vendors).await.unwrap();
        refused("iss", &format!("{}/", issuer.url), 700_211).await;
        refused("iss", &issuer.url.to_uppercase(), 700_211).await;
        refused("iss", "https://ci.example.test", 700_211).await;
        refused("sub", &SUBJECT.to_uppercase(), 700_213).await;
        refused("sub", "repo:contoso/vendor", 700_213).await;
        refused("sub", "", 700_213).await;
        refused("aud", &AUDIENCE.to_lowercase(), 700_212).await;
        refused("aud", &format!("{AUDIENCE}/"), 700_212).await;
        for missing in ["sub", "aud"] {
            let assertion = RSA.token(&changed(&claims, missing, Value::Null));
            world.assert(&assertion).await.refused_here(400, 50_027, missing);
        }
        assert_eq!(issuer.asked(), 0, "asked for an assertion that no credential names");
    })
    .await;
}

#[tokio::test]
async fn tokens_of_this_authority_are_no_assertions() {
    on_both(async |world: World, _: Issuer| {
        let answer = world.reader_token().await;
        let own = answer.token();
        world
            .assert(own)
            .await
            .refused_here(401, 700_222, &format!("{LOCAL_ORIGIN}/{}/", world.contoso));
        for address in [
            LOCAL_ORIGIN.to_owned(),
            format!("{LOCAL_ORIGIN}/{}/v2.0", world.contoso),
        ] {
            let expected = format!("issuer `{address}` is this authority itself");
            check(world.federate("own", trust(&address)).await, &expected);
        }
    })
    .await;
}

#[tokio::test]
async fn assertions_that_the_issuer_did_not_make() {
    on_both(async |world: World, issuer: Issuer| {
        world.federate("production", trust(&issuer.url)).await.unwrap();
        let claims = claims(&issuer);
        let borrowed = OTHER_EC.key_for(Algorithm::Es256).with_kid(RSA.key.kid()).unwrap();
        let forged = world.assert(&borrowed.sign(TokenVersion::V2, &claims).unwrap()).await;
        forged.refused_here(400, 5_002_730, "ES256");
        let mut text = RSA.token(&claims);
        text.truncate(text.len() - 8);
        world
            .assert(&format!("{text}AAAAAAAA"))
            .await
            .refused_here(401, 700_027, "did not match");
        let late = changed(&claims, "exp", json!(START.seconds() - 300));
        world
            .assert(&RSA.token(&late))
            .await
            .refused_here(401, 700_024, "expiry time");
        let both = changed(&claims, "aud", json!([AUDIENCE, "https://login.example.org"]));
        world
            .assert(&RSA.token(&both))
            .await
            .refused_here(401, 700_023, "https://login.example.org");
        let unknown = world.assert(&EC.token(&claims)).await;
        unknown.refused_here(401, 700_027, EC.key.kid());
        unknown.refused_here(401, 700_027, &issuer.url);
        assert_eq!(
            issuer.asked(),
            1,
            "asked again for a key that it did not have a moment ago"
        );
    })
    .await;
}

#[tokio::test]
async fn issuers_that_do_not_give_their_keys() {
    on_both(async |world: World, issuer: Issuer| {
        world.federate("production", trust(&issuer.url)).await.unwrap();
        let moods = [
            (Mood::Broken, "it answered with status 500"),
            (Mood::Stranger, "names another issuer"),
            (Mood::Redirecting, "it answered with status 307"),
            (Mood::Endless, "longer than 65536 bytes"),
            (Mood::Babbling, "cannot be read"),
            (Mood::Elsewhere, "is not an https url"),
        ];
        let assertion = RSA.token(&claims(&issuer));
        for (asked, (mood, names)) in moods.into_iter().enumerate() {
            issuer.set_mood(mood);
            world.assert(&assertion).await.refused_here(400, 50_166, names);
            // The failure is remembered.
            issuer.set_mood(Mood::Good);
            world.clock.advance_seconds(29);
            world.assert(&assertion).await.refused_here(400, 50_166, names);
            assert_eq!(issuer.asked(), asked + 1, "{mood:?}");
            world.clock.advance_seconds(1);
        }
        world.assert(&assertion).await.token();
    })
    .await;
}

#[tokio::test]
async fn an_issuer_that_is_not_there() {
    on_both(async |world: World, issuer: Issuer| {
        let closed = "http://127.0.0.1:1";
        world.federate("production", trust(closed)).await.unwrap();
        let assertion = RSA.token(&changed(&claims(&issuer), "iss", json!(closed)));
        world
            .assert(&assertion)
            .await
            .refused_here(400, 50_166, "could not be reached");
    })
    .await;
}

#[tokio::test]
async fn an_authority_elsewhere_speaks_https_only() {
    world::on_both(async |world: World| {
        let issuer = Issuer::start(vec![RSA.key.public_jwk(None)]).await;
        let expected = format!("issuer `{}` is not an https url without query and fragment", issuer.url);
        check(world.federate("production", trust(&issuer.url)).await, &expected);
        // Also where the credential was made by an authority that may.
        let mut options = world::options(&world.clock, TokenLifetime::default(), 7);
        options.origin = Origin::parse(LOCAL_ORIGIN).unwrap();
        let local = Authority::open(world.database.clone(), options).await.unwrap();
        let local = World {
            authority: local,
            ..world
        };
        local.federate("production", trust(&issuer.url)).await.unwrap();
        let options = world::options(&local.clock, TokenLifetime::default(), 7);
        let remote = Authority::open(local.database.clone(), options).await.unwrap();
        let world = World {
            authority: remote,
            ..local
        };
        let answer = world.assert(&RSA.token(&claims(&issuer))).await;
        answer.refused(400, "invalid_request", 50_166, "is not an https url");
        assert_eq!(issuer.asked(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_token_of_the_issuer_is_the_applications_credential() {
    on_both(async |world: World, issuer: Issuer| {
        let id = world.federate("production", trust(&issuer.url)).await.unwrap();
        let claims = claims(&issuer);
        let first = world.assert(&RSA.token(&claims)).await.claims();
        assert_eq!(first["appidacr"], "2");
        assert_eq!(first["appid"], world.reader.client_id);
        // The same again, and as a list of one: clients send what they were given.
        world.assert(&RSA.token(&claims)).await.token();
        world
            .assert(&RSA.token(&changed(&claims, "aud", json!([AUDIENCE]))))
            .await
            .token();
        let staging = Trust {
            subject: "repo:contoso/orders:environment:staging".to_owned(),
            ..trust(&issuer.url)
        };
        let replace =
            |trust| federated_credential::replace(&world.authority, &world.operator, world.reader.app_id, id, trust);
        replace(staging).await.unwrap();
        world
            .assert(&RSA.token(&claims))
            .await
            .refused_here(401, 700_213, SUBJECT);
        replace(trust(&issuer.url)).await.unwrap();
        world.assert(&RSA.token(&claims)).await.token();
        federated_credential::remove(&world.authority, &world.operator, world.reader.app_id, id)
            .await
            .unwrap();
        world
            .assert(&RSA.token(&claims))
            .await
            .refused_here(401, 70_021, &world.reader.client_id);
        assert_eq!(issuer.asked(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_federated_assertion_counts_once_where_the_application_says_so() {
    on_both(async |world: World, issuer: Issuer| {
        let protocol = ProtocolRules {
            assertions: AssertionUse::Once,
            ..ProtocolRules::default()
        };
        let app_id = world.register(protocol, Registration::default()).await;
        world
            .federate_as(app_id, "production", trust(&issuer.url))
            .await
            .unwrap();
        let (client_id, assertion) = (app_id.to_string(), RSA.token(&claims(&issuer)));
        world.assert_as(&client_id, &assertion).await.token();
        world
            .assert_as(&client_id, &assertion)
            .await
            .refused_here(401, 50_012, &client_id);
    })
    .await;
}

#[tokio::test]
async fn many_requests_ask_the_issuer_once() {
    on_both(async |world: World, issuer: Issuer| {
        world.federate("production", trust(&issuer.url)).await.unwrap();
        let assertion = RSA.token(&claims(&issuer));
        let ask = || world.assert(&assertion);
        let answers = tokio::join!(ask(), ask(), ask(), ask(), ask(), ask(), ask(), ask());
        for answer in <[Answer; 8]>::from(answers) {
            answer.token();
        }
        assert_eq!(issuer.asked(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_issuer_rolls_its_keys_over() {
    on_both(async |world: World, issuer: Issuer| {
        world.federate("production", trust(&issuer.url)).await.unwrap();
        let claims = changed(&claims(&issuer), "exp", json!(START.seconds() + 30 * 60 * 60));
        let (old, new) = (RSA.token(&claims), EC.token(&claims));
        world.assert(&old).await.token();
        issuer.set_keys(vec![RSA.key.public_jwk(None), EC.key.public_jwk(None)]);
        world.clock.advance_seconds(299);
        world.assert(&new).await.refused_here(401, 700_027, EC.key.kid());
        world.clock.advance_seconds(1);
        world.assert(&new).await.token();
        world.assert(&old).await.token();
        assert_eq!(issuer.asked(), 2);
        // What is no longer published is gone after an hour.
        issuer.set_keys(vec![EC.key.public_jwk(None)]);
        world.clock.advance_seconds(3599);
        world.assert(&old).await.token();
        world.clock.advance_seconds(1);
        world.assert(&old).await.refused_here(401, 700_027, RSA.key.kid());
        assert_eq!(issuer.asked(), 3);
        // An issuer that fails is believed for a day.
        issuer.set_mood(Mood::Broken);
        world.clock.advance_seconds(24 * 60 * 60 - 1);
        world.assert(&new).await.token();
        world.clock.advance_seconds(1);
        world
            .assert(&new)
            .await
            .refused_here(400, 50_166, "it answered with status 500");
    })
    .await;
}

#[tokio::test]
async fn credentials_that_are_not_taken() {
    on_both(async |world: World, issuer: Issuer| {
        let good = || trust(&issuer.url);
        let name = |name: &str| {
            format!(
                "federated credential name `{name}` is not made of 1 to 120 letters, digits, `-` and `_`, a letter or digit first"
            )
        };
        let long = "n".repeat(121);
        for wrong in ["", "-a", "a b", "a/b", "ä", &long] {
            check(world.federate(wrong, good()).await, &name(wrong));
        }
        let long = "x".repeat(601);
        let texts = ["", &long, "a\nb"];
        let reasons = ["is empty", "is longer than 600 characters", "has control characters"];
        for (text, reason) in texts.into_iter().zip(reasons) {
            let text = text.to_owned();
            let (mut of_issuer, mut of_subject, mut of_audience) = (good(), good(), good());
            of_issuer.issuer.clone_from(&text);
            of_subject.subject.clone_from(&text);
            of_audience.audience.clone_from(&text);
            for (what, trust) in [("issuer", of_issuer), ("subject", of_subject), ("audience", of_audience)] {
                check(world.federate("a", trust).await, &format!("{what} `{text}` {reason}"));
            }
        }
        let described = Trust { description: Some(long.clone()), ..good() };
        check(world.federate("a", described).await, &format!("description `{long}` is longer than 600 characters"));
        for address in ["ci.test", "http://ci.test", "https://ci.test/?a", "https://u@ci.test"] {
            let expected = format!("issuer `{address}` is not an https url without query and fragment");
            check(world.federate("a", trust(address)).await, &expected);
        }
    })
    .await;
}

#[tokio::test]
async fn credentials_of_an_application_differ() {
    on_both(async |world: World, issuer: Issuer| {
        let of = |subject: &str| Trust {
            subject: subject.to_owned(),
            ..trust(&issuer.url)
        };
        let nobody = AppId::from(Uuid::from_u128(7));
        let unknown = format!("application `{nobody}` does not exist");
        check(world.federate_as(nobody, "a", of("a")).await, &unknown);
        let first = world.federate("a", of("a")).await.unwrap();
        check(
            world.federate("a", of("b")).await,
            "`federated_credential_name` is taken",
        );
        check(
            world.federate("b", of("a")).await,
            "`federated_credential_subject` is taken",
        );
        let second = world.federate("b", of("b")).await.unwrap();
        let (authority, operator, app_id) = (&world.authority, &world.operator, world.reader.app_id);
        let replace = |id, trust| manage::federated_credential::replace(authority, operator, app_id, id, trust);
        check(
            replace(second, of("a")).await,
            "`federated_credential_subject` is taken",
        );
        check(replace(second, of("")).await, "subject `` is empty");
        let id = Uuid::from_u128(7);
        let unknown = format!("federated credential `{id}` does not exist");
        check(replace(id, of("c")).await, &unknown);
        check(
            federated_credential::remove(authority, operator, app_id, id).await,
            &unknown,
        );
        let foreign = federated_credential::remove(authority, operator, world.vendor.app_id, first).await;
        check(foreign, &format!("federated credential `{first}` does not exist"));
        for number in 2..MOST_FEDERATED_CREDENTIALS {
            let name = format!("n{number}");
            world.federate(&name, of(&name)).await.unwrap();
        }
        let full = "federated credential `full` is one more than the 20 that an application may have";
        check(world.federate("full", of("full")).await, full);
        federated_credential::remove(authority, operator, app_id, first)
            .await
            .unwrap();
        world.federate("full", of("full")).await.unwrap();
    })
    .await;
}

#[track_caller]
fn check<T: std::fmt::Debug>(outcome: Result<T, ManageError>, expected: &str) {
    assert_eq!(outcome.unwrap_err().to_string(), expected);
}
