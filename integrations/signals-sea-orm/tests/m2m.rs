//! `m2m_changed`, as Django's own tests have it: cars and their parts, persons and their friends.
#![allow(missing_docs)]

mod common;

use common::{Databases, databases_with};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, RelationTrait, Schema,
    Set, Statement, TransactionTrait,
};
use signals_builtin::models::{M2mAction, M2mChanged, m2m_changed, post_save, pre_save};
use signals_core::testing::{self, Capture};
use signals_core::{PrimaryKey, Sender};
use signals_sea_orm::{Db, M2m, SignalConnection, m2m};

macro_rules! named {
    ($name:ident, $table:literal) => {
        mod $name {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                #[sea_orm(primary_key)]
                pub id: i64,
                pub name: String,
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            #[signals_sea_orm::model]
            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

named!(car, "car");
named!(part, "part");
named!(person, "person");

macro_rules! between {
    ($name:ident, $table:literal) => {
        mod $name {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                #[sea_orm(primary_key)]
                pub id: i64,
                pub car_id: i64,
                pub part_id: i64,
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {
                #[sea_orm(
                    belongs_to = "super::car::Entity",
                    from = "Column::CarId",
                    to = "super::car::Column::Id"
                )]
                Car,
                #[sea_orm(
                    belongs_to = "super::part::Entity",
                    from = "Column::PartId",
                    to = "super::part::Column::Id"
                )]
                Part,
            }

            impl Related<super::car::Entity> for Entity {
                fn to() -> RelationDef {
                    Relation::Car.def()
                }
            }

            impl Related<super::part::Entity> for Entity {
                fn to() -> RelationDef {
                    Relation::Part.def()
                }
            }

            #[signals_sea_orm::model]
            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

between!(default_part, "default_part");
between!(optional_part, "optional_part");

macro_rules! persons {
    ($name:ident, $table:literal $(, $other:ident: $type:ty)?) => {
        mod $name {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                #[sea_orm(primary_key, auto_increment = false)]
                pub from_id: i64,
                #[sea_orm(primary_key, auto_increment = false)]
                pub to_id: i64,
                $(pub $other: $type,)?
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {
                #[sea_orm(
                    belongs_to = "super::person::Entity",
                    from = "Column::FromId",
                    to = "super::person::Column::Id"
                )]
                From,
                #[sea_orm(
                    belongs_to = "super::person::Entity",
                    from = "Column::ToId",
                    to = "super::person::Column::Id"
                )]
                To,
            }

            #[signals_sea_orm::model]
            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

persons!(friendship, "friendship");
persons!(fan, "fan", since: Option<i32>);

async fn with_tables() -> Databases {
    databases_with(create_tables).await
}

async fn create_tables(db: &Db) {
    let schema = Schema::new(db.get_database_backend());
    for table in [
        schema.create_table_from_entity(car::Entity),
        schema.create_table_from_entity(part::Entity),
        schema.create_table_from_entity(person::Entity),
        schema.create_table_from_entity(default_part::Entity),
        schema.create_table_from_entity(optional_part::Entity),
        schema.create_table_from_entity(friendship::Entity),
        schema.create_table_from_entity(fan::Entity),
    ] {
        db.execute(&table).await.unwrap();
    }
}

async fn a_car(name: &str, db: &Db) -> car::Model {
    let car = car::ActiveModel {
        name: Set(name.into()),
        ..ActiveModelTrait::default()
    };
    car.insert(db).await.unwrap()
}

fn new_part(name: &str) -> part::ActiveModel {
    part::ActiveModel {
        name: Set(name.into()),
        ..ActiveModelTrait::default()
    }
}

async fn a_person(name: &str, db: &Db) -> person::Model {
    let person = person::ActiveModel {
        name: Set(name.into()),
        ..ActiveModelTrait::default()
    };
    person.insert(db).await.unwrap()
}

/// Four parts, with the keys 1 to 4, and a car.
async fn vw(db: &Db) -> car::Model {
    for name in ["wheelset", "doors", "engine", "airbag"] {
        new_part(name).insert(db).await.unwrap();
    }
    a_car("VW", db).await
}

fn parts_in<'a, C>(
    car: &'a car::Model,
    db: &'a C,
) -> M2m<'a, car::Model, default_part::Entity, part::Entity, C>
where
    C: SignalConnection,
{
    m2m(car, default_part::Entity, part::Entity, db)
}

fn cars_with<'a>(
    part: &'a part::Model,
    db: &'a Db,
) -> M2m<'a, part::Model, default_part::Entity, car::Entity, Db> {
    m2m(part, default_part::Entity, car::Entity, db)
}

