//! Writes a hundred of the thousand modules.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

/// A tenth of all: rustc takes several crates at once, and longer for one big one than for ten.
const SIGNALS: usize = 100;
const RECEIVERS: usize = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=../build.rs");
    let mut source = format!(
        "pub const SIGNALS: usize = {SIGNALS};\npub const RECEIVERS: usize = {RECEIVERS};\n"
    );
    for signal in 0..SIGNALS {
        writeln!(source, "mod m{signal} {{")?;
        writeln!(source, "use signals_core::{{receiver, signal}};")?;
        writeln!(source, "signal! {{ pub(crate) s{signal}(value: u64); }}")?;
        for receiver in 0..RECEIVERS {
            let number = signal * RECEIVERS + receiver;
            writeln!(
                source,
                "#[receiver(s{signal})] fn r{receiver}(value: u64) {{ crate::work(value ^ {number}); }}"
            )?;
        }
        writeln!(source, "}}")?;
    }
    writeln!(
        source,
        "/// Sends each signal once.\npub fn send_each(value: u64) {{"
    )?;
    for signal in 0..SIGNALS {
        let payload = format!("m{signal}::S{signal} {{ value }}");
        writeln!(source, "let _ = m{signal}::s{signal}.send({payload});")?;
    }
    writeln!(source, "}}")?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("many.rs"), source)?;
    Ok(())
}
