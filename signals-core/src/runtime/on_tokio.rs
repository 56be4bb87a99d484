//! Waiting on tokio.

use std::cell::Cell;
use std::future::Future;
use std::panic::{self, AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, Once, PoisonError};
use std::{mem, process, thread};

use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};
use tokio::task::block_in_place;

use super::Refusal;

pub(super) struct Blocker(Handle);

impl Blocker {
    pub(super) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }
}

pub(super) fn blocking<R>(may_block: bool, f: impl FnOnce(Blocker) -> R) -> Result<R, Refusal> {
    let Ok(handle) = Handle::try_current() else {
        let handle = shared().ok_or(
            "there is no runtime here, and none can be made, as the process has no more threads \
             or files left; call `send_async`",
        )?;
        return Ok(f(Blocker(handle)));
    };
    if handle.runtime_flavor() == RuntimeFlavor::MultiThread {
        let in_place = |entered: Entered<'_>| {
            block_in_place(|| {
                entered.now();
                f(Blocker(handle))
            })
        };
        return enter(in_place).ok_or(
            "this thread drives a `LocalSet` or a current-thread runtime, which would wait for \
             itself; call `send_async`",
        );
    }
    // It may be said of a thread that drives the runtime.
    if may_block && enter(|_| handle.block_on(async {})).is_some() {
        return Ok(f(Blocker(handle)));
    }
    Err(
        "this thread belongs to a current-thread runtime, which would wait for itself; call \
         `send_async`, or wrap the send in `signals_core::runtime::may_block` if this is a \
         thread of `spawn_blocking`",
    )
}

/// The runtime of plain sends outside of any: made for the first one, and kept.
fn shared() -> Option<Handle> {
    static OWN: Mutex<Option<(u32, Runtime)>> = Mutex::new(None);

    let process = process::id();
    let mut own = OWN.lock().unwrap_or_else(PoisonError::into_inner);
    match &*own {
        Some((of, runtime)) if *of == process => return Some(runtime.handle().clone()),
        _ => {}
    }
    // It panics if there can be no thread.
    let build = |_: Entered<'_>| {
        Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("signals")
            .enable_all()
            .build()
    };
    let runtime = enter(build)?.ok()?;
    let handle = runtime.handle().clone();
    // Of the process that this one was forked from, without its threads, which a drop would await.
    mem::forget(own.replace((process, runtime)));
    Some(handle)
}

thread_local! {
    static IS_ENTERING: Cell<bool> = const { Cell::new(false) };
}

/// Says that tokio did not panic.
struct Entered<'e>(&'e Cell<bool>);

impl Entered<'_> {
    fn now(self) {
        self.0.set(true);
        IS_ENTERING.set(false);
    }
}

/// Calls what panics where it is no place to wait: then `None`. There is no other way to ask tokio.
fn enter<R>(f: impl FnOnce(Entered<'_>) -> R) -> Option<R> {
    static HOOK: Once = Once::new();

    // A panicking thread cannot set a hook.
    if !thread::panicking() {
        HOOK.call_once(|| {
            let hook = panic::take_hook();
            panic::set_hook(Box::new(move |info| {
                if !IS_ENTERING.get() {
                    hook(info);
                }
            }));
        });
    }
    let entered = Cell::new(false);
    IS_ENTERING.set(true);
    let ended = catch_unwind(AssertUnwindSafe(|| f(Entered(&entered))));
    IS_ENTERING.set(false);
    match ended {
        Ok(value) => Some(value),
        Err(panic) if entered.get() => resume_unwind(panic),
        Err(_) => None,
    }
}
