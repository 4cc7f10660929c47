//! The pages that people see: one struct per page, rendered on the server, whole without JavaScript.
//!
//! In: what a page says. Out: its HTML, answered under the policy that the page names. Invariant: every text is escaped; a
//! page holds no secret but the sealed context that the browser sends back.

mod accounts;
mod authenticator_app;
mod consent;
mod device;
mod device_confirm;
mod done;
mod error;
mod form_post;
mod frame;
mod name;
mod new_password;
mod one_time_password;
mod passkey;
mod password;
mod policy;
mod qr_code;
mod recovery_codes;
mod security_info;
mod text;

pub(crate) use accounts::{Account, AccountsPage};
pub(crate) use authenticator_app::AuthenticatorAppPage;
pub(crate) use consent::{ConsentPage, ConsentReach, Permission};
pub(crate) use device::DevicePage;
pub(crate) use device_confirm::DeviceConfirmPage;
pub(crate) use done::DonePage;
pub(crate) use error::ErrorPage;
pub(crate) use form_post::FormPostPage;
pub(crate) use frame::Frame;
pub(crate) use name::NamePage;
pub(crate) use new_password::NewPasswordPage;
pub(crate) use one_time_password::OneTimePasswordPage;
pub(crate) use passkey::{PasskeyEnrolment, PasskeyPrompt};
pub(crate) use password::PasswordPage;
pub(crate) use recovery_codes::RecoveryCodesPage;
pub(crate) use security_info::{PasskeyLine, SecurityInfoPage, SessionLine};

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use self::policy::Policy;
use super::exchange::{Caching, Exchange};

/// A page, and what a browser may do with it.
pub(crate) trait Page: Template {
    /// What the page may do besides showing itself.
    fn policy(&self) -> Policy;
}

/// A page as an answer, never cached, under its policy.
pub(crate) fn answer(exchange: &Exchange, status: StatusCode, page: &impl Page) -> Response {
    let (status, html) = match page.render() {
        Ok(html) => (status, html),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "page has no html form");
            (StatusCode::INTERNAL_SERVER_ERROR, String::new())
        }
    };
    let mut response = exchange.answer_text(status, Caching::Never, "text/html; charset=utf-8", html);
    page.policy().add_to(response.headers_mut());
    response
}

#[cfg(test)]
mod tests;
