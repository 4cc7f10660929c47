//! The text of a statement depends on the shape of a request and the depth of the grant, never on who asks.

use db::{Engine, render};
use uuid::Uuid;

use crate::compile::read;
use crate::compile::tests::case::{Case, Planned};
use crate::compile::tests::world::World;

const QUERY: &str = "GET accounts?$select=name&$filter=primarycontactid/fullname eq 'Ada'&\
                     $orderby=_primarycontactid_value&$expand=Account_Tasks($select=subject)&$count=true";

fn text(user: u128, depth: &str) -> String {
    let world = World::with_user(Uuid::from_u128(user));
    let case = Case::parse(&format!(
        "depth: {depth}\nprefer: odata.include-annotations=\"*\"\n{QUERY}"
    ));
    let caller = world.caller(case.depth);
    let Planned::Read(plan) = case.plan(&world).unwrap() else {
        panic!("not a read")
    };
    let permitted = world.rights(&caller).permit(*plan).unwrap();
    render(&read(&world.catalogue, &permitted).sql, Engine::Postgres, "contoso")
}

#[test]
fn callers_of_one_depth_share_a_text() {
    for depth in ["basic", "local", "deep", "global"] {
        assert_eq!(text(1, depth), text(2, depth), "{depth}");
    }
    // The units below are one bound list, however many they are.
    assert_eq!(text(1, "local"), text(1, "deep"));
    assert_ne!(text(1, "basic"), text(1, "local"));
    assert_ne!(text(1, "deep"), text(1, "global"));
}
