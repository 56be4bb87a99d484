//! Who listens.
//!
//! # What is a receiver?
//!
//! A function that is called when a signal is sent. Most are written with
//! [`#[receiver]`](macro@crate::receiver) and found when the program is linked; others are connected
//! while it runs. Either way a [`ReceiverInfo`] says what it is and where it stands.

use std::any::TypeId;
use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};

use crate::catalog::{self, names};
use crate::error::BoxError;
use crate::scene::Site;
use crate::scope::{self, Layer};
use crate::signal::{BoxFuture, HasSender, Spec};
use crate::transaction::Work;

/// A receiver registered by `#[receiver]`: one entry of a signal's link-time collection.
///
/// Written by the macro; not for use by hand.
#[doc(hidden)]
pub struct Receiver<S: Spec> {
    pub info: ReceiverInfo,
    pub handler: Handler<S>,
    pub when: Option<When<S>>,
    pub later: Option<Later<S>>,
}

/// How a link-time receiver is called.
#[doc(hidden)]
pub enum Handler<S: Spec> {
    Sync(S::Fn),
    Async(S::AsyncFn),
}

/// An async receiver that was called.
#[doc(hidden)]
pub enum Started<'b, R> {
    /// It was polled once, and that was enough.
    Ended(R),
    Waiting(BoxFuture<'b, R>),
}

/// Polls the future at once, where there is a `cx` to poll it with.
///
/// In here its type is known: the first poll is a plain call, and a future that never waits needs
/// no box. For that, each box is made where the future is, and not one for both ways.
#[doc(hidden)]
#[inline]
pub fn start<'b, F, R>(future: impl FnOnce() -> F, cx: Option<&mut Context<'_>>) -> Started<'b, R>
where
    F: Future<Output = R> + Send + 'b,
{
    let Some(cx) = cx else {
        return unpolled(future);
    };
    let mut future = Box::pin(future());
    match future.as_mut().poll(cx) {
        Poll::Ready(ended) => Started::Ended(ended),
        Poll::Pending => Started::Waiting(future),
    }
}

#[cold]
#[inline(never)]
fn unpolled<'b, F, R>(future: impl FnOnce() -> F) -> Started<'b, R>
where
    F: Future<Output = R> + Send + 'b,
{
    Started::Waiting(Box::pin(future()))
}

/// The condition of a receiver, on the whole payload.
#[doc(hidden)]
pub type When<S> = for<'a, 'b> fn(&'b <S as Spec>::Args<'a>) -> bool;

/// The call of a receiver with clones of its arguments, to be made at the end of a transaction.
#[doc(hidden)]
pub type Later<S> = for<'a, 'b> fn(&'b <S as Spec>::Args<'a>) -> Result<Work, BoxError>;

/// What there is to know about a receiver.
#[derive(Debug)]
pub struct ReceiverInfo {
    #[doc(hidden)]
    pub name: Name,
    #[doc(hidden)]
    pub file: &'static str,
    #[doc(hidden)]
    pub line: u32,
    #[doc(hidden)]
    pub column: u32,
    #[doc(hidden)]
    pub dispatch_uid: Option<Cow<'static, str>>,
    #[doc(hidden)]
    pub senders: Cow<'static, [SenderFilter]>,
    #[doc(hidden)]
    pub priority: i32,
    #[doc(hidden)]
    pub before: Cow<'static, [&'static str]>,
    #[doc(hidden)]
    pub after: Cow<'static, [&'static str]>,
    #[doc(hidden)]
    pub is_async: bool,
    #[doc(hidden)]
    pub states: &'static [StateNeed],
    #[doc(hidden)]
    pub guarantee: Guarantee,
    /// Alive in the scopes that see it; none: all do.
    #[doc(hidden)]
    pub scope: Option<Weak<()>>,
}

