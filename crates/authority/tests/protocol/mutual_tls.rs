//! Mutual TLS (RFC 8705): the certificate of the connection as a credential, and tokens that are bound to it.

use authority::manage::application_certificate::{self, NewCertificate};
use authority::registration::{ClientType, ProtocolRules, RedirectKind, RedirectUri, Registration, TokenBinding};
use oauth::PeerCertificate;
use serde_json::json;

use crate::signer::{CERTIFICATE_SECONDS, DAY_SECONDS, EC, JWT_BEARER, OTHER_EC, Signer};
use crate::wire::{Answer, posted, with, without};
use crate::world::{START, World, on_both};

impl World {
    /// Asks over a connection that was opened with this certificate.
    async fn connect(&self, form: &[(&str, &str)], signer: &Signer) -> Answer {
        let mut request = posted(&self.v2(), form);
        let shown = PeerCertificate::proved_by_handshake(&signer.certificate);
        request.extensions_mut().insert(shown);
        self.send(request).await
    }
}

#[tokio::test]
async fn certificates_that_prove_nothing() {
    on_both(async |world: World| {
        let form = without(&world.reader_form(), "client_secret");
        let client_id = &world.reader.client_id;
        world
            .connect(&form, &EC)
            .await
            .refused(401, "invalid_client", 700_027, &EC.x5t);
        world.trust(world.vendor.app_id, &EC).await;
        world.trust(world.reader.app_id, &OTHER_EC).await;
        world
            .connect(&form, &EC)
            .await
            .refused(401, "invalid_client", 700_027, client_id);
        // The same key in another certificate is another certificate.
        let renewed = OTHER_EC.renewed(START, START.plus_seconds(DAY_SECONDS));
        world
            .connect(&form, &renewed)
            .await
            .refused(401, "invalid_client", 700_027, &renewed.x5t);
        // A certificate does not mend a credential that was sent.
        let wrong = with(&form, "client_secret", "wrong");
        world
            .connect(&wrong, &OTHER_EC)
            .await
            .refused(401, "invalid_client", 7_000_215, client_id);
        let assertion = with(&form, "client_assertion_type", JWT_BEARER);
        let assertion = with(&assertion, "client_assertion", "a.b.c");
        world
            .connect(&assertion, &OTHER_EC)
            .await
            .refused(400, "invalid_request", 50_027, "");
        world
            .post(&world.v2(), &form)
            .await
            .refused(401, "invalid_client", 7_000_216, "");
    })
    .await;
}

#[tokio::test]
async fn certificates_outside_of_their_time() {
    on_both(async |world: World| {
        let new = NewCertificate {
            app_id: world.reader.app_id,
            display_name: Some("late".to_owned()),
            certificate: EC.certificate.clone(),
            starts_at: Some(START.plus_seconds(DAY_SECONDS)),
            ends_at: None,
        };
        application_certificate::add(&world.authority, &world.operator, new)
            .await
            .unwrap();
        let form = without(&world.reader_form(), "client_secret");
        let early = world.connect(&form, &EC).await;
        early.refused(401, "invalid_client", 700_027, "has not begun");
        world.clock.set(START.plus_seconds(DAY_SECONDS));
        world.connect(&form, &EC).await.token();
        world.clock.set(START.plus_seconds(CERTIFICATE_SECONDS));
        world
            .connect(&form, &EC)
            .await
            .refused(401, "invalid_client", 700_027, "expired");
    })
    .await;
}

#[tokio::test]
async fn a_public_client_has_no_credential() {
    on_both(async |world: World| {
        let declared = ProtocolRules {
            client_type: ClientType::Public,
            ..ProtocolRules::default()
        };
        let page = Registration {
            redirect_uris: vec![RedirectUri {
                kind: RedirectKind::Spa,
                uri: "https://app.example.test".to_owned(),
            }],
            ..Registration::default()
        };
        let declared = world.register(declared, Registration::default()).await;
        let page = world.register(ProtocolRules::default(), page).await;
        for app_id in [declared, page] {
            let client_id = app_id.to_string();
            let form = with(&world.reader_form(), "client_id", &client_id);
            world
                .post(&world.v2(), &form)
                .await
                .refused(401, "invalid_client", 700_025, &client_id);
            world
                .assert_as(&client_id, "a.b.c")
                .await
                .refused(401, "invalid_client", 700_025, &client_id);
            let nothing = without(&form, "client_secret");
            world
                .post(&world.v2(), &nothing)
                .await
                .refused(401, "invalid_client", 7_000_216, "");
            world
                .connect(&nothing, &EC)
                .await
                .refused(401, "invalid_client", 7_000_216, "");
            // With a secret of its own it is asked for the right one.
            let secret = world.add_secret(app_id).await;
            world
                .post(&world.v2(), &form)
                .await
                .refused(401, "invalid_client", 7_000_215, &client_id);
            let right = with(&form, "client_secret", secret.value.expose());
            world.post(&world.v2(), &right).await.token();
        }
    })
    .await;
}

#[tokio::test]
async fn the_certificate_is_a_credential_and_binds_the_token() {
    on_both(async |world: World| {
        world.trust(world.reader.app_id, &EC).await;
        let bound = json!({"x5t#S256": EC.x5t_s256});
        let by_certificate = world
            .connect(&without(&world.reader_form(), "client_secret"), &EC)
            .await
            .claims();
        assert_eq!(by_certificate["appidacr"], "2");
        assert_eq!(by_certificate["cnf"], bound);
        let by_secret = world.connect(&world.reader_form(), &EC).await.claims();
        assert_eq!(by_secret["appidacr"], "1");
        assert_eq!(by_secret["cnf"], bound);
        // A certificate that nobody registered binds all the same: its key was proved.
        let unregistered = world.connect(&world.reader_form(), &OTHER_EC).await.claims();
        assert_eq!(unregistered["cnf"], json!({"x5t#S256": OTHER_EC.x5t_s256}));
    })
    .await;
}

#[tokio::test]
async fn a_certificate_is_binding_enough() {
    on_both(async |world: World| {
        let protocol = ProtocolRules {
            binding: TokenBinding::Required,
            ..ProtocolRules::default()
        };
        let app_id = world.register(protocol, Registration::default()).await;
        world.trust(app_id, &EC).await;
        let client_id = app_id.to_string();
        let form = without(&world.reader_form(), "client_secret");
        let claims = world.connect(&with(&form, "client_id", &client_id), &EC).await.claims();
        assert_eq!(claims["cnf"], json!({"x5t#S256": EC.x5t_s256}));
    })
    .await;
}
