//! What is sent.
//!
//! # What is a signal?
//!
//! Something that happened, or is about to, announced by code that does not know who cares. It is
//! declared once with [`signal!`](crate::signal!), which makes two things of `order_paid`: the
//! static `order_paid`, a [`Signal`] to send and to listen to, and the struct `OrderPaid`, what is
//! sent.
//!
//! Sending is a plain function call of each receiver, in a defined order, on the caller's thread.
//! Nothing is queued, copied or moved to another thread.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::Context;

use crate::catalog::CatalogSignal;
use crate::check::Finding;
use crate::error::BoxError;
use crate::receiver::{Receiver, ReceiverRef, Started};
use crate::registry::Registry;
use crate::responses::{Plain, Robust};
use crate::scope::{self, Layer};
use crate::sender::Sender;

/// A boxed future that may move between threads.
pub type BoxFuture<'f, T> = Pin<Box<dyn Future<Output = T> + Send + 'f>>;

/// A declared signal. Always a `static`, made by [`signal!`](crate::signal!).
///
/// | to | call |
/// |---|---|
/// | send, stopping at the first error | [`send`](Self::send), [`send_async`](Self::send_async) |
/// | send to every receiver, errors as results | [`send_robust`](Self::send_robust), [`send_robust_async`](Self::send_robust_async) |
/// | await all async receivers at once | [`concurrent`](Self::concurrent) |
/// | take answers as they come | [`pull`](Self::pull) |
/// | listen while the program runs | [`connect`](Self::connect), [`on`](Self::on) |
pub struct Signal<S: Spec> {
    pub(crate) registry: Registry<S>,
}

impl<S: Spec> Signal<S> {
    #[doc(hidden)]
    pub const fn new() -> Self {
        Self {
            registry: Registry::new(),
        }
    }

    /// What was declared.
    pub fn info(&self) -> &'static SignalInfo {
        S::INFO
    }

    /// Every receiver, in the order in which they run when all of them are called.
    pub fn receivers(&'static self) -> Vec<ReceiverRef> {
        self.registry.snapshot().table().receivers()
    }

    /// The receivers that a send by `sender` would find, in running order. Conditions (`when =`) are
    /// not asked.
    pub fn receivers_of(&'static self, sender: Sender) -> Vec<ReceiverRef> {
        let snapshot = self.registry.snapshot();
        let table = snapshot.table();
        let slots = table.select(sender).slots();
        let slots = slots.filter(|&slot| table.is_there(slot));
        slots.map(|slot| table.receiver(slot).clone()).collect()
    }

    /// Whether a send by `sender` would find a receiver. Conditions (`when =`) are not asked.
    ///
    /// `Sender::none()` asks about the receivers that listen to everybody.
    pub fn has_listeners(&'static self, sender: Sender) -> bool {
        if self.registry.is_empty() {
            return false;
        }
        let snapshot = self.registry.snapshot();
        let table = snapshot.table();
        let mut slots = table.select(sender).slots();
        slots.any(|slot| table.is_there(slot))
    }

    /// Whether a test [captures](crate::testing::capture) what is sent here, in the current scope.
    ///
    /// With [`has_listeners`](Self::has_listeners), for code that would load something only to send
    /// it. One load where no test runs.
    ///
    /// ```
    /// use signals_core::{signal, testing};
    ///
    /// signal! {
    ///     pub page_deleted(name: &str);
    /// }
    ///
    /// assert!(!page_deleted.is_captured());
    /// let deleted = testing::capture(&page_deleted);
    /// assert!(page_deleted.is_captured());
    /// std::thread::spawn(|| assert!(!page_deleted.is_captured())).join().unwrap();
    /// drop(deleted);
    /// assert!(!page_deleted.is_captured());
    /// ```
    pub fn is_captured(&'static self) -> bool {
        let captures = |layer: &Layer| match layer {
            Layer::Rule(rule) => rule.captures::<S>().then_some(()),
            _ => None,
        };
        self.registry.is_watched() && scope::find(captures).is_some()
    }

    /// Whether a send, whoever it is by, does nothing for sure: nobody listens, and no test
    /// [captures](crate::testing::capture) it. One load.
    ///
    /// For code that would have to find out first what it sends. May be false before the first send.
    ///
    /// ```
    /// use signals_core::{Sender, signal, testing};
    ///
    /// signal! {
    ///     pub page_rendered(name: &str);
    /// }
    ///
    /// page_rendered.send(PageRendered { name: "home" })?;
    /// assert!(page_rendered.is_idle());
    ///
    /// let _rendered = testing::capture(&page_rendered);
    /// assert!(!page_rendered.is_idle());
    /// assert!(!page_rendered.has_listeners(Sender::none()), "a test is no receiver");
    /// # Ok::<(), signals_core::SendError>(())
    /// ```
    #[inline]
    pub fn is_idle(&'static self) -> bool {
        self.registry.is_empty()
    }
}

