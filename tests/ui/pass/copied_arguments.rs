//! Arguments that are copied: numbers, tuples, arrays, functions, types of the user's own.
#![deny(warnings)]

use std::num::NonZeroU32;
use std::time::Duration;

use signals_core::{receiver, signal};

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Weight {
    Kilos(u32),
}

pub type Callback = for<'n> fn(&'n str) -> Option<&'n str>;

signal! {
    pub measured(
        weight: Weight,
        place: (u32, i64),
        ids: [u8; 4],
        double: fn(u32) -> u32,
        trim: fn(&str) -> &str,
        callback: Callback,
        number: NonZeroU32,
        limit: Option<u32>,
        took: Duration,
        marker: std::marker::PhantomData<Weight>,
        nothing: (),
        both: (&str, Option<&str>),
        two: [&str; 2],
    );
}

#[receiver(measured)]
fn all(
    weight: Weight,
    place: (u32, i64),
    ids: [u8; 4],
    double: fn(u32) -> u32,
    trim: fn(&str) -> &str,
    callback: Callback,
    number: NonZeroU32,
    limit: Option<u32>,
    took: Duration,
    marker: std::marker::PhantomData<Weight>,
    nothing: (),
    both: (&str, Option<&str>),
    two: [&str; 2],
) {
    assert_eq!(weight, Weight::Kilos(5));
    assert_eq!(place, (1, -1));
    assert_eq!(ids, [1, 2, 3, 4]);
    assert_eq!(double(2), 4);
    assert_eq!(trim(" a "), "a");
    assert_eq!(callback("b"), Some("b"));
    assert_eq!(number.get(), 9);
    assert_eq!(limit, None);
    assert_eq!(took, Duration::ZERO);
    let _ = (marker, nothing);
    assert_eq!(both, ("x", Some("y")));
    assert_eq!(two, ["p", "q"]);
}

fn main() -> Result<(), signals_core::SendError> {
    let delivered = measured.send(Measured {
        weight: Weight::Kilos(5),
        place: (1, -1),
        ids: [1, 2, 3, 4],
        double: |n| n * 2,
        trim: str::trim,
        callback: |text| Some(text),
        number: NonZeroU32::new(9).unwrap(),
        limit: None,
        took: Duration::ZERO,
        marker: std::marker::PhantomData,
        nothing: (),
        both: ("x", Some("y")),
        two: ["p", "q"],
    })?;
    assert_eq!(delivered.count(), 1);
    Ok(())
}
