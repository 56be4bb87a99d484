//! `on_commit` receivers of what `save` and `delete` send.

use signals_builtin::models::{Delete, ModelExt, Write, post_delete, post_save};
use signals_core::{BoxError, Model, receiver, transaction};

use crate::support::{NoRow, journal, note};

#[derive(Clone, Debug, Model)]
struct Invoice {
    id: i64,
}

#[receiver(post_save, sender = Invoice, when = |created: bool| created, on_commit)]
fn announce(instance: &Invoice, using: &str, update_fields: Option<&[&str]>) {
    note(format!(
        "announce {} {using} {update_fields:?}",
        instance.id
    ));
}

#[receiver(post_delete, sender = Invoice, on_commit)]
async fn clean_up(instance: &Invoice) {
    note(format!("clean up {}", instance.id));
}

#[test]
fn on_commit_receivers_wait_for_the_end_of_the_transaction() {
    transaction::scope(|| {
        Invoice { id: 7 }.save(Write::insert(), Ok::<_, NoRow>)?;
        note("still open");
        Ok::<_, BoxError>(())
    })
    .unwrap();
    assert_eq!(journal()[2..], ["still open", "announce 7 default None"]);

    let rolled_back = transaction::scope(|| {
        Invoice { id: 8 }.save(Write::insert(), Ok::<_, NoRow>)?;
        Err::<(), BoxError>("no".into())
    });
    assert!(rolled_back.is_err());
    assert!(!journal().iter().any(|it| it.starts_with("announce")));
}

#[tokio::test]
async fn on_commit_receivers_wait_in_async_code_too() {
    transaction::scope_async(async {
        let invoice = Invoice { id: 7 }
            .save_async(Write::insert(), async |row| Ok::<_, NoRow>(row))
            .await?;
        invoice
            .delete_async(Delete::new(), async |_| Ok::<_, NoRow>(()))
            .await?;
        note("still open");
        Ok::<_, BoxError>(())
    })
    .await
    .unwrap();
    assert_eq!(
        journal()[4..],
        ["still open", "announce 7 default None", "clean up 7"]
    );
}
