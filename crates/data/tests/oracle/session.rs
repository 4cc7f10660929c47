//! One environment with the judge's record of it: random units, users, teams, roles and rows, made over the wire.
//!
//! In: a [`World`] and dice. Out: a [`Session`]. Invariant: the record and the environment tell the same; what the service
//! makes by itself (default teams, full names of users) is read once, by the administrator, and then kept like the rest.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::body::{body, reference};
use super::dice::Dice;
use super::draw;
use super::realm::{ActsForOthers, Caller, Depth, Realm, Right, Role, Row, ThroughTeam};
use super::tables::{OWNED, Table, Write};
use super::value::Value;
use crate::world::{Call, Reply, World};

const SURNAMES: [&str; 3] = ["Berg", "berg", "Ås"];

const UNITS: usize = 6;
const USERS: usize = 9;
const TEAMS: usize = 3;
const ROLES: usize = 7;
/// Units are at most so deep below the root.
const LEVELS: usize = 4;

/// The rows with owners that there are at the beginning, in the order of their making: lookups lead to those before.
const ROWS: [(Table, usize); 6] = [
    (Table::Account, 25),
    (Table::Contact, 30),
    (Table::Task, 15),
    (Table::Account, 25),
    (Table::Contact, 30),
    (Table::Task, 25),
];

const DEPTHS: [Depth; 4] = [Depth::Basic, Depth::Local, Depth::Deep, Depth::Global];

const RIGHTS: [Right; 7] = [
    Right::Create,
    Right::Read,
    Right::Write,
    Right::Delete,
    Right::Append,
    Right::AppendTo,
    Right::Assign,
];

/// The position of the administrator's role.
const EVERYTHING: usize = 0;

/// See the module.
pub(super) struct Session {
    pub(super) world: Arc<World>,
    pub(super) realm: Realm,
    /// Everybody who may ask, the administrator last.
    users: Vec<User>,
}

/// Somebody who asks.
struct User {
    id: Uuid,
    token: String,
    /// Their object id in the directory.
    object: String,
}

impl Session {
    /// A new one in a fresh environment.
    pub(super) async fn begin(world: Arc<World>, dice: &mut Dice) -> Self {
        let mut session = Self {
            world,
            realm: Realm::default(),
            users: Vec::new(),
        };
        session.people(dice).await;
        session.record().await;
        session.roles(dice).await;
        session.owned_rows(dice).await;
        session.give_roles(dice).await;
        session
    }

    /// Units, and users and teams in them.
    async fn people(&mut self, dice: &mut Dice) {
        let world = Arc::clone(&self.world);
        let mut units = vec![(world.root, 0)];
        for number in 0..UNITS {
            let (parent, level) = *dice.pick(&units);
            if level < LEVELS {
                units.push((world.unit(&format!("Unit {number}"), parent).await, level + 1));
            }
        }
        let unit = |dice: &mut Dice| dice.pick(&units).0;
        for number in 0..USERS {
            let user = if number % 2 == 0 {
                let application = world.directory.application(&format!("Application {number}"));
                let id = world.application_user(&application, unit(dice)).await;
                User {
                    id,
                    token: world.token(&application),
                    object: application.object.to_string(),
                }
            } else {
                let surname: &&str = dice.pick(&SURNAMES);
                let human = world.directory.person(&format!("Person{number}"), surname);
                let id = world.person_user(&human, unit(dice)).await;
                User {
                    id,
                    token: world.person_token(&human),
                    object: human.object.to_string(),
                }
            };
            self.users.push(user);
        }
        let admin = &world.admin;
        self.users.push(User {
            id: world.admin_user,
            token: world.token(admin),
            object: admin.object.to_string(),
        });
        for number in 0..TEAMS {
            let team = world.team(&format!("Team {number}"), unit(dice)).await;
            for user in &self.users {
                if dice.percent(30) {
                    world.join(team, user.id).await;
                    self.realm.members.insert((team, user.id));
                }
            }
        }
    }

    /// Takes down what units, users and teams there are.
    async fn record(&mut self) {
        for table in [Table::Unit, Table::User, Table::Team] {
            let shape = table.shape();
            let list = self.world.admin(Call::get(shape.set)).await.expect(200).json();
            for shown in list["value"].as_array().unwrap() {
                self.realm.put(recorded(table, shown));
            }
        }
        // The members of a unit's default team are its users.
        let is_default = |team: &&Row| team.value("isdefault") == Value::Flag(true);
        let teams: Vec<Uuid> = self
            .realm
            .rows(Table::Team)
            .filter(is_default)
            .map(|team| team.id)
            .collect();
        for team in teams {
            let unit = self.realm.unit_of((Table::Team, team));
            let users = self.realm.pointing(Table::User, "businessunitid", (Table::Unit, unit));
            let members: Vec<_> = users.iter().map(|user| (team, user.id)).collect();
            self.realm.members.extend(members);
        }
    }

