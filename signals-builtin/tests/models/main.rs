//! The model signals, sent by the neutral `save` and `delete` around a store that is a map.

mod bulk;
mod cache;
mod cancelled;
mod commit;
mod delete;
mod init;
mod m2m;
mod save;
mod support;
