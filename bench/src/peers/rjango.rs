//! rjango: a list of closures behind a lock, cloned for each send; payloads are cloned for each
//! receiver.

use rjango::dispatch::Signal;

use super::{Row, shared_work, work};
use crate::receivers::{User, listen};

pub(super) const ROWS: &[Row] = &[
    Row::Send("rjango 0.1.1 send", |n| {
        let signal = signal(n);
        work!(value => signal.send(value))
    }),
    Row::User("rjango 0.1.1 send (cloned for each)", || {
        let signal = Signal::<User>::new();
        for _ in 0..10 {
            signal.connect(|user| listen(user.id), None);
        }
        let user = User::ada();
        work!(_value => signal.send(user.clone()))
    }),
    Row::Connect("rjango 0.1.1", || {
        let signal = signal(10);
        work!(_value => {
            let id = signal.connect(listen, None);
            assert!(signal.disconnect(id));
        })
    }),
    Row::Shared("rjango 0.1.1 send", || {
        let signal = signal(10);
        shared_work!(value => signal.send(value))
    }),
];

fn signal(n: usize) -> Signal<u64> {
    let signal = Signal::new();
    for _ in 0..n {
        signal.connect(listen, None);
    }
    signal
}
