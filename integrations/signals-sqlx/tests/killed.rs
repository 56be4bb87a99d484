//! A program that is killed, or whose runtime ends: what was told to be committed is in the file.

mod common;

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use signals_builtin::models::{Write as Kind, post_save};
use signals_core::transaction;
use signals_core::{Model, receiver};
use signals_sqlx::begin;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};

const FILE: &str = "SIGNALS_SQLX_KILLED";

#[derive(Clone, Debug, Model)]
struct Entry {
    id: i64,
}

#[receiver(post_save, sender = Entry, on_commit)]
fn tell(instance: &Entry) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\ncommitted {}.", instance.id).unwrap();
    out.flush().unwrap();
}

async fn open(file: &str) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .unwrap();
    let create = "CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY)";
    sqlx::query(create).execute(&pool).await.unwrap();
    pool
}

async fn rows(file: &str) -> Vec<i64> {
    let pool = open(file).await;
    let rows = sqlx::query_scalar("SELECT id FROM entry ORDER BY id")
        .fetch_all(&pool)
        .await
        .unwrap();
    pool.close().await;
    rows
}

/// Not a test: the program that is killed. It writes for as long as it lives.
#[tokio::test]
#[ignore = "run by the other test"]
async fn child() {
    let Ok(file) = env::var(FILE) else { return };
    let pool = open(&file).await;
    let mut id = rows_so_far(&pool).await;
    loop {
        id += 1;
        let mut tx = begin(&pool).await.unwrap();
        let insert = tx.save(Entry { id }, Kind::insert(), async |entry, connection| {
            let insert = sqlx::query("INSERT INTO entry (id) VALUES ($1)").bind(entry.id);
            insert.execute(connection).await?;
            Ok(entry)
        });
        insert.await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn rows_so_far(pool: &SqlitePool) -> i64 {
    sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM entry")
        .fetch_one(pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn what_on_commit_receivers_were_told_survives_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("killed.db").to_str().unwrap().to_owned();
    for round in 0..10 {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "child", "--ignored", "--nocapture"])
            .env(FILE, &file)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut told = 0;
        // A different moment in each round.
        let mut left = 5 + round * 3;
        let number = |line: &str| {
            line.strip_prefix("committed ")?
                .strip_suffix('.')?
                .parse()
                .ok()
        };
        while left > 0 {
            let line = lines
                .next()
                .expect("it goes on until it is killed")
                .unwrap();
            if let Some(id) = number(&line) {
                told = id;
                left -= 1;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        told = lines
            .map_while(Result::ok)
            .filter_map(|line| number(&line))
            .max()
            .unwrap_or(told);
        let rows = rows(&file).await;
        let last = *rows.last().unwrap();
        assert!(told <= last, "{told} was told, but {last} is the last row");
        // Killed between the commit and its receivers: those of one commit are lost.
        assert!(
            last - told <= 1,
            "{told} was told, but {last} is the last row"
        );
        assert_eq!(rows, (1..=last).collect::<Vec<_>>());
    }
}

/// The runtime ends in the middle of the commit. Nobody can say what came of it, and nobody does.
#[test]
fn a_commit_that_loses_its_runtime_tells_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lost.db").to_str().unwrap().to_owned();
    let told = Arc::new(Mutex::new(Vec::new()));
    let runtime = || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().build().unwrap()
    };
    let tell = |what: &'static str| {
        let told = Arc::clone(&told);
        move || told.lock().unwrap().push(what)
    };
    let (committed, rolled_back) = (tell("committed"), tell("rolled back"));
    let first = runtime();
    first.block_on(async {
        let pool = open(&file).await;
        let mut tx = begin(&pool).await.unwrap();
        sqlx::query("INSERT INTO entry (id) VALUES (1)")
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.run(async |_| {
            transaction::on_commit(committed).unwrap();
            transaction::on_rollback(rolled_back);
        })
        .await;
        assert!(common::cut(tx.commit(), 1).await.is_none());
    });
    drop(first);
    assert!(told.lock().unwrap().is_empty(), "{told:?}");
    // It was sent, and so it was done.
    assert_eq!(runtime().block_on(rows(&file)), [1]);
}
