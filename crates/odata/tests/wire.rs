//! The crate from outside: the OASIS test cases, requests with their trees, and text that means nothing.

mod wire {
    mod arbitrary;
    mod batch;
    mod oasis;
    mod requests;
}
