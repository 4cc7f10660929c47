//! A place in one expression, moved forward by the parsers of this crate.
//!
//! In: decoded text. Out: pieces of it, and errors that say where they happened.
//! Invariant: parentheses are entered through [`Cursor::nested`] alone, so no input is deeper than [`MAX_DEPTH`].

use crate::SyntaxError;
use crate::alias::Aliases;

/// Levels of parentheses, brackets and `not`. The stack of a server's thread holds several times as many.
pub(crate) const MAX_DEPTH: usize = 100;

/// A text with the place reached in it.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    rest: &'a str,
    depth: usize,
    aliases: &'a Aliases,
}

impl<'a> Cursor<'a> {
    /// Begins at the start of the text.
    pub(crate) fn new(text: &'a str, aliases: &'a Aliases) -> Self {
        Self {
            text,
            rest: text,
            depth: 0,
            aliases,
        }
    }

    /// The parameter aliases that may stand here.
    pub(crate) fn aliases(&self) -> &'a Aliases {
        self.aliases
    }

    /// The same place in the same text, where other aliases hold.
    pub(crate) fn set_aliases(&mut self, aliases: &'a Aliases) {
        self.aliases = aliases;
    }

    /// What has not been read yet.
    pub(crate) fn rest(&self) -> &'a str {
        self.rest
    }

    /// The next character.
    pub(crate) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Takes this text if it comes next.
    pub(crate) fn eat(&mut self, expected: &str) -> bool {
        match self.rest.strip_prefix(expected) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Takes this text, or says what should stand here.
    pub(crate) fn expect(&mut self, text: &str, expected: &'static str) -> Result<(), SyntaxError> {
        if self.eat(text) {
            Ok(())
        } else {
            Err(self.unexpected(expected))
        }
    }

    /// Takes so many bytes; all of the rest when they do not end at a character.
    pub(crate) fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// What comes next, as far as its characters belong.
    pub(crate) fn peek_while(&self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self
            .rest
            .find(|character| !belongs(character))
            .unwrap_or(self.rest.len());
        self.rest.get(..end).unwrap_or_default()
    }

    /// Takes spaces; whether there were any.
    pub(crate) fn skip_spaces(&mut self) -> bool {
        let spaces = self.peek_while(|character| matches!(character, ' ' | '\t')).len();
        self.take(spaces);
        spaces > 0
    }

    /// A simple identifier (`odataIdentifier`), not taken.
    pub(crate) fn peek_identifier(&self) -> Option<&'a str> {
        let first = self.peek()?;
        if !(first.is_alphabetic() || first == '_') {
            return None;
        }
        Some(self.peek_while(is_identifier))
    }

    /// A simple identifier, or an error that says what it should have been.
    pub(crate) fn identifier(&mut self, expected: &'static str) -> Result<&'a str, SyntaxError> {
        let identifier = self.peek_identifier().ok_or_else(|| self.unexpected(expected))?;
        Ok(self.take(identifier.len()))
    }

    /// Identifiers joined by dots: `Microsoft.Dynamics.CRM.In`.
    pub(crate) fn qualified_name(&mut self, expected: &'static str) -> Result<&'a str, SyntaxError> {
        let start = *self;
        self.identifier(expected)?;
        while self.eat(".") {
            self.identifier("a name")?;
        }
        Ok(start.until(self))
    }

    /// Takes this word if it comes next and ends there.
    pub(crate) fn eat_keyword(&mut self, keyword: &str) -> bool {
        self.peek_identifier() == Some(keyword) && self.eat(keyword)
    }

    /// Reads what stands inside parentheses or the like, one level deeper.
    pub(crate) fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, SyntaxError>,
    ) -> Result<T, SyntaxError> {
        if self.depth == MAX_DEPTH {
            return Err(SyntaxError::TooDeep {
                text: self.text.to_owned(),
                limit: MAX_DEPTH,
            });
        }
        self.depth += 1;
        let read = read(self)?;
        self.depth -= 1;
        Ok(read)
    }

    /// The end of the text must be here.
    pub(crate) fn finish(mut self, expected: &'static str) -> Result<(), SyntaxError> {
        self.skip_spaces();
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.unexpected(expected))
        }
    }

    /// The text from here to a later place.
    pub(crate) fn until(&self, later: &Self) -> &'a str {
        let length = self.rest.len().saturating_sub(later.rest.len());
        self.rest.get(..length).unwrap_or_default()
    }

    /// Something else than expected stands here.
    pub(crate) fn unexpected(&self, expected: &'static str) -> SyntaxError {
        SyntaxError::Unexpected {
            expected,
            position: self.position(),
            text: self.text.to_owned(),
        }
    }

    /// What begins here is almost a literal.
    pub(crate) fn invalid_literal(&self, literal: &str) -> SyntaxError {
        SyntaxError::InvalidLiteral {
            literal: literal.to_owned(),
            position: self.position(),
            text: self.text.to_owned(),
        }
    }

    /// A literal has no end. The service reports the place where it looked for it: the end of the text.
    pub(crate) fn unterminated(&self) -> SyntaxError {
        SyntaxError::UnterminatedLiteral {
            position: self.text.chars().count(),
            text: self.text.to_owned(),
        }
    }

    fn position(&self) -> usize {
        let read = self.text.len().saturating_sub(self.rest.len());
        self.text.get(..read).unwrap_or_default().chars().count()
    }
}

/// Whether a character may stand inside an identifier.
pub(crate) fn is_identifier(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
