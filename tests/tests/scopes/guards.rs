//! Guards on one thread: nested, in any order, during a panic, by the thousand.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::collection::vec;
use proptest::prelude::{any, prop_assert_eq, proptest};
use signals_core::{Scope, state};

use super::{Layer, assert_clean, innermost};

#[test]
fn the_innermost_state_counts_until_its_guard_is_dropped() {
    assert_clean();
    let outer = state::scoped(Layer(1));
    {
        let _inner = state::scoped(Layer(2));
        let _other = state::scoped("another type");
        assert_eq!(innermost(), Some(2));
        assert_eq!(
            format!("{:?}", Scope::current()),
            r#"["state", "state", "state"]"#
        );
    }
    assert_eq!(innermost(), Some(1));
    drop(outer);
    assert_clean();
}

#[test]
fn guards_may_be_dropped_in_any_order() {
    let one = state::scoped(Layer(1));
    let two = state::scoped(Layer(2));
    let three = state::scoped(Layer(3));
    drop(two);
    assert_eq!(innermost(), Some(3));
    drop(three);
    assert_eq!(innermost(), Some(1));
    let four = state::scoped(Layer(4));
    drop(one);
    assert_eq!(innermost(), Some(4));
    drop(four);
    assert_clean();
}

#[test]
fn a_panic_takes_guards_back() {
    let _outer = state::scoped(Layer(1));
    let panics = || {
        let _inner = state::scoped(Layer(2));
        Scope::none().with_state(Layer(3)).run(|| {
            let _innermost = state::scoped(Layer(4));
            assert_eq!(innermost(), Some(4));
            std::panic::resume_unwind(Box::new(()));
        });
    };
    catch_unwind(AssertUnwindSafe(panics)).unwrap_err();
    assert_eq!(innermost(), Some(1));
}

#[test]
fn a_state_that_was_taken_out_outlives_its_guard() {
    let guard = state::scoped(Layer(1));
    let layer = state::get::<Layer>().unwrap();
    drop(guard);
    assert_eq!(*layer, Layer(1));
    assert_clean();
}

#[test]
fn run_is_another_scope_and_guards_stay_where_they_were_made() {
    let outer = state::scoped(Layer(1));
    let kept = Scope::none().with_state(Layer(2)).run(|| {
        assert_eq!(innermost(), Some(2));
        let kept = state::scoped(Layer(3));
        Scope::none().run(|| assert_eq!(innermost(), None));
        assert_eq!(innermost(), Some(3));
        kept
    });
    assert_eq!(innermost(), Some(1));
    drop(kept);
    assert_eq!(innermost(), Some(1));
    // A guard of outside, dropped inside.
    let scope = Scope::current();
    Scope::none().run(|| drop(outer));
    assert_clean();
    scope.run(assert_clean);
}

#[test]
fn a_scope_can_be_run_many_times() {
    let guard = state::scoped(Layer(1));
    let scope = Scope::current().with_state(Layer(2));
    drop(guard);
    assert_clean();
    for _ in 0..3 {
        scope.clone().run(|| {
            assert_eq!(innermost(), Some(2));
            let _inner = state::scoped(Layer(3));
            let again = scope.clone();
            again.run(|| assert_eq!(innermost(), Some(2)));
            assert_eq!(innermost(), Some(3));
        });
    }
    assert_clean();
}

#[test]
fn what_a_guard_held_is_dropped_with_it_or_with_those_inside() {
    let held = Arc::new(());
    let one = state::scoped(Arc::clone(&held));
    let two = state::scoped(Layer(2));
    drop(one);
    drop(two);
    assert_eq!(Arc::strong_count(&held), 1);

    // Dropped elsewhere, it goes with the next guard.
    let guard = state::scoped(Arc::clone(&held));
    Scope::none().run(|| drop(guard));
    let _next = state::scoped(Layer(3));
    assert_eq!(Arc::strong_count(&held), 1);
}

/// A state whose destructor uses what it is dropped from.
struct Nosy(Arc<AtomicUsize>);

impl Drop for Nosy {
    fn drop(&mut self) {
        let _guard = state::scoped(Layer(9));
        assert_eq!(innermost(), Some(9));
        Scope::none().run(assert_clean);
        self.0.fetch_add(1, Ordering::Relaxed);
        drop(Scope::current());
    }
}

#[test]
fn destructors_of_states_may_come_back() {
    let count = Arc::new(AtomicUsize::new(0));
    let nosy = || Nosy(Arc::clone(&count));
    let one = state::scoped(nosy());
    let two = state::scoped(nosy());
    drop(one);
    drop(two);
    drop(state::scoped(nosy()));
    Scope::none()
        .with_state(nosy())
        .run(|| drop(state::scoped(nosy())));
    let guards: Vec<_> = (0..100).map(|_| state::scoped(nosy())).collect();
    drop(guards);
    assert_eq!(count.load(Ordering::Relaxed), 105);
    assert_clean();
}

#[test]
fn thousands_of_guards_do_not_overflow_the_stack() {
    const MANY: u32 = 100_000;
    // Outermost first: all end with the last.
    let guards: Vec<_> = (0..MANY)
        .map(|number| state::scoped(Layer(number)))
        .collect();
    assert_eq!(innermost(), Some(MANY - 1));
    drop(guards);
    assert_clean();
    // Innermost first.
    let mut guards: Vec<_> = (0..MANY)
        .map(|number| state::scoped(Layer(number)))
        .collect();
    while let Some(guard) = guards.pop() {
        drop(guard);
    }
    assert_clean();
    // As a scope that nobody runs.
    let mut scope = Scope::none();
    for number in 0..MANY {
        scope = scope.with_state(Layer(number));
    }
    let clone = scope.clone();
    drop(scope);
    assert_eq!(clone.run(innermost), Some(MANY - 1));
    // Left to the thread.
    let thread = std::thread::spawn(|| {
        for number in 0..MANY {
            std::mem::forget(state::scoped(Layer(number)));
        }
        innermost()
    });
    assert_eq!(thread.join().unwrap(), Some(MANY - 1));
}

proptest! {
    /// `true`: one more guard. Else one of those that are left is dropped.
    #[test]
    fn the_innermost_that_is_left_counts(steps in vec((any::<bool>(), any::<usize>()), 0..60)) {
        let mut guards = Vec::new();
        let mut next = 0;
        for (adds, which) in steps {
            if adds || guards.is_empty() {
                guards.push((next, state::scoped(Layer(next))));
                next += 1;
            } else {
                drop(guards.remove(which % guards.len()));
            }
            prop_assert_eq!(innermost(), guards.last().map(|(number, _)| *number));
        }
        drop(guards);
        assert_clean();
    }
}
