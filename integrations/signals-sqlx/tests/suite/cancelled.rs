//! What is dropped half-way, thousands of times: rows and `on_commit` calls are the same.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use signals_core::{Scope, in_current_scope};
use signals_sqlx::{CommitError, begin};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::support::{Journal, Pool, names, pool, save};
use crate::common::{Dice, cut, until};

/// How often each name was told after a commit.
fn told(journal: &Journal) -> BTreeMap<String, u32> {
    let mut told = BTreeMap::new();
    for line in journal.take() {
        if let Some(name) = line.strip_prefix("on_commit ") {
            *told.entry(name.to_owned()).or_default() += 1;
        }
    }
    told
}

/// Waits until nothing goes on any more, and compares.
async fn rows_are_told(pool: &Pool, journal: &Journal) -> usize {
    until("all connections are back", async || {
        pool.num_idle() == pool.size() as usize
    })
    .await;
    let rows = names(pool, "account").await;
    let mut all = told(journal);
    until("each row is told", async || {
        for (name, count) in told(journal) {
            *all.entry(name).or_default() += count;
        }
        all.len() >= rows.len()
    })
    .await;
    sleep(Duration::from_millis(100)).await;
    all.extend(told(journal));
    assert!(all.values().all(|count| *count == 1), "told twice");
    assert_eq!(all.into_keys().collect::<Vec<_>>(), rows);
    rows.len()
}

/// Runs `work` for each number, a few at once, in the scope of here.
async fn for_each<F>(numbers: std::ops::Range<u64>, work: impl Fn(u64) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for number in numbers {
        tasks.spawn(in_current_scope(work(number)));
        if tasks.len() > 8 {
            tasks.join_next().await.unwrap().unwrap();
        }
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

/// The body of a multi-threaded test, in a scope of its own.
fn scoped<F: Future>(work: impl FnOnce(Journal) -> F) -> impl Future<Output = F::Output> {
    let journal = Journal::default();
    Scope::none()
        .with_state(journal.clone())
        .run_async(work(journal))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_is_dropped_runs_to_its_end_or_not_at_all() {
    let Some(pool) = pool(4).await else { return };
    let ends = Arc::new([const { AtomicU32::new(0) }; 2]);
    scoped(async |journal| {
        for_each(0..3000, |number| {
            let (pool, ends) = (pool.clone(), Arc::clone(&ends));
            async move {
                let mut dice = Dice(number + 1);
                let mut tx = begin(&pool).await.unwrap();
                save(&mut tx, &format!("c{number:05}")).await.unwrap();
                let commit = tx.commit();
                let done = if dice.below(2) == 0 {
                    cut(commit, usize::try_from(dice.below(5)).unwrap()).await
                } else {
                    timeout(Duration::from_micros(dice.below(2000)), commit)
                        .await
                        .ok()
                };
                ends[usize::from(done.is_some())].fetch_add(1, Ordering::Relaxed);
                if let Some(done) = done {
                    done.unwrap();
                }
            }
        })
        .await;
        let rows = u32::try_from(rows_are_told(&pool, &journal).await).unwrap();
        let [dropped, done] = [0, 1].map(|end| ends[end].load(Ordering::Relaxed));
        println!("{dropped} commits dropped, {done} awaited, {rows} rows");
        assert!(dropped > 0 && done > 0);
        assert!(rows > done, "none was dropped in the middle");
        assert!(rows < dropped + done, "none was dropped before it began");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_dropped_anywhere_tells_what_it_committed() {
    let Some(pool) = pool(4).await else { return };
    scoped(async |journal| {
        for_each(0..2000, |number| {
            let pool = pool.clone();
            async move {
                let mut dice = Dice(number + 1);
                let request = async move {
                    let mut tx = begin(&pool).await.unwrap();
                    save(&mut tx, &format!("r{number:05}")).await.unwrap();
                    tx.commit().await.unwrap();
                };
                let request = tokio::spawn(in_current_scope(request));
                sleep(Duration::from_micros(dice.below(20_000))).await;
                request.abort();
                let _ = request.await;
            }
        })
        .await;
        let rows = rows_are_told(&pool, &journal).await;
        println!("{rows} of 2000 requests came to their commit");
        assert!(0 < rows && rows < 2000);
    })
    .await;
}

/// The transaction lives on, while what is done in it is dropped.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_in_which_something_was_dropped_is_whole_or_nothing() {
    let Some(pool) = pool(4).await else { return };
    let ends = Arc::new([const { AtomicU32::new(0) }; 2]);
    scoped(async |journal| {
        for_each(0..2000, |number| {
            let (pool, ends) = (pool.clone(), Arc::clone(&ends));
            async move {
                let mut dice = Dice(number + 1);
                let polls = usize::try_from(dice.below(4)).unwrap();
                let mut tx = begin(&pool).await.unwrap();
                save(&mut tx, &format!("s{number:05} first")).await.unwrap();
                let inside = format!("s{number:05} inside");
                match dice.below(4) {
                    0 => drop(cut(tx.begin(), polls).await),
                    1 => {
                        let mut savepoint = tx.begin().await.unwrap();
                        save(&mut savepoint, &inside).await.unwrap();
                        drop(cut(savepoint.commit(), polls).await);
                    }
                    2 => {
                        let mut savepoint = tx.begin().await.unwrap();
                        save(&mut savepoint, &inside).await.unwrap();
                        drop(cut(savepoint.rollback(), polls).await);
                    }
                    _ => drop(cut(save(&mut tx, &inside), polls).await),
                }
                let last = save(&mut tx, &format!("s{number:05} last")).await;
                let done = tx.commit().await;
                ends[usize::from(done.is_ok())].fetch_add(1, Ordering::Relaxed);
                match done {
                    Ok(_) => drop(last.unwrap()),
                    Err(error) => assert!(matches!(error, CommitError::Broken), "{error}"),
                }
            }
        })
        .await;
        let rows = rows_are_told(&pool, &journal).await;
        let [broken, whole] = [0, 1].map(|end| ends[end].load(Ordering::Relaxed));
        println!("{broken} broken, {whole} whole, {rows} rows");
        assert!(broken > 0 && whole > 0);
    })
    .await;
}
