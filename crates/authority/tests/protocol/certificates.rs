//! Client assertions signed with the key of a certificate: what is refused, then what clients send.

use authority::manage::application_certificate::{self, MOST_CERTIFICATES, NewCertificate};
use authority::manage::{self, ManageError};
use authority::registration::{AssertionUse, ProtocolRules, Registration};
use authority::{AppId, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth::{Algorithm, JwsHeader};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::signer::{CERTIFICATE_SECONDS, DAY_SECONDS, EC, JWT_BEARER, OTHER_RSA, RSA, Signer, changed, claims};
use crate::wire::{Answer, with, without};
use crate::world::{ORIGIN, START, World, on_both};

impl World {
    /// Registers a certificate for as long as it is valid.
    pub(crate) async fn trust(&self, app_id: AppId, signer: &Signer) -> Uuid {
        self.add_certificate(app_id, &signer.certificate, None, None)
            .await
            .unwrap()
    }

    async fn add_certificate(
        &self,
        app_id: AppId,
        certificate: &[u8],
        starts_at: Option<Timestamp>,
        ends_at: Option<Timestamp>,
    ) -> Result<Uuid, ManageError> {
        let new = NewCertificate {
            app_id,
            display_name: None,
            certificate: certificate.to_vec(),
            starts_at,
            ends_at,
        };
        application_certificate::add(&self.authority, &self.operator, new).await
    }

    /// The reader's claims for the token endpoint.
    fn reader_claims(&self) -> Value {
        claims(&self.reader.client_id, &format!("{ORIGIN}{}", self.v2()))
    }

    /// Asks for a token of the reader with an assertion in place of its secret.
    pub(crate) async fn assert(&self, assertion: &str) -> Answer {
        self.assert_as(&self.reader.client_id, assertion).await
    }

    /// The same for another client.
    pub(crate) async fn assert_as(&self, client_id: &str, assertion: &str) -> Answer {
        let form = without(&self.reader_form(), "client_secret");
        let form = with(&form, "client_id", client_id);
        let form = with(&form, "client_assertion_type", JWT_BEARER);
        self.post(&self.v2(), &with(&form, "client_assertion", assertion)).await
    }
}

#[tokio::test]
async fn keys_that_are_none_of_the_application() {
    on_both(async |world: World| {
        let (client_id, claims) = (&world.reader.client_id, world.reader_claims());
        let nothing_registered = world.assert(&RSA.assertion(&claims)).await;
        nothing_registered.refused(401, "invalid_client", 700_027, client_id);
        world.trust(world.reader.app_id, &RSA).await;
        world.trust(world.vendor.app_id, &OTHER_RSA).await;
        let of_another = world.assert(&OTHER_RSA.assertion(&claims)).await;
        of_another.refused(401, "invalid_client", 700_027, &OTHER_RSA.x5t);
        of_another.refused(401, "invalid_client", 700_027, "The key was not found");
        let borrowed = JwsHeader {
            x5t: Some(&RSA.x5t),
            ..JwsHeader::default()
        };
        for header in [borrowed, JwsHeader::default()] {
            let forged = OTHER_RSA.key.sign_under(&header, &claims).unwrap();
            let answer = world.assert(&forged).await;
            answer.refused(401, "invalid_client", 700_027, "did not match the expected signature");
        }
        let mixed = JwsHeader {
            x5t_s256: Some(&OTHER_RSA.x5t_s256),
            ..borrowed
        };
        let mixed = RSA.key.sign_under(&mixed, &claims).unwrap();
        world
            .assert(&mixed)
            .await
            .refused(401, "invalid_client", 700_027, "The key was not found");
    })
    .await;
}

#[tokio::test]
async fn assertions_that_cannot_be_read() {
    on_both(async |world: World| {
        world.trust(world.reader.app_id, &RSA).await;
        let claims = world.reader_claims();
        for text in ["a", "a.b.c", "a.b.c.d", "e30.e30.", "ä.ö.ü"] {
            world
                .assert(text)
                .await
                .refused(400, "invalid_request", 50_027, "not a valid JWT");
        }
        for missing in ["iss", "sub", "exp"] {
            let assertion = RSA.assertion(&changed(&claims, missing, Value::Null));
            world
                .assert(&assertion)
                .await
                .refused(400, "invalid_request", 50_027, &format!("'{missing}'"));
        }
        let texts = RSA.assertion(&changed(&claims, "exp", json!("tomorrow")));
        world
            .assert(&texts)
            .await
            .refused(400, "invalid_request", 50_027, "'exp'");
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        for algorithm in ["none", "HS256", "RS512", "rs256"] {
            let header = json!({"alg": algorithm, "x5t": RSA.x5t});
            let assertion = format!("{}.{}.AAAA", encode(&header), encode(&claims));
            world
                .assert(&assertion)
                .await
                .refused(400, "invalid_request", 5_002_730, algorithm);
        }
    })
    .await;
}

#[tokio::test]
async fn assertions_about_somebody_else() {
    on_both(async |world: World| {
        world.trust(world.reader.app_id, &RSA).await;
        let (claims, vendor) = (world.reader_claims(), world.vendor.client_id.as_str());
        let issuer = RSA.assertion(&changed(&claims, "iss", json!(vendor)));
        world
            .assert(&issuer)
            .await
            .refused(401, "invalid_client", 700_021, vendor);
        let subject = RSA.assertion(&changed(&claims, "sub", json!(vendor)));
        world
            .assert(&subject)
            .await
            .refused(401, "invalid_client", 50_048, vendor);
        // The assertion itself is good: its key is not the vendor's.
        let answer = world.assert_as(vendor, &RSA.assertion(&claims)).await;
        answer.refused(401, "invalid_client", 700_021, vendor);
        let unknown = "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b";
        for assertion in [RSA.assertion(&claims), "a.b.c".to_owned()] {
            let answer = world.assert_as(unknown, &assertion).await;
            answer.refused(400, "unauthorized_client", 700_016, unknown);
        }
    })
    .await;
}

#[tokio::test]
async fn assertions_for_somebody_else() {
    on_both(async |world: World| {
        world.trust(world.reader.app_id, &RSA).await;
        let own = format!("{ORIGIN}{}", world.v2());
        let audiences = [
            json!("https://login.example.org/contoso.example/oauth2/v2.0/token"),
            json!(format!("{ORIGIN}/{}/oauth2/v2.0/token", world.fabrikam)),
            json!(format!("{ORIGIN}/fabrikam.example/oauth2/v2.0/token")),
            json!(format!("{ORIGIN}/{}/v2.0/", world.contoso)),
            json!(ORIGIN),
            json!(""),
            json!([]),
            json!([own, "https://login.example.org"]),
            Value::Null,
        ];
        for audience in audiences {
            let assertion = RSA.assertion(&changed(&world.reader_claims(), "aud", audience.clone()));
            let answer = world.assert(&assertion).await;
            answer.refused(401, "invalid_client", 700_023, &world.reader.client_id);
        }
    })
    .await;
}

#[tokio::test]
async fn assertions_outside_of_their_time() {
    on_both(async |world: World| {
        world.trust(world.reader.app_id, &RSA).await;
        let claims = world.reader_claims();
        let check = async |name: &str, seconds: i64, expected: Option<&str>| {
            let assertion = RSA.assertion(&changed(&claims, name, json!(START.seconds() + seconds)));
            let answer = world.assert(&assertion).await;
            match expected {
                Some(names) => answer.refused(401, "invalid_client", 700_024, names),
                None => drop(answer.token()),
            }
        };
        check("exp", -300, Some("expiry time of assertion 2025-12-31T23:55:00Z")).await;
        check("nbf", 301, Some("assertion valid from 2026-01-01T00:05:01Z")).await;
        check("iat", 301, Some("Current time: 2026-01-01T00:00:00Z")).await;
        check("exp", -299, None).await;
        check("nbf", 300, None).await;
        check("exp", 10 * 365 * DAY_SECONDS, None).await;
    })
    .await;
}

#[tokio::test]
async fn certificates_outside_of_their_time() {
    on_both(async |world: World| {
        let (starts_at, ends_at) = (START.plus_seconds(DAY_SECONDS), START.plus_seconds(3 * DAY_SECONDS));
        let app_id = world.reader.app_id;
        world
            .add_certificate(app_id, &RSA.certificate, Some(starts_at), Some(ends_at))
            .await
            .unwrap();
        let whole = RSA.renewed(START, START.plus_seconds(CERTIFICATE_SECONDS));
        let check = async |seconds: i64, expected: Option<&str>| {
            world.clock.set(START.plus_seconds(seconds));
            let claims = changed(&world.reader_claims(), "exp", json!(START.seconds() + seconds + 60));
            let answer = world.assert(&RSA.assertion(&claims)).await;
            match expected {
                Some(reason) => answer.refused(401, "invalid_client", 700_027, reason),
                None => drop(answer.token()),
            }
            // Who does not hold the key learns nothing of its time.
            let header = JwsHeader {
                x5t: Some(&RSA.x5t),
                ..JwsHeader::default()
            };
            let forged = world.assert(&OTHER_RSA.key.sign_under(&header, &claims).unwrap()).await;
            forged.refused(401, "invalid_client", 700_027, "did not match the expected signature");
        };
        check(DAY_SECONDS - 1, Some("The validity of the key used has not begun")).await;
        check(DAY_SECONDS, None).await;
        check(3 * DAY_SECONDS - 1, None).await;
        check(3 * DAY_SECONDS, Some("The key used is expired")).await;
        // Without a thumbprint any certificate of the key may be meant: one that counts is enough.
        let claims = changed(&world.reader_claims(), "exp", json!(START.seconds() + 4 * DAY_SECONDS));
        let nameless = RSA.key.sign_under(&JwsHeader::default(), &claims).unwrap();
        let expired = world.assert(&nameless).await;
        expired.refused(401, "invalid_client", 700_027, "The key used is expired");
        world.trust(app_id, &whole).await;
        world.assert(&nameless).await.token();
    })
    .await;
}

#[tokio::test]
async fn removed_certificates() {
    on_both(async |world: World| {
        let assertion = RSA.assertion(&world.reader_claims());
        let id = world.trust(world.reader.app_id, &RSA).await;
        world.assert(&assertion).await.token();
        let foreign =
            manage::application_certificate::remove(&world.authority, &world.operator, world.vendor.app_id, id);
        check(foreign.await, &format!("application certificate `{id}` does not exist"));
        manage::application_certificate::remove(&world.authority, &world.operator, world.reader.app_id, id)
            .await
            .unwrap();
        world
            .assert(&assertion)
            .await
            .refused(401, "invalid_client", 700_027, "The key was not found");
    })
    .await;
}

#[tokio::test]
async fn assertions_that_count_once() {
    on_both(async |world: World| {
        let protocol = ProtocolRules {
            assertions: AssertionUse::Once,
            ..ProtocolRules::default()
        };
        let app_id = world.register(protocol, Registration::default()).await;
        world.trust(app_id, &EC).await;
        let client_id = app_id.to_string();
        let claims = claims(&client_id, &format!("{ORIGIN}{}", world.v2()));
        let anonymous = world
            .assert_as(&client_id, &EC.assertion(&changed(&claims, "jti", Value::Null)))
            .await;
        anonymous.refused(400, "invalid_request", 50_027, "'jti'");
        let long = changed(&claims, "exp", json!(START.seconds() + DAY_SECONDS + 301));
        let long = world.assert_as(&client_id, &EC.assertion(&long)).await;
        long.refused(401, "invalid_client", 700_024, "valid for too long");
        // A refused assertion is not used up.
        let strange = changed(&claims, "aud", json!("https://login.example.org"));
        world
            .assert_as(&client_id, &EC.assertion(&strange))
            .await
            .refused(401, "invalid_client", 700_023, "");

        world.assert_as(&client_id, &EC.assertion(&claims)).await.token();
        for _ in 0..2 {
            // Signed anew, so another text: the id counts.
            let again = world.assert_as(&client_id, &EC.assertion(&claims)).await;
            again.refused(401, "invalid_client", 50_012, &client_id);
        }
        world
            .assert_as(&client_id, &EC.assertion(&changed(&claims, "jti", json!("2"))))
            .await
            .token();
        // Another application's ids are other ids.
        world.trust(world.reader.app_id, &EC).await;
        world.assert(&EC.assertion(&world.reader_claims())).await.token();
    })
    .await;
}

#[tokio::test]
async fn assertions_are_sent_again_by_default() {
    on_both(async |world: World| {
        world.trust(world.reader.app_id, &RSA).await;
        let assertion = RSA.assertion(&world.reader_claims());
        let first = world.assert(&assertion).await.claims();
        assert_eq!(first["appidacr"], "2");
        assert_eq!(first["appid"], world.reader.client_id);
        let second = world.assert(&assertion).await.claims();
        assert_ne!(first["uti"], second["uti"]);
    })
    .await;
}

#[tokio::test]
async fn every_audience_that_clients_write() {
    on_both(async |world: World| {
        world.trust(world.reader.app_id, &RSA).await;
        let mut audiences = vec![
            format!("{ORIGIN}/{}/", world.contoso),
            format!("{ORIGIN}/{}/v2.0", world.contoso),
        ];
        for tenant in [&world.contoso.to_string(), "contoso.example", "contoso.test"] {
            audiences.push(format!("{ORIGIN}/{tenant}/oauth2/token"));
            audiences.push(format!("{ORIGIN}/{tenant}/oauth2/v2.0/token"));
        }
        for audience in audiences {
            for audience in [json!(audience), json!([audience])] {
                let assertion = RSA.assertion(&changed(&world.reader_claims(), "aud", audience));
                world.assert(&assertion).await.token();
            }
        }
        let shouted = format!("{ORIGIN}/CONTOSO.example/oauth2/v2.0/token");
        let assertion = RSA.assertion(&changed(&world.reader_claims(), "aud", json!(shouted)));
        world
            .assert(&assertion)
            .await
            .refused(401, "invalid_client", 700_023, "CONTOSO.example");
        let form = without(&world.reader_form(), "client_secret");
        let form = with(&form, "client_assertion_type", JWT_BEARER);
        let form = with(&form, "client_assertion", &assertion);
        world.post("/CONTOSO.example/oauth2/v2.0/token", &form).await.token();
    })
    .await;
}

#[tokio::test]
async fn every_header_that_clients_write() {
    on_both(async |world: World| {
        let claims = world.reader_claims();
        world.trust(world.reader.app_id, &RSA).await;
        world.trust(world.reader.app_id, &EC).await;
        let padded = format!("{}=", RSA.x5t);
        let (x5t, x5t_s256) = (Some(RSA.x5t.as_str()), Some(RSA.x5t_s256.as_str()));
        let typ = Some("JWT");
        let (none, pss) = (JwsHeader::default(), RSA.key_for(Algorithm::Ps256));
        let assertions = [
            // msal-python, azure-identity for Python: padded.
            RSA.key.sign_under(
                &JwsHeader {
                    typ,
                    x5t: Some(&padded),
                    ..none
                },
                &claims,
            ),
            // msal-node, @azure/identity.
            pss.sign_under(&JwsHeader { typ, x5t_s256, ..none }, &claims),
            RSA.key.sign_under(&JwsHeader { x5t, x5t_s256, ..none }, &claims),
            // openid-client: no certificate is named.
            RSA.key.sign_under(&none, &claims),
            EC.key.sign_under(
                &JwsHeader {
                    kid: Some("mine"),
                    ..none
                },
                &claims,
            ),
        ];
        for assertion in assertions {
            world.assert(&assertion.unwrap()).await.token();
        }
        let floats = changed(&claims, "exp", json!(1_767_226_199.5));
        let floats = changed(&floats, "nbf", Value::Null);
        world.assert(&RSA.assertion(&floats)).await.token();
        let upper = world.reader.client_id.to_uppercase();
        let shouted = changed(&changed(&claims, "iss", json!(upper)), "sub", json!(upper));
        world.assert_as(&upper, &RSA.assertion(&shouted)).await.token();
    })
    .await;
}

#[tokio::test]
async fn what_is_no_certificate_is_not_added() {
    on_both(async |world: World| {
        let app_id = world.reader.app_id;
        let add = async |bytes: &[u8]| world.add_certificate(app_id, bytes, None, None).await;
        let form = "certificate `..` is not an x.509 certificate in der or pem form";
        for bytes in [b"".as_slice(), b"0", b"-----BEGIN CERTIFICATE-----", b"\xff\xfe"] {
            check(add(bytes).await, form);
        }
        check(add(&[RSA.certificate.as_slice(), b"0"].concat()).await, form);
        let curve = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
        let other = rcgen::CertificateParams::default().self_signed(&curve).unwrap();
        let key = "certificate `..` has a key that is neither rsa of at least 2048 bits nor on p-256";
        check(add(other.der()).await, key);
        add(RSA.pem.as_bytes()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_registration_stays_within_its_certificate() {
    on_both(async |world: World| {
        let end = START.plus_seconds(CERTIFICATE_SECONDS);
        let add = async |starts_at: Option<Timestamp>, ends_at: Option<Timestamp>| {
            world
                .add_certificate(world.reader.app_id, &RSA.certificate, starts_at, ends_at)
                .await
        };
        check(
            add(Some(START.plus_seconds(-1)), None).await,
            "start of a certificate `2025-12-31T23:59:59Z` is before the certificate's own",
        );
        let late = end.plus_seconds(1);
        check(
            add(None, Some(late)).await,
            &format!("end of a certificate `{late}` is after the certificate's own"),
        );
        check(
            add(Some(end), Some(end)).await,
            &format!("end of a certificate `{end}` is not after its start"),
        );
        add(Some(START), Some(end)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_application_has_32_certificates_at_most() {
    on_both(async |world: World| {
        let app_id = AppId::from(Uuid::from_u128(7));
        let unknown = format!("application `{app_id}` does not exist");
        check(
            world.add_certificate(app_id, &EC.certificate, None, None).await,
            &unknown,
        );
        let mut last = Uuid::nil();
        for _ in 0..MOST_CERTIFICATES {
            last = world.trust(world.reader.app_id, &EC).await;
        }
        let add = async || {
            world
                .add_certificate(world.reader.app_id, &EC.certificate, None, None)
                .await
        };
        let full = add().await.unwrap_err().to_string();
        assert!(
            full.ends_with("is one more than the 32 that an application may have"),
            "{full}"
        );
        assert!(full.contains("CN=Nightly sync"), "{full}");
        manage::application_certificate::remove(&world.authority, &world.operator, world.reader.app_id, last)
            .await
            .unwrap();
        add().await.unwrap();
    })
    .await;
}

#[track_caller]
fn check<T: std::fmt::Debug>(outcome: Result<T, ManageError>, expected: &str) {
    assert_eq!(outcome.unwrap_err().to_string(), expected);
}
