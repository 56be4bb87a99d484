//! What is measured: for each row our way and the floor, as loops of any length.

use std::any::TypeId;
use std::hint::black_box;
use std::sync::LazyLock;
use std::sync::atomic::AtomicU8;

use futures_util::future::join_all;
use signals_core::{
    AlreadyConnected, Connection, Sender, SenderId, recent, state, testing, transaction,
};

use crate::floors::{
    BY_TYPE_HUNDRED, BY_TYPE_TEN, BY_TYPE_THOUSAND, BySender, CopyOnWrite, Function, at_last,
    call_each, counted, load_and_branch, now,
};
use crate::receivers::{
    Churned, Committed, ConnectedTen, InstancesTen, InstancesTenThousand, Nobody, NobodyOfUser,
    Payload, Shop, Stall, StallsTenThousand, User, churned, committed, connected_ten, hundred,
    instances_ten, instances_ten_thousand, listen, mixed_hundred, mixed_one, mixed_ten, models_ten,
    nobody, nobody_of_user, one, outlined_one, outlined_ten, ready_ten, stalls,
    stalls_ten_thousand, ten, types_hundred, types_ten, types_thousand, users_ten, waiting_ten,
    work,
};

/// Does the work that often.
pub(crate) type Loop = fn(u64);

/// One row.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) ours: Loop,
    pub(crate) floor: Loop,
    /// What `floor` is.
    pub(crate) against: &'static str,
    /// The most that `ours` may cost, in times of `floor`; none where the row only informs.
    pub(crate) limit: Option<f64>,
}

/// A loop around a body whose argument rustc knows nothing about.
macro_rules! repeat {
    ($value:ident => $body:expr) => {
        |times| {
            for value in 0..times {
                let $value = black_box(value);
                $body;
            }
        }
    };
    (let $once:pat = $init:expr; $value:ident => $body:expr) => {
        |times| {
            let $once = $init;
            for value in 0..times {
                let $value = black_box(value);
                $body;
            }
        }
    };
}

/// Recent sends are recorded, until this is dropped.
struct Recording(());

impl Recording {
    fn start() -> Self {
        recent::record(100);
        Self(())
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        recent::record(0);
    }
}

/// A send as a caller writes it, with `?`.
#[inline]
fn sent<T, E>(result: Result<T, E>) {
    if let Err(error) = result {
        unexpected(error);
    }
}

#[cold]
#[inline(never)]
fn unexpected<E>(error: E) {
    drop(error);
    unreachable!("no receiver here fails");
}

/// The floor of a plain send.
macro_rules! slice {
    ($functions:expr) => {
        repeat!(let functions = black_box($functions); value => {
            call_each(functions, &Payload { value });
        })
    };
}

const SLICE: &str = "slice of distinct functions";

