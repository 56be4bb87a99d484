//! signals2: after Boost.Signals2. The leader among those that several threads can share.

use signals2::{Connect1 as _, Emit1 as _, Signal};

use super::{Row, shared_work, work};
use crate::receivers::{User, listen};

pub(super) const ROWS: &[Row] = &[
    Row::Send("signals2 0.3.3 emit", |n| {
        let signal = signal(n);
        work!(value => signal.emit(value))
    }),
    Row::User("signals2 0.3.3 emit (cloned for each)", || {
        let signal: Signal<(User,)> = Signal::new();
        for _ in 0..10 {
            signal.connect(|user: User| listen(user.id));
        }
        let user = User::ada();
        work!(_value => signal.emit(user.clone()))
    }),
    Row::Connect("signals2 0.3.3", || {
        let signal = signal(10);
        work!(_value => signal.connect(listen).disconnect())
    }),
    Row::Shared("signals2 0.3.3 emit", || {
        let signal = signal(10);
        shared_work!(value => signal.emit(value))
    }),
];

fn signal(n: usize) -> Signal<(u64,)> {
    let signal = Signal::new();
    for _ in 0..n {
        signal.connect(listen);
    }
    signal
}
