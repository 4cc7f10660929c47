//! `POST /login`: the forms of the sign-in pages.
//!
//! In: the sealed interaction and what the person typed or pressed. Out: the next page, or the answer to the client.
//! INVARIANT: a form counts only with the interaction that was sealed for this browser.

use axum::extract::{Request, State};
use axum::response::Response;
use oauth::Secret;
use uuid::Uuid;

use super::fields::Fields;
use super::form;
use super::visit::Visit;
use crate::authority::Authority;
use crate::interaction::said::{Answer, ConsentReach, Said};

/// Takes a form.
pub(crate) async fn submit(State(authority): State<Authority>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let visit = Visit::begin(&authority, &head);
    let fields = match form::read(&head, body).await {
        Ok(bytes) => Fields::read(&bytes),
        Err(refusal) => return visit.refuse(refusal),
    };
    match visit.open(fields.get("ctx")) {
        Ok(interaction) => visit.take_turn(interaction, said(&fields).as_ref()).await,
        Err(refusal) => visit.refuse(refusal),
    }
}

/// What a form says. A button says more than the fields beside it: "back" is not "here is my password".
fn said(fields: &Fields) -> Option<Said> {
    if fields.get("back").or(fields.get("another")).is_some() {
        return Some(Said::Another);
    }
    if let Some(assertion) = fields.secret("passkey") {
        return Some(Said::Passkey(assertion));
    }
    if let Some(session) = fields.get("session") {
        return Uuid::try_parse(session).ok().map(Said::Session);
    }
    if let Some(button) = fields.get("consent") {
        let reach = match fields.get("everybody") {
            Some(_) => ConsentReach::Everybody,
            None => ConsentReach::Oneself,
        };
        return answer(button).map(|answer| Said::Consent(answer, reach));
    }
    if let Some(button) = fields.get("confirm") {
        return answer(button).map(Said::Confirm);
    }
    typed(fields)
}

fn typed(fields: &Fields) -> Option<Said> {
    let empty = || Secret::new(String::new());
    if let Some(new) = fields.secret("newpasswd") {
        return Some(Said::NewPassword {
            old: fields.secret("currentpasswd").unwrap_or_else(empty),
            new,
            again: fields.secret("confirmnewpasswd").unwrap_or_else(empty),
        });
    }
    if let Some(code) = fields.get("otc") {
        return Some(Said::OneTimePassword(code.to_owned()));
    }
    let name = fields.get("loginfmt")?.trim().to_owned();
    match fields.secret("passwd") {
        Some(password) => Some(Said::Password { name, password }),
        None => Some(Said::Name(name)),
    }
}

fn answer(button: &str) -> Option<Answer> {
    match button {
        "accept" => Some(Answer::Accept),
        "cancel" => Some(Answer::Cancel),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(form: &str, expected: Option<&str>) {
        let said = said(&Fields::read(form.as_bytes())).map(|said| format!("{said:?}"));
        assert_eq!(said.as_deref(), expected, "{form}");
    }

    #[test]
    fn forms_that_say_nothing() {
        for form in [
            "",
            "ctx=1",
            "loginfmt=",
            "passwd=x",
            "session=1",
            "consent=yes",
            "confirm=",
        ] {
            check(form, None);
        }
    }

    #[test]
    fn forms_are_read_and_passwords_are_not_shown() {
        check("loginfmt=+ina%40a.test+", Some("Name(\"ina@a.test\")"));
        check(
            "loginfmt=ina&passwd=x",
            Some("Password { name: \"ina\", password: Secret(..) }"),
        );
        check("passkey=%7B%7D&loginfmt=ina", Some("Passkey(Secret(..))"));
        check("passkey=&loginfmt=ina", Some("Name(\"ina\")"));
        check("otc=123456", Some("OneTimePassword(\"123456\")"));
        check(
            "newpasswd=b&currentpasswd=a",
            Some("NewPassword { old: Secret(..), new: Secret(..), again: Secret(..) }"),
        );
        check("consent=accept", Some("Consent(Accept, Oneself)"));
        check("consent=accept&everybody=true", Some("Consent(Accept, Everybody)"));
        check("consent=cancel&everybody=true", Some("Consent(Cancel, Everybody)"));
        check("confirm=accept", Some("Confirm(Accept)"));
        check(
            "session=0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10",
            Some("Session(0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10)"),
        );
        check("another=true", Some("Another"));
        check("loginfmt=ina&passwd=x&back=true", Some("Another"));
    }
}
