//! Bodies that stream: of a caller's request into the HTTP client, and of an answer out of it.
//!
//! In: frames. Out: the same frames, one after the other. Invariant: nothing is gathered; a body is read as fast as its
//! reader asks for it.

use std::{
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::Error;

/// What an error of a foreign body is.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The body of an answer, as it comes.
#[derive(Debug)]
pub struct Body(reqwest::Body);

impl Body {
    pub(crate) fn new(body: reqwest::Body) -> Self {
        Self(body)
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.0)
            .poll_frame(context)
            .map_err(|why| Error::unreachable("reading an answer", why.without_url()))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

/// A caller's body, as the HTTP client takes it; `None` when there is nothing to send.
pub(crate) fn outgoing<B>(body: B) -> Option<reqwest::Body>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    if body.is_end_stream() {
        return None;
    }
    Some(reqwest::Body::wrap(Outgoing(Mutex::new(Box::pin(body)))))
}

/// The client wants a body that threads may share. This one is never locked: who polls it has it for itself.
struct Outgoing<B>(Mutex<Pin<Box<B>>>);

impl<B> http_body::Body for Outgoing<B>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let body = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        body.as_mut().poll_frame(context).map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}
