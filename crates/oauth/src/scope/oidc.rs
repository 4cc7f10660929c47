//! The scopes of OpenID Connect: a small set of words.
//!
//! INVARIANT: a set holds each word once, in the order in which they were put in.

/// A scope that names no resource (OpenID Connect Core section 5.4 and 11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OidcScope {
    /// `openid`: an id token.
    OpenId,
    /// `profile`: name and user name.
    Profile,
    /// `email`: the mail address.
    Email,
    /// `offline_access`: a refresh token.
    OfflineAccess,
}

impl OidcScope {
    const ALL: [Self; 4] = [Self::OpenId, Self::Profile, Self::Email, Self::OfflineAccess];

    /// The registered text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::OfflineAccess => "offline_access",
        }
    }

    /// Reads the registered text.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }
}

/// A set of OpenID Connect scopes, in the order of the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OidcScopes(Vec<OidcScope>);

impl OidcScopes {
    /// Whether the scope was asked for.
    #[must_use]
    pub fn contains(&self, scope: OidcScope) -> bool {
        self.0.contains(&scope)
    }

    /// The scopes in their order.
    pub fn iter(&self) -> impl Iterator<Item = OidcScope> {
        self.0.iter().copied()
    }

    /// Whether none was asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<OidcScope> for OidcScopes {
    fn from_iter<I: IntoIterator<Item = OidcScope>>(scopes: I) -> Self {
        let mut distinct = Vec::new();
        for scope in scopes {
            if !distinct.contains(&scope) {
                distinct.push(scope);
            }
        }
        Self(distinct)
    }
}
