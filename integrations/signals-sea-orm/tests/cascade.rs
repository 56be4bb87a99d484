//! Deletions that take other rows along.
#![allow(missing_docs)]

mod common;

use std::sync::{Arc, Mutex};

use common::databases;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, IntoActiveModel,
    ModelTrait, PaginatorTrait, QueryFilter, QueryOrder, Schema, Set,
};
use signals_builtin::models::{Origin, PostDelete, post_delete, post_save, pre_delete, pre_save};
use signals_core::{AnyModel, receiver, state, testing};
use signals_sea_orm::{Db, DeleteEach, Handle, delete, send_error};

/// A table whose rows belong to those of another.
macro_rules! belongs {
    ($name:ident, $table:literal, $owner:ty, $entity:literal, $key:literal $(, $on_delete:literal)?) => {
        mod $name {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                #[sea_orm(primary_key, auto_increment = false)]
                pub id: i32,
                pub owner_id: $owner,
                pub text: String,
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {
                #[sea_orm(
                    belongs_to = $entity,
                    from = "Column::OwnerId",
                    to = $key
                    $(, on_delete = $on_delete)?
                )]
                Owner,
            }

            #[signals_sea_orm::model]
            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

mod author {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "author")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub agency_id: Option<i32>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::agency::Entity",
            from = "Column::AgencyId",
            to = "super::agency::Column::Id",
            on_delete = "Cascade"
        )]
        Agency,
    }

    #[signals_sea_orm::model]
    impl ActiveModelBehavior for ActiveModel {}
}

mod agency {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "agency")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    #[signals_sea_orm::model]
    impl ActiveModelBehavior for ActiveModel {}
}

/// One for each author, with the author's key.
mod portrait {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "portrait")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub author_id: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::author::Entity",
            from = "Column::AuthorId",
            to = "super::author::Column::Id",
            on_delete = "Cascade"
        )]
        Author,
    }

    #[signals_sea_orm::model]
    impl ActiveModelBehavior for ActiveModel {}
}

/// Keeps its author, unless the agency of both goes.
mod contract {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "contract")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub author_id: i32,
        pub agency_id: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::author::Entity",
            from = "Column::AuthorId",
            to = "super::author::Column::Id",
            on_delete = "Restrict"
        )]
        Author,
        #[sea_orm(
            belongs_to = "super::agency::Entity",
            from = "Column::AgencyId",
            to = "super::agency::Column::Id",
            on_delete = "Cascade"
        )]
        Agency,
    }

    #[signals_sea_orm::model]
    impl ActiveModelBehavior for ActiveModel {}
}

/// About anything, as `object` says.
mod remark {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "remark")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub object: String,
        pub object_id: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::book::Entity",
            from = "Column::ObjectId",
            to = "super::book::Column::Id",
            on_condition = r#"Column::Object.eq("book")"#,
            on_delete = "Cascade",
            skip_fk
        )]
        Book,
    }

    #[signals_sea_orm::model]
    impl ActiveModelBehavior for ActiveModel {}
}

belongs!(
    book,
    "book",
    i32,
    "super::author::Entity",
    "super::author::Column::Id",
    "Cascade"
);
belongs!(
    page,
    "page",
    i32,
    "super::book::Entity",
    "super::book::Column::Id",
    "Cascade"
);
belongs!(
    note,
    "note",
    Option<i32>,
    "super::author::Entity",
    "super::author::Column::Id",
    "SetNull"
);
belongs!(
    letter,
    "letter",
    i32,
    "super::author::Entity",
    "super::author::Column::Id"
);
// A team has a leader, who is in a team.
belongs!(
    team,
    "team",
    Option<i32>,
    "super::player::Entity",
    "super::player::Column::Id",
    "Cascade"
);
belongs!(
    player,
    "player",
    i32,
    "super::team::Entity",
    "super::team::Column::Id",
    "Cascade"
);
belongs!(
    folder,
    "folder",
    Option<i32>,
    "Entity",
    "Column::Id",
    "Cascade"
);
// Nobody listens to these.
belongs!(
    shelf,
    "shelf",
    i32,
    "super::agency::Entity",
    "super::agency::Column::Id",
    "NoAction"
);
belongs!(
    tray,
    "tray",
    i32,
    "super::shelf::Entity",
    "super::shelf::Column::Id",
    "Cascade"
);
belongs!(
    paper,
    "paper",
    i32,
    "super::tray::Entity",
    "super::tray::Column::Id",
    "Cascade"
);

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, what: String) {
        self.0.lock().unwrap().push(what);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn shown(model: &dyn AnyModel) -> String {
    let name = model.label().rsplit('.').next().unwrap();
    format!("{name} {}", model.pk().unwrap())
}

fn shown_origin(origin: Origin<'_>) -> String {
    origin.instance().map_or("query".to_owned(), shown)
}

#[receiver(pre_delete, sender = [agency::Entity, author::Entity, book::Entity, page::Entity,
    portrait::Entity, contract::Entity, remark::Entity, folder::Entity, team::Entity, player::Entity])]
