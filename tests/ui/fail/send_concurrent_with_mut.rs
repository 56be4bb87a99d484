#![allow(unused)]

use signals_core::signal;

signal! {
    before_payment(total: &mut u64);
}

fn main() {
    let mut total = 5;
    let _ = before_payment.concurrent();
}
