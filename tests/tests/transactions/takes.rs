//! What a receiver that waits is given: conditions, senders, clones, state.

use std::cell::Cell;
use std::sync::Arc;

use signals_core::transaction::{self, Transaction};
use signals_core::{
    AnyModel, Model, Scope, SendError, Sender, SignalInfo, receiver, signal, state,
};
use signals_tests::ways::{Way, ways};
use signals_tests::{Journal, block_on};

#[derive(Debug, Clone, Model)]
struct User {
    id: u32,
    name: String,
}

#[derive(Debug, Model)]
struct Post {
    id: u32,
}

signal! {
    saved<M: Model>(sender: M, instance: &M, created: bool, journal: &Arc<Journal>);
    saving<M: Model>(sender: M, instance: &mut M, journal: &Arc<Journal>);
}

fn user(id: u32) -> User {
    User {
        id,
        name: format!("user {id}"),
    }
}

#[receiver(saved, sender = User, on_commit)]
fn of_users(instance: &User, created: bool, journal: &Arc<Journal>) {
    journal.note(format!("{} {created}", instance.name));
}

#[receiver(saved, sender = [User, Post], on_commit)]
async fn of_both(sender: Sender, signal: &SignalInfo, journal: &Arc<Journal>) {
    assert!(signal.name().ends_with("takes::saved"));
    let is_user = sender.is::<User>();
    journal.note(if is_user { "a user" } else { "a post" });
}

#[receiver(saved, sender = User, when = |created: bool| created, on_commit)]
fn of_new_users(instance: &User, journal: &Arc<Journal>) {
    journal.note(format!("{} is new", instance.name));
}

#[test]
fn on_commit_receivers_of_a_sender_get_clones_of_its_type() {
    let ways: [Way<saved>; 8] = ways();
    for way in ways {
        let journal = &Arc::new(Journal::new());
        transaction::scope(|| {
            let mut instance = user(1);
            let send = |instance: &dyn AnyModel, created| {
                (way.send)(
                    &saved,
                    Saved {
                        instance,
                        created,
                        journal,
                    },
                );
            };
            send(&instance, true);
            instance.name.clear();
            send(&instance, false);
            // `Post` cannot be cloned; nobody asks for it.
            let post = Post { id: 2 };
            assert_eq!(post.id, 2);
            send(&post, true);
            Ok::<_, SendError>(())
        })
        .unwrap();
        let mut lines = journal.take();
        // A concurrent send leaves its async receivers last.
        lines.sort_unstable();
        let expected = [
            " false",
            "a post",
            "a user",
            "a user",
            "user 1 is new",
            "user 1 true",
        ];
        assert_eq!(lines, expected, "{}", way.name);
    }
}

#[receiver(saving, sender = User)]
fn renames(instance: &mut User) {
    instance.name.push('!');
}

#[receiver(saving, sender = User, on_commit, priority = 1)]
fn before_it_was_renamed(instance: &User, journal: &Arc<Journal>) {
    journal.note(format!("before: {}", instance.name));
}

#[receiver(saving, sender = User, on_commit, priority = -1)]
async fn after_it_was_renamed(instance: &User, journal: &Arc<Journal>) {
    journal.note(format!("after: {}", instance.name));
}

#[test]
fn on_commit_receivers_of_a_draft_get_it_as_it_was_when_it_was_their_turn() {
    let journal = &Arc::new(Journal::new());
    let instance = &mut user(1);
    transaction::scope(|| saving.send(Saving { instance, journal })).unwrap();
    assert_eq!(journal.take(), ["before: user 1", "after: user 1!"]);
    let instance = &mut user(2);
    block_on(transaction::scope_async(async {
        saving.send_async(Saving { instance, journal }).await?;
        instance.name.clear();
        Ok::<_, SendError>(())
    }))
    .unwrap();
    assert_eq!(journal.take(), ["before: user 2", "after: user 2!"]);
}

thread_local! {
    static IS_ASKED: Cell<u32> = const { Cell::new(0) };
}

