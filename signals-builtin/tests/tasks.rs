//! The signals of tasks, and what receivers can rely on. Nothing in this project runs tasks; so there is a
//! backend here that keeps to the contract, and receivers that log what they hear, as Django's own do.

#[path = "support/logs.rs"]
mod logs;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use log::Level;
use logs::{logged, record};
use signals_builtin::request::Panicked;
use signals_builtin::tasks::{
    TaskEnqueued, TaskFinished, TaskResult, TaskStarted, TaskStatus, task_enqueued, task_finished,
    task_started,
};
use signals_core::{BoxError, Sender, receiver, transaction};
use tokio::task::{JoinError, JoinSet, yield_now};

/// Has one worker, which runs each task before the next statement of whoever enqueues it.
struct Immediate;

async fn enqueue(
    task: &str,
    run: impl Future<Output = Result<(), String>> + Send + 'static,
) -> Result<TaskResult, JoinError> {
    static LAST: AtomicU32 = AtomicU32::new(0);
    let id = LAST.fetch_add(1, Ordering::Relaxed) + 1;
    let sender = Sender::of::<Immediate>();
    let mut result = TaskResult::new(format!("{task}-{id}"), task);
    result.enqueued_at = Some(SystemTime::now());
    let enqueued = TaskEnqueued {
        sender,
        task_result: &result,
    };
    task_enqueued.send_robust_async(enqueued).await;
    result.status = TaskStatus::Running;
    result.started_at = Some(SystemTime::now());
    result.worker_ids.push("here".into());
    let started = TaskStarted {
        sender,
        task_result: &result,
    };
    task_started.send_robust_async(started).await;
    // Dropped, it takes the task along.
    let mut worker = JoinSet::new();
    worker.spawn(run);
    let error = match worker.join_next().await {
        None | Some(Ok(Ok(()))) => None,
        Some(Ok(Err(error))) => Some(error),
        Some(Err(error)) => match error.try_into_panic() {
            Ok(panic) => Some(Panicked::from_payload(&*panic).to_string()),
            Err(cancelled) => return Err(cancelled),
        },
    };
    result.status = match error {
        None => TaskStatus::Successful,
        Some(_) => TaskStatus::Failed,
    };
    result.errors.extend(error);
    result.finished_at = Some(SystemTime::now());
    let finished = TaskFinished {
        sender,
        task_result: &result,
    };
    task_finished.send_robust_async(finished).await;
    Ok(result)
}

#[receiver(task_enqueued, sender = Immediate)]
fn log_enqueued(task_result: &TaskResult) {
    assert!(task_result.enqueued_at.is_some() && task_result.started_at.is_none());
    log::debug!(target: "tasks", "{} {:?}", task_result.id, task_result.status);
}

#[receiver(task_started, sender = Immediate)]
fn log_started(task_result: &TaskResult) {
    assert!(task_result.started_at.is_some() && task_result.finished_at.is_none());
    assert_eq!(task_result.worker_ids, ["here"]);
    log::info!(target: "tasks", "{} {:?}", task_result.id, task_result.status);
}

#[receiver(task_finished, sender = Immediate)]
fn log_finished(task_result: &TaskResult) {
    let TaskResult { id, status, .. } = task_result;
    assert!(task_result.finished_at.is_some() && status.is_finished());
    match (status, task_result.errors.last()) {
        (TaskStatus::Failed, Some(error)) => {
            log::error!(target: "tasks", "{id} {status:?} {error}");
        }
        (_, error) => log::info!(target: "tasks", "{id} {status:?} {error:?}"),
    }
}

/// What may only be seen once the transaction is committed.
#[receiver(task_enqueued, sender = Immediate, on_commit)]
fn log_committed(task_result: &TaskResult) {
    log::debug!(target: "workers", "{} may be looked for", task_result.id);
}

/// What was logged by this target.
fn told(target: &str) -> Vec<(Level, String)> {
    let records = logged().into_iter().filter_map(|(level, text)| {
        let text = text.strip_prefix(target)?.strip_prefix(": ")?;
        Some((level, text.to_owned()))
    });
    records.collect()
}

fn line(level: Level, id: &str, text: &str) -> (Level, String) {
    (level, format!("{id} {text}"))
}

