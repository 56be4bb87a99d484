//! noon: a mediator that is frozen when it is built, and stays on its thread.

use noon::mediator::{Mediate as _, MediatorBuilder};

use super::{Row, work};
use crate::floors::now;
use crate::receivers::{Payload, listen};

pub(super) const ROWS: &[Row] = &[
    Row::Send("noon 0.1.1 notify", |n| {
        let mut builder = MediatorBuilder::new().listen_for::<Payload>();
        for _ in 0..n {
            builder = builder.add_notification_receiver(|payload: &Payload| listen(payload.value));
        }
        let mediator = builder.build();
        work!(value => mediator.notify(&Payload { value }))
    }),
    Row::Async("noon 0.1.1 notify_async", || {
        let mut builder = MediatorBuilder::new().listen_for_async::<u64>();
        for _ in 0..10 {
            builder =
                builder.add_async_notification_receiver(|value: u64| async move { listen(value) });
        }
        let mediator = builder.build();
        work!(value => now(mediator.notify_async(value)))
    }),
];
