//! Rows in every place that a depth can tell apart, seen from one caller.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use crate::world::{Application, Call, World};

/// Where rows are: the caller's own (for a team: one that the caller belongs to), of a team of the caller's, of others in
/// the caller's business unit, in one below it, beside it, and above it.
pub(super) const PLACES: [&str; 6] = [
    "own",
    "own team",
    "same unit",
    "unit below",
    "unit beside",
    "unit above",
];

/// Everything that the matrix asks about; the lists have one entry for each of [`PLACES`].
pub(super) struct Places {
    pub(super) caller: Application,
    /// The caller's `systemuserid`.
    pub(super) user: Uuid,
    /// The caller's one role.
    pub(super) role: Uuid,
    /// The role of those who are given accounts.
    owning: Uuid,
    pub(super) units: Vec<Uuid>,
    /// As the address of a user or a team.
    pub(super) owners: Vec<String>,
    pub(super) accounts: Vec<Uuid>,
    pub(super) teams: Vec<Uuid>,
    pub(super) contact: Uuid,
    pub(super) currency: String,
}

impl Places {
    pub(super) async fn new(world: &Arc<World>) -> Self {
        let middle = world.unit("Middle", world.root).await;
        let below = world.unit("Below", middle).await;
        let beside = world.unit("Beside", world.root).await;
        let units = vec![middle, middle, middle, below, beside, world.root];

        let caller = world.directory.application("Caller");
        let user = world.application_user(&caller, middle).await;
        let role = world.role("Tried", &[("prvReadOrganization", "Global")]).await;
        world.give_role(user, role).await;
        // Whoever is given rows must be able to read them.
        let owning = world.role("Owning", &[("prvReadAccount", "Basic")]).await;
        let own_team = world.team("Own", middle).await;
        world.join(own_team, user).await;
        let mut places = Self {
            caller,
            user,
            role,
            owning,
            owners: vec![format!("/systemusers({user})"), format!("/teams({own_team})")],
            accounts: Vec::new(),
            teams: vec![own_team],
            contact: world
                .admin(Call::post("contacts", json!({ "lastname": "Berg" })))
                .await
                .expect(204)
                .id(),
            currency: currency(world).await,
            units,
        };
        places.team_with_role(world).await;
        for (place, name) in PLACES.iter().enumerate().skip(2) {
            let other = world.directory.application(name);
            let other = world.application_user(&other, places.units[place]).await;
            world.give_role(other, owning).await;
            places.owners.push(format!("/systemusers({other})"));
        }
        world.set_privileges(role, &[("prvReadAccount", "Basic")]).await;
        for place in 0..PLACES.len() {
            places.accounts.push(places.new_account(world, place).await);
        }
        for place in 1..PLACES.len() {
            places.teams.push(places.new_team(world, place).await);
        }
        places
    }

    /// Gives the caller's team the role that lets it own accounts.
    pub(super) async fn team_with_role(&self, world: &Arc<World>) {
        let body = json!({ "@odata.id": format!("roles({})", self.owning) });
        let path = format!("teams({})/teamroles_association/$ref", self.teams[0]);
        world.admin(Call::post(&path, body)).await.expect(204);
    }

    /// Takes that role away again; what the team owns it keeps.
    pub(super) async fn team_without_role(&self, world: &Arc<World>) {
        let path = format!("teams({})/teamroles_association({})/$ref", self.teams[0], self.owning);
        world.admin(Call::delete(&path)).await.expect(204);
    }

    /// An account that belongs to this place.
    pub(super) async fn new_account(&self, world: &Arc<World>, place: usize) -> Uuid {
        let body = json!({ "name": PLACES[place], "ownerid@odata.bind": self.owners[place] });
        world.admin(Call::post("accounts", body)).await.expect(204).id()
    }

    /// A team of the unit of this place.
    pub(super) async fn new_team(&self, world: &Arc<World>, place: usize) -> Uuid {
        world.team(PLACES[place], self.units[place]).await
    }
}

async fn currency(world: &Arc<World>) -> String {
    let list = world
        .admin(Call::get("transactioncurrencies?$select=currencyname"))
        .await
        .expect(200)
        .json();
    list["value"][0]["transactioncurrencyid"].as_str().unwrap().to_owned()
}
