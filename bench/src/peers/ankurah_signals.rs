//! ankurah-signals: its broadcast.

use ankurah_signals::broadcast::Broadcast;

use super::{Row, shared_work, work};
use crate::receivers::{User, listen};

pub(super) const ROWS: &[Row] = &[
    Row::Send("ankurah-signals 0.9.3 Broadcast", |n| {
        let (broadcast, guards) = broadcast(n, |value: u64| listen(value));
        work!(value => {
            let _ = &guards;
            broadcast.send(value);
        })
    }),
    Row::User("ankurah-signals 0.9.3 Broadcast (cloned for each)", || {
        let (broadcast, guards) = broadcast(10, |user: User| listen(user.id));
        let user = User::ada();
        work!(_value => {
            let _ = &guards;
            broadcast.send(user.clone());
        })
    }),
    Row::Connect("ankurah-signals 0.9.3 guard", || {
        let (broadcast, guards) = broadcast(10, |value: u64| listen(value));
        work!(_value => {
            let _ = &guards;
            drop(broadcast.reference().listen(|value: u64| listen(value)));
        })
    }),
    Row::Shared("ankurah-signals 0.9.3 Broadcast", || {
        let (broadcast, guards) = broadcast(10, |value: u64| listen(value));
        shared_work!(value => {
            let _ = &guards;
            broadcast.send(value);
        })
    }),
];

fn broadcast<T: Clone + 'static>(
    n: usize,
    receive: impl Fn(T) + Copy + Send + Sync + 'static,
) -> (
    Broadcast<T>,
    Vec<ankurah_signals::broadcast::ListenerGuard<T>>,
) {
    let broadcast = Broadcast::new();
    let guards = (0..n)
        .map(|_| broadcast.reference().listen(receive))
        .collect();
    (broadcast, guards)
}
