//! What cannot be added or removed, with the words that the author reads; nothing of it is done.

use data::{CatalogueChange, Removal};

use super::{ORDERS, adding, column, removing, table};
use crate::world::on_each_engine;

/// A table with these columns besides its name.
fn with_columns(columns: &str) -> String {
    format!(
        "[tables.new_Order]\ndisplay_name = \"Order\"\ndisplay_collection_name = \"Orders\"\n\
         primary_name = \"new_Name\"\n[tables.new_Order.columns]\n\
         new_Name = {{ type = \"string\", max_length = 100, display_name = \"Name\" }}\n{columns}"
    )
}

/// Checks each change against its refusal, in an environment that has [`ORDERS`] where that is said.
async fn check(first: &'static str, cases: &'static [(&'static str, &'static str)]) {
    on_each_engine(move |world| async move {
        world.add(first).await;
        let before = world.definitions().await;
        let tables = world.number("SELECT COUNT(*) FROM {privilege}").await;
        for (text, expected) in cases {
            assert_eq!(world.refused_change(&adding(text)).await, *expected, "{text}");
        }
        assert_eq!(world.definitions().await, before);
        assert_eq!(world.number("SELECT COUNT(*) FROM {privilege}").await, tables);
    })
    .await;
}

#[tokio::test]
async fn names() {
    const PREFIX: &str = "it must begin with the prefix of a publisher and an underscore, as in `new_Order`";
    on_each_engine(async |world| {
        for (text, expected) in [
            (
                ORDERS.replace("tables.new_Order", "tables.Order"),
                format!("`Order` cannot be a name: {PREFIX}"),
            ),
            (
                ORDERS.replace("new_Mark", "Mark"),
                format!("`Mark` cannot be a name: {PREFIX}"),
            ),
            (
                ORDERS.replace("choices.new_Color", "choices.Color"),
                format!("`Color` cannot be a name: {PREFIX}"),
            ),
            (
                ORDERS.replace("new_account_orders", "orders"),
                format!("`orders` cannot be a name: {PREFIX}"),
            ),
            (
                ORDERS.replace("new_Rating", "rating"),
                format!("`rating` cannot be a name: {PREFIX}"),
            ),
            (
                ORDERS.replace("primary_name", "entity_set = \"orders\"\nprimary_name"),
                format!("`orders` cannot be a name: {PREFIX}"),
            ),
            (
                ORDERS.replace("primary_name", "entity_set = \"new_Orders\"\nprimary_name"),
                "`new_Orders` cannot be a name: the name of a table in URLs is in lower case".to_owned(),
            ),
            (
                ORDERS.replace("new_Mark", "\"new_a\\\"; DROP TABLE account\""),
                "`new_a\"; DROP TABLE account` cannot be a name: behind the prefix stand letters from a to z, digits \
                 and underscores"
                    .to_owned(),
            ),
        ] {
            assert_eq!(
                world.refused_change(&adding(&text)).await,
                format!("0x80040203 {expected}")
            );
        }
        assert_eq!(world.definitions().await, data::Additions::default());
    })
    .await;
}

