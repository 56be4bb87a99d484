//! What a user adds to a router.

use tower_layer::Layer;

use crate::service::Signals;

/// Sends `request_started`, `request_finished` and `got_request_exception` around a service; see
/// [the crate](crate).
///
/// The layers around it see the request first: whatever they answer by themselves sends nothing. A
/// layer that catches panics belongs around it, for what it makes of a panic is only a status. If it
/// has to be inside, [`panic_response`](crate::panic_response) keeps what the panic said.
///
/// Around a service twice, the outer one sends, and its options count.
///
/// It is the sender of its signals: `#[receiver(request_started, sender = SignalsLayer)]`.
#[derive(Clone, Debug)]
pub struct SignalsLayer {
    runs_to_completion: bool,
}

impl SignalsLayer {
    /// A layer that sends the signals of requests.
    pub fn new() -> Self {
        Self {
            runs_to_completion: false,
        }
    }

    /// Runs each handler to its end, so that a client that goes away does not stop it between what it
    /// writes and the signal that tells of it.
    ///
    /// As long as the client waits, that costs nothing: the handler is polled where it would be otherwise,
    /// and is in the spans and task-locals of the layers around this one. When the client has gone, the
    /// rest of the handler runs on a task of its own, in the runtime in which it began. The request's
    /// [scope](signals_core::scope) goes with it, and with the feature `tracing` the span that it began in;
    /// task-locals do not, and a panic from then on reaches nobody but the receivers of
    /// `got_request_exception`. A timeout around this layer answers the client and stops nothing; one inside
    /// stops the handler. `request_finished` is sent when the handler is done, with the status of the
    /// response that nobody got. When the runtime stops, a handler ends with its client.
    ///
    /// Without it, a handler ends where its client goes away. That is what a handler wants which waits
    /// for something that may never come, as in long polling: here it would wait on, with nobody to
    /// answer.
    ///
    /// The body of a response is sent by the connection, and ends with it.
    #[must_use]
    pub fn run_to_completion(self) -> Self {
        Self {
            runs_to_completion: true,
        }
    }
}

impl Default for SignalsLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for SignalsLayer {
    type Service = Signals<S>;

    fn layer(&self, inner: S) -> Signals<S> {
        Signals::new(inner, self.runs_to_completion)
    }
}
