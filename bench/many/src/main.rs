//! What the first use of signals costs in a program with very many of them.
//!
//! There is only one first use in a process, so each is in one of its own.

use std::error::Error;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;
use std::{env, io};

const PARTS: [fn(u64); 10] = [
    many_0::send_each,
    many_1::send_each,
    many_2::send_each,
    many_3::send_each,
    many_4::send_each,
    many_5::send_each,
    many_6::send_each,
    many_7::send_each,
    many_8::send_each,
    many_9::send_each,
];

const PROCESSES: usize = 25;

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().nth(1).as_deref() == Some("once") {
        let started = Instant::now();
        for send_each in PARTS {
            send_each(black_box(7));
        }
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
        "first use of {} signals with {} receivers, each sent once: {:.2} ms, median {:.2} ms",
        PARTS.len() * many_0::SIGNALS,
        PARTS.len() * many_0::SIGNALS * many_0::RECEIVERS,
        times[0] / 1e6,
        times[PROCESSES / 2] / 1e6,
    );
    Ok(())
}