    async fn roles(&mut self, dice: &mut Dice) {
        let everything = Role {
            id: Uuid::from_u128(0xe0),
            through_team: ThroughTeam::OwnRowsToo,
            privileges: everything(),
            acts_for_others: ActsForOthers::Yes,
        };
        self.realm.roles.push(everything);
        self.realm.user_roles.insert((self.world.admin_user, EVERYTHING));
        for number in 0..ROLES {
            let role = role(dice);
            let through_team = i32::from(role.through_team == ThroughTeam::OwnRowsToo);
            let body = json!({ "roleid": role.id, "name": format!("Role {number}"), "isinherited": through_team });
            self.world.admin(Call::post("roles", body)).await.expect(204);
            self.tell_privileges(&role).await;
            self.realm.roles.push(role);
        }
    }

    async fn tell_privileges(&self, role: &Role) {
        let name = |(table, right): &(Table, Right)| format!("prv{right:?}{}", table.shape().noun);
        let names: Vec<_> = role
            .privileges
            .iter()
            .map(|(key, depth)| (name(key), word(*depth)))
            .collect();
        let mut list: Vec<_> = names.iter().map(|(name, depth)| (name.as_str(), *depth)).collect();
        if role.acts_for_others == ActsForOthers::Yes {
            list.push(("prvActOnBehalfOfAnotherUser", word(Depth::Global)));
        }
        self.world.set_privileges(role.id, &list).await;
    }

    /// Rows with random owners. These must be able to read what they own, so while the rows are made all hold a role
    /// that lets them; it is taken away afterwards.
    async fn owned_rows(&mut self, dice: &mut Dice) {
        let world = Arc::clone(&self.world);
        let reads = [
            ("prvReadAccount", "Basic"),
            ("prvReadContact", "Basic"),
            ("prvReadActivity", "Basic"),
        ];
        let owning = world.role("Owning", &reads).await;
        let owners = self.owners();
        for owner in &owners {
            self.send_role(*owner, owning).await;
        }
        for (table, number) in ROWS {
            let mut rows = Vec::new();
            for _ in 0..number {
                let owner = *dice.pick(&owners);
                rows.push(self.random_row(dice, table, owner));
            }
            let mut sending = tokio::task::JoinSet::new();
            for row in &rows {
                let (world, call) = (Arc::clone(&world), Call::post(table.shape().set, body(row)));
                sending.spawn(async move { world.admin(call).await.expect(204) });
            }
            sending.join_all().await;
            for row in rows {
                self.realm.put(row);
            }
        }
        for owner in &owners {
            let path = format!("{}/{}({owning})/$ref", reference(*owner), roles_of(owner.0));
            world.admin(Call::delete(&path)).await.expect(204);
        }
    }

    /// A row that is not there yet, with lookups to rows that are.
    pub(super) fn random_row(&self, dice: &mut Dice, table: Table, owner: (Table, Uuid)) -> Row {
        let mut row = Row::new(table, dice.id());
        for column in table
            .shape()
            .columns
            .iter()
            .filter(|column| column.write == Write::ByCaller)
        {
            row.values.insert(column.name, draw::written(dice, column));
        }
        for lookup in table
            .shape()
            .lookups
            .iter()
            .filter(|lookup| lookup.write == Write::ByCaller)
        {
            let target = dice.pick(lookup.targets).table;
            let there: Vec<Uuid> = self.realm.rows(target).map(|row| row.id).collect();
            if !there.is_empty() && dice.percent(60) {
                row.links.insert(lookup.name, (target, *dice.pick(&there)));
            }
        }
        self.realm.give(&mut row, owner);
        row.complete();
        row
    }

    async fn give_roles(&mut self, dice: &mut Dice) {
        for holder in self.owners() {
            // Now and then somebody without any role.
            let share = if holder.0 == Table::User { 25 } else { 12 };
            for role in (EVERYTHING + 1)..=ROLES {
                if dice.percent(share) {
                    self.give_role(holder, role).await;
                }
            }
        }
    }

    async fn give_role(&mut self, holder: (Table, Uuid), role: usize) {
        let holders = if holder.0 == Table::User {
            &mut self.realm.user_roles
        } else {
            &mut self.realm.team_roles
        };
        if holders.insert((holder.1, role)) {
            self.send_role(holder, self.realm.roles[role].id).await;
        }
    }

    async fn send_role(&self, holder: (Table, Uuid), role: Uuid) {
        let path = format!("{}/{}/$ref", reference(holder), roles_of(holder.0));
        self.world
            .admin(Call::post(&path, json!({ "@odata.id": format!("roles({role})") })))
            .await
            .expect(204);
    }

