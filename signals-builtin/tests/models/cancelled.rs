//! A future that is dropped half-way.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use signals_builtin::models::{ModelExt, Write};

use crate::support::{NoRow, Table, journal, person};

#[test]
fn what_was_not_sent_when_the_future_is_dropped_never_is() {
    let mut table = Table::default();
    {
        let saved = person("ada").save_async(Write::insert(), async |row| {
            let row = table.insert(row)?;
            // The row is there, and the client goes away.
            std::future::pending::<()>().await;
            Ok::<_, NoRow>(row)
        });
        let mut context = Context::from_waker(Waker::noop());
        assert!(pin!(saved).poll(&mut context).is_pending());
    }
    assert_eq!(table.0.len(), 1);
    assert_eq!(
        journal(),
        [
            "pre_save models.Person None raw=false default None",
            "INSERT"
        ]
    );
}
