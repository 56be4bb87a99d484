//! What surrounds a piece of running code: states of its own, a transaction, a test.
//!
//! # What is a scope?
//!
//! Code that sends a signal hands over the signal's arguments and nothing else. But there is more
//! that its receivers should see: the transaction they run in, the mailer that a test put in place
//! of the real one. That is the scope. It belongs to the thread, and to a future where one has its
//! own: it is put in place for each poll and taken away behind it, whatever thread polls.
//!
//! A thread begins without a scope. [`state::scoped`](crate::state::scoped),
//! [`transaction`](crate::transaction) and [`testing`](crate::testing) add to the scope of where
//! they are called, each for as long as its guard lives. Guards may be dropped in any order, and
//! during a panic.
//!
//! A new thread and a spawned task begin without one too. They get that of who starts them when
//! asked:
//!
//! ```
//! use signals_core::{Scope, in_current_scope, state};
//!
//! struct Mailer { host: &'static str }
//!
//! let _for_this_test = state::scoped(Mailer { host: "test" });
//!
//! let scope = Scope::current();
//! let host = std::thread::spawn(|| scope.run(|| state::get::<Mailer>().map(|mailer| mailer.host)));
//! assert_eq!(host.join().unwrap(), Some("test"));
//!
//! let task = in_current_scope(async { state::get::<Mailer>().is_some() });
//! # let _ = task;
//! // tokio::spawn(task)
//! ```
//!
//! A future that keeps guards of its own over an `.await` has to be in a scope of its own:
//! `in_current_scope(async { let paid = testing::capture(&order_paid); … })`. Else they are its
//! thread's, and any other task that runs there sees them. A `#[tokio::test]` is alone on its
//! thread; what it spawns is not.

use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};

use crate::transaction::Unit;
use crate::watch::Rule;

thread_local! {
    static CURRENT: RefCell<Option<Arc<Node>>> = const { RefCell::new(None) };
    /// How many scopes are in place, one within the other, that are not the thread's own.
    static IN_PLACE: Cell<u32> = const { Cell::new(0) };
}

/// One thing in a scope, and what is around it.
struct Node {
    layer: Layer,
    parent: Option<Arc<Node>>,
    /// Its guard was dropped. It stays where it is for those inside of it.
    has_ended: AtomicBool,
}

/// What a scope is made of.
#[derive(Clone)]
pub(crate) enum Layer {
    State(TypeId, Arc<dyn Any + Send + Sync>),
    /// A transaction; `None`: outside of any.
    Transaction(Option<Arc<Unit>>),
    Rule(Arc<Rule>),
}

/// The scope of some place: states, transaction, test. Cheap to clone; may go to other threads.
///
/// It is what was there when it was taken. What a guard added ends with the guard, here too; what
/// [`with_state`](Self::with_state) added stays.
///
/// See [`scope`](crate::scope).
#[derive(Clone, Default)]
pub struct Scope(Option<Arc<Node>>);

impl Scope {
    /// The scope of this thread, or of the future that is being polled.
    pub fn current() -> Self {
        // Nothing is in place any more while the thread ends.
        let current = CURRENT.try_with(|current| current.borrow().clone());
        Self(current.ok().flatten())
    }

    /// Where nothing surrounds anything.
    pub const fn none() -> Self {
        Self(None)
    }

    /// This scope, with a value for `#[state] value: &T`.
    #[must_use]
    pub fn with_state<T: Send + Sync + 'static>(self, value: T) -> Self {
        crate::state::are_scoped();
        self.with(Layer::State(TypeId::of::<T>(), Arc::new(value)))
    }

    pub(crate) fn with(self, layer: Layer) -> Self {
        Self(Some(Node::new(layer, self.0)))
    }

    /// Runs `f` in this scope.
    pub fn run<R>(self, f: impl FnOnce() -> R) -> R {
        let mut scope = self;
        let _swapped = Swapped::new(&mut scope);
        f()
    }

    /// Polls `future` in this scope, from its first poll to its last, and drops it there.
    ///
    /// What the future adds to its scope stays with the future.
    pub fn run_async<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        let unpolled = Unpolled {
            scope: self,
            future: Some(future),
        };
        async move {
            let (scope, future) = unpolled.begin();
            let future = pin!(future);
            let mut inside = Inside { scope, future };
            poll_fn(|cx| inside.poll(cx)).await
        }
    }

    /// The first thing that `f` finds, from inside to outside.
    pub(crate) fn find<T>(&self, f: impl FnMut(&Layer) -> Option<T>) -> Option<T> {
        Node::find(self.0.as_ref(), f)
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut layers = f.debug_list();
        self.find(|layer| {
            layers.entry(&match layer {
                Layer::State(..) => "state",
                Layer::Transaction(_) => "transaction",
                Layer::Rule(_) => "test",
            });
            None::<()>
        });
        layers.finish()
    }
}

/// A future that is dropped in its scope, if it is before it begins.
struct Unpolled<F> {
    scope: Scope,
    future: Option<F>,
}

