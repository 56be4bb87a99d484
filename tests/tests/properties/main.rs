//! What holds for all receivers, senders and scripts: compared with small models that are written
//! down here once more, without a look at how the library does it.

mod order;
mod order_model;
mod robust;
mod script_model;
mod scripts;
mod senders;
mod turns;
mod uids;
