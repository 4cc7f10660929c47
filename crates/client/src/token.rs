//! The access token of one environment: kept, renewed ahead of its end, asked for once whoever waits.
//!
//! In: an authority that gives tokens. Out: a token that lives. Invariant: one request for a token is under way at a
//! time, and one that fails takes no living token away.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use http::HeaderValue;
use oauth::{Timestamp, TokenResponse};
use tokio::sync::watch;

use crate::{Error, place::Place};

mod request;

/// A token is renewed when less than this is left of it, or than half its life.
const RENEW_AHEAD_SECONDS: i64 = 300;
/// A token that ends sooner counts as ended: the request with it takes a while too.
const LEEWAY_SECONDS: i64 = 10;
/// After a renewal ahead of time has failed, or while it is under way, the next one is not begun sooner.
const RENEW_AGAIN_SECONDS: i64 = 30;

/// A token, as it is sent.
pub(crate) struct Token {
    bearer: HeaderValue,
    renew_at: Timestamp,
    ends_at: Timestamp,
}

impl Token {
    fn new(response: &TokenResponse, now: Timestamp) -> Result<Self, Error> {
        let text = format!("Bearer {}", response.access_token.expose());
        let mut bearer =
            HeaderValue::try_from(text).map_err(|why| Error::shape("reading the token of the authority", why))?;
        bearer.set_sensitive(true);
        let life = response.expires_in;
        let renew_in = response.refresh_in.unwrap_or(life - RENEW_AHEAD_SECONDS.min(life / 2));
        Ok(Self {
            bearer,
            renew_at: now.plus_seconds(renew_in),
            ends_at: now.plus_seconds(life - LEEWAY_SECONDS),
        })
    }

    /// The value of `Authorization`; it hides itself from logs.
    pub(crate) fn bearer(&self) -> HeaderValue {
        self.bearer.clone()
    }
}

type Answer = Result<Arc<Token>, Error>;

/// The token of one environment.
#[derive(Default)]
pub(crate) struct Tokens {
    kept: RwLock<Kept>,
    flight: Mutex<Option<watch::Receiver<Option<Answer>>>>,
}

#[derive(Default)]
struct Kept {
    token: Option<Arc<Token>>,
    renew_again_at: Option<Timestamp>,
}

/// A token that lives. One that ends soon is renewed behind the caller's back.
pub(crate) async fn get(place: &Arc<Place>) -> Answer {
    let now = place.clock().now();
    if let Some(token) = place.tokens().living(now) {
        if now >= token.renew_at && place.tokens().claims_renewal(now) {
            // Nobody waits for it; whether it came is seen by the next caller.
            drop(join(place));
        }
        return Ok(token);
    }
    loop {
        let mut flight = join(place);
        // The other end goes away without an answer only with the runtime that it ran on: then it is begun anew here.
        if let Ok(answer) = flight.wait_for(Option::is_some).await
            && let Some(answer) = answer.as_ref()
        {
            return answer.clone();
        }
    }
}

/// A token in place of one that the environment no longer takes.
pub(crate) async fn replace(place: &Arc<Place>, refused: &Arc<Token>) -> Answer {
    place.tokens().forget(refused);
    get(place).await
}

impl Tokens {
    /// Forgets a token that the environment refused, unless another has taken its place already.
    pub(crate) fn forget(&self, refused: &Arc<Token>) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.token.take_if(|token| Arc::ptr_eq(token, refused));
    }

    fn living(&self, now: Timestamp) -> Option<Arc<Token>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.token.clone().filter(|token| now < token.ends_at)
    }

    /// Whether a renewal ahead of time is to begin, for one of those who ask.
    fn claims_renewal(&self, now: Timestamp) -> bool {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let is_due = kept.renew_again_at.is_none_or(|at| now >= at);
        if is_due {
            kept.renew_again_at = Some(now.plus_seconds(RENEW_AGAIN_SECONDS));
        }
        is_due
    }

    fn keep(&self, token: &Arc<Token>) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        *kept = Kept {
            token: Some(Arc::clone(token)),
            renew_again_at: None,
        };
    }
}

/// The request for a token that is under way, or one that begins now. It goes on when its callers go away.
fn join(place: &Arc<Place>) -> watch::Receiver<Option<Answer>> {
    let mut flight = place.tokens().flight.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(under_way) = flight.as_ref().filter(|it| it.has_changed().is_ok()) {
        return under_way.clone();
    }
    let (answered, answer) = watch::channel(None);
    *flight = Some(answer.clone());
    tokio::spawn(fly(Arc::clone(place), answered));
    answer
}

async fn fly(place: Arc<Place>, answered: watch::Sender<Option<Answer>>) {
    let answer = request::token(&place).await.map(Arc::new);
    let tokens = place.tokens();
    match &answer {
        Ok(token) => tokens.keep(token),
        Err(error) => tracing::warn!(server.address = place.name(), %error, "no token"),
    }
    tokens.flight.lock().unwrap_or_else(PoisonError::into_inner).take();
    answered.send_replace(Some(answer));
}
