//! This project.

use std::hint::black_box;

use signals_core::{Sender, signal};

use super::{Row, Work, shared_work, work};
use crate::floors::now;
use crate::receivers::{
    Nobody, Shop, User, hundred, listen, nobody, one, ready_ten, ten, types_hundred, users_ten,
};

signal! {
    connected_one(value: u64);
    connected_ten(value: u64);
    connected_hundred(value: u64);
    connected_shared(value: u64);
    churned(value: u64);
    churned_and_sent(value: u64);
}

/// Connects so many closures to a signal, and sends it.
macro_rules! connected {
    ($signal:ident, $payload:ident, $n:expr) => {{
        for _ in 0..$n {
            $signal.connect(|event| listen(event.value)).detach();
        }
        work!(value => assert!($signal.send($payload { value }).is_ok()))
    }};
}

fn linked(n: usize) -> Work {
    match n {
        0 => work!(value => assert!(nobody.send(Nobody { value }).is_ok())),
        1 => work!(value => assert!(one::one.send(one::One { value }).is_ok())),
        10 => work!(value => assert!(ten::ten.send(ten::Ten { value }).is_ok())),
        _ => work!(value => assert!(hundred::hundred.send(hundred::Hundred { value }).is_ok())),
    }
}

fn robust(n: usize) -> Work {
    match n {
        0 => work!(value => assert!(nobody.send_robust(Nobody { value }).is_ok())),
        1 => work!(value => assert!(one::one.send_robust(one::One { value }).is_ok())),
        10 => work!(value => assert!(ten::ten.send_robust(ten::Ten { value }).is_ok())),
        _ => work!(value => {
            assert!(hundred::hundred.send_robust(hundred::Hundred { value }).is_ok());
        }),
    }
}

fn connected(n: usize) -> Work {
    match n {
        0 => linked(0),
        1 => connected!(connected_one, ConnectedOne, 1),
        10 => connected!(connected_ten, ConnectedTen, 10),
        _ => connected!(connected_hundred, ConnectedHundred, 100),
    }
}

pub(super) const ROWS: &[Row] = &[
    Row::Send("**signals** send, link-time receivers (distinct)", linked),
    Row::Send(
        "**signals** send_robust, link-time receivers (distinct)",
        robust,
    ),
    Row::Send("**signals** send, run-time connections", connected),
    Row::User("**signals** send", || {
        let user = User::ada();
        work!(_value => {
            let user = black_box(&user);
            assert!(users_ten::users_ten.send(users_ten::UsersTen { user }).is_ok());
        })
    }),
    Row::Filter("**signals** send", || {
        work!(value => {
            let sender = Sender::of::<Shop<77>>();
            let payload = types_hundred::TypesHundred { sender, value };
            assert!(types_hundred::types_hundred.send(payload).is_ok());
        })
    }),
    Row::Connect("**signals** connect, drop", || {
        for _ in 0..10 {
            churned.connect(|event| listen(event.value)).detach();
        }
        work!(_value => drop(churned.connect(|event| listen(event.value))))
    }),
    Row::Connect("**signals** connect, send, drop, send", || {
        for _ in 0..10 {
            churned_and_sent
                .connect(|event| listen(event.value))
                .detach();
        }
        work!(value => {
            let connection = churned_and_sent.connect(|event| listen(event.value));
            assert!(churned_and_sent.send(ChurnedAndSent { value }).is_ok());
            drop(connection);
            assert!(churned_and_sent.send(ChurnedAndSent { value }).is_ok());
        })
    }),
    Row::Async("**signals** send_async, in turn", || {
        work!(value => {
            let sent = ready_ten::ready_ten.send_async(ready_ten::ReadyTen { value });
            assert!(now(sent).is_ok());
        })
    }),
    Row::Async("**signals** concurrent().send_async", || {
        work!(value => {
            let send = ready_ten::ready_ten.concurrent();
            assert!(now(send.send_async(ready_ten::ReadyTen { value })).is_ok());
        })
    }),
    Row::Async(
        "**signals** send_async, sync receivers",
        || work!(value => assert!(now(ten::ten.send_async(ten::Ten { value })).is_ok())),
    ),
    Row::Shared(
        "**signals** send, link-time receivers",
        || shared_work!(value => assert!(ten::ten.send(ten::Ten { value }).is_ok())),
    ),
    Row::Shared("**signals** send, run-time connections", || {
        for _ in 0..10 {
            connected_shared
                .connect(|event| listen(event.value))
                .detach();
        }
        shared_work!(value => {
            assert!(connected_shared.send(ConnectedShared { value }).is_ok());
        })
    }),
];
