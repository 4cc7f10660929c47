//! The cookie of a browser: the tokens of its sessions, the newest first, with dots between them.
//!
//! In: a cookie as the browser sent it. Out: its tokens, and their hashes. Invariant: what is no token is left out, so a
//! cookie costs one reading of the database, whatever is in it.

use aws_lc_rs::digest;
use oauth::Secret;

use crate::store;

/// Between two tokens. It needs no quoting in a cookie (RFC 6265 section 4.1.1) and is no letter of base64url.
const BETWEEN: char = '.';
/// Characters of a token: 32 bytes as base64url.
const TOKEN_CHARS: usize = 43;

/// A token with its hash.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) token: Secret<String>,
    pub(super) hash: Vec<u8>,
}

impl Token {
    /// A token and what is stored of it.
    pub(super) fn new(token: Secret<String>) -> Self {
        // Plain SHA-256: a token is 256 bits of chance, so there is nothing to guess, and the row is found by its hash.
        let hash = digest::digest(&digest::SHA256, token.expose().as_bytes())
            .as_ref()
            .to_vec();
        Self { token, hash }
    }
}

/// The tokens of a cookie, as many as a browser may have.
pub(super) fn read(unverified_cookie: Option<&str>) -> Vec<Token> {
    let parts = unverified_cookie.unwrap_or_default().split(BETWEEN);
    parts
        .filter(|part| is_token(part))
        .take(store::session::MOST)
        .map(|part| Token::new(Secret::new(part.to_owned())))
        .collect()
}

/// The hashes of a cookie's tokens.
pub(super) fn hashes(unverified_cookie: Option<&str>) -> Vec<Vec<u8>> {
    read(unverified_cookie).into_iter().map(|token| token.hash).collect()
}

/// The cookie of these tokens.
pub(super) fn write<'a>(tokens: impl Iterator<Item = &'a Token>) -> Secret<String> {
    let mut cookie = String::with_capacity((TOKEN_CHARS + 1) * store::session::MOST);
    for token in tokens {
        if !cookie.is_empty() {
            cookie.push(BETWEEN);
        }
        cookie.push_str(token.token.expose());
    }
    Secret::new(cookie)
}

fn is_token(part: &str) -> bool {
    part.len() == TOKEN_CHARS
        && part
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cookie: &str, expected: &[&str]) {
        let read = read(Some(cookie));
        let tokens: Vec<_> = read.iter().map(|token| token.token.expose().as_str()).collect();
        assert_eq!(tokens, expected, "{cookie}");
    }

    #[test]
    fn what_is_no_token_is_left_out() {
        let (one, two) = ("a".repeat(TOKEN_CHARS), "-_9".repeat(14) + "Z");
        assert!(read(None).is_empty());
        for none in [
            "",
            ".",
            "..",
            "abc",
            &"a".repeat(TOKEN_CHARS + 1),
            &"=".repeat(TOKEN_CHARS),
            &"ä".repeat(22),
        ] {
            check(none, &[]);
        }
        check(&format!("{one}.short.{two}."), &[&one, &two]);
        check(&one, &[&one]);
    }

    #[test]
    fn a_cookie_is_written_as_it_is_read_and_has_five_tokens_at_most() {
        let many: Vec<String> = (0..9).map(|digit| digit.to_string().repeat(TOKEN_CHARS)).collect();
        let tokens = read(Some(&many.join(".")));
        assert_eq!(tokens.len(), store::session::MOST);
        assert_eq!(write(tokens.iter()).expose(), &many[..5].join("."));
        assert_eq!(write([].iter()).expose(), "");
    }
}
