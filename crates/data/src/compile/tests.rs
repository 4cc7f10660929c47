//! The stages of a request as files: `tests/cases/<name>.case` goes in, the permitted plan and the SQL of both
//! databases come out beside it, to be read by a reviewer.

mod case;
mod print;
mod shape;
mod world;

use std::path::Path;

use db::{Engine, render};

use crate::compile::{Decided, Stamps, read, write};
use crate::error::Error;
use case::{Case, Planned};
use world::World;

/// Where the cases are.
const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");

#[test]
fn cases() {
    let world = World::new();
    let mut paths: Vec<_> = std::fs::read_dir(CASES)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "case"));
    paths.sort();
    assert!(!paths.is_empty(), "no cases in {CASES}");
    for path in paths {
        check(&world, &path);
    }
}

fn check(world: &World, path: &Path) {
    let name = path.file_stem().unwrap().to_str().unwrap();
    let case = Case::parse(&std::fs::read_to_string(path).unwrap());
    let stages = stages(world, &case);
    insta::with_settings!({
        snapshot_path => CASES,
        prepend_module_to_snapshot => false,
        omit_expression => true,
        description => case.request,
    }, {
        match stages {
            Ok(Stages { plan, sql: [sqlite, postgres] }) => {
                insta::assert_snapshot!(format!("{name}.plan"), plan);
                insta::assert_snapshot!(format!("{name}.sqlite.sql"), sqlite);
                insta::assert_snapshot!(format!("{name}.postgres.sql"), postgres);
            }
            Err(error) => insta::assert_snapshot!(format!("{name}.refused"), format!("{error}\n\n{error:#?}")),
        }
    });
}

/// What comes out of the stages.
struct Stages {
    plan: String,
    sql: [String; 2],
}

fn stages(world: &World, case: &Case) -> Result<Stages, Error> {
    let caller = world.caller(case.depth);
    let rights = world.rights(&caller);
    match case.plan(world)? {
        Planned::Read(plan) => {
            let permitted = rights.permit(*plan)?;
            let sql = read(&world.catalogue, &permitted).sql;
            Ok(Stages {
                plan: print::read(&world.catalogue, permitted.plan()),
                sql: [Engine::Sqlite, Engine::Postgres].map(|engine| render(&sql, engine, "contoso")),
            })
        }
        Planned::Write(plan) => {
            let permitted = rights.permit_write(*plan)?;
            let stamps = Stamps {
                additions: 0,
                now: 1_760_000_000,
                acting: caller.acting().id,
                on_behalf: None,
                epoch: 7,
            };
            let decided = [Decided { permitted, stamps }];
            let statements = write::statements(&world.catalogue, &decided).map_err(|failure| *failure.error)?;
            let [Decided { permitted, .. }] = &decided;
            let text = |engine| {
                let step = |step: &super::steps::Labelled| {
                    format!(
                        "-- {:?} {:?}\n{}",
                        step.expect,
                        step.label,
                        render(&step.sql, engine, "contoso")
                    )
                };
                statements
                    .0
                    .iter()
                    .map(|(_, statement)| step(statement))
                    .collect::<Vec<_>>()
                    .join("\n")
            };
            Ok(Stages {
                plan: print::write(&world.catalogue, permitted.plan()),
                sql: [Engine::Sqlite, Engine::Postgres].map(text),
            })
        }
    }
}
