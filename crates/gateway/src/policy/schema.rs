//! The words that a policy may use, as a Cedar schema.
//!
//! Invariant: a claim may be missing, so the validator demands `principal.claims has …` before it is used.

use std::fmt::Write as _;

/// The whole schema.
pub(super) fn text(claims: &[String]) -> String {
    let mut members = String::new();
    for claim in claims {
        // Quoted as JSON is, which Cedar's strings are close to; the configuration lets no other names through.
        let _infallible = write!(members, "\"{claim}\"?: String, ");
    }
    format!(
        "entity Tenant; entity Role; entity Group;\n\
         entity User in [Role, Group] {{\n  tenant: Tenant, issuer: String, name?: String, claims: {{ {members} }}\n}};\n\
         entity Table; entity Operation;\n\
         action read, create, update, delete, associate appliesTo {{ principal: [User], resource: [Table] }};\n\
         action call appliesTo {{ principal: [User], resource: [Table, Operation] }};\n"
    )
}