/// Every row that is a loop on one thread.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "send, nothing connected",
        against: "acquire load and branch",
        ours: repeat!(value => sent(nobody.send(Nobody { value }))),
        floor: repeat!(let state = black_box(&EMPTY); value => load_and_branch(state, value)),
        limit: Some(2.0),
    },
    Case {
        name: "send, 1 receiver",
        against: SLICE,
        ours: repeat!(value => sent(one::one.send(one::One { value }))),
        floor: slice!(one::FLOOR),
        limit: Some(2.0),
    },
    Case {
        name: "send_robust, 1 receiver",
        against: SLICE,
        ours: repeat!(value => assert!(one::one.send_robust(one::One { value }).is_ok())),
        floor: slice!(one::FLOOR),
        limit: None,
    },
    Case {
        name: "send, 10 receivers",
        against: SLICE,
        ours: repeat!(value => sent(ten::ten.send(ten::Ten { value }))),
        floor: slice!(ten::FLOOR),
        limit: Some(1.25),
    },
    Case {
        name: "send_robust, 10 receivers",
        against: SLICE,
        ours: repeat!(value => assert!(ten::ten.send_robust(ten::Ten { value }).is_ok())),
        floor: slice!(ten::FLOOR),
        limit: Some(1.25),
    },
    Case {
        name: "send, 100 receivers",
        against: SLICE,
        ours: repeat!(value => sent(hundred::hundred.send(hundred::Hundred { value }))),
        floor: slice!(hundred::FLOOR),
        limit: Some(1.25),
    },
    Case {
        name: "send_robust, 100 receivers",
        against: SLICE,
        ours: repeat!(value => {
            assert!(hundred::hundred.send_robust(hundred::Hundred { value }).is_ok());
        }),
        floor: slice!(hundred::FLOOR),
        limit: Some(1.25),
    },
    Case {
        name: "send, 10 receivers, in a scope with a state",
        against: SLICE,
        ours: repeat!(let _scope = state::scoped(Shop::<0>); value => {
            sent(ten::ten.send(ten::Ten { value }));
        }),
        floor: slice!(ten::FLOOR),
        limit: Some(1.25),
    },
    Case {
        name: "send, 10 receivers, while a test captures another signal",
        against: SLICE,
        ours: repeat!(let _capture = testing::capture(&nobody); value => {
            sent(ten::ten.send(ten::Ten { value }));
        }),
        floor: slice!(ten::FLOOR),
        limit: Some(1.25),
    },
    Case {
        name: "send, 10 receivers, while recent sends are recorded",
        against: SLICE,
        ours: repeat!(let _recording = Recording::start(); value => {
            sent(ten::ten.send(ten::Ten { value }));
        }),
        floor: slice!(ten::FLOOR),
        limit: None,
    },
    Case {
        name: "a transaction in which 1 on_commit receiver is sent to",
        against: "a boxed closure, called",
        ours: repeat!(value => {
            sent(transaction::scope(|| committed.send(Committed { value })));
        }),
        floor: repeat!(value => {
            let later: Box<dyn FnOnce()> = Box::new(move || work::<0>(value));
            black_box(later)();
        }),
        limit: None,
    },
    Case {
        name: "send, 1 receiver kept apart from its wrapper",
        against: SLICE,
        ours: repeat!(value => sent(outlined_one::outlined_one.send(outlined_one::OutlinedOne { value }))),
        floor: slice!(outlined_one::FLOOR),
        limit: None,
    },
    Case {
        name: "send, 10 receivers kept apart from their wrappers",
        against: SLICE,
        ours: repeat!(value => sent(outlined_ten::outlined_ten.send(outlined_ten::OutlinedTen { value }))),
        floor: slice!(outlined_ten::FLOOR),
        limit: None,
    },
    Case {
        name: "send, 1 receiver and 1 connection",
        against: SLICE,
        ours: repeat!(let () = *ONE_MORE; value => sent(mixed_one::mixed_one.send(mixed_one::MixedOne { value }))),
        floor: slice!(&MIXED_ONE[..]),
        limit: None,
    },
    Case {
        name: "send, 10 receivers and 1 connection",
        against: SLICE,
        ours: repeat!(let () = *TEN_AND_ONE; value => sent(mixed_ten::mixed_ten.send(mixed_ten::MixedTen { value }))),
        floor: slice!(&MIXED_TEN[..]),
        limit: Some(1.5),
    },
    Case {
        name: "send_robust, 10 receivers and 1 connection",
        against: SLICE,
        ours: repeat!(let () = *TEN_AND_ONE; value => {
            assert!(mixed_ten::mixed_ten.send_robust(mixed_ten::MixedTen { value }).is_ok());
        }),
        floor: slice!(&MIXED_TEN[..]),
        limit: Some(1.5),
    },
    Case {
        name: "send, 100 receivers and 1 connection",
        against: SLICE,
        ours: repeat!(let () = *HUNDRED_AND_ONE; value => sent(mixed_hundred::mixed_hundred.send(mixed_hundred::MixedHundred { value }))),
        floor: slice!(&MIXED_HUNDRED[..]),
        limit: Some(1.5),
    },
    Case {
        name: "send_robust, 100 receivers and 1 connection",
        against: SLICE,
        ours: repeat!(let () = *HUNDRED_AND_ONE; value => {
            assert!(mixed_hundred::mixed_hundred.send_robust(mixed_hundred::MixedHundred { value }).is_ok());
        }),
        floor: slice!(&MIXED_HUNDRED[..]),
        limit: Some(1.5),
    },
    Case {
        name: "send, 10 connections only",
        against: SLICE,
        ours: repeat!(let () = *TEN_CONNECTED; value => sent(connected_ten.send(ConnectedTen { value }))),
        floor: slice!(ten::FLOOR),
        limit: None,
    },
    Case {
        name: "send, 1 of 10 hears the sender",
        against: "hash by type",
        ours: repeat!(value => sent(types_ten::types_ten.send(types_ten::TypesTen {
            sender: Sender::of::<Shop<7>>(),
            value,
        }))),
        floor: repeat!(let types = &*BY_TYPE_TEN; value => {
            types.call(&TypeId::of::<Shop<7>>(), &Payload { value });
        }),
        limit: Some(1.0),
    },
    Case {
        name: "send, 1 of 100 hears the sender",
        against: "hash by type",
        ours: repeat!(value => sent(types_hundred::types_hundred.send(types_hundred::TypesHundred {
            sender: Sender::of::<Shop<77>>(),
            value,
        }))),
        floor: repeat!(let types = &*BY_TYPE_HUNDRED; value => {
            types.call(&TypeId::of::<Shop<77>>(), &Payload { value });
        }),
        limit: Some(1.0),
    },
    Case {
        name: "send, 1 of 100 hears the sender (least possible)",
        against: "index by number",
        ours: repeat!(value => sent(types_hundred::types_hundred.send(types_hundred::TypesHundred {
            sender: Sender::of::<Shop<77>>(),
            value,
        }))),
        floor: repeat!(let senders = black_box(types_hundred::DENSE); value => {
            call_each(senders[black_box(77)], &Payload { value });
        }),
        limit: None,
    },
    Case {
        name: "send, 1 of 10 hears the model",
        against: "hash by type",
        ours: repeat!(let record = black_box(&models_ten::r07::Record { id: 7 }); _value => {
            sent(models_ten::models_ten.send(models_ten::ModelsTen { instance: record }));
        }),
        floor: repeat!(let types = &*BY_TYPE_TEN; value => {
            types.call(&TypeId::of::<Shop<7>>(), &Payload { value });
        }),
        limit: Some(1.0),
    },
    Case {
        name: "send, 1 of 100 hears the sender, beside 1 of 10",
        against: "send, 1 of 10 hears the sender",
        ours: repeat!(value => sent(types_hundred::types_hundred.send(types_hundred::TypesHundred {
            sender: Sender::of::<Shop<77>>(),
            value,
        }))),
        floor: repeat!(value => sent(types_ten::types_ten.send(types_ten::TypesTen {
            sender: Sender::of::<Shop<7>>(),
            value,
        }))),
        limit: Some(1.2),
    },
    Case {
        name: "send, 1 of 10,000 connections hears the instance, beside 1 of 10",
        against: "send, 1 of 10 connections hears the instance",
        ours: repeat!(let sender = Sender::instance(&TEN_THOUSAND_INSTANCES[7_777]); value => {
            let sender = black_box(sender);
            sent(instances_ten_thousand.send(InstancesTenThousand { sender, value }));
        }),
        floor: repeat!(let sender = Sender::instance(&TEN_INSTANCES[7]); value => {
            let sender = black_box(sender);
            sent(instances_ten.send(InstancesTen { sender, value }));
        }),
        limit: Some(1.2),
    },
    Case {
        name: "send, 1 of 10,000 connections hears the instance",
        against: "hash by number",
        ours: repeat!(let sender = Sender::instance(&TEN_THOUSAND_INSTANCES[7_777]); value => {
            let sender = black_box(sender);
            sent(instances_ten_thousand.send(InstancesTenThousand { sender, value }));
        }),
        floor: repeat!(let numbers = &*BY_NUMBER_TEN_THOUSAND; value => {
            numbers.call(&black_box(7_777), &Payload { value });
        }),
        limit: Some(1.5),
    },
    Case {
        name: "send, 1 of 10,000 connections hears the sender",
        against: "hash by type",
        ours: repeat!(let () = *STALLS_TEN_THOUSAND; value => {
            let sender = Sender::of::<Stall<77, 77>>();
            sent(stalls_ten_thousand.send(StallsTenThousand { sender, value }));
        }),
        floor: repeat!(let types = &*BY_TYPE_TEN_THOUSAND; value => {
            types.call(&TypeId::of::<Stall<77, 77>>(), &Payload { value });
        }),
        limit: Some(1.5),
    },
    Case {
        name: "send, 1 for everybody and 1 of 1,000 for the sender",
        against: "hash by type",
        ours: repeat!(value => sent(types_thousand::types_thousand.send(types_thousand::TypesThousand {
            sender: Sender::of::<Shop<777>>(),
            value,
        }))),
        floor: repeat!(let types = &*BY_TYPE_THOUSAND; value => {
            types.call(&TypeId::of::<Shop<777>>(), &Payload { value });
        }),
        limit: Some(1.0),
    },
    Case {
        name: "send, nothing connected, payload with &User",
        against: "acquire load and branch",
        ours: repeat!(let user = black_box(&*ADA); _value => {
            sent(nobody_of_user.send(NobodyOfUser { user }));
        }),
        floor: repeat!(let state = black_box(&EMPTY); value => load_and_branch(state, value)),
        limit: Some(2.0),
    },
    Case {
        name: "send, 10 receivers of &User",
        against: "send, 10 receivers of a Copy value",
        ours: repeat!(let user = &*ADA; _value => {
            let user = black_box(user);
            sent(users_ten::users_ten.send(users_ten::UsersTen { user }));
        }),
        floor: repeat!(value => sent(ten::ten.send(ten::Ten { value }))),
        limit: Some(1.1),
    },
    Case {
        name: "has_listeners, nothing connected",
        against: "acquire load and branch",
        ours: repeat!(_value => black_box(nobody.has_listeners(black_box(Sender::none())))),
        floor: repeat!(let state = black_box(&EMPTY); value => load_and_branch(state, value)),
        limit: None,
    },
    Case {
        name: "send_async, nothing connected",
        against: "acquire load and branch",
        ours: repeat!(value => sent(now(nobody.send_async(Nobody { value })))),
        floor: repeat!(let state = black_box(&EMPTY); value => load_and_branch(state, value)),
        limit: None,
    },
    Case {
        name: "send_async, 10 sync receivers",
        against: SLICE,
        ours: repeat!(value => sent(now(ten::ten.send_async(ten::Ten { value })))),
        floor: slice!(ten::FLOOR),
        limit: Some(2.0),
    },
    Case {
        name: "send_async, 10 ready async receivers, in turn",
        against: "boxed futures from a slice, in turn",
        ours: repeat!(value => sent(now(ready_ten::ready_ten.send_async(ready_ten::ReadyTen { value })))),
        floor: repeat!(let functions = black_box(ready_ten::FLOOR); value => now(async {
            let payload = Payload { value };
            for function in functions {
                function(&payload).await;
            }
        })),
        limit: Some(1.1),
    },
    Case {
        name: "concurrent().send_async, 10 ready async receivers",
        against: "join_all of boxed futures from a slice",
        ours: repeat!(value => {
            let send = ready_ten::ready_ten.concurrent();
            sent(now(send.send_async(ready_ten::ReadyTen { value })));
        }),
        floor: repeat!(let functions = black_box(ready_ten::FLOOR); value => now(async {
            let payload = Payload { value };
            join_all(functions.iter().map(|function| function(&payload))).await;
        })),
        limit: Some(1.2),
    },
    Case {
        name: "send_async, 10 async receivers that wait once, in turn",
        against: "boxed futures from a slice, in turn",
        ours: repeat!(value => {
            sent(at_last(waiting_ten::waiting_ten.send_async(waiting_ten::WaitingTen { value })));
        }),
        floor: repeat!(let functions = black_box(waiting_ten::FLOOR); value => at_last(async {
            let payload = Payload { value };
            for function in functions {
                function(&payload).await;
            }
        })),
        limit: None,
    },
    Case {
        name: "concurrent().send_async, 10 async receivers that wait once",
        against: "join_all of boxed futures from a slice",
        ours: repeat!(value => {
            let send = waiting_ten::waiting_ten.concurrent();
            sent(at_last(send.send_async(waiting_ten::WaitingTen { value })));
        }),
        floor: repeat!(let functions = black_box(waiting_ten::FLOOR); value => at_last(async {
            let payload = Payload { value };
            join_all(functions.iter().map(|function| function(&payload))).await;
        })),
        limit: None,
    },
    Case {
        name: "connect and disconnect beside 10",
        against: "arc-swap, list copied twice",
        ours: repeat!(let () = *TEN_CHURNED; _value => drop(black_box(churned.connect(|event: &Churned| listen(event.value))))),
        floor: repeat!(let list = &*COPIED; _value => {
            list.connect(99, &counted());
            list.disconnect(99);
        }),
        limit: Some(1.25),
    },
    Case {
        name: "connect, send, disconnect and send beside 10",
        against: "arc-swap, list copied twice, and 2 sends",
        ours: repeat!(let () = *TEN_CHURNED; value => {
            let connection = churned.connect(|event: &Churned| listen(event.value));
            sent(churned.send(Churned { value }));
            drop(connection);
            sent(churned.send(Churned { value }));
        }),
        floor: repeat!(let list = &*COPIED; value => {
            list.connect(99, &counted());
            list.send(&Payload { value });
            list.disconnect(99);
            list.send(&Payload { value });
        }),
        limit: Some(5.0),
    },
];

