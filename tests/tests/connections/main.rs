//! Connections made while the program runs: their lives, their ends, and what they leave behind.

mod captured;
mod churn;
mod inside;
mod kinds;
mod lifetime;
mod many;
mod stress;
mod threads;
mod weak;
