//! Signals with nothing to say but that it happened, and by whom.
#![deny(warnings)]

use signals_core::{Sender, receiver, signal};

pub struct Till;

signal! {
    pub tick();
    pub opened(sender);
    pub anybody() -> bool;
    pub trailing(total: u64,);
    pub told() -> ();
}

#[receiver(tick)]
fn on_tick() {}

#[receiver(opened)]
fn on_opened(sender: Sender) {
    assert_eq!(sender, Sender::of::<Till>());
}

#[receiver(opened, sender = Till)]
fn on_till() {}

#[receiver(anybody)]
fn me() -> bool {
    true
}

#[receiver(trailing)]
#[receiver(tick)]
fn on_trailing() {}

#[receiver(told)]
fn on_told() {}

fn main() -> Result<(), signals_core::SendError> {
    assert_eq!(tick.send(Tick)?.count(), 2);
    assert_eq!(
        opened
            .send(Opened {
                sender: Sender::of::<Till>()
            })?
            .count(),
        2
    );
    assert!(anybody.send(Anybody)?.answers().all(|it| *it));
    assert_eq!(trailing.send(Trailing { total: 1 })?.count(), 1);
    assert_eq!(told.send(Told)?.count(), 1);
    Ok(())
}
