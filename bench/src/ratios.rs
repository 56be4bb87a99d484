//! `ratios`: how many times the floor each row takes.

use std::fmt;

use serde_json::{Value, json};

use crate::cases::{CASES, SHARED, SHARED_FLOOR, SHARED_LIVE};
use crate::timing::{Sample, alone_and_on_two, in_turn};

/// What a process can do only once, and what this program was built without.
const ELSEWHERE: &str = "\
The first use of 1,000 signals with 10,000 receivers, each time in a process of its own:
    cargo run --profile many --manifest-path bench/Cargo.toml -p many
These rows with spans built in, to which nobody subscribes:
    cargo run --release --manifest-path bench/Cargo.toml --features tracing -- ratios";

struct Row {
    name: &'static str,
    ours: Sample,
    floor: Sample,
    against: &'static str,
    limit: Option<f64>,
}

impl Row {
    /// As it is shown, so that what is shown as the limit is within it.
    fn ratio(&self) -> f64 {
        (self.ours.least / self.floor.least * 100.0).round() / 100.0
    }

    fn verdict(&self) -> &'static str {
        match self.limit {
            None => "",
            Some(limit) if self.ratio() <= limit => "ok",
            Some(_) => "OVER",
        }
    }

    fn json(&self) -> Value {
        json!({
            "name": self.name,
            "ours_ns": self.ours.least,
            "ours_median_ns": self.ours.median,
            "floor_ns": self.floor.least,
            "floor_median_ns": self.floor.median,
            "against": self.against,
            "ratio": self.ratio(),
            "limit": self.limit,
            "verdict": self.verdict(),
        })
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = self
            .limit
            .map_or(String::new(), |limit| format!("{limit:.2}"));
        write!(
            f,
            "{:<66} {:>9.2} {:>9.2} {:>6.2} {:>6} {:<5} {}",
            self.name,
            self.ours.least,
            self.floor.least,
            self.ratio(),
            limit,
            self.verdict(),
            self.against,
        )
    }
}

/// Prints each row as soon as it is measured, or all of them as JSON.
pub(crate) fn print(as_json: bool) {
    let mut rows = Vec::new();
    if !as_json {
        if cfg!(feature = "tracing") {
            println!("with the feature `tracing`, and no subscriber");
        }
        println!(
            "{:<66} {:>9} {:>9} {:>6} {:>6} {:<5} against",
            "", "ours ns", "floor ns", "ratio", "limit", ""
        );
    }
    let mut each = |row: Row| {
        if as_json {
            rows.push(row.json());
        } else {
            println!("{row}");
        }
    };
    measure(&mut each);
    if as_json {
        println!("{:#}", Value::Array(rows));
    } else {
        println!("\n{ELSEWHERE}");
    }
}

fn measure(each: &mut impl FnMut(Row)) {
    for case in CASES {
        let (mut ours, mut floor) = (case.ours, case.floor);
        let samples = in_turn(&mut [&mut ours, &mut floor]);
        each(Row {
            name: case.name,
            ours: samples[0],
            floor: samples[1],
            against: case.against,
            limit: case.limit,
        });
    }
    for (name, shared, limit) in [
        ("two threads send, 10 receivers", SHARED, Some(1.1)),
        (
            "two threads send, 10 receivers and 1 connection",
            SHARED_LIVE,
            Some(1.1),
        ),
        ("two threads walk the slice", SHARED_FLOOR, None),
    ] {
        let (alone, both) = alone_and_on_two(&shared);
        each(Row {
            name,
            ours: both,
            floor: alone,
            against: "one thread",
            limit,
        });
    }
}
