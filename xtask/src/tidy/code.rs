//! The code of a Rust file alone. In: its text. Out: the same text with comments and the insides of literals blanked.
//!
//! Invariant: line for line the same, so that a finding's line number holds in the file.

use std::iter::Peekable;
use std::str::Chars;

/// Blanks comments, strings and characters; keeps every line break.
pub(super) fn only(source: &str) -> String {
    let mut scan = Scan {
        rest: source.chars().peekable(),
        out: String::with_capacity(source.len()),
    };
    let mut before = ' ';
    while let Some(c) = scan.rest.next() {
        match c {
            '/' if scan.rest.peek() == Some(&'/') => scan.line_comment(),
            '/' if scan.rest.peek() == Some(&'*') => scan.block_comment(),
            '"' => scan.string(),
            'r' if !is_name(before) || before == 'b' || before == 'c' => scan.raw_string(),
            '\'' => scan.character(),
            other => scan.out.push(other),
        }
        before = c;
    }
    scan.out
}

struct Scan<'a> {
    rest: Peekable<Chars<'a>>,
    out: String,
}

impl Scan<'_> {
    fn blank(&mut self, c: char) {
        self.out.push(if c == '\n' { '\n' } else { ' ' });
    }

    fn line_comment(&mut self) {
        self.blank('/');
        while let Some(c) = self.rest.next_if(|c| *c != '\n') {
            self.blank(c);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        let mut before = '/';
        self.blank('/');
        while let Some(c) = self.rest.next() {
            self.blank(c);
            match (before, c) {
                ('/', '*') => depth += 1,
                ('*', '/') => depth = depth.saturating_sub(1),
                (_, other) => {
                    before = other;
                    continue;
                }
            }
            // The pair is used up: `/*/` opens and does not close.
            before = ' ';
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.out.push('"');
        while let Some(c) = self.rest.next() {
            match c {
                '"' => {
                    self.out.push('"');
                    return;
                }
                '\\' => {
                    self.blank(c);
                    if let Some(escaped) = self.rest.next() {
                        self.blank(escaped);
                    }
                }
                other => self.blank(other),
            }
        }
    }

    /// After an `r`: a raw string if hashes and a quote follow, else the start of a name.
    fn raw_string(&mut self) {
        self.out.push('r');
        let mut ahead = self.rest.clone();
        let mut hashes = 0_usize;
        while ahead.next_if_eq(&'#').is_some() {
            hashes += 1;
        }
        if ahead.next() != Some('"') {
            return;
        }
        self.rest.nth(hashes);
        self.out.push('"');
        while let Some(c) = self.rest.next() {
            if c == '"' && self.rest.clone().take(hashes).filter(|c| *c == '#').count() == hashes {
                for _ in 0..hashes {
                    self.rest.next();
                }
                self.out.push('"');
                return;
            }
            self.blank(c);
        }
    }

    /// After a `'`: a character literal, or the start of a lifetime.
    fn character(&mut self) {
        self.out.push('\'');
        let mut ahead = self.rest.clone();
        let first = ahead.next();
        if first == Some('\\') {
            self.rest.next();
            self.rest.next();
            while self.rest.next_if(|c| *c != '\'').is_some() {}
            self.rest.next();
        } else if ahead.next() == Some('\'') {
            self.rest.next();
            self.rest.next();
        }
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, kept: &[&str], gone: &[&str]) {
        let code = only(source);
        assert_eq!(code.lines().count(), source.lines().count(), "{code}");
        for word in kept {
            assert!(code.contains(word), "`{word}` is missing in `{code}`");
        }
        for word in gone {
            assert!(!code.contains(word), "`{word}` is left in `{code}`");
        }
    }

    #[test]
    fn comments_go() {
        check("a(); // axum\nb();", &["a();", "b();"], &["axum"]);
        check(
            "a(); /* axum /* inner */ axum\n */ b();",
            &["a();", "b();"],
            &["axum", "inner"],
        );
        check("/*/ axum */ b();", &["b();"], &["axum"]);
    }

    #[test]
    fn literals_go() {
        check(r#"let a = "axum \" axum"; b();"#, &["let a", "b();"], &["axum"]);
        check("let a = r#\"axum \" axum\"#; b();", &["let a", "b();"], &["axum"]);
        check("let a = br\"axum\\\"; b();", &["let a", "b();"], &["axum"]);
        check("let a = '\"'; b(); let c = '\\''; d();", &["b();", "d();"], &["\""]);
    }

    #[test]
    fn names_and_lifetimes_stay() {
        check(
            "fn f<'a>(r: &'a str, var: u8) { r#type() }",
            &["'a>", "&'a str", "var", "r#type"],
            &[],
        );
    }
}
