//! Memory over many tokens. In: a program just started. Out: its memory after a tenth of the tokens, and after all.
//!
//! Invariant: what it needs once, such as caches and buffers, is there after the first tenth; what grows from then on grows
//! with the tokens.

use anyhow::Result;
use serde_json::{Value, json};

use super::load::{self, Load};
use super::memory::{self, Memory};
use super::process::Process;

/// How much larger the memory may be at the end.
const TARGET: f64 = 1.1;

/// What a program needed for many tokens.
#[derive(Clone, Copy)]
pub(super) struct Endurance {
    pub(super) tokens: u64,
    /// After a tenth of them.
    pub(super) early: Memory,
    /// After all.
    pub(super) late: Memory,
}

/// Asks for so many tokens.
pub(super) async fn run(process: &Process, load: &Load, connections: usize, tokens: u64) -> Result<Endurance> {
    let tenth = tokens / 10;
    load::count(load, connections, tenth).await?;
    let early = memory::of(process.id())?;
    load::count(load, connections, tokens - tenth).await?;
    let late = memory::of(process.id())?;
    Ok(Endurance { tokens, early, late })
}

impl Endurance {
    fn ratio(&self) -> f64 {
        self.late.now_mb / self.early.now_mb
    }

    /// A line for people.
    pub(super) fn line(&self) -> String {
        let (early, late) = (self.early.now_mb, self.late.now_mb);
        format!(
            "memory over {} tokens: {early:.0} MB after a tenth, {late:.0} MB after all, ratio {:.2} (target {TARGET})",
            self.tokens,
            self.ratio()
        )
    }

    /// The same for machines.
    pub(super) fn json(&self) -> Value {
        json!({
            "tokens": self.tokens,
            "early_mb": self.early.now_mb,
            "late_mb": self.late.now_mb,
            "ratio": self.ratio(),
            "target": TARGET,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_of_late_to_early() {
        let memory = |now_mb| Memory { now_mb, peak_mb: 99.0 };
        let endurance = Endurance {
            tokens: 1000,
            early: memory(40.0),
            late: memory(42.0),
        };
        assert_eq!(
            endurance.line(),
            "memory over 1000 tokens: 40 MB after a tenth, 42 MB after all, ratio 1.05 (target 1.1)"
        );
        assert_eq!(endurance.json()["ratio"], 1.05);
    }
}
