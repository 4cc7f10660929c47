//! What a person said on a page about who they are, and what follows from it.
//!
//! In: [`Said`]. Out: the interaction moved on, a session perhaps, or what was wrong with it. INVARIANT: every claim is
//! proved by `sign_in` before the interaction says so, and a partial proof is worth nothing once the password it rests on
//! has changed.

use std::sync::Arc;

use oauth::{ObjectId, Secret, TenantId, Timestamp};
use uuid::Uuid;

use super::asked::Asked;
use super::{Interaction, Missing, PartialProof, Progress};
use crate::authority::Authority;
use crate::authorization::Method;
use crate::passkey::Fault;
use crate::person::Person;
use crate::refusal::{AuthorizationRefusal, PersonRefusal, Refusal};
use crate::session;
use crate::sign_in::{self, Next, Visitor};
use crate::snapshot::Snapshot;
use crate::tenant::Tenant;

/// What a person said.
#[derive(Debug)]
pub(crate) enum Said {
    /// Their user name.
    Name(String),
    /// Their password.
    Password {
        /// The user name to which it belongs.
        name: String,
        /// The password.
        password: Secret<String>,
    },
    /// A one-time password.
    OneTimePassword(String),
    /// The answer of a passkey, JSON.
    Passkey(Secret<String>),
    /// Another password.
    NewPassword {
        /// The one that was right.
        old: Secret<String>,
        /// The one that shall be.
        new: Secret<String>,
        /// The same again.
        again: Secret<String>,
    },
    /// That they are one of those signed in.
    Session(Uuid),
    /// That they are somebody else.
    Another,
    /// What they think of letting the application in.
    Consent(Answer, ConsentReach),
    /// Whether the device is theirs.
    Confirm(Answer),
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Accept,
    Cancel,
}

/// Whether the box for everybody was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConsentReach {
    Oneself,
    Everybody,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The new value of the cookie of sessions.
    pub(crate) cookie: Option<Secret<String>>,
    /// What was wrong, for the person.
    pub(crate) problem: Option<Problem>,
}

/// What was wrong with what a person said.
#[derive(Debug)]
pub(crate) enum Problem {
    /// It was refused.
    Refused(Refusal),
    /// The new password was not the same twice.
    PasswordsDiffer,
}

/// Where it is said.
pub(crate) struct Scene<'a> {
    pub(crate) authority: &'a Authority,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) asked: &'a Asked,
    /// Who says it, as far as the request tells.
    pub(crate) visitor: Visitor<'a>,
}

/// Who says it, proved or not, for the log: whose password or code it would be.
pub(crate) async fn speaker(
    scene: &Scene<'_>,
    interaction: &Interaction,
    said: &Said,
) -> Result<Option<(TenantId, ObjectId)>, Refusal> {
    match (said, &interaction.progress) {
        (Said::Password { name, .. }, _) => {
            let named = sign_in::named(scene.snapshot, name).await?;
            let may_answer = |tenant: TenantId| scene.asked.rules.tenant.is_none_or(|asked| asked == tenant);
            Ok(named.filter(|(tenant, _)| may_answer(*tenant)))
        }
        (Said::OneTimePassword(_) | Said::NewPassword { .. }, Progress::Partly(proof)) => {
            Ok(Some((proof.tenant, proof.person)))
        }
        (Said::Passkey(assertion), _) => sign_in::owner_of_passkey(scene.snapshot, assertion).await,
        _ => Ok(None),
    }
}

/// Moves an interaction on by what a person said of themselves. A refusal that the person can do something about is a
/// problem; the others end it.
pub(crate) async fn apply(scene: &Scene<'_>, interaction: &mut Interaction, said: &Said) -> Result<Outcome, Refusal> {
    let applied = match said {
        Said::Name(name) => scene.name(interaction, name).await,
        Said::Password { name, password } => scene.password(interaction, name, password).await,
        Said::OneTimePassword(code) => scene.one_time_password(interaction, code).await,
        Said::Passkey(assertion) => scene.passkey(interaction, assertion).await,
        Said::NewPassword { new, again, .. } if new != again => {
            return Ok(Outcome {
                problem: Some(Problem::PasswordsDiffer),
                ..Outcome::default()
            });
        }
        Said::NewPassword { old, new, .. } => scene.new_password(interaction, old, new).await,
        Said::Session(session) => {
            interaction.progress = Progress::Chosen { session: *session };
            Ok(Outcome::default())
        }
        Said::Another => {
            interaction.progress = Progress::Another;
            Ok(Outcome::default())
        }
        Said::Consent(..) | Said::Confirm(_) => Ok(Outcome::default()),
    };
    match applied {
        Err(refusal @ (Refusal::Person(_) | Refusal::Authorization(_))) => Ok(Outcome {
            problem: Some(Problem::Refused(refusal)),
            ..Outcome::default()
        }),
        other => other,
    }
}

