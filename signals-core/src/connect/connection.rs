//! What holds a run-time receiver in its place.

use std::fmt;

use crate::signal::{Signal, Spec};

/// A run-time receiver's hold on its signal. Dropping it disconnects.
///
/// Not generic, so that connections to different signals fit into one `Vec`.
#[must_use = "dropped, it disconnects; call `detach` to stay connected"]
pub struct Connection {
    signal: &'static dyn Disconnect,
    number: u64,
}

impl Connection {
    pub(super) fn new<S: Spec>(signal: &'static Signal<S>, number: u64) -> Self {
        Self { signal, number }
    }

    /// Stays connected for the rest of the program, or until it is disconnected by its
    /// `dispatch_uid`; a [`scoped`](crate::Connect::scoped) one, for the rest of its scope.
    pub fn detach(self) {
        std::mem::forget(self);
    }

    /// Disconnects now. Whether it was still connected.
    pub fn disconnect(self) -> bool {
        self.signal.disconnect_number(self.number)
    }

    /// Whether it is still connected: not disconnected by its `dispatch_uid`, its owner and its
    /// scope not gone.
    pub fn is_connected(&self) -> bool {
        self.signal.is_connected(self.number)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.signal.disconnect_number(self.number);
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("signal", &self.signal.name())
            .field("number", &self.number)
            .finish()
    }
}

/// A signal whose payload the [`Connection`] has forgotten.
trait Disconnect: Sync {
    fn name(&self) -> &'static str;
    fn disconnect_number(&'static self, number: u64) -> bool;
    fn is_connected(&'static self, number: u64) -> bool;
}

impl<S: Spec> Disconnect for Signal<S> {
    fn name(&self) -> &'static str {
        S::INFO.name()
    }

    fn disconnect_number(&'static self, number: u64) -> bool {
        self.registry.disconnect_number(number)
    }

    fn is_connected(&'static self, number: u64) -> bool {
        self.registry.is_connected(number)
    }
}
