//! What sends and connections allocate, and what they leave allocated: BL07, DS17.
//!
//! Counted for the thread of each test alone.

use std::pin::pin;
use std::sync::{Arc, Barrier};
use std::task::Poll;

use allocation_counter::{AllocationInfo, measure};
use signals_core::{BoxError, Model, Sender, SenderId, receiver, signal};
use signals_tests::poll_once;

#[derive(Debug, Model)]
struct User {
    id: u32,
}

struct Shop;

signal! {
    nobody(user: &User, name: &str);
    one(user: &User, name: &str);
    ten(user: &User, name: &str);
    ten_failing(user: &User);
    filtered(sender, user: &User);
    saved<M: Model>(sender: M, instance: &M, created: bool);
    ten_async(user: &User);
}

macro_rules! receivers {
    ($signal:ident: $($name:ident)*) => {$(
        #[receiver($signal)]
        fn $name(user: &User) {
            std::hint::black_box(user);
        }
    )*};
}

mod receivers {
    use super::{BoxError, Model, Shop, User, filtered, ten_async, ten_failing};
    use super::{one, receiver, saved, ten};

    receivers!(one: one_1);
    receivers!(ten: ten_1 ten_2 ten_3 ten_4 ten_5 ten_6 ten_7 ten_8 ten_9 ten_10);
    receivers!(filtered: any_1 any_2);

    #[receiver(filtered, sender = Shop)]
    #[receiver(filtered, sender = "allocations.Shop", dispatch_uid = "by label")]
    #[receiver(filtered, sender = "market", dispatch_uid = "of another")]
    fn of_shop(user: &User) {
        std::hint::black_box(user);
    }

    #[receiver(saved, sender = User, when = |created: bool| created)]
    fn of_user(instance: &User) {
        assert_eq!(User::LABEL, "allocations.User");
        std::hint::black_box(instance);
    }

    #[receiver(saved)]
    fn of_any(instance: &dyn signals_core::AnyModel) {
        std::hint::black_box(instance.label());
    }

    #[receiver(ten_failing)]
    fn fails() -> Result<(), BoxError> {
        Err("no".into())
    }

    macro_rules! asynchronous {
        ($($name:ident)*) => {$(
            #[receiver(ten_async)]
            async fn $name(user: &User) {
                std::hint::black_box(user);
            }
        )*};
    }
    asynchronous!(async_1 async_2 async_3 async_4 async_5 async_6 async_7 async_8 async_9 async_10);
}

/// What the second of two calls allocates: the first one sorts the receivers.
fn of_the_second(mut f: impl FnMut()) -> AllocationInfo {
    f();
    measure(f)
}

fn allocates_nothing(name: &str, f: impl FnMut()) {
    let allocated = of_the_second(f);
    assert_eq!(allocated.count_total, 0, "{name}: {allocated:?}");
}

#[test]
fn a_send_allocates_nothing() {
    let (user, name) = (&User { id: 1 }, "ada");
    allocates_nothing("send to nobody", || {
        nobody.send(Nobody { user, name }).unwrap();
    });
    allocates_nothing("send to one", || {
        assert_eq!(one.send(One { user, name }).unwrap().count(), 1);
    });
    allocates_nothing("send to ten", || {
        assert_eq!(ten.send(Ten { user, name }).unwrap().count(), 10);
    });
}

#[test]
fn a_robust_send_allocates_nothing() {
    let (user, name) = (&User { id: 1 }, "ada");
    allocates_nothing("send_robust to nobody", || {
        assert!(nobody.send_robust(Nobody { user, name }).is_ok());
    });
    allocates_nothing("send_robust to one", || {
        assert!(one.send_robust(One { user, name }).is_ok());
    });
    allocates_nothing("send_robust to ten", || {
        assert_eq!(ten.send_robust(Ten { user, name }).count(), 10);
    });
}