impl<S: Spec> fmt::Debug for Signal<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signal({})", S::INFO)
    }
}

/// What [`signal!`](crate::signal!) says about a signal to the rest of the library.
///
/// Bound on it to write code for any signal; implementing it is the macro's business.
///
/// ```
/// use signals_core::{Signal, Spec};
///
/// fn listeners<S: Spec>(signal: &'static Signal<S>) -> usize {
///     signal.receivers().len()
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a signal",
    label = "a signal is what `signal!` declares"
)]
pub trait Spec: inventory::Collect + Send + Sized {
    /// The payload.
    type Args<'a>: fmt::Debug + Send + Sync;
    /// What each receiver answers.
    type Answer: Send + 'static;
    /// What a send returns.
    type Responses: Plain<Self::Answer>;
    /// What a robust send returns.
    type RobustResponses: Robust<Self::Answer>;

    /// The signal itself. What is no signal has none, which is one error for all uses of it.
    #[doc(hidden)]
    type Itself: Spec;
    #[doc(hidden)]
    type Fn: Copy + Send + Sync + 'static;
    #[doc(hidden)]
    type AsyncFn: Copy + Send + Sync + 'static;
    #[doc(hidden)]
    const INFO: &'static SignalInfo;
    #[doc(hidden)]
    fn receiver(&self) -> &Receiver<Self>;
    #[doc(hidden)]
    fn sender(args: &Self::Args<'_>) -> Sender;
    #[doc(hidden)]
    fn call(f: Self::Fn, args: &mut Self::Args<'_>) -> Result<Self::Answer, BoxError>;
    #[doc(hidden)]
    fn start<'b>(
        f: Self::AsyncFn,
        args: &'b mut Self::Args<'_>,
        cx: Option<&mut Context<'_>>,
    ) -> Started<'b, Result<Self::Answer, BoxError>>;
}

/// A signal none of whose arguments is `&mut`, so that several receivers can see it at once.
#[diagnostic::on_unimplemented(
    message = "the signal `{Self}` has a `&mut` argument, so its receivers can only run one after another",
    label = "this needs all arguments to be shared",
    note = "send it with `send_async`; connect to it with `connect_mut`, or with a function and `#[receiver]`"
)]
pub trait SharedSpec: Spec {
    #[doc(hidden)]
    fn start_shared<'b>(
        f: Self::AsyncFn,
        args: &'b Self::Args<'_>,
        cx: Option<&mut Context<'_>>,
    ) -> Started<'b, Result<Self::Answer, BoxError>>;
    #[doc(hidden)]
    fn shorten<'b>(args: &'b Self::Args<'_>) -> &'b Self::Args<'b>;
}

/// A signal with a `&mut` argument, which receivers may change.
#[diagnostic::on_unimplemented(
    message = "the signal `{Self}` has no `&mut` argument that a receiver could change",
    label = "use `connect`"
)]
pub trait MutSpec: Spec {}

/// A signal with a sender to filter on.
#[diagnostic::on_unimplemented(
    message = "the signal `{Self}` has no sender",
    label = "it is declared without `sender`, so there is nothing to filter on; leave this out"
)]
pub trait HasSender: Spec {}

/// A signal that a `T` can send.
#[diagnostic::on_unimplemented(
    message = "the signal `{Self}` has no sender",
    label = "it is declared without `sender`, so there is nothing to filter on; leave this out"
)]
pub trait SentBy<T: ?Sized>: Spec {
    /// The receivers that listen to `T`, for `Arguments`.
    #[doc(hidden)]
    type Listener;
    #[doc(hidden)]
    fn sender_type() -> Sender;
}

/// Takes the arguments out of a payload, as a receiver that listens to `T` sees them.
#[doc(hidden)]
pub trait Arguments<T, A>: Spec {
    type View;
    fn arguments(args: A) -> Result<Self::View, BoxError>;
}

/// What there is to know about a signal.
#[derive(Debug)]
pub struct SignalInfo {
    #[doc(hidden)]
    pub name: &'static str,
    #[doc(hidden)]
    pub path: &'static str,
    #[doc(hidden)]
    pub version: u32,
    #[doc(hidden)]
    pub doc: &'static str,
    #[doc(hidden)]
    pub args: &'static [ArgInfo],
    #[doc(hidden)]
    pub answer: Option<&'static str>,
    /// Whether only models can send it.
    #[doc(hidden)]
    pub by_models: bool,
    #[doc(hidden)]
    pub file: &'static str,
    #[doc(hidden)]
    pub line: u32,
}

