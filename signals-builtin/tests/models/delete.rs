//! `delete` and `delete_each`: SG03, SG04, SG05, OR01, OR17.

use signals_builtin::models::{
    Delete, ModelExt, Origin, WriteError, delete_each, delete_each_async, pre_delete,
};
use signals_core::{AnyModel, BoxError, Model, receiver};

use crate::support::{Car, NoRow, Person, Table, fail, journal, person};

fn row(id: i64) -> Person {
    Person {
        id: Some(id),
        ..person("ada")
    }
}

#[test]
fn sg03_the_key_is_there_in_both_and_the_row_is_its_own_origin() {
    let mut table = Table::default();
    table.insert(row(5)).unwrap();
    journal();
    let gone = row(5).delete(Delete::new(), |row| table.delete(row.id));
    assert_eq!(gone.unwrap(), 1);
    assert!(table.0.is_empty());
    assert_eq!(
        journal(),
        [
            "pre_delete models.Person 5 default Instance(models.Person 5)",
            "DELETE",
            "post_delete models.Person 5 default Instance(models.Person 5)",
        ]
    );
}

#[test]
fn sg03_a_row_that_is_gone_already_sends_both() {
    let gone = row(5).delete(Delete::new().using("other"), |row| {
        Table::default().delete(row.id)
    });
    assert_eq!(gone.unwrap(), 0);
    let told = journal();
    assert!(told[0].starts_with("pre_delete models.Person 5 other"));
    assert!(told[2].starts_with("post_delete models.Person 5 other"));
}

#[test]
fn sg03_only_the_row_of_the_key_that_it_has_now_is_deleted() {
    let mut table = Table::default();
    let mut ada = table.insert(row(5)).unwrap();
    table.insert(row(6)).unwrap();
    journal();
    ada.id = Some(6);
    let gone = ada.delete(Delete::new(), |row| table.delete(row.id));
    assert_eq!(gone.unwrap(), 1);
    assert_eq!(table.0.into_keys().collect::<Vec<_>>(), [5]);
    let told = journal();
    assert!(
        told[0].starts_with("pre_delete models.Person 6 "),
        "{told:?}"
    );
    assert!(
        told[2].starts_with("post_delete models.Person 6 "),
        "{told:?}"
    );
}

#[test]
fn sg04_or01_all_before_then_all_after_and_the_root_is_the_origin() {
    let (first, second, owner) = (Car { id: Some(1) }, Car { id: Some(2) }, row(5));
    delete_each(&[&first, &second, &owner], Delete::new(), || {
        Table::default().delete(Some(5))
    })
    .unwrap();
    let origin = "default Instance(models.Person 5)";
    assert_eq!(
        journal(),
        [
            format!("pre_delete models.Car 1 {origin}"),
            format!("pre_delete models.Car 2 {origin}"),
            format!("pre_delete models.Person 5 {origin}"),
            "DELETE".to_owned(),
            format!("post_delete models.Car 1 {origin}"),
            format!("post_delete models.Car 2 {origin}"),
            format!("post_delete models.Person 5 {origin}"),
        ]
    );
}

#[test]
fn sg05_rows_of_a_query_have_it_as_their_origin() {
    let rows = [row(1), row(2)];
    let rows: Vec<&dyn AnyModel> = rows.iter().map(|row| row as _).collect();
    let by_name = Delete::new().origin(Origin::Query("name = ?"));
    delete_each(&rows, by_name, || Ok::<_, NoRow>(())).unwrap();
    let told = journal();
    assert_eq!(told.len(), 4);
    assert!(
        told.iter().all(|it| it.ends_with("Query(name = ?)")),
        "{told:?}"
    );
}

#[tokio::test]
async fn sg04_sg05_async_deletions_send_the_same() {
    let (car, owner) = (Car { id: Some(1) }, row(5));
    let rows: [&dyn AnyModel; 2] = [&car, &owner];
    delete_each_async(&rows, Delete::new(), async || {
        Table::default().delete(Some(5))
    })
    .await
    .unwrap();
    assert_eq!(journal().len(), 5);
    row(5)
        .delete_async(Delete::new(), async |row| Table::default().delete(row.id))
        .await
        .unwrap();
    assert_eq!(journal().len(), 3);
}

#[test]
fn no_rows_no_signals() {
    let done = delete_each(&[], Delete::new(), || Ok::<_, NoRow>(7));
    assert_eq!(done.unwrap(), 7);
    assert!(journal().is_empty());
}

#[test]
fn a_failing_pre_delete_prevents_it() {
    fail("pre_delete");
    let error = row(5)
        .delete(Delete::new(), |_| -> Result<(), NoRow> { unreachable!() })
        .unwrap_err();
    assert!(matches!(error, WriteError::Prevented(_)));
}

/// A note that points to any row, so that the database knows nothing of it.
#[derive(Debug, Model)]
struct Note {
    id: i64,
}

#[receiver(pre_delete, sender = Note)]
fn keeps_what_is_needed(instance: &Note) -> Result<(), BoxError> {
    match instance.id {
        7 => Err("it is needed".into()),
        _ => Ok(()),
    }
}

#[test]
fn or17_a_receiver_of_one_row_that_goes_along_vetoes_the_whole_deletion() {
    let owner = row(5);
    let delete = |note: &Note| {
        let mut table = Table::default();
        table.insert(row(5)).unwrap();
        journal();
        let done = delete_each(&[note, &owner], Delete::new(), || table.delete(Some(5)));
        (done.map_err(|error| error.to_string()), table.0.len())
    };
    assert_eq!(delete(&Note { id: 1 }), (Ok(1), 0));
    assert_eq!(journal().len(), 5);

    let (error, rows) = delete(&Note { id: 7 });
    assert!(error.unwrap_err().contains("keeps_what_is_needed"));
    assert_eq!(rows, 1);
    assert!(!journal().iter().any(|line| line.starts_with("post_delete")));
}

#[test]
fn a_failing_post_delete_is_told() {
    fail("post_delete");
    let error = row(5)
        .delete(Delete::new(), |_| Ok::<_, NoRow>(()))
        .unwrap_err();
    assert!(matches!(error, WriteError::Afterwards(_)));
    assert_eq!(journal().len(), 2);
}