#[test]
fn when_is_asked_by_the_send_and_only_then() {
    signal! {
        priced(total: u32, journal: &Arc<Journal>);
    }

    #[receiver(priced, on_commit, when = |total: u32| {
        IS_ASKED.set(IS_ASKED.get() + 1);
        total > 5
    })]
    fn dear(total: u32, journal: &Arc<Journal>) {
        journal.note(format!("dear: {total}"));
    }

    let journal = &Arc::new(Journal::new());
    transaction::scope(|| {
        for total in [4, 6] {
            priced.send(Priced { total, journal })?;
        }
        assert_eq!(IS_ASKED.get(), 2);
        Ok::<_, SendError>(())
    })
    .unwrap();
    assert_eq!(IS_ASKED.get(), 2);
    assert_eq!(journal.take(), ["dear: 6"]);
}

#[test]
fn each_kind_of_argument_is_kept_as_its_owned_form() {
    signal! {
        sorts(
            text: &str, list: &[u8], text_or_none: Option<&str>, none: Option<&String>, number: i64,
            pair: &(u8, String), journal: &Arc<Journal>
        );
    }

    #[receiver(sorts, on_commit)]
    fn keeps(
        list: &[u8],
        text: &str,
        number: i64,
        text_or_none: Option<&str>,
        none: Option<&String>,
        pair: &(u8, String),
        journal: &Shared,
    ) {
        let line = format!("{text} {list:?} {number} {text_or_none:?} {none:?} {pair:?}");
        journal.note(line);
    }
    type Shared = Arc<Journal>;

    let journal = &Arc::new(Journal::new());
    transaction::scope(|| {
        let text = &"text".to_owned();
        sorts.send(Sorts {
            text,
            list: &[1, 2],
            text_or_none: Some(text),
            none: None,
            number: -1,
            pair: &(3, text.clone()),
            journal,
        })
    })
    .unwrap();
    assert_eq!(
        journal.take(),
        [r#"text [1, 2] -1 Some("text") None (3, "text")"#]
    );
}

struct Host(&'static str);

signal! {
    mailed(journal: &Arc<Journal>);
}

#[receiver(mailed, on_commit)]
fn mails(#[state] host: &Host, journal: &Arc<Journal>) {
    journal.note(host.0);
}

#[receiver(mailed, on_rollback)]
async fn says_so(#[state] host: &Host, journal: &Arc<Journal>) {
    journal.note(format!("not {}", host.0));
}

#[test]
fn state_is_looked_up_when_the_receiver_runs() {
    let journal = &Arc::new(Journal::new());
    let transaction = Transaction::begin();
    let at_send = state::scoped(Host("at the send"));
    let send = || mailed.send(Mailed { journal }).map(|sent| sent.count());
    assert_eq!(transaction.scope().run(send).unwrap(), 0);
    drop(at_send);
    let at_commit = state::scoped(Host("at the commit"));
    transaction.committed().unwrap();
    assert_eq!(journal.take(), ["at the commit"]);
    drop(at_commit);

    let missing = transaction::scope(send).unwrap();
    assert!(
        missing.errors[0]
            .downcast_ref::<state::MissingState>()
            .is_some()
    );

    let own = Scope::none().with_state(Host("of the future"));
    let committed = own.run_async(transaction::scope_async(async { send() }));
    assert!(block_on(committed).unwrap().errors.is_empty());
    assert_eq!(journal.take(), ["of the future"]);
}

#[test]
fn state_is_that_of_where_a_transaction_is_rolled_back_or_dropped() {
    let journal = &Arc::new(Journal::new());
    let send = || mailed.send(Mailed { journal });
    let scope = Scope::none().with_state(Host("here"));
    for end in [
        |transaction: Transaction| transaction.rolled_back().unwrap(),
        |transaction: Transaction| block_on(transaction.rolled_back_async()).unwrap(),
    ] {
        let transaction = Transaction::begin();
        transaction.scope().run(send).unwrap();
        scope.clone().run(|| end(transaction));
        assert_eq!(journal.take(), ["not here"]);
    }
}
