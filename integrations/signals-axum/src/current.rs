//! The request that is being handled.

use http::request::Parts;
use signals_core::state::{self, State};

/// The request that this code is part of, if any.
///
/// For code that runs in requests and elsewhere. A receiver asks for it with
/// `#[state] request: Option<&Parts>`, or, if it runs in requests only, with `#[state] request: &Parts`.
///
/// ```
/// use signals_core::{receiver, signal};
///
/// signal! {
///     pub order_paid(number: u32);
/// }
///
/// #[receiver(order_paid)]
/// fn audit(number: u32) {
///     match signals_axum::current_request() {
///         Some(request) => println!("order {number}, on {}", request.uri),
///         None => println!("order {number}, by a job"),
///     }
/// }
/// ```
pub fn current_request() -> Option<State<Parts>> {
    state::get()
}
