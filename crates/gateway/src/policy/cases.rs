//! Expected decisions: a file of requests, each with a person and what must come of it.
//!
//! In: TOML. Out: an [`Outcome`] for each case. Invariant: a case goes the road of a real request: its text is read as the
//! gateway reads a URL, so what is tested is what will be decided.

use std::collections::BTreeMap;

use ::http::Method;
use serde::Deserialize;

use super::{Policy, Verdict};
use crate::act::Act;
use crate::person::Person;
use crate::said::{self, Answer, Conditions, Said, SaidError, Understood};
use crate::surface::Surface;

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cases {
    /// `[[case]]`
    #[serde(default)]
    pub case: Vec<Case>,
}

/// `[[case]]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// Who asks.
    person: CasePerson,
    /// `GET accounts?$expand=primarycontactid`: method and URL behind the service root, not percent-encoded where a
    /// space stands.
    request: String,
    /// The body of a write, as JSON.
    #[serde(default)]
    body: String,
    /// `must_exist` for `If-Match`, `must_not_exist` for `If-None-Match: *`.
    #[serde(default)]
    row: CaseRow,
    /// `allow` or `deny`.
    expect: Expected,
    /// The names of the policies that must have decided, where that matters.
    by: Option<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct CasePerson {
    subject: String,
    tenant: String,
    #[serde(default)]
    issuer: String,
    name: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    claims: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CaseRow {
    #[default]
    Any,
    MustExist,
    MustNotExist,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Expected {
    Allow,
    Deny,
}

/// The file is not what it should be; the text has the line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CaseFault(String);

/// What came of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The name of the case.
    pub name: String,
    /// Whether it came as it must.
    pub verdict: Result<(), String>,
    /// What was decided, question by question, with the policies that decided.
    pub decided: Vec<String>,
}

impl Cases {
    /// Reads a file.
    pub fn parse(text: &str) -> Result<Self, CaseFault> {
        toml::from_str(text).map_err(|error| CaseFault(error.to_string().trim_end().to_owned()))
    }

    /// Puts every case to the policy.
    #[must_use]
    pub fn run(&self, surface: &Surface, policy: &Policy) -> Vec<Outcome> {
        self.case.iter().map(|case| case.run(surface, policy)).collect()
    }
}

/// What a request came to.
struct Found {
    is_allowed: bool,
    by: Vec<String>,
    decided: Vec<String>,
}

impl Case {
    fn run(&self, surface: &Surface, policy: &Policy) -> Outcome {
        let found = match self.acts(surface) {
            Ok(acts) => self.decide(policy, &acts),
            Err(refused) => Found {
                is_allowed: false,
                by: Vec::new(),
                decided: vec![format!("refused before any policy is asked: {refused}")],
            },
        };
        Outcome {
            name: self.name.clone(),
            verdict: self.judge(&found),
            decided: found.decided,
        }
    }

    fn judge(&self, found: &Found) -> Result<(), String> {
        let word = if found.is_allowed { "allowed" } else { "denied" };
        if found.is_allowed != (self.expect == Expected::Allow) {
            return Err(format!("it is {word}"));
        }
        match &self.by {
            Some(by) if *by != found.by => Err(format!("it is {word} by {}, not by {}", listed(&found.by), listed(by))),
            _ => Ok(()),
        }
    }

    /// All questions are put, though the first that is denied would do: who reads a failure wants to see them all.
    fn decide(&self, policy: &Policy, acts: &[Act]) -> Found {
        let person = self.person();
        let decisions: Vec<_> = acts.iter().map(|act| (act, policy.decide(&person, act))).collect();
        let is_allowed = decisions
            .iter()
            .all(|(_, decision)| decision.verdict == Verdict::Allowed);
        // The policies that decide the request: those that allow its parts, or those that deny one.
        let deciding = decisions
            .iter()
            .filter(|(_, decision)| (decision.verdict == Verdict::Allowed) == is_allowed);
        let mut by: Vec<String> = deciding.flat_map(|(_, decision)| decision.by.clone()).collect();
        by.sort();
        by.dedup();
        let decided = decisions.iter().map(|(act, decision)| {
            let word = match decision.verdict {
                Verdict::Allowed => "allowed",
                Verdict::Denied => "denied",
                Verdict::Failed => "denied, because a policy failed:",
            };
            format!("{act}: {word} by {}", listed(&decision.by))
        });
        Found {
            is_allowed,
            by,
            decided: decided.collect(),
        }
    }

    fn acts(&self, surface: &Surface) -> Result<Vec<Act>, SaidError> {
        let (method, url) = self.request.split_once(' ').unwrap_or(("GET", &self.request));
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let method = Method::from_bytes(method.as_bytes()).map_err(|_odd| SaidError::Refused("it has no method"))?;
        let said = Said {
            method: &method,
            path,
            query,
            conditions: match self.row {
                CaseRow::Any => Conditions::None,
                CaseRow::MustExist => Conditions::MustExist,
                CaseRow::MustNotExist => Conditions::MustNotExist,
            },
            answer: Answer::Nothing,
        };
        let Understood { mut asked, body } = said::read(surface, &said)?;
        said::read_body(surface, &body, self.body.as_bytes(), &mut asked)?;
        Ok(asked.acts().to_vec())
    }

    fn person(&self) -> Person {
        let person = self.person.clone();
        Person {
            issuer: person.issuer,
            subject: person.subject,
            tenant: person.tenant,
            object_id: None,
            name: person.name,
            roles: person.roles,
            groups: person.groups,
            claims: person.claims,
        }
    }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "no policy".to_owned();
    }
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface::TableShape;

    const POLICY: &str = r#"
        @id("sales-reads")
        permit (principal in Role::"sales", action == Action::"read", resource == Table::"accounts");
        @id("closed-tenant")
        forbid (principal, action, resource) when { principal.tenant == Tenant::"closed" };
    "#;

    #[track_caller]
    fn check(case: &str, failure: Option<&str>, decided: &[&str]) {
        let text = format!(
            "[[case]]\nname = \"it\"\nperson = {{ subject = \"ina\", tenant = \"contoso\", roles = [\"sales\"] }}\n{case}"
        );
        let cases = Cases::parse(&text).unwrap();
        let navigations = BTreeMap::from([("primarycontactid".to_owned(), "contacts".to_owned())]);
        let accounts = TableShape {
            navigations,
            columns: Vec::new(),
        };
        let tables = BTreeMap::from([
            ("accounts".to_owned(), accounts),
            ("contacts".to_owned(), TableShape::default()),
        ]);
        let surface = Surface::new(&tables, &[]).unwrap();
        let outcomes = cases.run(&surface, &Policy::parse(POLICY, &[]).unwrap());
        let [outcome] = outcomes.as_slice() else {
            panic!("{outcomes:?}")
        };
        assert_eq!(outcome.verdict.clone().err().as_deref(), failure);
        assert_eq!(outcome.decided, decided);
    }

    #[test]
    fn a_case_fails_when_it_comes_otherwise() {
        check(
            "request = \"GET accounts\"\nexpect = \"deny\"",
            Some("it is allowed"),
            &["read accounts: allowed by `sales-reads`"],
        );
        check(
            "request = \"GET accounts?$expand=primarycontactid\"\nexpect = \"allow\"",
            Some("it is denied"),
            &[
                "read accounts: allowed by `sales-reads`",
                "read contacts: denied by no policy",
            ],
        );
        check(
            "request = \"GET accounts\"\nexpect = \"allow\"\nby = [\"other\"]",
            Some("it is allowed by `sales-reads`, not by `other`"),
            &["read accounts: allowed by `sales-reads`"],
        );
        check(
            "request = \"GET invoices\"\nexpect = \"allow\"",
            Some("it is denied"),
            &[
                "refused before any policy is asked: `invoices` is not open here: the gateway's configuration lists no such table or operation",
            ],
        );
    }

    #[test]
    fn a_case_passes_when_it_comes_so() {
        check(
            "request = \"GET accounts?$filter=name eq 'x'\"\nexpect = \"allow\"\nby = [\"sales-reads\"]",
            None,
            &["read accounts: allowed by `sales-reads`"],
        );
        check(
            "request = \"POST accounts\"\nbody = '{\"name\":\"x\"}'\nexpect = \"deny\"",
            None,
            &["create accounts: denied by no policy"],
        );
    }

    #[test]
    fn a_file_that_is_none_is_told_with_its_line() {
        let told = Cases::parse("[[case]]\nname = \"x\"\nexpects = \"deny\"\n")
            .unwrap_err()
            .to_string();
        assert!(told.contains("line 3") && told.contains("expects"), "{told}");
    }
}
