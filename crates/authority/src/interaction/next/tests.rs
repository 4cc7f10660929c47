//! The decision as a table: who is asked for what, whom the checks stop, and what may happen without a page.

#![expect(
    clippy::needless_pass_by_value,
    reason = "a case is one line when its parts are values"
)]

use std::sync::Arc;

use oauth::{ObjectId, TenantId, Timestamp};
use uuid::Uuid;

use super::*;
use crate::application::{Assignment, ServicePrincipal};
use crate::authorization::{Method, SignIn};
use crate::interaction::who::select;
use crate::interaction::{Missing, PartialProof, Progress, Purpose, wanted};
use crate::key_encryption::KeyEncryptionKey;
use crate::person::{DirectoryRole, PasswordUse, Person};
use crate::resource::Resource;
use crate::signing_keys::SigningKeys;
use crate::tenant::Tenant;
use crate::tenant_settings::TenantSettings;
use crate::well_known;

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

fn tenant(number: u128) -> TenantId {
    TenantId::from(Uuid::from_u128(number))
}

/// Somebody of a tenant who signed in so many seconds ago; the session's id is the tenant's.
fn session(of: u128, name: &str, role: DirectoryRole, age_s: i64) -> Session {
    let person = Person {
        object_id: ObjectId::from(Uuid::from_u128(7)),
        tenant: tenant(of),
        upn: name.to_owned(),
        display_name: name.to_owned(),
        given_name: None,
        surname: None,
        mail: None,
        directory_role: role,
        licensed: false,
        usage_location: None,
        enabled: true,
        password_changed_at: Timestamp::from_seconds(0),
        password_use: PasswordUse::Open,
        sessions_valid_from: Timestamp::from_seconds(0),
    };
    Session {
        tenant: tenant(of),
        person: Arc::new(person),
        sign_in: SignIn {
            session: Uuid::from_u128(of),
            at_seconds: NOW.seconds() - age_s,
            methods: vec![Method::Pwd],
        },
    }
}

fn ina() -> Session {
    session(1, "Ina@a.test", DirectoryRole::Member, 100)
}

fn administrator() -> Session {
    session(1, "admin@a.test", DirectoryRole::Administrator, 100)
}

fn other() -> Session {
    session(2, "ona@b.test", DirectoryRole::Member, 50)
}

fn interaction(progress: Progress) -> Interaction {
    let user_code = String::new();
    Interaction {
        progress,
        ..Interaction::begin(Purpose::Device { user_code }, "common".to_owned(), NOW)
    }
}

fn graph() -> Arc<Resource> {
    let client = well_known::client(well_known::GRAPH).unwrap();
    let principal = principal(Assignment::Optional);
    Arc::new(Resource::new(client, Arc::new(principal)))
}

fn principal(assignment: Assignment) -> ServicePrincipal {
    ServicePrincipal {
        object_id: ObjectId::from(Uuid::from_u128(9)),
        app_id: well_known::GRAPH,
        tenant: tenant(1),
        display_name: "App".to_owned(),
        app_id_uri: None,
        home_tenant: tenant(3),
        enabled: true,
        assignment,
        tenant_default_domain: "a.test".to_owned(),
    }
}

/// An application that asks for two scopes, of which these are missing.
fn standing(missing: &[&str]) -> Standing {
    let resource = graph();
    let offered = &resource.application().registration;
    let scopes = |names: &[&str]| names.iter().map(|name| offered.scope(name).unwrap().clone()).collect();
    let wanted = Wanted {
        asked: scopes(&["User.Read", "User.Read.All"]),
        missing: scopes(missing),
        roles: Vec::new(),
        resource: Arc::clone(&resource),
    };
    let key = KeyEncryptionKey::from_bytes(&[1; KeyEncryptionKey::BYTES]).unwrap();
    let tenant = Tenant {
        id: tenant(1),
        display_name: "A".to_owned(),
        domains: vec!["a.test".to_owned()],
        created_at: NOW,
        issuer_v1: String::new(),
        issuer_v2: String::new(),
        keys: Arc::new(SigningKeys::open(Vec::new(), &key).unwrap()),
        settings: TenantSettings::default(),
    };
    Standing {
        tenant: Arc::new(tenant),
        principal: Some(Arc::new(principal(Assignment::Optional))),
        access: Access::Granted,
        user_consent: UserConsent::Everybody,
        wanted: vec![wanted],
    }
}

