//! `hey_listen`: events by key; to dispatch takes `&mut`.

use std::hash::{Hash, Hasher};

use hey_listen::sync::{PriorityDispatcher, PriorityDispatcherResult, PriorityListener};

use super::{Row, work};
use crate::receivers::listen;

#[derive(Clone)]
struct Told {
    value: u64,
}

impl Hash for Told {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl PartialEq for Told {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Told {}

struct Receiver;

impl PriorityListener<Told> for Receiver {
    fn on_event(&self, event: &Told) -> Option<PriorityDispatcherResult> {
        listen(event.value);
        None
    }
}

pub(super) const ROWS: &[Row] = &[Row::Send("hey_listen 0.5.0 PriorityDispatcher", |n| {
    let mut dispatcher = PriorityDispatcher::<u32, Told>::default();
    for _ in 0..n {
        dispatcher.add_listener(Told { value: 0 }, Receiver, 1);
    }
    work!(value => dispatcher.dispatch_event(&Told { value }))
})];
