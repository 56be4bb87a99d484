//! What runs at the end of a transaction, in which order, and who hears of what failed.

mod receivers;
mod rounds;
mod savepoints;
mod takes;