/// When a receiver runs, seen from the send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
#[non_exhaustive]
pub enum Guarantee {
    /// Within the send.
    #[default]
    Inline,
    /// Before the outermost commit; an error there prevents it. At once where no transaction is
    /// open.
    BeforeCommit,
    /// After the outermost commit, if there is one. At once where no transaction is open.
    OnCommit,
    /// After a rollback of what the send was part of. Never where no transaction is open.
    OnRollback,
}

impl Guarantee {
    /// As written in `#[receiver]`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::BeforeCommit => "before_commit",
            Self::OnCommit => "on_commit",
            Self::OnRollback => "on_rollback",
        }
    }
}

impl fmt::Display for Guarantee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a receiver is called.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Name {
    /// A function with `#[receiver]`.
    Function {
        module: &'static str,
        function: &'static str,
        /// Line and column of the function's name: two functions inside other functions may share
        /// module and name.
        defined: (u32, u32),
    },
    /// Something connected at run time, by its type's name, and which connection of its signal.
    Connection { handler: &'static str, number: u64 },
}

/// Whom a receiver listens to. None in the list: everybody.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum SenderFilter {
    /// A link-time receiver's `sender = T`; a constant cannot hold a `TypeId` yet.
    Type(fn() -> crate::Sender),
    /// `sender = "shop.WebShop"`.
    Label(&'static str),
    /// A sender known at run time.
    Is(crate::Sender),
}

impl SenderFilter {
    /// The sender, unless only a label is known.
    pub(crate) fn sender(&self) -> Option<crate::Sender> {
        match self {
            Self::Type(sender) => Some(sender()),
            Self::Is(sender) => Some(*sender),
            Self::Label(_) => None,
        }
    }
}

impl fmt::Display for SenderFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(sender) => sender().fmt(f),
            Self::Label(label) => f.write_str(label),
            Self::Is(sender) => sender.fmt(f),
        }
    }
}

/// `sender = "…"` on a signal that has a sender.
#[doc(hidden)]
pub const fn label<S: HasSender>(label: &'static str) -> SenderFilter {
    SenderFilter::Label(label)
}

/// A model as sender, by its label. Unlike [`Sender::model`](crate::Sender::model), it asks nothing of
/// the type: what it lacks is said where it is derived.
#[doc(hidden)]
pub fn model_sender<T: 'static>(label: &'static str) -> crate::Sender {
    crate::Sender::labelled::<T>(label)
}

/// A type that a receiver takes as `#[state]`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct StateNeed {
    pub name: fn() -> &'static str,
    /// A constant cannot hold a `TypeId` yet.
    pub id: fn() -> TypeId,
    pub is_provided: fn() -> bool,
    /// It is taken as an `Option`.
    pub is_optional: bool,
}

impl StateNeed {
    #[doc(hidden)]
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    /// Whether it is provided by an adapter, during its sends.
    pub(crate) fn is_scoped(&self) -> bool {
        catalog::is_scoped_state((self.id)())
    }

    /// Whether the receiver cannot be called by anybody now.
    pub(crate) fn is_missing(&self) -> bool {
        !self.is_optional && !(self.is_provided)() && !self.is_scoped()
    }
}

impl ReceiverInfo {
    /// One of the run time, without a number yet.
    pub(crate) fn connection(handler: &'static str, location: Site) -> Self {
        Self {
            name: Name::Connection { handler, number: 0 },
            file: location.file(),
            line: location.line(),
            column: location.column(),
            dispatch_uid: None,
            senders: Cow::Borrowed(&[]),
            priority: 0,
            before: Cow::Borrowed(&[]),
            after: Cow::Borrowed(&[]),
            is_async: false,
            states: &[],
            guarantee: Guarantee::Inline,
            scope: None,
        }
    }

    /// `crate::module::function`; for a run-time connection, the name of the closure's or
    /// function's type.
    pub fn path(&self) -> String {
        match self.name {
            Name::Function {
                module, function, ..
            } => format!("{module}::{function}"),
            Name::Connection { handler, .. } => handler.to_owned(),
        }
    }

