//! The signals that are measured, a module for each, and in it the floor: the same work by hand.
//!
//! Each receiver does something different, so that each is a call target of its own, as in a real
//! program. A loop that calls one target again and again is what a processor guesses best.

use std::any::TypeId;
use std::future::poll_fn;
use std::hint::black_box;
use std::task::Poll;

use signals_core::{Sender, receiver, signal};

/// What a floor hands to its functions.
pub(crate) struct Payload {
    pub(crate) value: u64,
}

/// What a receiver does: next to nothing, not to be left out, and different for each `N`.
#[inline]
pub(crate) fn work<const N: u64>(value: u64) {
    black_box(value ^ N);
}

/// What every receiver does that is connected at run time, and every receiver of a peer.
#[inline]
pub(crate) fn listen(value: u64) {
    work::<1_000>(value);
}

/// A user as an application has one: on the heap, and dear to clone.
#[derive(Clone, Debug)]
#[expect(dead_code, reason = "something to clone")]
pub(crate) struct User {
    pub(crate) id: u64,
    pub(crate) name: String,
    email: String,
    roles: Vec<u32>,
}

impl User {
    pub(crate) fn ada() -> Self {
        Self {
            id: 7,
            name: "Ada Lovelace".to_owned(),
            email: "ada@example.org".to_owned(),
            roles: vec![1, 2, 3],
        }
    }
}

/// Senders told apart by type.
pub(crate) struct Shop<const N: u64>;

/// Calls a macro with as many names and numbers.
macro_rules! with_one {
    ($with:ident! $($args:tt)*) => { $with! { $($args)* r00 0 } };
}

macro_rules! with_ten {
    ($with:ident! $($args:tt)*) => {
        $with! { $($args)* r00 0 r01 1 r02 2 r03 3 r04 4 r05 5 r06 6 r07 7 r08 8 r09 9 }
    };
}

macro_rules! with_hundred {
    ($with:ident! $($args:tt)*) => {
        $with! { $($args)*
            r00 0 r01 1 r02 2 r03 3 r04 4 r05 5 r06 6 r07 7 r08 8 r09 9
            r10 10 r11 11 r12 12 r13 13 r14 14 r15 15 r16 16 r17 17 r18 18 r19 19
            r20 20 r21 21 r22 22 r23 23 r24 24 r25 25 r26 26 r27 27 r28 28 r29 29
            r30 30 r31 31 r32 32 r33 33 r34 34 r35 35 r36 36 r37 37 r38 38 r39 39
            r40 40 r41 41 r42 42 r43 43 r44 44 r45 45 r46 46 r47 47 r48 48 r49 49
            r50 50 r51 51 r52 52 r53 53 r54 54 r55 55 r56 56 r57 57 r58 58 r59 59
            r60 60 r61 61 r62 62 r63 63 r64 64 r65 65 r66 66 r67 67 r68 68 r69 69
            r70 70 r71 71 r72 72 r73 73 r74 74 r75 75 r76 76 r77 77 r78 78 r79 79
            r80 80 r81 81 r82 82 r83 83 r84 84 r85 85 r86 86 r87 87 r88 88 r89 89
            r90 90 r91 91 r92 92 r93 93 r94 94 r95 95 r96 96 r97 97 r98 98 r99 99
        }
    };
}

/// Link-time receivers of a signal without sender.
macro_rules! plain {
    ($signal:ident $($name:ident $n:literal)*) => {
        pub(crate) mod $signal {
            use signals_core::{receiver, signal};

            use super::{Payload, work};

            signal! { pub(crate) $signal(value: u64); }

            $(#[receiver($signal)]
            fn $name(value: u64) {
                work::<$n>(value);
            })*

            pub(crate) static FLOOR: &[fn(&Payload)] =
                &[$(|payload| work::<$n>(payload.value)),*];
        }
    };
}

/// The same, where rustc keeps each receiver apart from what takes its arguments.
macro_rules! outlined {
    ($signal:ident $($name:ident $n:literal)*) => {
        pub(crate) mod $signal {
            use signals_core::{receiver, signal};

            use super::{Payload, work};

            signal! { pub(crate) $signal(value: u64); }

            $(#[receiver($signal)]
            #[inline(never)]
            fn $name(value: u64) {
                work::<$n>(value);
            })*

            pub(crate) static FLOOR: &[fn(&Payload)] = &[$(|payload| $name(payload.value)),*];
        }
    };
}

