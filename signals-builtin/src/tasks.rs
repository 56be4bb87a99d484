//! Tasks: `django.tasks.signals`.
//!
//! Declared here, and **sent by nothing yet**: this project has no task queue. They are for those who
//! write a backend for one, so that receivers of all backends can be the same functions. When a
//! backend sends them is part of the contract:
//!
//! | signal | sent | `status` |
//! |---|---|---|
//! | [`task_enqueued`] | when the task is stored, at once, also within a transaction | [`Ready`](TaskStatus::Ready) |
//! | [`task_started`] | by the worker, before the task runs | [`Running`](TaskStatus::Running) |
//! | [`task_finished`] | by the worker, when it is stored how the task ended | [`Successful`](TaskStatus::Successful) or [`Failed`](TaskStatus::Failed) |
//!
//! A task that panics has failed. One that is cancelled does not finish.
//!
//! The sender is the type of the backend.

use std::time::SystemTime;

use signals_core::signal;

signal! {
    /// A task was put into a queue.
    ///
    /// Sent by the backend of the queue, once for each task, when it is stored, before the caller goes on; at
    /// once, also within a transaction that is still open. A receiver that is to wait for that says `on_commit`.
    ///
    /// The sender is the type of the backend.
    ///
    /// - `task_result` is [`Ready`](TaskStatus::Ready), with its `id` and the time in `enqueued_at`.
    ///
    /// As Django's [`task_enqueued`](https://docs.djangoproject.com/en/stable/ref/signals/#task-enqueued).
    pub task_enqueued(sender, task_result: &TaskResult);

    /// A worker is about to run a task.
    ///
    /// Sent by the worker, on the backend's behalf, before each run of the task.
    ///
    /// The sender is the type of the backend.
    ///
    /// - `task_result` is [`Running`](TaskStatus::Running), with the time in `started_at` and the worker at the
    ///   end of `worker_ids`.
    ///
    /// As Django's [`task_started`](https://docs.djangoproject.com/en/stable/ref/signals/#task-started).
    pub task_started(sender, task_result: &TaskResult);

    /// A task has ended, well or not.
    ///
    /// Sent by the worker, on the backend's behalf, once for each run that ended, when it is stored how. A task that
    /// panics has failed. Not sent for a run that was cancelled.
    ///
    /// The sender is the type of the backend.
    ///
    /// - `task_result` is [`Successful`](TaskStatus::Successful) or [`Failed`](TaskStatus::Failed), with the time
    ///   in `finished_at`; if it failed, why is at the end of `errors`.
    ///
    /// As Django's [`task_finished`](https://docs.djangoproject.com/en/stable/ref/signals/#task-finished).
    pub task_finished(sender, task_result: &TaskResult);
}

/// What is known of one run of a task.
///
/// As Django's [`TaskResult`](https://docs.djangoproject.com/en/stable/ref/tasks/#task-results),
/// without arguments and return value, which only the backend can read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskResult {
    /// Which run of which task, unique within the backend.
    pub id: String,
    /// The name of the task.
    pub task: String,
    /// How far it is.
    pub status: TaskStatus,
    /// When it was put into the queue.
    pub enqueued_at: Option<SystemTime>,
    /// When it was started first.
    pub started_at: Option<SystemTime>,
    /// When it ended.
    pub finished_at: Option<SystemTime>,
    /// The workers that tried it, in their order.
    pub worker_ids: Vec<String>,
    /// What went wrong, once for each attempt that failed.
    pub errors: Vec<String>,
}

impl TaskResult {
    /// A task that is not in a queue yet.
    pub fn new(id: impl Into<String>, task: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            task: task.into(),
            status: TaskStatus::Ready,
            enqueued_at: None,
            started_at: None,
            finished_at: None,
            worker_ids: Vec::new(),
            errors: Vec::new(),
        }
    }
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaskStatus {
    /// It waits for a worker.
    Ready,
    /// A worker runs it.
    Running,
    /// It failed.
    Failed,
    /// It was done.
    Successful,
}

impl TaskStatus {
    /// Whether it is over.
    pub const fn is_finished(self) -> bool {
        matches!(self, Self::Failed | Self::Successful)
    }
}
