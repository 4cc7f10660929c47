//! The rules of system tables, over the wire: what follows from a write, and what is refused with which code.

mod businessunit;
mod role;
mod rows;
mod systemuser;
mod team;

use serde_json::{Value, json};
use uuid::Uuid;

use super::world::{Call, Reply, World};

/// The body that links a row.
fn link(set: &str, id: Uuid) -> Value {
    json!({ "@odata.id": format!("{set}({id})") })
}

/// The error of an administrator's call.
async fn refused(world: &World, call: Call) -> String {
    world.admin(call).await.error()
}

/// One row, read by the administrator.
async fn row(world: &World, path: &str) -> Value {
    world.admin(Call::get(path)).await.expect(200).json()
}

/// The names of linked rows, sorted.
fn names(reply: &Reply, column: &str) -> Vec<String> {
    let rows = reply.json()["value"].as_array().unwrap().clone();
    let mut names: Vec<String> = rows
        .iter()
        .map(|row| row[column].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}
