//! A verified token is made by `verify` alone: not from its parts.

use commonhold_oauth::{Timestamp, TokenKind, VerifiedToken};
use uuid::Uuid;

fn main() {
    let _ = VerifiedToken {
        tenant: Uuid::nil().into(),
        object_id: Uuid::nil().into(),
        app_id: Uuid::nil().into(),
        kind: TokenKind::App,
        audience: String::new(),
        issued_at: Timestamp::from_seconds(0),
        expires: Timestamp::from_seconds(0),
        token_id: None,
        session_id: None,
        authenticated_at: None,
        methods: Vec::new(),
        roles: Vec::new(),
        confirmation: None,
    };
}
