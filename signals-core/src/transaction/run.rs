//! Running what waited for the end of a transaction.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::executor;
use super::job::{Job, Who, Work};
use super::unit::Unit;
use crate::depth::recursion_limit;
use crate::error::{BoxError, ReceiverError, SendError, SendErrorKind};
use crate::runtime;
use crate::scope::{Layer, Scope};
use crate::send::{Caught, caught};
use crate::send_async::poll_caught;
use crate::signal::BoxFuture;

impl Who {
    fn failed(self, error: BoxError) -> SendError {
        let error = ReceiverError::error(self.signal, self.receiver, self.sender, error);
        SendErrorKind::Receiver(error).into()
    }

    fn cannot_wait(&self, why: &'static str) -> SendError {
        SendErrorKind::AsyncReceiver {
            signal: self.signal.name(),
            receiver: self.receiver.clone(),
            why,
        }
        .into()
    }

    /// Says who it was, and logs it.
    fn caught(self, failure: Caught) -> ReceiverError {
        failure.by(self.signal, self.receiver, self.sender)
    }
}

/// Rounds of receivers that wait for the commit, each sent by those of the round before.
struct Rounds(u32);

impl Rounds {
    fn next(&mut self, unit: &Unit) -> Result<Option<Vec<Job>>, SendError> {
        let jobs = unit.take_before();
        let Some(first) = jobs.first() else {
            return Ok(None);
        };
        self.0 += 1;
        let limit = recursion_limit();
        if self.0 > limit {
            let signal = first.who.signal.name();
            let chain = vec![signal];
            return Err(SendErrorKind::Recursion {
                signal,
                limit,
                chain,
            }
            .into());
        }
        Ok(Some(jobs))
    }
}

/// Runs what waits for the commit, and what that makes wait. Stops at the first error.
pub(super) fn before(unit: &Unit) -> Result<(), SendError> {
    let mut rounds = Rounds(0);
    while let Some(jobs) = rounds.next(unit)? {
        for Job { who, work } in jobs {
            let done = match work {
                Work::Sync(call) => call(),
                Work::Async(future) => runtime::blocking(|blocker| blocker.block_on(future))
                    .map_err(|why| who.cannot_wait(why))?,
            };
            done.map_err(|error| who.failed(error))?;
        }
    }
    Ok(())
}

/// [`before`], awaiting.
pub(super) async fn before_async(unit: &Unit) -> Result<(), SendError> {
    let mut rounds = Rounds(0);
    while let Some(jobs) = rounds.next(unit)? {
        for Job { who, work } in jobs {
            let done = match work {
                Work::Sync(call) => call(),
                Work::Async(future) => future.await,
            };
            done.map_err(|error| who.failed(error))?;
        }
    }
    Ok(())
}

/// The current scope, outside of any transaction.
fn outside() -> Scope {
    Scope::current().with(Layer::Transaction(None))
}

/// Runs all, whatever becomes of each.
pub(super) fn now(jobs: Vec<Job>) -> Vec<ReceiverError> {
    if jobs.is_empty() {
        return Vec::new();
    }
    outside().run(|| {
        let run = |Job { who, work }| match work {
            Work::Sync(call) => caught(call).err().map(|failure| who.caught(failure)),
            Work::Async(future) => wait(who, future),
        };
        jobs.into_iter().filter_map(run).collect()
    })
}

/// Waits for an async one where that is possible; else the executor gets it.
fn wait(who: Who, mut future: BoxFuture<'static, Result<(), BoxError>>) -> Option<ReceiverError> {
    let waited =
        runtime::blocking(|blocker| blocker.block_on(poll_fn(|cx| poll_caught(&mut future, cx))));
    match waited {
        Ok(done) => done.err().map(|failure| who.caught(failure)),
        Err(why) => {
            let job = Job {
                who,
                work: Work::Async(future),
            };
            match hand_over(vec![job]) {
                Ok(()) => None,
                Err(jobs) => jobs.into_iter().next().map(|job| {
                    let error = job.who.cannot_wait(why);
                    job.who.caught(Caught::Error(error.into()))
                }),
            }
        }
    }
}

/// Gives jobs to the executor, or back if there is none.
fn hand_over(jobs: Vec<Job>) -> Result<(), Vec<Job>> {
    let Some(executor) = executor::find() else {
        return Err(jobs);
    };
    let mut rest = Rest::new(jobs);
    rest.is_handed_over = true;
    // Each failure is logged; nobody waits for them.
    executor.spawn(Box::pin(async move { drop(rest.run().await) }));
    Ok(())
}

/// What is still to run after the end of a transaction. Dropped before it is empty, the executor
/// gets it.
pub(super) struct Rest {
    jobs: VecDeque<Job>,
    scope: Scope,
    /// An executor that stops drops what it has.
    is_handed_over: bool,
    running: Option<(Who, BoxFuture<'static, Result<(), BoxError>>)>,
}

impl Rest {
    pub(super) fn new(jobs: Vec<Job>) -> Self {
        Self {
            scope: outside(),
            jobs: jobs.into(),
            running: None,
            is_handed_over: false,
        }
    }

    pub(super) async fn run(mut self) -> Vec<ReceiverError> {
        if self.jobs.is_empty() {
            return Vec::new();
        }
        let scope = self.scope.clone();
        scope.run_async(self.run_all()).await
    }

    async fn run_all(&mut self) -> Vec<ReceiverError> {
        let mut errors = Vec::new();
        while let Some(Job { who, work }) = self.jobs.pop_front() {
            let failed = match work {
                Work::Sync(call) => caught(call).err().map(|failure| who.caught(failure)),
                Work::Async(future) => {
                    let (_, future) = self.running.insert((who, future));
                    let done = poll_fn(|cx| poll_caught(future, cx)).await;
                    let running = self.running.take();
                    running.and_then(|(who, _)| done.err().map(|failure| who.caught(failure)))
                }
            };
            errors.extend(failed);
        }
        errors
    }
}

impl Drop for Rest {
    fn drop(&mut self) {
        let running = self.running.take().map(|(who, future)| Job {
            who,
            work: Work::Async(future),
        });
        let jobs: Vec<Job> = running
            .into_iter()
            .chain(mem::take(&mut self.jobs))
            .collect();
        if jobs.is_empty() {
            return;
        }
        if self.is_handed_over {
            drop(alone(jobs));
            return;
        }
        // The executor is the user's code, and this may be a panic already.
        match catch_unwind(AssertUnwindSafe(|| hand_over(jobs))) {
            Ok(Ok(())) => {}
            Ok(Err(jobs)) => drop(alone(jobs)),
            Err(_) => log::error!(
                target: "signals.dispatch",
                "the executor of `transaction::set_executor` panicked; what was left to run after \
                 the end of a transaction is lost"
            ),
        }
    }
}

/// Runs the sync ones; an async one that has nobody to await it is lost, and that is logged.
fn alone(jobs: Vec<Job>) -> Vec<ReceiverError> {
    let lost = "the future that ended the transaction was dropped, and there is no executor to run \
                the rest; hand one over with `transaction::set_executor`";
    let run = |Job { who, work }| match work {
        Work::Sync(call) => caught(call).err().map(|failure| who.caught(failure)),
        Work::Async(_) => Some(who.caught(Caught::Error(lost.into()))),
    };
    outside().run(|| jobs.into_iter().filter_map(run).collect())
}
