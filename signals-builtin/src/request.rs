//! Requests: `django.core.signals`.
//!
//! Declared here, sent by the adapter of a web framework, around each request:
//!
//! | signal | sent | how often |
//! |---|---|---|
//! | [`request_started`] | before anything else sees the request | once |
//! | [`got_request_exception`] | when it failed through no fault of the client, before the response goes out | once for each error |
//! | [`request_finished`] | when the last byte of the response is out, or it is clear that it never will be | once |
//!
//! The sender is the type of the layer or handler that sends.
//!
//! All `request` arguments are the head of the request, without its body. It may be a copy that was
//! made when the request came.

use std::error::Error;
use std::fmt;

use http::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use signals_core::signal;

signal! {
    /// A request has come.
    ///
    /// Sent by the adapter of a web framework, once for each request, before anything else sees it.
    /// With an error, receivers make it fail.
    ///
    /// The sender is the type of the layer or handler that sends.
    ///
    /// - `request` is the head of the request.
    ///
    /// As Django's [`request_started`](https://docs.djangoproject.com/en/stable/ref/signals/#request-started),
    /// whose argument is the `environ` or the `scope`.
    pub request_started(sender, request: &Parts);

    /// A request is done with.
    ///
    /// Sent by the adapter of a web framework, once for each that started. The client does not wait for
    /// the receivers. Nobody is left to hear of an error, so that it is sent with `send_robust_async`,
    /// which logs it.
    ///
    /// The sender is that of [`request_started`].
    ///
    /// - `request` is the head of the request.
    /// - `status` is that of the response; none where there was no response.
    /// - `end` is how it ended.
    ///
    /// As Django's [`request_finished`](https://docs.djangoproject.com/en/stable/ref/signals/#request-finished),
    /// which has no arguments, and which the client waits for.
    pub request_finished(sender, request: &Parts, status: Option<StatusCode>, end: End);

    /// A request has failed, through no fault of the client.
    ///
    /// Sent by the adapter of a web framework, when a handler panics or returns an error that nobody
    /// turned into a response, when the response has a status of 500 or more, and when the body of the
    /// response fails on its way. Not sent for what the client did wrong, such as a 404. Sent with
    /// `send_robust` or `send_robust_async`: an error in a receiver must not hide the one that it is told
    /// of.
    ///
    /// The sender is that of [`request_started`].
    ///
    /// - `request` is the head of the request.
    /// - `error` is the handler's own error where it is known; else [`Panicked`] or [`ServerError`].
    ///   A sync receiver may take it as `&dyn Error`.
    ///
    /// As Django's [`got_request_exception`](https://docs.djangoproject.com/en/stable/ref/signals/#got-request-exception),
    /// where the error is the exception that is being handled.
    pub got_request_exception(sender, request: &Parts, error: &(dyn Error + Send + Sync + 'static));
}

/// Marks `Authorization`, `Proxy-Authorization` and `Cookie` as
/// [sensitive](http::HeaderValue::set_sensitive): they can be read as before, and `Debug` of the headers does
/// not show them.
///
/// For who sends a `request`: a receiver that logs its payload would write down a password otherwise.
///
/// ```
/// use http::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
/// use signals_builtin::request::hide_credentials;
///
/// let mut headers = HeaderMap::new();
/// headers.insert(AUTHORIZATION, HeaderValue::from_static("Basic YWRhOnNlY3JldA=="));
/// headers.insert(ACCEPT, HeaderValue::from_static("text/html"));
/// hide_credentials(&mut headers);
///
/// let shown = format!("{headers:?}");
/// assert!(shown.contains("text/html") && !shown.contains("Basic"));
/// assert_eq!(headers[AUTHORIZATION], "Basic YWRhOnNlY3JldA==");
/// ```
pub fn hide_credentials(headers: &mut HeaderMap) {
    for (name, value) in headers {
        if [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION].contains(name) {
            value.set_sensitive(true);
        }
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum End {
    /// The whole response is out.
    Complete,
    /// The handler panicked or failed without a response, or the body failed on its way.
    Failed,
    /// The client was gone before there was a response.
    Cancelled,
    /// The client was gone before it had all of the response.
    BodyDropped,
    /// The connection is used for something else from here on, such as a websocket.
    Upgraded,
}

/// A handler panicked; the `error` of [`got_request_exception`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panicked {
    message: String,
}

impl Panicked {
    /// What the panic said.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }

    /// What the panic said, from what `catch_unwind` returned.
    pub fn from_payload(payload: &(dyn std::any::Any + Send)) -> Self {
        let message = payload
            .downcast_ref::<&str>()
            .map(|message| (*message).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned());
        Self::new(message.unwrap_or_else(|| "(no message)".to_owned()))
    }

    /// What the panic said.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the handler panicked: {}", self.message)
    }
}

impl Error for Panicked {}

/// The response says that the server failed, and nobody said why; the `error` of
/// [`got_request_exception`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerError {
    /// The status of the response.
    pub status: StatusCode,
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the response has the status {}", self.status)
    }
}

impl Error for ServerError {}
