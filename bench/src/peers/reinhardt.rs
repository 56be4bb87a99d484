//! reinhardt-core: `Signal`, async, and `SyncSignal`, after Django's.

use std::collections::HashMap;
use std::sync::Arc;

use reinhardt_core::signals::{Signal, SignalName, SyncSignal};

use super::{Row, shared_work, work};
use crate::floors::now;
use crate::receivers::{Shop, User, listen, types_hundred};

pub(super) const ROWS: &[Row] = &[
    Row::Send("reinhardt-core 0.2.3 SyncSignal::send", |n| {
        let (signal, nothing) = (sync(n), HashMap::new());
        work!(_value => drop(signal.send(None, &nothing)))
    }),
    Row::Send("reinhardt-core 0.2.3 SyncSignal::send_robust", |n| {
        let (signal, nothing) = (sync(n), HashMap::new());
        work!(_value => drop(signal.send_robust(None, &nothing)))
    }),
    Row::Send("reinhardt-core 0.2.3 Signal::send (async, ready)", |n| {
        let signal = asynchronous(n);
        work!(value => assert!(now(signal.send(value)).is_ok()))
    }),
    Row::User("reinhardt-core 0.2.3 Signal::send (cloned once)", || {
        let signal = Signal::<User>::new(SignalName::custom("seen"));
        for _ in 0..10 {
            signal.connect(|user: Arc<User>| async move {
                listen(user.id);
                Ok(())
            });
        }
        let user = User::ada();
        work!(_value => assert!(now(signal.send(user.clone())).is_ok()))
    }),
    Row::Filter("reinhardt-core 0.2.3 SyncSignal::send", || {
        let signal = SyncSignal::new();
        for id in types_hundred::TYPES {
            let connected = signal.connect(Arc::new(receive), Some(id()), None);
            assert!(connected.is_ok());
        }
        let nothing = HashMap::new();
        work!(_value => drop(signal.send(Some(Arc::new(Shop::<77>)), &nothing)))
    }),
    Row::Filter(
        "reinhardt-core 0.2.3 send_with_sender (async, ready)",
        || {
            let signal = Signal::<u64>::new(SignalName::custom("told"));
            for id in types_hundred::TYPES {
                signal.connect_with_options(
                    |value: Arc<u64>| async move {
                        listen(*value);
                        Ok(())
                    },
                    Some(id()),
                    None,
                    0,
                );
            }
            let sender = Some(types_hundred::TYPES[77]());
            work!(value => assert!(now(signal.send_with_sender(value, sender)).is_ok()))
        },
    ),
    Row::Connect("reinhardt-core 0.2.3 Signal", || {
        let signal = asynchronous(10);
        work!(_value => {
            signal.connect_with_options(
                |value: Arc<u64>| async move {
                    listen(*value);
                    Ok(())
                },
                None,
                Some("u".to_owned()),
                0,
            );
            assert!(signal.disconnect("u"));
        })
    }),
    Row::Connect("reinhardt-core 0.2.3 SyncSignal", || {
        let signal = sync(10);
        work!(_value => {
            assert!(signal.connect(Arc::new(receive), None, Some("u".to_owned())).is_ok());
            assert!(signal.disconnect(Some("u")));
        })
    }),
    Row::Async("reinhardt-core 0.2.3 Signal::send", || {
        let signal = asynchronous(10);
        work!(value => assert!(now(signal.send(value)).is_ok()))
    }),
    Row::Async("reinhardt-core 0.2.3 Signal::send_robust", || {
        let signal = asynchronous(10);
        work!(value => drop(now(signal.send_robust(value, None))))
    }),
    Row::Shared("reinhardt-core 0.2.3 SyncSignal::send", || {
        let (signal, nothing) = (sync(10), HashMap::new());
        shared_work!(_value => drop(signal.send(None, &nothing)))
    }),
    Row::Shared("reinhardt-core 0.2.3 Signal::send", || {
        let signal = asynchronous(10);
        shared_work!(value => assert!(now(signal.send(value)).is_ok()))
    }),
];

type Kwargs = HashMap<String, String>;

fn receive(_: Option<Arc<dyn std::any::Any + Send + Sync>>, _: &Kwargs) -> String {
    listen(7);
    String::new()
}

fn sync(n: usize) -> SyncSignal {
    let signal = SyncSignal::new();
    for _ in 0..n {
        // A type of its own for each, or it is taken for the same receiver.
        let each = std::hint::black_box(1_u64);
        let receive = move |sender: Option<Arc<dyn std::any::Any + Send + Sync>>,
                            kwargs: &Kwargs| {
            listen(each);
            receive(sender, kwargs)
        };
        assert!(signal.connect(Arc::new(receive), None, None).is_ok());
    }
    signal
}

fn asynchronous(n: usize) -> Signal<u64> {
    let signal = Signal::new(SignalName::custom("told"));
    for _ in 0..n {
        signal.connect(|value: Arc<u64>| async move {
            listen(*value);
            Ok(())
        });
    }
    signal
}
