//! Recovery codes: for people who have lost what makes their one-time passwords.
//!
//! In: chance, or what a person typed. Out: a code, or the text that its hash was made of. Invariant: a code has 80 bits of
//! chance, so its fast hash gives nothing away.

use oauth::{Random, Secret};

/// How many a person has.
pub(crate) const COUNT: usize = 10;
/// Letters of a code, without its hyphens: five bits each.
const LETTERS: usize = 16;
/// Letters between two hyphens.
const GROUP: usize = 4;
/// Letters and digits that are not taken for each other: no `i`, `l`, `o`, `u` (Crockford's base32).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A new code as it is shown: `xxxx-xxxx-xxxx-xxxx`.
pub(crate) fn new(random: &dyn Random) -> Secret<String> {
    let mut bytes = [0; LETTERS];
    random.fill(&mut bytes);
    let mut code = String::with_capacity(LETTERS + LETTERS / GROUP);
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 && place % GROUP == 0 {
            code.push('-');
        }
        // 256 is a multiple of 32, so each letter is as likely as the others.
        let letter = ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'0');
        code.push(char::from(letter));
    }
    Secret::new(code)
}

/// A code as it is hashed: as it was shown, however it was typed. Letters that look like others are taken for them.
pub(crate) fn read(unverified_code: &str) -> Secret<String> {
    let typed = unverified_code.chars().filter(char::is_ascii_alphanumeric);
    let letters = typed.take(LETTERS + 1).map(|char| match char.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    });
    let mut code = String::with_capacity(LETTERS + LETTERS / GROUP);
    for (place, letter) in letters.enumerate() {
        if place > 0 && place % GROUP == 0 {
            code.push('-');
        }
        code.push(letter);
    }
    Secret::new(code)
}

#[cfg(test)]
mod tests {
    use oauth::SeededRandom;

    use super::*;

    #[test]
    fn codes_are_read_however_they_are_typed() {
        let shown = "0123-4567-89ab-cdef";
        for typed in [
            shown,
            "0123456789abcdef",
            " O123-4567 89AB CDEF ",
            "oi23-4567-89ab-cdef",
            "ol23456789abcdef",
        ] {
            assert_eq!(read(typed).expose(), shown, "{typed}");
        }
        for other in ["", "0123-4567-89ab-cde", "0123-4567-89ab-cdef-0", "0123-4567-89ab-cdeg"] {
            assert_ne!(read(other).expose(), shown, "{other}");
        }
    }

    #[test]
    fn new_codes_are_read_as_themselves_and_differ() {
        let random = SeededRandom::new(1);
        let one = new(&random);
        assert_eq!(one.expose().len(), 19);
        assert_eq!(read(one.expose()), one);
        assert_ne!(one, new(&random));
    }
}
