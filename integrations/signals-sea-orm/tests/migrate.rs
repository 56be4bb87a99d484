//! `pre_migrate` and `post_migrate`.
#![allow(missing_docs)]

mod common;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use common::{audit_row, databases};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, PaginatorTrait,
    Schema, Set, Statement, TransactionTrait,
};
use sea_orm_migration::{
    MigrationName, MigrationTrait, MigratorTrait, MigratorTraitSelf, SchemaManager, async_trait,
};
use signals_builtin::management::{Step, post_migrate, pre_migrate};
use signals_core::{BoxError, Sender, receiver, state, testing};
use signals_sea_orm::{Db, Handle, Signaled};

#[derive(Clone)]
struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Audit), Box::new(Note)]
    }
}

struct Audit;

impl MigrationName for Audit {
    fn name(&self) -> &'static str {
        "m1_audit"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Audit {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let schema = Schema::new(manager.get_database_backend());
        manager
            .create_table(schema.create_table_from_entity(audit_row::Entity))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared("DROP TABLE audit_row")
            .await
            .map(drop)
    }
}

struct Note;

impl MigrationName for Note {
    fn name(&self) -> &'static str {
        "m2_note"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Note {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared("CREATE TABLE note (id INT)")
            .await
            .map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared("DROP TABLE note")
            .await
            .map(drop)
    }
}

/// One whose migration fails.
struct Broken;

impl MigratorTrait for Broken {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Fails)]
    }
}

struct Fails;

impl MigrationName for Fails {
    fn name(&self) -> &'static str {
        "m1_fails"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Fails {
    async fn up(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("on purpose".into()))
    }
}

/// As Django's `sites` makes the default site.
#[receiver(post_migrate, sender = Migrator)]
async fn default_row(
    verbosity: u8,
    stdout: &mut (dyn Write + Send + Sync),
    #[state] handle: &Handle,
) -> Result<(), BoxError> {
    let is_there = audit_row::Entity::find()
        .count(handle)
        .await
        .is_ok_and(|count| count > 0);
    let table = handle.execute_unprepared("SELECT 1 FROM audit_row").await;
    if !is_there && table.is_ok() {
        let row = audit_row::ActiveModel {
            what: Set("default".into()),
            ..Default::default()
        };
        row.insert(handle).await?;
        if verbosity > 0 {
            writeln!(stdout, "made the default row of {}", handle.using())?;
        }
    }
    Ok(())
}

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A command of the command line, of any migrator that it takes.
async fn run<M: MigratorTraitSelf>(
    migrator: M,
    db: &DatabaseConnection,
    command: &str,
) -> Result<(), DbErr> {
    match command {
        "fresh" => migrator.fresh(db).await,
        "refresh" => migrator.refresh(db).await,
        "reset" => migrator.reset(db).await,
        "status" => migrator.status(db).await,
        "down" => migrator.down(db, Some(1)).await,
        _ => migrator.up(db, None).await,
    }
}

fn plans(plan: Option<&[Step]>) -> Vec<String> {
    let steps = plan.unwrap().iter();
    steps
        .map(|step| format!("{}{}", if step.backwards { "-" } else { "+" }, step.name))
        .collect()
}

#[tokio::test]
async fn mg01_mg02_mg03_once_for_each_run_with_the_plan() {
    for db in databases().await {
        let db = db.connection().clone();
        let page = Page::default();
        let pre = testing::capture_with(&pre_migrate, |e| {
            (
                e.verbosity,
                e.interactive,
                e.using.to_owned(),
                plans(e.plan),
            )
        });
        let post = testing::capture_with(&post_migrate, |e| plans(e.plan));
        let migrator = Signaled::new(Migrator)
            .using("main")
            .verbosity(2)
            .interactive(true)
            .stdout(page.clone());
        let commands = [
            ("up", vec!["+m1_audit", "+m2_note"]),
            // Nothing to do, and sent all the same.
            ("up", vec![]),
            ("down", vec!["-m2_note"]),
            ("up", vec!["+m2_note"]),
            (
                "refresh",
                vec!["-m2_note", "-m1_audit", "+m1_audit", "+m2_note"],
            ),
            ("fresh", vec!["+m1_audit", "+m2_note"]),
            ("reset", vec!["-m2_note", "-m1_audit"]),
        ];
        for (nth, (command, plan)) in commands.iter().enumerate() {
            run(migrator.clone(), &db, command).await.unwrap();
            let sent = pre.sent();
            assert_eq!((sent.len(), post.count()), (nth + 1, nth + 1), "{command}");
            assert_eq!(sent[nth].sender, Sender::of::<Migrator>());
            let plan: Vec<String> = plan.iter().map(|&step| step.to_owned()).collect();
            assert_eq!(
                sent[nth].snapshot,
                (2, true, "main".to_owned(), plan.clone()),
                "{command}"
            );
            assert_eq!(post.sent()[nth].snapshot, plan, "{command}");
        }
        // Only looked at.
        run(migrator.clone(), &db, "status").await.unwrap();
        assert_eq!((pre.count(), post.count()), (7, 7));
        let printed = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
        assert_eq!(
            printed.matches("made the default row of main").count(),
            3,
            "{printed}"
        );
    }
}

