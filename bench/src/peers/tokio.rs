//! tokio: its broadcast channel, and a task for each receiver.

use ::tokio::runtime::{Builder, Runtime};
use ::tokio::sync::broadcast;

use super::{Row, Work, work};
use crate::receivers::listen;

pub(super) const ROWS: &[Row] = &[
    Row::Send("tokio broadcast, receiving included", |n| {
        let (sender, first) = broadcast::channel::<u64>(16);
        let mut receivers: Vec<_> = (1..n).map(|_| sender.subscribe()).collect();
        receivers.extend((n > 0).then_some(first));
        work!(value => {
            // With no receiver it answers with an error.
            assert!(sender.send(value).is_ok() || n == 0);
            for receiver in &mut receivers {
                receiver.try_recv().into_iter().for_each(listen);
            }
        })
    }),
    Row::Connect("tokio broadcast subscribe, drop", || {
        let (sender, first) = broadcast::channel::<u64>(16);
        let receivers: Vec<_> = (1..10).map(|_| sender.subscribe()).chain([first]).collect();
        work!(_value => {
            let _ = &receivers;
            drop(sender.subscribe());
        })
    }),
    Row::Async(
        "tokio::spawn for each receiver, joined (current_thread)",
        || -> Work {
            let runtime = current_thread();
            Box::new(move |times| {
                runtime.block_on(async {
                    for value in 0..times {
                        let tasks: [_; 10] =
                            std::array::from_fn(|_| ::tokio::spawn(async move { listen(value) }));
                        for task in tasks {
                            assert!(task.await.is_ok());
                        }
                    }
                });
            })
        },
    ),
];

/// A runtime on the thread that blocks on it.
pub(super) fn current_thread() -> Runtime {
    let runtime = Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime on one thread needs nothing that can be missing")
}

/// A runtime with a worker of its own.
pub(super) fn multi_thread() -> Runtime {
    let runtime = Builder::new_multi_thread().worker_threads(1).build();
    runtime.expect("there can be another thread")
}
