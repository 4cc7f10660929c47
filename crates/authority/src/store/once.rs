//! What counts once: names of assertions and proofs that were used up.
//!
//! In: a kind, a name, the time up to which the name must be remembered. Out: whether it was new.
//! INVARIANT: the primary key decides, so of two uses at the same time one is the first, on whatever node. Names are kept
//! as hashes: they are as long as whoever sends them likes.

use aws_lc_rs::digest;
use db::sql::CreateTable;
use db::{Commit, Database, Statement, Step, Type, Value};
use oauth::Timestamp;

use super::{Error, any_outcome, column, record, table, text, time};

/// Of so many uses, one tidies up: enough that no more is thrown away late than comes, few enough that those who use
/// things up at the same time seldom wait for each other.
const TIDIED_UP_BY_ONE_OF: u8 = 16;

/// What kind of name it is: two kinds may have the same names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `jti` of a client assertion (RFC 7523 section 3).
    ClientAssertion,
    /// `jti` of a DPoP proof (RFC 9449 section 11.1).
    DpopProof,
    /// The challenge of a passkey (Web Authentication section 13.4.3).
    PasskeyChallenge,
}

/// Which use it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// The first.
    First,
    /// A later one.
    Again,
}

pub(super) fn tables() -> Vec<CreateTable> {
    let columns = vec![
        column("kind", Type::Text),
        column("key_hash", Type::Bytes),
        column("ends_at", Type::Int),
    ];
    let mut once = table("once", columns, &["kind", "key_hash"]);
    // For its index: what has ended is found by it.
    let by_end = ["ends_at", "kind", "key_hash"].map(Into::into).to_vec();
    once.unique = vec![("once_by_end".into(), by_end)];
    vec![once]
}

/// Uses a name up, until `ends_at`; after that it must be refused for its age. The parts of the name are told apart by
/// their lengths, so `ab` and `c` are not `a` and `bc`.
pub(crate) async fn use_up(
    database: &Database,
    kind: Kind,
    name: &[&str],
    now: Timestamp,
    ends_at: Timestamp,
) -> Result<Use, Error> {
    let key_hash = hash(name);
    let tidies_up = key_hash.first().is_some_and(|byte| byte % TIDIED_UP_BY_ONE_OF == 0);
    let mut steps: Vec<Step> = tidies_up.then(|| any_outcome(delete_ended(now))).into_iter().collect();
    steps.push(any_outcome(insert(kind, key_hash, ends_at)));
    match record(database, steps).await {
        // No step expects anything, so none is refused.
        Ok(Commit::Done(_) | Commit::Refused { .. }) => Ok(Use::First),
        Err(db::Error::Duplicate { .. }) => Ok(Use::Again),
        Err(error) => Err(error.into()),
    }
}

fn hash(name: &[&str]) -> Vec<u8> {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in name {
        context.update(&part.len().to_be_bytes());
        context.update(part.as_bytes());
    }
    context.finish().as_ref().to_vec()
}

fn insert(kind: Kind, key_hash: Vec<u8>, ends_at: Timestamp) -> Statement {
    Statement::fixed(
        "INSERT INTO {once} (kind, key_hash, ends_at) VALUES ($1, $2, $3)",
        vec![text(kind_text(kind)), Value::Bytes(key_hash), time_after(ends_at)],
        &[],
    )
}

/// Removes what ended first, up to 64 rows and those that ended in the same second as the last of them. By time and not
/// by key, so that two that tidy up at once meet the rows in the same order and do not lock each other out.
fn delete_ended(now: Timestamp) -> Statement {
    Statement::fixed(
        "DELETE FROM {once} WHERE ends_at <= (SELECT MAX(ended.ends_at) FROM (SELECT o.ends_at FROM {once} o \
         WHERE o.ends_at <= $1 ORDER BY o.ends_at LIMIT 64) ended)",
        vec![time(now)],
        &[],
    )
}

/// The end in whole seconds, rounded up: a name must not be forgotten in the second in which it still counts.
fn time_after(at: Timestamp) -> Value {
    time(at.plus_millis(999))
}

fn kind_text(kind: Kind) -> &'static str {
    match kind {
        Kind::ClientAssertion => "client assertion",
        Kind::DpopProof => "dpop proof",
        Kind::PasskeyChallenge => "passkey challenge",
    }
}

#[cfg(test)]
mod tests {
    use db::{Cluster, SqliteOptions};

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_767_225_600);

    async fn database(directory: &std::path::Path) -> Database {
        let cluster = Cluster::sqlite(directory.join("databases"), SqliteOptions::default());
        let database = cluster.create("once").await.unwrap();
        let tables = super::super::tables().into_iter().map(any_outcome).collect();
        record(&database, tables).await.unwrap();
        database
    }

    async fn rows(database: &Database) -> usize {
        let statement = Statement::fixed("SELECT o.kind FROM {once} o", vec![], &[Type::Text]);
        database.query(&statement).await.unwrap().len()
    }

    #[tokio::test]
    async fn a_name_counts_once_in_its_kind() {
        let directory = tempfile::tempdir().unwrap();
        let database = database(directory.path()).await;
        let check = async |kind: Kind, name: &[&str], expected: Use| {
            let outcome = use_up(&database, kind, name, NOW, NOW.plus_seconds(60)).await;
            assert_eq!(outcome.unwrap(), expected, "{name:?}");
        };
        check(Kind::DpopProof, &["ab", "c"], Use::First).await;
        check(Kind::DpopProof, &["ab", "c"], Use::Again).await;
        check(Kind::DpopProof, &["a", "bc"], Use::First).await;
        check(Kind::DpopProof, &["abc"], Use::First).await;
        check(Kind::ClientAssertion, &["ab", "c"], Use::First).await;
    }

    #[tokio::test]
    async fn what_has_ended_is_removed_on_the_way() {
        let directory = tempfile::tempdir().unwrap();
        let database = database(directory.path()).await;
        for number in 0..40 {
            let name = number.to_string();
            use_up(&database, Kind::DpopProof, &[&name], NOW, NOW.plus_seconds(60))
                .await
                .unwrap();
        }
        assert_eq!(rows(&database).await, 40);
        let later = NOW.plus_seconds(61);
        for number in 0..80 {
            let name = format!("later {number}");
            use_up(&database, Kind::DpopProof, &[&name], later, later.plus_seconds(60))
                .await
                .unwrap();
        }
        assert_eq!(rows(&database).await, 80);
    }

    #[test]
    fn ends_are_rounded_up() {
        assert_eq!(time_after(Timestamp::from_millis(1_001)), Value::Int(2));
        assert_eq!(time_after(Timestamp::from_millis(1_000)), Value::Int(1));
    }
}