impl SignalInfo {
    /// The stable name: `crate::module::order_paid` unless `#[signal(name = "…")]` says otherwise.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Where it was declared: `crate::module::order_paid`.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// The crate that declares it, as its own code calls it.
    pub fn crate_name(&self) -> &'static str {
        crate_of(self.path)
    }

    /// The version of the payload: 1 unless `#[signal(version = …)]` says otherwise.
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The doc comment.
    pub const fn doc(&self) -> &'static str {
        self.doc
    }

    /// The arguments as declared, `sender` included.
    pub const fn args(&self) -> &'static [ArgInfo] {
        self.args
    }

    /// The type of each receiver's answer, as written; `None` for a signal that only tells.
    pub const fn answer(&self) -> Option<&'static str> {
        self.answer
    }

    /// The source file of the declaration.
    pub const fn file(&self) -> &'static str {
        self.file
    }

    /// The line in [`file`](Self::file), counted from 1.
    pub const fn line(&self) -> u32 {
        self.line
    }
}

/// The crate of a path.
pub(crate) fn crate_of(path: &str) -> &str {
    path.split("::").next().unwrap_or(path)
}

impl fmt::Display for SignalInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// One declared argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArgInfo {
    /// Its name.
    pub name: &'static str,
    /// Its type, as written in the declaration.
    pub ty: &'static str,
}

/// Any signal, whatever its payload: an entry of the catalogue of [`signals`](crate::signals).
pub trait AnySignal: Sync {
    /// What was declared.
    fn info(&self) -> &'static SignalInfo;

    /// Every receiver, in the order in which they run.
    fn receivers(&'static self) -> Vec<ReceiverRef>;

    /// The signal and its receivers as data; see [`catalog`](fn@crate::catalog).
    fn listed(&'static self) -> CatalogSignal;

    /// What is wrong with the receivers; see [`check`](fn@crate::check).
    fn check(&'static self) -> Vec<Finding>;

    /// One more who watches the signal, or one less.
    #[doc(hidden)]
    fn watch(&'static self, on: bool);
}

impl<S: Spec> AnySignal for Signal<S> {
    fn info(&self) -> &'static SignalInfo {
        S::INFO
    }

    fn receivers(&'static self) -> Vec<ReceiverRef> {
        Signal::receivers(self)
    }

    fn listed(&'static self) -> CatalogSignal {
        let snapshot = self.registry.snapshot();
        let table = snapshot.table();
        let call = |slot| {
            let call = table.call(slot);
            (call.is_alive(), call.when.is_some())
        };
        CatalogSignal::new(
            S::INFO,
            table.index(),
            self.registry.linked().index(),
            &call,
        )
    }

    fn check(&'static self) -> Vec<Finding> {
        self.registry.findings()
    }

    fn watch(&'static self, on: bool) {
        self.registry.watch(on);
    }
}

impl fmt::Debug for dyn AnySignal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signal({})", self.info())
    }
}

/// A receiver that hears every sender.
#[doc(hidden)]
pub enum AnySender {}

/// A receiver that hears the sender `T`.
#[doc(hidden)]
pub struct SenderIs<T: ?Sized>(std::marker::PhantomData<T>);

/// A reference that may go to another thread.
///
/// Not `Send` itself: as a condition in the expansion, that would be taken for a fact about the
/// payload's fields, with the wrong lifetimes.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an argument of a signal may go to another thread, and a `{Self}` cannot",
    note = "an argument is `Send` and `Sync`: take an `Arc` for an `Rc`, a `Mutex` or an atomic for a `Cell`"
)]
pub trait ThreadSafe {}

impl<T: Sync + ?Sized> ThreadSafe for &T {}

impl<T: Send + Sync + ?Sized> ThreadSafe for &mut T {}

/// The same of a type with a `dyn` in it, of which rustc would miss `Send` and `Sync` one by one.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an argument of a signal may go to another thread, and a `{Self}` cannot",
    note = "if it is a `dyn` in it that is not `Send` and `Sync`, write `dyn Trait + Send + Sync`, or declare \
            the trait as `trait Trait: Send + Sync`",
    note = "otherwise take an `Arc` for an `Rc`, a `Mutex` or an atomic for a `Cell`"
)]
pub trait ThreadSafeDyn {}

impl<T: HoldsThreadSafe> ThreadSafeDyn for T {}

/// What rustc is told not to look into: it would not do so with the condition itself.
#[doc(hidden)]
pub trait HoldsThreadSafe {}

#[diagnostic::do_not_recommend]
impl<T: ThreadSafe> HoldsThreadSafe for T {}

/// An argument that is neither a reference nor an option of one: it is copied to each receiver.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an argument of a signal cannot own a `{Self}`",
    label = "borrow it: `&{Self}`",
    note = "each receiver gets the argument, so it is borrowed, or `Copy`"
)]
pub trait OwnedArg {
    #[must_use]
    fn take(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Copy> OwnedArg for T {
    fn take(&self) -> Self {
        *self
    }
}
