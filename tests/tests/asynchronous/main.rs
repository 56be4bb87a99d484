//! Async receivers: awaited in turn, at once, and by a plain `send`.

mod ambient;
mod at_once;
mod django;
mod dropping;
mod in_turn;
mod many;
mod own_runtime;
mod runtimes;
mod runtimes_nested;
