//! A browser for the sign-in pages: keeps cookies, reads forms, and tells where it is sent.

use std::cell::RefCell;
use std::collections::BTreeMap;

use axum::body::Body;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::wire::posted;
use crate::world::World;

/// A browser. What it has on screen is in the [`Page`]s that it gives.
pub(crate) struct Browser<'w> {
    world: &'w World,
    cookies: RefCell<BTreeMap<String, String>>,
}

/// What a browser was answered.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

impl<'w> Browser<'w> {
    pub(crate) fn new(world: &'w World) -> Self {
        Self {
            world,
            cookies: RefCell::default(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        self.send(posted(path, form)).await
    }

    /// Sends the form of a page, with what was typed and the button that was pressed.
    #[track_caller]
    pub(crate) fn submit(&self, page: &Page, typed: &[(&str, &str)]) -> impl Future<Output = Page> {
        let mut form = page.hidden();
        form.retain(|(name, _)| !typed.iter().any(|(typed, _)| name == typed));
        form.extend(
            typed
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let action = page.action();
        async move {
            let form: Vec<(&str, &str)> = form
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            self.post(&action, &form).await
        }
    }

    /// Goes through the pages of user name and password.
    pub(crate) async fn sign_in(&self, page: &Page, name: &str, password: &str) -> Page {
        let page = self.submit(page, &[("loginfmt", name)]).await;
        self.submit(&page, &[("passwd", password)]).await
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    async fn send(&self, mut request: Request<Body>) -> Page {
        let cookies: Vec<String> = self
            .cookies
            .borrow()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request
                .headers_mut()
                .insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        let response = self.world.authority.router().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        for cookie in head.headers.get_all(header::SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.set_cookie(name, value);
        }
        let body = body.collect().await.unwrap().to_bytes();
        Page {
            status: head.status,
            headers: head.headers,
            html: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

impl Page {
    /// Where its form goes.
    #[track_caller]
    pub(crate) fn action(&self) -> String {
        let form = self.html.split("<form ").nth(1);
        assert!(form.is_some(), "no form: {} {}", self.status, self.html);
        attribute(form.unwrap(), "action").unwrap()
    }

    /// The fields that a person does not see.
    pub(crate) fn hidden(&self) -> Vec<(String, String)> {
        let inputs = self.html.split("<input ").skip(1);
        let inputs = inputs.map(|input| input.split('>').next().unwrap());
        let hidden = inputs.filter(|input| input.contains("hidden"));
        hidden
            .filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?)))
            .collect()
    }

    /// What the page says to its script by this name.
    #[track_caller]
    pub(crate) fn said_to_script(&self, name: &str) -> String {
        attribute(&self.html, &format!("data-{name}")).unwrap()
    }

    /// Whether a person could type or press this.
    pub(crate) fn has_field(&self, name: &str) -> bool {
        self.html.contains(&format!("name=\"{name}\""))
    }

    /// The values of the buttons of this name.
    pub(crate) fn buttons(&self, name: &str) -> Vec<String> {
        let buttons = self
            .html
            .split("<button ")
            .skip(1)
            .map(|button| button.split('>').next().unwrap());
        let named = buttons.filter(|button| attribute(button, "name").as_deref() == Some(name));
        named.filter_map(|button| attribute(button, "value")).collect()
    }

    /// Where it sends the browser, without its parameters.
    #[track_caller]
    pub(crate) fn target(&self) -> String {
        let location = self.location();
        location.split(['?', '#']).next().unwrap().to_owned()
    }

    #[track_caller]
    pub(crate) fn location(&self) -> String {
        let location = self.headers.get(header::LOCATION);
        assert!(location.is_some(), "no redirect: {} {}", self.status, self.html);
        location.unwrap().to_str().unwrap().to_owned()
    }

    /// The parameters with which it sends the browser on, whether in a query, a fragment or a form.
    #[track_caller]
    pub(crate) fn answer(&self) -> BTreeMap<String, String> {
        if self.headers.get(header::LOCATION).is_none() {
            return self.hidden().into_iter().collect();
        }
        let location = self.location();
        let (_, parameters) = location.split_once(['?', '#']).unwrap();
        let pairs = parameters
            .trim_end_matches('#')
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), decoded(value))).collect()
    }

    /// Asserts an error that is sent to the client, and gives its parameters.
    #[track_caller]
    pub(crate) fn refused(&self, error: &str, number: u32) -> BTreeMap<String, String> {
        let answer = self.answer();
        assert_eq!(answer.get("error").map(String::as_str), Some(error), "{answer:?}");
        let description = &answer["error_description"];
        assert!(description.starts_with(&format!("AADSTS{number}: ")), "{description}");
        assert!(
            !answer.contains_key("code") && !answer.contains_key("id_token"),
            "{answer:?}"
        );
        answer
    }

    /// Asserts an error that is told to the person and to nobody else.
    #[track_caller]
    pub(crate) fn told(&self, number: u32, names: &str) {
        assert!(self.headers.get(header::LOCATION).is_none(), "{:?}", self.headers);
        assert!(self.status.is_client_error(), "{} {}", self.status, self.html);
        assert!(self.html.contains(&format!("AADSTS{number}")), "{}", self.html);
        assert!(self.html.contains(names), "{} does not name {names}", self.html);
        assert!(self.hidden().is_empty(), "{}", self.html);
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split(&format!("{name}=\"")).nth(1)?;
    let value = rest.split('"').next()?;
    let plain = value
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#38;", "&");
    Some(plain.replace("&#x2F;", "/").replace("&amp;", "&"))
}

fn decoded(value: &str) -> String {
    let spaced = value.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced)
        .decode_utf8()
        .unwrap()
        .into_owned()
}
