//! Running what waited for the end of a transaction.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::mem;
use std::panic::resume_unwind;
use std::pin::pin;

use super::executor;
use super::job::{Job, Who, Work};
use super::under_way::Counted;
use super::unit::Unit;
use crate::depth::{AnyLevel, nested, recursion_limit};
use crate::error::{BoxError, ReceiverError, SendError, SendErrorKind, quietly, shown};
use crate::runtime;
use crate::scope::Scope;
use crate::send::{Caught, caught};
use crate::send_async::poll_caught;
use crate::signal::BoxFuture;
use crate::watch::{Outcome, Watch};

type Waiting = BoxFuture<'static, Result<(), BoxError>>;

impl Who {
    fn failed(self, error: BoxError) -> SendError {
        let error = ReceiverError::error(self.signal, self.receiver, self.sender, error);
        SendErrorKind::Receiver(error).into()
    }

    fn cannot_wait(&self, why: &'static str) -> SendError {
        self.refused(SendErrorKind::AsyncReceiver {
            signal: self.signal.name(),
            receiver: self.receiver.clone(),
            why,
        })
    }

    /// Lets those who want to know know of a call that is not made.
    fn refused(&self, why: SendErrorKind) -> SendError {
        let error = SendError::from(why);
        let guarantee = self.receiver.guarantee();
        if let Some(mut watch) =
            Watch::without_tests(guarantee, self.signal, self.sender, self.site)
        {
            watch.refused(&error);
        }
        error
    }

    /// One who looks at the call, if anybody wants to know.
    fn watch(&self) -> Option<Watch> {
        let guarantee = self.receiver.guarantee();
        let mut watch = Watch::without_tests(guarantee, self.signal, self.sender, self.site)?;
        watch.begins(&self.receiver);
        Some(watch)
    }

    /// Makes the call, watched by those who want to know.
    fn call(&self, call: impl FnOnce() -> Result<(), BoxError>) -> Result<(), BoxError> {
        let Some(mut watch) = self.watch() else {
            return call();
        };
        let done = watch.run(call);
        watch.ended(Outcome::of(&done));
        done
    }

    /// [`call`](Self::call), awaiting.
    fn watched(&self, future: Waiting) -> Waiting {
        let who = self.clone();
        Box::pin(async move {
            let Some(mut watch) = who.watch() else {
                return future.await;
            };
            let mut future = watch.traced_async(future);
            let done = poll_fn(|cx| poll_caught(&mut future, cx)).await;
            match done {
                Ok(()) => watch.ended(Outcome::Succeeded),
                Err(Caught::Error(error)) => {
                    watch.ended(Outcome::Failed(shown(&error)));
                    return Err(error);
                }
                Err(Caught::Panic(panic)) => {
                    watch.ended(Outcome::of_panic(&*panic));
                    resume_unwind(panic);
                }
            }
            Ok(())
        })
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
            return Err(first.who.refused(SendErrorKind::Recursion {
                signal,
                limit,
                chain,
            }));
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
                Work::Sync(call) => who.call(call),
                Work::Async(future) => {
                    let future = who.watched(future);
                    runtime::blocking(|blocker| blocker.block_on(future))
                        .map_err(|why| who.cannot_wait(why))?
                }
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
                Work::Sync(call) => who.call(call),
                Work::Async(future) => who.watched(future).await,
            };
            done.map_err(|error| who.failed(error))?;
        }
    }
    Ok(())
}

/// Runs all in `scope`, whatever becomes of each.
pub(super) fn now(jobs: Vec<Job>, scope: Scope) -> Vec<ReceiverError> {
    if jobs.is_empty() {
        return Vec::new();
    }
    // Whatever happens, none is lost.
    let mut rest = Rest::new(jobs, scope.clone());
    let mut errors = Vec::new();
    scope.run(|| {
        while let Some(Job { who, work }) = rest.jobs.pop_front() {
            errors.extend(match work {
                Work::Sync(call) => call_now(who, call),
                Work::Async(future) => wait(who, future),
            });
        }
    });
    errors
}

