//! The logs from the command line: of a tenant, and of the server as a whole.

use super::{administered, text, there};

#[tokio::test(flavor = "multi_thread")]
async fn changes_and_sign_ins() {
    administered(async |commands| {
        let nowhere = "refused (404): there is no `nowhere.example`";
        commands.refused(&["audit", "changes", "--tenant", "nowhere.example"], nowhere);
        // Of what concerns no tenant there is nothing to narrow down.
        assert_eq!(commands.start(&["audit", "sign-ins", "--refused"]).code, Some(2));
        assert_eq!(commands.start(&["audit", "changes", "--newest", "0"]).code, Some(2));

        commands.done(&["key", "roll", "--emergency"]);
        let whole = commands.done(&["audit", "changes"]);
        let said = |log: &serde_json::Value, what: &str| {
            let lines = log.as_array().unwrap().iter();
            lines.filter(|line| line["activityDisplayName"] == what).count()
        };
        assert_eq!(said(&whole, "Roll signing keys in an emergency"), 1);
        assert_eq!(said(&whole, "Add organization"), 3);
        let own = commands.done(&there(&["audit", "changes"]));
        assert_eq!((said(&own, "Add organization"), own.as_array().unwrap().len()), (1, 1));
        assert_eq!(
            commands
                .done(&["audit", "changes", "--newest", "2"])
                .as_array()
                .unwrap()
                .len(),
            2
        );

        let app = commands.done(&there(&["app", "create", "Order portal"]));
        let client_id = text(&app, "/appId");
        let secret = commands.done(&there(&["app", "add-secret", client_id]));
        let scope = ("scope", "https://graph.microsoft.com/.default");
        let form = |secret| {
            let credential = [("client_id", client_id), ("client_secret", secret)];
            [
                credential[0],
                credential[1],
                ("grant_type", "client_credentials"),
                scope,
            ]
        };
        let (status, refusal) = commands.token(&form("wrong")).await;
        assert_eq!(status, 401);
        assert_eq!(commands.token(&form(text(&secret, "/secretText"))).await.0, 200);
        let of = |words: &[&str]| {
            let all = ["audit", "sign-ins", "--application", client_id];
            commands.done(&there(&all.iter().chain(words).copied().collect::<Vec<_>>()))
        };
        assert_eq!(of(&[]).as_array().unwrap().len(), 2);
        let refused = of(&["--refused"]);
        assert_eq!(refused.as_array().unwrap().len(), 1);
        assert_eq!(refused[0]["status"]["errorCode"], 7_000_215);
        assert_eq!(of(&["--correlation-id", text(&refusal, "/correlation_id")]), refused);
        let other = "5b8e2c1a-7d44-4f0e-9a63-1c2d3e4f5a6b";
        let none = commands.done(&there(&["audit", "sign-ins", "--application", other]));
        assert_eq!(none, serde_json::json!([]));
    })
    .await;
}
