//! One statement for many rows sends one pair, and nothing for each.

use signals_builtin::models::{
    Batch, BulkExt, Delete, ModelExt, Rows, Write, WriteError, post_bulk_create, post_bulk_delete,
    post_bulk_update, post_save, pre_bulk_create, pre_bulk_delete, pre_bulk_update,
};
use signals_core::{BoxError, Sender, SignalInfo, receiver, testing};

use crate::support::{Car, NoRow, Person, called, journal, note};

#[receiver([pre_bulk_create, post_bulk_create, pre_bulk_delete, post_bulk_delete])]
fn hears(signal: &SignalInfo, sender: Sender, batch: &Batch, using: &str) -> Result<(), BoxError> {
    note(format!("{} {sender} {using} {batch:?}", called(signal)));
    if batch.predicate() == Some("false") {
        return Err("refused".into());
    }
    Ok(())
}

#[receiver([pre_bulk_update, post_bulk_update], sender = Person)]
async fn updated(signal: &SignalInfo, batch: &Batch, update_fields: Option<&[&str]>) {
    note(format!(
        "{} {:?} {:?} {update_fields:?}",
        called(signal),
        batch.predicate(),
        batch.count()
    ));
}

#[test]
fn keys_of_new_rows_are_known_afterwards() {
    let created = Car::bulk_create(Write::insert().using("other"), Batch::of(2), || {
        note("INSERT");
        Ok::<_, NoRow>(Batch::keys([7, 8]))
    })
    .unwrap();
    assert_eq!(created.pks().unwrap(), [7.into(), 8.into()]);
    assert_eq!(
        journal(),
        [
            "pre_bulk_create models.Car other Batch { rows: Unnamed, count: Some(2) }",
            "INSERT",
            "post_bulk_create models.Car other Batch { rows: Keys([Int(7), Int(8)]), count: Some(2) }",
        ]
    );
}

#[test]
fn rows_keep_their_condition_and_get_their_count() {
    let deleted = Car::bulk_delete(Delete::new(), Batch::matching("age > ?"), || {
        Ok::<u64, NoRow>(3)
    })
    .unwrap();
    assert_eq!(deleted.rows(), &Rows::Matching("age > ?".into()));
    assert_eq!(deleted.count(), Some(3));
    assert_eq!(journal().len(), 2);
}

#[test]
fn a_failing_receiver_prevents_the_statement() {
    let error = Car::bulk_delete(Delete::new(), Batch::matching("false"), || {
        unreachable!() as Result<u64, NoRow>
    })
    .unwrap_err();
    assert!(matches!(error, WriteError::Prevented(_)));
}

#[tokio::test]
async fn async_stores_and_receivers_too() {
    Person::bulk_update_async(
        Write::update_fields(&["name"]),
        Batch::matching("name = ?"),
        async || Ok::<u64, NoRow>(0),
    )
    .await
    .unwrap();
    assert_eq!(
        journal(),
        [
            r#"pre_bulk_update Some("name = ?") None Some(["name"])"#,
            r#"post_bulk_update Some("name = ?") Some(0) Some(["name"])"#,
        ]
    );

    let none = Person::bulk_update_async(Write::update_fields(&[]), Batch::keys([1]), async || {
        unreachable!() as Result<u64, NoRow>
    });
    assert_eq!(none.await.unwrap().count(), Some(0));
    Car::bulk_create_async(Write::insert(), Batch::of(1), async || Ok::<u64, NoRow>(1))
        .await
        .unwrap();
    Car::bulk_delete_async(Delete::new(), Batch::keys([1]), async || {
        Ok::<u64, NoRow>(1)
    })
    .await
    .unwrap();
    assert_eq!(journal().len(), 4);
}

#[test]
fn or19_one_row_is_told_as_a_save_and_several_at_once_are_not() {
    let saved = testing::capture(&post_save);
    let row = Car { id: Some(1) };
    row.save(Write::insert(), Ok::<_, NoRow>).unwrap();
    assert_eq!(saved.count(), 1);

    Car::bulk_create(Write::insert(), Batch::of(3), || Ok::<u64, NoRow>(3)).unwrap();
    assert_eq!(saved.count(), 1);
    let told = journal();
    let told: Vec<_> = told
        .iter()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert_eq!(
        told,
        [
            "pre_save",
            "post_save",
            "pre_bulk_create",
            "post_bulk_create"
        ]
    );
}

#[test]
fn or12_a_bulk_update_without_fields_does_nothing() {
    let none = Person::bulk_update(Write::update_fields(&[]), Batch::keys([1]), || {
        unreachable!() as Result<u64, NoRow>
    });
    assert_eq!(none.unwrap().count(), Some(0));
    assert!(journal().is_empty());
}