#[tokio::test]
async fn definitions() {
    on_each_engine(async |world| {
        for (columns, expected) in [
            ("new_X = { type = \"string\", max_length = 0, display_name = \"X\" }", "`new_Order`: the column `new_x`: `max_length` is between 1 and 4000"),
            ("new_X = { type = \"memo\", max_length = 1048577, display_name = \"X\" }", "`new_Order`: the column `new_x`: `max_length` is between 1 and 1048576"),
            ("new_X = { type = \"decimal\", scale = 11, min = 0, max = 1, display_name = \"X\" }", "`new_Order`: the column `new_x`: `scale` is between 0 and 10"),
            ("new_X = { type = \"decimal\", scale = 10, min = 0, max = 1000000000, display_name = \"X\" }", "`new_Order`: the column `new_x`: `1000000000` with 10 digits behind the point does not fit 64 bits"),
            ("new_X = { type = \"integer\", min = 2, max = 1, display_name = \"X\" }", "`new_Order`: the column `new_x`: `min` is greater than `max`"),
            ("new_X = { type = \"integer\", required = \"system\", display_name = \"X\" }", "`new_X`: `required` is `none` or `application`: rows that are there have no value"),
            ("new_X = { type = \"integer\", display_name = \" \" }", "`new_X`: a display name has 1 to 200 characters, and none that is not printed"),
            ("new_X = { type = \"integer\", display_name = \"a\\nb\" }", "`new_X`: a display name has 1 to 200 characters, and none that is not printed"),
            ("new_X = { type = \"state\", options = { 0 = \"On\" }, display_name = \"X\" }", "`new_X`: state and status come with their table"),
            ("new_X = { type = \"choice\", display_name = \"X\" }", "`new_Order`: the column `new_x`: there are no options"),
            ("new_X = { type = \"choice\", options = { 1 = \"\" }, display_name = \"X\" }", "`new_X`: an option is a number of 32 bits in decimal with a label of 1 to 200 printed characters, which `1` is not"),
            ("new_X = { type = \"choice\", options = { 1 = \"A\", 01 = \"B\" }, display_name = \"X\" }", "`new_X`: an option is a number of 32 bits in decimal with a label of 1 to 200 printed characters, which `01` is not"),
            ("new_X = { type = \"choice\", options = { 1 = \"A\" }, default = 2, display_name = \"X\" }", "`new_Order`: the column `new_x`: the default `2` is not among the options"),
            ("new_X = { type = \"choice\", shared = \"new_Color\", options = { 1 = \"A\" }, display_name = \"X\" }", "`new_X`: a choice that shares its options has none of its own"),
            ("new_X = { type = \"lookup\", targets = [], display_name = \"X\" }", "`new_Order`: the column `new_x`: a lookup needs a target"),
            ("new_X = { type = \"lookup\", targets = [{ table = \"lead\", on_delete = \"restrict\" }], display_name = \"X\" }", "`new_Order`: the column `new_x`: there is no table `lead`"),
            ("new_X = { type = \"lookup\", targets = [{ table = \"teamroles\", on_delete = \"restrict\" }], display_name = \"X\" }", "`new_X`: no lookup can point to `teamroles`, which joins two tables"),
            ("new_X = { type = \"lookup\", targets = [{ table = \"team\", on_delete = \"restrict\" }, { table = \"Team\", on_delete = \"restrict\" }], display_name = \"X\" }", "`new_X`: the table `team` is there twice"),
            ("new_OrderId = { type = \"guid\", display_name = \"X\" }", "`new_Order`: the column `new_orderid` is the table's key"),
            ("new_X = { type = \"lookup\", targets = [{ table = \"team\", collection = \"new_a\", on_delete = \"restrict\" }], display_name = \"X\" }\nnew_Y = { type = \"lookup\", targets = [{ table = \"team\", collection = \"new_a\", on_delete = \"restrict\" }], display_name = \"Y\" }", "`new_Order`: the navigation `new_a` of `team` is there twice"),
        ] {
            assert_eq!(
                world.refused_change(&adding(&with_columns(columns))).await,
                format!("0x80040203 {expected}")
            );
        }
        let unnamed = with_columns("").replace("primary_name = \"new_Name\"", "primary_name = \"new_Nam\"");
        assert_eq!(
            world.refused_change(&adding(&unnamed)).await,
            "0x80040203 `new_Order`: its rows are named by `new_Nam`, which is no column of type `string` of it"
        );
        assert_eq!(world.definitions().await, data::Additions::default());
    })
    .await;
}

#[test]
fn words_that_the_language_does_not_have() {
    for columns in [
        "new_X = { type = \"integer\", display_name = \"X\", colour = 1 }",
        "new_X = { type = \"number\", display_name = \"X\" }",
        "new_X = { type = \"integer\" }",
        "new_X = { type = \"string\", display_name = \"X\" }",
        "new_X = { type = \"lookup\", targets = [{ table = \"team\" }], display_name = \"X\" }",
    ] {
        toml::from_str::<data::Additions>(&with_columns(columns)).unwrap_err();
    }
}

