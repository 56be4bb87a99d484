//! What the registry synchronizes with: the standard library's, or, with `--cfg shuttle`, what a test
//! can run in every order.

#[cfg(not(shuttle))]
pub(crate) use std::sync::{Mutex, MutexGuard, atomic::AtomicU8};

#[cfg(shuttle)]
pub(crate) use shuttle::sync::{Mutex, MutexGuard, atomic::AtomicU8};