    /// The source file of the `#[receiver]` attribute or of the call of `connect`.
    pub fn file(&self) -> &'static str {
        self.file
    }

    /// The line in [`file`](Self::file), counted from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The `dispatch_uid`, if one was given.
    pub fn dispatch_uid(&self) -> Option<&str> {
        self.dispatch_uid.as_deref()
    }

    /// What identifies the receiver among those of its signal: its `dispatch_uid`, or else its
    /// [`path`](Self::path).
    pub fn key(&self) -> String {
        match &self.dispatch_uid {
            Some(uid) => uid.to_string(),
            None => self.path(),
        }
    }

    /// The labels of the senders that are listened to; none means every sender.
    pub fn senders(&self) -> Vec<String> {
        self.senders.iter().map(ToString::to_string).collect()
    }

    /// Higher runs earlier; 0 unless given.
    pub fn priority(&self) -> i32 {
        self.priority
    }

    /// Whether the receiver is an `async fn`.
    pub fn is_async(&self) -> bool {
        self.is_async
    }

    /// When the receiver runs, seen from the send.
    pub fn guarantee(&self) -> Guarantee {
        self.guarantee
    }

    /// The `dispatch_uid`s and paths that it has to run before.
    pub fn before(&self) -> &[&'static str] {
        &self.before
    }

    /// The `dispatch_uid`s and paths that it has to run after.
    pub fn after(&self) -> &[&'static str] {
        &self.after
    }

    /// The types that it takes as `#[state]`.
    pub fn states(&self) -> Vec<&'static str> {
        self.states.iter().map(|need| (need.name)()).collect()
    }

    /// The crate that it is in, as that crate's own code calls it; `None` for a run-time connection
    /// whose handler is no function or closure of its own, such as a function pointer.
    pub fn crate_name(&self) -> Option<&'static str> {
        let path = match self.name {
            Name::Function { module, .. } => module,
            Name::Connection { handler, .. } => handler,
        };
        let (name, _) = path.split_once("::").unwrap_or((path, ""));
        let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
        (!name.is_empty() && name.chars().all(is_name)).then_some(name)
    }

    /// Whether the receiver was connected at run time, and not found at link time.
    pub fn is_connection(&self) -> bool {
        matches!(self.name, Name::Connection { .. })
    }

    /// Whether `name` is the receiver's `dispatch_uid` or path, or the end of its path.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        if self.dispatch_uid() == Some(name) {
            return true;
        }
        names::is_end_of(name, &self.path())
    }

    /// Whether the receiver is one of all scopes, or of the current one.
    pub(crate) fn is_visible(&self) -> bool {
        let Some(scope) = &self.scope else {
            return true;
        };
        let mine = scope::find(|layer| match layer {
            Layer::Rule(rule) => rule.shows(scope).then_some(()),
            _ => None,
        });
        mine.is_some()
    }

    /// Whether no scope sees the receiver any more.
    pub(crate) fn is_over(&self) -> bool {
        (self.scope.as_ref()).is_some_and(|scope| scope.strong_count() == 0)
    }

    /// Whether `key` means this receiver: its `dispatch_uid`, or its path where it has none.
    pub(crate) fn has_key(&self, key: &str) -> bool {
        match (&self.dispatch_uid, self.name) {
            (Some(uid), _) => uid == key,
            (
                None,
                Name::Function {
                    module, function, ..
                },
            ) => split_path(key) == (Some(module), function),
            (None, Name::Connection { .. }) => false,
        }
    }
}

/// `a::b::c` as `a::b` and `c`.
pub(crate) fn split_path(path: &str) -> (Option<&str>, &str) {
    match path.rsplit_once("::") {
        Some((module, name)) => (Some(module), name),
        None => (None, path),
    }
}

