//! The token endpoint's conductors, on both engines, with authorizations made directly: refusals first.

mod authorization_code;
mod device_code;
mod introspection;
mod on_behalf_of;
mod person;
mod refresh_token;
mod token_holder;
mod userinfo;
mod world;
