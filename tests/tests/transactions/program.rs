//! Random programs of transactions, savepoints, sends and callbacks, against a small model of what
//! has to run, and in which order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert_eq, prop_oneof, proptest};
use signals_core::transaction::{self, Transaction};
use signals_core::{BoxError, Scope, SendError, receiver, signal};
use signals_tests::{Journal, block_on};

#[derive(Debug, Clone)]
enum Step {
    Send(Sent),
    Callback(When, u32),
    Scope(How, End, Vec<Step>),
}

/// A send, and what its receivers do in their turn.
#[derive(Debug, Clone, Default)]
struct Sent {
    name: u32,
    /// 0 to 2: a way to send that stops at nobody's error.
    way: u8,
    /// Whether its `before_commit` receiver fails.
    fails: bool,
    before: Vec<Step>,
    after: Vec<Step>,
    undone: Vec<Step>,
}

#[derive(Debug, Clone, Copy)]
enum When {
    Before,
    After,
    Undone,
}

#[derive(Debug, Clone, Copy)]
enum How {
    Closure,
    Future,
    ByHand,
    ByHandAsync,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Commit,
    Fail,
    Panic,
}

// The real thing.

signal! {
    programmed(sent: &Arc<Sent>, journal: &Arc<Journal>);
}

#[receiver(programmed)]
fn inline(sent: &Sent, journal: &Journal) {
    journal.note(format!("inline {}", sent.name));
}

#[receiver(programmed, before_commit)]
fn before(sent: &Arc<Sent>, journal: &Arc<Journal>) -> Result<(), &'static str> {
    journal.note(format!("before {}", sent.name));
    run(&sent.before, journal);
    if sent.fails { Err("fails") } else { Ok(()) }
}

#[receiver(programmed, on_commit)]
fn after(sent: &Arc<Sent>, journal: &Arc<Journal>) {
    journal.note(format!("after {}", sent.name));
    run(&sent.after, journal);
}

#[receiver(programmed, on_rollback)]
fn undone(sent: &Arc<Sent>, journal: &Arc<Journal>) {
    journal.note(format!("undone {}", sent.name));
    run(&sent.undone, journal);
}

fn run(steps: &[Step], journal: &Arc<Journal>) {
    for step in steps {
        match step {
            Step::Send(sent) => send(&Arc::new(sent.clone()), journal),
            Step::Callback(when, name) => register(*when, *name, journal),
            Step::Scope(how, end, steps) => scope(*how, *end, steps, journal),
        }
    }
}

fn send(sent: &Arc<Sent>, journal: &Arc<Journal>) {
    let payload = Programmed { sent, journal };
    drop(match sent.way {
        0 => programmed.send_robust(payload),
        1 => block_on(programmed.send_robust_async(payload)),
        _ => block_on(programmed.concurrent().send_robust_async(payload)),
    });
}

fn register(when: When, name: u32, journal: &Arc<Journal>) {
    let note = {
        let journal = Arc::clone(journal);
        move || journal.note(format!("{when:?} {name}"))
    };
    match when {
        When::Before => transaction::before_commit(note).unwrap(),
        When::After => transaction::on_commit(note).unwrap(),
        When::Undone => transaction::on_rollback(note),
    }
}

fn scope(how: How, end: End, steps: &[Step], journal: &Arc<Journal>) {
    let work = || {
        run(steps, journal);
        match end {
            End::Commit => Ok(()),
            End::Fail => Err(BoxError::from("fails")),
            End::Panic => std::panic::resume_unwind(Box::new("panics")),
        }
    };
    let by_hand = || {
        let transaction = Transaction::begin();
        // Dropped, it is rolled back.
        transaction.scope().run(work)?;
        if matches!(how, How::ByHand) {
            transaction.before_commit()?;
            transaction.committed()?;
        } else {
            block_on(transaction.before_commit_async())?;
            block_on(transaction.committed_async())?;
        }
        Ok(())
    };
    let whole = || match how {
        How::Closure => transaction::scope(work).map(drop),
        How::Future => block_on(transaction::scope_async(async { work() })).map(drop),
        How::ByHand | How::ByHandAsync => by_hand(),
    };
    let before = format!("{:?}", Scope::current());
    let done: Result<Result<(), BoxError>, _> = catch_unwind(AssertUnwindSafe(whole));
    assert_eq!(done.is_err(), end == End::Panic);
    if end == End::Fail {
        assert_eq!(done.unwrap().unwrap_err().to_string(), "fails");
    } else if let Ok(Err(error)) = done {
        // A `before_commit` receiver's.
        assert!(error.downcast_ref::<SendError>().is_some(), "{error}");
    }
    assert_eq!(format!("{:?}", Scope::current()), before);
}

// The model.

#[derive(Clone)]
enum Job {
    Sent(When, Sent),
    Callback(When, u32),
}

#[derive(Default)]
struct Frame {
    before: Vec<Job>,
    after: Vec<Job>,
    undone: Vec<Job>,
}

#[derive(Default)]
struct Model {
    open: Vec<Frame>,
    log: Vec<String>,
}

