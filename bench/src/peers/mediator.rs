//! mediator: handlers by type, behind a mutex; events are cloned for each.

use mediator::{AsyncMediator as _, DefaultAsyncMediator, DefaultMediator, Event, Mediator as _};

use super::{Row, Work, work};
use crate::receivers::listen;

#[derive(Clone)]
struct Told {
    value: u64,
}

impl Event for Told {}

pub(super) const ROWS: &[Row] = &[
    Row::Send("mediator 0.2.2 publish", |n| {
        let mut builder = DefaultMediator::builder();
        for _ in 0..n {
            builder = builder.subscribe_fn(|event: Told| listen(event.value));
        }
        let mut mediator = builder.build();
        // With no handler it answers with an error.
        work!(value => assert!(mediator.publish(Told { value }).is_ok() || n == 0))
    }),
    Row::Async(
        "mediator 0.2.2 async publish (current_thread)",
        || -> Work {
            // To subscribe, it blocks a thread of a larger runtime.
            let mut mediator = super::tokio::multi_thread().block_on(async {
                let mut builder = DefaultAsyncMediator::builder();
                for _ in 0..10 {
                    builder =
                        builder.subscribe_fn(|event: Told| async move { listen(event.value) });
                }
                builder.build()
            });
            let runtime = super::tokio::current_thread();
            Box::new(move |times| {
                runtime.block_on(async {
                    for value in 0..times {
                        assert!(mediator.publish(Told { value }).await.is_ok());
                    }
                });
            })
        },
    ),
];
