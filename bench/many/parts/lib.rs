//! A hundred signals with a thousand receivers.

use std::hint::black_box;

include!(concat!(env!("OUT_DIR"), "/many.rs"));

#[inline]
fn work(value: u64) {
    black_box(value);
}