async fn the_part(id: i64, db: &Db) -> part::Model {
    let part = part::Entity::find_by_id(id).one(db).await.unwrap();
    part.unwrap()
}

#[derive(Clone, Debug, PartialEq)]
struct Changed {
    action: &'static str,
    instance: String,
    reverse: bool,
    model: Sender,
    keys: Vec<i64>,
    raw: bool,
    using: String,
}

fn changes() -> Capture<Changed> {
    testing::capture_with(&m2m_changed, |e| Changed {
        action: e.action.as_str(),
        instance: format!("{} {}", e.instance.label(), e.instance.pk().unwrap()),
        reverse: e.reverse,
        model: e.model,
        keys: e.pk_set.iter().map(|key| key.as_i64().unwrap()).collect(),
        raw: e.raw,
        using: e.using.to_owned(),
    })
}

/// Action, keys: of what was sent since.
fn actions(changes: &Capture<Changed>) -> Vec<(&'static str, Vec<i64>)> {
    let sent = changes.sent().into_iter();
    sent.map(|sent| (sent.snapshot.action, sent.snapshot.keys))
        .collect()
}

async fn parts_of(car: &car::Model, db: &Db) -> Vec<i64> {
    let links = default_part::Entity::find().all(db).await.unwrap();
    let mut parts: Vec<i64> = links
        .into_iter()
        .filter(|link| link.car_id == car.id)
        .map(|link| link.part_id)
        .collect();
    parts.sort_unstable();
    parts
}

#[tokio::test]
async fn mm01_repeated_add_and_remove() {
    for db in with_tables().await {
        let vw = vw(&db).await;
        let parts = parts_in(&vw, &db);
        let changes = changes();
        parts.add([1]).await.unwrap();
        parts.add([1]).await.unwrap();
        parts.remove([1]).await.unwrap();
        parts.remove([1]).await.unwrap();
        assert_eq!(
            actions(&changes),
            [
                ("pre_add", vec![1]),
                ("post_add", vec![1]),
                ("pre_add", vec![]),
                ("post_add", vec![]),
                ("pre_remove", vec![1]),
                ("post_remove", vec![1]),
                ("pre_remove", vec![1]),
                ("post_remove", vec![1]),
            ]
        );
    }
}

#[tokio::test]
async fn mm02_add_from_both_sides() {
    for db in with_tables().await {
        let vw = vw(&db).await;
        let toyota = a_car("Toyota", &db).await;
        let changes = changes();
        parts_in(&vw, &db).add([1, 2, 3]).await.unwrap();
        let forward = changes.sent();
        assert_eq!(forward.len(), 2);
        for sent in forward {
            assert_eq!(sent.sender, Sender::model::<default_part::Entity>());
            assert!(!sent.snapshot.reverse);
            assert_eq!(sent.snapshot.instance, "m2m.Car 1");
            assert_eq!(sent.snapshot.model, Sender::model::<part::Entity>());
            assert_eq!(sent.snapshot.keys, [1, 2, 3]);
            assert_eq!(sent.snapshot.using, "default");
        }
        let airbag = the_part(4, &db).await;
        let cars = cars_with(&airbag, &db);
        cars.add([vw.id, toyota.id]).await.unwrap();
        let sent = changes.sent().pop().unwrap().snapshot;
        assert!(sent.reverse);
        assert_eq!(sent.instance, "m2m.Part 4");
        assert_eq!(sent.model, Sender::model::<car::Entity>());
        assert_eq!(sent.keys, [1, 2]);
        assert_eq!(parts_of(&vw, &db).await, [1, 2, 3, 4]);
        assert_eq!(parts_of(&toyota, &db).await, [4]);
    }
}

#[tokio::test]
async fn or15_using_is_the_database_that_the_links_are_in() {
    for db in with_tables().await {
        let vw = vw(&db).await;
        let other = Db::new("other", db.connection().clone());
        let changes = changes();
        let parts = m2m(&vw, default_part::Entity, part::Entity, &other);
        parts.add([1]).await.unwrap();
        parts.clear().await.unwrap();
        let sent = changes.sent();
        assert_eq!(sent.len(), 4);
        assert!(sent.iter().all(|sent| sent.snapshot.using == "other"));
    }
}

#[tokio::test]
async fn mm03_what_is_removed_need_not_be_linked() {
    for db in with_tables().await {
        let vw = vw(&db).await;
        let parts = parts_in(&vw, &db);
        parts.add([1]).await.unwrap();
        let changes = changes();
        parts.remove([1, 4]).await.unwrap();
        assert_eq!(
            actions(&changes),
            [("pre_remove", vec![1, 4]), ("post_remove", vec![1, 4])]
        );
    }
}

