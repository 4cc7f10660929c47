//! The log read back and cut short, on both databases.

use std::sync::Arc;

use db::{Cluster, SqliteOptions};
use oauth::{Random as _, SystemRandom, TestClock};

use super::*;
use crate::authority::{Authority, Options};
use crate::issue::TokenLifetime;
use crate::key_encryption::KeyEncryptionKey;
use crate::manage;
use crate::origin::Origin;
use crate::store::{any_outcome, record};

const NOW: Timestamp = Timestamp::from_seconds(1_767_225_600);
const DAY_SECONDS: i64 = 24 * 60 * 60;

fn guid() -> Uuid {
    let mut bytes = [0; 16];
    SystemRandom.fill(&mut bytes);
    Uuid::from_bytes(bytes)
}

/// Runs a test with an empty log on each engine.
async fn on_both(test: impl AsyncFn(&Authority, &Database)) {
    let folder = tempfile::tempdir().unwrap();
    let mut clusters = vec![Cluster::sqlite(folder.path().to_owned(), SqliteOptions::default())];
    if let Some(url) = postgres() {
        clusters.push(Cluster::postgres(&url).unwrap());
    }
    for cluster in clusters {
        let name = format!("sign_in_{}", guid().simple());
        let database = cluster.create(&name).await.unwrap();
        let options = Options {
            origin: Origin::parse("https://login.example.test").unwrap(),
            token_lifetime: TokenLifetime::default(),
            key_encryption_key: KeyEncryptionKey::from_bytes(&[7; KeyEncryptionKey::BYTES]).unwrap(),
            operator_key: None,
            clock: Arc::new(TestClock::new(NOW)),
            random: Arc::new(SystemRandom),
        };
        let authority = Authority::create(database.clone(), options).await.unwrap();
        test(&authority, &database).await;
        cluster.drop(&name).await.unwrap();
    }
}

#[expect(clippy::disallowed_methods, reason = "the one setting of these tests")]
fn postgres() -> Option<String> {
    std::env::var("COMMONHOLD_TEST_POSTGRES").ok()
}

/// A refused sign-in, so many seconds ago.
fn refused(tenant: Option<TenantId>, seconds_ago: i64) -> SignInRecord {
    SignInRecord {
        id: guid(),
        at: NOW.plus_seconds(-seconds_ago),
        tenant,
        kind: SignInKind::NonInteractiveUser,
        status: SignInStatus::Refused {
            number: 50_126,
            reason: "no".to_owned(),
        },
        correlation_id: guid(),
        unverified_application: Some(AppId::from(guid())),
        principal: None,
        person: Some(ObjectId::from(guid())),
        resource: None,
        grant_type: Some("authorization_code".to_owned()),
        address: Some([192, 0, 2, 7].into()),
        user_agent: Some("browser".to_owned()),
        token_id: None,
    }
}

async fn add(database: &Database, records: &[SignInRecord]) {
    let steps = insert(records.iter()).into_iter().map(any_outcome).collect();
    record(database, steps).await.unwrap();
}

#[test]
fn few_texts_are_made() {
    let records: Vec<SignInRecord> = (0..27).map(|at| refused(None, at)).collect();
    let sizes: Vec<usize> = insert(records.iter())
        .iter()
        .map(|statement| format!("{statement:?}").matches("authorization_code").count())
        .collect();
    assert_eq!(sizes, [16, 8, 2, 1]);
    assert!(insert([].iter()).is_empty());
}

#[tokio::test]
async fn a_tenant_reads_its_own_and_no_others() {
    on_both(async |_, database| {
        let (one, other) = (TenantId::from(guid()), TenantId::from(guid()));
        let records = [refused(Some(one), 0), refused(Some(other), 0), refused(None, 0)];
        add(database, &records).await;
        let seen = page(database, Some(one), &SignInFilter::default(), None, 100)
            .await
            .unwrap();
        assert_eq!(seen, records[..1]);
    })
    .await;
}

#[tokio::test]
async fn each_part_of_a_filter_counts() {
    on_both(async |_, database| {
        let tenant = TenantId::from(guid());
        let wanted = SignInRecord {
            kind: SignInKind::ServicePrincipal,
            status: SignInStatus::Success,
            principal: Some(ObjectId::from(guid())),
            resource: Some(AppId::from(guid())),
            token_id: Some("uti".to_owned()),
            ..refused(Some(tenant), 10)
        };
        let (newer, older) = (refused(Some(tenant), 5), refused(Some(tenant), 20));
        add(database, &[newer, wanted.clone(), older]).await;
        let none = SignInFilter::default;
        let filters = [
            SignInFilter {
                from: Some(wanted.at),
                until: Some(wanted.at.plus_millis(1)),
                ..none()
            },
            SignInFilter {
                only: Some(Place {
                    at: wanted.at,
                    id: wanted.id,
                }),
                ..none()
            },
            SignInFilter {
                application: wanted.unverified_application,
                ..none()
            },
            SignInFilter {
                person: wanted.person,
                ..none()
            },
            SignInFilter {
                correlation_id: Some(wanted.correlation_id),
                ..none()
            },
            SignInFilter {
                number: Some(0),
                ..none()
            },
            SignInFilter {
                kinds: vec![SignInKind::InteractiveUser, SignInKind::ServicePrincipal],
                ..none()
            },
        ];
        for filter in &filters {
            let seen = page(database, Some(tenant), filter, None, 100).await.unwrap();
            assert_eq!(seen, std::slice::from_ref(&wanted), "{filter:?}");
        }
        let all = page(database, Some(tenant), &none(), None, 100).await.unwrap();
        assert_eq!(all.len(), 3);
    })
    .await;
}

#[test]
fn a_place_follows_from_an_id() {
    let id = oauth::random::uuid_v7(&SystemRandom, NOW);
    assert_eq!(Place::of(id), Place { at: NOW, id });
}

#[tokio::test]
async fn pages_follow_each_other_the_newest_first() {
    on_both(async |_, database| {
        let tenant = TenantId::from(guid());
        // Five in each of four moments, so that pages end within a moment.
        let records: Vec<SignInRecord> = (0..20).map(|at| refused(Some(tenant), at / 5)).collect();
        add(database, &records).await;
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = page(database, Some(tenant), &SignInFilter::default(), after, 3)
                .await
                .unwrap();
            let Some(last) = page.last() else { break };
            after = Some(Place {
                at: last.at,
                id: last.id,
            });
            seen.extend(page);
        }
        let mut expected = records;
        expected.sort_by_key(|record| std::cmp::Reverse((record.at, record.id)));
        assert_eq!(seen, expected);
    })
    .await;
}

#[tokio::test]
async fn only_what_is_old_is_deleted() {
    on_both(async |authority, database| {
        let (one, other) = (TenantId::from(guid()), TenantId::from(guid()));
        let old = 30 * DAY_SECONDS + 1;
        let mut records: Vec<SignInRecord> = (0..2500).map(|_| refused(Some(one), old)).collect();
        records.push(refused(Some(one), old - 1));
        records.extend([refused(Some(other), old), refused(Some(other), 0), refused(None, old)]);
        add(database, &records).await;
        let purge = async || {
            manage::sign_in::purge(authority, &authority.operator(), 30)
                .await
                .unwrap()
        };
        assert_eq!(purge().await, 2502);
        assert_eq!(purge().await, 0);
        for tenant in [one, other] {
            let left = page(database, Some(tenant), &SignInFilter::default(), None, 100)
                .await
                .unwrap();
            assert_eq!(left.len(), 1);
        }
    })
    .await;
}
