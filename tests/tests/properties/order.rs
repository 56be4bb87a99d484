//! Order: constraints, priority, position, time; circles; unknown names.

use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_assert, prop_assert_eq, proptest};
use proptest::sample::{select, subsequence};
use signals_core::{Finding, ReceiverRef, receiver, signal};
use signals_tests::{block_on, findings_of};

use super::order_model::{Model, Place};
use super::turns::Turns;

signal! {
    ordered() -> &'static str;
}

// Always there. Modules count by their path, and so stand here in another order; in a module lines
// count, and columns where two are in one line. All are of the priority that connections mostly have.
mod c_last {
    use super::{ordered, receiver};

    #[receiver(ordered)]
    fn pack() -> &'static str {
        concat!(module_path!(), "::pack")
    }
}

#[rustfmt::skip]
mod a_first {
    use super::{ordered, receiver};

    #[receiver(ordered, before = "b_between::pack")]
    async fn weigh() -> &'static str {
        concat!(module_path!(), "::weigh")
    }

    #[receiver(ordered)] fn wrap() -> &'static str { concat!(module_path!(), "::wrap") } #[receiver(ordered)] fn pack() -> &'static str { concat!(module_path!(), "::pack") }
}

mod b_between {
    use super::{ordered, receiver};

    #[receiver(ordered, dispatch_uid = "linked second", after = "b", priority = 0)]
    async fn second() -> &'static str {
        "linked second"
    }

    #[receiver(ordered, after = ["a_first::pack", "nowhere::pack"])]
    fn pack() -> &'static str {
        concat!(module_path!(), "::pack")
    }

    #[receiver(ordered, dispatch_uid = "linked first", before = "a")]
    fn first() -> &'static str {
        "linked first"
    }
}

#[receiver(ordered, priority = 1, dispatch_uid = "linked late")]
fn linked_late() -> &'static str {
    "linked late"
}

#[receiver(ordered, dispatch_uid = "linked last", priority = -1)]
fn linked_last() -> &'static str {
    "linked last"
}

/// Where the modules above are.
macro_rules! here {
    ($path:literal) => {
        concat!(module_path!(), "::", $path)
    };
}

/// By module path, line and column.
fn linked() -> Vec<Place> {
    let place = |path, before: &[&'static str], after: &[&'static str]| Place {
        name: path,
        path: Some(path),
        priority: 0,
        before: before.to_vec(),
        after: after.to_vec(),
    };
    let known_as = |name, priority, mut place: Place| {
        place.name = name;
        place.priority = priority;
        place
    };
    vec![
        known_as("linked late", 1, place(here!("linked_late"), &[], &[])),
        known_as("linked last", -1, place(here!("linked_last"), &[], &[])),
        place(here!("a_first::weigh"), &["b_between::pack"], &[]),
        place(here!("a_first::wrap"), &[], &[]),
        place(here!("a_first::pack"), &[], &[]),
        known_as(
            "linked second",
            0,
            place(here!("b_between::second"), &[], &["b"]),
        ),
        place(
            here!("b_between::pack"),
            &[],
            &["a_first::pack", "nowhere::pack"],
        ),
        known_as(
            "linked first",
            0,
            place(here!("b_between::first"), &["a"], &[]),
        ),
        place(here!("c_last::pack"), &[], &[]),
    ]
}

const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

/// Whom a constraint may name: those that may be there; link-time ones by their uid, their path, or its
/// end, which several may have; and those that never are.
fn somebody() -> impl Strategy<Value = &'static str> {
    let fixed = [
        "linked first",
        "linked last",
        "linked_last",
        "first",
        "weigh",
        "pack",
        "a_first::pack",
        "order::c_last::pack",
        here!("b_between::pack"),
        "nobody",
        "first::pack",
        "other::a_first::pack",
    ];
    select([NAMES.as_slice(), &fixed].concat())
}