#[test]
fn senders_conditions_and_models_allocate_nothing() {
    let user = &User { id: 1 };
    let id = SenderId::new();
    for (sender, count) in [
        (Sender::of::<Shop>(), 4),
        (Sender::named("market"), 3),
        (Sender::instance(&id), 2),
        (Sender::none(), 2),
    ] {
        allocates_nothing("send by a sender", || {
            assert_eq!(
                filtered.send(Filtered { sender, user }).unwrap().count(),
                count
            );
        });
        allocates_nothing("has_listeners", || {
            assert!(filtered.has_listeners(sender));
        });
    }
    for (created, count) in [(true, 2), (false, 1)] {
        allocates_nothing("send by a model", || {
            let instance = user;
            let sent = saved.send(Saved { instance, created }).unwrap();
            assert_eq!(sent.count(), count);
        });
    }
}

#[test]
fn sends_to_connections_allocate_nothing() {
    signal! {
        told(sender, user: &User);
    }
    let (user, owner) = (&User { id: 1 }, Arc::new(()));
    let _connections = [
        told.connect(|sent| {
            std::hint::black_box(sent.user.id);
        }),
        told.on().sender::<Shop>().connect(|_| ()).unwrap(),
    ];
    told.connect_weak(&owner, |(), _| ());
    let sender = Sender::of::<Shop>();
    allocates_nothing("send to connections", || {
        assert_eq!(told.send(Told { sender, user }).unwrap().count(), 3);
    });
    allocates_nothing("send_robust to connections", || {
        assert_eq!(told.send_robust(Told { sender, user }).count(), 3);
    });
}

#[test]
fn only_a_failure_allocates_in_a_robust_send() {
    let user = &User { id: 1 };
    let allocated = of_the_second(|| {
        let sent = ten_failing.send_robust(TenFailing { user });
        assert_eq!(sent.errors().len(), 1);
    });
    assert!(allocated.count_total > 0, "the counter counts");
    assert_eq!(allocated.bytes_current, 0, "and nothing stays");
}

#[test]
fn awaiting_ready_receivers_allocates_at_most_once_for_each() {
    let (user, name) = (&User { id: 1 }, "ada");
    let allocated = of_the_second(|| {
        let sent = pin!(ten_async.send_async(TenAsync { user }));
        let Poll::Ready(sent) = poll_once(sent) else {
            panic!("none of them waits");
        };
        assert_eq!(sent.unwrap().count(), 10);
    });
    // The box of a future that never waits is optimised away.
    let boxes = if cfg!(debug_assertions) { 10 } else { 0 };
    assert_eq!(allocated.count_total, boxes, "{allocated:?}");
    assert_eq!(allocated.bytes_current, 0, "{allocated:?}");

    allocates_nothing("send_async to ten", || {
        let sent = pin!(ten.send_async(Ten { user, name }));
        let Poll::Ready(sent) = poll_once(sent) else {
            panic!("none of them waits");
        };
        assert_eq!(sent.unwrap().count(), 10);
    });
}

#[test]
fn answers_are_kept_in_one_allocation() {
    signal! {
        asked(n: u32) -> u32;
    }
    allocates_nothing("a question to nobody", || {
        assert!(asked.send(Asked { n: 1 }).unwrap().is_empty());
        assert!(asked.send_robust(Asked { n: 1 }).is_empty());
    });
    let _connections: [_; 8] = std::array::from_fn(|_| asked.connect(|sent| sent.n));
    let allocated = of_the_second(|| {
        assert_eq!(asked.send(Asked { n: 1 }).unwrap().len(), 8);
    });
    assert_eq!(allocated.count_total, 1, "{allocated:?}");
    let allocated = of_the_second(|| {
        assert_eq!(asked.send_robust(Asked { n: 1 }).len(), 8);
    });
    assert_eq!(allocated.count_total, 1, "{allocated:?}");
}

/// Rounds of everything that can be connected and taken out again.
fn churn(rounds: usize, round: impl Fn(usize)) {
    for n in 0..rounds {
        round(n);
    }
}

