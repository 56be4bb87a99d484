//! `save`: SG02, OR10–OR12, OR14, OR18.

use std::error::Error;

use serde::Deserialize;
use signals_builtin::models::{
    self, Batch, BulkExt, Delete, ModelExt, Write, WriteError, Written, pre_save,
};
use signals_core::{Model, ModelView, PrimaryKey, in_current_scope, receiver};

use crate::support::{NoRow, Person, Table, fail, journal, person};

#[test]
fn sg02_created_is_what_happened_and_the_key_is_there_afterwards() {
    let mut table = Table::default();
    let mut ada = person("ada")
        .save(Write::insert(), |row| table.insert(row))
        .unwrap();
    assert_eq!(ada.id, Some(1));
    assert_eq!(
        journal(),
        [
            "pre_save models.Person None raw=false default None",
            "INSERT",
            "post_save Some(\"1\") created=true raw=false default None",
        ]
    );

    ada.name = "Ada".into();
    ada.save(Write::update(), |row| table.update(row)).unwrap();
    assert_eq!(
        journal(),
        [
            "pre_save models.Person Some(\"1\") raw=false default None",
            "UPDATE",
            "post_save Some(\"1\") created=false raw=false default None",
        ]
    );
}

#[test]
fn sg02_raw_is_told_on_both_sides() {
    let mut table = Table::default();
    let row = Person {
        id: Some(5),
        ..person("grace")
    };
    row.save(Write::insert().raw(), |row| table.insert(row))
        .unwrap();
    let told = journal();
    assert!(told[0].contains("raw=true"), "{told:?}");
    assert!(told[2].contains("created=true raw=true"), "{told:?}");
}

#[tokio::test]
async fn sg02_all_writes_of_a_scope_may_be_raw() {
    let mut table = Table::default();
    in_current_scope(async {
        let _loading = models::raw();
        let insert = Write::insert();
        person("ada")
            .save_async(insert, async |row| {
                tokio::task::yield_now().await;
                table.insert(row)
            })
            .await
            .unwrap();
    })
    .await;
    let told = journal();
    assert!(told[0].contains("raw=true"), "{told:?}");
    assert!(told[2].contains("raw=true"), "{told:?}");
    assert!(!models::is_raw());
}

#[test]
fn sg02_a_statement_may_tell_afterwards_whether_the_row_is_new() {
    let mut table = Table::default();
    let mut upsert = |row: Person| {
        let row = Person { id: Some(3), ..row };
        row.save(Write::insert(), |row| {
            let there = table.0.contains_key(&3);
            let row = table.insert(row)?;
            Ok::<_, NoRow>(if there {
                Written::updated(row)
            } else {
                Written::created(row)
            })
        })
        .unwrap();
        journal().pop().unwrap()
    };
    assert!(upsert(person("ada")).contains("created=true"));
    assert!(upsert(person("grace")).contains("created=false"));
}

/// As Django's `save`, whoever does not know writes what is there and inserts what is not.
fn save_by_key(table: &mut Table, row: Person) -> Person {
    row.save(Write::update(), |row| match table.update(row.clone()) {
        Ok(row) => Ok::<_, NoRow>(Written::updated(row)),
        Err(NoRow) => table.insert(row).map(Written::created),
    })
    .unwrap()
}

