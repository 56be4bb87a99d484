//! What a send does: who is called, in which order, and what comes back.

mod answers;
mod backtrace;
mod connecting;
mod errors;
mod logging;
mod model_signals;
mod model_views;
mod mutable;
mod order;
mod order_cycles;
mod pull;
mod receivers;
mod robust;
mod sender_labels;
mod senders;
mod snapshot;
mod state;
mod uids;
mod when;
