//! Counts that repeat: instructions and allocations, by running a row in this program under
//! callgrind.

use std::collections::{HashMap, HashSet};
use std::hint::black_box;
use std::process::Command;
use std::{env, fs, io, process};

/// What one time through a loop costs.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) instructions: f64,
    pub(crate) allocations: f64,
}

/// So often, and once more as often: the difference is what counts, so that the cost of getting
/// started does not.
const TIMES: u64 = 1_000;

/// Counting begins where this function is entered, and ends where it is left.
#[inline(never)]
fn measured_part(work: &mut dyn FnMut(u64), times: u64) {
    black_box(work)(black_box(times));
}

/// What the child process does.
pub(crate) fn run(work: &mut dyn FnMut(u64), times: u64) {
    // What is made on first use is made.
    work(10);
    measured_part(work, times);
}

/// A loop with nothing in it, to be subtracted.
pub(crate) fn empty(times: u64) {
    for value in 0..times {
        black_box(value);
    }
}

/// What one time through the loop costs that `which` leads to, with the cost of the loop itself.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
pub(crate) fn count(which: &[&str]) -> io::Result<Cost> {
    let once = profile(which, TIMES)?;
    let twice = profile(which, 2 * TIMES)?;
    Ok(Cost {
        instructions: (twice.0 - once.0) as f64 / TIMES as f64,
        allocations: (twice.1 - once.1) as f64 / TIMES as f64,
    })
}

/// Runs this program under callgrind, to [`run`] what `which` leads to.
fn profile(which: &[&str], times: u64) -> io::Result<(u64, u64)> {
    let out = env::temp_dir().join(format!("bench-{}.callgrind", process::id()));
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*measured_part*"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(env::current_exe()?)
        .args(["run", &times.to_string()])
        .args(which)
        .output()
        .map_err(|error| io::Error::new(error.kind(), format!("valgrind: {error}")))?;
    if !run.status.success() {
        let said = String::from_utf8_lossy(&run.stderr);
        return Err(io::Error::other(format!("valgrind, {which:?}: {said}")));
    }
    let profile = fs::read_to_string(&out)?;
    fs::remove_file(&out)?;
    totals(&profile).ok_or_else(|| io::Error::other(format!("no totals for {which:?}")))
}

/// The instructions, and the calls of functions that allocate.
fn totals(profile: &str) -> Option<(u64, u64)> {
    let mut names = HashMap::new();
    let mut instructions = None;
    let mut allocations = 0;
    let mut callee = "";
    for line in profile.lines() {
        if let Some(total) = line.strip_prefix("totals: ") {
            instructions = total.trim().parse().ok();
        } else if let Some(name) = line.strip_prefix("fn=") {
            name_of(name, &mut names);
        } else if let Some(name) = line.strip_prefix("cfn=") {
            callee = name_of(name, &mut names);
        } else if let Some(calls) = line.strip_prefix("calls=")
            && HashSet::from(ALLOCATING).contains(callee)
        {
            allocations += calls.split(' ').next()?.parse::<u64>().ok()?;
        }
    }
    Some((instructions?, allocations))
}

const ALLOCATING: [&str; 5] = [
    "malloc",
    "calloc",
    "realloc",
    "posix_memalign",
    "aligned_alloc",
];

/// Names are written out once, as `(7) malloc`, and later as `(7)`.
fn name_of<'p>(text: &'p str, names: &mut HashMap<&'p str, &'p str>) -> &'p str {
    match text.split_once(' ') {
        Some((id, name)) => {
            names.insert(id, name);
            name
        }
        None => names.get(text).copied().unwrap_or_default(),
    }
}
