//! Certificates of applications added and removed.
//!
//! In: an application and a certificate. Out: the id of its registration. Invariant: only public halves are taken, and a
//! registration never outlives its certificate.

use db::Commit;
use oauth::{AppId, Certificate, CertificateError, Timestamp};
use uuid::Uuid;

use super::{ManageError, Mandate, application};
use crate::application::ApplicationCertificate;
use crate::authority::Authority;
use crate::store::{self, any_outcome, must_change, must_not_find};

/// The most certificates of one application: an assertion that names none is tried with each.
pub const MOST_CERTIFICATES: usize = 32;

/// A certificate to be added.
#[derive(Debug, Clone)]
pub struct NewCertificate {
    /// The application.
    pub app_id: AppId,
    /// What it is for; the subject of the certificate where none is given.
    pub display_name: Option<String>,
    /// The certificate, DER or PEM. In PEM the first one counts, and a private key beside it is dropped unread.
    pub certificate: Vec<u8>,
    /// Valid from this time on; from the certificate's own beginning where none is given.
    pub starts_at: Option<Timestamp>,
    /// Valid up to this time, which is not included; up to the certificate's own end where none is given.
    pub ends_at: Option<Timestamp>,
}

/// Adds a certificate to those that the application has.
pub async fn add(authority: &Authority, mandate: &Mandate, new: NewCertificate) -> Result<Uuid, ManageError> {
    let certificate = read(&new.certificate)?;
    let display_name = new.display_name.unwrap_or_else(|| subject(&certificate));
    super::check_display_name(&display_name)?;
    let (starts_at, ends_at) = period(&certificate, new.starts_at, new.ends_at)?;
    let snapshot = super::snapshot(authority).await?;
    let client = super::registered(&snapshot, new.app_id).await?;
    let id = super::new_id(authority, authority.clock().now());
    let certificate = ApplicationCertificate {
        id,
        der: certificate.der().to_vec(),
        starts_at,
        ends_at,
    };
    let steps = vec![
        must_change(store::application::hold(new.app_id)),
        must_not_find(store::application_certificate::nth(new.app_id, MOST_CERTIFICATES)),
        any_outcome(store::application_certificate::insert(
            new.app_id,
            &certificate,
            &display_name,
        )),
        super::audit(
            authority,
            mandate,
            application::credentials_changed(&client.application),
        ),
    ];
    match authority.directory().commit(steps).await {
        Ok(Commit::Done(_)) => Ok(id),
        Ok(Commit::Refused { step: 0 }) => Err(ManageError::NotFound {
            what: "application",
            id: new.app_id.to_string(),
        }),
        Ok(Commit::Refused { .. }) => Err(ManageError::Invalid {
            what: "certificate",
            value: display_name,
            reason: "is one more than the 32 that an application may have",
        }),
        Err(error) => Err(ManageError::Write(error)),
    }
}

/// Removes a certificate, which proves nothing from then on.
pub async fn remove(authority: &Authority, mandate: &Mandate, app_id: AppId, id: Uuid) -> Result<(), ManageError> {
    let snapshot = super::snapshot(authority).await?;
    let client = super::registered(&snapshot, app_id).await?;
    let steps = vec![
        must_change(store::application_certificate::delete(app_id, id)),
        super::audit(
            authority,
            mandate,
            application::credentials_changed(&client.application),
        ),
    ];
    super::commit(authority, "application certificate", id, steps).await
}

/// DER begins with the tag of a sequence, which no PEM text does.
fn read(bytes: &[u8]) -> Result<Certificate, ManageError> {
    const SEQUENCE: u8 = 0x30;
    let read = if bytes.first() == Some(&SEQUENCE) {
        Certificate::from_der(bytes)
    } else {
        std::str::from_utf8(bytes).map_or(Err(CertificateError::Pem), Certificate::from_pem)
    };
    read.map_err(|error| ManageError::Invalid {
        what: "certificate",
        // Not repeated: a private key may stand beside it.
        value: "..".to_owned(),
        reason: match error {
            CertificateError::Pem | CertificateError::Der => "is not an x.509 certificate in der or pem form",
            CertificateError::KeyType => "has a key that is neither rsa of at least 2048 bits nor on p-256",
        },
    })
}

/// The subject as a name for people; a certificate may have none, or a very long one.
fn subject(certificate: &Certificate) -> String {
    const MOST_CHARS: usize = 256;
    let name = certificate.subject().chars().filter(|char| !char.is_control());
    let name: String = name.take(MOST_CHARS).collect();
    if name.trim().is_empty() {
        "certificate".to_owned()
    } else {
        name
    }
}

fn period(
    certificate: &Certificate,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
) -> Result<(Timestamp, Timestamp), ManageError> {
    let starts_at = starts_at.unwrap_or(certificate.not_before());
    let ends_at = ends_at.unwrap_or(certificate.not_after());
    let invalid = |what, value: Timestamp, reason| ManageError::Invalid {
        what,
        value: value.to_string(),
        reason,
    };
    if starts_at < certificate.not_before() {
        Err(invalid(
            "start of a certificate",
            starts_at,
            "is before the certificate's own",
        ))
    } else if ends_at > certificate.not_after() {
        Err(invalid(
            "end of a certificate",
            ends_at,
            "is after the certificate's own",
        ))
    } else if ends_at <= starts_at {
        Err(invalid("end of a certificate", ends_at, "is not after its start"))
    } else {
        Ok((starts_at, ends_at))
    }
}
