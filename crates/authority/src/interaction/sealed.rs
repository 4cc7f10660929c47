//! An interaction on its way through the browser: the hidden field `ctx` and the cookie to which it is bound.
//!
//! In: an [`Interaction`]. Out: text that says nothing, and back. INVARIANT: it opens only under the cookie of the browser
//! in which it was begun, so a form that another site or another browser sends is refused (RFC 9700 section 2.1, CSRF).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth::{Random, Secret, Timestamp, random};

use super::{Interaction, LIFETIME_SECONDS};
use crate::authority::Authority;
use crate::key_encryption::{KeyEncryptionKey, SealError};
use crate::refusal::AuthorizationRefusal;

/// The cookie that tells one browser from another.
pub(crate) const COOKIE: &str = "__Host-commonhold-browser";
/// What the key for pages is derived for.
pub(crate) const KEY_PURPOSE: &str = "pages of a sign-in";
/// Bytes of the cookie.
const COOKIE_BYTES: usize = 32;
/// Characters of the cookie.
const COOKIE_CHARS: usize = 43;

/// A browser, as its cookie tells it from others.
#[derive(Debug, Clone)]
pub(crate) struct Browser(Secret<String>);

impl Browser {
    /// The browser of a cookie; `None` for a cookie that was not made here.
    pub(crate) fn of(unverified_cookie: Option<&str>) -> Option<Self> {
        let cookie = unverified_cookie.filter(|cookie| cookie.len() == COOKIE_CHARS)?;
        Some(Self(Secret::new(cookie.to_owned())))
    }

    /// A browser that was not here before.
    pub(crate) fn new(random: &dyn Random) -> Self {
        Self(Secret::new(random::text(random, COOKIE_BYTES)))
    }

    /// The cookie.
    pub(crate) fn cookie(&self) -> &str {
        self.0.expose()
    }
}

/// Seals an interaction for a browser.
pub(crate) fn seal(authority: &Authority, browser: &Browser, interaction: &Interaction) -> Result<String, SealError> {
    seal_with(authority.page_key(), authority.random(), browser, interaction)
}

/// Opens what [`seal`] made for the same browser.
pub(crate) fn open(
    authority: &Authority,
    browser: Option<&Browser>,
    unverified_context: &str,
    now: Timestamp,
) -> Result<Interaction, AuthorizationRefusal> {
    let browser = browser.ok_or(AuthorizationRefusal::ContextForeign)?;
    open_with(authority.page_key(), browser, unverified_context, now)
}

fn seal_with(
    key: &KeyEncryptionKey,
    random: &dyn Random,
    browser: &Browser,
    interaction: &Interaction,
) -> Result<String, SealError> {
    let json = serde_json::to_vec(interaction).map_err(|_no_json_form: serde_json::Error| SealError::Sealing)?;
    let sealed = key.seal(random, browser.cookie(), &json)?;
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

fn open_with(
    key: &KeyEncryptionKey,
    browser: &Browser,
    unverified_context: &str,
    now: Timestamp,
) -> Result<Interaction, AuthorizationRefusal> {
    let foreign = || AuthorizationRefusal::ContextForeign;
    let sealed = URL_SAFE_NO_PAD.decode(unverified_context).ok().ok_or_else(foreign)?;
    let json = key.open(browser.cookie(), &sealed).ok().ok_or_else(foreign)?;
    let interaction: Interaction = serde_json::from_slice(json.expose()).ok().ok_or_else(foreign)?;
    let age_seconds = now.seconds().saturating_sub(interaction.began_at_seconds);
    if age_seconds < LIFETIME_SECONDS {
        Ok(interaction)
    } else {
        Err(AuthorizationRefusal::ContextExpired)
    }
}

#[cfg(test)]
mod tests {
    use oauth::SeededRandom;

    use super::super::Purpose;
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    fn key(byte: u8) -> KeyEncryptionKey {
        KeyEncryptionKey::from_bytes(&[byte; KeyEncryptionKey::BYTES]).unwrap()
    }

    fn interaction() -> Interaction {
        let user_code = "BCDFGHJK".to_owned();
        Interaction::begin(Purpose::Device { user_code }, "common".to_owned(), NOW)
    }

    fn sealed(browser: &Browser) -> String {
        seal_with(&key(1), &SeededRandom::new(2), browser, &interaction()).unwrap()
    }

    #[test]
    fn other_browsers_other_keys_and_other_texts_are_refused() {
        let (here, there) = (Browser::new(&SeededRandom::new(1)), Browser::new(&SeededRandom::new(9)));
        let context = sealed(&here);
        let refused = |key: &KeyEncryptionKey, browser: &Browser, context: &str| {
            let refusal = open_with(key, browser, context, NOW).unwrap_err();
            assert!(matches!(refusal, AuthorizationRefusal::ContextForeign), "{context}");
        };
        refused(&key(1), &there, &context);
        refused(&key(2), &here, &context);
        let shorter: String = context.chars().skip(1).collect();
        for text in ["", "A", "{}", "ä", &shorter, &format!("{context}AAAA")] {
            refused(&key(1), &here, text);
        }
        for cookie in [None, Some(""), Some("short"), Some(context.as_str())] {
            assert!(Browser::of(cookie).is_none());
        }
    }

    #[test]
    fn it_opens_for_a_quarter_of_an_hour() {
        let here = Browser::new(&SeededRandom::new(1));
        let context = sealed(&here);
        let open_at = |seconds| open_with(&key(1), &here, &context, NOW.plus_seconds(seconds));
        assert_eq!(open_at(0).unwrap(), interaction());
        assert_eq!(open_at(LIFETIME_SECONDS - 1).unwrap(), interaction());
        let late = open_at(LIFETIME_SECONDS).unwrap_err();
        assert!(matches!(late, AuthorizationRefusal::ContextExpired));
    }

    #[test]
    fn nothing_can_be_read_in_it() {
        let here = Browser::new(&SeededRandom::new(1));
        let bytes = URL_SAFE_NO_PAD.decode(sealed(&here)).unwrap();
        assert!(!bytes.windows(8).any(|window| window == b"BCDFGHJK"));
        let again = Browser::of(Some(here.cookie())).unwrap();
        assert!(open_with(&key(1), &again, &sealed(&here), NOW).is_ok());
        assert!(!format!("{here:?}").contains(here.cookie()));
    }
}
