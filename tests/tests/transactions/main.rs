//! What runs at the end of a transaction, in which order, and who hears of what failed.

mod callbacks;
mod cancelled;
mod failures;
mod program;
mod receivers;
mod rounds;
mod savepoints;
mod takes;
mod waiting;
