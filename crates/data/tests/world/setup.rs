//! Units, roles and users, made over the wire by the administrator.

use serde_json::json;
use uuid::Uuid;

use super::{Application, Call, Human, World};

/// The word of a depth on the wire.
pub(crate) type Depth = &'static str;

impl World {
    /// Makes a business unit.
    pub(crate) async fn unit(&self, name: &str, parent: Uuid) -> Uuid {
        let body = json!({ "name": name, "parentbusinessunitid@odata.bind": format!("/businessunits({parent})") });
        self.admin(Call::post("businessunits", body)).await.expect(204).id()
    }

    /// Makes a custom role of the root unit with these privileges.
    pub(crate) async fn role(&self, name: &str, privileges: &[(&str, Depth)]) -> Uuid {
        let role = self
            .admin(Call::post("roles", json!({ "name": name })))
            .await
            .expect(204)
            .id();
        self.set_privileges(role, privileges).await;
        role
    }

    /// Makes these the privileges of a role.
    pub(crate) async fn set_privileges(&self, role: Uuid, privileges: &[(&str, Depth)]) {
        let list = self
            .admin(Call::get("privileges?$select=name"))
            .await
            .expect(200)
            .json();
        let id = |name: &str| {
            let rows = list["value"].as_array().unwrap();
            let row = rows
                .iter()
                .find(|row| row["name"] == name)
                .unwrap_or_else(|| panic!("no privilege {name}"));
            row["privilegeid"].clone()
        };
        let privileges: Vec<_> = privileges
            .iter()
            .map(|(name, depth)| json!({ "PrivilegeId": id(name), "Depth": depth }))
            .collect();
        let path = format!("roles({role})/Microsoft.Dynamics.CRM.ReplacePrivilegesRole");
        self.admin(Call::post(&path, json!({ "Privileges": privileges })))
            .await
            .expect(204);
    }

    /// Makes an application user.
    pub(crate) async fn application_user(&self, application: &Application, unit: Uuid) -> Uuid {
        let body = json!({
            "applicationid": application.app.to_string(),
            "businessunitid@odata.bind": format!("/businessunits({unit})"),
        });
        self.admin(Call::post("systemusers", body)).await.expect(204).id()
    }

    /// Makes the user of a person.
    pub(crate) async fn person_user(&self, human: &Human, unit: Uuid) -> Uuid {
        let body = json!({
            "azureactivedirectoryobjectid": human.object.to_string(),
            "businessunitid@odata.bind": format!("/businessunits({unit})"),
        });
        self.admin(Call::post("systemusers", body)).await.expect(204).id()
    }

    /// Gives a user a role.
    pub(crate) async fn give_role(&self, user: Uuid, role: Uuid) {
        let body = json!({ "@odata.id": format!("roles({role})") });
        let path = format!("systemusers({user})/systemuserroles_association/$ref");
        self.admin(Call::post(&path, body)).await.expect(204);
    }

    /// Makes an owner team.
    pub(crate) async fn team(&self, name: &str, unit: Uuid) -> Uuid {
        let body = json!({
            "name": name,
            "businessunitid@odata.bind": format!("/businessunits({unit})"),
            "administratorid@odata.bind": format!("/systemusers({})", self.admin_user),
        });
        self.admin(Call::post("teams", body)).await.expect(204).id()
    }

    /// Makes a user a member of a team.
    pub(crate) async fn join(&self, team: Uuid, user: Uuid) {
        let body = json!({ "@odata.id": format!("systemusers({user})") });
        let path = format!("teams({team})/teammembership_association/$ref");
        self.admin(Call::post(&path, body)).await.expect(204);
    }

    /// An application with a user in this unit and a role with these privileges.
    pub(crate) async fn caller(&self, name: &str, unit: Uuid, privileges: &[(&str, Depth)]) -> (Application, Uuid) {
        let application = self.directory.application(name);
        let user = self.application_user(&application, unit).await;
        let role = self.role(name, privileges).await;
        self.give_role(user, role).await;
        (application, user)
    }
}
