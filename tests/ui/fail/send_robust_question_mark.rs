#![allow(unused)]

use signals_core::{SendError, signal};

signal! {
    order_paid(total: u64);
}

fn main() -> Result<(), SendError> {
    order_paid.send_robust(OrderPaid { total: 5 })?;
    Ok(())
}
