//! Threads: who has a scope, and what happens when one ends.

use std::cell::RefCell;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread;

use signals_core::state::ScopedState;
use signals_core::transaction::{self, Transaction};
use signals_core::{Scope, receiver, signal, state};
use signals_tests::Journal;

use super::{Layer, assert_clean, innermost};

#[test]
fn a_thread_begins_without_a_scope_and_gets_one_when_asked() {
    let _mine = state::scoped(Layer(1));
    thread::spawn(assert_clean).join().unwrap();
    let scope = Scope::current();
    let thread = thread::spawn(move || {
        let there = scope.run(|| {
            let _theirs = state::scoped(Layer(2));
            innermost()
        });
        assert_clean();
        there
    });
    assert_eq!(thread.join().unwrap(), Some(2));
    assert_eq!(innermost(), Some(1));
}

#[test]
fn a_guard_that_is_dropped_on_another_thread_ends_where_it_was_made() {
    let one = state::scoped(Layer(1));
    let two = state::scoped(Layer(2));
    let scope = Scope::current();
    thread::spawn(move || drop(two)).join().unwrap();
    assert_eq!(innermost(), Some(1));
    thread::spawn(move || {
        let _theirs = state::scoped(Layer(3));
        drop(one);
        assert_eq!(innermost(), Some(3));
    })
    .join()
    .unwrap();
    assert_clean();
    scope.run(assert_clean);
}

#[test]
fn a_guard_ends_for_those_who_run_its_scope_elsewhere() {
    let guard = state::scoped(Layer(1));
    let scope = Scope::current();
    let (go_on, wait) = mpsc::channel::<()>();
    let (seen, see) = mpsc::channel();
    let thread = thread::spawn(move || {
        scope.run(|| {
            seen.send(innermost()).unwrap();
            wait.recv().unwrap();
            innermost()
        })
    });
    assert_eq!(see.recv().unwrap(), Some(1));
    drop(guard);
    go_on.send(()).unwrap();
    assert_eq!(thread.join().unwrap(), None);
}

signal! {
    farewell(journal: &Arc<Journal>);
}

#[receiver(farewell)]
fn hears(journal: &Journal) {
    journal.note("hears");
}

#[receiver(farewell, on_commit)]
#[receiver(farewell, on_rollback)]
fn hears_the_end(journal: &Arc<Journal>) {
    journal.note("hears the end");
}

/// Uses everything while its thread ends.
struct AtExit {
    journal: Arc<Journal>,
    guard: Option<ScopedState>,
    transaction: Option<Transaction>,
    scope: Scope,
}

impl Drop for AtExit {
    fn drop(&mut self) {
        let journal = &self.journal;
        let send = || farewell.send(Farewell { journal }).unwrap();
        drop(self.guard.take());
        send();
        farewell.send_robust(Farewell { journal });
        drop(state::scoped(Layer(2)));
        self.scope.clone().run(send);
        drop(self.transaction.take());
        let scoped = transaction::scope(|| {
            send();
            Ok::<_, signals_core::SendError>(())
        });
        scoped.unwrap();
        signals_tests::block_on(signals_core::in_current_scope(async {
            farewell.send_async(Farewell { journal }).await.unwrap();
        }));
        journal.note("done");
    }
}

thread_local! {
    static BEFORE: RefCell<Option<AtExit>> = const { RefCell::new(None) };
    static AFTER: RefCell<Option<AtExit>> = const { RefCell::new(None) };
}

#[test]
fn destructors_of_a_thread_that_ends_may_use_all_of_it() {
    let journal = Arc::new(Journal::new());
    let shared = Arc::clone(&journal);
    thread::spawn(move || {
        let at_exit = || {
            let guard = state::scoped(Layer(1));
            let transaction = Transaction::begin();
            transaction.scope().run(|| {
                let journal = &shared;
                farewell.send(Farewell { journal }).unwrap();
            });
            AtExit {
                journal: Arc::clone(&shared),
                guard: Some(guard),
                transaction: Some(transaction),
                scope: Scope::current(),
            }
        };
        // One is made before the scope's own thread-local, and one after it.
        BEFORE.with(|_| ());
        let value = at_exit();
        BEFORE.set(Some(value));
        AFTER.set(Some(at_exit()));
    })
    .join()
    .unwrap();
    let lines = journal.take();
    let count = |line: &str| lines.iter().filter(|other| *other == line).count();
    assert_eq!(count("done"), 2, "{lines:?}");
    // Each: one in the transaction, five at the end.
    assert_eq!(count("hears"), 2 * 6, "{lines:?}");
    // Each hears of the end of each, but where there was none.
    assert_eq!(count("hears the end"), 2 * 6, "{lines:?}");
}

#[test]
fn a_hundred_threads_at_once_do_not_see_each_other() {
    let shared = state::scoped(Layer(1000));
    let scope = Scope::current();
    let barrier = std::sync::Barrier::new(100);
    let seen = Mutex::new(Vec::new());
    thread::scope(|threads| {
        for number in 0..100 {
            let (scope, barrier, seen) = (scope.clone(), &barrier, &seen);
            threads.spawn(move || {
                barrier.wait();
                for _ in 0..100 {
                    let own = state::scoped(Layer(number));
                    assert_eq!(innermost(), Some(number));
                    scope.clone().run(|| {
                        assert_eq!(innermost(), Some(1000));
                        let _inner = state::scoped(Layer(number + 2000));
                        assert_eq!(innermost(), Some(number + 2000));
                    });
                    assert_eq!(innermost(), Some(number));
                    drop(own);
                    assert_clean();
                }
                seen.lock().unwrap().push(number);
            });
        }
    });
    assert_eq!(seen.into_inner().unwrap().len(), 100);
    drop(shared);
    assert_clean();
}
