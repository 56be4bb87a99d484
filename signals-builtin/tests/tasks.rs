//! The signals of tasks: what a backend that sends them can rely on. Nothing in this project is one.

use std::time::SystemTime;

use signals_builtin::tasks::{
    TaskEnqueued, TaskFinished, TaskResult, TaskStarted, TaskStatus, task_enqueued, task_finished,
    task_started,
};
use signals_core::{Sender, assert_sent_once, receiver, testing, transaction};

struct Immediate;

/// Runs a task at once, as Django's `ImmediateBackend` does.
fn enqueue(task: &str, run: impl FnOnce() -> Result<(), String>) -> TaskResult {
    let sender = Sender::of::<Immediate>();
    let mut result = TaskResult::new("1", task);
    result.enqueued_at = Some(SystemTime::now());
    let task_result = &result;
    task_enqueued
        .send(TaskEnqueued {
            sender,
            task_result,
        })
        .unwrap();
    result.status = TaskStatus::Running;
    result.started_at = Some(SystemTime::now());
    result.worker_ids.push("here".into());
    let task_result = &result;
    task_started
        .send(TaskStarted {
            sender,
            task_result,
        })
        .unwrap();
    result.status = match run() {
        Ok(()) => TaskStatus::Successful,
        Err(error) => {
            result.errors.push(error);
            TaskStatus::Failed
        }
    };
    result.finished_at = Some(SystemTime::now());
    let task_result = &result;
    task_finished
        .send(TaskFinished {
            sender,
            task_result,
        })
        .unwrap();
    result
}

thread_local! {
    static SEEN: std::cell::RefCell<Vec<TaskStatus>> = const { std::cell::RefCell::new(Vec::new()) };
}

#[receiver([task_enqueued, task_started, task_finished], sender = Immediate)]
fn sees(task_result: &TaskResult) {
    SEEN.with_borrow_mut(|seen| seen.push(task_result.status));
}

#[test]
fn tk01_enqueueing_is_told_once_with_the_id() {
    let sent = testing::capture_with(&task_enqueued, |sent: &TaskEnqueued<'_>| {
        sent.task_result.id.clone()
    });
    let result = enqueue("mail", || Ok(()));
    assert_sent_once!(sent);
    assert_eq!(sent.only().snapshot, result.id);
}

#[test]
fn tk02_tk05_the_status_is_ready_then_running_then_successful() {
    let result = enqueue("mail", || Ok(()));
    let seen = SEEN.take();
    assert_eq!(
        seen[..],
        [
            TaskStatus::Ready,
            TaskStatus::Running,
            TaskStatus::Successful
        ]
    );
    let finished: Vec<_> = seen.into_iter().map(TaskStatus::is_finished).collect();
    assert_eq!(finished, [false, false, true]);
    assert!(result.errors.is_empty());
}

#[test]
fn tk03_a_failure_is_in_the_result_once() {
    let result = enqueue("mail", || Err("no such host".into()));
    assert_eq!(SEEN.take().last(), Some(&TaskStatus::Failed));
    assert_eq!(result.errors, ["no such host"]);
}

#[test]
fn tk06_a_transaction_does_not_hold_it_back() {
    let _ = transaction::scope(|| {
        enqueue("mail", || Ok(()));
        assert_eq!(SEEN.take().len(), 3);
        Ok::<_, signals_core::BoxError>(())
    });
}
