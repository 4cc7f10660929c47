//! How much one environment is asked at once, and who goes first.
//!
//! In: callers with a [`Lane`], and how their requests fared. Out: a [`Slot`] for each, in the order of the lanes.
//! Invariant: a slot that is dropped, at whatever moment, is free at once; a caller that goes away while it waits takes
//! none.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use oauth::Timestamp;
use tokio::sync::oneshot;

use crate::{Concurrency, ServiceRefusal};

/// Who goes first where several wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Somebody waits for the answer.
    #[default]
    Interactive,
    /// Nobody does: sent when no interactive call waits.
    Background,
}

/// The lanes of one environment.
pub(crate) struct Lanes(Mutex<State>);

struct State {
    limit: u32,
    most: u32,
    under_way: u32,
    /// Answers since the limit last changed, while all of it was in use.
    good: u32,
    /// Grows with each halving: a refusal of a request that was sent before the last one says nothing new.
    round: u64,
    interactive: VecDeque<oneshot::Sender<Slot>>,
    background: VecDeque<oneshot::Sender<Slot>>,
    pause: Option<Pause>,
}

/// The environment wants to be left alone.
#[derive(Clone)]
pub(crate) struct Pause {
    pub(crate) until: Timestamp,
    pub(crate) refusal: ServiceRefusal,
}

/// Leave for one request.
pub(crate) struct Slot {
    lanes: Option<Arc<Lanes>>,
    round: u64,
}

impl Lanes {
    pub(crate) fn new(concurrency: Concurrency) -> Self {
        let most = concurrency.most.max(1);
        Self(Mutex::new(State {
            limit: concurrency.first.clamp(1, most),
            most,
            under_way: 0,
            good: 0,
            round: 0,
            interactive: VecDeque::new(),
            background: VecDeque::new(),
            pause: None,
        }))
    }

    /// Waits for leave to send a request.
    pub(crate) async fn enter(self: &Arc<Self>, lane: Lane) -> Slot {
        loop {
            let granted = {
                let mut state = self.state();
                if state.is_free_for(lane) {
                    return state.admit(self);
                }
                let (grant, granted) = oneshot::channel();
                state.queue(lane).push_back(grant);
                granted
            };
            // Grants are dropped unused only with the lanes themselves, which this caller holds.
            if let Ok(slot) = granted.await {
                return slot;
            }
        }
    }

    /// Until when nothing is to be sent; `None` when that is past.
    pub(crate) fn pause(&self, now: Timestamp) -> Option<Pause> {
        self.state().pause.clone().filter(|pause| now < pause.until)
    }

    #[cfg(test)]
    fn limit(&self) -> u32 {
        self.state().limit
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn queue(&mut self, lane: Lane) -> &mut VecDeque<oneshot::Sender<Slot>> {
        match lane {
            Lane::Interactive => &mut self.interactive,
            Lane::Background => &mut self.background,
        }
    }

    /// Nobody overtakes who waits in the same lane or before it.
    fn is_free_for(&self, lane: Lane) -> bool {
        let first = self.interactive.is_empty() && (lane == Lane::Interactive || self.background.is_empty());
        self.under_way < self.limit && first
    }

    fn admit(&mut self, lanes: &Arc<Lanes>) -> Slot {
        self.under_way += 1;
        Slot {
            lanes: Some(Arc::clone(lanes)),
            round: self.round,
        }
    }

    /// Gives what is free to those who wait.
    fn grant(&mut self, lanes: &Arc<Lanes>) {
        while self.under_way < self.limit {
            let Some(next) = self.interactive.pop_front().or_else(|| self.background.pop_front()) else {
                return;
            };
            let slot = self.admit(lanes);
            if let Err(mut refused) = next.send(slot) {
                // Its caller went away. The slot must not come back by its drop: the lock is held here.
                refused.lanes = None;
                self.under_way -= 1;
            }
        }
    }
}

impl Slot {
    /// The request was answered without complaint.
    pub(crate) fn succeeded(self) {
        let Some(lanes) = &self.lanes else { return };
        let mut state = lanes.state();
        if state.under_way < state.limit {
            return;
        }
        state.good += 1;
        if state.good >= state.limit && state.limit < state.most {
            state.limit += 1;
            state.good = 0;
            state.grant(lanes);
        }
    }

    /// The environment asked for less, and perhaps for a pause.
    pub(crate) fn refused(self, pause: Option<Pause>) {
        let Some(lanes) = &self.lanes else { return };
        let mut state = lanes.state();
        if self.round == state.round {
            state.limit = (state.limit / 2).max(1);
            state.round += 1;
            state.good = 0;
        }
        if let Some(pause) = pause
            && state.pause.as_ref().is_none_or(|known| known.until < pause.until)
        {
            state.pause = Some(pause);
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(lanes) = &self.lanes {
            let mut state = lanes.state();
            state.under_way -= 1;
            state.grant(lanes);
        }
    }
}

#[cfg(test)]
mod tests;
