//! Each kind of credential, as the authority sees it.

use commonhold_client::{Algorithm, Credential, Proof, ProofRequest, Prover, Proving, Row, Secret};
use oauth::{Certificate, ExpectedAssertion, UnverifiedAssertion, verify_with_certificate};

use crate::script::{APP_ID, Script, TENANT};

/// The form of the request for a token that a credential leads to.
async fn form(script: &std::sync::Arc<Script>, credential: Credential) -> Vec<(String, String)> {
    let environment = script.application(credential).environment(script.origin()).unwrap();
    environment.list::<Row>("accounts", "").await.unwrap();
    let sent = script.token_requests();
    url::form_urlencoded::parse(&sent.last().unwrap().body)
        .into_owned()
        .collect()
}

fn value<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    form.iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

/// A self-signed certificate on P-256, with its key, as PEM.
fn pem() -> (Secret<String>, String) {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(Vec::new())
        .unwrap()
        .self_signed(&key)
        .unwrap()
        .pem();
    (
        Secret::new(format!("{}{certificate}", key.serialize_pem())),
        certificate,
    )
}

#[test]
fn a_certificate_that_cannot_prove_anything_is_refused() {
    let (good, certificate) = pem();
    let (other, _) = pem();
    let key_of_other = other.expose().split("-----BEGIN CERT").next().unwrap().to_owned();
    let cases = [
        certificate.clone(),
        key_of_other.clone(),
        format!("{key_of_other}{certificate}"),
        "nothing".to_owned(),
    ];
    for text in cases {
        assert!(Credential::certificate(&Secret::new(text), Algorithm::Es256).is_err());
    }
    let error = Credential::certificate(&good, Algorithm::Ps256).unwrap_err();
    assert!(!format!("{error:?}").contains("PRIVATE"));
    let no_key = commonhold_client::Application::new(
        APP_ID,
        Credential::mutual_tls(Secret::new(certificate)),
        commonhold_client::Options::default(),
    );
    assert!(no_key.is_err());
}

#[tokio::test]
async fn a_secret_stands_in_the_body() {
    let script = Script::start().await;
    let form = form(&script, crate::script::secret()).await;
    assert_eq!(value(&form, "client_secret"), Some("p~8Q+x/%=: Z"));
    assert_eq!(value(&form, "client_id"), Some(APP_ID.to_string().as_str()));
    assert_eq!(value(&form, "grant_type"), Some("client_credentials"));
    assert_eq!(
        value(&form, "scope"),
        Some(format!("{}/.default", script.origin()).as_str())
    );
}

#[tokio::test]
async fn a_certificate_signs_an_assertion_for_the_token_endpoint() {
    let script = Script::start().await;
    let (pem, certificate) = pem();
    let form = form(&script, Credential::certificate(&pem, Algorithm::Es256).unwrap()).await;
    assert_eq!(value(&form, "client_secret"), None);
    let assertion = UnverifiedAssertion::parse(value(&form, "client_assertion").unwrap()).unwrap();
    let client_id = APP_ID.to_string();
    let audience = format!("{}/{TENANT}/oauth2/v2.0/token", script.origin());
    let expected = ExpectedAssertion {
        issuer: &client_id,
        subject: Some(&client_id),
        audiences: &[audience],
        now: commonhold_client::Clock::now(script.clock.as_ref()),
        longest_life_s: Some(600),
    };
    let verified = verify_with_certificate(&assertion, &Certificate::from_pem(&certificate).unwrap(), &expected);
    assert!(verified.unwrap().jti().is_some());
}

#[tokio::test]
async fn a_federated_assertion_is_read_anew_for_each_token() {
    let script = Script::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let credential = Credential::federated_file(&file);
    let environment = script.application(credential).environment(script.origin()).unwrap();
    assert!(environment.list::<Row>("accounts", "").await.is_err());
    for (number, text) in [(0, "first"), (1, "second")] {
        std::fs::write(&file, format!("{text}\n")).unwrap();
        environment.list::<Row>("accounts", "").await.unwrap();
        let sent = script.token_requests();
        assert!(
            sent[number].text().contains(&format!("client_assertion={text}")),
            "{text}"
        );
        script.clock.advance_seconds(4000);
    }
}

/// A vault that has the assertions.
struct Vault;

impl Prover for Vault {
    fn prove<'a>(&'a self, request: &'a ProofRequest) -> Proving<'a> {
        Box::pin(async move {
            let assertion = format!("for {} at {}", request.app_id, request.token_endpoint.path());
            Ok(Proof::Assertion(Secret::new(assertion)))
        })
    }
}

#[tokio::test]
async fn an_application_proves_itself_in_its_own_way() {
    let script = Script::start().await;
    let form = form(&script, Credential::custom(Vault)).await;
    let expected = format!("for {APP_ID} at /{TENANT}/oauth2/v2.0/token");
    assert_eq!(value(&form, "client_assertion"), Some(expected.as_str()));
}

#[tokio::test]
async fn mutual_tls_puts_nothing_into_the_request() {
    let script = Script::start().await;
    let (pem, _) = pem();
    let form = form(&script, Credential::mutual_tls(pem)).await;
    assert_eq!(
        form.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["grant_type", "client_id", "scope"]
    );
}
