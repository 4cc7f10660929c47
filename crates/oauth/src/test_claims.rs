//! Claims of tests that differ from good ones in a few places.

use serde_json::Value;

/// These claims with some replaced; `null` takes one out.
pub(crate) fn changed(mut claims: Value, changes: &Value) -> Value {
    let members = claims.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        members.remove(name);
        if !value.is_null() {
            members.insert(name.clone(), value.clone());
        }
    }
    claims
}
