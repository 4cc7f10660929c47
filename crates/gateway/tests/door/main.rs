//! The gateway whole, between a provider and environments that are scripted: what a browser gets, and what reaches an
//! environment.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod browser;
mod cloud;
mod data;
mod faults;
mod own_pages;
mod provider;
mod sign_in;
mod sign_out;
mod world;
