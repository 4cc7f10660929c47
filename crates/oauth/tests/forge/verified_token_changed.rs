//! What a verified token says cannot be changed afterwards.

fn promote(mut token: commonhold_oauth::VerifiedToken) {
    token.kind = commonhold_oauth::TokenKind::App;
}

fn main() {}
