#![allow(unused)]

use signals_core::signal;

signal! {
    before_payment(total: &mut u64);
}

fn main() {
    let _connection = before_payment.connect_boxed(|payment| Box::pin(async {}));
}
