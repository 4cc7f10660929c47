//! Which authorities see the credential.

use super::*;
use crate::PlainHttp;

fn found(authorization_uri: &str, environment: &str, authorities: Authorities) -> Result<String, Error> {
    let environment = EnvironmentAddress::parse(environment, PlainHttp::Loopback)?;
    let options = Options {
        authorities,
        ..Options::default()
    };
    let header = format!("Bearer authorization_uri={authorization_uri}, resource_id=https://x.example/");
    challenged(&header, &environment, &options).map(Into::into)
}

const CONTOSO: &str = "https://contoso.example";

#[test]
fn an_authority_that_nobody_named_is_refused() {
    for foreign in [
        "https://evil.example/t/oauth2/authorize",
        "https://login.microsoftonline.com.evil.example/t/oauth2/authorize",
        "https://login.microsoftonline.com:8443/t/oauth2/authorize",
        "https://localhost/t/oauth2/authorize",
        "http://login.microsoftonline.com/t/oauth2/authorize",
    ] {
        let refused = found(foreign, CONTOSO, Authorities::Known);
        assert!(matches!(refused, Err(Error::ForeignAuthority { .. })), "{foreign}");
        let other = Authorities::Also(vec!["https://login.commonhold.example".to_owned()]);
        assert!(found(foreign, CONTOSO, other).is_err(), "{foreign}");
    }
    let plain = found("http://evil.example/t/x", CONTOSO, Authorities::DangerouslyAny);
    assert!(matches!(plain, Err(Error::Url { .. })), "{plain:?}");
}

#[test]
fn a_tenant_is_an_id_or_a_domain() {
    let options = Options::default();
    for bad in ["", ".", "..", "a/b", "a?b", "a%2Fb", "-a"] {
        assert!(given(bad, "https://login.example", &options).is_err(), "{bad}");
        let uri = format!("https://login.microsoftonline.com/{bad}");
        if !bad.contains('/') && !bad.contains('?') {
            assert!(found(&uri, CONTOSO, Authorities::Known).is_err(), "{bad}");
        }
    }
    let endpoint = given("contoso.example", "https://login.example", &options).unwrap();
    assert_eq!(
        endpoint.as_str(),
        "https://login.example/contoso.example/oauth2/v2.0/token"
    );
}

#[test]
fn those_that_are_trusted_are_found() {
    let expected = "https://login.microsoftonline.com/t/oauth2/v2.0/token";
    for tail in ["t/oauth2/authorize", "t", "t/oauth2/authorize?x=y"] {
        let uri = format!("https://login.microsoftonline.com/{tail}");
        assert_eq!(found(&uri, CONTOSO, Authorities::Known).unwrap(), expected, "{tail}");
    }
    let own = Authorities::Also(vec!["https://login.commonhold.example".to_owned()]);
    let uri = "https://login.commonhold.example/t/oauth2/authorize";
    let expected = "https://login.commonhold.example/t/oauth2/v2.0/token";
    assert_eq!(found(uri, CONTOSO, own).unwrap(), expected);
    assert_eq!(found(uri, CONTOSO, Authorities::DangerouslyAny).unwrap(), expected);
    let local = found(
        "https://localhost:8443/t/x",
        "https://localhost:8444",
        Authorities::Known,
    );
    assert_eq!(local.unwrap(), "https://localhost:8443/t/oauth2/v2.0/token");
}
