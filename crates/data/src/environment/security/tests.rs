//! What roles, teams and units add up to, and rows that stop a load.

use super::*;
use crate::environment::UnitRow;

const UNIT: Uuid = Uuid::from_u128(1);
const TEAM_UNIT: Uuid = Uuid::from_u128(2);
const USER: Uuid = Uuid::from_u128(10);
const TEAM: Uuid = Uuid::from_u128(20);
const OTHER_TEAM: Uuid = Uuid::from_u128(21);

fn privilege() -> PrivilegeId {
    PrivilegeId::of("prvReadAccount")
}

fn role(through_team: ThroughTeam, depth: Depth) -> Role {
    Role {
        name: "Role".to_owned(),
        is_built_in: false,
        through_team,
        privileges: vec![(privilege(), depth)],
    }
}

/// A user of `UNIT` with these roles, in a team of `TEAM_UNIT` with those, and in another team without any.
fn security(own: Vec<Role>, through_team: Vec<Role>) -> Security {
    let units = [
        UnitRow {
            id: UNIT,
            parent: None,
            disabled: false,
        },
        UnitRow {
            id: TEAM_UNIT,
            parent: Some(UNIT),
            disabled: false,
        },
    ];
    let numbered = |roles: Vec<Role>, from: u128| {
        roles
            .into_iter()
            .zip(from..)
            .map(|(role, id)| (Uuid::from_u128(id), role))
    };
    let (own, through): (Vec<_>, Vec<_>) = (numbered(own, 100).collect(), numbered(through_team, 200).collect());
    let team = |roles| Team {
        unit: TEAM_UNIT,
        kind: TeamKind::Owner,
        is_default: false,
        roles,
    };
    let user = User {
        id: USER,
        unit: UNIT,
        app: None,
        object: None,
        disabled: false,
        teams: Arc::from([]),
        role_count: 0,
        grants: Arc::default(),
    };
    let member = Member {
        user,
        row_disabled: false,
        roles: own.iter().map(|(id, _)| *id).collect(),
        teams: [OTHER_TEAM, TEAM].into(),
        compiled: OnceLock::new(),
    };
    Security {
        settings: Settings {
            organization: Uuid::nil(),
            base_currency: Uuid::nil(),
            built_in_roles_for_applications: BuiltInRoles::Refused,
        },
        units: Units::new(&units).unwrap(),
        members: HashMap::from([(USER, member)]),
        teams: [
            (TEAM, team(through.iter().map(|(id, _)| *id).collect())),
            (OTHER_TEAM, team(Vec::new())),
        ]
        .into(),
        roles: own.into_iter().chain(through).collect(),
        by_app: HashMap::new(),
        by_object: HashMap::new(),
        privileges: Arc::default(),
    }
}

#[track_caller]
fn check(own: Vec<Role>, through_team: Vec<Role>, expected: &[(Depth, Uuid, &[Uuid])]) {
    let roles = own.len() + through_team.len();
    let user = security(own, through_team).user(USER).unwrap();
    let entries = user
        .grants
        .get(&privilege())
        .map(|grant| grant.entries.clone())
        .unwrap_or_default();
    let held: Vec<_> = entries
        .iter()
        .map(|entry| (entry.depth, entry.unit, &*entry.owners))
        .collect();
    assert_eq!(held, expected);
    assert_eq!(user.role_count, roles);
    assert_eq!(*user.teams, [TEAM, OTHER_TEAM]);
}

#[test]
fn a_role_is_measured_from_the_unit_of_who_holds_it() {
    use Depth::{Basic, Deep, Local};
    use ThroughTeam::{OwnRowsToo, TeamRows};
    const OWN: &[Uuid] = &[USER, TEAM, OTHER_TEAM];
    check(vec![], vec![], &[]);
    check(vec![role(TeamRows, Basic)], vec![], &[(Basic, UNIT, OWN)]);
    check(vec![], vec![role(OwnRowsToo, Basic)], &[(Basic, TEAM_UNIT, OWN)]);
    check(vec![], vec![role(TeamRows, Local)], &[(Local, TEAM_UNIT, &[TEAM])]);
    // Holdings from one place are one, as deep as the deepest; those from different places add up.
    check(
        vec![role(OwnRowsToo, Local), role(TeamRows, Basic)],
        vec![],
        &[(Local, UNIT, OWN)],
    );
    check(
        vec![role(OwnRowsToo, Basic)],
        vec![role(TeamRows, Deep), role(OwnRowsToo, Basic)],
        &[(Basic, UNIT, OWN), (Deep, TEAM_UNIT, &[TEAM]), (Basic, TEAM_UNIT, OWN)],
    );
}

#[test]
fn users_are_compiled_once() {
    let security = security(vec![role(ThroughTeam::OwnRowsToo, Depth::Basic)], vec![]);
    assert!(Arc::ptr_eq(
        &security.user(USER).unwrap(),
        &security.user(USER).unwrap()
    ));
    assert!(security.user(TEAM).is_none());
}
