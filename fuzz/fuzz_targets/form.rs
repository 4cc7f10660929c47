//! Forms and queries from strangers, at every endpoint that takes one.
//!
//! In: the value of an `Authorization` header in the first line, and a form in the rest; or a form alone. Invariant:
//! nothing panics; an authorization request that is printed is read as the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use oauth::{
    AuthorizationRequest, DeviceAuthorizationRequest, IntrospectionRequest, RevocationRequest, TokenRequest,
    UnverifiedClient,
};

fuzz_target!(|bytes: &[u8]| {
    let line_end = bytes.iter().position(|&byte| byte == b'\n');
    let (authorization, form) = match line_end {
        Some(at) => (Some(&bytes[..at]), &bytes[at + 1..]),
        None => (None, bytes),
    };
    if let Ok(request) = TokenRequest::parse(form, authorization) {
        assert!(!request.unverified_client_id.is_empty());
        assert_eq!(TokenRequest::parse(form, authorization).as_ref(), Ok(&request));
    }
    drop(UnverifiedClient::parse(form, authorization));
    drop(DeviceAuthorizationRequest::parse(form, authorization));
    drop(IntrospectionRequest::parse(form, authorization));
    drop(RevocationRequest::parse(form, authorization));
    if let Ok(request) = AuthorizationRequest::parse(form) {
        let printed = request.to_query();
        assert_eq!(
            AuthorizationRequest::parse(printed.as_bytes()).as_ref(),
            Ok(&request),
            "{printed}"
        );
    }
});