#[tokio::test]
async fn what_is_there_otherwise() {
    check(ORDERS, &[
        (
            "[columns.new_order]\nnew_Pieces = { type = \"string\", max_length = 5, display_name = \"Pieces\" }",
            "0x80047013 the column `new_pieces` of `new_order` is there as `new_Pieces`: display_name = \"Pieces\", required = \"none\", type = \"integer\", min = 0, max = 1000, and was asked for as `new_Pieces`: display_name = \"Pieces\", required = \"none\", type = \"string\", max_length = 5",
        ),
        (
            "[columns.new_order]\nnew_pieces = { type = \"integer\", min = 0, max = 1000, display_name = \"Pieces\" }",
            "0x80047013 the column `new_pieces` of `new_order` is there as `new_Pieces`: display_name = \"Pieces\", required = \"none\", type = \"integer\", min = 0, max = 1000, and was asked for as `new_pieces`: display_name = \"Pieces\", required = \"none\", type = \"integer\", min = 0, max = 1000",
        ),
        (
            "[choices.new_Color]\ndisplay_name = \"Color\"\noptions = { 2 = \"Blue\" }",
            "0x80047013 the option `2` of `new_color` is there as `Green`, and was asked for as `Blue`",
        ),
        (
            "[choices.new_Color]\ndisplay_name = \"Colour\"\noptions = { 2 = \"Green\" }",
            "0x80047013 the choice `new_color` is there as `new_Color` (Color), and was asked for as `new_Color` (Colour)",
        ),
        (
            "[tables.new_Order]\ndisplay_name = \"Order\"\ndisplay_collection_name = \"Orders\"\nownership = \"organization\"\nprimary_name = \"new_Name\"\n[tables.new_Order.columns]\nnew_Name = { type = \"string\", max_length = 100, display_name = \"Name\" }",
            "0x80047013 the table `new_order` is there as `new_Order` (Order, Orders), in URLs `new_orders`, owned by a user or team, named by `new_name`, and was asked for as `new_Order` (Order, Orders), in URLs `new_orders`, owned by the organization, named by `new_name`",
        ),
        (
            "[tables.new_Other]\ndisplay_name = \"Other\"\ndisplay_collection_name = \"Others\"\nentity_set = \"new_orders\"\nprimary_name = \"new_Name\"\n[tables.new_Other.columns]\nnew_Name = { type = \"string\", max_length = 100, display_name = \"Name\" }",
            "0x80040203 `new_Other`: the entity set `new_orders` is there twice",
        ),
        (
            "[columns.account]\naddress1_city = { type = \"integer\", display_name = \"City\" }",
            "0x80047013 the column `address1_city` of `account` is there as a column that came with the environment, and was asked for as `address1_city`: display_name = \"City\", required = \"none\", type = \"integer\"",
        ),
        (
            "[columns.lead]\nnew_X = { type = \"integer\", display_name = \"X\" }",
            "0x80041102 there is no table for the column `new_x` of `lead`",
        ),
        (
            "[columns.privilege]\nnew_X = { type = \"integer\", display_name = \"X\" }",
            "0x80040203 the table of the column `new_x` of `privilege` was not added to the environment, and cannot be changed or removed",
        ),
        (
            "[columns.systemuserroles]\nnew_X = { type = \"integer\", display_name = \"X\" }",
            "0x80040203 the table of the column `new_x` of `systemuserroles` was not added to the environment, and cannot be changed or removed",
        ),
        (
            "[columns.account]\nnew_X = { type = \"choice\", shared = \"new_Size\", display_name = \"X\" }",
            "0x80041102 there is no choice `new_Size`",
        ),
        // A column that is good, and one that is not: neither is added.
        (
            "[columns.account]\nnew_A = { type = \"integer\", display_name = \"A\" }\nnew_B = { type = \"integer\", min = 2, max = 1, display_name = \"B\" }",
            "0x80040203 `account`: the column `new_b`: `min` is greater than `max`",
        ),
    ])
    .await;
}

