//! The program itself, serving a database of its own.

#![allow(dead_code, reason = "each test program uses what it needs")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::browser::Browser;

pub(crate) struct Service {
    child: Child,
    address: String,
    folder: TempDir,
}

impl Service {
    pub(crate) fn start() -> Self {
        Self::on(tempfile::tempdir().unwrap())
    }

    fn on(folder: TempDir) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_accounts"))
            .args(["--port", "0"])
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .split_whitespace()
            .find(|word| word.starts_with("http://"))
            .expect("the service says where it is")
            .to_owned();
        Self {
            child,
            address,
            folder,
        }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.address)
    }

    /// The same database under a new process, and therefore at a new address.
    pub(crate) fn restart(mut self) -> Self {
        self.stop();
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        Self::on(folder)
    }

    /// The event log, as `accounts replay` prints it, of the running service.
    pub(crate) fn events(&self) -> Vec<serde_json::Value> {
        let nothing = self.folder.path().join("nothing.jsonl");
        std::fs::write(&nothing, "").unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_accounts"))
            .args(["replay", "nothing.jsonl", "--db", "accounts.sqlite"])
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let lines = String::from_utf8(output.stdout).unwrap();
        let rows = lines.lines().map(serde_json::from_str);
        rows.collect::<Result<_, _>>().unwrap()
    }

    fn stop(&mut self) {
        // Without its goodbyes: a service has to stand that.
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop();
    }
}