#[tokio::test]
async fn mm04_a_second_relation_has_a_sender_of_its_own() {
    for db in with_tables().await {
        let vw = vw(&db).await;
        parts_in(&vw, &db).add([1]).await.unwrap();
        let optional = m2m(&vw, optional_part::Entity, part::Entity, &db);
        optional.add([1]).await.unwrap();
        let changes = changes();
        optional.add([1, 2, 3]).await.unwrap();
        assert_eq!(
            actions(&changes),
            [("pre_add", vec![2, 3]), ("post_add", vec![2, 3])]
        );
        assert!(
            changes
                .sent()
                .iter()
                .all(|sent| sent.sender == Sender::model::<optional_part::Entity>())
        );
        assert_eq!(parts_of(&vw, &db).await, [1]);
    }
}

#[tokio::test]
async fn mm05_remove_from_the_other_side() {
    for db in with_tables().await {
        let vw = vw(&db).await;
        parts_in(&vw, &db).add([1, 4]).await.unwrap();
        let airbag = the_part(4, &db).await;
        let changes = changes();
        cars_with(&airbag, &db).remove([vw.id]).await.unwrap();
        assert_eq!(
            actions(&changes),
            [("pre_remove", vec![1]), ("post_remove", vec![1])]
        );
        assert!(changes.sent()[0].snapshot.reverse);
        assert_eq!(parts_of(&vw, &db).await, [1]);
    }
}

#[tokio::test]
async fn mm06_clear() {
    for db in with_tables().await {
        let vw = vw(&db).await;
        let parts = parts_in(&vw, &db);
        parts.add([1, 2]).await.unwrap();
        let changes = changes();
        parts.clear().await.unwrap();
        parts.clear().await.unwrap();
        let pair = [("pre_clear", vec![]), ("post_clear", vec![])];
        assert_eq!(actions(&changes), [pair.clone(), pair].concat());
        assert!(parts_of(&vw, &db).await.is_empty());
    }
}

#[tokio::test]
async fn mm07_mm08_clear_from_the_other_side() {
    for db in with_tables().await {
        let vw = vw(&db).await;
        let toyota = a_car("Toyota", &db).await;
        for car in [&vw, &toyota] {
            parts_in(car, &db).add([1, 2]).await.unwrap();
        }
        let doors = the_part(2, &db).await;
        let changes = changes();
        cars_with(&doors, &db).clear().await.unwrap();
        assert_eq!(
            actions(&changes),
            [("pre_clear", vec![]), ("post_clear", vec![])]
        );
        let sent = changes.sent().pop().unwrap().snapshot;
        assert!(sent.reverse);
        assert_eq!(sent.instance, "m2m.Part 2");
        assert_eq!(
            (parts_of(&vw, &db).await, parts_of(&toyota, &db).await),
            (vec![1], vec![1])
        );
    }
}

/// By the relations' own names, as where two tables lie between the same two.
#[tokio::test]
async fn mm08_clear_from_the_other_side_of_a_named_relation() {
    for db in with_tables().await {
        let vw = vw(&db).await;
        let toyota = a_car("Toyota", &db).await;
        for car in [&vw, &toyota] {
            let optional = m2m(car, optional_part::Entity, part::Entity, &db);
            optional.add([2]).await.unwrap();
            parts_in(car, &db).add([2]).await.unwrap();
        }
        let doors = the_part(2, &db).await;
        let changes = changes();
        let (from, to) = (
            optional_part::Relation::Part.def(),
            optional_part::Relation::Car.def(),
        );
        let cars = M2m::between(&doors, optional_part::Entity, from, to, car::Entity, &db);
        cars.clear().await.unwrap();
        assert_eq!(
            actions(&changes),
            [("pre_clear", vec![]), ("post_clear", vec![])]
        );
        for sent in changes.sent() {
            assert_eq!(sent.sender, Sender::model::<optional_part::Entity>());
            assert!(sent.snapshot.reverse);
            assert_eq!(sent.snapshot.model, Sender::model::<car::Entity>());
        }
        let optional = optional_part::Entity::find().count(&db).await.unwrap();
        assert_eq!((optional, parts_of(&vw, &db).await), (0, vec![2]));
    }
}