/// Each for one sender; and the functions by the number of their sender.
macro_rules! by_type {
    ($signal:ident $($name:ident $n:literal)*) => {
        pub(crate) mod $signal {
            use std::any::TypeId;

            use signals_core::{receiver, signal};

            use super::{Payload, Shop, work};

            signal! { pub(crate) $signal(sender, value: u64); }

            $(#[receiver($signal, sender = Shop<$n>)]
            fn $name(value: u64) {
                work::<$n>(value);
            })*

            /// By the sender's number.
            pub(crate) static DENSE: &[&[fn(&Payload)]] =
                &[$(&[|payload| work::<$n>(payload.value)]),*];

            /// By the sender's type.
            pub(crate) static TYPES: &[fn() -> TypeId] = &[$(TypeId::of::<Shop<$n>>),*];
        }
    };
}

/// A hundred of a thousand that are each for one sender; the module's number is that of the first.
macro_rules! of_thousand {
    ($hundred:ident $first:literal $($name:ident $n:literal)*) => {
        pub(super) mod $hundred {
            use std::any::TypeId;

            use signals_core::receiver;

            use super::types_thousand;
            use crate::receivers::{Payload, Shop, work};

            $(#[receiver(types_thousand, sender = Shop<{ $first + $n }>)]
            fn $name(value: u64) {
                work::<{ $first + $n }>(value);
            })*

            pub(super) static FUNCTIONS: &[(fn() -> TypeId, fn(&Payload))] = &[$((
                TypeId::of::<Shop<{ $first + $n }>>,
                |payload| work::<{ $first + $n }>(payload.value),
            )),*];
        }
    };
}

/// Each for one model.
macro_rules! by_model {
    ($signal:ident $($name:ident $n:literal)*) => {
        pub(crate) mod $signal {
            use signals_core::{Model, signal};

            signal! { pub(crate) $signal<M: Model>(sender: M, instance: &M); }

            $(pub(crate) mod $name {
                use signals_core::{Model, receiver};

                use super::super::work;
                use super::$signal;

                #[derive(Model, Debug)]
                pub(crate) struct Record {
                    pub(crate) id: u64,
                }

                #[receiver($signal, sender = Record)]
                fn receive(instance: &Record) {
                    work::<$n>(instance.id);
                }
            })*
        }
    };
}

/// With a payload that is borrowed.
macro_rules! of_user {
    ($signal:ident $($name:ident $n:literal)*) => {
        pub(crate) mod $signal {
            use signals_core::{receiver, signal};

            use super::{User, work};

            signal! { pub(crate) $signal(user: &User); }

            $(#[receiver($signal)]
            fn $name(user: &User) {
                work::<$n>(user.id);
            })*
        }
    };
}

/// Ready when they are first polled.
macro_rules! ready {
    ($signal:ident $($name:ident $n:literal)*) => {
        pub(crate) mod $signal {
            use signals_core::{BoxFuture, receiver, signal};

            use super::{Payload, work};

            signal! { pub(crate) $signal(value: u64); }

            $(#[receiver($signal)]
            async fn $name(value: u64) {
                work::<$n>(value);
            })*

            pub(crate) static FLOOR: &[for<'p> fn(&'p Payload) -> BoxFuture<'p, ()>] =
                &[$(|payload| Box::pin(async { work::<$n>(payload.value) })),*];
        }
    };
}

/// Ready when they are polled for the second time.
macro_rules! waiting {
    ($signal:ident $($name:ident $n:literal)*) => {
        pub(crate) mod $signal {
            use signals_core::{BoxFuture, receiver, signal};

            use super::{Payload, pause, work};

            signal! { pub(crate) $signal(value: u64); }

            $(#[receiver($signal)]
            async fn $name(value: u64) {
                pause().await;
                work::<$n>(value);
            })*

            pub(crate) static FLOOR: &[for<'p> fn(&'p Payload) -> BoxFuture<'p, ()>] = &[$(|payload| {
                Box::pin(async {
                    pause().await;
                    work::<$n>(payload.value);
                })
            }),*];
        }
    };
}

