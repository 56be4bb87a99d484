//! The first use of very many signals. There is only one in a process, so each is in one of its own.

use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, io};

use crate::timing::Sample;

const PROCESSES: usize = 15;

/// Nanoseconds for all of them.
pub(crate) fn sample() -> io::Result<Sample> {
    let program = env::current_exe()?;
    let times = (0..PROCESSES).map(|_| {
        let child = Command::new(&program).arg("first-use").output()?;
        let nanoseconds = String::from_utf8_lossy(&child.stdout).trim().parse();
        nanoseconds.map_err(io::Error::other)
    });
    Ok(Sample::of(times.collect::<io::Result<Vec<f64>>>()?))
}

/// In the child process.
pub(crate) fn measure() -> Duration {
    let started = Instant::now();
    many::send_each_once();
    started.elapsed()
}
