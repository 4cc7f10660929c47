//! The passport of whoever may change the directory, and in whose name.
//!
//! In: an open [`Authority`], the operator's key, or a request of the directory API that was permitted. Out: [`Mandate`], which every
//! conductor of [`crate::manage`] demands. INVARIANT: a mandate is made by [`Authority::operator`], which only the process
//! that opened the database can call, by the check of the operator's key, by the directory API's check of rights, and by the
//! page on which a person consents; each change records who asked for it.

use oauth::{AppId, ObjectId};

use crate::authority::Authority;
use crate::graph::access;
use crate::operator;
use crate::session::Session;

/// Proof that a change of the directory is asked for by somebody who may.
#[derive(Debug, Clone)]
pub struct Mandate {
    initiator: Initiator,
}

/// In whose name the directory is changed (`initiatedBy` of a directory audit).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Initiator {
    /// The program itself, at its owner's word.
    Operator,
    /// An application by itself.
    Application {
        /// The application.
        app_id: AppId,
        /// Its service principal.
        principal: ObjectId,
        /// Its name.
        display_name: String,
    },
    /// A person, through an application or on a page of the authority.
    Person {
        /// The person.
        object_id: ObjectId,
        /// The person's name.
        upn: String,
    },
}

impl Authority {
    /// The capability of the process that owns the directory database: it could as well write the rows itself.
    /// Call it at start-up, to make a first tenant or a demonstration world. A request has it only by the operator's key,
    /// which `operator::identify` checks.
    #[must_use]
    pub fn operator(&self) -> Mandate {
        Mandate {
            initiator: Initiator::Operator,
        }
    }
}

impl Mandate {
    /// In the name of a person who consents on a page of the authority. A session stands for a person who has proved who
    /// they are and is made by `session` alone; what the person may consent to is checked before.
    pub(crate) fn of_person(session: &Session) -> Self {
        Self {
            initiator: Initiator::Person {
                object_id: session.person.object_id,
                upn: session.person.upn.clone(),
            },
        }
    }

    /// In the name of the operator, whose key came with a request and was checked.
    pub(crate) fn of_operator(_: operator::Proof) -> Self {
        Self {
            initiator: Initiator::Operator,
        }
    }

    /// In the name of a caller of the directory API, whose rights were checked.
    pub(crate) fn permitted(initiator: Initiator, _: access::Proof) -> Self {
        Self { initiator }
    }

    /// Who asks.
    pub(crate) fn initiator(&self) -> &Initiator {
        &self.initiator
    }
}
