//! The certificates of an application: which of them count now, and the one that a TLS client showed (RFC 8705).
//!
//! In: a registered certificate, or the certificate of a connection. Out: the proof, or why it is none.
//! INVARIANT: a certificate counts while both its registration and its own dates say so. Who signed it is not looked at:
//! the registration is what is trusted (RFC 8705 section 2.2).

use oauth::{ClientProof, PeerCertificate, thumbprint};

use super::Asked;
use crate::application::ApplicationCertificate;
use crate::refusal::{AssertionRefusal, Refusal};

/// Whether the certificate of the connection is one of the application's.
pub(super) fn is_registered(asked: &Asked<'_>, shown: &PeerCertificate) -> bool {
    registered(asked, shown).next().is_some()
}

/// Takes the certificate of the connection as the application's credential: the handshake proved the private key. Where
/// it is registered several times, one registration that counts is enough.
pub(super) fn check(asked: &Asked<'_>, shown: &PeerCertificate) -> Result<ClientProof, Refusal> {
    let mut outcome = Err(unknown(asked, shown));
    for registration in registered(asked, shown) {
        outcome = in_force(asked, registration).map(|()| ClientProof::Certificate);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

/// The refusal of a certificate that is none of the application's.
pub(super) fn unknown(asked: &Asked<'_>, shown: &PeerCertificate) -> Refusal {
    let refusal = AssertionRefusal::TlsCertificateUnknown {
        application: asked.application(),
        thumbprint: thumbprint::x5t(shown.der()),
    };
    refusal.into()
}

/// Whether a registered certificate counts now.
pub(super) fn in_force(asked: &Asked<'_>, registration: &ApplicationCertificate) -> Result<(), Refusal> {
    let (certificate, now) = (&registration.certificate, asked.now);
    let thumbprint = || certificate.sha1_thumbprint().to_owned();
    if now < registration.starts_at || now < certificate.not_before() {
        Err(AssertionRefusal::KeyNotYetValid {
            application: asked.application(),
            thumbprint: thumbprint(),
        }
        .into())
    } else if now >= registration.ends_at || now > certificate.not_after() {
        Err(AssertionRefusal::KeyExpired {
            application: asked.application(),
            thumbprint: thumbprint(),
        }
        .into())
    } else {
        Ok(())
    }
}

fn registered<'a>(asked: &Asked<'a>, shown: &PeerCertificate) -> impl Iterator<Item = &'a ApplicationCertificate> {
    let certificates = asked.client.certificates.iter();
    certificates.filter(move |one| one.certificate.der() == shown.der())
}
