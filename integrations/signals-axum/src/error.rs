//! Errors of handlers, and how the layer learns of them.

use std::any::Any;
use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use axum_core::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use http::StatusCode;
use signals_builtin::request::Panicked;
use signals_core::BoxError;

pub(crate) type SharedError = Arc<dyn Error + Send + Sync>;

/// An error that `got_request_exception` tells of.
///
/// axum turns the error of a handler into a response, and a response is all that a layer sees. This
/// one is put into the extensions of the response, where [`SignalsLayer`](crate::SignalsLayer) finds
/// it. It is made of any error:
///
/// ```
/// use signals_axum::HandlerError;
///
/// async fn index() -> Result<String, HandlerError> {
///     Ok(std::fs::read_to_string("index.html")?)
/// }
/// # let _: axum::Router = axum::Router::new().route("/", axum::routing::get(index));
/// ```
///
/// The client gets a 500, and no word of the error. For another response, it is a part of one:
///
/// ```
/// use axum::http::StatusCode;
/// use axum::response::{IntoResponse, Response};
/// use signals_axum::HandlerError;
///
/// struct AppError(std::io::Error);
///
/// impl IntoResponse for AppError {
///     fn into_response(self) -> Response {
///         (StatusCode::BAD_GATEWAY, HandlerError::from(self.0), "Come back later.").into_response()
///     }
/// }
/// ```
///
/// A response with a status below 500 is no error of the server, and nothing is sent.
///
/// If nobody listens to `got_request_exception`, the error is logged instead, on the target
/// `signals.request`: with the method and, with the feature `matched-path`, the route that axum has
/// found. The path is not logged, for it may be a secret, as in `/confirm/{token}`.
#[derive(Clone)]
pub struct HandlerError(SharedError);

impl HandlerError {
    /// The error itself.
    pub fn get(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.0
    }

    pub(crate) fn into_shared(self) -> SharedError {
        self.0
    }
}

/// So that `?` works. For this, a `HandlerError` is no [`Error`] itself.
impl<E: Into<BoxError>> From<E> for HandlerError {
    fn from(error: E) -> Self {
        Self(Arc::from(error.into()))
    }
}

impl fmt::Debug for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl IntoResponse for HandlerError {
    fn into_response(self) -> Response {
        (
            StatusCode::INTERNAL_SERVER_ERROR,
            self,
            "Internal Server Error",
        )
            .into_response()
    }
}

impl IntoResponseParts for HandlerError {
    type Error = Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Infallible> {
        response.extensions_mut().insert(self);
        Ok(response)
    }
}

/// The response to a panic, for a layer that catches panics inside of
/// [`SignalsLayer`](crate::SignalsLayer): a 500 that keeps what the panic said.
///
/// ```
/// use signals_axum::{SignalsLayer, panic_response};
/// use tower_http::catch_panic::CatchPanicLayer;
///
/// # let _: axum::Router = axum::Router::new()
/// .layer(CatchPanicLayer::custom(panic_response))
/// .layer(SignalsLayer::new());
/// ```
#[expect(
    clippy::needless_pass_by_value,
    reason = "as `CatchPanicLayer` hands it over"
)]
pub fn panic_response(panic: Box<dyn Any + Send>) -> Response {
    HandlerError::from(Panicked::from_payload(&*panic)).into_response()
}

/// The error of a body, on its way to the server and to receivers at once.
#[derive(Debug)]
pub(crate) struct BodyError(pub(crate) SharedError);

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of the response failed")
    }
}

impl Error for BodyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}
