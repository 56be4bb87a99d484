//! Arguments, receivers and signals whose names are keywords.
#![deny(warnings)]

use signals_core::{receiver, signal};

signal! {
    pub inserted(r#type: &str, r#in: &mut u32, r#match: u64);
    pub r#move(r#as: u32);
}

#[receiver(inserted, when = |r#type| r#type == "a")]
fn by_name(r#type: &str, r#in: &mut u32) {
    assert_eq!(r#type, "a");
    *r#in += 1;
}

#[receiver(inserted)]
fn unused(_type: &str, _match: u64) {}

#[receiver(r#move)]
fn r#loop(r#as: u32) {
    assert_eq!(r#as, 3);
}

fn main() -> Result<(), signals_core::SendError> {
    let mut count = 0;
    inserted.send(Inserted {
        r#type: "a",
        r#in: &mut count,
        r#match: 5,
    })?;
    inserted.send(Inserted {
        r#type: "b",
        r#in: &mut count,
        r#match: 5,
    })?;
    assert_eq!(count, 1);
    assert_eq!(inserted.info().args()[0].name, "type");
    r#move.send(Move { r#as: 3 })?;
    assert!(r#move.receivers()[0].path().ends_with("::loop"));
    Ok(())
}
