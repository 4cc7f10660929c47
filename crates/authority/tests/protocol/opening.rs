//! Opening a directory: only one that this version of the program made.

use authority::{Authority, OpenError, TokenLifetime};
use db::{Expect, Statement, Step};

use crate::world::{World, on_both, options};

#[tokio::test]
async fn tables_of_another_version_are_refused() {
    on_both(async |world: World| {
        let open = async || {
            Authority::open(
                world.database.clone(),
                options(&world.clock, TokenLifetime::default(), 7),
            )
            .await
        };
        open().await.unwrap();
        let change = async |text| {
            let step = Step {
                statement: Statement::fixed(text, vec![], &[]),
                expect: Expect::Some,
            };
            world.database.commit(vec![step]).await.unwrap();
        };
        change("UPDATE {schema_version} SET version = version + 1").await;
        let newer = open().await.unwrap_err();
        assert!(matches!(newer, OpenError::Version { .. }), "{newer}");
        // The first program wrote none.
        change("DELETE FROM {schema_version} WHERE id = 1").await;
        let text = open().await.unwrap_err().to_string();
        assert!(text.contains("of version 1, and this program's of version"), "{text}");
    })
    .await;
}