/// A step in one word or two.
fn told(step: &Step) -> String {
    match step {
        Step::Name => "name".to_owned(),
        Step::Password { name } => format!("password of {name}"),
        Step::OneTimePassword => "one-time password".to_owned(),
        Step::NewPassword => "new password".to_owned(),
        Step::Accounts(sessions) => format!("accounts {}", sessions.len()),
        Step::Confirm(_) => "confirm".to_owned(),
        Step::Consent(consent) => {
            let shown = wanted::shown(&consent.wanted);
            let scopes: Vec<String> = shown.into_iter().flat_map(|one| one.scopes).collect();
            format!("consent {:?} {}", consent.reach, scopes.join(" "))
        }
        Step::Answer(session) => format!("answer {}", session.person.upn),
        Step::Refused(refusal) => format!("refused: {refusal}"),
    }
}

fn decided(interaction: &Interaction, rules: &Rules, sessions: &[Session], standing: &Standing) -> String {
    let application = &graph();
    let who = select(interaction, rules, sessions, NOW);
    told(&next(
        interaction,
        rules,
        application.application(),
        who,
        Some(standing),
    ))
}

/// What is asked of people before they are known.
fn asks(rules: Rules, sessions: &[Session], expected: &str) {
    let step = decided(&interaction(Progress::Begun), &rules, sessions, &standing(&[]));
    assert_eq!(step, expected, "{rules:?}");
}

fn prompt(prompt: Prompt) -> Rules {
    Rules {
        prompt: Some(prompt),
        ..Rules::default()
    }
}

fn of_tenant(number: u128) -> Rules {
    Rules {
        tenant: Some(tenant(number)),
        ..Rules::default()
    }
}

fn hinted(name: &str) -> Rules {
    Rules {
        hint: Some(name.to_owned()),
        ..Rules::default()
    }
}

fn max_age(seconds: i64) -> Rules {
    Rules {
        max_age_s: Some(seconds),
        ..Rules::default()
    }
}

#[test]
fn without_a_page_nobody_is_asked() {
    asks(prompt(Prompt::None), &[], "refused: nobody is signed in");
    asks(
        prompt(Prompt::None),
        &[ina(), other()],
        "refused: several people are signed in",
    );
    let rules = |rules| Rules {
        prompt: Some(Prompt::None),
        ..rules
    };
    asks(rules(of_tenant(3)), &[ina(), other()], "refused: nobody is signed in");
    asks(rules(hinted("ona@a.test")), &[ina()], "refused: nobody is signed in");
    asks(rules(max_age(99)), &[ina()], "refused: nobody is signed in");
    asks(rules(of_tenant(2)), &[ina(), other()], "answer ona@b.test");
    asks(rules(hinted("INA@a.test")), &[ina(), other()], "answer Ina@a.test");
    asks(rules(max_age(100)), &[ina()], "answer Ina@a.test");
}

