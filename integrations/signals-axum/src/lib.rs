//! Django's request signals for axum, and for any other tower service.
//!
//! ```
//! use axum::{Router, routing::get};
//! use signals_axum::SignalsLayer;
//! use tower_http::catch_panic::CatchPanicLayer;
//!
//! let app: Router = Router::new()
//!     .route("/", get(|| async { "Hello!" }))
//!     .layer(SignalsLayer::new())
//!     .layer(CatchPanicLayer::new()); // outside of it, to hear of panics too
//! ```
//!
//! From here on each request sends [`request_started`] and [`request_finished`], and
//! [`got_request_exception`] if the server is to blame for how it went:
//!
//! ```
//! use std::error::Error;
//!
//! use axum::extract::MatchedPath;
//! use http::request::Parts;
//! use signals_builtin::request::got_request_exception;
//! use signals_core::receiver;
//!
//! #[receiver(got_request_exception)]
//! fn report(request: &Parts, error: &dyn Error) {
//!     // The route, and not the path: that may be a link that works.
//!     let route = request.extensions.get().map_or("", MatchedPath::as_str);
//!     eprintln!("{} {route}: {error}", request.method);
//! }
//! ```
//!
//! # What is sent when
//!
//! | the request | `got_request_exception` | `request_finished` |
//! |---|---|---|
//! | is answered; 404 and its like too | | `Complete` |
//! | is answered with a status of 500 or more | its [`HandlerError`], or [`ServerError`] | `Complete` |
//! | panics | [`Panicked`] | `Failed`, no status |
//! | ends with an error of the service (never in axum) | the error | `Failed`, no status |
//! | fails while the body is sent | the body's error, or [`Panicked`] | `Failed` |
//! | loses its client before the response | | `Cancelled` |
//! | loses its client before the end of the body | | `BodyDropped` |
//! | becomes a websocket | | `Upgraded`, at once |
//!
//! The sender is [`SignalsLayer`]. All are sent once, also where the layer is around a service twice:
//! then the outer one sends.
//!
//! - **`request_started`** is awaited before the handler is called, and before its body is read. An
//!   error of a receiver makes the request fail: the handler is not called, and the client gets a
//!   500 with no body. The error is told to `got_request_exception`, and `request_finished` is sent
//!   as for any other request. A panic is one of the request.
//! - **`got_request_exception`** is awaited before the response goes out. It is sent robustly.
//! - **`request_finished`** is sent by a task of its own when the body is over and dropped: the client
//!   does not wait for it, and [`flush`] does. It is sent robustly. The last byte has been handed to
//!   the server by then; whether it has arrived is not known.
//!
//! Errors and panics in the receivers of these two reach nobody else. They are logged on the target
//! `signals.dispatch`.
//!
//! # The request, in any receiver
//!
//! What is sent during a request, by the handler, its body or anything that they call, is sent in the
//! [scope](signals_core::scope) of the request. A receiver of any signal can ask for it:
//!
//! ```
//! use http::request::Parts;
//! use signals_core::{receiver, signal};
//!
//! signal! {
//!     pub order_paid(number: u32);
//! }
//!
//! #[receiver(order_paid)]
//! fn audit(number: u32, #[state] request: &Parts) {
//!     println!("order {number} was paid by {:?}", request.headers.get("x-user"));
//! }
//! ```
//!
//! That is an error where no request is; [`current_request`] asks whether one is. The head of the
//! request is copied when it comes, with the extensions that it has by then. A task that a handler
//! spawns, such as that of a websocket, has the request when it is asked to:
//! `tokio::spawn(signals_core::in_current_scope(…))`.
//!
//! In this copy, `Authorization`, `Proxy-Authorization` and `Cookie` are
//! [sensitive](http::HeaderValue::set_sensitive): `Debug` does not show what they say. For others,
//! tower-http's `SetSensitiveRequestHeadersLayer` does the same, around this one. Query and path are
//! shown: mind them where links hold a token, and prefer axum's `MatchedPath`, which is in the
//! extensions where the layer is added by `Router::layer`.
//!
//! # Clients that go away
//!
//! hyper drops a handler's future when its client goes away, between any two `.await`s: the row is
//! written, and its signal is never sent.
//! [`run_to_completion`](SignalsLayer::run_to_completion) prevents that.
//!
//! [`request_started`]: signals_builtin::request::request_started
//! [`request_finished`]: signals_builtin::request::request_finished
//! [`got_request_exception`]: signals_builtin::request::got_request_exception
//! [`ServerError`]: signals_builtin::request::ServerError
//! [`Panicked`]: signals_builtin::request::Panicked

signals_core::__adapter!();

mod body;
mod catch;
mod current;
mod error;
mod flush;
mod layer;
mod open;
mod service;

pub use body::SignalsBody;
pub use current::current_request;
pub use error::{HandlerError, panic_response};
pub use flush::{StillOpen, flush};
pub use layer::SignalsLayer;
pub use service::Signals;

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
