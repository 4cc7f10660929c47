//! A request of a browser that signs in, and what goes back to it: a page, a redirect, a form for the client.
//!
//! In: the head of a request; then a turn of the interaction, or its refusal. Out: an answer with the browser's cookies.
//! INVARIANT: the browser is sent to no URI but that of a [`Recipient`]; after a form that may hold a password it is sent
//! there by 303, so that it does not send the form again (RFC 9700 section 4.12).

use axum::response::Response;
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode, header};
use oauth::{ErrorResponse, ResponseMode};

use super::cookie::{self, SameSite};
use super::exchange::{Caching, Exchange};
use super::page::{self, ErrorPage, FormPostPage, Page};
use super::{error, recorded, turn};
use crate::authority::Authority;
use crate::interaction::Interaction;
use crate::interaction::asked::Refused;
use crate::interaction::conduct::{self, Jar, Turn};
use crate::interaction::recipient::{Failure, Message, Recipient};
use crate::interaction::said::Said;
use crate::interaction::sealed::{self, Browser};
use crate::refusal::{AuthorizationRefusal, Refusal};
use crate::session;

/// A request of a browser.
pub(crate) struct Visit<'a> {
    pub(crate) authority: &'a Authority,
    pub(crate) exchange: Exchange,
    /// The browser, new where it brought no cookie.
    pub(crate) browser: Browser,
    /// Its sessions.
    pub(crate) jar: Jar,
    /// Whether it brought a cookie.
    known: Option<Browser>,
    /// How it is sent on.
    redirect: StatusCode,
}

impl<'a> Visit<'a> {
    /// Reads cookies and address out of a request's head.
    pub(crate) fn begin(authority: &'a Authority, head: &Parts) -> Self {
        let known = Browser::of(cookie::value(&head.headers, sealed::COOKIE));
        let sessions = cookie::value(&head.headers, session::COOKIE).map(str::to_owned);
        let exchange = Exchange::begin(authority, head);
        Self {
            authority,
            browser: known.clone().unwrap_or_else(|| Browser::new(authority.random())),
            jar: Jar::new(exchange.address, exchange.user_agent.clone(), sessions),
            exchange,
            known,
            redirect: if head.method == Method::POST {
                StatusCode::SEE_OTHER
            } else {
                StatusCode::FOUND
            },
        }
    }

    /// The interaction that the browser sends back.
    pub(crate) fn open(&self, unverified_context: Option<&str>) -> Result<Interaction, AuthorizationRefusal> {
        let context = unverified_context.ok_or(AuthorizationRefusal::ContextForeign)?;
        sealed::open(self.authority, self.known.as_ref(), context, self.exchange.at)
    }

    /// Takes one turn of an interaction, and answers with what came of it, once it is on record.
    pub(crate) async fn take_turn(mut self, mut interaction: Interaction, said: Option<&Said>) -> Response {
        let taken = conduct::conduct(self.authority, &mut interaction, said, &mut self.jar).await;
        self.finish(interaction, taken).await
    }

    /// Answers with what came of a turn, once it is on record.
    pub(crate) async fn finish(mut self, interaction: Interaction, taken: Result<Turn, Refused>) -> Response {
        self.exchange.trail = std::mem::take(&mut self.jar.trail);
        if let Err(refusal) = recorded::turn(self.authority, &self.exchange, &taken).await {
            // Without cookies: nobody is signed in unseen.
            return self.page(&refusal);
        }
        let shown = match taken {
            Ok(turn) => turn::show(&mut self, &interaction, turn).await,
            Err(refused) => Ok(self.refused(refused)),
        };
        let response = shown.unwrap_or_else(|refusal| self.page(&refusal));
        self.with_cookies(response)
    }

    /// The answer to a request that is refused before there is an interaction.
    pub(crate) fn refuse(self, refused: impl Into<Refused>) -> Response {
        let response = self.refused(refused.into());
        self.with_cookies(response)
    }

    fn refused(&self, refused: Refused) -> Response {
        match refused.recipient {
            Some(recipient) => self.tell(&recipient, recipient.refused(self.failure(&refused.refusal))),
            None => self.page(&refused.refusal),
        }
    }

