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
//! A type nobody provided is an error of the receiver that asks for it, naming both.

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;
use std::sync::{LazyLock, Mutex, PoisonError};

use arc_swap::ArcSwap;

use crate::receiver::StateNeed;

type Provided = HashMap<TypeId, &'static (dyn Any + Send + Sync)>;

static PROVIDED: LazyLock<ArcSwap<Provided>> = LazyLock::new(ArcSwap::default);
/// Held while a value is added, so that two threads cannot lose each other's.
static PROVIDING: Mutex<()> = Mutex::new(());

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

/// The value that was provided for `T`, if there is one.
pub fn get<T: Send + Sync + 'static>() -> Option<State<T>> {
    let value: &'static (dyn Any + Send + Sync) = *PROVIDED.load().get(&TypeId::of::<T>())?;
    value.downcast_ref().map(State)
}

/// A provided value; dereferences to it. Cheap to clone, and may be kept.
pub struct State<T: 'static>(&'static T);

impl<T> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0
    }
}

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl<T: fmt::Debug> fmt::Debug for State<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
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
        is_provided: || get::<T>().is_some(),
    }
}
