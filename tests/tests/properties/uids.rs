//! `dispatch_uid`: one for each sender, and what takes it away.

use proptest::collection::vec;
use proptest::prelude::{
    ProptestConfig, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use proptest::sample::{select, subsequence};
use signals_core::{Connect, Connection, Sender, signal};

struct Shop;
struct Till;

signal! {
    paid(sender) -> usize;
}

/// Everybody, or some.
type Senders = Vec<&'static str>;

#[derive(Debug, Clone)]
enum Step {
    Connect(Option<&'static str>, Senders),
    /// By uid alone.
    Disconnect(&'static str),
    /// By uid and exactly these senders.
    DisconnectOf(&'static str, Senders),
    /// The handle of the n-th that was ever connected.
    Drop(usize),
}

fn uid() -> impl Strategy<Value = &'static str> {
    select(vec!["u", "v", "w"])
}

fn senders() -> impl Strategy<Value = Senders> {
    subsequence(vec!["shop", "till", "fair"], 0..=3).prop_shuffle()
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (proptest::option::weighted(0.8, uid()), senders())
            .prop_map(|(uid, senders)| Step::Connect(uid, senders)),
        1 => uid().prop_map(Step::Disconnect),
        2 => (uid(), senders()).prop_map(|(uid, senders)| Step::DisconnectOf(uid, senders)),
        2 => (0..12_usize).prop_map(Step::Drop),
    ]
}

fn on(senders: &Senders) -> Connect<paid> {
    senders.iter().fold(paid.on(), |on, sender| match *sender {
        "shop" => on.sender::<Shop>(),
        "till" => on.sender_is(Sender::of::<Till>()),
        name => on.sender_named(name),
    })
}

/// Who is there, as it is promised.
#[derive(Debug)]
struct There {
    number: usize,
    uid: Option<&'static str>,
    senders: Senders,
}

impl There {
    fn has(&self, uid: &str) -> bool {
        self.uid == Some(uid)
    }

    /// Whether somebody is listened to by both. Everybody is somebody of its own.
    fn overlaps(&self, senders: &Senders) -> bool {
        self.senders.is_empty() && senders.is_empty()
            || self.senders.iter().any(|sender| senders.contains(sender))
    }

    fn listens_to_exactly(&self, senders: &Senders) -> bool {
        let sorted = |senders: &Senders| {
            let mut senders = senders.clone();
            senders.sort_unstable();
            senders
        };
        sorted(&self.senders) == sorted(senders)
    }
}

/// Takes out, and says whether there was one.
fn take_out(there: &mut Vec<There>, is_meant: impl Fn(&There) -> bool) -> bool {
    let before = there.len();
    there.retain(|one| !is_meant(one));
    there.len() < before
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_uid_is_taken_once_for_each_sender(script in vec(step(), 1..24)) {
        let mut there: Vec<There> = Vec::new();
        let mut connections: Vec<Option<Connection>> = Vec::new();
        for step in script {
            match step {
                Step::Connect(uid, senders) => {
                    let number = connections.len();
                    let on = on(&senders);
                    let on = match uid {
                        Some(uid) => on.dispatch_uid(uid),
                        None => on,
                    };
                    let connected = on.connect(move |_| number);
                    let holder = there
                        .iter()
                        .find(|one| uid.is_some_and(|uid| one.has(uid)) && one.overlaps(&senders));
                    prop_assert_eq!(connected.is_err(), holder.is_some());
                    if let Err(error) = &connected {
                        prop_assert_eq!(Some(&*error.uid), uid);
                        prop_assert_eq!(error.receiver.dispatch_uid(), uid);
                    } else {
                        there.push(There { number, uid, senders });
                    }
                    connections.push(connected.ok());
                }
                Step::Disconnect(uid) => {
                    let was_there = take_out(&mut there, |one| one.has(uid));
                    prop_assert_eq!(paid.disconnect(uid), was_there);
                }
                Step::DisconnectOf(uid, senders) => {
                    let was_there = take_out(&mut there, |one| {
                        one.has(uid) && one.listens_to_exactly(&senders)
                    });
                    let disconnected = on(&senders).dispatch_uid(uid).disconnect();
                    prop_assert_eq!(disconnected, was_there);
                }
                Step::Drop(number) => {
                    let connection = connections.get_mut(number).and_then(Option::take);
                    let was_there = take_out(&mut there, |one| one.number == number);
                    if let Some(connection) = connection {
                        prop_assert_eq!(connection.is_connected(), was_there);
                        prop_assert_eq!(connection.disconnect(), was_there);
                    }
                }
            }
            for (name, sender) in [
                ("shop", Sender::of::<Shop>()),
                ("till", Sender::of::<Till>()),
                ("fair", Sender::named("fair")),
                ("", Sender::none()),
            ] {
                let expected: Vec<usize> = there
                    .iter()
                    .filter(|one| one.senders.is_empty() || one.senders.contains(&name))
                    .map(|one| one.number)
                    .collect();
                let called: Vec<usize> = paid.send(Paid { sender }).unwrap().into_answers().collect();
                prop_assert_eq!(called, expected, "by {}", name);
            }
            prop_assert_eq!(paid.receivers().len(), there.len());
        }
        drop(connections);
        prop_assert!(paid.receivers().is_empty());
    }
}
