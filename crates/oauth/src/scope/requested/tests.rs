//! Scopes that must be refused, then what they ask of whom.

use super::*;

const API: &str = "9d1f7c60-52aa-4be1-b0f3-17c4d5e6f708";

fn refuse(scope: &str, expected: ScopeError) {
    assert_eq!(RequestedScopes::parse(scope), Err(expected), "{scope}");
}

fn check(scope: &str, oidc: &[OidcScope], resources: &[(Option<&str>, ScopeNames)]) {
    let resources = resources.iter().map(|(resource, names)| RequestedResource {
        resource: resource.map(str::to_owned),
        names: names.clone(),
    });
    let expected = RequestedScopes {
        oidc: oidc.iter().copied().collect(),
        resources: resources.collect(),
    };
    assert_eq!(RequestedScopes::parse(scope), Ok(expected), "{scope}");
}

fn named(names: &[&str]) -> ScopeNames {
    ScopeNames::Named(names.iter().map(|&name| name.to_owned()).collect())
}

fn check_text(scope: &str, expected: &str) {
    let printed = RequestedScopes::parse(scope).map(|scopes| scopes.to_text());
    assert_eq!(printed.as_deref(), Ok(expected), "{scope}");
}

#[test]
fn broken_scopes_are_refused() {
    refuse("", ScopeError::Missing);
    refuse("  ", ScopeError::Missing);
    refuse("/", ScopeError::Malformed);
    refuse("/Read", ScopeError::Malformed);
    refuse("/.default", ScopeError::Malformed);
    refuse("api://x/", ScopeError::Malformed);
    refuse("https://x.example.test", ScopeError::Malformed);
    refuse("https:///Read", ScopeError::Malformed);
    refuse("openid\tprofile", ScopeError::Malformed);
    refuse("User.Read\n", ScopeError::Malformed);
    refuse("api://ä/Read", ScopeError::Malformed);
    refuse("api://x/\"Read\"", ScopeError::Malformed);
}

#[test]
fn long_scopes_are_refused() {
    let of_words = |count: usize| {
        (0..count)
            .map(|number| format!("s{number}"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    refuse(&of_words(51), ScopeError::TooLong);
    refuse(&"openid ".repeat(51), ScopeError::TooLong);
    refuse(&"a".repeat(4097), ScopeError::TooLong);
    assert!(RequestedScopes::parse(&of_words(50)).is_ok());
    assert!(RequestedScopes::parse(&"a".repeat(4096)).is_ok());
}

#[test]
fn default_stands_without_names() {
    refuse(".default User.Read", ScopeError::Mixed);
    refuse("api://x/.default api://x/Read", ScopeError::Mixed);
    refuse("api://x/Read api://x/.default openid", ScopeError::Mixed);
    refuse("api://x/.default api://y/Read", ScopeError::Mixed);
    refuse("User.Read api://x/.default", ScopeError::Mixed);
}

#[test]
fn words_are_sorted_to_their_resources() {
    use OidcScope::{Email, OfflineAccess, OpenId, Profile};
    check("openid", &[OpenId], &[]);
    check("email profile email", &[Email, Profile], &[]);
    check("User.Read", &[], &[(None, named(&["User.Read"]))]);
    check(".default", &[], &[(None, ScopeNames::Default)]);
    check("Openid", &[], &[(None, named(&["Openid"]))]);
    check(
        "https://localhost:8443/env/contoso/user_impersonation offline_access openid profile",
        &[OfflineAccess, OpenId, Profile],
        &[(
            Some("https://localhost:8443/env/contoso"),
            named(&["user_impersonation"]),
        )],
    );
    check(&format!("{API}/.default"), &[], &[(Some(API), ScopeNames::Default)]);
    check("https://x//.default", &[], &[(Some("https://x/"), ScopeNames::Default)]);
    check("api://x/openid", &[], &[(Some("api://x"), named(&["openid"]))]);
    check(
        " api://x/Read  User.Read api://x/Write api://x/Read Mail.Read ",
        &[],
        &[
            (Some("api://x"), named(&["Read", "Write"])),
            (None, named(&["User.Read", "Mail.Read"])),
        ],
    );
    check(
        "api://x/.default api://x/.default api://y/.default",
        &[],
        &[
            (Some("api://x"), ScopeNames::Default),
            (Some("api://y"), ScopeNames::Default),
        ],
    );
    check("api://x/.Default", &[], &[(Some("api://x"), named(&[".Default"]))]);
}

#[test]
fn text_has_the_resources_first() {
    check_text("openid profile", "openid profile");
    check_text(
        "profile api://x/Read openid api://x/Write",
        "api://x/Read api://x/Write profile openid",
    );
    check_text("User.Read  User.Read", "User.Read");
    check_text("openid .default", ".default openid");
    check_text("https://x//.default", "https://x//.default");
}

proptest::proptest! {
    #[test]
    fn text_is_read_back(
        words in proptest::collection::vec("openid|email|User\\.Read|(api|https)://[a-z.]{1,9}/[A-Za-z.]{1,9}", 1..20),
    ) {
        if let Ok(scopes) = RequestedScopes::parse(&words.join(" ")) {
            proptest::prop_assert_eq!(RequestedScopes::parse(&scopes.to_text()), Ok(scopes));
        }
    }

    #[test]
    fn no_text_panics(text: String) {
        let _ = RequestedScopes::parse(&text);
    }
}
