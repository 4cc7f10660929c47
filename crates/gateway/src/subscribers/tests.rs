//! Tenants get their own environment or none.

use std::sync::Arc;

use client::{Credential, Options};
use oauth::{Secret, TestClock, Timestamp};

use super::*;

fn application() -> Application {
    let app_id = "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10".parse().unwrap();
    let credential = Credential::secret(Secret::new("secret".to_owned()));
    Application::new(app_id, credential, Options::default()).unwrap()
}

fn subscriber(tenant: &str, environment: &str) -> Subscriber {
    Subscriber {
        tenant: tenant.to_owned(),
        environment: environment.to_owned(),
    }
}

fn url(subscribers: &impl Subscribers, tenant: &str) -> Option<String> {
    subscribers
        .environment(tenant)
        .map(|environment| environment.url().to_string())
}

#[test]
fn a_list_that_cannot_be_used_changes_nothing() {
    let list = SubscriberList::new(application());
    list.replace(&[subscriber("contoso", "https://contoso.example")])
        .unwrap();
    let twice = [
        subscriber("a", "https://a.example"),
        subscriber("a", "https://b.example"),
    ];
    assert_eq!(
        list.replace(&twice).unwrap_err().to_string(),
        "`a` is listed twice; write it once"
    );
    let in_the_clear = [subscriber("b", "http://b.example")];
    assert!(matches!(
        list.replace(&in_the_clear),
        Err(SubscriberError::Environment { .. })
    ));
    assert_eq!(url(&list, "contoso").as_deref(), Some("https://contoso.example/"));
    assert_eq!(url(&list, "a"), None);
    list.replace(&[]).unwrap();
    assert_eq!(url(&list, "contoso"), None);
}

#[test]
fn a_file_is_read_again_when_it_is_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("subscribers.toml");
    let write = |text: &str| std::fs::write(&path, text).unwrap();
    let clock = Arc::new(TestClock::new(Timestamp::from_seconds(1000)));
    let open = || SubscriberFile::open(&path, application(), Arc::clone(&clock) as Arc<dyn oauth::Clock>);
    assert!(matches!(open().err(), Some(SubscriberError::File { .. })));
    write("[[subscriber]]\ntenant = \"contoso\"\nenviroment = \"x\"\n");
    let told = open().err().unwrap().to_string();
    assert!(told.contains("line 3") && told.contains("enviroment"), "{told}");

    write("[[subscriber]]\ntenant = \"contoso\"\nenvironment = \"https://contoso.example\"\n");
    let file = open().unwrap();
    assert_eq!(url(&file, "contoso").as_deref(), Some("https://contoso.example/"));
    write("nonsense");
    clock.advance_seconds(2);
    assert_eq!(url(&file, "contoso").as_deref(), Some("https://contoso.example/"));
    write("");
    assert_eq!(
        url(&file, "contoso").as_deref(),
        Some("https://contoso.example/"),
        "not looked at yet"
    );
    clock.advance_seconds(2);
    assert_eq!(url(&file, "contoso"), None);
}