#[test]
fn people_are_asked_who_they_are() {
    asks(Rules::default(), &[], "name");
    asks(Rules::default(), &[ina()], "answer Ina@a.test");
    asks(Rules::default(), &[ina(), other()], "accounts 2");
    asks(of_tenant(3), &[ina(), other()], "name");
    asks(of_tenant(2), &[ina(), other()], "answer ona@b.test");
    asks(hinted("new@a.test"), &[ina()], "password of new@a.test");
    asks(hinted("ina@A.test"), &[ina(), other()], "answer Ina@a.test");
    asks(prompt(Prompt::Login), &[ina()], "name");
    asks(prompt(Prompt::SelectAccount), &[ina()], "accounts 1");
    asks(prompt(Prompt::SelectAccount), &[], "name");
    asks(max_age(0), &[ina()], "password of Ina@a.test");
    asks(max_age(99), &[ina()], "password of Ina@a.test");
    asks(max_age(100), &[ina()], "answer Ina@a.test");
    let domain = |domain: &str| Rules {
        domain: Some(domain.to_owned()),
        ..Rules::default()
    };
    asks(domain("b.test"), &[ina(), other()], "answer ona@b.test");
    asks(domain("c.test"), &[ina(), other()], "name");
    let login = Rules {
        prompt: Some(Prompt::Login),
        ..hinted("ina@a.test")
    };
    asks(login, &[ina()], "password of ina@a.test");
}

#[test]
fn a_step_that_was_begun_is_gone_on_with() {
    let check = |progress, rules: Rules, expected: &str| {
        let step = decided(&interaction(progress), &rules, &[ina(), other()], &standing(&[]));
        assert_eq!(step, expected, "{rules:?}");
    };
    let partly = |missing| {
        Progress::Partly(PartialProof {
            tenant: tenant(1),
            person: ObjectId::from(Uuid::from_u128(7)),
            methods: vec![Method::Pwd],
            at_seconds: NOW.seconds(),
            missing,
        })
    };
    let named = || Progress::Named {
        name: "x@a.test".to_owned(),
    };
    let chosen = |number| Progress::Chosen {
        session: Uuid::from_u128(number),
    };
    let signed_in = || Progress::SignedIn {
        session: Uuid::from_u128(1),
    };
    check(partly(Missing::OneTimePassword), Rules::default(), "one-time password");
    check(partly(Missing::NewPassword), Rules::default(), "new password");
    check(Progress::Another, Rules::default(), "name");
    check(named(), Rules::default(), "password of x@a.test");
    check(chosen(2), Rules::default(), "answer ona@b.test");
    check(chosen(2), of_tenant(1), "name");
    check(chosen(9), Rules::default(), "name");
    check(chosen(2), max_age(10), "password of ona@b.test");
    check(chosen(2), prompt(Prompt::Login), "password of ona@b.test");
    // A session from before this interaction is no sign-in of it.
    check(signed_in(), prompt(Prompt::Login), "name");
}

#[test]
fn a_sign_in_on_the_way_is_fresh_whatever_is_demanded() {
    let now = session(1, "Ina@a.test", DirectoryRole::Member, 0);
    let signed_in = interaction(Progress::SignedIn {
        session: Uuid::from_u128(1),
    });
    for rules in [prompt(Prompt::Login), max_age(0), prompt(Prompt::SelectAccount)] {
        let step = decided(&signed_in, &rules, std::slice::from_ref(&now), &standing(&[]));
        assert_eq!(step, "answer Ina@a.test", "{rules:?}");
    }
}

/// What is asked of somebody who is known.
fn stands(rules: Rules, who: Session, standing: &Standing, expected: &str) {
    let step = decided(&interaction(Progress::Begun), &rules, &[who], standing);
    assert_eq!(step, expected, "{rules:?}");
}

