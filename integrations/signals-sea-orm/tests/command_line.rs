//! The example `migrate`, run as a program: SeaORM's own command line, around which signals are sent.
#![allow(missing_docs)]

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The example, which plain `cargo test` builds.
fn program() -> PathBuf {
    let test = env::current_exe().unwrap();
    let built = test.ancestors().nth(2).unwrap().join("examples");
    let program = built
        .join("migrate")
        .with_extension(env::consts::EXE_EXTENSION);
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/migrate.rs");
    let time = |file: &Path| file.metadata().and_then(|about| about.modified()).ok();
    // With `--test`, cargo does not build it anew.
    assert!(
        time(&program) > time(Path::new(source)),
        "{} is not built, or was before it was changed; `cargo build --example migrate` builds it",
        program.display()
    );
    program
}

/// A database in a file of the test's own.
struct File(tempfile::TempDir);

impl File {
    fn command(&self) -> Command {
        let file = self.0.path().join("migrated.db");
        let mut command = Command::new(program());
        command
            .arg("-u")
            .arg(format!("sqlite://{}?mode=rwc", file.display()));
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().unwrap()
    }

    /// What receivers print in a run that goes well.
    fn told(&self, arguments: &[&str]) -> Vec<String> {
        let output = self.run(arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {error}");
        let printed = String::from_utf8(output.stdout).unwrap();
        // The others are SeaORM's.
        let ours = |line: &&str| {
            let begins = ["before, ", "after, ", "made "];
            begins.iter().any(|it| line.starts_with(it))
        };
        printed.lines().filter(ours).map(str::to_owned).collect()
    }
}

#[test]
fn mg01_mg02_mg03_the_command_line_sends_both_around_each_run() {
    let file = File(tempfile::tempdir().unwrap());
    let both = "on main: +m1_site +m2_page";
    let made = "made the default site";
    assert_eq!(
        file.told(&["up", "-n", "1"]),
        [
            "before, on main: +m1_site",
            "after, on main: +m1_site",
            made
        ]
    );
    // Without a command, all that is pending. The site is there already.
    assert_eq!(
        file.told(&[]),
        ["before, on main: +m2_page", "after, on main: +m2_page"]
    );
    // Looking only sends nothing.
    let status = file.run(&["status"]);
    let printed = String::from_utf8(status.stdout).unwrap();
    assert!(printed.contains("'m2_page'... Applied"), "{printed}");
    assert!(!printed.contains("on main"), "{printed}");
    assert_eq!(
        file.told(&["down"]),
        ["before, on main: -m2_page", "after, on main: -m2_page"]
    );
    assert_eq!(
        file.told(&["fresh"]),
        [
            format!("before, {both}"),
            format!("after, {both}"),
            made.to_owned()
        ]
    );
    assert_eq!(
        file.told(&["up"]),
        ["before, on main: ", "after, on main: "]
    );
    assert_eq!(
        file.told(&["reset"]),
        [
            "before, on main: -m2_page -m1_site",
            "after, on main: -m2_page -m1_site"
        ]
    );
}

#[test]
fn mg03_a_run_that_a_receiver_prevents_fails_and_says_why() {
    let file = File(tempfile::tempdir().unwrap());
    let run = file
        .command()
        .arg("up")
        .env("FREEZE", "there is a sale")
        .output();
    let output = run.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    for word in ["::pre_migrate`", "migrate::not_now", "there is a sale"] {
        assert!(said.contains(word), "{said}");
    }
    // Nothing was migrated.
    let told = file.told(&["up"]);
    assert_eq!(told[0], "before, on main: +m1_site +m2_page");
}