    /// Something about who may do what becomes different; the next question must feel it.
    pub(super) async fn reorganize(&mut self, dice: &mut Dice) {
        let position = 1 + dice.below(ROLES);
        let mut changed = role(dice);
        changed.id = self.realm.roles[position].id;
        changed.through_team = self.realm.roles[position].through_team;
        self.tell_privileges(&changed).await;
        self.realm.roles[position] = changed;

        let holder = *dice.pick(&self.owners());
        self.give_role(holder, 1 + dice.below(ROLES)).await;

        let is_free = |team: &&Row| team.value("isdefault") == Value::Flag(false);
        let teams: Vec<Uuid> = self
            .realm
            .rows(Table::Team)
            .filter(is_free)
            .map(|team| team.id)
            .collect();
        let (team, user) = (*dice.pick(&teams), dice.pick(&self.users).id);
        if self.realm.members.remove(&(team, user)) {
            let path = format!("teams({team})/teammembership_association({user})/$ref");
            self.world.admin(Call::delete(&path)).await.expect(204);
        } else {
            self.world.join(team, user).await;
            self.realm.members.insert((team, user));
        }
    }

    /// Everybody who may own rows: users and teams.
    pub(super) fn owners(&self) -> Vec<(Table, Uuid)> {
        let of = |table| self.realm.rows(table).map(|row| (row.table, row.id));
        of(Table::User).chain(of(Table::Team)).collect()
    }

    /// Somebody, at times in the name of somebody else.
    pub(super) fn random_caller(&self, dice: &mut Dice) -> Caller {
        let real = dice.pick(&self.users).id;
        let acting = if dice.percent(30) {
            dice.pick(&self.users).id
        } else {
            real
        };
        Caller { real, acting }
    }

    /// Sends a call as this caller.
    pub(super) async fn send(&self, caller: Caller, call: Call) -> Reply {
        let user = |id| self.users.iter().find(|user| user.id == id).unwrap();
        let call = if caller.real == caller.acting {
            call
        } else if caller.acting.as_u128().is_multiple_of(2) {
            call.header("MSCRMCallerID", &caller.acting.to_string())
        } else {
            call.header("CallerObjectId", &user(caller.acting).object)
        };
        self.world.send(&user(caller.real).token, call).await
    }
}

/// A role that lets its holder do some things.
fn role(dice: &mut Dice) -> Role {
    let mut privileges = BTreeMap::new();
    for table in OWNED {
        for right in RIGHTS {
            if dice.percent(if right == Right::Read { 80 } else { 60 }) {
                privileges.insert((table, right), *dice.pick(&DEPTHS));
            }
        }
    }
    // Rows that belong to a unit have no owner, and no privilege of that depth.
    for (table, right) in [
        (Table::User, Right::Read),
        (Table::Team, Right::Read),
        (Table::Unit, Right::Read),
        (Table::User, Right::AppendTo),
    ] {
        if dice.percent(75) {
            privileges.insert((table, right), *dice.pick(&DEPTHS[1..]));
        }
    }
    let through_team = if dice.percent(50) {
        ThroughTeam::TeamRows
    } else {
        ThroughTeam::OwnRowsToo
    };
    let acts_for_others = if dice.percent(40) {
        ActsForOthers::Yes
    } else {
        ActsForOthers::No
    };
    Role {
        id: dice.id(),
        through_team,
        privileges,
        acts_for_others,
    }
}

fn everything() -> BTreeMap<(Table, Right), Depth> {
    let mut privileges = BTreeMap::new();
    for table in super::tables::ALL {
        privileges.extend(RIGHTS.map(|right| ((table, right), Depth::Global)));
    }
    privileges
}

fn word(depth: Depth) -> crate::world::Depth {
    match depth {
        Depth::Basic => "Basic",
        Depth::Local => "Local",
        Depth::Deep => "Deep",
        Depth::Global => "Global",
    }
}

/// The roles of a user or of a team as a navigation.
fn roles_of(holder: Table) -> &'static str {
    if holder == Table::User {
        "systemuserroles_association"
    } else {
        "teamroles_association"
    }
}

/// A row as the administrator reads it.
fn recorded(table: Table, shown: &Json) -> Row {
    let shape = table.shape();
    let mut row = Row::new(table, shown[shape.key].as_str().unwrap().parse().unwrap());
    for column in shape.columns {
        row.values.insert(column.name, Value::of(&shown[column.name]));
    }
    for lookup in shape.lookups {
        if let Some(id) = shown[lookup.property()].as_str() {
            row.links
                .insert(lookup.name, (lookup.targets[0].table, id.parse().unwrap()));
        }
    }
    row
}