#[tokio::test]
async fn tk01_enqueueing_is_told_once_with_the_id() {
    record();
    let one = enqueue("mail", async { Ok(()) }).await.unwrap();
    let other = enqueue("mail", async { Ok(()) }).await.unwrap();
    assert_ne!(one.id, other.id);
    let told = told("tasks").into_iter();
    let enqueued: Vec<_> = told.filter(|(level, _)| *level == Level::Debug).collect();
    let expected = [&one, &other].map(|task| line(Level::Debug, &task.id, "Ready"));
    assert_eq!(enqueued, expected);
}

#[tokio::test]
async fn tk02_a_task_is_told_of_before_while_and_after_it_runs() {
    record();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let by_the_task = Arc::clone(&seen);
    let task = async move {
        *by_the_task.lock().unwrap() = told("tasks");
        Ok(())
    };
    let id = enqueue("mail", task).await.unwrap().id;
    let before = [
        line(Level::Debug, &id, "Ready"),
        line(Level::Info, &id, "Running"),
    ];
    assert_eq!(*seen.lock().unwrap(), before);
    let after = [line(Level::Info, &id, "Successful None")];
    assert_eq!(told("tasks"), after);
}

#[tokio::test]
async fn tk03_a_task_that_fails_is_told_as_failed_with_its_message_once() {
    record();
    let task = async { Err("no such host".to_owned()) };
    let result = enqueue("mail", task).await.unwrap();
    let failed = line(Level::Error, &result.id, "Failed no such host");
    assert_eq!(told("tasks")[2..], [failed]);
    assert_eq!(result.errors, ["no such host"]);
}

#[tokio::test]
async fn tk03_a_task_that_panics_has_failed() {
    record();
    let task = async { panic!("out of paper") };
    let result = enqueue("print", task).await.unwrap();
    let told = told("tasks");
    assert_eq!(told.len(), 3, "{told:?}");
    let (level, text) = &told[2];
    assert_eq!(*level, Level::Error);
    assert!(
        text.starts_with(&format!("{} Failed ", result.id)),
        "{text}"
    );
    assert_eq!(text.matches("out of paper").count(), 1, "{text}");
    // The worker lives.
    assert!(enqueue("print", async { Ok(()) }).await.is_ok());
}

#[tokio::test]
async fn tk04_a_task_that_is_cancelled_is_not_told_as_finished() {
    record();
    let alive = Arc::new(());
    let held = Arc::clone(&alive);
    let task = async move {
        let done = std::future::pending().await;
        drop(held);
        done
    };
    let enqueuer = tokio::spawn(enqueue("wait", task));
    for _ in 0..10 {
        yield_now().await;
    }
    assert_eq!(Arc::strong_count(&alive), 2, "it runs");
    enqueuer.abort();
    let interrupted = enqueuer.await.unwrap_err();
    assert!(interrupted.is_cancelled(), "whoever waits for it is told");
    for _ in 0..10 {
        yield_now().await;
    }
    assert_eq!(Arc::strong_count(&alive), 1, "it runs no more");
    let levels: Vec<_> = told("tasks").into_iter().map(|(level, _)| level).collect();
    assert_eq!(levels, [Level::Debug, Level::Info], "enqueued and started");
}

#[tokio::test]
async fn tk05_a_task_that_succeeds_after_one_that_failed_has_no_error() {
    record();
    enqueue("mail", async { Err("no such host".to_owned()) })
        .await
        .unwrap();
    told("tasks");
    let id = enqueue("mail", async { Ok(()) }).await.unwrap().id;
    let last = told("tasks").pop();
    assert_eq!(last, Some(line(Level::Info, &id, "Successful None")));
}

#[tokio::test]
async fn tk06_a_transaction_holds_back_only_who_asks_for_that() {
    record();
    let work = async {
        let result = enqueue("mail", async { Ok(()) }).await?;
        let records = logged();
        assert_eq!(records.len(), 3, "{records:?}");
        let enqueued = format!("tasks: {} Ready", result.id);
        assert_eq!(records[0], (Level::Debug, enqueued));
        Ok::<_, BoxError>(result.id)
    };
    let id = transaction::scope_async(work).await.unwrap().value;
    let committed = format!("{id} may be looked for");
    assert_eq!(told("workers"), [(Level::Debug, committed)]);
}