/// Waits until it is polled again.
pub(crate) async fn pause() {
    let mut is_over = false;
    poll_fn(|_| {
        if std::mem::replace(&mut is_over, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

/// A thousand receivers, each for one sender, and one for all of them.
pub(crate) mod types_thousand {
    use std::any::TypeId;

    use signals_core::{receiver, signal};

    use super::{Payload, work};

    signal! { pub(crate) types_thousand(sender, value: u64); }

    #[receiver(types_thousand)]
    fn audit(value: u64) {
        work::<1_000>(value);
    }

    with_hundred!(of_thousand! h0 0);
    with_hundred!(of_thousand! h1 100);
    with_hundred!(of_thousand! h2 200);
    with_hundred!(of_thousand! h3 300);
    with_hundred!(of_thousand! h4 400);
    with_hundred!(of_thousand! h5 500);
    with_hundred!(of_thousand! h6 600);
    with_hundred!(of_thousand! h7 700);
    with_hundred!(of_thousand! h8 800);
    with_hundred!(of_thousand! h9 900);

    /// By the sender's type.
    pub(crate) fn functions() -> impl Iterator<Item = (TypeId, Vec<fn(&Payload)>)> {
        let hundreds = [
            h0::FUNCTIONS,
            h1::FUNCTIONS,
            h2::FUNCTIONS,
            h3::FUNCTIONS,
            h4::FUNCTIONS,
            h5::FUNCTIONS,
            h6::FUNCTIONS,
            h7::FUNCTIONS,
            h8::FUNCTIONS,
            h9::FUNCTIONS,
        ];
        let audit: fn(&Payload) = |payload| work::<1_000>(payload.value);
        let each = hundreds.into_iter().flatten();
        each.map(move |(sender, function)| (sender(), vec![audit, *function]))
    }
}

/// One of ten thousand types.
pub(crate) struct Stall<const ROW: u64, const PLACE: u64>;

/// All of them.
pub(crate) fn stalls() -> Vec<(Sender, TypeId)> {
    let mut stalls = Vec::new();
    macro_rules! rows {
        ($($name:ident $row:literal)*) => {
            $(stalls_of_row::<$row>(&mut stalls);)*
        };
    }
    with_hundred!(rows!);
    stalls
}

fn stalls_of_row<const ROW: u64>(stalls: &mut Vec<(Sender, TypeId)>) {
    macro_rules! places {
        ($($name:ident $place:literal)*) => {
            stalls.extend([$((
                Sender::of::<Stall<ROW, $place>>(),
                TypeId::of::<Stall<ROW, $place>>(),
            )),*]);
        };
    }
    with_hundred!(places!);
}

signal! {
    pub(crate) nobody(value: u64);
    pub(crate) nobody_of_user(user: &User);
    /// Ten run-time connections, and nothing else.
    pub(crate) connected_ten(value: u64);
    pub(crate) committed(value: u64);
    /// With instances as senders.
    pub(crate) instances_ten(sender, value: u64);
    pub(crate) instances_ten_thousand(sender, value: u64);
    /// With types as senders.
    pub(crate) stalls_ten_thousand(sender, value: u64);
    /// For connecting and disconnecting.
    pub(crate) churned(value: u64);
}

#[receiver(committed, on_commit)]
fn after_the_commit(value: u64) {
    work::<0>(value);
}

with_one!(plain! one);
with_ten!(plain! ten);
with_hundred!(plain! hundred);
with_one!(outlined! outlined_one);
with_ten!(outlined! outlined_ten);
// With one run-time connection each.
with_one!(plain! mixed_one);
with_ten!(plain! mixed_ten);
with_hundred!(plain! mixed_hundred);
with_ten!(by_type! types_ten);
with_hundred!(by_type! types_hundred);
with_ten!(by_model! models_ten);
with_ten!(of_user! users_ten);
with_ten!(ready! ready_ten);
with_ten!(waiting! waiting_ten);

#[cfg(feature = "peers")]
pub(crate) use with_hundred;
