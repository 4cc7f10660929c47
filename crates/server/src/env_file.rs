//! Files of plain `KEY=value` lines, which a shell and every language can read.
//!
//! In: names and values. Out: text and back. Invariant: the order of the lines is that in which they were first set.

use std::fmt;

/// The lines of a file.
#[derive(Default, Clone, PartialEq, Eq)]
pub(crate) struct EnvFile(Vec<(String, String)>);

impl EnvFile {
    /// Reads a file's text; lines without `=` are not ours and are left out.
    pub(crate) fn parse(text: &str) -> Self {
        let lines = text.lines().filter_map(|line| line.split_once('='));
        Self(lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// Gives a name its value.
    pub(crate) fn set(&mut self, name: &str, value: &(impl ToString + ?Sized)) {
        match self.0.iter_mut().find(|(there, _value)| there == name) {
            Some((_name, there)) => *there = value.to_string(),
            None => self.0.push((name.to_owned(), value.to_string())),
        }
    }

    /// Adds the lines of another file whose names are not there yet.
    pub(crate) fn extend_missing(&mut self, other: Self) {
        for (name, value) in other.0 {
            if self.get(&name).is_none() {
                self.0.push((name, value));
            }
        }
    }

    /// The value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(there, _value)| there == name)
            .map(|(_name, value)| value.as_str())
    }
}

impl fmt::Display for EnvFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|(name, value)| writeln!(f, "{name}={value}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut file = EnvFile::default();
        file.set("A", "1");
        file.set("B", "x=y");
        file.set("A", "2");
        assert_eq!(file.to_string(), "A=2\nB=x=y\n");
        assert!(EnvFile::parse(&file.to_string()) == file);
        assert_eq!((file.get("B"), file.get("C")), (Some("x=y"), None));
    }
}
