//! `rs_events`: events by name, payloads in an `Arc`; to emit takes `&mut`.

use std::sync::Arc;

use rs_events::{EventEmitter, EventHandler as _};

use super::{Row, work};
use crate::receivers::listen;

pub(super) const ROWS: &[Row] = &[Row::Send("rs_events 0.1.0 emit", |n| {
    let mut emitter = EventEmitter::<u64>::new(1_000);
    for _ in 0..n {
        let added = emitter.add("told", None, Arc::new(|value| listen(**value)));
        assert!(added.is_ok());
    }
    // An event without listeners is an error.
    work!(value => assert!(emitter.emit("told", Arc::new(value)).is_ok() || n == 0))
})];
