//! `table`: the floors, this project and its peers side by side, in Markdown.

use std::io;

use crate::callgrind::{self, Cost};
use crate::peers::{Row, SharedWork, Work, rows};
use crate::timing::{Sample, alone_and_on_two, in_turn};

type Make = fn() -> Work;
type MakeMany = fn(usize) -> Work;

/// Numbers of receivers.
const COUNTS: [usize; 4] = [0, 1, 10, 100];
/// What the others are compared with: the first row.
const FLOOR: &str = "slice of functions, one target";

pub(crate) fn print() -> io::Result<()> {
    let empty = callgrind::count(&["empty"])?.instructions;
    send(empty)?;
    for table in &TABLES {
        table.print(empty)?;
    }
    shared();
    Ok(())
}

/// A table with one column of times.
struct Table {
    title: &'static str,
    /// In the arguments of the child process.
    key: &'static str,
    row: fn(&Row) -> Option<(&'static str, Make)>,
}

const TABLES: [Table; 4] = [
    Table {
        title: "Ten receivers, the sender owns a `User` and has only `&User`",
        key: "user",
        row: |row| match *row {
            Row::User(name, make) => Some((name, make)),
            _ => None,
        },
    },
    Table {
        title: "A hundred receivers, one listens to the sender",
        key: "filter",
        row: |row| match *row {
            Row::Filter(name, make) => Some((name, make)),
            _ => None,
        },
    },
    Table {
        title: "Connect and disconnect one receiver, ten already there",
        key: "connect",
        row: |row| match *row {
            Row::Connect(name, make) => Some((name, make)),
            _ => None,
        },
    },
    Table {
        title: "Async send, ten receivers that are ready at once",
        key: "async",
        row: |row| match *row {
            Row::Async(name, make) => Some((name, make)),
            _ => None,
        },
    },
];

impl Table {
    fn rows(&self) -> Vec<(&'static str, Make)> {
        rows().filter_map(self.row).collect()
    }

    fn print(&self, empty: f64) -> io::Result<()> {
        println!("\n### {}\n", self.title);
        println!("| case | ns min | ns med | instr | allocs |\n|---|---|---|---|---|");
        let mut rows: Vec<(&str, Work)> = self
            .rows()
            .into_iter()
            .map(|(name, make)| (name, make()))
            .collect();
        let mut works: Vec<&mut dyn FnMut(u64)> =
            rows.iter_mut().map(|(_, work)| &mut **work as _).collect();
        let samples = in_turn(&mut works);
        for ((name, _), sample) in rows.iter().zip(samples) {
            let cost = callgrind::count(&[self.key, name])?;
            println!(
                "| {name} | {} | {} | {:.0} | {:.0} |",
                figure(sample.least),
                figure(sample.median),
                cost.instructions - empty,
                cost.allocations,
            );
        }
        Ok(())
    }
}

fn send(empty: f64) -> io::Result<()> {
    println!("### One send; each cell `min/med ns · instr · allocs`\n");
    println!("| case | n=0 | n=1 | n=10 | n=100 | × floor (n=10) |\n|---|---|---|---|---|---|");
    let makes: Vec<(&str, MakeMany)> = rows()
        .filter_map(|row| match *row {
            Row::Send(name, make) => Some((name, make)),
            _ => None,
        })
        .collect();
    let mut works: Vec<Work> = makes
        .iter()
        .flat_map(|(_, make)| COUNTS.map(make))
        .collect();
    let mut loops: Vec<&mut dyn FnMut(u64)> =
        works.iter_mut().map(|work| &mut **work as _).collect();
    let samples = in_turn(&mut loops);
    let samples: Vec<&[Sample]> = samples.chunks(COUNTS.len()).collect();
    let floor = makes.iter().position(|(name, _)| *name == FLOOR);
    let floor = floor.map_or(f64::NAN, |row| samples[row][2].least);
    for ((name, _), samples) in makes.iter().zip(samples) {
        let cells = COUNTS.iter().zip(samples).map(|(n, sample)| {
            let Cost {
                instructions,
                allocations,
            } = callgrind::count(&["send", name, &n.to_string()])?;
            Ok(format!(
                "{}/{} · {:.0} · {allocations:.0}",
                figure(sample.least),
                figure(sample.median),
                instructions - empty,
            ))
        });
        let cells = cells.collect::<io::Result<Vec<String>>>()?.join(" | ");
        println!("| {name} | {cells} | {:.1} |", samples[2].least / floor);
    }
    Ok(())
}

fn shared() {
    println!("\n### Ten receivers, two threads sending on one signal\n");
    println!("| case | 1 thread min | 1 thread med | 2 threads min | 2 threads med | slow-down |");
    println!("|---|---|---|---|---|---|");
    for (name, make) in shared_rows() {
        let (alone, both) = alone_and_on_two(&*make());
        println!(
            "| {name} | {} | {} | {} | {} | ×{:.2} |",
            figure(alone.least),
            figure(alone.median),
            figure(both.least),
            figure(both.median),
            both.least / alone.least,
        );
    }
}

fn shared_rows() -> impl Iterator<Item = (&'static str, fn() -> SharedWork)> {
    rows().filter_map(|row| match *row {
        Row::Shared(name, make) => Some((name, make)),
        _ => None,
    })
}

/// Three digits that matter.
fn figure(nanoseconds: f64) -> String {
    match nanoseconds {
        ..99.95 => format!("{nanoseconds:.1}"),
        _ => format!("{nanoseconds:.0}"),
    }
}

/// In the child process: the work of one row.
pub(crate) fn work(which: &[&str]) -> Option<Work> {
    match *which {
        ["send", name, n] => {
            let n = n.parse().ok()?;
            rows().find_map(|row| match *row {
                Row::Send(other, make) if other == name => Some(make(n)),
                _ => None,
            })
        }
        [key, name] => {
            let table = TABLES.iter().find(|table| table.key == key)?;
            let mut rows = table.rows().into_iter();
            rows.find_map(|(other, make)| (other == name).then(make))
        }
        _ => None,
    }
}