impl fmt::Display for ReceiverInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name {
            Name::Function {
                module, function, ..
            } => write!(f, "{module}::{function}")?,
            Name::Connection { handler, .. } => f.write_str(handler)?,
        }
        if let Some(uid) = &self.dispatch_uid {
            write!(f, " \"{uid}\"")?;
        }
        write!(f, " ({}:{})", self.file, self.line)
    }
}

/// A handle to the [`ReceiverInfo`] of one receiver; dereferences to it. Cheap to clone.
#[derive(Clone)]
pub struct ReceiverRef(Repr);

#[derive(Clone)]
enum Repr {
    Linked(&'static ReceiverInfo),
    Connected(Arc<ReceiverInfo>),
}

impl ReceiverRef {
    pub(crate) fn linked(info: &'static ReceiverInfo) -> Self {
        Self(Repr::Linked(info))
    }

    /// What `linked` was given.
    pub(crate) fn linked_info(&self) -> Option<&'static ReceiverInfo> {
        match self.0 {
            Repr::Linked(info) => Some(info),
            Repr::Connected(_) => None,
        }
    }

    pub(crate) fn connected(info: Arc<ReceiverInfo>) -> Self {
        Self(Repr::Connected(info))
    }

    /// Whether both are the same registration.
    pub fn same(&self, other: &Self) -> bool {
        let (this, other): (&ReceiverInfo, &ReceiverInfo) = (self, other);
        std::ptr::eq(this, other)
    }
}

impl Deref for ReceiverRef {
    type Target = ReceiverInfo;

    fn deref(&self) -> &ReceiverInfo {
        match &self.0 {
            Repr::Linked(info) => info,
            Repr::Connected(info) => info,
        }
    }
}

impl fmt::Display for ReceiverRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl fmt::Debug for ReceiverRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Receiver({self})")
    }
}

/// What a receiver of the signal `S` may return: the signal's answer, or a `Result` of it.
///
/// The error can be anything that becomes a `Box<dyn Error + Send + Sync>`: a `thiserror` enum,
/// `anyhow::Error`, that box itself, a `String`.
#[diagnostic::on_unimplemented(
    message = "a receiver of the signal `{S}` has to answer `{R}`, or `Result<{R}, E>`",
    label = "this answers `{Self}`",
    note = "`E` is any error that may go to another thread: `anyhow::Error`, `Box<dyn Error + Send + Sync>`, or a type with `std::error::Error` that is `Send`, `Sync` and `'static`"
)]
pub trait IntoAnswer<S, R> {
    /// The answer, or the error, boxed.
    ///
    /// # Errors
    ///
    /// The receiver's own.
    fn into_answer(self) -> Result<R, BoxError>;
}

impl<S, R> IntoAnswer<S, R> for R {
    fn into_answer(self) -> Result<R, BoxError> {
        Ok(self)
    }
}

// One error about the answer, instead of several about what its error is not.
#[diagnostic::do_not_recommend]
impl<S, R, E: Into<BoxError>> IntoAnswer<S, R> for Result<R, E> {
    fn into_answer(self) -> Result<R, BoxError> {
        self.map_err(Into::into)
    }
}

/// A run-time receiver. `None`: its weak owner is gone.
pub(crate) trait Connected<S: Spec>: Send + Sync {
    /// Whether its owner may go away.
    fn is_weak(&self) -> bool {
        false
    }

    fn is_alive(&self) -> bool {
        true
    }

    fn call(&self, args: &mut S::Args<'_>) -> Option<Result<S::Answer, BoxError>>;
}

/// A run-time async receiver. `None`: its weak owner is gone.
pub(crate) trait ConnectedAsync<S: Spec>: Send + Sync {
    /// Whether its owner may go away.
    fn is_weak(&self) -> bool {
        false
    }

    fn is_alive(&self) -> bool {
        true
    }

    fn call<'b>(
        &'b self,
        args: &'b S::Args<'_>,
    ) -> Option<BoxFuture<'b, Result<S::Answer, BoxError>>>;
}
