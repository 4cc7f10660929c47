//! Functions and actions.

use serde_json::json;

use super::{NOBODY, shown};
use crate::world::{Call, on_each_engine};

#[tokio::test]
async fn refusals() {
    on_each_engine(async |world| {
        for (call, expected) in [
            (
                Call::get("WhoAreYou"),
                "404 0x80060888 Resource not found for the segment 'WhoAreYou'.",
            ),
            (
                Call::get("InitializeFrom(EntityMoniker=@p)"),
                "404 0x80060888 Resource not found for the segment 'InitializeFrom'.",
            ),
            (
                Call::post("BulkDelete", json!({})),
                "404 0x80060888 Resource not found for the segment 'BulkDelete'.",
            ),
            (
                Call::post("WhoAmI", json!({})),
                "404 0x80060888 Resource not found for the segment 'WhoAmI'.",
            ),
            (
                Call::get("WhoAmI(X=1)"),
                "400 0x80040203 The function `WhoAmI` has no parameters.",
            ),
            (
                Call::get("WhoAmI?$select=UserId"),
                "400 0x80060888 Query options of a function or action are not supported.",
            ),
            (
                Call::get("accounts/Microsoft.Dynamics.CRM.WhoAmI"),
                "404 0x80060888 Resource not found for the segment 'WhoAmI'.",
            ),
            (
                Call::post("$batch", json!({})),
                "400 0x80060888 A batch is sent as `multipart/mixed`, not as `application/json`.",
            ),
            (
                Call::get("$metadata"),
                "501 0x80040219 `$metadata` is not available in this service.",
            ),
            (
                Call::get("EntityDefinitions?$select=LogicalName"),
                "501 0x80040219 `EntityDefinitions` is not available in this service.",
            ),
            (
                Call::get("RetrieveCurrentOrganization"),
                "400 0x80040203 The parameter `AccessType` is missing.",
            ),
        ] {
            assert_eq!(world.refusal(call).await, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn who_am_i_and_what_is_this() {
    on_each_engine(async |world| {
        let expected = r#"{"@odata.context":"{ROOT}/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse","BusinessUnitId":"{BU}","UserId":"{USR}","OrganizationId":"00000000-0000-0000-0000-000000000006"}"#;
        for path in ["WhoAmI", "WhoAmI()", "Microsoft.Dynamics.CRM.WhoAmI()"] {
            let reply = world.admin(Call::get(path)).await.expect(200);
            assert_eq!(shown(&reply, &[(world.root, "{BU}"), (world.admin_user, "{USR}")]), expected, "{path}");
        }
        for path in ["RetrieveVersion", "RetrieveVersion()"] {
            let reply = world.admin(Call::get(path)).await.expect(200);
            let expected = r#"{"@odata.context":"{ROOT}/$metadata#Microsoft.Dynamics.CRM.RetrieveVersionResponse","Version":"9.2.25032.161"}"#;
            assert_eq!(shown(&reply, &[]), expected, "{path}");
        }
        let path = "RetrieveCurrentOrganization(AccessType=@p)?@p=Microsoft.Dynamics.CRM.EndpointAccessType'Default'";
        let organization = world.got(path).await;
        assert_eq!(organization["Detail"]["OrganizationId"], json!("00000000-0000-0000-0000-000000000006"));
        assert_eq!(organization["Detail"]["Endpoints"]["Values"], json!(["https://contoso.example.test/"]));
    })
    .await;
}

#[tokio::test]
async fn what_a_role_holds_is_set_over_the_wire() {
    on_each_engine(async |world| {
        let (application, user) = world.caller("Reader", world.root, &[("prvReadAccount", "Local")]).await;
        let token = world.token(&application);
        let role = world.column("roles?$select=name,roleid&$filter=name eq 'Reader'", "roleid").await.remove(0);
        let action = |name: &str| format!("roles({role})/Microsoft.Dynamics.CRM.{name}");
        let path = format!("systemusers({user})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()");
        let held = async || {
            let answer = world.got(&path).await;
            let list = answer["RolePrivileges"].as_array().unwrap().clone();
            list.iter().map(|held| format!("{} {}", held["PrivilegeName"].as_str().unwrap(), held["Depth"].as_str().unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(held().await, ["prvReadAccount Local"]);
        let more = json!({ "Privileges": [{ "Depth": "Basic", "PrivilegeName": "prvReadContact" }, { "Depth": "Global", "PrivilegeName": "prvReadAccount" }] });
        world.admin(Call::post(&action("AddPrivilegesRole"), more)).await.expect(204);
        assert_eq!(held().await, ["prvReadAccount Global", "prvReadContact Basic"]);
        world.send(&token, Call::get("contacts")).await.expect(200);
        let privilege = world.got(&path).await["RolePrivileges"][0]["PrivilegeId"].clone();
        world.admin(Call::post(&action("RemovePrivilegeRole"), json!({ "PrivilegeId": privilege }))).await.expect(204);
        assert_eq!(held().await, ["prvReadContact Basic"]);
        world.send(&token, Call::get("accounts")).await.expect(403);
        let list = json!({ "Privileges": [{ "Depth": "Deep", "PrivilegeId": privilege, "PrivilegeName": "prvReadAccount" }] });
        world.admin(Call::post(&action("ReplacePrivilegesRole"), list)).await.expect(204);
        assert_eq!(held().await, ["prvReadAccount Deep"]);
        let hidden = world.send(&token, Call::get(&path)).await.error();
        assert!(hidden.contains("is missing prvReadUser privilege"), "{hidden}");
    })
    .await;
}

#[tokio::test]
async fn role_actions_refuse() {
    on_each_engine(async |world| {
        let role = world.role("Reader", &[("prvReadAccount", "Local")]).await;
        let action = format!("roles({role})/Microsoft.Dynamics.CRM.AddPrivilegesRole");
        for body in [
            json!({}),
            json!({ "Privileges": {} }),
            json!({ "Privileges": [], "More": 1 }),
            json!({ "Privileges": [{ "Depth": "Basic" }] }),
            json!({ "Privileges": [{ "Depth": "Everything", "PrivilegeName": "prvReadAccount" }] }),
            json!({ "Privileges": [{ "Depth": "Basic", "PrivilegeId": NOBODY }] }),
            json!({ "Privileges": [{ "Depth": "Basic", "PrivilegeName": "prvNothing" }] }),
        ] {
            let reply = world.admin(Call::post(&action, body.clone())).await;
            assert!(
                reply.error().starts_with("400 0x80040203 "),
                "{body}: {}",
                reply.error()
            );
        }
        let too_narrow = json!({ "Privileges": [{ "Depth": "Basic", "PrivilegeName": "prvReadOrganization" }] });
        let reply = world.refusal(Call::post(&action, too_narrow)).await;
        assert!(reply.starts_with("403 0x800404bb "), "{reply}");
        let absent = Call::post(&action.replace(&role.to_string(), NOBODY), json!({ "Privileges": [] }));
        assert_eq!(
            world.refusal(absent).await,
            format!("404 0x80040217 role With Id = {NOBODY} Does Not Exist")
        );
    })
    .await;
}
