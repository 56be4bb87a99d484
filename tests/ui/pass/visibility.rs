//! Private signals, and signals for a part of the crate.
#![deny(warnings, unreachable_pub, private_interfaces, private_bounds)]

mod shop {
    struct Secret(u32);

    signals_core::signal! {
        /// Known here only, with a type that is known here only.
        till_opened(till: &Secret);
        /// Known to this crate.
        pub(crate) order_paid(total: u64);
        /// Known to the module above.
        pub(super) order_sent(total: u64);
        /// Known to a path.
        pub(in crate::shop) order_lost(total: u64);
    }

    #[signals_core::receiver(till_opened)]
    fn log(till: &Secret) {
        assert_eq!(till.0, 7);
    }

    pub(crate) fn open() -> Result<(), signals_core::SendError> {
        till_opened.send(TillOpened { till: &Secret(7) })?;
        order_lost.send(OrderLost { total: 1 })?;
        Ok(())
    }
}

#[signals_core::receiver([shop::order_paid, shop::order_sent])]
fn log(total: u64) {
    assert_eq!(total, 5);
}

fn main() -> Result<(), signals_core::SendError> {
    shop::open()?;
    shop::order_paid.send(shop::OrderPaid { total: 5 })?;
    shop::order_sent.send(shop::OrderSent { total: 5 })?;
    Ok(())
}
