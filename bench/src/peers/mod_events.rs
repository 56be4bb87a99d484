//! mod-events: a dispatcher by event type, with metrics for each send.

use std::any::Any;

use mod_events::{Event, EventDispatcher};

use super::{Row, shared_work, work};
use crate::floors::now;
use crate::receivers::{User, listen, with_hundred};

#[derive(Debug)]
struct Told {
    value: u64,
}

impl Event for Told {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[derive(Debug)]
struct Seen {
    user: User,
}

impl Event for Seen {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The event of the sender `N`.
#[derive(Debug)]
struct ToldBy<const N: u64> {
    value: u64,
}

impl<const N: u64> Event for ToldBy<N> {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

macro_rules! by_type {
    ($dispatcher:ident: $($name:ident $n:literal)*) => {
        $($dispatcher.on(|event: &ToldBy<$n>| listen(event.value));)*
    };
}

pub(super) const ROWS: &[Row] = &[
    Row::Send("mod-events 1.1.0 emit", |n| {
        let dispatcher = dispatcher(n);
        work!(value => dispatcher.emit(Told { value }))
    }),
    Row::Send("mod-events 1.1.0 dispatch", |n| {
        let dispatcher = dispatcher(n);
        work!(value => drop(dispatcher.dispatch(Told { value })))
    }),
    Row::User("mod-events 1.1.0 emit (cloned once)", || {
        let dispatcher = EventDispatcher::new();
        for _ in 0..10 {
            dispatcher.on(|event: &Seen| listen(event.user.id));
        }
        let user = User::ada();
        work!(_value => dispatcher.emit(Seen { user: user.clone() }))
    }),
    Row::Filter("mod-events 1.1.0 (100 event types)", || {
        let dispatcher = EventDispatcher::new();
        with_hundred!(by_type! dispatcher:);
        work!(value => dispatcher.emit(ToldBy::<77> { value }))
    }),
    Row::Connect("mod-events 1.1.0", || {
        let dispatcher = dispatcher(10);
        work!(_value => {
            let id = dispatcher.on(|event: &Told| listen(event.value));
            dispatcher.unsubscribe(id);
        })
    }),
    Row::Async("mod-events 1.1.0 dispatch_async", || {
        let dispatcher = EventDispatcher::new();
        for _ in 0..10 {
            dispatcher.subscribe_async(|event: &Told| {
                let value = event.value;
                async move {
                    listen(value);
                    Ok(())
                }
            });
        }
        work!(value => drop(now(dispatcher.dispatch_async(Told { value }))))
    }),
    Row::Shared("mod-events 1.1.0 emit", || {
        let dispatcher = dispatcher(10);
        shared_work!(value => dispatcher.emit(Told { value }))
    }),
];

fn dispatcher(n: usize) -> EventDispatcher {
    let dispatcher = EventDispatcher::new();
    for _ in 0..n {
        dispatcher.on(|event: &Told| listen(event.value));
    }
    dispatcher
}
