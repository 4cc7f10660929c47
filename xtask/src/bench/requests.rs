//! Requests as bytes. In: an origin, a path, a token. Out: what goes over the wire, made once and sent often.
//!
//! Invariant: `Host` is the origin's, since the program tells environments apart by it.

use anyhow::{Context, Result};

/// An origin that is spoken to over plain HTTP on this machine.
#[derive(Clone)]
pub(super) struct Origin {
    host: String,
    pub(super) port: u16,
}

impl Origin {
    /// `http://localhost:18443`.
    pub(super) fn parse(url: &str) -> Result<Self> {
        let parts = url
            .strip_prefix("http://")
            .and_then(|host| Some((host, host.split_once(':')?.1)));
        let (host, port) = parts.with_context(|| format!("`{url}` is no plain HTTP origin with a port"))?;
        let port = port.parse().with_context(|| format!("`{url}` has no port"))?;
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }

    /// A port of this machine.
    pub(super) fn of_port(port: u16) -> Self {
        Self {
            host: format!("localhost:{port}"),
            port,
        }
    }

    /// A `GET` with further header lines (`Name: value`).
    pub(super) fn get(&self, path: &str, headers: &[String]) -> Vec<u8> {
        self.request("GET", path, headers, "")
    }

    /// A `POST` of a body, whose type is among the header lines.
    pub(super) fn post(&self, path: &str, headers: &[String], body: &str) -> Vec<u8> {
        let mut headers = headers.to_vec();
        headers.push(format!("Content-Length: {}", body.len()));
        self.request("POST", path, &headers, body)
    }

    fn request(&self, method: &str, path: &str, headers: &[String], body: &str) -> Vec<u8> {
        let first = [
            format!("{method} {path} HTTP/1.1"),
            format!("Host: {}", self.host),
            "Accept: application/json".to_owned(),
        ];
        let head = [&first, headers].concat().join("\r\n");
        format!("{head}\r\n\r\n{body}").into_bytes()
    }
}

/// The header line of a bearer token.
pub(super) fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}")
}

/// The header line that names JSON.
pub(super) fn json() -> String {
    "Content-Type: application/json".to_owned()
}

/// The header line that names a form.
pub(super) fn form() -> String {
    "Content-Type: application/x-www-form-urlencoded".to_owned()
}

/// A value within a form: everything but letters, digits and `-._~` as `%XX`.
pub(super) fn form_value(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if is_plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_its_host_and_length() {
        let origin = Origin::parse("http://localhost:8443").unwrap();
        let text = String::from_utf8(origin.post("/x", &[json()], "{}")).unwrap();
        assert_eq!(
            text,
            "POST /x HTTP/1.1\r\nHost: localhost:8443\r\nAccept: application/json\r\nContent-Type: application/json\r\n\
             Content-Length: 2\r\n\r\n{}"
        );
    }

    #[test]
    fn an_origin_is_plain_and_has_a_port() {
        assert!(Origin::parse("https://localhost:8443").is_err());
        assert!(Origin::parse("http://localhost").is_err());
    }

    #[test]
    fn a_form_value_is_escaped() {
        assert_eq!(form_value("a~B/ö"), "a~B%2F%C3%B6");
    }
}
