//! The load generator. In: a port, requests, connections, a duration. Out: answers a second, and what the asking cost.
//!
//! Invariant: only answers of success count; any other ends the run with its text, and a server that falls silent ends it
//! too.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::task::JoinSet;
use tokio::time::interval;

use super::exchange::Connection;
use super::own_work;
use crate::stopwatch::Stopwatch;

/// How much of a refusal is shown, in bytes.
const SHOWN: usize = 600;
/// A server that answers on no connection for so long has stopped.
const SILENCE: Duration = Duration::from_secs(20);

/// Requests that are sent over and over.
#[derive(Clone)]
pub(super) struct Load {
    pub(super) port: u16,
    /// Whole requests as bytes; each connection goes round them from a place of its own.
    pub(super) requests: Arc<Vec<Vec<u8>>>,
}

/// What came of a load.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    /// Answers a second.
    pub(super) per_second: f64,
    /// The part of all cores that this process used meanwhile, from 0 to 1: the server had the rest.
    pub(super) asking: f64,
}

/// Loads the port with as many connections as are asked for.
pub(super) async fn rate(load: &Load, connections: usize, duration: Duration) -> Result<Rate> {
    timed(answers(load, connections, End::After(duration))).await
}

/// What came of a load that counts its own answers.
pub(super) async fn timed(answers: impl Future<Output = Result<u32>>) -> Result<Rate> {
    let cores = thread::available_parallelism()?.get();
    let (watch, before) = (Stopwatch::start(), own_work::until_now()?);
    let answers = answers.await?;
    let (seconds, worked) = (
        watch.elapsed().as_secs_f64(),
        own_work::until_now()?.saturating_sub(before),
    );
    Ok(Rate {
        per_second: f64::from(answers) / seconds,
        asking: worked.as_secs_f64() / (seconds * f64::from(u32::try_from(cores)?)),
    })
}

/// Loads the port until so many answers have come, or a few less: each connection takes an equal part.
pub(super) async fn count(load: &Load, connections: usize, answers: u64) -> Result<()> {
    let each = answers / u64::try_from(connections.max(1))?;
    self::answers(load, connections, End::At(u32::try_from(each)?))
        .await
        .map(drop)
}

/// When a connection stops to ask.
#[derive(Clone, Copy)]
enum End {
    /// When this time is over.
    After(Duration),
    /// When so many answers have come.
    At(u32),
}

async fn answers(load: &Load, connections: usize, end: End) -> Result<u32> {
    let progress = Arc::new(AtomicU64::new(0));
    tokio::select! {
        answers = all_answers(load, connections, end, &progress) => answers,
        heard = silence(&progress, SILENCE) => {
            bail!("no answer has come for {} s, after {heard} answers on {connections} connections", SILENCE.as_secs())
        }
    }
}

async fn all_answers(load: &Load, connections: usize, end: End, progress: &Arc<AtomicU64>) -> Result<u32> {
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(Connection::open(load.port).await?);
    }
    let step = (load.requests.len() / connections.max(1)).max(1);
    let mut tasks = JoinSet::new();
    for (index, connection) in open.into_iter().enumerate() {
        let (requests, progress) = (Arc::clone(&load.requests), Arc::clone(progress));
        tasks.spawn(async move {
            let requests = requests.iter().cycle().skip(index * step);
            repeat(connection, requests, end, &progress).await
        });
    }
    let mut answers = 0_u32;
    while let Some(finished) = tasks.join_next().await {
        answers += finished.context("a connection's task failed")??;
    }
    Ok(answers)
}

/// Comes back when a whole period has passed without progress, with how far it has come.
async fn silence(progress: &AtomicU64, period: Duration) -> u64 {
    let mut periods = interval(period);
    let mut before = None;
    loop {
        periods.tick().await;
        let now = progress.load(Ordering::Relaxed);
        if before.replace(now) == Some(now) {
            return now;
        }
    }
}

/// Sends one request after the other and counts the answers.
async fn repeat<'a>(
    mut connection: Connection,
    requests: impl Iterator<Item = &'a Vec<u8>>,
    end: End,
    progress: &AtomicU64,
) -> Result<u32> {
    let watch = Stopwatch::start();
    let mut answers = 0;
    for request in requests {
        let answer = connection.exchange(request).await?;
        if !(200..300).contains(&answer.status) {
            let text = answer.body.get(..SHOWN).unwrap_or(answer.body);
            bail!(
                "an answer is no success but {}: {}",
                answer.status,
                String::from_utf8_lossy(text)
            );
        }
        answers += 1;
        progress.fetch_add(1, Ordering::Relaxed);
        let ended = match end {
            End::After(duration) => watch.elapsed() >= duration,
            End::At(most) => answers >= most,
        };
        if ended {
            break;
        }
    }
    Ok(answers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// A server that answers whatever arrives with the same bytes.
    async fn always(answer: &'static str) -> u16 {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut read = [0; 1024];
                    while stream.read(&mut read).await.is_ok_and(|count| count > 0) {
                        stream.write_all(answer.as_bytes()).await.unwrap();
                    }
                });
            }
        });
        port
    }

    async fn rate_of(answer: &'static str) -> Result<Rate> {
        let requests = Arc::new(vec![b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec()]);
        let load = Load {
            port: always(answer).await,
            requests,
        };
        rate(&load, 2, Duration::from_millis(20)).await
    }

    #[tokio::test]
    async fn success_counts() {
        assert!(rate_of("HTTP/1.1 204 No Content\r\n\r\n").await.unwrap().per_second > 0.0);
    }

    #[tokio::test]
    async fn so_many_are_asked_for_and_no_more() {
        let requests = Arc::new(vec![b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec()]);
        let port = always("HTTP/1.1 204 No Content\r\n\r\n").await;
        let load = Load { port, requests };
        assert_eq!(answers(&load, 3, End::At(5)).await.unwrap(), 15);
        count(&load, 3, 15).await.unwrap();
    }

    #[tokio::test]
    async fn a_server_that_falls_silent_ends_the_run() {
        let heard = AtomicU64::new(7);
        assert_eq!(silence(&heard, Duration::from_millis(5)).await, 7);
    }

    #[tokio::test]
    async fn anything_else_ends_the_run() {
        let error = rate_of("HTTP/1.1 429 Slow\r\ncontent-length: 4\r\n\r\nslow")
            .await
            .unwrap_err();
        assert_eq!(error.to_string(), "an answer is no success but 429: slow");
    }
}
