//! Signals and receivers in different modules; re-exported and renamed.
#![deny(warnings)]

mod shop {
    pub mod signals {
        signals_core::signal! {
            pub order_paid(total: u64);
            pub order_sent(total: u64);
        }
    }

    pub use signals::order_paid as paid;
    pub use signals::{OrderPaid as Paid, order_sent};
}

mod prelude {
    pub use crate::shop::*;
}

mod mail {
    use crate::shop::paid as money_came;

    #[signals_core::receiver(money_came)]
    fn by_import(total: u64) {
        assert_eq!(total, 5);
    }

    #[signals_core::receiver(super::shop::signals::order_paid)]
    fn by_relative_path(event: &super::shop::Paid) {
        assert_eq!(event.total, 5);
    }

    #[signals_core::receiver(crate::prelude::paid)]
    fn by_absolute_path() {}

    mod tests {
        // As under `#[cfg(test)]`.
        use super::*;
        use crate::prelude::*;

        #[signals_core::receiver([money_came, order_sent])]
        fn in_tests(total: u64) {
            assert_eq!(total, 5);
        }
    }
}

use signals_core::receiver as on;

#[on(shop::paid)]
fn renamed_attribute(_total: u64) {}

#[signals_core::receiver(shop::paid)]
#[signals_core::receiver(shop::order_sent)]
fn by_path(total: u64) {
    assert_eq!(total, 5);
}

fn main() -> Result<(), signals_core::SendError> {
    assert_eq!(shop::paid.send(shop::Paid { total: 5 })?.count(), 6);
    assert_eq!(
        shop::order_sent
            .send(shop::signals::OrderSent { total: 5 })?
            .count(),
        2
    );
    Ok(())
}
