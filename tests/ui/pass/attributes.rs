//! Several signals in one macro, with attributes: left out by `#[cfg]`, deprecated, documented.
#![deny(warnings, missing_docs, missing_debug_implementations)]

use signals_core::{Model, receiver, signal};

/// Not any more.
#[deprecated]
#[derive(Debug, Model)]
pub struct Ticket {
    /// The key.
    pub id: u32,
}

signal! {
    /// There.
    ///
    /// More about it.
    #[cfg(all())]
    pub here(
        /// How much.
        total: u64,
    );

    /// Not there, and neither is its type.
    #[cfg(any())]
    pub gone(order: &NoSuchType) -> NoSuchType;

    /// One of two.
    #[cfg(all())]
    pub either(total: u64);
    /// The other.
    #[cfg(any())]
    pub either(total: u32);

    /// Not any more.
    #[deprecated(note = "use `here`")]
    pub old(total: u64);

    #[doc = "Written in another way."]
    #[doc(alias = "another")]
    #[allow(dead_code)]
    #[signal(name = "shop.other", version = 3)]
    pub other(total: u64);

    /// Written
    #[doc = concat!("by ", "a macro.")]
    ///
    #[doc = include_str!("attributes.txt")]
    #[doc(alias = "generated")]
    pub documented(
        /// The till.
        sender,
    );
}

#[receiver(here)]
#[cfg(all())]
fn kept(total: u64) {
    assert_eq!(total, 1);
}

#[cfg(any())]
#[receiver(gone)]
fn left_out(order: &NoSuchType) {}

// A receiver of a signal that is going away stays as it is.
#[receiver([either, old])]
fn both() {}

#[receiver(here)]
#[deprecated]
#[inline]
#[must_use]
fn with_attributes() {}

fn main() -> Result<(), signals_core::SendError> {
    assert_eq!(here.info().doc(), "There.\n\nMore about it.");
    assert_eq!(
        documented.info().doc(),
        "Written\nby a macro.\n\nOut of a file."
    );
    assert_eq!(here.info().name(), concat!(module_path!(), "::here"));
    assert_eq!(
        (other.info().name(), other.info().version()),
        ("shop.other", 3)
    );
    assert_eq!(here.send(Here { total: 1 })?.count(), 2);
    assert_eq!(either.send(Either { total: 1 })?.count(), 1);
    #[allow(deprecated)]
    old.send(Old { total: 1 })?;
    Ok(())
}
