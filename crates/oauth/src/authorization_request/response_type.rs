//! What an authorization answer brings, and how it travels: the words of `response_type` and `response_mode`.
//!
//! INVARIANT: a token never travels in a query (OAuth 2.0 Multiple Response Types section 5).

/// `response_type`: what the answer brings. The order of the words makes no difference on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResponseType {
    /// `code` (RFC 6749 section 4.1.1).
    Code,
    /// `id_token` (OpenID Connect Core section 3.2.2.1).
    IdToken,
    /// `code id_token` (OpenID Connect Core section 3.3.2.1).
    CodeIdToken,
    /// `id_token token` (OpenID Connect Core section 3.2.2.1).
    IdTokenToken,
    /// `token` (RFC 6749 section 4.2.1).
    Token,
}

impl ResponseType {
    const ALL: [Self; 5] = [
        Self::Code,
        Self::IdToken,
        Self::CodeIdToken,
        Self::IdTokenToken,
        Self::Token,
    ];

    /// The registered text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::IdToken => "id_token",
            Self::CodeIdToken => "code id_token",
            Self::IdTokenToken => "id_token token",
            Self::Token => "token",
        }
    }

    /// Reads the words in any order (OAuth 2.0 Multiple Response Types section 3).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let mut words: Vec<&str> = name.split(' ').collect();
        // The registered names have their words in this order too.
        words.sort_unstable();
        let sorted = words.join(" ");
        Self::ALL.into_iter().find(|kind| kind.as_str() == sorted)
    }

    /// Whether the answer has a code.
    #[must_use]
    pub const fn has_code(self) -> bool {
        matches!(self, Self::Code | Self::CodeIdToken)
    }

    /// Whether the answer has an id token.
    #[must_use]
    pub const fn has_id_token(self) -> bool {
        matches!(self, Self::IdToken | Self::CodeIdToken | Self::IdTokenToken)
    }

    /// Whether the answer has an access token.
    #[must_use]
    pub const fn has_access_token(self) -> bool {
        matches!(self, Self::IdTokenToken | Self::Token)
    }

    /// How the answer travels when the request does not say: in the query, or in the fragment as soon as it has a
    /// token.
    #[must_use]
    pub const fn default_mode(self) -> ResponseMode {
        match self {
            Self::Code => ResponseMode::Query,
            Self::IdToken | Self::CodeIdToken | Self::IdTokenToken | Self::Token => ResponseMode::Fragment,
        }
    }
}

/// `response_mode`: how the answer travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResponseMode {
    /// In the query of the redirect.
    Query,
    /// In the fragment of the redirect, which is not sent to a server.
    Fragment,
    /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode).
    FormPost,
}

impl ResponseMode {
    /// The registered text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }

    /// Reads the registered text.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Query, Self::Fragment, Self::FormPost]
            .into_iter()
            .find(|mode| mode.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: Option<ResponseType>) {
        assert_eq!(ResponseType::from_name(name), expected, "{name}");
    }

    #[test]
    fn other_types_are_refused() {
        for bad in [
            "",
            " ",
            "Code",
            "code ",
            "code  id_token",
            "code token",
            "code code",
            "none",
            "device",
        ] {
            check(bad, None);
        }
        for bad in ["", "Query", "form_post.jwt", "web_message"] {
            assert_eq!(ResponseMode::from_name(bad), None, "{bad}");
        }
    }

    #[test]
    fn words_stand_in_any_order() {
        check("id_token code", Some(ResponseType::CodeIdToken));
        check("token id_token", Some(ResponseType::IdTokenToken));
        for kind in ResponseType::ALL {
            check(kind.as_str(), Some(kind));
        }
        for mode in [ResponseMode::Query, ResponseMode::Fragment, ResponseMode::FormPost] {
            assert_eq!(ResponseMode::from_name(mode.as_str()), Some(mode));
        }
    }

    #[test]
    fn each_type_says_what_it_brings() {
        for kind in ResponseType::ALL {
            let words: Vec<&str> = kind.as_str().split(' ').collect();
            assert_eq!(kind.has_code(), words.contains(&"code"));
            assert_eq!(kind.has_id_token(), words.contains(&"id_token"));
            assert_eq!(kind.has_access_token(), words.contains(&"token"));
            let in_query = kind.default_mode() == ResponseMode::Query;
            assert_eq!(in_query, !kind.has_id_token() && !kind.has_access_token());
        }
    }
}
