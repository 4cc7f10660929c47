//! Certificates of applications added and removed.
//!
//! In: an application and a certificate. Out: the id of its registration. Invariant: only public halves are taken, and a
//! registration never outlives its certificate.

use oauth::{AppId, Certificate, CertificateError, Timestamp};
use uuid::Uuid;

use super::transaction::{self, Part, demand, refuse, then};
use super::{ManageError, Mandate, application};
use crate::application::ApplicationCertificate;
use crate::authority::Authority;
use crate::store::{self, must_change};

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

/// A certificate that there shall be.
#[derive(Debug, Clone)]
pub enum WantedCertificate {
    /// One that there is.
    Kept(Uuid),
    /// Another one.
    New(NewCertificate),
}

/// Adds a certificate to those that the application has.
pub async fn add(authority: &Authority, mandate: &Mandate, new: NewCertificate) -> Result<Uuid, ManageError> {
    let snapshot = super::snapshot(authority).await?;
    let client = super::registered(&snapshot, new.app_id).await?;
    let (id, added) = addition(authority, new)?;
    let mut parts = vec![demand(
        store::application::hold(client.application.app_id),
        super::missing("application", &client.application.app_id),
    )];
    parts.extend(added);
    let changed = application::credentials_changed(&client.application);
    parts.push(super::audit(authority, mandate, changed).into());
    transaction::commit(authority, parts).await?;
    Ok(id)
}

/// What brings an application's certificates to a list: what is not in it goes first, so that there is room.
pub(super) fn replacement(
    authority: &Authority,
    (app_id, known): (AppId, &[ApplicationCertificate]),
    wanted: &[WantedCertificate],
) -> Result<Vec<Part>, ManageError> {
    let mut kept = Vec::new();
    let mut added = Vec::new();
    for one in wanted {
        match one {
            WantedCertificate::Kept(id) if known.iter().any(|known| known.id == *id) => kept.push(*id),
            WantedCertificate::Kept(id) => {
                return Err(ManageError::Invalid {
                    what: "certificate",
                    value: id.to_string(),
                    reason: "is none of the application, and comes without 'key'",
                });
            }
            WantedCertificate::New(new) => {
                let new = NewCertificate { app_id, ..new.clone() };
                added.extend(addition(authority, new)?.1);
            }
        }
    }
    let gone = known.iter().filter(|known| !kept.contains(&known.id));
    let mut parts: Vec<Part> = gone
        .map(|gone| then(store::application_certificate::delete(app_id, gone.id)))
        .collect();
    parts.extend(added);
    Ok(parts)
}

/// What adds one certificate, and its id.
fn addition(authority: &Authority, new: NewCertificate) -> Result<(Uuid, [Part; 2]), ManageError> {
    let certificate = read(&new.certificate)?;
    let display_name = new.display_name.unwrap_or_else(|| subject(&certificate));
    super::check_display_name(&display_name)?;
    let (starts_at, ends_at) = period(&certificate, new.starts_at, new.ends_at)?;
    let id = super::new_id(authority, authority.clock().now());
    let certificate = ApplicationCertificate {
        id,
        certificate,
        starts_at,
        ends_at,
    };
    let insert = store::application_certificate::insert(new.app_id, &certificate, &display_name);
    let too_many = ManageError::Invalid {
        what: "certificate",
        value: display_name,
        reason: "is one more than the 32 that an application may have",
    };
    let room = refuse(
        store::application_certificate::nth(new.app_id, MOST_CERTIFICATES),
        too_many,
    );
    Ok((id, [room, then(insert)]))
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
