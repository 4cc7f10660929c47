//! The whole table as one snapshot: a changed code, status or text shows in the diff.

use std::error::Error as StdError;

use insta::assert_snapshot;
use uuid::Uuid;

use super::*;
use crate::directory::DirectoryError;

const USER: Uuid = Uuid::from_u128(0x5a1e_0c11_0003_4e0a_9b1c_10aa_0000_0003);
const ROW: Uuid = Uuid::from_u128(0x5a1e_0c11_0001_4e0a_9b1c_10aa_0000_0001);

fn cause() -> Box<dyn StdError + Send + Sync> {
    "the cause is never told".into()
}

/// Every way in which the key of a bound token is not proved.
fn key_proofs() -> Vec<Error> {
    let sources = [
        KeyProofError::Scheme,
        KeyProofError::NotBound,
        KeyProofError::Missing,
        KeyProofError::Proof(oauth::DpopError::Signature),
        KeyProofError::Replayed,
        KeyProofError::NoCertificate,
        KeyProofError::OtherProof,
        KeyProofError::OtherCertificate,
    ];
    sources.map(|source| Error::KeyNotProved { source }).into()
}

#[rustfmt::skip] // one line per variant
fn samples() -> Vec<Error> {
    let account = || "account".to_owned();
    let accounts = || "accounts".to_owned();
    let mut samples = key_proofs();
    samples.extend([
        Error::Syntax(SyntaxError::UnterminatedLiteral { position: 10, text: "name eq 'a".to_owned() }),
        Error::Syntax(SyntaxError::UnknownOption { name: "$skipp".to_owned() }),
        Error::Syntax(SyntaxError::TooLong { length: 40_000, limit: 32_768 }),
        Error::Batch { source: odata::BatchError::Unclosed { boundary: "batch_1".to_owned() } },
        Error::UnknownContentId { id: "1".to_owned() },
        Error::Payload { entity_set: accounts(), source: odata::PayloadError::NotAnObject { found: "an array" } },
        Error::UnknownSegment { segment: "acounts".to_owned() },
        Error::UnknownProperty { property: "nam".to_owned(), table: account() },
        Error::UndeclaredMember { member: "nam".to_owned(), table: account(), entity_set: accounts() },
        Error::WrongMember { entity_set: accounts(), column: "revenue".to_owned(), value: "much".to_owned(), expected: "a number".to_owned() },
        Error::WrongType { column: "revenue".to_owned(), value: "much".to_owned(), expected: "a number".to_owned() },
        Error::TooLong { table: account(), column: "name".to_owned(), max_length: 160 },
        Error::NotAnOption { column: "accountcategorycode".to_owned(), value: 77 },
        Error::Required { table: account(), column: "name".to_owned() },
        Error::NotSupported { what: "the header `mscrm.solutionuniquename` is not supported".to_owned() },
        Error::NotBuilt { what: "`$metadata` is not available in this service".to_owned() },
        Error::MethodNotAllowed { what: "the method `PATCH` is not allowed for a collection of rows".to_owned() },
        Error::InvalidArgument { what: "the header `CallerObjectId` is not one guid: `alice`".to_owned() },
        Error::TooLarge { limit_bytes: 1_000 },
        Error::BodyBroken { source: cause() },
        Error::ContentType { content_type: "text/xml".to_owned() },
        Error::Unauthenticated { source: None },
        Error::Unauthenticated { source: Some(TokenError::Signature) },
        Error::Unauthenticated { source: Some(TokenError::Expired { expired: oauth::Timestamp::from_seconds(0) }) },
        Error::ApplicationNotTrusted { app: ROW.into() },
        Error::ConsentWithdrawn { app: ROW.into() },
        Error::SignInRevoked { object: USER.into() },
        Error::NotAMember,
        Error::UserDisabled { user: USER },
        Error::NotLicensed { user: USER },
        Error::NotInDirectory { object: USER.into() },
        Error::ScopeMissing { scope: "user_impersonation" },
        Error::NoRoles { user: USER },
        Error::MayNotImpersonate { user: USER },
        Error::UnknownImpersonated { id: USER },
        Error::MissingPrivilege { user: USER, role_count: 1, privilege: "prvReadAccount".to_owned(), privilege_id: ROW, table: Some((account(), 1)), caller: USER },
        Error::MissingPrivilege { user: USER, role_count: 1, privilege: "prvBulkDelete".to_owned(), privilege_id: ROW, table: None, caller: USER },
        Error::NotFound { table: account(), id: ROW },
        Error::KeyNotFound { table: account() },
        Error::NoSuchKey { table: account(), columns: "name,city".to_owned() },
        Error::VersionMismatch,
        Error::AlreadyExists,
        Error::Duplicate { table: account() },
        Error::DuplicateKey { table: account(), key: "accountnumber_key".to_owned(), columns: "accountnumber".to_owned() },
        Error::Referenced { table: account(), id: ROW, referencing: "task".to_owned() },
        Error::DuplicateApplicationUser { app: ROW.into() },
        Error::ApplicationNotInDirectory { app: ROW.into() },
        Error::BuiltInRole { role: "System Administrator".to_owned() },
        Error::Limited { limit: Limit::Requests { limit: 6_000, window_seconds: 300 }, retry_after_seconds: 12 },
        Error::Limited { limit: Limit::ExecutionTime { limit_ms: 1_200_000, window_seconds: 300 }, retry_after_seconds: 12 },
        Error::Limited { limit: Limit::Concurrent { limit: 52 }, retry_after_seconds: 1 },
        Error::Directory(DirectoryError { source: cause() }),
        Error::Unavailable { doing: "reading rows", source: db::Error::Url },
        Error::Contended,
        Error::Internal { doing: "reading rows", source: cause() },
    ]);
    samples.extend([Right::Create, Right::Read, Right::Write, Right::Delete, Right::Append, Right::AppendTo, Right::Assign, Right::Share].map(|right| Error::NoAccess { user: USER, right, table: account(), id: ROW }));
    samples.extend([
        Rule::AccessModeIsFixed, Rule::BusinessUnitLoop, Rule::RoleOfOtherBusinessUnit, Rule::DefaultTeamMembership, Rule::PrivilegeDepth, Rule::AccessTeamRole,
        Rule::AccessTeamOwner, Rule::OwnerDisabled, Rule::OwnerLacksPrivilege, Rule::BuiltIn, Rule::UserAlreadyExists,
    ].map(|rule| Error::Rule { rule, what: format!("the rule `{rule:?}` says no") }));
    samples
}

#[test]
fn table() {
    let mut printed = String::new();
    for sample in samples() {
        let (status, code) = code(&sample);
        writeln!(printed, "{} {code}  {}", status.as_u16(), text(&sample)).unwrap();
    }
    assert_snapshot!("refusals", printed);
}

#[test]
fn causes_are_logged_and_not_told() {
    for sample in samples() {
        assert!(!text(&sample).contains("never told"), "{sample}");
    }
    let error = Error::Internal {
        doing: "reading rows",
        source: cause(),
    };
    assert_eq!(chain(&error), "while reading rows: the cause is never told");
}

#[test]
fn long_texts_of_the_caller_are_cut() {
    let error = Error::UnknownSegment {
        segment: "ä".repeat(1_000),
    };
    assert_eq!(
        text(&error),
        format!("Resource not found for the segment '{}'.", "ä".repeat(SHOWN_CHARACTERS))
    );
}
