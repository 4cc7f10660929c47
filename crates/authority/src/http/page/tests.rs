//! Every page in every state: well-formed, escaped, labelled, and as it was.

mod answered;
mod markup;

use http::header;

use self::markup::Element;
use super::*;

/// A page in one state, rendered.
struct Sample {
    name: &'static str,
    html: String,
    policy: String,
}

fn rendered<P: Page>(samples: Vec<(&'static str, P)>) -> Vec<Sample> {
    let render = |(name, page): (&'static str, P)| {
        let mut headers = http::HeaderMap::new();
        page.policy().add_to(&mut headers);
        Sample {
            name,
            html: page.render().unwrap(),
            policy: headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned(),
        }
    };
    samples.into_iter().map(render).collect()
}

fn samples() -> Vec<Sample> {
    [
        rendered(NamePage::samples()),
        rendered(PasswordPage::samples()),
        rendered(OneTimePasswordPage::samples()),
        rendered(NewPasswordPage::samples()),
        rendered(AccountsPage::samples()),
        rendered(ConsentPage::samples()),
        rendered(DevicePage::samples()),
        rendered(DeviceConfirmPage::samples()),
        rendered(DonePage::samples()),
        rendered(FormPostPage::samples()),
        rendered(ErrorPage::samples()),
        rendered(SecurityInfoPage::samples()),
        rendered(AuthenticatorAppPage::samples()),
        rendered(RecoveryCodesPage::samples()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn sample(name: &str) -> Sample {
    samples().into_iter().find(|sample| sample.name == name).unwrap()
}

fn elements(sample: &Sample) -> Vec<Element> {
    // The script is none of our markup, and is known by its hash.
    markup::read(&sample.html.replace(passkey::SCRIPT, "")).unwrap_or_else(|wrong| panic!("{}: {wrong}", sample.name))
}

#[test]
fn every_page_as_it_was() {
    for sample in samples() {
        // The digests of style sheet and mark change with them and say nothing about a page.
        let html = [super::super::asset::STYLE, super::super::asset::MARK]
            .iter()
            .fold(sample.html, |html, asset| {
                html.replace(&asset.to_string(), &format!("/{}", asset.stem()))
            });
        let html = html.replace(passkey::SCRIPT, "…");
        insta::with_settings!({
            snapshot_path => "../../../tests/snapshots/pages", prepend_module_to_snapshot => false, omit_expression => true,
            description => sample.policy,
        }, { insta::assert_snapshot!(sample.name, html) });
    }
}

#[test]
fn pages_are_well_formed_and_have_one_heading_and_their_landmarks() {
    for sample in samples() {
        let all = elements(&sample);
        let count = |name: &str| all.iter().filter(|element| element.name == name).count();
        for name in ["html", "title", "h1", "header", "main", "footer"] {
            assert_eq!(count(name), 1, "{name} in {}", sample.name);
        }
        assert_eq!(all[0].attribute("lang"), Some("en"), "{}", sample.name);
        let mut ids: Vec<_> = all.iter().filter_map(|element| element.attribute("id")).collect();
        ids.sort_unstable();
        let every = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), every, "an id twice in {}", sample.name);
    }
}

#[test]
fn every_field_has_a_label_and_every_reference_its_aim() {
    for sample in samples() {
        let all = elements(&sample);
        let has = |attribute: &str, value: &str| all.iter().any(|one| one.attribute(attribute) == Some(value));
        for input in all.iter().filter(|element| element.name == "input") {
            let is_seen = input.attribute("type") != Some("hidden") && input.attribute("hidden").is_none();
            let id = input.attribute("id");
            assert!(
                !is_seen || id.is_some_and(|id| has("for", id)),
                "{input:?} in {}",
                sample.name
            );
        }
        for element in &all {
            for aim in ["for", "aria-describedby"] {
                let aim = element.attribute(aim);
                assert!(aim.is_none_or(|id| has("id", id)), "{element:?} in {}", sample.name);
            }
        }
    }
}

#[test]
fn nothing_runs_and_nothing_is_fetched_from_elsewhere() {
    for sample in samples() {
        let may_run = sample.policy.contains("; script-src 'sha256-");
        let is_done = sample.name.starts_with("done");
        assert!(
            !sample.html.contains("<script>alert") && !sample.html.contains("<img"),
            "{}",
            sample.name
        );
        for element in elements(&sample) {
            assert!(element.name != "script" || may_run, "{}", sample.name);
            assert!(element.name != "iframe" || is_done, "{}", sample.name);
            assert!(
                element.name != "style" && element.attribute("style").is_none(),
                "{}",
                sample.name
            );
            assert!(
                element.attributes.iter().all(|(name, _)| !name.starts_with("on")),
                "{}",
                sample.name
            );
            let fetched = element
                .attribute("src")
                .or_else(|| element.attribute("href").filter(|_| element.name == "link"));
            let is_ours = fetched.is_none_or(|address| address.starts_with("/common/assets/"));
            assert!(is_ours || element.name == "iframe", "{element:?} in {}", sample.name);
        }
    }
}

#[test]
fn automation_finds_the_names_of_entra_id() {
    let check = |page: &str, element: &str, expected: [(&str, &str); 2]| {
        let found = elements(&sample(page));
        let is_it = |one: &Element| {
            one.name == element && expected.iter().all(|(name, value)| one.attribute(name) == Some(value))
        };
        assert!(found.iter().any(is_it), "{expected:?} in {page}");
    };
    check("name", "input", [("name", "loginfmt"), ("id", "i0116")]);
    check("name_problem", "p", [("id", "usernameError"), ("role", "alert")]);
    check("password", "input", [("name", "passwd"), ("id", "i0118")]);
    check(
        "password",
        "input",
        [("name", "loginfmt"), ("value", "ina@fabrikam.example")],
    );
    check("password_problem", "p", [("id", "passwordError"), ("role", "alert")]);
    check(
        "one_time_password",
        "input",
        [("name", "otc"), ("autocomplete", "one-time-code")],
    );
    check(
        "new_password",
        "input",
        [("name", "currentpasswd"), ("autocomplete", "current-password")],
    );
    check(
        "new_password",
        "input",
        [("name", "newpasswd"), ("autocomplete", "new-password")],
    );
    check(
        "new_password",
        "input",
        [("name", "confirmnewpasswd"), ("autocomplete", "new-password")],
    );
    check("accounts", "button", [("name", "session"), ("value", "1")]);
    check("accounts", "button", [("name", "another"), ("id", "otherTile")]);
    check("consent", "button", [("id", "idSIButton9"), ("value", "accept")]);
    check("consent", "button", [("id", "idBtn_Back"), ("value", "cancel")]);
    check("consent", "input", [("name", "everybody"), ("type", "checkbox")]);
    check("device", "input", [("name", "user_code"), ("id", "otc")]);
    check("device_confirm", "button", [("name", "confirm"), ("value", "cancel")]);
    for page in ["name", "password", "one_time_password", "new_password", "device"] {
        check(page, "button", [("id", "idSIButton9"), ("type", "submit")]);
    }
    for page in [
        "name",
        "password",
        "one_time_password",
        "new_password",
        "accounts",
        "consent",
        "device",
        "device_confirm",
    ] {
        check(page, "input", [("name", "ctx"), ("value", "sealed~context")]);
        check(
            page,
            "form",
            [("method", "post"), ("action", "/common/interact/sign-in")],
        );
    }
}

#[test]
fn the_title_names_problem_application_and_organization() {
    let title = |name: &str| {
        let html = sample(name).html;
        let (_, rest) = html.split_once("<title>").unwrap();
        rest.split_once("</title>").unwrap().0.to_owned()
    };
    assert_eq!(title("name"), "Sign in · Contoso Ledger · Fabrikam Outdoor");
    assert_eq!(title("name_bare"), "Sign in");
    assert_eq!(
        title("password_problem"),
        "Problem: Enter password · Contoso Ledger · Fabrikam Outdoor"
    );
}

#[test]
fn names_cannot_turn_the_writing_around_or_fill_the_page() {
    for sample in samples() {
        let seen: String = sample.html.split('"').step_by(2).collect();
        assert!(!seen.contains('\u{202e}'), "{}", sample.name);
    }
    assert!(sample("name_long").html.contains("…</bdi>"));
}

#[test]
fn consent_says_who_asks_for_what_and_for_whom() {
    let check = |page: &str, says: &[&str], is_silent_on: &[&str]| {
        let html = sample(page).html;
        for text in says {
            assert!(html.contains(text), "{text} in {page}");
        }
        for text in is_silent_on {
            assert!(!html.contains(text), "{text} in {page}");
        }
    };
    let foreign = "another organization";
    check(
        "consent",
        &[
            foreign,
            "contoso.example",
            "Contoso Books Ltd.",
            "Fabrikam trial",
            "everybody",
        ],
        &[],
    );
    check(
        "consent_everybody",
        &[foreign, "as an administrator"],
        &["type=\"checkbox\""],
    );
    check(
        "consent_oneself",
        &["your own organization", "For you alone"],
        &[foreign, "type=\"checkbox\"", "<h2>Where</h2>"],
    );
    let many = sample("consent_many").html;
    assert_eq!(many.matches("<h3>").count(), 3);
    assert_eq!(many.matches("<strong><bdi>Permission ").count(), 24);
}