    /// A refusal in the words of the wire, logged once.
    fn failure(&self, refusal: &Refusal) -> Failure {
        let code = error::code(refusal);
        error::log(&self.exchange, refusal, code);
        let body = error::body(&self.exchange, refusal, code);
        let is_cancelled = matches!(refusal, Refusal::Authorization(AuthorizationRefusal::ConsentDeclined));
        Failure {
            error: code.error,
            description: body.error_description,
            error_uri: body.error_uri.unwrap_or_default(),
            subcode: is_cancelled.then_some("cancel"),
        }
    }

    /// A refusal that the person reads, logged once.
    fn page(&self, refusal: &Refusal) -> Response {
        let code = error::code(refusal);
        error::log(&self.exchange, refusal, code);
        let page = ErrorPage {
            text: format!("AADSTS{}: {}", code.number, error::text(refusal)),
            correlation_id: self.exchange.correlation_id.to_string(),
            trace_id: self.exchange.trace_id.to_string(),
            timestamp: ErrorResponse::timestamp_text(self.exchange.at),
        };
        page::answer(&self.exchange, code.status, &page)
    }

    /// Sends a message to the client through the browser.
    pub(crate) fn tell(&self, recipient: &Recipient, message: Message) -> Response {
        match message {
            Message::Authorization(response, ResponseMode::FormPost) => {
                let fields = response.fields();
                let page = FormPostPage {
                    redirect_uri: recipient.uri().to_owned(),
                    fields: fields
                        .map(|(name, value)| (name.to_owned(), value.to_owned()))
                        .collect(),
                };
                page::answer(&self.exchange, StatusCode::OK, &page)
            }
            Message::Authorization(response, mode) => self.send_to(&response.location(recipient.uri(), mode)),
            Message::Query(parameters) => self.send_to(&with_query(recipient.uri(), &parameters)),
        }
    }

    /// A page.
    pub(crate) fn show(&self, page: &impl Page) -> Response {
        page::answer(&self.exchange, StatusCode::OK, page)
    }

    /// Sends the browser on.
    pub(crate) fn send_to(&self, uri: &str) -> Response {
        let Ok(location) = HeaderValue::try_from(uri) else {
            let reason = "The redirect URI cannot be written into a header";
            return self.page(&Refusal::Malformed { reason });
        };
        let mut response = self
            .exchange
            .answer_text(self.redirect, Caching::Never, "text/html; charset=utf-8", "");
        let headers = response.headers_mut();
        headers.insert(header::LOCATION, location);
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        response
    }

    /// Adds the cookies that the browser does not have yet.
    pub(crate) fn with_cookies(&self, mut response: Response) -> Response {
        let browser = match &self.known {
            Some(_) => None,
            None => cookie::keep(sealed::COOKIE, self.browser.cookie(), SameSite::Lax, None),
        };
        let seconds = Some(session::COOKIE_SECONDS);
        let sessions = self.jar.renewed();
        let sessions = sessions.and_then(|value| cookie::keep(session::COOKIE, value, SameSite::None, seconds));
        for cookie in [browser, sessions].into_iter().flatten() {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// A URI with parameters behind those that it has.
pub(crate) fn with_query(uri: &str, parameters: &[(&'static str, String)]) -> String {
    let encoded = parameters.iter().map(|(name, value)| {
        let value = oauth::percent_encoded(value);
        format!("{name}={value}")
    });
    let encoded: Vec<String> = encoded.collect();
    if encoded.is_empty() {
        return uri.to_owned();
    }
    let separator = match uri.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{uri}{separator}{}", encoded.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_added_behind_a_query() {
        let parameters = [("a", "1 & 2".to_owned()), ("b", "x".to_owned())];
        let check = |uri: &str, expected: &str| assert_eq!(with_query(uri, &parameters), expected);
        check("https://app.test/cb", "https://app.test/cb?a=1%20%26%202&b=x");
        check("https://app.test/cb?", "https://app.test/cb?a=1%20%26%202&b=x");
        check("https://app.test/cb?c=1", "https://app.test/cb?c=1&a=1%20%26%202&b=x");
        assert_eq!(with_query("https://app.test/cb", &[]), "https://app.test/cb");
    }
}