#[test]
fn ds17_churn_leaves_nothing_allocated() {
    signal! {
        told(sender, n: usize);
    }
    let round = |n: usize| {
        let owner = Arc::new(SenderId::new());
        let plain = told.connect(move |sent| assert!(sent.n >= n));
        let named = told
            .on()
            .sender_is(&*owner)
            .sender::<Shop>()
            .dispatch_uid(format!("uid {n}"))
            .priority(3)
            .connect(|_| ())
            .unwrap();
        told.connect_weak(&owner, |_, _| ());
        if n.is_multiple_of(3) {
            let sender = Sender::instance(&owner);
            assert_eq!(told.send(Told { sender, n }).unwrap().count(), 3);
        }
        if n.is_multiple_of(2) {
            assert!(told.disconnect(&format!("uid {n}")));
        }
        drop((owner, plain, named));
    };
    let settle = || {
        let sender = Sender::none();
        assert_eq!(told.send(Told { sender, n: 0 }).unwrap().count(), 0);
    };
    churn(1_000, round);
    settle();
    let left = measure(|| {
        churn(20_000, round);
        settle();
    });
    assert_eq!(left.count_current, 0, "{left:?}");
    assert_eq!(left.bytes_current, 0, "{left:?}");
}

#[test]
fn ds17_churn_in_a_scope_leaves_nothing_allocated() {
    signal! {
        told(n: usize);
    }
    let round = |n: usize| {
        let owner = Arc::new(n);
        let connect = || told.on().scoped();
        connect().connect_weak(&owner, |_, _| ()).unwrap();
        let uid = format!("uid {n}");
        let named = connect().dispatch_uid(uid.clone());
        named.connect(|_| ()).unwrap().detach();
        if n.is_multiple_of(3) {
            assert_eq!(told.send(Told { n }).unwrap().count(), 2);
        }
        assert!(told.disconnect(&uid));
    };
    let settle = || assert_eq!(told.send(Told { n: 0 }).unwrap().count(), 0);
    churn(1_000, round);
    settle();
    let left = measure(|| {
        churn(5_000, round);
        settle();
    });
    assert_eq!((left.count_current, left.bytes_current), (0, 0), "{left:?}");
    settle();
    assert!(told.is_idle());
}

#[test]
fn one_thread_makes_the_table_that_all_wait_for() {
    signal! {
        told(n: usize);
    }
    const THREADS: usize = 6;
    let _connections: Vec<_> = (0..3_000).map(|_| told.connect(|_| ())).collect();
    let start = Barrier::new(THREADS);
    let send = || {
        start.wait();
        let mut count = 0;
        let allocated = measure(|| count = told.send(Told { n: 0 }).unwrap().count());
        assert_eq!(count, 3_000);
        allocated.bytes_total
    };
    let allocated: Vec<u64> = std::thread::scope(|threads| {
        let sends: Vec<_> = (0..THREADS).map(|_| threads.spawn(send)).collect();
        sends.into_iter().map(|it| it.join().unwrap()).collect()
    });
    // What the others allocate is what each thread needs to read it.
    let made = allocated.iter().filter(|bytes| **bytes > 50_000);
    assert_eq!(made.count(), 1, "{allocated:?}");
}

#[test]
fn ds17_churn_beside_receivers_that_stay_leaves_nothing_allocated() {
    signal! {
        told(user: &User);
    }
    let user = &User { id: 1 };
    receivers!(told: linked_1 linked_2);
    let stays = told.connect(|_| ());
    let round = |n: usize| {
        let connection = told.connect(|sent| {
            std::hint::black_box(sent.user.id);
        });
        if n.is_multiple_of(7) {
            assert_eq!(told.send(Told { user }).unwrap().count(), 4);
        }
        drop(connection);
    };
    let settle = || assert_eq!(told.send(Told { user }).unwrap().count(), 3);
    churn(1_000, round);
    settle();
    let left = measure(|| {
        churn(20_000, round);
        settle();
    });
    assert_eq!((left.count_current, left.bytes_current), (0, 0), "{left:?}");

    // As it was linked again, it is as cheap again.
    drop(stays);
    allocates_nothing("send after all that", || {
        assert_eq!(told.send(Told { user }).unwrap().count(), 2);
    });
}

#[test]
fn a_connection_that_is_refused_changes_nothing() {
    signal! {
        told();
    }
    let connect = || told.on().dispatch_uid("the only one").connect(|_| ());
    let _first = connect().unwrap();
    told.send(Told {}).unwrap();
    connect().unwrap_err();
    let again = measure(|| {
        told.send(Told {}).unwrap();
    });
    assert_eq!(again.count_total, 0, "the table is as it was");
}
