//! Who sends a signal.
//!
//! # What is a sender?
//!
//! A receiver may listen to one sender only: `#[receiver(order_paid, sender = WebShop)]` hears the
//! orders of the web shop and not those of the till. So each send says who it is by, with a
//! [`Sender`]: nobody, a type, a name, or one particular instance.
//!
//! Matching is exact. There is no inheritance to guess at, and two senders are never mixed up
//! because one was dropped and another took its place in memory: an instance is known by a
//! [`SenderId`] that is handed out once and never again.

use std::any::TypeId;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroU64;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering as MemoryOrdering};

/// Who sends a signal: nobody, a type, a name or an instance. A small `Copy` value.
///
/// ```
/// use signals_core::{Sender, SenderId};
///
/// struct WebShop;
///
/// assert_eq!(Sender::of::<WebShop>(), Sender::of::<WebShop>());
/// assert_ne!(Sender::named("till"), Sender::none());
///
/// let (left, right) = (SenderId::new(), SenderId::new());
/// assert_ne!(Sender::instance(&left), Sender::instance(&right));
/// ```
#[derive(Clone, Copy)]
pub struct Sender {
    identity: Identity,
    label: Label,
}

/// What makes two senders the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Identity {
    None,
    Type(TypeId),
    Named(&'static str),
    Instance(NonZeroU64),
}

#[derive(Clone, Copy)]
enum Label {
    None,
    Given(&'static str),
    /// The full path of a type, to be shortened when somebody asks.
    TypePath(fn() -> &'static str),
}

impl Sender {
    /// No sender in particular. Only receivers without `sender =` hear it.
    pub const fn none() -> Self {
        Self {
            identity: Identity::None,
            label: Label::None,
        }
    }

    /// The type `T` as sender, for `#[receiver(…, sender = T)]`.
    ///
    /// Its [`label`](Self::label) is the crate and the type: `shop.WebShop`. A model has the label
    /// that it states, here as with [`Sender::model`], if it is derived or in
    /// [`known_senders!`](crate::known_senders!).
    pub fn of<T: ?Sized + 'static>() -> Self {
        Self {
            identity: Identity::Type(TypeId::of::<T>()),
            label: Label::TypePath(std::any::type_name::<T>),
        }
    }

    /// A sender known by its name alone, for `#[receiver(…, sender = "till")]`.
    ///
    /// Names are compared by value.
    pub const fn named(name: &'static str) -> Self {
        Self {
            identity: Identity::Named(name),
            label: Label::Given(name),
        }
    }

    /// One particular instance, by the id it was given.
    pub fn instance(id: &SenderId) -> Self {
        Self {
            identity: Identity::Instance(id.0),
            label: Label::None,
        }
    }

    /// A type that states its own label, as models do.
    pub(crate) fn labelled<T: ?Sized + 'static>(label: &'static str) -> Self {
        Self {
            identity: Identity::Type(TypeId::of::<T>()),
            label: Label::Given(label),
        }
    }

    /// Whether this is [`Sender::none`].
    pub fn is_none(&self) -> bool {
        matches!(self.identity, Identity::None)
    }

    /// Whether this sender is the type `T`.
    pub fn is<T: ?Sized + 'static>(&self) -> bool {
        matches!(self.identity, Identity::Type(id) if id == TypeId::of::<T>())
    }

    /// The name that `sender = "…"` is compared with: a named sender's name, a model's label, or
    /// `crate.Type` for any other type. Nobody and instances have none.
    pub fn label(&self) -> Option<SenderLabel> {
        match self.label {
            Label::None => None,
            Label::Given(label) => Some(SenderLabel::new(label, None)),
            Label::TypePath(path) => {
                if let Some(label) = stated_label(self.identity) {
                    return Some(SenderLabel::new(label, None));
                }
                let path = path();
                // `shop::web::WebShop<shop::web::Live>` is `shop.WebShop`.
                let path = path.split('<').next().unwrap_or(path);
                let krate = path.split("::").next().unwrap_or(path);
                match path.rsplit_once("::") {
                    Some((_, name)) => Some(SenderLabel::new(krate, Some(name))),
                    None => Some(SenderLabel::new(path, None)),
                }
            }
        }
    }

    #[inline]
    pub(crate) fn identity(&self) -> Identity {
        self.identity
    }
}

/// The label that a linked type states, which whoever names nothing but the type does not know.
fn stated_label(sender: Identity) -> Option<&'static str> {
    static STATED: OnceLock<HashMap<Identity, &'static str>> = OnceLock::new();

    let stated = STATED.get().unwrap_or_else(|| {
        // Made before it is locked: it asks what `known_senders!` was given, which is anybody's code.
        let known = crate::catalog::senders().filter_map(|(known, _)| known.sender());
        let stated = known.filter_map(|known| match known.label {
            Label::Given(label) => Some((known.identity, label)),
            Label::None | Label::TypePath(_) => None,
        });
        let stated = stated.collect();
        STATED.get_or_init(|| stated)
    });
    stated.get(&sender).copied()
}

impl PartialEq for Sender {
    fn eq(&self, other: &Self) -> bool {
        self.identity == other.identity
    }
}

impl Eq for Sender {}

impl std::hash::Hash for Sender {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.identity.hash(state);
    }
}

impl From<&SenderId> for Sender {
    fn from(id: &SenderId) -> Self {
        Self::instance(id)
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.identity, self.label()) {
            (Identity::Instance(id), _) => write!(f, "instance {id}"),
            (_, Some(label)) => label.fmt(f),
            (_, None) => f.write_str("nobody"),
        }
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sender({self})")
    }
}

/// The label of a sender: `crate.Type` or a name. Compares with strings; shown by `Display`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SenderLabel {
    head: &'static str,
    tail: Option<&'static str>,
}

impl SenderLabel {
    fn new(head: &'static str, tail: Option<&'static str>) -> Self {
        Self { head, tail }
    }

    pub(crate) fn cmp_str(&self, other: &str) -> Ordering {
        let dot = if self.tail.is_some() { "." } else { "" };
        let label = self.head.bytes().chain(dot.bytes());
        let label = label.chain(self.tail.unwrap_or_default().bytes());
        label.cmp(other.bytes())
    }
}

impl PartialEq<str> for SenderLabel {
    fn eq(&self, other: &str) -> bool {
        self.cmp_str(other).is_eq()
    }
}

impl PartialEq<&str> for SenderLabel {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl fmt::Display for SenderLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.head)?;
        match self.tail {
            None => Ok(()),
            Some(tail) => write!(f, ".{tail}"),
        }
    }
}

/// The identity of one instance that sends, handed out by the library and never reused.
///
/// Keep it in the value that sends. It is an id and not an address, so a new value can never
/// receive what was meant for a dead one (Django ticket 35801).
///
/// ```
/// use signals_core::{Sender, SenderId};
///
/// struct Thermometer { id: SenderId }
///
/// let kitchen = Thermometer { id: SenderId::new() };
/// let sender = Sender::instance(&kitchen.id);
/// # let _ = sender;
/// ```
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct SenderId(NonZeroU64);

impl SenderId {
    /// A new id, different from every other in this process.
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, MemoryOrdering::Relaxed);
        // Counting to 2^64 takes centuries.
        Self(NonZeroU64::new(id).unwrap_or(NonZeroU64::MAX))
    }
}

impl Default for SenderId {
    fn default() -> Self {
        Self::new()
    }
}