fn before(instance: &dyn AnyModel, origin: Origin<'_>, #[state] log: &Log) -> Result<(), DbErr> {
    log.add(format!(
        "pre {} of {}",
        shown(instance),
        shown_origin(origin)
    ));
    let remark = instance.downcast_ref::<remark::Model>();
    if remark.is_some_and(|remark| remark.object_id == 66) {
        return Err(DbErr::Custom("it stays on record".into()));
    }
    Ok(())
}

#[receiver(post_delete, sender = [agency::Entity, author::Entity, book::Entity, page::Entity,
    portrait::Entity, contract::Entity, remark::Entity, folder::Entity, team::Entity, player::Entity])]
async fn after(
    instance: &dyn AnyModel,
    origin: Origin<'_>,
    #[state] log: &Log,
    #[state] handle: &Handle,
) -> Result<(), DbErr> {
    assert!(handle.is_transaction());
    log.add(format!(
        "post {} of {}",
        shown(instance),
        shown_origin(origin)
    ));
    if let Some(page) = instance.downcast_ref::<page::Model>() {
        let book = book::Entity::find_by_id(page.owner_id).one(handle).await?;
        log.add(format!("its book is there: {}", book.is_some()));
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Repoints;

/// Gives the letters of an author to the second one, in the test that asks for it.
#[receiver(pre_delete, sender = author::Entity)]
async fn repoint(instance: &author::Model, #[state] handle: &Handle) -> Result<(), DbErr> {
    if state::get::<Repoints>().is_none() {
        return Ok(());
    }
    let letters = letter::Entity::find().filter(letter::Column::OwnerId.eq(instance.id));
    for letter in letters.all(handle).await? {
        let mut letter = letter.into_active_model();
        letter.owner_id = Set(2);
        letter.update(handle).await?;
    }
    Ok(())
}

fn with_log() -> (Log, state::ScopedState) {
    let log = Log::default();
    let guard = state::scoped(log.clone());
    (log, guard)
}

macro_rules! insert {
    ($db:expr, $entity:ident, $($row:tt)*) => {
        $entity::Entity::insert($entity::ActiveModel { $($row)* })
            .exec_without_returning($db)
            .await
            .unwrap()
    };
}

macro_rules! count {
    ($db:expr, $entity:ident) => {
        $entity::Entity::find().count($db).await.unwrap()
    };
}

/// Two authors; the first has two books, the first of which has two pages, and a portrait.
async fn library(db: &Db) {
    let schema = Schema::new(db.get_database_backend());
    for table in [
        schema.create_table_from_entity(agency::Entity),
        schema.create_table_from_entity(author::Entity),
        schema.create_table_from_entity(book::Entity),
        schema.create_table_from_entity(page::Entity),
        schema.create_table_from_entity(portrait::Entity),
        schema.create_table_from_entity(contract::Entity),
        schema.create_table_from_entity(remark::Entity),
        schema.create_table_from_entity(note::Entity),
        schema.create_table_from_entity(letter::Entity),
        schema.create_table_from_entity(folder::Entity),
        schema.create_table_from_entity(shelf::Entity),
        schema.create_table_from_entity(tray::Entity),
        schema.create_table_from_entity(paper::Entity),
    ] {
        db.execute(&table).await.unwrap();
    }
    insert!(db, agency, id: Set(1));
    for id in [1, 2] {
        insert!(db, author, id: Set(id), agency_id: Set(Some(1)));
    }
    // Not by ascending key, so that an order has to be made.
    for (id, owner) in [(12, 1), (11, 1), (21, 2)] {
        insert!(db, book, id: Set(id), owner_id: Set(owner), text: Set(String::new()));
    }
    for id in [112, 111] {
        insert!(db, page, id: Set(id), owner_id: Set(11), text: Set(String::new()));
    }
    insert!(db, portrait, author_id: Set(1));
}

async fn the_author(id: i32, db: &Db) -> author::Model {
    let author = author::Entity::find_by_id(id).one(db).await.unwrap();
    author.unwrap()
}

#[tokio::test]
async fn or01_sg04_dependants_first_all_with_one_origin() {
    for db in databases().await {
        library(&db).await;
        let (log, _guard) = with_log();
        let deleted = delete(the_author(1, &db).await, &db).await.unwrap();
        assert_eq!(deleted, 6);
        let sent = log.take();
        let sent: Vec<&str> = sent
            .iter()
            .filter(|what| !what.starts_with("its"))
            .map(|what| what.strip_suffix(" of Author 1").expect("one origin"))
            .collect();
        assert_eq!(
            sent,
            [
                "pre Page 111",
                "pre Page 112",
                "pre Portrait 1",
                "pre Book 11",
                "pre Book 12",
                "pre Author 1",
                "post Page 112",
                "post Page 111",
                "post Portrait 1",
                "post Book 12",
                "post Book 11",
                "post Author 1",
            ]
        );
        let left = (count!(&db, author), count!(&db, book), count!(&db, page));
        assert_eq!(left, (1, 1, 0));
    }
}

#[tokio::test]
async fn sg05_a_cascade_of_a_query_has_it_as_origin() {
    for db in databases().await {
        library(&db).await;
        let (log, _guard) = with_log();
        let books = book::Entity::find().filter(book::Column::OwnerId.eq(1));
        assert_eq!(books.delete_each(&db).await.unwrap(), 4);
        let sent = log.take();
        assert_eq!(sent.len(), 10, "{sent:?}");
        assert!(
            sent.iter()
                .filter(|what| !what.starts_with("its"))
                .all(|what| what.ends_with(" of query")),
            "{sent:?}"
        );
        assert_eq!((count!(&db, author), count!(&db, book)), (2, 1));
    }
}

#[tokio::test]
async fn or02_a_parent_is_there_until_its_children_were_told_of() {
    for db in databases().await {
        library(&db).await;
        let (log, _guard) = with_log();
        delete(the_author(1, &db).await, &db).await.unwrap();
        let told = log.take();
        let told = told.iter().filter(|what| what.starts_with("its"));
        assert_eq!(
            told.collect::<Vec<_>>(),
            ["its book is there: true", "its book is there: true"]
        );
    }
}

#[tokio::test]
async fn or03_what_is_set_null_refers_to_nothing() {
    for db in databases().await {
        library(&db).await;
        let (_log, _guard) = with_log();
        for (id, owner) in [(1, Some(1)), (2, Some(2)), (3, None)] {
            insert!(&db, note, id: Set(id), owner_id: Set(owner), text: Set("kept".into()));
        }
        let saved = (testing::capture(&pre_save), testing::capture(&post_save));
        let seen = Arc::new(Mutex::new(None));
        let see = Arc::clone(&seen);
        let _looks = post_delete
            .on()
            .sender::<author::Entity>()
            .scoped()
            .connect(move |e: &PostDelete<'_>| {
                *see.lock().unwrap() = e.instance.pk();
            })
            .unwrap();
        delete(the_author(1, &db).await, &db).await.unwrap();
        // The row of a signal still has its key; the caller's was moved.
        assert_eq!(*seen.lock().unwrap(), Some(1.into()));
        let notes = note::Entity::find().order_by_asc(note::Column::Id);
        let notes = notes.all(&db).await.unwrap();
        let owners: Vec<_> = notes.iter().map(|note| note.owner_id).collect();
        assert_eq!(owners, [None, Some(2), None]);
        assert_eq!((saved.0.count(), saved.1.count()), (0, 0));
    }
}

/// Tables of which the database itself would keep any row that somebody refers to.
#[tokio::test]
async fn or03_the_database_need_not_know() {
    for db in databases().await {
        let (log, _guard) = with_log();
        for table in [
            "CREATE TABLE agency (id INT PRIMARY KEY)",
            "CREATE TABLE author (id INT PRIMARY KEY, agency_id INT REFERENCES agency (id))",
            "CREATE TABLE book (id INT PRIMARY KEY, owner_id INT NOT NULL REFERENCES author (id), \
             text TEXT NOT NULL)",
            "CREATE TABLE page (id INT PRIMARY KEY, owner_id INT NOT NULL REFERENCES book (id), \
             text TEXT NOT NULL)",
            "CREATE TABLE note (id INT PRIMARY KEY, owner_id INT REFERENCES author (id), \
             text TEXT NOT NULL)",
            "CREATE TABLE portrait (author_id INT PRIMARY KEY REFERENCES author (id))",
            "CREATE TABLE contract (id INT PRIMARY KEY, author_id INT NOT NULL, \
             agency_id INT NOT NULL)",
            "CREATE TABLE remark (id INT PRIMARY KEY, object TEXT NOT NULL, \
             object_id INT NOT NULL)",
        ] {
            db.execute_unprepared(table).await.unwrap();
        }
        insert!(&db, author, id: Set(1), agency_id: Set(None));
        insert!(&db, book, id: Set(1), owner_id: Set(1), text: Set(String::new()));
        insert!(&db, page, id: Set(1), owner_id: Set(1), text: Set(String::new()));
        insert!(&db, note, id: Set(1), owner_id: Set(Some(1)), text: Set(String::new()));
        the_author(1, &db).await.delete(&db).await.unwrap_err();
        log.take();
        assert_eq!(delete(the_author(1, &db).await, &db).await.unwrap(), 3);
        assert_eq!(log.take().len(), 7);
        let note = note::Entity::find().one(&db).await.unwrap().unwrap();
        assert_eq!(note.owner_id, None);
    }
}

#[tokio::test]
async fn or04_a_receiver_saves_what_would_be_violated() {
    for db in databases().await {
        library(&db).await;
        let (_log, _guard) = with_log();
        insert!(&db, letter, id: Set(1), owner_id: Set(1), text: Set(String::new()));
        // What has no `on_delete` is up to the database, which refuses.
        delete(the_author(1, &db).await, &db).await.unwrap_err();
        assert_eq!((count!(&db, author), count!(&db, book)), (2, 3));
        let _repoints = state::scoped(Repoints);
        delete(the_author(1, &db).await, &db).await.unwrap();
        let letter = letter::Entity::find().one(&db).await.unwrap().unwrap();
        assert_eq!(letter.owner_id, 2);
    }
}

/// A table that lacks a column: whoever loads a row of it gets an error.
#[tokio::test]
async fn or05_or06_or08_rows_are_loaded_for_those_who_listen() {
    for db in databases().await {
        library(&db).await;
        let (_log, _guard) = with_log();
        let fill = async || {
            insert!(&db, shelf, id: Set(1), owner_id: Set(1), text: Set(String::new()));
            for table in ["tray", "paper"] {
                let insert = format!("INSERT INTO {table} (id, owner_id) VALUES (1, 1)");
                db.execute_unprepared(&insert).await.unwrap();
            }
        };
        for table in ["tray", "paper"] {
            let drop = format!("ALTER TABLE {table} DROP COLUMN text");
            db.execute_unprepared(&drop).await.unwrap();
        }
        let the_shelf = async || shelf::Entity::find().one(&db).await.unwrap().unwrap();
        // Of trays the keys are needed, of papers nothing.
        fill().await;
        assert_eq!(delete(the_shelf().await, &db).await.unwrap(), 3);
        fill().await;
        assert_eq!(shelf::Entity::find().delete_each(&db).await.unwrap(), 3);
        // Queries too have only the keys, of what they find.
        fill().await;
        assert_eq!(tray::Entity::find().delete_each(&db).await.unwrap(), 2);
        shelf::Entity::find().delete_each(&db).await.unwrap();
        fill().await;
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hear = Arc::clone(&heard);
        let listening = post_delete
            .on()
            .sender::<paper::Entity>()
            .connect(move |e: &PostDelete<'_>| hear.lock().unwrap().push(shown(e.instance)))
            .unwrap();
        let error = delete(the_shelf().await, &db).await.unwrap_err();
        assert!(error.to_string().contains("text"), "{error}");
        let add = "ALTER TABLE paper ADD COLUMN text TEXT NOT NULL DEFAULT ''";
        db.execute_unprepared(add).await.unwrap();
        assert_eq!(delete(the_shelf().await, &db).await.unwrap(), 3);
        assert_eq!(*heard.lock().unwrap(), ["Paper 1"]);
        drop(listening);
    }
}

#[tokio::test]
async fn or_what_is_restricted_stays_and_nobody_is_told() {
    for db in databases().await {
        library(&db).await;
        let (log, _guard) = with_log();
        insert!(&db, contract, id: Set(7), author_id: Set(1), agency_id: Set(1));
        let error = delete(the_author(1, &db).await, &db).await.unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("cascade.Author")
                && text.contains("cascade.Contract")
                && text.contains('7'),
            "{text}"
        );
        assert!(log.take().is_empty());
        assert_eq!((count!(&db, author), count!(&db, book)), (2, 3));
        // With the agency, both go: the contract before the author whom it keeps.
        let agency = agency::Entity::find().one(&db).await.unwrap().unwrap();
        delete(agency, &db).await.unwrap();
        let sent = log.take();
        let at = |what: &str| sent.iter().position(|it| it.starts_with(what)).unwrap();
        assert!(at("post Contract 7") < at("post Author 1"), "{sent:?}");
        assert!(at("post Author 1") < at("post Agency 1"), "{sent:?}");
        assert_eq!((count!(&db, author), count!(&db, contract)), (0, 0));
    }
}

#[tokio::test]
async fn or17_a_remark_on_anything_goes_along_and_may_veto() {
    for db in databases().await {
        library(&db).await;
        let (log, _guard) = with_log();
        // The same number, of something else.
        for (id, object, object_id) in [(1, "book", 11), (2, "shop", 11), (3, "book", 66)] {
            insert!(&db, remark, id: Set(id), object: Set(object.into()), object_id: Set(object_id));
        }
        insert!(&db, book, id: Set(66), owner_id: Set(2), text: Set(String::new()));
        let the_book = async |id: i32| {
            book::Entity::find_by_id(id)
                .one(&db)
                .await
                .unwrap()
                .unwrap()
        };
        delete(the_book(11).await, &db).await.unwrap();
        let sent = log.take();
        assert!(
            sent.contains(&"post Remark 1 of Book 11".to_owned()),
            "{sent:?}"
        );
        assert_eq!((count!(&db, remark), count!(&db, book)), (2, 3));
        let error = delete(the_book(66).await, &db).await.unwrap_err();
        let veto = send_error(&error).and_then(|stopped| stopped.downcast_ref::<DbErr>());
        assert_eq!(veto, Some(&DbErr::Custom("it stays on record".into())));
        assert_eq!((count!(&db, remark), count!(&db, book)), (2, 3));
    }
}

#[tokio::test]
async fn or_a_tree_goes_with_its_root() {
    for db in databases().await {
        library(&db).await;
        let (log, _guard) = with_log();
        let folder = |id: i32, owner: Option<i32>| folder::ActiveModel {
            id: Set(id),
            owner_id: Set(owner),
            text: Set(String::new()),
        };
        let mut folders = vec![folder(1, None), folder(2, None)];
        // 3 under 1, 4 under 3, and so on: more than go into one statement.
        folders.push(folder(3, Some(1)));
        folders.extend((4..=700).map(|id| folder(id, Some(id - 1))));
        for folder in folders {
            folder::Entity::insert(folder)
                .exec_without_returning(&db)
                .await
                .unwrap();
        }
        let root = folder::Entity::find_by_id(1).one(&db).await.unwrap();
        assert_eq!(delete(root.unwrap(), &db).await.unwrap(), 699);
        assert_eq!(log.take().len(), 2 * 699);
        assert_eq!(count!(&db, folder), 1);
    }
}

/// What cannot be deleted in any order refers to nothing for a moment.
#[tokio::test]
async fn or03_rows_that_refer_to_each_other() {
    for db in databases().await {
        let (log, _guard) = with_log();
        for table in [
            "CREATE TABLE team (id INT PRIMARY KEY, owner_id INT, text TEXT NOT NULL)",
            "CREATE TABLE player (id INT PRIMARY KEY, owner_id INT NOT NULL REFERENCES team (id), \
             text TEXT NOT NULL)",
        ] {
            db.execute_unprepared(table).await.unwrap();
        }
        if db.get_database_backend() == DbBackend::Postgres {
            let refer = "ALTER TABLE team ADD FOREIGN KEY (owner_id) REFERENCES player (id)";
            db.execute_unprepared(refer).await.unwrap();
        }
        insert!(&db, team, id: Set(1), owner_id: Set(None), text: Set(String::new()));
        insert!(&db, player, id: Set(5), owner_id: Set(1), text: Set(String::new()));
        db.execute_unprepared("UPDATE team SET owner_id = 5")
            .await
            .unwrap();
        let leader = player::Entity::find().one(&db).await.unwrap().unwrap();
        assert_eq!(delete(leader, &db).await.unwrap(), 2);
        assert_eq!(
            log.take(),
            [
                "pre Player 5 of Player 5",
                "pre Team 1 of Player 5",
                "post Player 5 of Player 5",
                "post Team 1 of Player 5",
            ]
        );
    }
}