#[tokio::test]
async fn mg05_a_receiver_puts_in_what_is_needed() {
    for db in databases().await {
        let db = db.connection().clone();
        let migrator = Signaled::new(Migrator).stdout(io::sink());
        for _ in 0..2 {
            migrator.up(&db, None).await.unwrap();
            assert_eq!(audit_row::Entity::find().count(&db).await.unwrap(), 1);
        }
    }
}

#[tokio::test]
async fn mg_a_run_that_fails_sends_only_the_first() {
    for db in databases().await {
        let db = db.connection().clone();
        let (pre, post) = (
            testing::capture(&pre_migrate),
            testing::capture(&post_migrate),
        );
        Signaled::new(Broken).up(&db, None).await.unwrap_err();
        assert_eq!((pre.count(), post.count()), (1, 0));
    }
}

#[tokio::test]
async fn mg_a_receiver_prevents_the_run() {
    for db in databases().await {
        let db = db.connection().clone();
        let _fails = pre_migrate
            .on()
            .scoped()
            .connect(|_: &signals_builtin::management::PreMigrate<'_>| {
                Err::<(), _>(DbErr::Custom("not today".into()))
            })
            .unwrap();
        let error = Signaled::new(Migrator).up(&db, None).await.unwrap_err();
        assert!(signals_sea_orm::send_error(&error).is_some());
        // Not even SeaORM's own table was made.
        assert!(
            db.execute_unprepared("SELECT 1 FROM seaql_migrations")
                .await
                .is_err()
        );
    }
}

#[tokio::test]
async fn mg_in_a_transaction_of_the_caller() {
    for db in databases().await {
        let db = db.connection().clone();
        let _muted = testing::mute_receiver("default_row");
        let post = testing::capture_with(&post_migrate, |e| plans(e.plan));
        let txn = db.begin().await.unwrap();
        Signaled::new(Migrator).up(&txn, Some(1)).await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!(post.only().snapshot, ["+m1_audit"]);
    }
}

#[derive(Clone, Copy)]
struct Renames;

/// What a migration of somebody else finds is prepared here, as Django's `contenttypes` puts a
/// renaming into the plan.
#[receiver(pre_migrate, sender = Migrator)]
async fn rename(plan: Option<&[Step]>) -> Result<(), DbErr> {
    let is_pending = plan.is_some_and(|plan| plan.iter().any(|step| step.name == "m2_note"));
    if state::get::<Renames>().is_some() && is_pending {
        let handle = state::get::<Handle>().unwrap();
        let rename = "ALTER TABLE note RENAME TO old_note";
        handle.execute_unprepared(rename).await?;
    }
    Ok(())
}

#[tokio::test]
async fn mg07_a_receiver_prepares_the_database_that_is_migrated() {
    for db in databases().await {
        let _renames = state::scoped(Renames);
        db.execute_unprepared("CREATE TABLE note (id INT)")
            .await
            .unwrap();
        db.execute_unprepared("INSERT INTO note VALUES (1)")
            .await
            .unwrap();
        // There is such a table already, so the migration would fail.
        let migrator = Signaled::new(Migrator).stdout(io::sink());
        migrator.up(db.connection(), None).await.unwrap();
        for table in ["note", "old_note"] {
            let select = format!("SELECT * FROM {table}");
            db.execute_unprepared(&select).await.unwrap();
        }
    }
}

#[tokio::test]
async fn mg06_mg10_a_receiver_whose_table_is_not_there_does_nothing() {
    for db in databases().await {
        let page = Page::default();
        let post = testing::capture(&post_migrate);
        let migrator = Signaled::new(Migrator).stdout(page.clone());
        migrator.up(db.connection(), None).await.unwrap();
        let made = page.0.lock().unwrap().len();
        assert_ne!(made, 0);
        migrator.reset(db.connection()).await.unwrap();
        assert_eq!(post.count(), 2);
        assert_eq!(page.0.lock().unwrap().len(), made);
    }
}

