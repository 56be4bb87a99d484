//! Sender matching: types, names, labels, instances, lists, models.

use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::{
    Just, ProptestConfig, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use proptest::sample::select;
use signals_core::{AnyModel, Connection, Model, ModelView, PrimaryKey, Sender, SenderId, signal};

struct Shop;
struct Till;
struct Branch<T>(std::marker::PhantomData<T>);

signal! {
    paid(sender) -> usize;
    saved<M: Model>(sender: M, instance: &M) -> usize;
}

static IDS: LazyLock<[SenderId; 2]> = LazyLock::new(Default::default);

/// Anything that can send, or be listened to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Who {
    Shop,
    Till,
    BranchOfShop,
    BranchOfTill,
    Instance(usize),
    Named(&'static str),
}

const NAMES: [&str; 5] = [
    "market",
    "properties.Shop",
    "properties.Branch",
    "properties",
    "Shop",
];

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![
        select(vec![
            Who::Shop,
            Who::Till,
            Who::BranchOfShop,
            Who::BranchOfTill
        ]),
        (0..2_usize).prop_map(Who::Instance),
        select(NAMES.to_vec()).prop_map(Who::Named),
    ]
}

impl Who {
    fn sender(self) -> Sender {
        match self {
            Self::Shop => Sender::of::<Shop>(),
            Self::Till => Sender::of::<Till>(),
            Self::BranchOfShop => Sender::of::<Branch<Shop>>(),
            Self::BranchOfTill => Sender::of::<Branch<Till>>(),
            Self::Instance(index) => Sender::instance(&IDS[index]),
            Self::Named(name) => Sender::named(name),
        }
    }

    /// What a name is compared with.
    fn label(self) -> Option<&'static str> {
        match self {
            Self::Shop => Some("properties.Shop"),
            Self::Till => Some("properties.Till"),
            Self::BranchOfShop | Self::BranchOfTill => Some("properties.Branch"),
            Self::Instance(_) => None,
            Self::Named(name) => Some(name),
        }
    }

    /// Whether who listens to this hears `sender`.
    fn hears(self, sender: Option<Self>) -> bool {
        match (self, sender) {
            (_, None) => false,
            (Self::Named(name), Some(sender)) => sender.label() == Some(name),
            (who, Some(sender)) => who == sender,
        }
    }
}

fn connect(listens_to: &[Who], number: usize) -> Connection {
    let on = listens_to.iter().fold(paid.on(), |on, who| match who {
        // Each in its own way.
        Who::Shop => on.sender::<Shop>(),
        Who::BranchOfShop => on.sender::<Branch<Shop>>(),
        Who::Instance(index) => on.sender_is(&IDS[*index]),
        Who::Named(name) => on.sender_named(name),
        other => on.sender_is(other.sender()),
    });
    let on = on.dispatch_uid(number.to_string());
    on.connect(move |_| number).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_send_reaches_exactly_those_who_listen_to_its_sender(
        mut receivers in vec(vec(who(), 0..4), 0..12),
        // Many that hear everybody are treated in a way of their own.
        crowd in prop_oneof![7 => Just(0), 1 => 60..70_usize],
        senders in vec(prop_oneof![4 => who().prop_map(Some), 1 => Just(None)], 1..6),
    ) {
        let middle = receivers.len() / 2;
        receivers.splice(middle..middle, vec![Vec::new(); crowd]);
        let connections: Vec<Connection> = receivers
            .iter()
            .enumerate()
            .map(|(number, listens_to)| connect(listens_to, number))
            .collect();
        for sender in senders {
            let expected: Vec<usize> = (0..receivers.len())
                .filter(|number| {
                    let listens_to = &receivers[*number];
                    listens_to.is_empty() || listens_to.iter().any(|who| who.hears(sender))
                })
                .collect();
            let by = sender.map_or(Sender::none(), Who::sender);
            let sent = paid.send(Paid { sender: by }).unwrap();
            let called: Vec<usize> = sent.answers().copied().collect();
            prop_assert_eq!(&called, &expected, "by {}", by);
            let uids = expected.iter().map(ToString::to_string);
            let named = sent.into_iter().map(|response| response.receiver.key());
            prop_assert!(named.eq(uids), "by {}", by);
            let robust = paid.send_robust(Paid { sender: by });
            prop_assert_eq!(robust.answers().copied().collect::<Vec<_>>(), called);
            prop_assert_eq!(paid.has_listeners(by), !expected.is_empty());
        }
        drop(connections);
    }
}

#[derive(Debug, Model)]
struct User {
    id: u32,
}

/// With a label of its own.
#[derive(Debug)]
struct Post;

impl Model for Post {
    const LABEL: &'static str = "blog.Post";
    type Instance = Self;
    type Draft = Self;
}

impl ModelView for Post {
    type Of = Self;

    fn pk(&self) -> Option<PrimaryKey> {
        None
    }
}

/// What a receiver of models listens to: types of its own, and labels.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Listens {
    ToUser,
    ToPost,
    To(&'static str),
}

fn listens() -> impl Strategy<Value = Listens> {
    let labels = ["properties.User", "blog.Post", "properties.Post", "User"];
    prop_oneof![
        select(vec![Listens::ToUser, Listens::ToPost]),
        select(labels.to_vec()).prop_map(Listens::To),
    ]
}

proptest! {
    #[test]
    fn a_model_reaches_those_who_listen_to_its_type_or_label(
        receivers in vec(vec(listens(), 0..3), 0..8),
    ) {
        let connections: Vec<Connection> = receivers
            .iter()
            .enumerate()
            .map(|(number, listens)| {
                let on = listens.iter().fold(saved.on(), |on, listens| match listens {
                    Listens::ToUser => on.sender::<User>(),
                    Listens::ToPost => on.sender::<Post>(),
                    Listens::To(label) => on.sender_named(label),
                });
                on.connect(move |_| number).unwrap()
            })
            .collect();
        let user = User { id: 1 };
        let models: [(&dyn AnyModel, Listens, &str); 2] = [
            (&user, Listens::ToUser, "properties.User"),
            (&Post, Listens::ToPost, "blog.Post"),
        ];
        for (instance, own, label) in models {
            let expected: Vec<usize> = (0..receivers.len())
                .filter(|number| {
                    let to = &receivers[*number];
                    to.is_empty() || to.contains(&own) || to.contains(&Listens::To(label))
                })
                .collect();
            let called: Vec<usize> = saved.send(Saved { instance }).unwrap().into_answers().collect();
            prop_assert_eq!(called, expected, "by {}", label);
        }
        drop(connections);
    }
}