/// For two threads on one signal, whose receivers share nothing.
pub(crate) const SHARED: Loop = repeat!(value => sent(ten::ten.send(ten::Ten { value })));
/// The same with a run-time connection.
pub(crate) const SHARED_LIVE: Loop = repeat!(let () = *TEN_AND_ONE; value => sent(mixed_ten::mixed_ten.send(mixed_ten::MixedTen { value })));
/// The floor of both.
pub(crate) const SHARED_FLOOR: Loop = slice!(ten::FLOOR);

static EMPTY: AtomicU8 = AtomicU8::new(0);
static ADA: LazyLock<User> = LazyLock::new(User::ada);
static COPIED: LazyLock<CopyOnWrite> = LazyLock::new(|| CopyOnWrite::new(10));

static MIXED_ONE: LazyLock<Vec<Function>> = LazyLock::new(|| and_one(mixed_one::FLOOR));
static MIXED_TEN: LazyLock<Vec<Function>> = LazyLock::new(|| and_one(mixed_ten::FLOOR));
static MIXED_HUNDRED: LazyLock<Vec<Function>> = LazyLock::new(|| and_one(mixed_hundred::FLOOR));

fn and_one(functions: &[Function]) -> Vec<Function> {
    let one: Function = |payload| work::<1_000>(payload.value);
    functions.iter().copied().chain([one]).collect()
}

