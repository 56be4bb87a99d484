//! medi-rs: handlers known at compile time, events through a queue and a worker.

use medi_rs::{Result, medi_handler, medi_module, mediator};

use super::{Row, Work};
use crate::receivers::work;

#[derive(Clone)]
struct Told {
    value: u64,
}

macro_rules! handlers {
    ($($name:ident $n:literal)*) => {
        $(#[medi_handler]
        async fn $name(event: Told) -> Result<()> {
            work::<$n>(event.value);
            Ok(())
        })*
    };
}

handlers!(h0 0 h1 1 h2 2 h3 3 h4 4 h5 5 h6 6 h7 7 h8 8 h9 9);

medi_module! {
    manifest ten_handlers;
    events { Told => [h0, h1, h2, h3, h4, h5, h6, h7, h8, h9]; }
}

mediator! {
    struct Mediator {
        event_queue_capacity: 8;
        event_workers: 1;
        modules: [ten_handlers];
    }
}

pub(super) const ROWS: &[Row] = &[Row::Async(
    "medi-rs 3.2.0 publish_and_wait (current_thread)",
    || -> Work {
        let runtime = super::tokio::current_thread();
        let mediator: &'static Mediator = Box::leak(Box::new(Mediator::builder().build()));
        assert!(runtime.block_on(async { mediator.start() }).is_ok());
        Box::new(move |times| {
            runtime.block_on(async {
                for value in 0..times {
                    assert!(mediator.publish_and_wait(Told { value }).await.is_ok());
                }
            });
        })
    },
)];
