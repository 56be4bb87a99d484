#![allow(unused)]

use signals_core::Signal;

signals_core::signal! {
    order_paid(total: u64);
}

fn main() {
    let local: Signal<order_paid> = Signal::new();
    let _connection = local.connect(|paid| ());
}
