//! Signals that ask: the best offer, the first one that will do, a veto.

use signals_core::{SendError, receiver, signal};

signal! {
    /// Asks every shipping partner for a price.
    pub quote_requested(weight: u32) -> u32;

    /// Asks whether the shop may close.
    pub closing(customers: u32) -> bool;
}

#[receiver(quote_requested)]
fn post(weight: u32) -> u32 {
    weight * 3
}

#[receiver(quote_requested)]
fn courier(weight: u32) -> Result<u32, std::num::TryFromIntError> {
    // A price that is too high for the form is the courier's error.
    Ok(u32::from(u16::try_from(weight)?) + 20)
}

#[receiver(closing, priority = 1)]
fn no_customers_left(customers: u32) -> bool {
    customers == 0
}

#[receiver(closing)]
fn alarm_is_ready() -> bool {
    println!("the alarm is asked last, and only if nobody said no");
    true
}

fn main() -> Result<(), SendError> {
    // All answers.
    let quotes = quote_requested.send(QuoteRequested { weight: 12 })?;
    for quote in &quotes {
        println!("{}: {}", quote.receiver, quote.answer);
    }
    assert_eq!(quotes.answers().min(), Some(&32));

    // Answers as they come.
    let cheap = quote_requested
        .pull(QuoteRequested { weight: 12 })
        .find(|price| *price < 100)?;
    assert_eq!(cheap.map(|quote| quote.answer), Some(36));

    // A veto.
    assert!(!closing.pull(Closing { customers: 3 }).all(|yes| yes)?);
    assert!(closing.pull(Closing { customers: 0 }).all(|yes| yes)?);

    // One that fails does not silence the others.
    let quotes = quote_requested.send_robust(QuoteRequested { weight: 100_000 });
    assert_eq!(quotes.answers().collect::<Vec<_>>(), [&300_000]);
    for error in quotes.errors() {
        println!("{error}");
    }
    Ok(())
}
