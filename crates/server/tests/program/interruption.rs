//! A start that is cut off while it makes a world: the next one makes it anew, and it is whole.

use std::{fs, time::Duration};

use crate::{
    demonstration::whole,
    place::{Place, on_both, on_postgres},
};

/// How long to look away between two looks at a file.
const A_MOMENT: Duration = Duration::from_millis(2);

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_makes_a_world_of_sqlite_files() {
    let place = Place::sqlite();
    // In the order in which they come to be; the last one grows as rows are written.
    for (file, bytes) in [
        ("ca.key", 1),
        ("key-encryption.key", 1),
        ("databases/directory.sqlite", 1),
        ("contoso.env", 1),
        ("databases/env_contoso.sqlite", 1),
        ("fabrikam.env", 1),
        ("databases/env_fabrikam.sqlite", 1),
        ("databases/env_contoso.sqlite-wal", 1_500_000),
    ] {
        killed_at(&place, file, bytes, Duration::ZERO);
    }
    made_anew(&place).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_makes_a_world_on_postgres() {
    on_postgres(async |place| {
        for (file, more_ms) in [
            ("key-encryption.key", 0),
            ("contoso.env", 0),
            ("fabrikam.env", 0),
            ("fabrikam.env", 500),
        ] {
            killed_at(place, file, 1, Duration::from_millis(more_ms));
        }
        made_anew(place).await;
    })
    .await;
}

/// Most of these ends come while the start deletes what the one before it left.
#[tokio::test(flavor = "multi_thread")]
async fn killed_soon_after_the_start() {
    on_both(async |place| {
        for moments in 0..12 {
            let mut process = place.up(&[]);
            process.ends_within(A_MOMENT * moments * 2);
            process.kill();
        }
        made_anew(place).await;
    })
    .await;
}

/// A world that is whole is deleted; cut off, it is not taken for whole by the next start.
#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_resets() {
    on_both(async |place| {
        for moments in [1, 5, 10] {
            place.running(&[]).0.stop();
            let mut process = place.up(&["--reset"]);
            process.ends_within(A_MOMENT * moments * 2);
            process.kill();
            let (mut process, world) = place.running(&[]);
            whole(&world).await;
            process.stop();
        }
    })
    .await;
}

/// The next start makes a whole world.
async fn made_anew(place: &Place) {
    let (mut process, world) = place.running(&[]);
    assert!(
        process.printed.contains("Demonstration world made in"),
        "{}",
        process.printed
    );
    whole(&world).await;
    process.stop();
}

/// Starts, and kills once a file has so many bytes, and some time has passed since.
#[track_caller]
fn killed_at(place: &Place, name: &str, bytes: u64, then: Duration) {
    let file = place.data_dir().join(name);
    // Left by the start before: this one's is waited for.
    if file.exists() {
        fs::remove_file(&file).unwrap();
    }
    let mut process = place.up(&[]);
    while fs::metadata(&file).map_or(0, |it| it.len()) < bytes {
        assert!(!process.ends_within(A_MOMENT), "{name}: {:?}", process.end());
        assert!(!process.printed.contains("Ready in "), "ready before {name} was there");
    }
    assert!(!process.ends_within(then), "{name}: {:?}", process.end());
    process.kill();
    assert!(
        place.data_dir().join("unfinished").exists(),
        "{name}: the world was whole already"
    );
}