impl Scene<'_> {
    async fn name(&self, interaction: &mut Interaction, name: &str) -> Result<Outcome, Refusal> {
        interaction.progress = Progress::Another;
        self.home(name).await?;
        interaction.progress = Progress::Named { name: name.to_owned() };
        Ok(Outcome::default())
    }

    async fn password(
        &self,
        interaction: &mut Interaction,
        name: &str,
        password: &Secret<String>,
    ) -> Result<Outcome, Refusal> {
        interaction.progress = Progress::Another;
        let tenant = self.home(name).await?;
        interaction.progress = Progress::Named { name: name.to_owned() };
        let (person, next) = sign_in::password(self.authority, &tenant, self.visitor, name, password).await?;
        self.go_on(interaction, &person, vec![Method::Pwd], next).await
    }

    async fn one_time_password(&self, interaction: &mut Interaction, code: &str) -> Result<Outcome, Refusal> {
        let Some((person, _)) = self.proved(interaction, Missing::OneTimePassword).await? else {
            return Ok(Outcome::default());
        };
        let methods = sign_in::one_time_password(self.authority, &person, self.visitor, code).await?;
        let next = sign_in::after_one_time_password(&person);
        self.go_on(interaction, &person, methods, next).await
    }

    /// A passkey is enough by itself, for whomever the page was; behind a password it must be of the same person.
    async fn passkey(&self, interaction: &mut Interaction, assertion: &Secret<String>) -> Result<Outcome, Refusal> {
        // Whoever tries to prove who they are is not taken for somebody who is signed in when they fail.
        if !matches!(interaction.progress, Progress::Named { .. } | Progress::Partly(_)) {
            interaction.progress = Progress::Another;
        }
        let challenge = interaction.challenge();
        let (person, methods) = sign_in::passkey(self.authority, self.visitor, &challenge, assertion).await?;
        if let Progress::Partly(proof) = &interaction.progress
            && (proof.tenant, proof.person) != (person.tenant, person.object_id)
        {
            return Err(PersonRefusal::Passkey(Fault::Owner).into());
        }
        self.may_answer(&person.upn, person.tenant)?;
        let next = sign_in::after_one_time_password(&person);
        self.go_on(interaction, &person, methods, next).await
    }

    async fn new_password(
        &self,
        interaction: &mut Interaction,
        old: &Secret<String>,
        new: &Secret<String>,
    ) -> Result<Outcome, Refusal> {
        let Some((person, methods)) = self.proved(interaction, Missing::NewPassword).await? else {
            return Ok(Outcome::default());
        };
        sign_in::new_password(self.authority, &person, self.visitor, old, new).await?;
        self.go_on(interaction, &person, methods, Next::Nothing).await
    }

    /// The tenant of a user name, if its people may answer this request.
    async fn home(&self, name: &str) -> Result<Arc<Tenant>, Refusal> {
        let home = sign_in::home_tenant(self.snapshot, name).await?;
        let user = || name.to_owned();
        let home = home.ok_or_else(|| AuthorizationRefusal::AccountUnknown { user: user() })?;
        self.may_answer(name, home.id)?;
        Ok(home)
    }

    /// Whether people of a tenant may answer this request.
    fn may_answer(&self, name: &str, home: TenantId) -> Result<(), Refusal> {
        match self.asked.rules.tenant {
            Some(asked) if asked != home => {
                let tenant = self.asked.tenant.as_ref();
                Err(AuthorizationRefusal::OtherTenant {
                    user: name.to_owned(),
                    tenant: tenant.map_or(asked.to_string(), |tenant| tenant.display_name.clone()),
                }
                .into())
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Begins the session, or keeps what was proved until the rest is.
    async fn go_on(
        &self,
        interaction: &mut Interaction,
        person: &Arc<Person>,
        methods: Vec<Method>,
        next: Next,
    ) -> Result<Outcome, Refusal> {
        let missing = match next {
            Next::Nothing => {
                let started = session::start(self.authority, person, methods, self.visitor).await?;
                interaction.progress = Progress::SignedIn {
                    session: started.session.sign_in.session,
                };
                return Ok(Outcome {
                    cookie: Some(started.cookie),
                    problem: None,
                });
            }
            Next::OneTimePassword => Missing::OneTimePassword,
            Next::NewPassword => Missing::NewPassword,
        };
        interaction.progress = Progress::Partly(PartialProof {
            tenant: person.tenant,
            person: person.object_id,
            methods,
            at_seconds: self.authority.clock().now().seconds(),
            missing,
        });
        Ok(Outcome::default())
    }

    /// The person of a partial proof that still holds and lacks just this; otherwise the person starts over.
    async fn proved(
        &self,
        interaction: &mut Interaction,
        missing: Missing,
    ) -> Result<Option<(Arc<Person>, Vec<Method>)>, Refusal> {
        let Progress::Partly(proof) = &interaction.progress else {
            return Ok(None);
        };
        if proof.missing != missing {
            return Ok(None);
        }
        let proof = proof.clone();
        let person = self.snapshot.person(proof.tenant, proof.person).await?;
        let proved_at = Timestamp::from_seconds(proof.at_seconds);
        let holds = |person: &Arc<Person>| sign_in::still_counts(person, proved_at);
        let Some(person) = person.filter(holds) else {
            interaction.progress = Progress::Another;
            return Ok(None);
        };
        Ok(Some((person, proof.methods)))
    }
}
