//! Values that the application hands to its receivers.
//!
//! # What is state?
//!
//! A receiver is a plain function that nobody calls by hand, so it cannot be given a database pool
//! as an argument of the call. It asks for it instead: `#[state] db: &Db`. The application provides
//! the value once, before the first send:
//!
//! ```
//! use signals_core::state;
//!
//! struct Mailer { host: String }
//!
//! state::provide(Mailer { host: "localhost".into() })?;
//!
//! assert_eq!(state::get::<Mailer>().unwrap().host, "localhost");
//! # Ok::<(), state::AlreadyProvided>(())
//! ```
//!
//! A type nobody provided is an error of the receiver that asks for it, naming both. A receiver that can
//! do without takes `#[state] profiler: Option<&Profiler>`.
//!
//! A [`scope`](mod@crate::scope) can have a value of its own, which goes before the application's: a
//! test's mailer, or the transaction that a signal is sent in. Among several, the innermost counts.
//!
//! ```
//! # use signals_core::state;
//! # struct Mailer { host: String }
//! # state::provide(Mailer { host: "localhost".into() })?;
//! let test = state::scoped(Mailer { host: "nowhere".into() });
//! assert_eq!(state::get::<Mailer>().unwrap().host, "nowhere");
//! drop(test);
//! assert_eq!(state::get::<Mailer>().unwrap().host, "localhost");
//! # Ok::<(), state::AlreadyProvided>(())
//! ```

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use arc_swap::ArcSwap;

use crate::receiver::StateNeed;
use crate::scope::{self, Layer, Pushed};

type Provided = HashMap<TypeId, &'static (dyn Any + Send + Sync)>;

static PROVIDED: LazyLock<ArcSwap<Provided>> = LazyLock::new(ArcSwap::default);
/// Held while a value is added, so that two threads cannot lose each other's.
static PROVIDING: Mutex<()> = Mutex::new(());
/// Whether any scope ever had a state of its own. Until then, none is looked at.
static ARE_SCOPED: AtomicBool = AtomicBool::new(false);

/// Provides the value that receivers get for `#[state] value: &T`, for the rest of the program.
///
/// # Errors
///
/// When a `T` was provided before. The first one stays.
pub fn provide<T: Send + Sync + 'static>(value: T) -> Result<(), AlreadyProvided> {
    let _one_at_a_time = PROVIDING.lock().unwrap_or_else(PoisonError::into_inner);
    let id = TypeId::of::<T>();
    let before = PROVIDED.load();
    if before.contains_key(&id) {
        return Err(AlreadyProvided {
            state: type_name::<T>(),
        });
    }
    let mut after = Provided::clone(&before);
    // Provided once and never taken back: a value for the life of the program, like a `static`.
    after.insert(id, Box::leak(Box::new(value)));
    PROVIDED.store(after.into());
    Ok(())
}

/// Provides a value that goes before the application's, in the scope of where this is called, until
/// the guard is dropped.
#[must_use = "the value is taken back when this is dropped"]
pub fn scoped<T: Send + Sync + 'static>(value: T) -> ScopedState {
    are_scoped();
    ScopedState(scope::push(Layer::State(
        TypeId::of::<T>(),
        Arc::new(value),
    )))
}

/// A value that is provided to a scope, until this is dropped; made by [`scoped`].
pub struct ScopedState(#[expect(dead_code, reason = "ends what it guards")] Pushed);

impl fmt::Debug for ScopedState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScopedState")
    }
}

pub(crate) fn are_scoped() {
    ARE_SCOPED.store(true, Ordering::Relaxed);
}

/// The value for `T`: the innermost scope's, or else the application's. `None` if there is neither.
pub fn get<T: Send + Sync + 'static>() -> Option<State<T>> {
    if ARE_SCOPED.load(Ordering::Relaxed) {
        if let Some(value) = of_scope() {
            return Some(State(Repr::Scoped(value)));
        }
    }
    let value: &'static (dyn Any + Send + Sync) = *PROVIDED.load().get(&TypeId::of::<T>())?;
    value
        .downcast_ref()
        .map(|value| State(Repr::Provided(value)))
}

fn of_scope<T: Send + Sync + 'static>() -> Option<Arc<T>> {
    let value = scope::find(|layer| match layer {
        Layer::State(id, value) if *id == TypeId::of::<T>() => Some(Arc::clone(value)),
        _ => None,
    })?;
    value.downcast().ok()
}

/// A provided value; dereferences to it. Cheap to clone, and may be kept.
pub struct State<T: 'static>(Repr<T>);

enum Repr<T: 'static> {
    Provided(&'static T),
    Scoped(Arc<T>),
}

impl<T> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match &self.0 {
            Repr::Provided(value) => value,
            Repr::Scoped(value) => value,
        }
    }
}

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Repr::Provided(value) => Repr::Provided(value),
            Repr::Scoped(value) => Repr::Scoped(Arc::clone(value)),
        })
    }
}

impl<T: fmt::Debug> fmt::Debug for State<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// A second value of the same type was provided.
#[derive(Debug, thiserror::Error)]
#[error("a `{state}` was provided already; provide each type once, at the start of the program")]
#[non_exhaustive]
pub struct AlreadyProvided {
    /// The type.
    pub state: &'static str,
}

/// A receiver asks for a type that nobody provided.
#[derive(Debug, thiserror::Error)]
#[error("nobody provided a `{state}`; call `state::provide` before the first send")]
#[non_exhaustive]
pub struct MissingState {
    /// The type.
    pub state: &'static str,
}

/// The value for a receiver's `#[state]`.
#[doc(hidden)]
pub fn take<T: Send + Sync + 'static>() -> Result<State<T>, MissingState> {
    get().ok_or(MissingState {
        state: type_name::<T>(),
    })
}

/// What a receiver's `#[state]` needs.
#[doc(hidden)]
pub const fn need<T: Send + Sync + 'static>() -> StateNeed {
    StateNeed {
        name: type_name::<T>,
        id: TypeId::of::<T>,
        is_provided: || get::<T>().is_some(),
        is_optional: false,
    }
}
