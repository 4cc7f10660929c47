//! What was measured. In: rates, memory, start-up times. Out: a table for people, JSON for machines.
//!
//! Invariant: every rate stands beside the bare one it is compared with; targets are shown and judge nothing.

use std::time::Duration;

use serde_json::{Value, json};

use super::growth::Growth;
use super::memory::Memory;

/// Resident memory that the running demonstration should stay below, in MB.
const MEMORY_TARGET_MB: u32 = 120;
/// From an empty folder, and from an existing one.
const START_TARGETS_MS: (u32, u32) = (2000, 300);

/// One load on both sides, in answers a second.
pub(super) struct Compared {
    pub(super) name: &'static str,
    pub(super) rate: f64,
    /// The part of all cores that the load generator took meanwhile.
    pub(super) asking: f64,
    /// What the bare side does.
    pub(super) bare: &'static str,
    pub(super) bare_rate: f64,
    /// The ratio that is wished for.
    pub(super) target: Option<f64>,
}

impl Compared {
    fn ratio(&self) -> f64 {
        self.rate / self.bare_rate
    }
}

/// Everything that was measured.
pub(super) struct Outcome {
    pub(super) engine: &'static str,
    pub(super) compared: Vec<Compared>,
    /// What could not be measured, and why.
    pub(super) left_out: Option<String>,
    /// Ready, before the first request.
    pub(super) idle: Memory,
    /// After all loads.
    pub(super) loaded: Memory,
    pub(super) start_empty: Duration,
    pub(super) start_existing: Duration,
    pub(super) growth: Growth,
}

impl Outcome {
    /// Lines of a table.
    pub(super) fn table(&self) -> Vec<String> {
        let mut lines = vec![
            format!("engine: {}", self.engine),
            format!(
                "{:<26}{:>10}{:>8}   {:<26}{:>10}{:>8}{:>8}",
                "program", "per s", "asking", "bare", "per s", "ratio", "target"
            ),
        ];
        lines.extend(self.compared.iter().chain(&self.growth.large).map(|one| {
            let target = one.target.map_or_else(String::new, |target| format!("{target:.2}"));
            let (rate, bare, ratio, asking) = (one.rate, one.bare_rate, one.ratio(), one.asking * 100.0);
            format!(
                "{:<26}{rate:>10.0}{asking:>6.1} %   {:<26}{bare:>10.0}{ratio:>8.2}{target:>8}",
                one.name, one.bare
            )
        }));
        lines.extend(self.left_out.clone());
        let (idle, loaded) = (self.idle, self.loaded);
        lines.push(format!(
            "memory: {:.0} MB ready (target {MEMORY_TARGET_MB}), {:.0} MB after the loads, {:.0} MB at most",
            idle.now_mb, loaded.now_mb, loaded.peak_mb
        ));
        lines.extend(self.growth.endurance.map(|endurance| endurance.line()));
        let (empty, existing) = (self.start_empty.as_millis(), self.start_existing.as_millis());
        let (empty_target, existing_target) = START_TARGETS_MS;
        lines.push(format!(
            "start: {empty} ms from an empty folder (target {empty_target}), {existing} ms from an existing one (target {existing_target})"
        ));
        lines
    }

    /// One object with the same.
    pub(super) fn json(&self) -> Value {
        let compared = self.compared.iter().chain(&self.growth.large);
        let compared: Vec<Value> = compared.map(Compared::json).collect();
        json!({
            "engine": self.engine,
            "loads": compared,
            "left_out": self.left_out,
            "memory_mb": {
                "ready": self.idle.now_mb,
                "loaded": self.loaded.now_mb,
                "peak": self.loaded.peak_mb,
                "target": MEMORY_TARGET_MB,
            },
            "endurance": self.growth.endurance.map(|endurance| endurance.json()),
            "start_ms": {
                "empty": self.start_empty.as_secs_f64() * 1000.0,
                "existing": self.start_existing.as_secs_f64() * 1000.0,
            },
        })
    }
}

impl Compared {
    fn json(&self) -> Value {
        json!({
            "name": self.name,
            "rate": self.rate,
            "asking": self.asking,
            "bare": self.bare,
            "bare_rate": self.bare_rate,
            "ratio": self.ratio(),
            "target": self.target,
        })
    }
}

/// The middle one of some rates; zero of none.
pub(super) fn median(rates: impl IntoIterator<Item = f64>) -> f64 {
    let mut rates: Vec<f64> = rates.into_iter().collect();
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(median(Vec::new()).abs() < f64::EPSILON);
    }

    #[test]
    fn the_table_shows_ratio_and_target() {
        let memory = Memory {
            now_mb: 50.0,
            peak_mb: 60.0,
        };
        let token = Compared {
            name: "token",
            rate: 700.0,
            asking: 0.031,
            bare: "signature",
            bare_rate: 1000.0,
            target: Some(0.7),
        };
        let large = Compared {
            name: "token, large directory",
            rate: 650.0,
            asking: 0.03,
            bare: "token, small directory",
            bare_rate: 700.0,
            target: Some(0.9),
        };
        let outcome = Outcome {
            engine: "SQLite",
            compared: vec![token],
            left_out: Some("left out: no node".to_owned()),
            idle: memory,
            loaded: memory,
            start_empty: Duration::from_millis(900),
            start_existing: Duration::from_millis(90),
            growth: Growth {
                endurance: None,
                large: Some(large),
            },
        };
        let table = outcome.table().join("\n");
        assert!(table.contains("    0.70    0.70"), "{table}");
        assert!(table.contains("    0.93    0.90"), "{table}");
        assert!(table.contains("   3.1 %   signature"), "{table}");
        assert!(table.contains("left out: no node"), "{table}");
        assert_eq!(outcome.json()["loads"][0]["name"], "token");
        assert_eq!(outcome.json()["loads"][1]["rate"], 650.0);
    }
}