#[tokio::test]
async fn removals() {
    on_each_engine(async |world| {
        world.add(ORDERS).await;
        world
            .add(
                "[columns.account]\nnew_Last = { type = \"lookup\", display_name = \"Last\", targets = [{ table = \
                 \"new_order\", on_delete = \"remove_link\" }] }",
            )
            .await;
        let before = world.definitions().await;
        for (removal, expected) in [
            (table("account"), "0x80040203 the table `account` was not added to the environment, and cannot be changed or removed"),
            (column("account", "name"), "0x80040203 the column `name` of `account` was not added to the environment, and cannot be changed or removed"),
            (column("new_order", "new_orderid"), "0x80040203 the column `new_orderid` of `new_order` was not added to the environment, and cannot be changed or removed"),
            (column("new_order", "createdon"), "0x80040203 `createdon` cannot be a name: it must begin with the prefix of a publisher and an underscore, as in `new_Order`"),
            (column("new_order", "new_name"), "0x80040203 `new_order.new_name`: it names the rows of its table"),
            (table("new_order"), "0x8004f01f the table `new_order` cannot be removed: `account.new_last` refer to it"),
            (Removal::Choice("new_color".to_owned()), "0x8004f01f the choice `new_color` cannot be removed: `new_order.new_color` refer to it"),
        ] {
            assert_eq!(world.refused_change(&removing(&[removal])).await, expected);
        }
        // One that can go does not go with one that cannot.
        let both = removing(&[column("account", "new_rating"), table("new_order")]);
        world.refused_change(&both).await;
        assert_eq!(world.definitions().await, before);
        let there_and_gone = CatalogueChange {
            remove: vec![column("account", "new_x")],
            ..adding("[columns.account]\nnew_X = { type = \"date\", display_name = \"X\" }")
        };
        assert_eq!(
            world.refused_change(&there_and_gone).await,
            "0x80040203 `account.new_x`: it is to be added and removed by the same change"
        );
        assert_eq!(world.definitions().await, before);
        world.change(&CatalogueChange::default()).await;
    })
    .await;
}

#[tokio::test]
async fn more_than_there_can_be() {
    use std::fmt::Write as _;

    on_each_engine(async |world| {
        let mut texts = "[columns.account]\n".to_owned();
        let mut flags = texts.clone();
        for number in 0..900 {
            writeln!(texts, "new_T{number} = {{ type = \"string\", max_length = 10, display_name = \"T\" }}").unwrap();
            writeln!(flags, "new_F{number} = {{ type = \"boolean\", display_name = \"F\" }}").unwrap();
        }
        assert_eq!(
            world.refused_change(&adding(&texts)).await,
            "0x80040203 columns of `account` in the database, of which each text takes two: 1000 at most"
        );
        assert_eq!(
            world.refused_change(&adding(&flags)).await,
            "0x80040203 columns of `account` in the database, of which each text takes two: 1000 at most"
        );
        let few = texts.lines().take(200).collect::<Vec<_>>().join("\n");
        assert_eq!(
            world.refused_change(&adding(&few)).await,
            "0x80040203 bytes of a row of `account` without its texts: 7500 at most"
        );
        let mut tables = String::new();
        for number in 0..501 {
            writeln!(tables, "[tables.new_T{number}]\ndisplay_name = \"T\"\ndisplay_collection_name = \"T\"\nprimary_name = \"new_Name\"\n[tables.new_T{number}.columns]\nnew_Name = {{ type = \"string\", max_length = 10, display_name = \"N\" }}").unwrap();
        }
        assert_eq!(
            world.refused_change(&adding(&tables)).await,
            "0x80040203 own tables of an environment: 500 at most"
        );
        let options: Vec<String> = (0..1001).map(|number| format!("{number} = \"A\"")).collect();
        let many = format!("[choices.new_Many]\ndisplay_name = \"Many\"\noptions = {{ {} }}", options.join(", "));
        assert_eq!(
            world.refused_change(&adding(&many)).await,
            "0x80040203 options of `new_Many`: 1000 at most"
        );
        assert_eq!(world.definitions().await, data::Additions::default());
    })
    .await;
}
