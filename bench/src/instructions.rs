//! `instructions`: what a send costs in instructions and allocations, beside the limits that are
//! kept in `limits.toml`.

use std::error::Error;

use toml::{Table, Value};

use crate::callgrind::{self, Cost};
use crate::cases::{CASES, Loop};

const LIMITS: &str = include_str!("../limits.toml");

/// What it may cost in addition to find out that nobody subscribed to spans: a load, a comparison and a
/// branch, at each of two places.
const SUBSCRIBED: f64 = if cfg!(feature = "tracing") { 8.0 } else { 0.0 };

/// Prints each row that has a limit. Whether all are within theirs.
pub(crate) fn print() -> Result<bool, Box<dyn Error>> {
    let limits: Table = LIMITS.parse()?;
    let empty = callgrind::count(&["empty"])?.instructions;
    println!(
        "{:<66} {:>6} {:>6} {:>6} {:>6} {:>6}",
        "each time", "ours", "limit", "floor", "allocs", "limit"
    );
    let mut is_ok = true;
    for (name, limit) in &limits {
        let ours = callgrind::count(&["ours", name])?;
        let floor = callgrind::count(&["floor", name])?;
        let limit = Cost {
            instructions: number(limit, "instructions")? + SUBSCRIBED,
            allocations: number(limit, "allocations")?,
        };
        let [ours_net, floor_net] = [ours, floor].map(|cost| (cost.instructions - empty).round());
        let is_over = ours_net > limit.instructions || ours.allocations > limit.allocations;
        is_ok &= !is_over;
        println!(
            "{name:<66} {ours_net:>6} {:>6} {floor_net:>6} {:>6.1} {:>6} {}",
            limit.instructions,
            ours.allocations,
            limit.allocations,
            if is_over { "OVER" } else { "ok" },
        );
    }
    Ok(is_ok)
}

fn number(limit: &Value, key: &str) -> Result<f64, String> {
    let value = limit.get(key);
    let number = value.and_then(|value| value.as_integer().and_then(|n| i32::try_from(n).ok()));
    number.map_or_else(
        || Err(format!("limits.toml: a row has no number `{key}`")),
        |number| Ok(f64::from(number)),
    )
}

/// In the child process: the work of one row.
pub(crate) fn work(which: &[&str]) -> Option<Loop> {
    let case = |name: &str| CASES.iter().find(|case| case.name == name);
    match *which {
        ["empty"] => Some(callgrind::empty),
        ["ours", name] => case(name).map(|case| case.ours),
        ["floor", name] => case(name).map(|case| case.floor),
        _ => None,
    }
}