#[test]
fn the_checks_stop_people() {
    let off = ServicePrincipal {
        enabled: false,
        ..principal(Assignment::Optional)
    };
    let switched_off = Standing {
        principal: Some(Arc::new(off)),
        access: Access::Refused,
        ..standing(&["User.Read.All"])
    };
    let graph = well_known::GRAPH;
    let disabled = format!("refused: service principal of application `{graph}` disabled");
    stands(Rules::default(), administrator(), &switched_off, &disabled);
    let unassigned = Standing {
        access: Access::Refused,
        ..standing(&["User.Read.All"])
    };
    let not_assigned = format!("refused: `Ina@a.test` not assigned to application `{graph}`");
    stands(Rules::default(), ina(), &unassigned, &not_assigned);
    let needed = format!("refused: consent to application `{graph}` is for an administrator");
    stands(Rules::default(), ina(), &standing(&["User.Read.All"]), &needed);
    stands(
        Rules::default(),
        ina(),
        &standing(&["User.Read", "User.Read.All"]),
        &needed,
    );
    let closed = Standing {
        user_consent: UserConsent::AdministratorsOnly,
        ..standing(&["User.Read"])
    };
    stands(Rules::default(), ina(), &closed, &needed);
    let for_all = Rules {
        consent_for: ConsentFor::Everybody,
        ..Rules::default()
    };
    stands(for_all.clone(), ina(), &standing(&[]), &needed);
    stands(
        for_all,
        session(1, "r", DirectoryRole::Reader, 1),
        &standing(&[]),
        &needed,
    );
}

#[test]
fn people_are_asked_for_what_is_missing() {
    let some = standing(&["User.Read"]);
    stands(Rules::default(), ina(), &some, "consent Oneself User.Read");
    stands(Rules::default(), administrator(), &some, "consent Choice User.Read");
    let more = standing(&["User.Read.All"]);
    stands(Rules::default(), administrator(), &more, "consent Choice User.Read.All");
    stands(Rules::default(), ina(), &standing(&[]), "answer Ina@a.test");
    let all = "consent Oneself User.Read User.Read.All";
    stands(prompt(Prompt::Consent), ina(), &standing(&[]), all);
    let for_all = Rules {
        consent_for: ConsentFor::Everybody,
        ..Rules::default()
    };
    let everybody = "consent Everybody User.Read User.Read.All";
    stands(for_all.clone(), administrator(), &standing(&[]), everybody);
    let unassigned = Standing {
        access: Access::Refused,
        ..standing(&[])
    };
    stands(for_all, administrator(), &unassigned, everybody);
    let application = well_known::GRAPH;
    let needed = format!("refused: consent to application `{application}` would have to be asked for");
    stands(prompt(Prompt::None), ina(), &some, &needed);
}

#[test]
fn nobody_gets_in_before_the_application_is_there() {
    let absent = |missing| Standing {
        principal: None,
        ..standing(missing)
    };
    let all = "consent Oneself User.Read User.Read.All";
    stands(Rules::default(), ina(), &absent(&[]), all);
    let closed = Standing {
        user_consent: UserConsent::AdministratorsOnly,
        ..absent(&[])
    };
    let application = well_known::GRAPH;
    let needed = format!("refused: consent to application `{application}` is for an administrator");
    stands(Rules::default(), ina(), &closed, &needed);
    stands(
        Rules::default(),
        administrator(),
        &closed,
        "consent Choice User.Read User.Read.All",
    );
}

#[test]
fn what_was_accepted_is_not_asked_again_unless_it_is_missing_still() {
    let given = Interaction {
        consent: ConsentProgress::Given,
        ..interaction(Progress::Begun)
    };
    let check = |standing: &Standing, expected: &str| {
        assert_eq!(decided(&given, &prompt(Prompt::Consent), &[ina()], standing), expected);
    };
    check(&standing(&[]), "answer Ina@a.test");
    check(&standing(&["User.Read"]), "consent Oneself User.Read User.Read.All");
}

#[test]
fn a_device_is_confirmed_before_anything_else_is_asked() {
    let waiting = Rules {
        device: Device::Waiting,
        ..Rules::default()
    };
    stands(waiting.clone(), ina(), &standing(&["User.Read"]), "confirm");
    let confirmed = Interaction {
        device: DeviceProgress::Confirmed,
        ..interaction(Progress::Begun)
    };
    let step = decided(&confirmed, &waiting, &[ina()], &standing(&["User.Read"]));
    assert_eq!(step, "consent Oneself User.Read");
    let step = decided(&confirmed, &waiting, &[ina()], &standing(&[]));
    assert_eq!(step, "answer Ina@a.test");
}
