//! event-listener: no callbacks; here each receiver listens, is notified and takes the news.

use event_listener::{Event, Listener as _};

use super::{Row, work};
use crate::receivers::listen;

pub(super) const ROWS: &[Row] = &[
    Row::Send(
        "event-listener 5.4.2, listening and draining included",
        |n| {
            let event = Event::new();
            let mut listeners = Vec::with_capacity(n);
            work!(value => {
                listeners.extend((0..n).map(|_| event.listen()));
                event.notify(n);
                listeners.drain(..).for_each(|listener| {
                    listener.wait();
                    listen(value);
                });
            })
        },
    ),
    Row::Connect("event-listener 5.4.2 listen, drop", || {
        let event = Event::new();
        let listeners: Vec<_> = (0..10).map(|_| event.listen()).collect();
        work!(_value => {
            let _ = &listeners;
            drop(event.listen());
        })
    }),
];