/// Some connections, in any order, with few or many constraints.
fn connections() -> impl Strategy<Value = Vec<Place>> {
    let names = subsequence(NAMES.to_vec(), 0..=NAMES.len()).prop_shuffle();
    (names, 0..3_usize).prop_flat_map(|(names, constraints)| {
        let places: Vec<_> = names
            .into_iter()
            .map(|name| {
                let constraints = || vec(somebody(), 0..=constraints);
                (Just(name), -2..=2_i32, constraints(), constraints())
            })
            .collect();
        places.prop_map(|places| {
            let place = |(name, priority, before, after)| Place {
                name,
                path: None,
                priority,
                before,
                after,
            };
            places.into_iter().map(place).collect()
        })
    })
}

fn connect(places: &[Place]) -> Vec<signals_core::Connection> {
    let connect = |place: &Place| {
        let name = place.name;
        let on = ordered.on().dispatch_uid(name).priority(place.priority);
        let on = place.before.iter().fold(on, |on, before| on.before(before));
        let on = place.after.iter().fold(on, |on, after| on.after(after));
        on.connect(move |_| name).unwrap()
    };
    places.iter().map(connect).collect()
}

fn sent() -> Vec<&'static str> {
    let sent = block_on(ordered.send_async(Ordered {})).unwrap();
    sent.into_answers().collect()
}

/// Its uid, or else its path.
fn name(receiver: &ReceiverRef) -> String {
    let uid = receiver.dispatch_uid().map(ToOwned::to_owned);
    uid.unwrap_or_else(|| receiver.path())
}

/// There is one signal for all cases of both.
static TURNS: Turns = Turns::new();

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn receivers_run_in_the_promised_order(places in connections()) {
        let _turn = TURNS.next();
        let model = Model::new(&[linked(), places.clone()].concat());
        let connections = connect(&places);
        let order = sent();

        prop_assert_eq!(order.len(), model.names.len(), "everybody once");
        let place = |index: usize| order.iter().position(|name| *name == model.names[index]);
        for &constraint in &model.constraints {
            if !model.is_circular(constraint) {
                let (earlier, later) = constraint;
                prop_assert!(place(earlier) < place(later), "{order:?}");
            }
        }
        if !model.has_circle() {
            prop_assert_eq!(&order, &model.order());
        }
        // Always the same, however it is sent and looked at.
        prop_assert_eq!(&sent(), &order);
        let listed: Vec<String> = ordered.receivers().iter().map(name).collect();
        prop_assert_eq!(listed, order.clone());
        let plain: Vec<_> = ordered.send(Ordered {}).unwrap().into_answers().collect();
        prop_assert_eq!(plain, order.clone());
        drop(connections);

        // And for the same connections made again.
        let again = connect(&places);
        prop_assert_eq!(sent(), order);
        drop(again);
        prop_assert_eq!(ordered.receivers().len(), linked().len());
    }

    #[test]
    fn check_finds_circles_and_unknown_names(places in connections()) {
        let _turn = TURNS.next();
        let model = Model::new(&[linked(), places.clone()].concat());
        let connections = connect(&places);
        let mut unknown = Vec::new();
        let mut circles = Vec::new();
        for finding in findings_of(&ordered) {
            match finding {
                Finding::UnknownReceiver {
                    receiver,
                    name: missing,
                    ..
                } => {
                    unknown.push((name(&receiver), missing));
                }
                Finding::Cycle { receivers, .. } => circles.push(receivers),
                other => panic!("{other}"),
            }
        }
        let mut expected: Vec<_> = model
            .unknown
            .iter()
            .map(|(index, name)| (model.names[*index].to_owned(), *name))
            .collect();
        expected.sort();
        unknown.sort();
        prop_assert_eq!(unknown, expected);

        prop_assert_eq!(!circles.is_empty(), model.has_circle());
        for circle in circles {
            let members: Vec<usize> = circle
                .iter()
                .map(|receiver| {
                    let name = name(receiver);
                    model.names.iter().position(|it| *it == name).unwrap()
                })
                .collect();
            // Each has to run before the next, and the last before the first.
            let next = members.iter().cycle().skip(1);
            for (earlier, later) in members.iter().zip(next) {
                prop_assert!(model.constraints.contains(&(*earlier, *later)), "{members:?}");
            }
        }
        drop(connections);
    }
}