#[tokio::test]
async fn mm09_create_and_set() {
    for db in with_tables().await {
        let vw = vw(&db).await;
        let parts = parts_in(&vw, &db);
        parts.add([1, 2]).await.unwrap();
        let changes = changes();
        let saved = testing::capture(&post_save);
        let windows = parts.create(new_part("windows")).await.unwrap();
        assert_eq!(saved.only().sender, Sender::model::<part::Entity>());
        parts.set([1, 3]).await.unwrap();
        assert_eq!(
            actions(&changes),
            [
                ("pre_add", vec![windows.id]),
                ("post_add", vec![windows.id]),
                ("pre_remove", vec![2, 5]),
                ("post_remove", vec![2, 5]),
                ("pre_add", vec![3]),
                ("post_add", vec![3]),
            ]
        );
        assert_eq!(parts_of(&vw, &db).await, [1, 3]);
    }
}

#[tokio::test]
async fn mm10_set_after_a_clear_and_without() {
    for db in with_tables().await {
        let vw = vw(&db).await;
        let parts = parts_in(&vw, &db);
        parts.add([1, 2]).await.unwrap();
        let changes = changes();
        parts.clear_and_set([2, 3]).await.unwrap();
        parts.set([2, 3]).await.unwrap();
        parts.set([2]).await.unwrap();
        parts.clear_and_set(Vec::<i64>::new()).await.unwrap();
        assert_eq!(
            actions(&changes),
            [
                ("pre_clear", vec![]),
                ("post_clear", vec![]),
                ("pre_add", vec![2, 3]),
                ("post_add", vec![2, 3]),
                ("pre_remove", vec![3]),
                ("post_remove", vec![3]),
                ("pre_clear", vec![]),
                ("post_clear", vec![]),
            ]
        );
    }
}

#[tokio::test]
async fn mm12_friends_are_friends_of_each_other() {
    for db in with_tables().await {
        let alice = a_person("Alice", &db).await;
        let bob = a_person("Bob", &db).await;
        let friends = |person| {
            let (from, to) = (
                friendship::Relation::From.def(),
                friendship::Relation::To.def(),
            );
            M2m::between(person, friendship::Entity, from, to, person::Entity, &db).symmetrical()
        };
        let changes = changes();
        friends(&alice).add([bob.id, alice.id]).await.unwrap();
        friends(&bob).add([alice.id]).await.unwrap();
        assert_eq!(friendship::Entity::find().count(&db).await.unwrap(), 3);
        friends(&bob).remove([alice.id]).await.unwrap();
        assert_eq!(friendship::Entity::find().count(&db).await.unwrap(), 1);
        friends(&alice).clear().await.unwrap();
        assert_eq!(friendship::Entity::find().count(&db).await.unwrap(), 0);
        assert_eq!(
            actions(&changes),
            [
                ("pre_add", vec![1, 2]),
                ("post_add", vec![1, 2]),
                ("pre_add", vec![]),
                ("post_add", vec![]),
                ("pre_remove", vec![1]),
                ("post_remove", vec![1]),
                ("pre_clear", vec![]),
                ("post_clear", vec![]),
            ]
        );
        assert!(changes.sent().iter().all(|sent| !sent.snapshot.reverse));
    }
}

#[tokio::test]
async fn mm13_mm14_fans_and_idols() {
    for db in with_tables().await {
        let alice = a_person("Alice", &db).await;
        let bob = a_person("Bob", &db).await;
        let (from, to) = (fan::Relation::From.def(), fan::Relation::To.def());
        let changes = changes();
        let fans = M2m::between(
            &alice,
            fan::Entity,
            from.clone(),
            to.clone(),
            person::Entity,
            &db,
        );
        fans.add([bob.id]).await.unwrap();
        let idols = M2m::between(&alice, fan::Entity, to, from, person::Entity, &db);
        idols.add([bob.id]).await.unwrap();
        let reverse: Vec<_> = changes
            .sent()
            .iter()
            .map(|sent| sent.snapshot.reverse)
            .collect();
        assert_eq!(reverse, [false, false, true, true]);
        let links = fan::Entity::find().all(&db).await.unwrap();
        let links: Vec<_> = links
            .iter()
            .map(|link| (link.from_id, link.to_id))
            .collect();
        assert_eq!(links, [(1, 2), (2, 1)]);
    }
}

#[tokio::test]
async fn mm15_mm16_mm17_raw() {
    for db in with_tables().await {
        let vw = vw(&db).await;
        let changes = changes();
        parts_in(&vw, &db).add([1]).await.unwrap();
        let fixture = db.raw();
        let parts = parts_in(&vw, &fixture);
        parts.set([2]).await.unwrap();
        parts.clear_and_set([3]).await.unwrap();
        let raw: Vec<_> = changes
            .sent()
            .iter()
            .map(|sent| (sent.snapshot.action, sent.snapshot.raw))
            .collect();
        assert_eq!(
            raw,
            [
                ("pre_add", false),
                ("post_add", false),
                ("pre_remove", true),
                ("post_remove", true),
                ("pre_add", true),
                ("post_add", true),
                ("pre_clear", true),
                ("post_clear", true),
                ("pre_add", true),
                ("post_add", true),
            ]
        );
    }
}

