//! event-bus: named buses in one global map.

use std::sync::atomic::{AtomicUsize, Ordering};

use event_bus::{Event, EventBus, dispatch_event, subscribe_event};

use super::{Row, shared_work, work};
use crate::receivers::listen;

struct Told {
    value: u64,
}

impl Event for Told {}

pub(super) const ROWS: &[Row] = &[
    Row::Send("event-bus 0.1.0 dispatch_event", |n| {
        let (bus, name) = bus(n);
        work!(value => {
            let _ = &bus;
            dispatch_event(&name, &mut Told { value });
        })
    }),
    Row::Shared("event-bus 0.1.0 dispatch_event", || {
        let (bus, name) = bus(10);
        shared_work!(value => {
            let _ = &bus;
            dispatch_event(&name, &mut Told { value });
        })
    }),
];

fn bus(n: usize) -> (EventBus, String) {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("bus {}", NEXT.fetch_add(1, Ordering::Relaxed));
    let bus = EventBus::new(name.clone());
    for _ in 0..n {
        subscribe_event(&name, |event: &mut Told| listen(event.value), 0);
    }
    (bus, name)
}