#[tokio::test]
async fn mg02_a_db_says_its_alias_itself() {
    for db in databases().await {
        let replica = Db::new("replica", db.connection().clone());
        let using = || {
            (
                testing::capture_with(&pre_migrate, |e| e.using.to_owned()),
                testing::capture_with(&post_migrate, |e| e.using.to_owned()),
            )
        };
        let (pre, post) = using();
        let page = Page::default();
        let migrator = Signaled::new(Migrator).using("main").stdout(page.clone());
        migrator.up(&replica, None).await.unwrap();
        assert_eq!(pre.only().snapshot, "replica");
        assert_eq!(post.only().snapshot, "replica");
        let printed = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
        assert_eq!(printed, "made the default row of replica\n");
        drop((pre, post));
        // What does not say it is what the migrator says.
        let (pre, post) = using();
        migrator.up(db.connection(), None).await.unwrap();
        assert_eq!(pre.only().snapshot, "main");
        assert_eq!(post.only().snapshot, "main");
    }
}

#[tokio::test]
async fn mg04_a_teardown_can_leave_post_migrate_out() {
    for db in databases().await {
        let migrator = Signaled::new(Migrator).stdout(io::sink());
        let rows = async || audit_row::Entity::find().count(&db).await.unwrap();
        migrator.up(&db, None).await.unwrap();
        assert_eq!(rows().await, 1);
        // Emptied without what receivers would put in again, for rows that a test has kept.
        let muted = testing::mute(&post_migrate);
        migrator.fresh(&db).await.unwrap();
        assert_eq!(rows().await, 0);
        drop(muted);
        migrator.fresh(&db).await.unwrap();
        assert_eq!(rows().await, 1);
    }
}

/// Renames a kind of content when a migration renames its table, as Django's `contenttypes` does.
#[derive(Clone, Copy)]
struct RenamesKinds;

#[receiver(pre_migrate, sender = Migrator)]
async fn rename_kind(using: &str, stdout: &mut (dyn Write + Send + Sync)) -> Result<(), BoxError> {
    if state::get::<RenamesKinds>().is_none() {
        return Ok(());
    }
    let handle = state::get::<Handle>().unwrap();
    let rename = "UPDATE kind SET name = 'renamed' WHERE name = 'note'";
    match handle.execute_unprepared(rename).await {
        Err(error) if error.sql_err().is_some() => {
            writeln!(stdout, "{using}: there is a `renamed` already")?;
            Ok(())
        }
        done => Ok(done.map(drop)?),
    }
}

#[tokio::test]
async fn mg08_a_renaming_copes_with_missing_rows_and_with_conflicts() {
    let _renames = state::scoped(RenamesKinds);
    let cases: [(&[&str], &[&str], &str); 3] = [
        (&["note"], &["renamed"], ""),
        // Nothing to rename is nothing to complain of.
        (&[], &[], ""),
        // One that is there already is a warning, and the migration goes on.
        (
            &["note", "renamed"],
            &["note", "renamed"],
            "default: there is a `renamed` already\n",
        ),
    ];
    for (before, after, warning) in cases {
        for db in databases().await {
            db.execute_unprepared("CREATE TABLE kind (name VARCHAR(20) UNIQUE)")
                .await
                .unwrap();
            for name in before {
                let insert = format!("INSERT INTO kind VALUES ('{name}')");
                db.execute_unprepared(&insert).await.unwrap();
            }
            let page = Page::default();
            let migrator = Signaled::new(Migrator).verbosity(0).stdout(page.clone());
            migrator.up(&db, None).await.unwrap();
            let printed = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
            assert_eq!(printed, warning, "{before:?}");
            let select = "SELECT name FROM kind ORDER BY name";
            let select = Statement::from_string(db.get_database_backend(), select);
            let rows = db.query_all_raw(select).await.unwrap();
            let names = rows.iter().map(|row| row.try_get_by::<String, _>("name"));
            let names: Vec<String> = names.collect::<Result<_, _>>().unwrap();
            assert_eq!(names, after, "{before:?}");
            db.execute_unprepared("SELECT * FROM note").await.unwrap();
        }
    }
}

/// What is done after a migration, one after the other.
#[derive(Clone, Default)]
struct Steps(Arc<Mutex<Vec<&'static str>>>);

/// By its place it would be the first.
#[receiver(post_migrate, sender = Migrator, after = "kinds")]
fn permissions() {
    if let Some(steps) = state::get::<Steps>() {
        steps.0.lock().unwrap().push("permissions");
    }
}

#[receiver(post_migrate, sender = Migrator)]
async fn kinds() {
    if let Some(steps) = state::get::<Steps>() {
        tokio::task::yield_now().await;
        steps.0.lock().unwrap().push("kinds");
    }
}

/// In Django, who needs what another receiver puts in has to put it in himself.
#[tokio::test]
async fn mg09_a_receiver_that_needs_another_says_so() {
    for db in databases().await {
        let steps = Steps::default();
        let _steps = state::scoped(steps.clone());
        let migrator = Signaled::new(Migrator).stdout(io::sink());
        migrator.up(&db, None).await.unwrap();
        assert_eq!(steps.0.lock().unwrap()[..], ["kinds", "permissions"]);
    }
}