impl<F> Unpolled<F> {
    fn begin(mut self) -> (Scope, Option<F>) {
        (std::mem::take(&mut self.scope), self.future.take())
    }
}

impl<F> Drop for Unpolled<F> {
    fn drop(&mut self) {
        if self.future.is_some() {
            let _swapped = Swapped::new(&mut self.scope);
            self.future = None;
        }
    }
}

/// A future in its scope; also while it is dropped.
struct Inside<'p, F: Future> {
    scope: Scope,
    future: Pin<&'p mut Option<F>>,
}

impl<F: Future> Inside<'_, F> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<F::Output> {
        let _swapped = Swapped::new(&mut self.scope);
        match self.future.as_mut().as_pin_mut() {
            Some(future) => future.poll(cx),
            None => unreachable!("it is there until this is dropped"),
        }
    }
}

impl<F: Future> Drop for Inside<'_, F> {
    fn drop(&mut self) {
        let _swapped = Swapped::new(&mut self.scope);
        self.future.set(None);
    }
}

/// The future, in the scope of where this is called.
///
/// ```
/// # use signals_core::in_current_scope;
/// # async fn send_the_mails() {}
/// # fn spawn<F: Future + Send + 'static>(_: F) {}
/// spawn(in_current_scope(async {
///     send_the_mails().await;
/// }));
/// ```
pub fn in_current_scope<F: Future>(future: F) -> impl Future<Output = F::Output> {
    Scope::current().run_async(future)
}

/// The first thing that `f` finds in the current scope, from inside to outside. `f` must not come
/// back here.
pub(crate) fn find<T>(f: impl FnMut(&Layer) -> Option<T>) -> Option<T> {
    let found = CURRENT.try_with(|current| Node::find(current.borrow().as_ref(), f));
    found.ok().flatten()
}

/// Adds to the current scope, until the guard is dropped.
pub(crate) fn push(layer: Layer) -> Pushed {
    let mut ended = Vec::new();
    let node = CURRENT.try_with(|current| {
        let mut current = current.borrow_mut();
        take_ended(&mut current, &mut ended);
        let node = Node::new(layer, current.take());
        *current = Some(Arc::clone(&node));
        node
    });
    Pushed(node.map_or_else(|_| Weak::new(), |node| Arc::downgrade(&node)))
}

/// Something is in the scope it was added to, until this is dropped, or the scope is.
pub(crate) struct Pushed(Weak<Node>);

impl Drop for Pushed {
    fn drop(&mut self) {
        let Some(node) = self.0.upgrade() else {
            return;
        };
        node.has_ended.store(true, Ordering::Release);
        let mut ended = Vec::new();
        let _ = CURRENT.try_with(|current| take_ended(&mut current.borrow_mut(), &mut ended));
        drop(node);
    }
}

/// What ended, and is on top of where this is called, goes. What it holds is dropped by the caller,
/// when the scope is not borrowed any more: its destructor may come back here.
fn take_ended(current: &mut Option<Arc<Node>>, ended: &mut Vec<Arc<Node>>) {
    while let Some(top) = current.take_if(|top| top.has_ended()) {
        current.clone_from(&top.parent);
        ended.push(top);
    }
}

impl Node {
    fn new(layer: Layer, parent: Option<Arc<Self>>) -> Arc<Self> {
        Arc::new(Self {
            layer,
            parent,
            has_ended: AtomicBool::new(false),
        })
    }

    fn has_ended(&self) -> bool {
        self.has_ended.load(Ordering::Acquire)
    }

    fn find<T>(from: Option<&Arc<Self>>, mut f: impl FnMut(&Layer) -> Option<T>) -> Option<T> {
        let nodes = std::iter::successors(from, |node| node.parent.as_ref());
        let mut layers = nodes.filter(|node| !node.has_ended());
        layers.find_map(|node| f(&node.layer))
    }
}

impl Drop for Node {
    /// One after another: a destructor within a destructor, for each of thousands, overflows the
    /// stack.
    fn drop(&mut self) {
        let mut next = self.parent.take();
        while let Some(mut node) = next.and_then(Arc::into_inner) {
            next = node.parent.take();
        }
    }
}

/// Whether the current scope is another one than the thread's own.
#[cfg(feature = "tokio")]
pub(crate) fn is_own() -> bool {
    IN_PLACE.get() > 0
}

/// The current scope is another one, until this is dropped.
struct Swapped<'s>(&'s mut Scope);

impl<'s> Swapped<'s> {
    fn new(scope: &'s mut Scope) -> Self {
        Self::swap(scope);
        IN_PLACE.set(IN_PLACE.get() + 1);
        Self(scope)
    }

    fn swap(scope: &mut Scope) {
        let _ =
            CURRENT.try_with(|current| std::mem::swap(&mut *current.borrow_mut(), &mut scope.0));
    }
}

impl Drop for Swapped<'_> {
    fn drop(&mut self) {
        IN_PLACE.set(IN_PLACE.get() - 1);
        Self::swap(self.0);
    }
}