/// One level deeper: receivers may commit transactions with such receivers.
fn call_now(who: Who, call: impl FnOnce() -> Result<(), BoxError>) -> Option<ReceiverError> {
    let called = caught(|| {
        let _level = AnyLevel::enter(who.signal)?;
        who.call(call)
    });
    called.err().map(|failure| who.caught(failure))
}

/// [`call_now`], from a destructor: nothing may go on from there, be it an error that panics when it
/// is dropped.
fn call_quietly(who: Who, call: impl FnOnce() -> Result<(), BoxError>) {
    quietly(|| drop(call_now(who, call)));
}

/// [`call_now`], awaiting.
fn deeper(who: &Who, future: Waiting) -> Waiting {
    let signal = who.signal;
    let future = who.watched(future);
    Box::pin(async move {
        let future = pin!(future);
        nested(signal, future).await?
    })
}

/// Waits for an async one where that is possible; else the executor gets it.
fn wait(who: Who, future: Waiting) -> Option<ReceiverError> {
    let mut future = deeper(&who, future);
    let waited =
        runtime::blocking(|blocker| blocker.block_on(poll_fn(|cx| poll_caught(&mut future, cx))));
    match waited {
        Ok(done) => done.err().map(|failure| who.caught(failure)),
        Err(why) => {
            let job = Job {
                who,
                work: Work::Async(future),
            };
            let left = hand_over(vec![job], Scope::current()).err()?;
            left.into_iter().next().map(|job| {
                let error = job.who.cannot_wait(why);
                job.who.caught(Caught::Error(error.into()))
            })
        }
    }
}

/// Gives jobs to the executor, or back if there is none.
fn hand_over(jobs: Vec<Job>, scope: Scope) -> Result<(), Vec<Job>> {
    let Some(executor) = executor::find() else {
        return Err(jobs);
    };
    let mut rest = Rest::new(jobs, scope);
    rest.handed_over = Some(Counted::new());
    // Each failure is logged; nobody waits for them.
    let future = Box::pin(async move { drop(rest.run().await) });
    executor.spawn(future);
    Ok(())
}

/// What is still to run after the end of a transaction, in that scope. Dropped before it is empty,
/// the executor gets it.
pub(super) struct Rest {
    jobs: VecDeque<Job>,
    scope: Scope,
    running: Option<(Who, Waiting)>,
    /// An executor that stops drops what it has. At the end, so that it is counted until all is run.
    handed_over: Option<Counted>,
}

impl Rest {
    pub(super) fn new(jobs: Vec<Job>, scope: Scope) -> Self {
        Self {
            scope,
            jobs: jobs.into(),
            running: None,
            handed_over: None,
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
            errors.extend(match work {
                Work::Sync(call) => call_now(who, call),
                Work::Async(future) => {
                    let future = deeper(&who, future);
                    let (_, future) = self.running.insert((who, future));
                    let done = poll_fn(|cx| poll_caught(future, cx)).await;
                    let running = self.running.take();
                    running.and_then(|(who, _)| done.err().map(|failure| who.caught(failure)))
                }
            });
        }
        errors
    }

    /// Runs what can run without awaiting, and leaves what comes behind to the executor.
    pub(super) fn start(mut self) {
        self.scope.clone().run(|| {
            while let Some(Job { who, work }) = self.jobs.pop_front() {
                match work {
                    Work::Sync(call) => call_quietly(who, call),
                    Work::Async(_) => {
                        self.jobs.push_front(Job { who, work });
                        break;
                    }
                }
            }
        });
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
        let scope = mem::take(&mut self.scope);
        if self.handed_over.is_some() {
            alone(jobs, scope);
        } else if let Err(jobs) = hand_over(jobs, scope.clone()) {
            alone(jobs, scope);
        }
    }
}

/// Runs the sync ones; an async one that has nobody to await it is lost, and that is logged.
fn alone(jobs: Vec<Job>, scope: Scope) {
    let lost = "it is lost: the future that ended the transaction was dropped, and no executor \
                runs the rest to its end; hand one over with `transaction::set_executor`";
    scope.run(|| {
        for Job { who, work } in jobs {
            match work {
                Work::Sync(call) => call_quietly(who, call),
                Work::Async(_) => drop(who.caught(Caught::Error(lost.into()))),
            }
        }
    });
}
