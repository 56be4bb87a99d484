//! What the first use of signals costs in a program with very many of them.
//!
//! There is only one first use in a process, so each is in one of its own.

use std::error::Error;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;
use std::{env, io};

include!(concat!(env!("OUT_DIR"), "/many.rs"));

const PROCESSES: usize = 25;

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().nth(1).as_deref() == Some("once") {
        let started = Instant::now();
        send_each(black_box(7));
        println!("{}", started.elapsed().as_nanos());
        return Ok(());
    }
    let program = env::current_exe()?;
    let times = (0..PROCESSES).map(|_| {
        let child = Command::new(&program).arg("once").output()?;
        let nanoseconds = String::from_utf8_lossy(&child.stdout).trim().parse();
        nanoseconds.map_err(io::Error::other)
    });
    let mut times = times.collect::<io::Result<Vec<f64>>>()?;
    times.sort_by(f64::total_cmp);
    println!(
        "first use of {SIGNALS} signals with {} receivers, each sent once: {:.2} ms, median {:.2} ms",
        SIGNALS * RECEIVERS,
        times[0] / 1e6,
        times[PROCESSES / 2] / 1e6,
    );
    Ok(())
}

#[inline]
fn work(value: u64) {
    black_box(value);
}
