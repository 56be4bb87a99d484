//! Arguments that receivers change, and that the next receiver and the sender see changed.
#![deny(warnings)]

use signals_core::{receiver, signal};

pub trait Discount: Send + Sync {
    fn raise(&mut self);
}

#[derive(Default)]
pub struct Percent(u32);

impl Discount for Percent {
    fn raise(&mut self) {
        self.0 += 1;
    }
}

signal! {
    pub before_payment(
        customer: &str,
        total: &mut u64,
        lines: &mut Vec<String>,
        note: &mut Option<String>,
        parts: &mut [u32],
        text: &mut str,
        discount: &mut dyn Discount,
        discounts: &mut Vec<Box<dyn Discount>>,
        label: &mut &'static str,
        pair: &mut (u32, String),
    );
}

#[receiver(before_payment, priority = 2)]
fn first(total: &mut u64, lines: &mut Vec<String>, customer: &str) {
    *total += 1;
    lines.push(customer.to_owned());
}

#[receiver(before_payment, priority = 1)]
async fn second(
    note: &mut Option<String>,
    parts: &mut [u32],
    text: &mut str,
    discount: &mut (dyn Discount + Send + Sync),
    discounts: &mut Vec<Box<dyn Discount>>,
    label: &mut &'static str,
    pair: &mut (u32, String),
) {
    *note = Some("second".to_owned());
    parts[0] = 9;
    text.make_ascii_uppercase();
    discount.raise();
    discounts.push(Box::<Percent>::default());
    *label = "changed";
    pair.0 += 1;
}

// What can be changed can also just be looked at.
#[receiver(before_payment)]
fn third(total: &u64, note: &Option<String>, lines: &[String]) {
    assert_eq!(*total, 6);
    assert_eq!(note.as_deref(), Some("second"));
    assert_eq!(lines, ["ada"]);
}

fn main() -> Result<(), signals_core::SendError> {
    let (mut total, mut lines, mut note, mut parts) = (5, Vec::new(), None, [1, 2]);
    let mut text = String::from("abc");
    let mut discount = Percent::default();
    let mut discounts: Vec<Box<dyn Discount>> = Vec::new();
    let mut label = "label";
    let mut pair = (0, String::new());
    before_payment.send(BeforePayment {
        customer: "ada",
        total: &mut total,
        lines: &mut lines,
        note: &mut note,
        parts: &mut parts,
        text: &mut text,
        discount: &mut discount,
        discounts: &mut discounts,
        label: &mut label,
        pair: &mut pair,
    })?;
    assert_eq!(
        (total, parts, text.as_str(), discount.0),
        (6, [9, 2], "ABC", 1)
    );
    assert_eq!((label, pair.0, discounts.len()), ("changed", 1, 1));
    Ok(())
}
