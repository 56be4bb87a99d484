//! Who runs what is left when the future that commits is dropped.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use crate::signal::BoxFuture;

type Spawn = Box<dyn Fn(BoxFuture<'static, ()>) + Send + Sync>;

static EXECUTOR: OnceLock<Spawn> = OnceLock::new();

/// Sets who runs what is left to run after a commit or a rollback when the future that awaits it
/// is dropped. For the whole program, once.
///
/// With the feature `tokio`, that is the runtime on which it is dropped, unless this says otherwise.
/// What is [run to completion](super::run_to_completion) goes on in the runtime that it began on, and by
/// this where there is none.
///
/// ```
/// # mod smol {
/// #     pub struct Task;
/// #     impl Task { pub fn detach(self) {} }
/// #     pub fn spawn<F>(_: F) -> Task { Task }
/// # }
/// signals_core::transaction::set_executor(|future| smol::spawn(future).detach())?;
/// # Ok::<(), signals_core::transaction::ExecutorIsSet>(())
/// ```
///
/// # Errors
///
/// When it was set before. The first one stays.
pub fn set_executor(
    spawn: impl Fn(BoxFuture<'static, ()>) + Send + Sync + 'static,
) -> Result<(), ExecutorIsSet> {
    EXECUTOR.set(Box::new(spawn)).map_err(|_| ExecutorIsSet(()))
}

/// An executor was set before.
#[derive(Debug, thiserror::Error)]
#[error("the executor of transactions is set already; set it once, at the start of the program")]
pub struct ExecutorIsSet(());

pub(super) enum Executor {
    Set(&'static Spawn),
    #[cfg(feature = "tokio")]
    Tokio(tokio::runtime::Handle),
}

pub(super) fn find() -> Option<Executor> {
    if let Some(spawn) = EXECUTOR.get() {
        return Some(Executor::Set(spawn));
    }
    #[cfg(feature = "tokio")]
    if let Ok(handle) = tokio::runtime::Handle::try_current() {
        return Some(Executor::Tokio(handle));
    }
    None
}

/// For what began on the runtime that is around, if one is.
pub(super) fn here() -> Option<Executor> {
    #[cfg(feature = "tokio")]
    if let Ok(handle) = tokio::runtime::Handle::try_current() {
        return Some(Executor::Tokio(handle));
    }
    find()
}

impl Executor {
    /// The executor is the user's code, and this may be a panic already: its own is logged.
    pub(super) fn spawn(self, future: BoxFuture<'static, ()>) {
        let spawn = || match self {
            Self::Set(spawn) => spawn(future),
            #[cfg(feature = "tokio")]
            Self::Tokio(handle) => drop(handle.spawn(future)),
        };
        if catch_unwind(AssertUnwindSafe(spawn)).is_err() {
            log::error!(
                target: "signals.dispatch",
                "the executor of `transaction::set_executor` panicked"
            );
        }
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Executor")
    }
}
