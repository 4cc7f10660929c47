//! Cookies that are no session, and those that are.

use std::collections::BTreeMap;

use oauth::{Secret, SeededRandom, TestClock};

use super::endings::LocalEndings;
use super::*;

fn secret(byte: u8) -> Secret<Vec<u8>> {
    Secret::new(vec![byte; 32])
}

fn sessions(secrets: &[Secret<Vec<u8>>], clock: &Arc<TestClock>, endings: &Arc<LocalEndings>) -> Sessions {
    Sessions {
        keys: CookieKeys::new(secrets).unwrap(),
        lifetimes: Lifetimes::default(),
        endings: Arc::clone(endings) as Arc<dyn Endings>,
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        random: Arc::new(SeededRandom::new(7)),
    }
}

fn person() -> Person {
    Person {
        issuer: "https://id.example.test".to_owned(),
        subject: "ina".to_owned(),
        tenant: "contoso".to_owned(),
        object_id: "b7c8d9e0-f1a2-4b3c-8d4e-5f6071829304".parse().ok(),
        name: Some("Ina".to_owned()),
        roles: vec!["sales".to_owned()],
        groups: Vec::new(),
        claims: BTreeMap::from([("department".to_owned(), "north".to_owned())]),
    }
}

struct World {
    clock: Arc<TestClock>,
    endings: Arc<LocalEndings>,
    sessions: Sessions,
}

fn world() -> World {
    let clock = Arc::new(TestClock::new(Timestamp::from_seconds(1_000_000)));
    let endings = Arc::new(LocalEndings::default());
    World {
        sessions: sessions(&[secret(1)], &clock, &endings),
        clock,
        endings,
    }
}

impl World {
    fn begin(&self) -> Sealed {
        self.sessions.begin(person(), Some("s-1".to_owned()), None).unwrap()
    }
}

#[test]
fn a_cookie_that_was_not_made_here_is_refused() {
    let world = world();
    let cookie = world.begin().cookie;
    let check = |text: &str| assert_eq!(world.sessions.resume(text).err(), Some(SessionError::Forged), "{text}");
    check("");
    check("AAAA");
    check("not base64!");
    check(&cookie.to_ascii_lowercase());
    for at in [0, 6, cookie.len() / 2, cookie.len() - 1] {
        let mut bytes = cookie.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        check(&String::from_utf8(bytes).unwrap());
    }
    let elsewhere = sessions(&[secret(2)], &world.clock, &world.endings);
    check(&elsewhere.begin(person(), None, None).ok().unwrap().cookie);
    let other_purpose = world
        .sessions
        .keys
        .seal("signin", b"{}", &SeededRandom::new(1))
        .unwrap();
    check(&other_purpose);
}

#[test]
fn a_session_ends_when_it_is_idle_and_when_it_is_old() {
    let world = world();
    let mut cookie = world.begin().cookie;
    world.clock.advance_seconds(30 * 60 - 1);
    let session = world.sessions.resume(&cookie).unwrap();
    let renewed = world.sessions.renew(&session).unwrap();
    world.clock.advance_seconds(1);
    assert_eq!(world.sessions.resume(&cookie).err(), Some(SessionError::Expired));
    cookie = renewed;
    for _ in 0..15 {
        world.clock.advance_seconds(29 * 60);
        let session = world.sessions.resume(&cookie).unwrap();
        cookie = world.sessions.renew(&session).unwrap();
    }
    world.clock.advance_seconds(29 * 60);
    assert_eq!(world.sessions.resume(&cookie).err(), Some(SessionError::Expired));
}

#[test]
fn a_cookie_that_is_kept_does_not_outlive_a_sign_out() {
    let world = world();
    let Sealed { session, cookie } = world.begin();
    world.clock.advance_seconds(600);
    let renewed = world.sessions.renew(&session).unwrap();
    world.sessions.end(&session).unwrap();
    for kept in [cookie, renewed] {
        assert_eq!(world.sessions.resume(&kept).err(), Some(SessionError::Ended));
    }
    assert!(world.sessions.resume(&world.begin().cookie).is_ok());
}