#[tokio::test]
async fn mm_a_receiver_takes_keys_out() {
    for db in with_tables().await {
        let vw = vw(&db).await;
        let _veto = m2m_changed
            .on()
            .scoped()
            .connect_mut(|e: &mut M2mChanged<'_>| {
                if e.action == M2mAction::PreAdd || e.action == M2mAction::PreRemove {
                    e.pk_set.remove(&PrimaryKey::from(2));
                    e.pk_set.insert(PrimaryKey::from(99));
                }
            })
            .unwrap();
        let changes = changes();
        let parts = parts_in(&vw, &db);
        parts.add([1, 2]).await.unwrap();
        assert_eq!(parts_of(&vw, &db).await, [1]);
        assert_eq!(
            actions(&changes),
            [("pre_add", vec![1, 2]), ("post_add", vec![1])]
        );
    }
}

#[tokio::test]
async fn mm_a_receiver_that_fails_undoes_it() {
    for db in with_tables().await {
        let vw = vw(&db).await;
        let parts = parts_in(&vw, &db);
        parts.add([1]).await.unwrap();
        let fails = m2m_changed
            .on()
            .scoped()
            .connect(|e: &M2mChanged<'_>| match e.action {
                M2mAction::PostAdd => Err(DbErr::Custom("too many parts".into())),
                _ => Ok(()),
            })
            .unwrap();
        parts.set([2]).await.unwrap_err();
        assert_eq!(parts_of(&vw, &db).await, [1]);
        drop(fails);
        // In the transaction of somebody else, it is a savepoint.
        let txn = db.begin().await.unwrap();
        parts_in(&vw, &txn).set([2]).await.unwrap();
        txn.rollback().await.unwrap();
        assert_eq!(parts_of(&vw, &db).await, [1]);
    }
}

#[tokio::test]
async fn sg07_links_send_no_saves() {
    for db in with_tables().await {
        let vw = vw(&db).await;
        let (pre, post) = (testing::capture(&pre_save), testing::capture(&post_save));
        let deleted = testing::capture(&signals_builtin::models::post_delete);
        let changes = changes();
        let parts = parts_in(&vw, &db);
        parts.add(Vec::<i64>::new()).await.unwrap();
        parts.remove(Vec::<i64>::new()).await.unwrap();
        parts.set(Vec::<i64>::new()).await.unwrap();
        assert_eq!(changes.count(), 0);
        parts.add([1, 2]).await.unwrap();
        parts.clear().await.unwrap();
        assert_eq!((pre.count(), post.count(), deleted.count()), (0, 0, 0));
    }
}

/// A table that lacks a column: whoever looks at a link gets an error.
#[tokio::test]
async fn or16_links_are_looked_up_for_those_who_listen() {
    for db in with_tables().await {
        let (alice, bob) = (a_person("Alice", &db).await, a_person("Bob", &db).await);
        db.execute_unprepared("ALTER TABLE fan DROP COLUMN since")
            .await
            .unwrap();
        let (from, to) = (fan::Relation::From.def(), fan::Relation::To.def());
        let fans = M2m::between(&alice, fan::Entity, from, to, person::Entity, &db);
        for _ in 0..2 {
            fans.add([bob.id]).await.unwrap();
            let counted = db.query_one_raw(Statement::from_string(
                db.get_database_backend(),
                "SELECT COUNT(*) AS links FROM fan",
            ));
            let counted = counted.await.unwrap().unwrap();
            assert_eq!(counted.try_get::<i64>("", "links").unwrap(), 1);
        }
        let changes = changes();
        let error = fans.add([bob.id]).await.unwrap_err();
        assert!(error.to_string().contains("since"), "{error}");
        assert_eq!(changes.count(), 0);
    }
}

#[tokio::test]
async fn or15_using_is_the_database_that_is_used() {
    for db in with_tables().await {
        let vw = vw(&db).await;
        let replica = Db::new("replica", db.connection().clone());
        let changes = changes();
        parts_in(&vw, &db).add([1]).await.unwrap();
        let txn = replica.begin().await.unwrap();
        parts_in(&vw, &txn).set([2]).await.unwrap();
        txn.commit().await.unwrap();
        let using: Vec<_> = changes
            .sent()
            .into_iter()
            .map(|sent| sent.snapshot.using)
            .collect();
        let replica = ["replica"; 4];
        assert_eq!(using, [&["default"; 2][..], &replica].concat());
    }
}
