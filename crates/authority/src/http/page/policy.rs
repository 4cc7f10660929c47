//! What a browser may do with a page: the headers that say so.
//!
//! In: what a page needs. Out: `Content-Security-Policy` and its kin. INVARIANT: only a [`Policy`] opens anything; what
//! it does not name is closed, and no page is ever shown inside another.

use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue, Uri};

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// What no page may do. Style sheet and mark are our own.
const CLOSED: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What a page may do besides showing itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Policy {
    /// Where its forms may lead.
    pub(crate) forms: Forms,
    /// The pages that it holds in hidden frames: URIs, of which the origins count.
    pub(crate) frames: Vec<String>,
    /// The SHA-256 of the one script in it, in base64.
    pub(crate) script: Option<&'static str>,
}

/// Where the forms of a page may lead.
#[derive(Debug, Clone, Default)]
pub(crate) enum Forms {
    /// It has none.
    #[default]
    None,
    /// To this authority, which answers with a page of its own.
    Here,
    /// To this authority, which may answer by a redirect to the client, which may redirect again to wherever it likes.
    /// Browsers of the Chromium family hold `form-action` against every step of that way, so it cannot be set.
    Onward,
    /// To the origin of this URI.
    To(String),
}

impl Policy {
    /// Adds the headers. There is no `Cross-Origin-Opener-Policy`: applications open the sign-in in a window of its own
    /// and hold on to that window, to see it come back to them (MSAL's `loginPopup`). The referrer stays with us, but
    /// is not `no-referrer`, by which browsers would send `Origin: null` with our own forms.
    pub(crate) fn add_to(&self, headers: &mut HeaderMap) {
        let policy = HeaderValue::try_from(self.content_security_policy());
        // INVARIANT: the text is printable, since `origin` lets nothing else through; were it not, all is closed.
        let policy = policy.unwrap_or(HeaderValue::from_static("default-src 'none'"));
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        headers.insert(
            PERMISSIONS_POLICY,
            HeaderValue::from_static(
                "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
            ),
        );
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    }

    fn content_security_policy(&self) -> String {
        let mut text = CLOSED.to_owned();
        match &self.forms {
            Forms::None => text.push_str("; form-action 'none'"),
            Forms::Here => text.push_str("; form-action 'self'"),
            Forms::Onward => {}
            Forms::To(uri) => {
                let origin = origin(uri);
                text.push_str("; form-action ");
                text.push_str(origin.as_deref().unwrap_or("'none'"));
            }
        }
        let mut frames: Vec<String> = self.frames.iter().filter_map(|uri| origin(uri)).collect();
        frames.sort_unstable();
        frames.dedup();
        if !frames.is_empty() {
            text.push_str("; frame-src ");
            text.push_str(&frames.join(" "));
        }
        if let Some(script) = self.script {
            text.push_str("; script-src 'sha256-");
            text.push_str(script);
            text.push('\'');
        }
        text
    }
}

/// The origin of an address as a policy names it; none of what is not plainly `scheme://host` or `scheme://host:port`.
fn origin(uri: &str) -> Option<String> {
    let uri: Uri = uri.parse().ok()?;
    let (scheme, host) = (uri.scheme_str()?, uri.authority()?.as_str());
    // A `;` may stand in an authority (RFC 3986 section 3.2.2) and would end the directive.
    let is_plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '.' | ':');
    (!host.is_empty() && host.chars().all(is_plain)).then(|| format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(policy: &Policy, expected: &str) {
        let text = policy.content_security_policy();
        assert_eq!(text.strip_prefix(CLOSED), Some(expected));
    }

    #[test]
    fn only_what_is_named_is_open() {
        check(&Policy::default(), "; form-action 'none'");
        let forms = |forms| Policy {
            forms,
            ..Policy::default()
        };
        check(&forms(Forms::Here), "; form-action 'self'");
        check(&forms(Forms::Onward), "");
        let to = |uri: &str| forms(Forms::To(uri.to_owned()));
        check(
            &to("https://App.example:444/cb?x=1"),
            "; form-action https://App.example:444",
        );
        check(&to("http://localhost:5000"), "; form-action http://localhost:5000");
        for wrong in [
            "javascript:alert(1)",
            "urn:ietf:wg:oauth:2.0:oob",
            "https://a;script-src/",
            "https://u@a.test/",
            "/cb",
            "",
        ] {
            check(&to(wrong), "; form-action 'none'");
        }
    }

    #[test]
    fn frames_are_named_by_origin_once() {
        let frames = [
            "https://b.test/out?sid=1",
            "https://a.test/out",
            "https://b.test/also",
            "data:text/html,x",
        ];
        let policy = Policy {
            frames: frames.map(str::to_owned).to_vec(),
            ..Policy::default()
        };
        check(&policy, "; form-action 'none'; frame-src https://a.test https://b.test");
    }
}
