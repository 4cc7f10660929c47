//! The roles that come with every environment.
//!
//! In: `crates/data/catalogue/roles.toml` and a catalogue. Out: each role with what it holds.
//! Invariant: no role holds a privilege at a depth that the privilege does not have.

use std::collections::BTreeMap;

use serde::Deserialize;
use uuid::Uuid;

use crate::catalogue::{Catalogue, CatalogueError, Depth, Privilege, PrivilegeId, Right};

const FILE: &str = "roles.toml";

/// A role that came with the environment.
#[derive(Debug)]
pub(crate) struct BuiltIn {
    pub(crate) name: String,
    pub(crate) template: Uuid,
    pub(crate) privileges: BTreeMap<PrivilegeId, Depth>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RolesFile {
    roles: Vec<RoleFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleFile {
    name: String,
    template: String,
    every_privilege: Option<Depth>,
    /// Every right on the tables that the environment adds.
    own_tables: Option<Depth>,
    #[serde(default)]
    holds: Vec<HoldsFile>,
    #[serde(default)]
    named: BTreeMap<String, Depth>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HoldsFile {
    rights: Vec<Right>,
    depth: Depth,
    tables: Option<Vec<String>>,
}

/// The roles of the embedded file.
pub(crate) fn built_in(catalogue: &Catalogue) -> Result<Vec<BuiltIn>, CatalogueError> {
    read(catalogue, include_str!("../../catalogue/roles.toml"))
}

/// Every privilege at organization depth.
pub(crate) fn everything(catalogue: &Catalogue) -> BTreeMap<PrivilegeId, Depth> {
    catalogue
        .privileges()
        .iter()
        .map(|privilege| (privilege.id, Depth::Global))
        .collect()
}

fn read(catalogue: &Catalogue, text: &str) -> Result<Vec<BuiltIn>, CatalogueError> {
    let file: RolesFile = toml::from_str(text).map_err(|source| CatalogueError::Syntax {
        file: FILE.to_owned(),
        source: Box::new(source),
    })?;
    file.roles.into_iter().map(|role| convert(catalogue, role)).collect()
}

fn convert(catalogue: &Catalogue, role: RoleFile) -> Result<BuiltIn, CatalogueError> {
    let wrong = |what: String| CatalogueError::invalid(FILE, format!("the role `{}`: {what}", role.name));
    let template = Uuid::try_parse(&role.template).ok();
    let template = template.ok_or_else(|| wrong(format!("`{}` is no guid", role.template)))?;
    let mut privileges = BTreeMap::new();
    let mut hold = |privilege: &Privilege, depth: Depth| {
        if !privilege.depths.contains(&depth) {
            return Err(wrong(format!("`{}` has no depth `{}`", privilege.name, depth.word())));
        }
        privileges
            .entry(privilege.id)
            .and_modify(|there: &mut Depth| *there = depth.max(*there))
            .or_insert(depth);
        Ok(())
    };
    if let Some(depth) = role.every_privilege {
        catalogue
            .privileges()
            .iter()
            .try_for_each(|privilege| hold(privilege, depth))?;
    }
    for privilege in catalogue.privileges() {
        let is_own = privilege.on.is_some_and(|(table, _)| catalogue.table(table).is_custom);
        if let Some(depth) = role.own_tables.filter(|_| is_own) {
            hold(privilege, depth)?;
        }
    }
    for HoldsFile { rights, depth, tables } in &role.holds {
        if let Some(name) = tables
            .iter()
            .flatten()
            .find(|name| catalogue.logical_name(name).is_none())
        {
            return Err(wrong(format!("there is no table `{name}`")));
        }
        for privilege in catalogue.privileges() {
            let Some((table, right)) = privilege.on else { continue };
            let is_meant = tables
                .as_ref()
                .is_none_or(|names| names.contains(&catalogue.table(table).logical_name));
            if is_meant && rights.contains(&right) {
                hold(privilege, *depth)?;
            }
        }
    }
    for (name, depth) in &role.named {
        let privilege = catalogue
            .privilege(name)
            .ok_or_else(|| wrong(format!("there is no privilege `{name}`")))?;
        hold(privilege, *depth)?;
    }
    Ok(BuiltIn {
        name: role.name,
        template,
        privileges,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_roles() {
        let catalogue = Catalogue::standard().unwrap();
        let roles = built_in(&catalogue).unwrap();
        let held = |role: &str, privilege: &str| {
            let role = roles.iter().find(|candidate| candidate.name == role).unwrap();
            role.privileges
                .get(&catalogue.privilege(privilege).unwrap().id)
                .copied()
        };
        assert_eq!(roles.len(), 6);
        assert_eq!(held("System Administrator", "prvDeleteContact"), Some(Depth::Global));
        assert_eq!(
            held("System Administrator", "prvActOnBehalfOfAnotherUser"),
            Some(Depth::Global)
        );
        assert_eq!(held("Basic User", "prvReadAccount"), Some(Depth::Basic));
        assert_eq!(held("Basic User", "prvReadUser"), Some(Depth::Global));
        assert_eq!(held("Basic User", "prvWriteUser"), None);
        assert_eq!(held("Service Reader", "prvReadActivity"), Some(Depth::Global));
        assert_eq!(held("Service Reader", "prvCreateAccount"), None);
        assert_eq!(held("Service Writer", "prvCreateAccount"), Some(Depth::Global));
        assert_eq!(held("Delegate", "prvActOnBehalfOfAnotherUser"), Some(Depth::Global));
        assert_eq!(held("Delegate", "prvReadAccount"), None);
    }

    #[track_caller]
    fn check_refused(role: &str, expected: &str) {
        let text = format!("[[roles]]\nname = \"A\"\n{role}");
        let error = read(&Catalogue::standard().unwrap(), &text).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn mistakes_are_refused() {
        const ID: &str = "template = \"627090ff-40a3-4053-8790-584edc5be201\"\n";
        check_refused(
            "template = \"x\"",
            "the data file `roles.toml`: the role `A`: `x` is no guid",
        );
        check_refused(
            &format!("{ID}named = {{ prvFly = \"global\" }}"),
            "the data file `roles.toml`: the role `A`: there is no privilege `prvFly`",
        );
        check_refused(
            &format!("{ID}holds = [{{ rights = [\"read\"], depth = \"basic\", tables = [\"role\"] }}]"),
            "the data file `roles.toml`: the role `A`: `prvReadRole` has no depth `Basic`",
        );
        check_refused(
            &format!("{ID}holds = [{{ rights = [\"read\"], depth = \"global\", tables = [\"lead\"] }}]"),
            "the data file `roles.toml`: the role `A`: there is no table `lead`",
        );
        check_refused(&format!("{ID}color = 1"), "the data file `roles.toml` cannot be read");
    }
}
