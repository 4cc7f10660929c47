//! Authenticator data (Web Authentication section 6.1): what an authenticator says of itself and of the person.
//!
//! In: bytes. Out: [`AuthenticatorSaid`]. Invariant: nothing here is signed yet; whoever reads it checks the signature too.

use aws_lc_rs::digest;
use uuid::Uuid;

use super::{Fault, RelyingParty};

const PRESENT: u8 = 0b0000_0001;
const VERIFIED: u8 = 0b0000_0100;
const BACKUP_ELIGIBLE: u8 = 0b0000_1000;
const BACKED_UP: u8 = 0b0001_0000;
const ATTESTED: u8 = 0b0100_0000;

/// Authenticator data, read.
#[derive(Debug)]
pub(super) struct AuthenticatorSaid<'a> {
    party_hash: [u8; 32],
    flags: u8,
    pub(super) sign_count: u32,
    /// Of a credential that was just made.
    pub(super) attested: Option<Attested<'a>>,
}

/// The credential that was just made.
#[derive(Debug)]
pub(super) struct Attested<'a> {
    pub(super) aaguid: Uuid,
    pub(super) credential_id: &'a [u8],
}

impl<'a> AuthenticatorSaid<'a> {
    /// Reads it; extensions, and the key of a new credential, are left.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Fault> {
        let read = || {
            let (party_hash, rest) = bytes.split_first_chunk::<32>()?;
            let (flags, rest) = rest.split_first()?;
            let (sign_count, rest) = rest.split_first_chunk::<4>()?;
            let attested = match flags & ATTESTED {
                0 => None,
                _ => Some(attested(rest)?),
            };
            Some(Self {
                party_hash: *party_hash,
                flags: *flags,
                sign_count: u32::from_be_bytes(*sign_count),
                attested,
            })
        };
        read().ok_or(Fault::Malformed)
    }

    /// Whether it is for this site, and the person was there and verified.
    pub(super) fn check(&self, party: RelyingParty<'_>) -> Result<(), Fault> {
        if digest::digest(&digest::SHA256, party.id.as_bytes()).as_ref() != self.party_hash {
            return Err(Fault::RelyingParty);
        }
        if !self.has(PRESENT) || !self.has(VERIFIED) {
            return Err(Fault::NotVerified);
        }
        // What cannot be backed up cannot have been (section 6.1.3).
        if self.has(BACKED_UP) && !self.is_backup_eligible() {
            return Err(Fault::Backup);
        }
        Ok(())
    }

    /// Whether the credential may be copied to other devices.
    pub(super) fn is_backup_eligible(&self) -> bool {
        self.has(BACKUP_ELIGIBLE)
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

fn attested(bytes: &[u8]) -> Option<Attested<'_>> {
    let (aaguid, rest) = bytes.split_first_chunk::<16>()?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let (credential_id, _key) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    Some(Attested {
        aaguid: Uuid::from_bytes(*aaguid),
        credential_id,
    })
}
