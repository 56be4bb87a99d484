//! Time, on a machine that is never quiet: the least of many short rounds, with what is to be
//! compared run in turn within each.

use std::hint;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// So many rounds.
const ROUNDS: usize = 401;
/// Short enough to fit between two interruptions.
const BATCH: Duration = Duration::from_micros(100);

/// Nanoseconds each time through a loop, over all rounds.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) least: f64,
    pub(crate) median: f64,
}

impl Sample {
    pub(crate) fn of(mut rounds: Vec<f64>) -> Self {
        rounds.sort_by(f64::total_cmp);
        Self {
            least: rounds[0],
            median: rounds[rounds.len() / 2],
        }
    }
}

/// Takes samples of all loops, one after another in each round.
pub(crate) fn in_turn(loops: &mut [&mut dyn FnMut(u64)]) -> Vec<Sample> {
    let times: Vec<u64> = loops.iter_mut().map(|work| in_a_batch(work)).collect();
    let mut rounds = vec![Vec::with_capacity(ROUNDS); loops.len()];
    for round in 0..ROUNDS {
        for place in 0..loops.len() {
            // Nobody always runs behind the same neighbour.
            let index = (place + round) % loops.len();
            rounds[index].push(nanoseconds(loops[index], times[index]));
        }
    }
    rounds.into_iter().map(Sample::of).collect()
}

/// How often a loop goes through in a batch.
fn in_a_batch(work: &mut dyn FnMut(u64)) -> u64 {
    // What is made on first use is made.
    work(10);
    let mut times = 1;
    loop {
        let started = Instant::now();
        work(times);
        if started.elapsed() >= BATCH {
            return times;
        }
        times *= 2;
    }
}

fn nanoseconds(work: &mut dyn FnMut(u64), times: u64) -> f64 {
    let started = Instant::now();
    work(times);
    each(started.elapsed(), times)
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn each(whole: Duration, times: u64) -> f64 {
    whole.as_nanos() as f64 / times as f64
}

/// A loop alone, and on two threads at once.
pub(crate) fn alone_and_on_two(work: &(dyn Fn(u64) + Sync)) -> (Sample, Sample) {
    let mut on_this = |times| work(times);
    let times = in_a_batch(&mut on_this);
    let mut alone = Vec::with_capacity(ROUNDS);
    let mut both = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        alone.push(nanoseconds(&mut on_this, times));
        both.push(on_two(work, times));
    }
    (Sample::of(alone), Sample::of(both))
}

/// From the first thread's start to the last one's end, so that a round in which they did not run
/// at the same time is a bad one.
fn on_two(work: &(dyn Fn(u64) + Sync), times: u64) -> f64 {
    let waiting = AtomicU32::new(2);
    let on_this = || {
        waiting.fetch_sub(1, Ordering::AcqRel);
        while waiting.load(Ordering::Acquire) > 0 {
            hint::spin_loop();
        }
        let started = Instant::now();
        work(times);
        (started, Instant::now())
    };
    thread::scope(|scope| {
        let other = scope.spawn(on_this);
        let (started, ended) = on_this();
        match other.join() {
            Ok((other_started, other_ended)) => {
                each(ended.max(other_ended) - started.min(other_started), times)
            }
            Err(_) => f64::INFINITY,
        }
    })
}
