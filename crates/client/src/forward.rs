//! The raw road, for a proxy: a request with a body that streams goes in, the answer comes out, whatever its status.
//!
//! Invariant: the token and who is acted for are this environment value's; what the caller's request says of them, or of
//! the connection that it came on, is left behind.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Request, Response, header};
use percent_encoding::percent_decode_str;

use crate::{
    Body, Environment, Error,
    body::{BoxError, outgoing},
    call::{self, IMPERSONATION},
    token,
};

/// Of one connection only (RFC 9110, section 7.6.1), or of the front end and not of the environment, or making another
/// request of it than whoever let it through has read.
const NOT_FORWARDED: [HeaderName; 13] = [
    header::AUTHORIZATION,
    header::PROXY_AUTHORIZATION,
    header::PROXY_AUTHENTICATE,
    header::COOKIE,
    header::HOST,
    header::CONNECTION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("x-http-method"),
    HeaderName::from_static("x-http-method-override"),
];
/// Where parts of a body have headers of their own.
const BATCH: &str = "$batch";

impl Environment {
    /// Sends a request as it is to a path under `/api/data/v9.0/` to `v9.9/`; scheme and host of its URI do not count.
    /// The answer comes with its status, 401 and 429 included, and is never asked for again.
    ///
    /// `Authorization` and the headers of impersonation are set from this value alone; cookies and headers of the
    /// caller's connection are left out. `$batch` is refused, because its parts carry such headers in the body: read it
    /// and send [`crate::Batch`].
    ///
    /// The request takes its turn in this value's [`crate::Lane`] until the head of the answer is there.
    pub async fn forward<B>(&self, request: Request<B>) -> Result<Response<Body>, Error>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let (parts, body) = request.into_parts();
        let path_and_query = parts.uri.path_and_query().map_or("/", |it| it.as_str());
        let url = self.place().address().forwarded(path_and_query)?;
        if is_batch(url.path()) {
            return Err(Error::Url {
                url: path_and_query.to_owned(),
                why: "the parts of a batch carry headers of their own",
            });
        }
        let token = token::get(self.place()).await?;
        let slot = self.place().lanes().enter(self.lane()).await;
        let mut outgoing_request = reqwest::Request::new(parts.method, url);
        *outgoing_request.headers_mut() = parts.headers;
        let headers = outgoing_request.headers_mut();
        clean(headers);
        headers.insert(header::AUTHORIZATION, token.bearer());
        self.add_impersonation(headers);
        *outgoing_request.body_mut() = outgoing(body);
        let sent = self.place().application().http.execute(outgoing_request).await;
        let answer = sent.map_err(|why| call::failed("forwarding a request", why))?;
        if answer.status() == http::StatusCode::UNAUTHORIZED {
            self.place().tokens().forget(&token);
        }
        call::report(self.place(), slot, &answer);
        let mut answer: Response<reqwest::Body> = answer.into();
        clean_answer(answer.headers_mut());
        Ok(answer.map(Body::new))
    }
}

/// Also in another spelling of the path: the service decodes it.
fn is_batch(path: &str) -> bool {
    path.split('/').any(|segment| {
        let decoded = percent_decode_str(segment).decode_utf8_lossy();
        decoded.trim().eq_ignore_ascii_case(BATCH)
    })
}

fn clean(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in NOT_FORWARDED.iter().chain(&IMPERSONATION).chain(&named) {
        headers.remove(name);
    }
}

/// The environment's cookies bind callers to one of its servers; they are not for a front end.
fn clean_answer(headers: &mut HeaderMap) {
    clean(headers);
    headers.remove(header::SET_COOKIE);
}
