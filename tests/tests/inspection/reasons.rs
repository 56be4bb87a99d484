//! The reason for each receiver's place holds for any constraints and priorities.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::{prop_assert, prop_assert_eq, proptest};
use signals_core::catalog::Reason;
use signals_core::{Connection, signal};

use crate::support::listed;

signal! {
    #[signal(name = "reasons.ordered")]
    ordered();
}

const UIDS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

#[derive(Debug, Clone)]
struct Wanted {
    priority: i32,
    before: Vec<usize>,
    after: Vec<usize>,
}

fn wanted() -> impl Strategy<Value = Vec<Wanted>> {
    let others = || vec(0..UIDS.len(), 0..3);
    let one = (0..3, others(), others(), any::<bool>());
    let one = one.prop_map(|(priority, before, after, is_free)| Wanted {
        priority,
        before: if is_free { Vec::new() } else { before },
        after: if is_free { Vec::new() } else { after },
    });
    vec(one, 1..=UIDS.len())
}

fn connect(uid: &'static str, wanted: &Wanted) -> Connection {
    let mut connecting = ordered.on().dispatch_uid(uid).priority(wanted.priority);
    for other in &wanted.before {
        connecting = connecting.before(UIDS[*other]);
    }
    for other in &wanted.after {
        connecting = connecting.after(UIDS[*other]);
    }
    connecting.connect(|_| ()).unwrap()
}

proptest! {
    #[test]
    fn each_reason_is_true(wanted in wanted()) {
        let pairs = UIDS.iter().zip(&wanted);
        let connections: Vec<Connection> = pairs.map(|(uid, it)| connect(uid, it)).collect();
        let signal = listed("reasons.ordered");
        let receivers = signal.receivers();
        prop_assert_eq!(receivers.len(), connections.len());
        let number = |uid: &str| UIDS.iter().position(|it| *it == uid);
        for (index, receiver) in receivers.iter().enumerate() {
            let previous = index.checked_sub(1).map(|index| &receivers[index]);
            let is_previous = |other: &signals_core::ReceiverRef| {
                previous.is_some_and(|previous| previous.receiver().same(other))
            };
            match receiver.reason() {
                Reason::First => prop_assert!(previous.is_none()),
                Reason::After { other, name } => {
                    prop_assert!(is_previous(other));
                    prop_assert!(receiver.after().contains(name) && other.key() == *name);
                }
                Reason::Before { other, name } => {
                    prop_assert!(is_previous(other));
                    prop_assert!(other.before().contains(name) && receiver.key() == *name);
                }
                Reason::Priority { other } => {
                    prop_assert!(is_previous(other));
                    prop_assert!(other.priority() > receiver.priority());
                }
                Reason::Connected { other } => {
                    prop_assert!(is_previous(other));
                    prop_assert_eq!(other.priority(), receiver.priority());
                    prop_assert!(number(&other.key()) < number(&receiver.key()));
                }
                Reason::Circle { other } => {
                    let mut later = receivers[index..].iter();
                    prop_assert!(later.any(|it| it.receiver().same(other)));
                    let says = receiver.after().contains(&&*other.key());
                    prop_assert!(says || other.before().contains(&&*receiver.key()));
                }
                reason => prop_assert!(false, "{reason}"),
            }
        }
    }
}
