//! One line per refusal, with what finds it again and nothing secret.

use std::io;
use std::sync::{Arc, Mutex, Once};

use tracing_subscriber::fmt::MakeWriter;

use crate::wire::with;
use crate::world::{World, on_both};

/// What is logged on a thread while a subscriber that writes into it is set there.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

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

/// Sets a subscriber of the whole process that drops what it is told; to be called before an authority can log. Where the
/// only one is that of one test's thread, another thread that comes to a line first silences the line for all.
pub(crate) fn keep_open() {
    static OPENED: Once = Once::new();
    OPENED.call_once(|| {
        let deaf = tracing_subscriber::fmt().with_writer(io::sink).finish();
        tracing::subscriber::set_global_default(deaf).unwrap();
    });
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

        let text = lines.text();
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
