//! The passport of whoever owns the directory.
//!
//! In: nothing but an open [`Authority`]. Out: [`Operator`], which every conductor of [`crate::manage`] demands.
//! INVARIANT: no request makes one. The one maker is a call that only the process which opened the database can write.

use crate::authority::Authority;

/// Proof that a change of the directory is asked for by its owner.
#[derive(Debug)]
pub struct Operator {
    #[expect(dead_code, reason = "a private field keeps other modules from making the value")]
    seal: (),
}

impl Authority {
    /// The capability of the process that owns the directory database: it could as well write the rows itself.
    /// Call it at start-up, to make a first tenant or a demonstration world; never on behalf of a request.
    #[must_use]
    pub fn operator(&self) -> Operator {
        Operator { seal: () }
    }
}