/// Run-time connections of one signal, made when its row is first run.
macro_rules! connected {
    ($name:ident: $($connect:expr;)*) => {
        static $name: LazyLock<()> = LazyLock::new(|| {
            $($connect.detach();)*
        });
    };
}

connected! { ONE_MORE:
    mixed_one::mixed_one.connect(|event| listen(event.value));
}
connected! { TEN_AND_ONE:
    mixed_ten::mixed_ten.connect(|event| listen(event.value));
}
connected! { HUNDRED_AND_ONE:
    mixed_hundred::mixed_hundred.connect(|event| listen(event.value));
}
connected! { TEN_CONNECTED:
    connected_ten.connect(|event| work::<0>(event.value));
    connected_ten.connect(|event| work::<1>(event.value));
    connected_ten.connect(|event| work::<2>(event.value));
    connected_ten.connect(|event| work::<3>(event.value));
    connected_ten.connect(|event| work::<4>(event.value));
    connected_ten.connect(|event| work::<5>(event.value));
    connected_ten.connect(|event| work::<6>(event.value));
    connected_ten.connect(|event| work::<7>(event.value));
    connected_ten.connect(|event| work::<8>(event.value));
    connected_ten.connect(|event| work::<9>(event.value));
}
connected! { TEN_CHURNED:
    churned.connect(|event| work::<0>(event.value));
    churned.connect(|event| work::<1>(event.value));
    churned.connect(|event| work::<2>(event.value));
    churned.connect(|event| work::<3>(event.value));
    churned.connect(|event| work::<4>(event.value));
    churned.connect(|event| work::<5>(event.value));
    churned.connect(|event| work::<6>(event.value));
    churned.connect(|event| work::<7>(event.value));
    churned.connect(|event| work::<8>(event.value));
    churned.connect(|event| work::<9>(event.value));
}

