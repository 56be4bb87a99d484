//! Every way to send, for behaviour that is the same in all of them.

use signals_core::{SharedSpec, Signal};

use crate::block_on;

/// One way to send; fails the test if a receiver fails.
#[derive(Debug)]
pub struct Way<S: SharedSpec> {
    /// Its name, for messages.
    pub name: &'static str,
    /// Sends.
    pub send: for<'p> fn(&'static Signal<S>, S::Args<'p>),
}

/// All of them.
///
/// # Panics
///
/// Not this function, but a plain way to send, when a receiver fails.
pub fn ways<S: SharedSpec>() -> [Way<S>; 8] {
    [
        Way {
            name: "send",
            send: |signal, payload| {
                signal.send(payload).unwrap();
            },
        },
        Way {
            name: "send_robust",
            send: |signal, payload| drop(signal.send_robust(payload)),
        },
        Way {
            name: "send_async",
            send: |signal, payload| {
                block_on(signal.send_async(payload)).unwrap();
            },
        },
        Way {
            name: "send_robust_async",
            send: |signal, payload| drop(block_on(signal.send_robust_async(payload))),
        },
        Way {
            name: "concurrent().send_async",
            send: |signal, payload| {
                block_on(signal.concurrent().send_async(payload)).unwrap();
            },
        },
        Way {
            name: "concurrent().send_robust_async",
            send: |signal, payload| {
                drop(block_on(signal.concurrent().send_robust_async(payload)));
            },
        },
        Way {
            name: "pull",
            send: |signal, payload| {
                for response in signal.pull(payload) {
                    response.unwrap();
                }
            },
        },
        Way {
            name: "pull, next_async",
            send: |signal, payload| {
                let mut pull = signal.pull(payload);
                while let Some(response) = block_on(pull.next_async()) {
                    response.unwrap();
                }
            },
        },
    ]
}
