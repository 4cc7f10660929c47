//! Several requests on one connection without waiting between them.
//!
//! In: futures that send when first polled. Out: what each gave, in order.
//! Invariant: all are sent before the first answer is waited for, in the order given.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

/// A request.
pub(super) type Request<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends all, then waits for each.
pub(super) async fn all<T>(mut requests: Vec<Request<'_, T>>) -> Vec<T> {
    let mut early = Vec::with_capacity(requests.len());
    for request in &mut requests {
        early.push(poll_fn(|context| Poll::Ready(request.as_mut().poll(context))).await);
    }
    let mut answers = Vec::with_capacity(requests.len());
    for (request, early) in requests.into_iter().zip(early) {
        answers.push(match early {
            Poll::Ready(answer) => answer,
            Poll::Pending => request.await,
        });
    }
    answers
}
