//! There is no empty verified token.

fn main() {
    let _ = commonhold_oauth::VerifiedToken::default();
}
