//! What a person must be shown: the words of `prompt`.
//!
//! INVARIANT: a request has one of them; the lists that OpenID Connect allows are not served.

/// `prompt` (OpenID Connect Core section 3.1.2.1 and Entra's additions).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Prompt {
    /// `none`: no page at all.
    None,
    /// `login`: credentials, even with a session.
    Login,
    /// `consent`: the page of consent, even if all is granted.
    Consent,
    /// `select_account`: the choice among sessions.
    SelectAccount,
    /// `create`: a new account (Initiating User Registration via OpenID Connect).
    Create,
    /// `admin_consent`: consent for the whole tenant, v1.0.
    AdminConsent,
}

impl Prompt {
    const ALL: [Self; 6] = [
        Self::None,
        Self::Login,
        Self::Consent,
        Self::SelectAccount,
        Self::Create,
        Self::AdminConsent,
    ];

    /// The text on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
            Self::Create => "create",
            Self::AdminConsent => "admin_consent",
        }
    }

    /// Reads the text on the wire.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|prompt| prompt.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_known_word_is_read() {
        for bad in ["", "None", "login ", "login consent", "none login", "refresh_session"] {
            assert_eq!(Prompt::from_name(bad), None, "{bad}");
        }
        for prompt in Prompt::ALL {
            assert_eq!(Prompt::from_name(prompt.as_str()), Some(prompt));
        }
    }
}