#[test]
fn sg02_a_row_under_another_key_is_created() {
    let mut table = Table::default();
    let told = |table: &mut Table, id: i64| {
        let id = Some(id);
        let row = save_by_key(
            table,
            Person {
                id,
                ..person("ada")
            },
        );
        assert_eq!(row.id, id);
        journal().pop().unwrap()
    };
    assert!(told(&mut table, 5).starts_with(r#"post_save Some("5") created=true"#));
    assert!(told(&mut table, 5).starts_with(r#"post_save Some("5") created=false"#));
    assert!(told(&mut table, 6).starts_with(r#"post_save Some("6") created=true"#));
    assert_eq!(table.0.len(), 2);
}

#[test]
fn what_receivers_make_of_the_row_is_written() {
    let mut table = Table::default();
    let ada = person(" ada ")
        .save(Write::insert(), |row| table.insert(row))
        .unwrap();
    assert_eq!(ada.name, "ada");
    assert_eq!(table.0[&1].name, "ada");
}

#[test]
fn a_failing_pre_save_prevents_the_write() {
    fail("pre_save");
    let mut table = Table::default();
    let error = person("ada")
        .save(Write::insert(), |row| table.insert(row))
        .unwrap_err();
    assert!(matches!(error, WriteError::Prevented(_)));
    assert!(error.to_string().contains("pre_save"), "{error}");
    assert!(error.signal().is_some());
    // Not shown twice by what prints the chain.
    assert_eq!(error.source().unwrap().to_string(), "refused");
    assert!(table.0.is_empty());
    assert_eq!(journal().len(), 1);
}

#[test]
fn a_failing_write_sends_nothing_after_it() {
    let mut table = Table::default();
    let error = person("ada")
        .save(Write::update(), |row| table.update(row))
        .unwrap_err();
    assert_eq!(error.store(), Some(&NoRow));
    assert_eq!(error.to_string(), "no such row");
    assert_eq!(journal().len(), 2);
}

#[test]
fn a_failing_post_save_is_told_and_the_row_is_there() {
    fail("post_save");
    let mut table = Table::default();
    let error = person("ada")
        .save(Write::insert(), |row| table.insert(row))
        .unwrap_err();
    assert!(matches!(error, WriteError::Afterwards(_)));
    assert!(error.to_string().contains("post_save"), "{error}");
    assert_eq!(table.0.len(), 1);
}

/// Another model of the same table, as a proxy is in Django, and one more of that.
mod proxies {
    use super::{ModelExt, NoRow, Write, journal};
    use signals_builtin::models::{Delete, post_save, pre_delete};
    use signals_core::{Model, receiver};

    use crate::support::{note, person};

    #[derive(Clone, Debug, Model)]
    struct Member {
        id: i64,
    }

    #[derive(Clone, Debug, Model)]
    struct Guest {
        id: i64,
    }

    #[receiver([post_save, pre_delete], sender = Member)]
    fn of_members(instance: &Member) {
        note(format!("member {}", instance.id));
    }

    #[receiver([post_save, pre_delete], sender = Guest)]
    fn of_guests(instance: &Guest) {
        note(format!("guest {}", instance.id));
    }

    fn own() -> Vec<String> {
        let mut journal = journal();
        journal.retain(|line| line.starts_with("member") || line.starts_with("guest"));
        journal
    }

    #[test]
    fn or10_a_save_by_one_model_of_a_table_is_heard_by_its_own_receivers_only() {
        let stored = Ok::<_, NoRow>;
        Member { id: 1 }.save(Write::insert(), stored).unwrap();
        assert_eq!(own(), ["member 1"]);
        let stored = Ok::<_, NoRow>;
        Guest { id: 1 }.save(Write::update(), stored).unwrap();
        assert_eq!(own(), ["guest 1"]);
        person("ada").save(Write::insert(), Ok::<_, NoRow>).unwrap();
        assert_eq!(own(), [""; 0]);
    }

    #[test]
    fn or09_a_deletion_by_one_model_of_a_table_is_heard_by_its_own_receivers_only() {
        let gone = |_: &Guest| Ok::<_, NoRow>(());
        Guest { id: 1 }.delete(Delete::new(), gone).unwrap();
        assert_eq!(own(), ["guest 1"]);
    }
}

#[test]
fn or11_both_signals_get_exactly_the_given_fields() {
    let mut table = Table::default();
    let ada = table.insert(person("ada")).unwrap();
    journal();
    ada.save(Write::update_fields(&["name"]), |row| table.update(row))
        .unwrap();
    let told = journal();
    assert!(told[0].ends_with(r#"Some(["name"])"#), "{told:?}");
    assert!(told[2].ends_with(r#"Some(["name"])"#), "{told:?}");
}

#[test]
fn or12_no_fields_no_write_and_no_signals() {
    let ada = person("ada");
    let same = ada
        .clone()
        .save(Write::update_fields(&[]), |_| -> Result<Person, NoRow> {
            unreachable!("nothing is written")
        })
        .unwrap();
    assert_eq!(same, ada);
    assert!(journal().is_empty());
}

#[test]
fn or14_using_is_told_on_both_sides() {
    let mut table = Table::default();
    person("ada")
        .save(Write::insert().using("other"), |row| table.insert(row))
        .unwrap();
    let told = journal();
    assert!(told[0].contains(" other "), "{told:?}");
    assert!(told[2].contains(" other "), "{told:?}");
}

/// What a file of fixtures has.
#[derive(Clone, Debug, Model, Deserialize)]
struct Match {
    id: i64,
    minutes: u32,
    kick_off: Option<std::time::SystemTime>,
}

#[receiver(pre_save, sender = Match)]
fn adds_the_break(instance: &mut Match, raw: bool) {
    assert!(raw);
    instance.minutes += 15;
}

#[test]
fn or18_values_of_a_raw_row_have_their_types_before_it_is_saved() {
    let load = |fixture: &str| -> Result<Match, Box<dyn Error>> {
        let row: Match = serde_json::from_str(fixture)?;
        Ok(row.save(Write::insert().raw(), Ok::<_, NoRow>)?)
    };
    let row = load(r#"{"id": 1, "minutes": 90, "kick_off": null}"#).unwrap();
    assert_eq!((row.minutes, row.kick_off), (105, None));
    journal();
    // What has no such type is never a row, and nobody is told.
    load(r#"{"id": 1, "minutes": "many", "kick_off": null}"#).unwrap_err();
    assert!(journal().is_empty());
}

#[tokio::test]
async fn sg02_async_stores_send_the_same() {
    let mut table = Table::default();
    let ada = person(" ada ")
        .save_async(Write::insert(), async |row| table.insert(row))
        .await
        .unwrap();
    assert_eq!(ada.name, "ada");
    let error = person("grace")
        .save_async(Write::update(), async |row| table.update(row))
        .await
        .unwrap_err();
    assert_eq!(error.store(), Some(&NoRow));
    let same = ada
        .save_async(Write::update_fields(&[]), async |row| table.update(row))
        .await
        .unwrap();
    assert_eq!(same.id, Some(1));
    assert_eq!(
        journal(),
        [
            "pre_save models.Person None raw=false default None",
            "INSERT",
            "post_save Some(\"1\") created=true raw=false default None",
            "pre_save models.Person None raw=false default None",
            "UPDATE",
        ]
    );
}

#[tokio::test]
async fn what_is_async_can_be_spawned() {
    fn assert_send<T: Send>(future: T) -> T {
        future
    }
    let mut table = Table::default();
    let mut transaction = vec![1];
    let transaction = &mut transaction;
    let saved = assert_send(async {
        person("ada")
            .save_async(Write::insert(), async |row| {
                transaction.push(2);
                tokio::task::yield_now().await;
                table.insert(row)
            })
            .await
    });
    let ada = saved.await.unwrap();
    assert_eq!(transaction.len(), 2);

    let deleted = ada.delete_async(Delete::new(), async |row| table.delete(row.id));
    assert_eq!(assert_send(deleted).await.unwrap(), 1);
    let batch = Batch::keys([1]);
    let bulk = Person::bulk_delete_async(Delete::new(), batch, async || Ok::<u64, NoRow>(0));
    assert_eq!(assert_send(bulk).await.unwrap().count(), Some(0));
}

/// What is written and what is stored are two types, as Diesel and many hand-written stores have it.
mod two_types {
    use super::{Model, ModelExt, ModelView, NoRow, PrimaryKey, Write, WriteError, pre_save};
    use signals_core::receiver;

    struct Users;
    #[derive(Debug)]
    struct User {
        id: i64,
        name: String,
    }
    #[derive(Debug)]
    struct NewUser {
        name: String,
    }

    impl Model for Users {
        const LABEL: &'static str = "models.User";
        type Instance = User;
        type Draft = NewUser;
    }

    impl ModelView for User {
        type Of = Users;

        fn pk(&self) -> Option<PrimaryKey> {
            Some(self.id.into())
        }
    }

    impl ModelView for NewUser {
        type Of = Users;

        fn pk(&self) -> Option<PrimaryKey> {
            None
        }
    }

    #[receiver(pre_save, sender = Users)]
    fn tidy(instance: &mut NewUser) {
        instance.name.make_ascii_uppercase();
    }

    #[test]
    fn a_draft_becomes_an_instance() {
        let new = NewUser { name: "ada".into() };
        let user = new
            .save(Write::insert(), |new| {
                Ok::<_, NoRow>(User {
                    id: 7,
                    name: new.name,
                })
            })
            .unwrap();
        assert_eq!((user.id, user.name.as_str()), (7, "ADA"));
    }

    #[test]
    fn or12_without_fields_there_is_no_row_to_return() {
        let new = NewUser { name: "ada".into() };
        let error = new
            .save(Write::update_fields(&[]), |_| Err::<User, _>(NoRow))
            .unwrap_err();
        assert!(matches!(error, WriteError::NoFields));
    }
}
