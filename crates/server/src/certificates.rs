//! The development CA and the server certificate that it signs, kept in the data folder.
//!
//! In: the folder and the time. Out: paths of PEM files. Invariant: the CA is made once, so that a machine which trusts
//! it goes on doing so; the server certificate is made anew before it expires.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use authority::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};

use crate::folder::{self, Folder};

/// Browsers and Apple's libraries refuse server certificates that live longer than this.
const SERVER_DAYS: i64 = 397;
/// Made anew when fewer days are left.
const RENEW_BEFORE_DAYS: i64 = 30;
const CA_DAYS: i64 = 3650;
const DAY_SECONDS: i64 = 86_400;

/// Where the certificates are.
#[derive(Debug, Clone)]
pub(crate) struct Certificates {
    /// The CA's certificate, for clients to trust.
    pub(crate) ca: PathBuf,
    /// The server's certificate, followed by the CA's.
    pub(crate) server: PathBuf,
    /// The server's private key.
    pub(crate) server_key: PathBuf,
}

/// Gives the certificates of a data folder, making what is missing or about to expire.
pub(crate) fn in_folder(folder: &Folder, now: Timestamp) -> anyhow::Result<Certificates> {
    let files = Certificates {
        ca: folder.path("ca.pem"),
        server: folder.path("server.pem"),
        server_key: folder.path("server.key"),
    };
    let ca_key = folder.path("ca.key");
    let renewal = folder.path("server.renew-after");
    if !files.ca.exists() || !ca_key.exists() {
        make_ca(&files.ca, &ca_key, now).context("making the development CA")?;
        make_server(&files, &ca_key, &renewal, now).context("making the server certificate")?;
    } else if !is_current(&files, &renewal, now) {
        make_server(&files, &ca_key, &renewal, now).context("renewing the server certificate")?;
    }
    Ok(files)
}

fn is_current(files: &Certificates, renewal: &Path, now: Timestamp) -> bool {
    files.server.exists()
        && files.server_key.exists()
        && std::fs::read_to_string(renewal)
            .ok()
            .and_then(|text| text.trim().parse::<i64>().ok())
            .is_some_and(|seconds| now.seconds() < seconds)
}

fn make_ca(certificate: &Path, key: &Path, now: Timestamp) -> anyhow::Result<()> {
    let pair = KeyPair::generate()?;
    let signed = valid_for(ca(), now, CA_DAYS)?.self_signed(&pair)?;
    folder::write_private(key, pair.serialize_pem().as_bytes())?;
    folder::write(certificate, signed.pem().as_bytes())
}

/// What the CA is, whenever it signs: its name, and its right to.
fn ca() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = named("Commonhold development CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn make_server(files: &Certificates, ca_key: &Path, renewal: &Path, now: Timestamp) -> anyhow::Result<()> {
    let ca_pem = std::fs::read_to_string(&files.ca)?;
    let issuer = Issuer::new(ca(), KeyPair::from_pem(&std::fs::read_to_string(ca_key)?)?);
    let mut params = valid_for(CertificateParams::default(), now, SERVER_DAYS)?;
    params.distinguished_name = named("localhost");
    params.subject_alt_names = vec![
        SanType::DnsName("localhost".try_into()?),
        SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
    ];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let pair = KeyPair::generate()?;
    let signed = params.signed_by(&pair, &issuer)?;
    folder::write_private(&files.server_key, pair.serialize_pem().as_bytes())?;
    folder::write(&files.server, format!("{}{ca_pem}", signed.pem()).as_bytes())?;
    let renew_after = now
        .seconds()
        .saturating_add((SERVER_DAYS - RENEW_BEFORE_DAYS) * DAY_SECONDS);
    folder::write(renewal, renew_after.to_string().as_bytes())
}

fn named(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}

/// Valid from an hour ago, for clocks that are a little behind.
fn valid_for(mut params: CertificateParams, now: Timestamp, days: i64) -> anyhow::Result<CertificateParams> {
    let at = |seconds: i64| time::OffsetDateTime::from_unix_timestamp(seconds);
    params.not_before = at(now.seconds().saturating_sub(3600))?;
    params.not_after = at(now.seconds().saturating_add(days * DAY_SECONDS))?;
    Ok(params)
}
