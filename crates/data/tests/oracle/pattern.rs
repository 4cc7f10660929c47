//! The argument of `contains`, `startswith` and `endswith`: a pattern, as Web API reference 4.2 tells it.
//!
//! In: parts. Out: OData text, and whether a text fits. Invariant: `%` and `_` are wildcards there, and the same
//! characters meant as themselves stand in brackets.

use super::value::{fold, fold_part};

/// A pattern and where it must lie.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    pub(super) place: Place,
    pub(super) parts: Vec<Part>,
}

/// Where in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Anywhere,
    Start,
    End,
}

/// A part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// This letter, large or small.
    Letter(char),
    /// `_`
    AnyLetter,
    /// `%`
    AnyText,
}

impl Place {
    /// The function's name.
    pub(super) fn function(self) -> &'static str {
        match self {
            Self::Anywhere => "contains",
            Self::Start => "startswith",
            Self::End => "endswith",
        }
    }
}

impl Pattern {
    /// As it is written between the quotes, before these are doubled.
    pub(super) fn print(&self) -> String {
        let print = |part: &Part| match part {
            Part::Letter(letter @ ('%' | '_' | '[')) => format!("[{letter}]"),
            Part::Letter(letter) => letter.to_string(),
            Part::AnyLetter => "_".to_owned(),
            Part::AnyText => "%".to_owned(),
        };
        self.parts.iter().map(print).collect()
    }

    /// Whether a text fits.
    pub(super) fn fits(&self, text: &str) -> bool {
        let text: Vec<char> = fold(text).chars().collect();
        let mut parts = Vec::new();
        if self.place != Place::Start {
            parts.push(Part::AnyText);
        }
        for part in &self.parts {
            match part {
                Part::Letter(letter) => parts.extend(fold_part(&letter.to_string()).chars().map(Part::Letter)),
                Part::AnyLetter | Part::AnyText => parts.push(*part),
            }
        }
        if self.place != Place::End {
            parts.push(Part::AnyText);
        }
        fits(&parts, &text)
    }
}

fn fits(parts: &[Part], text: &[char]) -> bool {
    match (parts.split_first(), text.split_first()) {
        (None, _) => text.is_empty(),
        (Some((Part::AnyText, rest)), _) => (0..=text.len()).any(|skipped| fits(rest, &text[skipped..])),
        (Some((Part::AnyLetter, rest)), Some((_, behind))) => fits(rest, behind),
        (Some((Part::Letter(wanted), rest)), Some((letter, behind))) => wanted == letter && fits(rest, behind),
        (Some(_), None) => false,
    }
}

#[test]
fn wildcards_and_letters() {
    use Part::{AnyLetter, AnyText, Letter};
    let check = |place, parts: &[Part], text, expected| {
        assert_eq!(
            Pattern {
                place,
                parts: parts.to_vec()
            }
            .fits(text),
            expected,
            "{parts:?} {text}"
        );
    };
    check(Place::Start, &[Letter('f'), AnyLetter, Letter('O')], "Fjord", true);
    check(Place::End, &[Letter('f'), AnyLetter, Letter('O')], "Fjord", false);
    check(Place::Anywhere, &[Letter('%')], "100% wool", true);
    check(Place::Anywhere, &[Letter('%')], "wool", false);
    check(Place::End, &[Letter('j'), AnyText, Letter('D')], "Fjord ", true);
    check(Place::Anywhere, &[], "", true);
}
