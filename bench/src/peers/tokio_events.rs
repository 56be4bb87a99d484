//! tokio-events: a bus with a queue and a task for each handler.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use tokio_events::{Event, EventBus};

use super::{Row, Work};
use crate::receivers::listen;

#[derive(Clone, Debug, Event, Serialize, Deserialize)]
struct Told {
    value: u64,
}

pub(super) const ROWS: &[Row] = &[Row::Async(
    "tokio-events 0.3.2 publish, until handled (current_thread)",
    || -> Work {
        let runtime = super::tokio::current_thread();
        let handled = Arc::new(AtomicU64::new(0));
        let bus = runtime.block_on(async {
            let bus = EventBus::builder()
                .build()
                .await
                .expect("it is kept in memory");
            for _ in 0..10 {
                let handled = Arc::clone(&handled);
                let receive = move |event: Told| {
                    let handled = Arc::clone(&handled);
                    async move {
                        listen(event.value);
                        handled.fetch_add(1, Ordering::Relaxed);
                    }
                };
                std::mem::forget(bus.subscribe(receive).await);
            }
            bus
        });
        Box::new(move |times| {
            runtime.block_on(async {
                for value in 0..times {
                    let until = handled.load(Ordering::Relaxed) + 10;
                    assert!(bus.publish(Told { value }).await.is_ok());
                    while handled.load(Ordering::Relaxed) < until {
                        ::tokio::task::yield_now().await;
                    }
                }
            });
        })
    },
)];
