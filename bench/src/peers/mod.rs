//! The crates that do something similar, a module for each.
//!
//! Every receiver of a peer is the same closure: one call target, which a processor guesses best.
//! The receivers of our own link-time rows are different functions.

mod ankurah_signals;
mod basu;
mod bevy_ecs;
mod event_bus;
mod event_listener;
mod eventd;
mod floors;
mod hey_listen;
mod medi_rs;
mod mediator;
mod mod_events;
mod noon;
mod ours;
mod reinhardt;
mod rjango;
mod rs_events;
mod rustango;
mod signals2;
mod tokio;
mod tokio_events;

use std::sync::Arc;

/// Does the work that often.
pub(crate) type Work = Box<dyn FnMut(u64)>;
/// The same from several threads at once.
pub(crate) type SharedWork = Arc<dyn Fn(u64) + Send + Sync>;

/// A row of one of the tables. What its function is given is the number of receivers, where that
/// varies.
pub(crate) enum Row {
    /// One send to so many receivers.
    Send(&'static str, fn(usize) -> Work),
    /// Ten receivers, the sender owns a `User` and has only a reference.
    User(&'static str, fn() -> Work),
    /// A hundred receivers, one of which listens to the sender.
    Filter(&'static str, fn() -> Work),
    /// One more receiver beside ten, and away again.
    Connect(&'static str, fn() -> Work),
    /// Ten async receivers that are ready at once.
    Async(&'static str, fn() -> Work),
    /// Ten receivers, two threads.
    Shared(&'static str, fn() -> SharedWork),
}

/// All rows: the floors, ours, the peers.
pub(crate) fn rows() -> impl Iterator<Item = &'static Row> {
    [
        floors::ROWS,
        ours::ROWS,
        ankurah_signals::ROWS,
        basu::ROWS,
        bevy_ecs::ROWS,
        event_bus::ROWS,
        event_listener::ROWS,
        eventd::ROWS,
        hey_listen::ROWS,
        medi_rs::ROWS,
        mediator::ROWS,
        mod_events::ROWS,
        noon::ROWS,
        reinhardt::ROWS,
        rjango::ROWS,
        rs_events::ROWS,
        rustango::ROWS,
        signals2::ROWS,
        tokio::ROWS,
        tokio_events::ROWS,
    ]
    .into_iter()
    .flatten()
}

/// A loop around a body whose argument rustc knows nothing about.
macro_rules! work {
    ($value:ident => $body:expr) => {
        Box::new(move |times: u64| {
            for value in 0..times {
                let $value = ::std::hint::black_box(value);
                $body;
            }
        })
    };
}

/// The same from several threads at once.
macro_rules! shared_work {
    ($value:ident => $body:expr) => {
        ::std::sync::Arc::new(move |times: u64| {
            for value in 0..times {
                let $value = ::std::hint::black_box(value);
                $body;
            }
        })
    };
}

use {shared_work, work};
