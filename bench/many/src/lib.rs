//! What the first use of signals costs in a program with very many of them.

use std::hint::black_box;

include!(concat!(env!("OUT_DIR"), "/many.rs"));

/// Sends each of a thousand signals once; each has ten receivers.
pub fn send_each_once() {
    send_each(black_box(7));
}

#[inline]
fn work(value: u64) {
    black_box(value);
}
