//! What a sender of `m2m_changed` sends, and what a receiver can do about it.

use std::collections::BTreeSet;

use signals_builtin::models::{M2mAction, M2mChanged, m2m_changed};
use signals_core::{AnyModel, Model, PrimaryKey, Sender, receiver, testing};

use crate::support::{Car, Person, person};

#[derive(Debug, Model)]
struct Ownership {
    id: i64,
}

#[receiver(m2m_changed, sender = Ownership)]
fn car_7_is_not_for_sale(
    action: M2mAction,
    instance: &dyn AnyModel,
    pk_set: &mut BTreeSet<PrimaryKey>,
) {
    if action == M2mAction::PreAdd && instance.is::<Person>() {
        pk_set.remove(&7.into());
    }
}

#[test]
fn a_receiver_before_may_take_keys_out() {
    let sent = testing::capture(&m2m_changed);
    let mut keys: BTreeSet<PrimaryKey> = [3.into(), 7.into()].into();
    for action in [M2mAction::PreAdd, M2mAction::PostAdd] {
        m2m_changed
            .send(M2mChanged {
                sender: Sender::model::<Ownership>(),
                action,
                instance: &person("ada"),
                reverse: false,
                model: Sender::model::<Car>(),
                pk_set: &mut keys,
                using: "default",
                raw: false,
            })
            .unwrap();
        assert_eq!(keys, [3.into()].into());
    }
    assert_eq!(sent.count(), 2);
}

#[test]
fn the_six_actions_have_djangos_words() {
    let actions = [
        M2mAction::PreAdd,
        M2mAction::PostAdd,
        M2mAction::PreRemove,
        M2mAction::PostRemove,
        M2mAction::PreClear,
        M2mAction::PostClear,
    ];
    assert_eq!(
        actions.map(M2mAction::as_str),
        [
            "pre_add",
            "post_add",
            "pre_remove",
            "post_remove",
            "pre_clear",
            "post_clear"
        ]
    );
    for action in actions {
        assert_eq!(action.is_pre(), action.as_str().starts_with("pre_"));
        assert_ne!(action.is_pre(), action.is_post());
        assert_eq!(format!("{action:>11}").len(), 11);
    }
}
