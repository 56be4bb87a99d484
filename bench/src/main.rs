//! What sending costs. See README.md.

mod callgrind;
mod cases;
mod floors;
mod instructions;
#[cfg(feature = "peers")]
mod peers;
mod ratios;
mod receivers;
#[cfg(feature = "peers")]
mod table;
mod timing;

use std::error::Error;
use std::process::ExitCode;

const USAGE: &str = "\
usage: bench COMMAND

ratios [--json]  times of the floors, and whether they are within the limits
instructions     instructions and allocations beside limits.toml; fails if one is over (valgrind)
table            the floors, ours and the peers, in Markdown (valgrind; --features peers)
";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let is_ok = match &arguments[..] {
        ["ratios"] => {
            ratios::print(false);
            true
        }
        ["ratios", "--json"] => {
            ratios::print(true);
            true
        }
        ["instructions"] => instructions::print()?,
        // What `instructions` and `table` start under valgrind.
        ["run", times, which @ ..] => run(which, times.parse()?),
        #[cfg(feature = "peers")]
        ["table"] => {
            table::print()?;
            true
        }
        #[cfg(not(feature = "peers"))]
        ["table"] => {
            eprintln!("the peers are not built in: cargo run --release --features peers -- table");
            return Ok(ExitCode::from(2));
        }
        _ => {
            eprint!("{USAGE}");
            return Ok(ExitCode::from(2));
        }
    };
    Ok(ExitCode::from(u8::from(!is_ok)))
}

/// Does the work of one row that often, for valgrind to count. Whether there is such a row.
fn run(which: &[&str], times: u64) -> bool {
    if let Some(mut work) = instructions::work(which) {
        callgrind::run(&mut work, times);
        return true;
    }
    #[cfg(feature = "peers")]
    if let Some(mut work) = table::work(which) {
        callgrind::run(&mut *work, times);
        return true;
    }
    false
}
