//! The form of a session inside its cookie.
//!
//! Invariant: it is read only from bytes that were sealed here, and each of its members is needed.

use std::collections::BTreeMap;

use oauth::Timestamp;
use serde::{Deserialize, Serialize};

use crate::person::Person;
use crate::session::Session;

/// Short names: a cookie has 4 KiB.
#[derive(Serialize, Deserialize)]
pub(super) struct Written {
    i: String,
    iss: String,
    sub: String,
    t: String,
    o: Option<String>,
    n: Option<String>,
    r: Vec<String>,
    g: Vec<String>,
    c: BTreeMap<String, String>,
    sid: Option<String>,
    h: Option<String>,
    b: i64,
    a: i64,
}

impl Written {
    pub(super) fn of(session: &Session) -> Option<Vec<u8>> {
        let Session {
            id,
            person,
            sid,
            login_hint,
            begun,
            renewed,
        } = session.clone();
        let written = Self {
            i: id,
            iss: person.issuer,
            sub: person.subject,
            t: person.tenant,
            o: person.object_id.map(|id| id.to_string()),
            n: person.name,
            r: person.roles,
            g: person.groups,
            c: person.claims,
            sid,
            h: login_hint,
            b: begun.millis(),
            a: renewed.millis(),
        };
        serde_json::to_vec(&written).ok()
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Session> {
        let written: Self = serde_json::from_slice(bytes).ok()?;
        let object_id = written.o.map(|id| id.parse()).transpose().ok()?;
        Some(Session {
            id: written.i,
            person: Person {
                issuer: written.iss,
                subject: written.sub,
                tenant: written.t,
                object_id,
                name: written.n,
                roles: written.r,
                groups: written.g,
                claims: written.c,
            },
            sid: written.sid,
            login_hint: written.h,
            begun: Timestamp::from_millis(written.b),
            renewed: Timestamp::from_millis(written.a),
        })
    }
}
