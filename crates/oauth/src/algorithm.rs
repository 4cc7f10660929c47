//! Signature algorithms (RFC 7518 section 3.1): a name comes in, one of a closed list goes out.
//!
//! INVARIANT: every algorithm here is asymmetric. `none` and the symmetric ones have no variant, so no header can
//! choose them.

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3): what Entra signs with.
    Rs256,
    /// RSASSA-PSS with SHA-256 and a salt of 32 bytes (RFC 7518 section 3.5).
    Ps256,
    /// ECDSA over P-256 with SHA-256 (RFC 7518 section 3.4).
    Es256,
}

impl Algorithm {
    /// The whole list, for metadata documents.
    pub const ALL: [Self; 3] = [Self::Rs256, Self::Ps256, Self::Es256];

    /// The `alg` member.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
        }
    }

    /// The algorithm of this name; names are case-sensitive. `None` for every other one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: Option<Algorithm>) {
        assert_eq!(Algorithm::from_name(name), expected, "{name}");
    }

    #[test]
    fn other_names_are_no_algorithms() {
        for name in [
            "", "none", "None", "HS256", "RS384", "RS512", "ES384", "EdDSA", "rs256", "RS256 ",
        ] {
            check(name, None);
        }
    }

    #[test]
    fn names_round_trip() {
        check("RS256", Some(Algorithm::Rs256));
        check("PS256", Some(Algorithm::Ps256));
        check("ES256", Some(Algorithm::Es256));
    }
}
