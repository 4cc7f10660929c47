//! What a column holds, from the words of its data file.
//!
//! In: [`ColumnKind`]. Out: [`Kind`], bounds scaled, options sorted, targets found.
//! Invariant: every bound fits the type in which its column is stored; every status has a state.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::definition::{ColumnKind, StatusOption};
use crate::catalogue::{Choice, Kind, Target};

/// Dataverse stores and answers money with four digits behind the point.
const MONEY_SCALE: u32 = 4;

/// The longest text of a column that one line has, as Dataverse has it.
const MAX_STRING: usize = 4_000;

/// The longest text of a column of several lines, as Dataverse has it.
const MAX_MEMO: usize = 1_048_576;

/// The most digits behind the point that an exact number has, as Dataverse has it.
const MAX_SCALE: u32 = 10;

/// Everything but a lookup; what is wrong in words. A choice has its options by now, also where it shares them.
pub(crate) fn convert(kind: ColumnKind, targets: Vec<Target>) -> Result<Kind, String> {
    Ok(match kind {
        ColumnKind::String { max_length } => Kind::String {
            max_length: within(max_length, MAX_STRING)?,
        },
        ColumnKind::Memo { max_length } => Kind::Memo {
            max_length: within(max_length, MAX_MEMO)?,
        },
        ColumnKind::Integer { min, max } => {
            let (min, max) = ordered(min.unwrap_or(-i32::MAX), max.unwrap_or(i32::MAX))?;
            Kind::Integer { min, max }
        }
        ColumnKind::BigInt => Kind::BigInt,
        ColumnKind::Decimal { scale, min, max } => {
            let (min, max) = scaled(scale, min, max)?;
            Kind::Decimal { scale, min, max }
        }
        ColumnKind::Money { min, max } => {
            let (min, max) = scaled(MONEY_SCALE, min, max)?;
            Kind::Money {
                scale: MONEY_SCALE,
                min,
                max,
            }
        }
        ColumnKind::Double { min, max } => {
            let (min, max) = ordered(min, max)?;
            Kind::Double {
                min: min.into(),
                max: max.into(),
            }
        }
        ColumnKind::Boolean {
            true_label,
            false_label,
            default,
        } => Kind::Boolean {
            true_label: true_label.unwrap_or_else(|| "Yes".to_owned()),
            false_label: false_label.unwrap_or_else(|| "No".to_owned()),
            default,
        },
        ColumnKind::DateTime => Kind::DateTime,
        ColumnKind::Date => Kind::Date,
        ColumnKind::Choice { options, default, .. } => choice(&options, default)?,
        ColumnKind::State { options } => Kind::State {
            options: labels(&options)?,
        },
        ColumnKind::Status { options } => Kind::Status {
            options: statuses(options)?,
        },
        ColumnKind::Lookup { .. } if targets.is_empty() => return Err("a lookup needs a target".to_owned()),
        ColumnKind::Lookup { .. } => Kind::Lookup { targets },
        ColumnKind::Guid => Kind::Guid,
    })
}

fn within(max_length: usize, most: usize) -> Result<usize, String> {
    if (1..=most).contains(&max_length) {
        Ok(max_length)
    } else {
        Err(format!("`max_length` is between 1 and {most}"))
    }
}

fn ordered<T: PartialOrd>(min: T, max: T) -> Result<(T, T), String> {
    if min <= max {
        Ok((min, max))
    } else {
        Err("`min` is greater than `max`".to_owned())
    }
}

fn scaled(scale: u32, min: i64, max: i64) -> Result<(i64, i64), String> {
    if scale > MAX_SCALE {
        return Err(format!("`scale` is between 0 and {MAX_SCALE}"));
    }
    let factor = 10_i64.checked_pow(scale);
    let scale_up = |bound: i64| {
        factor
            .and_then(|factor| bound.checked_mul(factor))
            .ok_or_else(|| format!("`{bound}` with {scale} digits behind the point does not fit 64 bits"))
    };
    ordered(scale_up(min)?, scale_up(max)?)
}

fn choice(options: &BTreeMap<String, String>, default: Option<i32>) -> Result<Kind, String> {
    let options = labels(options)?;
    match default {
        Some(value) if options.iter().all(|option| option.value != value) => {
            Err(format!("the default `{value}` is not among the options"))
        }
        Some(_) | None => Ok(Kind::Choice { options, default }),
    }
}

fn labels(options: &BTreeMap<String, String>) -> Result<Vec<Choice>, String> {
    let mut read = Vec::with_capacity(options.len());
    for (value, label) in options {
        let value = value
            .parse()
            .ok()
            .ok_or_else(|| format!("the option `{value}` is not a number of 32 bits"))?;
        read.push(Choice {
            value,
            label: label.clone(),
            state: None,
            is_default: false,
        });
    }
    read.sort_by_key(|option: &Choice| option.value);
    let twice = read
        .iter()
        .zip(read.iter().skip(1))
        .find(|(one, next)| one.value == next.value);
    match twice {
        Some((option, _)) => Err(format!("the option `{}` is there twice", option.value)),
        None if read.is_empty() => Err("there are no options".to_owned()),
        None => Ok(read),
    }
}

fn statuses(options: Vec<StatusOption>) -> Result<Vec<Choice>, String> {
    let mut values = BTreeSet::new();
    let mut states = BTreeSet::new();
    let mut read = Vec::with_capacity(options.len());
    for option in options {
        if !values.insert(option.value) {
            return Err(format!("the option `{}` is there twice", option.value));
        }
        let is_default = states.insert(option.state);
        read.push(Choice {
            value: option.value,
            label: option.label,
            state: Some(option.state),
            is_default,
        });
    }
    Ok(read)
}
