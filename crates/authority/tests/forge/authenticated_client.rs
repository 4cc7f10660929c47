//! An authenticated client is made by client authentication only.

extern crate commonhold_authority as authority;

fn forge(real: authority::AuthenticatedClient) -> authority::AuthenticatedClient {
    authority::AuthenticatedClient { proof: real.proof(), ..real }
}

fn main() {
    let _ = forge;
}
