//! eventd: a slab of boxed closures; to subscribe takes `&mut`.

use super::{Row, work};
use crate::receivers::listen;
use told::Told;

mod told {
    #![expect(unused_must_use, reason = "by the code of the macro")]

    eventd::event!(Told => Fn(value: u64) + Send + Sync + 'static);
}

pub(super) const ROWS: &[Row] = &[
    Row::Send("eventd 0.3.2", |n| {
        let told = told(n);
        work!(value => told.emit(value))
    }),
    Row::Connect("eventd 0.3.2", || {
        let mut told = told(10);
        work!(_value => {
            let subscription = told.subscribe(listen);
            assert!(told.unsubscribe(subscription).is_ok());
        })
    }),
];

fn told(n: usize) -> Told {
    let mut told = Told::default();
    for _ in 0..n {
        told.subscribe(listen);
    }
    told
}
