//! Groups, and who is assigned to an application.

use serde_json::json;

use super::{administered, text, there};

#[tokio::test(flavor = "multi_thread")]
async fn groups_and_assignments() {
    administered(async |commands| {
        let upn = "ada@woodgrove.example";
        let ada = commands.done(&there(&["user", "create", upn, "--name", "Ada"]));
        commands.refused(&there(&["group", "members", "Sellers"]), "there is no group `Sellers`");
        let group = commands.done(&there(&["group", "create", "Sellers"]));
        let nobody = "refused (404): there is no `nobody`";
        commands.refused(&there(&["group", "add-member", "Sellers", "nobody"]), nobody);
        let members = commands.done(&there(&["group", "add-member", "Sellers", upn]));
        assert_eq!(text(&members, "/0/id"), text(&ada, "/id"));
        commands.done(&there(&["group", "create", "Sellers"]));
        let several = commands.start(&there(&["group", "members", "Sellers"]));
        assert!(
            several.stderr.contains("several groups are called `Sellers`"),
            "{}",
            several.stderr
        );
        assert_eq!(commands.done(&there(&["group", "list"])).as_array().unwrap().len(), 2);

        let app = commands.done(&there(&["app", "create", "Order portal"]));
        let client_id = text(&app, "/appId");
        let required = commands.done(&there(&["app", "require-assignment", client_id, "on"]));
        assert_eq!(required["appRoleAssignmentRequired"], true);
        let let_in = commands.done(&there(&["app", "let-in"]));
        let found = let_in.as_array().unwrap().iter().find(|one| one["appId"] == client_id);
        assert_eq!(found.unwrap()["appRoleAssignmentRequired"], true);
        let id = text(&group, "/id");
        let unknown = there(&["app", "assign", client_id, "--group", id, "--role", "Orders.Write"]);
        commands.refused(&unknown, "the application has no role `Orders.Write`");
        let neither = commands.start(&there(&["app", "assign", client_id]));
        assert_eq!(neither.code, Some(2));
        let given = commands.done(&there(&["app", "assign", client_id, "--group", id]));
        commands.done(&there(&["app", "assign", client_id, "--person", upn]));
        let list = commands.done(&there(&["app", "assignments", client_id]));
        let mut kinds: Vec<&str> = list
            .as_array()
            .unwrap()
            .iter()
            .map(|one| text(one, "/principalType"))
            .collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["Group", "User"]);
        let assignment = text(&given, "/id");
        commands.done(&there(&["app", "unassign", client_id, assignment]));
        assert_eq!(
            commands
                .done(&there(&["app", "assignments", client_id]))
                .as_array()
                .unwrap()
                .len(),
            1
        );
        let gone = format!("refused (404): there is no `{assignment}`");
        commands.refused(&there(&["app", "unassign", client_id, assignment]), &gone);

        assert_eq!(commands.done(&there(&["group", "remove-member", id, upn])), json!([]));
        commands.done(&there(&["group", "delete", id]));
        assert_eq!(commands.done(&there(&["group", "list"])).as_array().unwrap().len(), 1);
    })
    .await;
}
