//! Which crates are linked into a program, in each build profile: the workspace in `fixtures/apps`.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Flags for cargo, and the folder that it builds into.
const PROFILES: [(&str, &str); 3] = [("dev", "debug"), ("release", "release"), ("fat", "fat")];

/// A copy of the workspace with the versions of this one, so that nothing has to be downloaded.
struct Workspace {
    folder: PathBuf,
    target: PathBuf,
}

impl Workspace {
    fn new() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let tmp = Path::new(env!("CARGO_TARGET_TMPDIR")).join("apps");
        let workspace = Self {
            folder: tmp.join("workspace"),
            target: tmp.join("target"),
        };
        copy(&here.join("fixtures/apps"), &workspace.folder);
        let root = here.join("..").canonicalize().unwrap();
        let manifest = workspace.folder.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).unwrap();
        let core = root
            .join("signals-core")
            .to_string_lossy()
            .replace('\\', "/");
        let text = text.replace("../../../signals-core", &core);
        write(&manifest, text.as_bytes());
        let lock = fs::read(root.join("Cargo.lock")).unwrap();
        fs::write(workspace.folder.join("Cargo.lock"), lock).unwrap();
        workspace
    }

    fn build(&self, profile: &str) {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--offline", "--quiet", "--profile", profile])
            .arg("--target-dir")
            .arg(&self.target)
            .current_dir(&self.folder)
            .env_remove("CARGO_BUILD_TARGET")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "{profile}: {said}");
        assert_eq!(said, "", "{profile}");
    }

    fn program(&self, folder: &str, name: &str) -> Command {
        let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        Command::new(self.target.join(folder).join(name))
    }

    fn run(&self, folder: &str, name: &str, args: &[&str]) -> Output {
        self.program(folder, name).args(args).output().unwrap()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            // What somebody built in place.
            if entry.file_name() != "target" {
                copy(&entry.path(), &to);
            }
        } else {
            write(&to, &fs::read(entry.path()).unwrap());
        }
    }
}

/// Only what has changed, so that cargo sees what has not.
fn write(to: &Path, content: &[u8]) {
    if fs::read(to).ok().as_deref() != Some(content) {
        fs::write(to, content).unwrap();
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_owned()).unwrap()
}

/// The paths of all receivers of the only signal, in order.
fn receivers(json: &[u8]) -> Vec<String> {
    let read: Value = serde_json::from_slice(json).unwrap();
    let signals = read["signals"].as_array().unwrap();
    assert_eq!(signals.len(), 1);
    let receivers = signals[0]["receivers"].as_array().unwrap().iter();
    let path = |receiver: &Value| receiver["path"].as_str().unwrap().to_owned();
    receivers.map(path).collect()
}

#[test]
fn what_is_linked_is_the_same_in_every_profile() {
    let workspace = Workspace::new();
    for (profile, folder) in PROFILES {
        workspace.build(profile);
        a_crate_that_is_not_named_is_silently_lost(&workspace, folder);
        installed_apps_are_linked(&workspace, folder);
        an_app_that_brings_nothing_is_reported(&workspace, folder);
    }
    a_reader_that_goes_away_is_no_error(&workspace);
}

fn a_crate_that_is_not_named_is_silently_lost(workspace: &Workspace, folder: &str) {
    let ran = workspace.run(folder, "silent", &[]);
    assert!(ran.status.success() && ran.stdout.is_empty());
    let listed = workspace.run(folder, "silent", &["signals", "list", "--json"]);
    assert!(receivers(&listed.stdout).is_empty());
    let checked = workspace.run(folder, "silent", &["signals", "check"]);
    assert_eq!(checked.status.code(), Some(0));
    assert_eq!(
        text(&checked.stdout),
        "nothing is wrong: 1 signal, 0 receivers, 1 crate\n   news: 1 signal\n"
    );
    // Nobody said which crates there should be.
    assert!(text(&checked.stderr).contains("name those with receivers in `installed_apps!`"));
}

fn installed_apps_are_linked(workspace: &Workspace, folder: &str) {
    let ran = workspace.run(folder, "installed", &[]);
    assert_eq!(
        text(&ran.stdout),
        "index of signals\nmail about signals\ncounted\n"
    );
    let listed = workspace.run(folder, "installed", &["signals", "list", "--json"]);
    assert_eq!(
        receivers(&listed.stdout),
        [
            "acme_finder::index",
            "blog_mail::send_mail",
            "app_itself::count"
        ]
    );
    let checked = workspace.run(folder, "installed", &["signals", "check"]);
    assert_eq!(checked.status.code(), Some(0));
    assert_eq!(
        text(&checked.stdout),
        "nothing is wrong: 1 signal, 3 receivers, 4 crates
   acme_finder: 1 receiver, installed
   app_itself: 1 receiver, installed
   blog_mail: 1 receiver, installed
   news: 1 signal
"
    );
    // In Cargo.toml, and neither named in the code nor seen.
    assert_eq!(
        text(&checked.stderr),
        "note: the crate `asleep` is in Cargo.toml and uses signals, but nothing of it is here; if \
         it has receivers, name it in `installed_apps!`\n"
    );
}

fn an_app_that_brings_nothing_is_reported(workspace: &Workspace, folder: &str) {
    let checked = workspace.run(folder, "sleepy", &["signals", "check"]);
    assert_eq!(checked.status.code(), Some(1));
    let said = text(&checked.stdout);
    let place = Path::new("app").join("src").join("bin").join("sleepy.rs");
    let finding = format!(
        "`installed_apps!` ({}:6): the crate `asleep` brought no signal, no receiver and no model; \
         take it out, ",
        place.display()
    );
    assert!(said.starts_with(&finding), "{said}");
    assert!(
        said.contains("\n1 finding: 1 signal, 1 receiver, 3 crates\n"),
        "{said}"
    );
    assert!(said.contains("\n   asleep: nothing, installed\n"), "{said}");
}

/// As `program signals list | head -0`.
fn a_reader_that_goes_away_is_no_error(workspace: &Workspace) {
    let mut child = workspace
        .program("debug", "installed")
        .args(["signals", "list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), &*said), (Some(0), ""));
}
