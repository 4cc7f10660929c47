//! `GET` and `POST /device`: where a person types the code that a device shows.
//!
//! In: a code. Out: the sign-in for the device that waits with it. Invariant: the code only finds the request; the person
//! signs in and says that the device is theirs before it learns anything (RFC 8628 section 5.4). Wrong codes are counted.

use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;

use super::fields::Fields;
use super::page::{self, DevicePage, Frame};
use super::visit::Visit;
use super::{error, form, recorded};
use crate::authority::Authority;
use crate::interaction::{Interaction, Purpose};
use crate::refusal::{AuthorizationRefusal, PersonRefusal, Refusal};
use crate::sign_in::user_code;

/// The path of this page, and where its form goes.
const ACTION: &str = "/device";
/// The place of a sign-in for a device of no tenant yet.
const ANY_TENANT: &str = "organizations";
/// The longest code that is looked up; those that are given are shorter.
const MOST_CODE_CHARS: usize = 32;

/// Asks for the code.
pub(crate) async fn ask(State(authority): State<Authority>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let visit = Visit::begin(&authority, &head);
    let fields = Fields::read(head.uri.query().unwrap_or_default().as_bytes());
    let user_code = fields.get("user_code").or(fields.get("otc")).unwrap_or_default();
    form_page(&visit, short(user_code), None)
}

/// Takes the code.
pub(crate) async fn submit(State(authority): State<Authority>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let visit = Visit::begin(&authority, &head);
    let fields = match form::read(&head, body).await {
        Ok(bytes) => Fields::read(&bytes),
        Err(refusal) => return visit.refuse(refusal),
    };
    let user_code = short(fields.get("user_code").or(fields.get("otc")).unwrap_or_default());
    let found = user_code::find(&authority, visit.exchange.address, &user_code).await;
    let tenant = match recorded::typed(&authority, &visit.exchange, found).await {
        Ok(waiting) => waiting
            .tenant
            .map_or(ANY_TENANT.to_owned(), |tenant| tenant.to_string()),
        Err(
            refusal @ (Refusal::Authorization(AuthorizationRefusal::UserCode)
            | Refusal::Person(PersonRefusal::TooManyFailures)),
        ) => {
            return form_page(&visit, user_code, Some(error::text(&refusal)));
        }
        Err(refusal) => return visit.refuse(refusal),
    };
    let interaction = Interaction::begin(Purpose::Device { user_code }, tenant, visit.exchange.at);
    visit.take_turn(interaction, None).await
}

fn form_page(visit: &Visit<'_>, user_code: String, problem: Option<String>) -> Response {
    let frame = Frame {
        action: ACTION.to_owned(),
        problem,
        ..Frame::default()
    };
    let page = DevicePage { frame, user_code };
    visit.with_cookies(page::answer(&visit.exchange, StatusCode::OK, &page))
}

fn short(user_code: &str) -> String {
    user_code.chars().take(MOST_CODE_CHARS).collect()
}
