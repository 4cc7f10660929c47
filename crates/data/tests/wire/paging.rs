//! Pages: `Prefer: odata.maxpagesize` and next links, called as they are.

use serde_json::json;

use super::{ROOT, texts};
use crate::world::{Call, World, on_each_engine};

/// All rows by following next links, with the number of pages.
async fn all(world: &World, path: &str, size: u64) -> (Vec<String>, usize) {
    let (mut link, mut names, mut pages) = (path.to_owned(), Vec::new(), 0);
    loop {
        let prefer = format!("odata.maxpagesize={size}");
        let reply = world
            .admin(Call::get(&link).header("Prefer", &prefer))
            .await
            .expect(200);
        assert_eq!(reply.header("Preference-Applied"), Some(prefer.as_str()));
        let page = reply.json();
        names.extend(texts(&page, "name"));
        pages += 1;
        let Some(next) = page["@odata.nextLink"].as_str() else {
            return (names, pages);
        };
        assert!(next.starts_with(&format!("{ROOT}/accounts?")), "{next}");
        next.clone_into(&mut link);
    }
}

#[tokio::test]
async fn refusals() {
    on_each_engine(async |world| {
        for size in ["0", "5001", "x", "-1", ""] {
            let call = Call::get("accounts").header("Prefer", &format!("odata.maxpagesize={size}"));
            let message = format!(
                "400 0x80060888 The value `{size}` of `odata.maxpagesize` is not a whole number from 1 to 5000."
            );
            assert_eq!(world.refusal(call).await, message);
        }
        for token in ["x", "e30", "%3Ccookie%20pagenumber=%222%22/%3E"] {
            let message = "400 0x80040203 The `$skiptoken` is not one that this service has given.";
            assert_eq!(
                world.refusal(Call::get(&format!("accounts?$skiptoken={token}"))).await,
                message
            );
        }
        for name in ["A", "B"] {
            world.account(name).await;
        }
        let first = world
            .admin(Call::get("accounts?$orderby=name").header("Prefer", "odata.maxpagesize=1"))
            .await
            .json();
        let other = first["@odata.nextLink"]
            .as_str()
            .unwrap()
            .replace("$orderby=name", "$orderby=telephone1");
        let message = "400 0x80040203 The `$skiptoken` belongs to another query.";
        assert_eq!(world.refusal(Call::get(&other)).await, message);
    })
    .await;
}

#[tokio::test]
async fn every_row_comes_once_whatever_the_order() {
    on_each_engine(async |world| {
        for number in 0..17 {
            // Ties and nulls, so that the key must decide.
            let revenue = if number % 4 == 0 {
                json!(null)
            } else {
                json!(number % 3)
            };
            world
                .made(
                    "accounts",
                    json!({ "name": format!("Name {}", number % 5), "revenue": revenue }),
                )
                .await;
        }
        for order in [
            "name",
            "name desc",
            "revenue",
            "revenue desc",
            "revenue desc,name",
            "_owninguser_value,name",
            "createdon desc",
        ] {
            let path = format!("accounts?$select=name,revenue&$orderby={order}");
            let (whole, _) = all(&world, &path, 5000).await;
            assert_eq!(whole.len(), 17);
            for size in [1, 4, 16, 17, 18] {
                let (found, pages) = all(&world, &path, size).await;
                assert_eq!(found, whole, "{order} {size}");
                assert_eq!(
                    pages,
                    17_usize.div_ceil(usize::try_from(size).unwrap()),
                    "{order} {size}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn count_and_top_hold_over_all_pages() {
    on_each_engine(async |world| {
        for number in 0..7 {
            world.account(&format!("Name {number}")).await;
        }
        let call = |path: &str| Call::get(path).header("Prefer", "odata.maxpagesize=3");
        let first = world
            .admin(call(
                "accounts?$select=name&$orderby=name&$count=true&$filter=startswith(name,'n')",
            ))
            .await
            .json();
        assert_eq!(first["@odata.count"].to_string(), "7");
        let second = world
            .admin(call(first["@odata.nextLink"].as_str().unwrap()))
            .await
            .json();
        assert_eq!(
            (second["@odata.count"].to_string(), texts(&second, "name")),
            (
                "7".to_owned(),
                vec!["Name 3".to_owned(), "Name 4".to_owned(), "Name 5".to_owned()]
            )
        );
        assert_eq!(
            all(&world, "accounts?$select=name&$orderby=name&$top=5", 2)
                .await
                .0
                .len(),
            5
        );
    })
    .await;
}

#[tokio::test]
async fn rows_that_come_and_go_shift_nothing() {
    on_each_engine(async |world| {
        let mut ids = Vec::new();
        for number in 1..=6 {
            ids.push(world.account(&format!("Name {number}")).await);
        }
        let call = |path: &str| Call::get(path).header("Prefer", "odata.maxpagesize=3");
        let first = world.admin(call("accounts?$select=name&$orderby=name")).await.json();
        world.account("Name 0").await;
        world
            .admin(Call::delete(&format!("accounts({})", ids[1])))
            .await
            .expect(204);
        let second = world
            .admin(call(first["@odata.nextLink"].as_str().unwrap()))
            .await
            .json();
        assert_eq!(texts(&second, "name"), ["Name 4", "Name 5", "Name 6"]);
        assert!(second.get("@odata.nextLink").is_none());
    })
    .await;
}