#[test]
fn the_provider_ends_a_session_or_all_of_a_person() {
    let marks = [
        Mark::provider_session("https://id.example.test", "s-1"),
        Mark::person("https://id.example.test", "ina"),
    ];
    for mark in marks {
        let world = world();
        let cookie = world.begin().cookie;
        let elsewhere = Mark::person("https://evil.example.test", "ina");
        let now = world.clock.now();
        world.sessions.end_marked(&elsewhere, now.plus_seconds(1)).unwrap();
        world.sessions.end_marked(&mark, now).unwrap();
        assert!(world.sessions.resume(&cookie).is_ok(), "it began at that moment");
        world.sessions.end_marked(&mark, now.plus_seconds(1)).unwrap();
        assert_eq!(world.sessions.resume(&cookie).err(), Some(SessionError::Ended));
        world.clock.advance_seconds(1);
        assert!(world.sessions.resume(&world.begin().cookie).is_ok(), "it began later");
    }
}

#[test]
fn endings_outlive_the_process_and_not_the_sessions() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("endings");
    let world = world();
    let cookie = world.begin().cookie;
    let kept = Arc::new(LocalEndings::in_file(&file, world.clock.now()).unwrap());
    let sessions_with_file = sessions(&[secret(1)], &world.clock, &kept);
    let session = sessions_with_file.resume(&cookie).unwrap();
    sessions_with_file.end(&session).unwrap();
    std::fs::write(&file, std::fs::read_to_string(&file).unwrap() + "{\"mark\":\"cut o").unwrap();
    assert!(!std::fs::read_to_string(&file).unwrap().contains(&session.id));

    let again = Arc::new(LocalEndings::in_file(&file, world.clock.now()).unwrap());
    let after_restart = sessions(&[secret(1)], &world.clock, &again);
    assert_eq!(after_restart.resume(&cookie).err(), Some(SessionError::Ended));
    world.clock.advance_seconds(8 * 60 * 60);
    LocalEndings::in_file(&file, world.clock.now()).unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "");
}

#[test]
fn an_ending_that_cannot_be_written_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("endings");
    let world = world();
    let endings = Arc::new(LocalEndings::in_file(&file, world.clock.now()).unwrap());
    let sessions = sessions(&[secret(1)], &world.clock, &endings);
    let session = world.begin().session;
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    assert!(sessions.end(&session).is_err());
}

#[test]
fn keys_are_changed_without_ending_a_session() {
    let world = world();
    let old = world.begin();
    let changed = sessions(&[secret(2), secret(1)], &world.clock, &world.endings);
    assert_eq!(changed.resume(&old.cookie).unwrap(), old.session);
    assert!(changed.is_csrf_token(&old.session, &world.sessions.csrf_token(&old.session)));
    let new = changed.begin(person(), None, None).ok().unwrap();
    assert_eq!(world.sessions.resume(&new.cookie).err(), Some(SessionError::Forged));
}

#[test]
fn a_csrf_token_is_one_session_s() {
    let world = world();
    let (one, other) = (world.begin().session, world.begin().session);
    assert!(!world.sessions.is_csrf_token(&one, ""));
    assert!(!world.sessions.is_csrf_token(&one, &one.id));
    assert!(!world.sessions.is_csrf_token(&one, &world.sessions.csrf_token(&other)));
    assert!(world.sessions.is_csrf_token(&one, &world.sessions.csrf_token(&one)));
}

#[test]
fn what_does_not_fit_is_refused_and_not_cut() {
    let world = world();
    let crowded = Person {
        groups: vec!["b7c8d9e0-f1a2-4b3c-8d4e-5f6071829304".to_owned(); 100],
        ..person()
    };
    assert!(world.sessions.begin(crowded, None, None).is_err());
    assert_eq!(CookieKeys::new(&[]).err(), Some(seal::CookieKeyError::None));
    let short = [Secret::new(vec![1; 31])];
    assert_eq!(CookieKeys::new(&short).err(), Some(seal::CookieKeyError::Length(31)));
}