impl Model {
    fn run(&mut self, steps: &[Step]) {
        for step in steps {
            match step {
                Step::Send(sent) => {
                    self.log.push(format!("inline {}", sent.name));
                    for when in [When::Before, When::After, When::Undone] {
                        self.later(when, Job::Sent(when, sent.clone()));
                    }
                }
                Step::Callback(when, name) => self.later(*when, Job::Callback(*when, *name)),
                Step::Scope(_, end, steps) => {
                    self.open.push(Frame::default());
                    self.run(steps);
                    self.end(*end == End::Commit);
                }
            }
        }
    }

    fn later(&mut self, when: When, job: Job) {
        match (when, self.open.last_mut()) {
            (When::Before, Some(frame)) => frame.before.push(job),
            (When::After, Some(frame)) => frame.after.push(job),
            (When::Undone, Some(frame)) => frame.undone.push(job),
            (When::Before | When::After, None) => self.call_all(vec![job]),
            (When::Undone, None) => {}
        }
    }

    fn end(&mut self, commits: bool) {
        let is_outermost = self.open.len() == 1;
        let commits = commits && (!is_outermost || self.before_commit());
        let mut frame = self.open.pop().unwrap();
        match (commits, self.open.last_mut()) {
            (true, Some(outer)) => {
                outer.before.append(&mut frame.before);
                outer.after.append(&mut frame.after);
                outer.undone.append(&mut frame.undone);
            }
            (true, None) => self.call_all(frame.after),
            (false, _) => self.call_all(frame.undone),
        }
    }

    fn before_commit(&mut self) -> bool {
        loop {
            let round = std::mem::take(&mut self.open[0].before);
            if round.is_empty() {
                return true;
            }
            for job in round {
                if !self.call(job) {
                    return false;
                }
            }
        }
    }

    fn call_all(&mut self, jobs: Vec<Job>) {
        for job in jobs {
            self.call(job);
        }
    }

    /// Whether it went well.
    fn call(&mut self, job: Job) -> bool {
        match job {
            Job::Callback(when, name) => self.log.push(format!("{when:?} {name}")),
            Job::Sent(when, sent) => {
                let (what, steps) = match when {
                    When::Before => ("before", &sent.before),
                    When::After => ("after", &sent.after),
                    When::Undone => ("undone", &sent.undone),
                };
                self.log.push(format!("{what} {}", sent.name));
                self.run(steps);
                return !(matches!(when, When::Before) && sent.fails);
            }
        }
        true
    }
}

// The programs.

fn when() -> impl Strategy<Value = When> {
    prop_oneof![
        proptest::strategy::Just(When::Before),
        proptest::strategy::Just(When::After),
        proptest::strategy::Just(When::Undone),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let leaf = prop_oneof![
        when().prop_map(|when| Step::Callback(when, 0)),
        (0..3_u8, proptest::bool::weighted(0.1)).prop_map(|(way, fails)| {
            Step::Send(Sent {
                way,
                fails,
                ..Sent::default()
            })
        }),
    ];
    let step = leaf.prop_recursive(4, 40, 4, |inner| {
        let how = (0..4_usize)
            .prop_map(|how| [How::Closure, How::Future, How::ByHand, How::ByHandAsync][how]);
        let end = (0..6_usize).prop_map(|end| match end {
            0 | 1 => End::Fail,
            2 => End::Panic,
            _ => End::Commit,
        });
        let sends = (
            0..3_u8,
            any::<u8>(),
            vec(inner.clone(), 0..3),
            vec(inner.clone(), 0..3),
            vec(inner.clone(), 0..3),
        );
        prop_oneof![
            3 => (how, end, vec(inner, 0..5))
                .prop_map(|(how, end, steps)| Step::Scope(how, end, steps)),
            1 => sends.prop_map(|(way, fails, before, after, undone)| Step::Send(Sent {
                name: 0,
                way,
                fails: fails < 20,
                before,
                after,
                undone,
            })),
        ]
    });
    vec(step, 1..8)
}

/// Gives each send and each callback a name of its own.
fn name(steps: &mut [Step], next: &mut u32) {
    for step in steps {
        match step {
            Step::Callback(_, name) => {
                *next += 1;
                *name = *next;
            }
            Step::Send(sent) => {
                *next += 1;
                sent.name = *next;
                name(&mut sent.before, next);
                name(&mut sent.after, next);
                name(&mut sent.undone, next);
            }
            Step::Scope(_, _, steps) => name(steps, next),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn programs_of_transactions_run_what_the_model_says(mut steps in steps()) {
        name(&mut steps, &mut 0);
        let mut model = Model::default();
        model.run(&steps);

        let journal = Arc::new(Journal::new());
        run(&steps, &journal);

        prop_assert_eq!(journal.take(), model.log);
        prop_assert_eq!(format!("{:?}", Scope::current()), "[]");
        // Nobody is kept: what was dropped is gone.
        prop_assert_eq!(Arc::strong_count(&journal), 1);
    }
}
