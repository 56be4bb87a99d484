#![allow(unused)]

use signals_core::signal;

signal! {
    before_payment(total: &mut u64);
}

async fn raise(payment: &BeforePayment<'_>) {}

fn main() {
    let _connection = before_payment.connect_async(raise);
}