/// The instances that ten connections listen to, one each.
static TEN_INSTANCES: LazyLock<Vec<SenderId>> = LazyLock::new(|| listened_to(instances_ten_on, 10));
static TEN_THOUSAND_INSTANCES: LazyLock<Vec<SenderId>> =
    LazyLock::new(|| listened_to(instances_ten_thousand_on, 10_000));

fn listened_to(connect: fn(&SenderId), count: usize) -> Vec<SenderId> {
    let ids: Vec<SenderId> = (0..count).map(|_| SenderId::new()).collect();
    ids.iter().for_each(connect);
    ids
}

fn instances_ten_on(id: &SenderId) {
    let connection = instances_ten
        .on()
        .sender_is(id)
        .connect(|event| listen(event.value));
    keep(connection);
}

fn instances_ten_thousand_on(id: &SenderId) {
    let connection = instances_ten_thousand
        .on()
        .sender_is(id)
        .connect(|event| listen(event.value));
    keep(connection);
}

static BY_NUMBER_TEN_THOUSAND: LazyLock<BySender<u64>> = LazyLock::new(|| {
    let listener: Function = |payload| listen(payload.value);
    BySender::new((0..10_000).map(|number| (number, vec![listener])))
});
static BY_TYPE_TEN_THOUSAND: LazyLock<BySender<TypeId>> = LazyLock::new(|| {
    let listener: Function = |payload| listen(payload.value);
    BySender::new(stalls().into_iter().map(|(_, id)| (id, vec![listener])))
});
static STALLS_TEN_THOUSAND: LazyLock<()> = LazyLock::new(|| {
    for (sender, _) in stalls() {
        let connection = stalls_ten_thousand.on().sender_is(sender);
        keep(connection.connect(|event| listen(event.value)));
    }
});

fn keep(connection: Result<Connection, AlreadyConnected>) {
    connection.into_iter().for_each(Connection::detach);
}
