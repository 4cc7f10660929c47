//! One line per refusal, with what finds it again and nothing secret.

use std::io;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

use crate::wire::with;
use crate::world::{World, on_both};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_refusal_is_logged_once() {
    on_both(async |world: World| {
        let lines = Lines::default();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .without_time()
            .with_writer(lines.clone())
            .finish();
        let listening = tracing::subscriber::set_default(subscriber);
        let secret = "not-their-secret";
        let refused = world
            .post(&world.v2(), &with(&world.reader_form(), "client_secret", secret))
            .await;
        world.reader_token().await.token();
        drop(listening);

        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 1, "{text}");
        let fields = &lines[0]["fields"];
        assert_eq!(lines[0]["level"], "INFO");
        assert_eq!(fields["message"], "request refused");
        assert_eq!(fields["code"], 7_000_215);
        assert_eq!(fields["tenant.id"], world.contoso.to_string());
        assert_eq!(fields["app.id"], world.reader.client_id);
        assert_eq!(fields["correlation.id"], refused.json["correlation_id"]);
        assert_eq!(fields["trace.id"], refused.json["trace_id"]);
        assert!(!text.contains(secret) && !text.contains(world.reader.secret()));
    })
    .await;
}
