//! The program itself, serving a database of its own: a file, or one of a PostgreSQL server.

#![allow(dead_code, reason = "each test program uses what it needs")]

#[path = "command.rs"]
mod command;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};

use accounts_mailer::{Mailer, ReceivedMail};
use tempfile::TempDir;

pub(crate) use self::command::accounts;
use crate::browser::Browser;

pub(crate) struct Service {
    child: Child,
    address: String,
    place: Place,
}

/// What it is started with, and what of it stays.
struct Place {
    folder: TempDir,
    options: Vec<String>,
    /// Without one, the database is a file in the folder.
    database_url: Option<String>,
    has_log: bool,
}

const LOG: &str = "log";

impl Service {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    pub(crate) fn start_with(options: &[&str]) -> Self {
        Self::in_place(Place::new(options, None), "0")
    }

    /// With this `DATABASE_URL`.
    pub(crate) fn start_on(database_url: &str) -> Self {
        Self::in_place(Place::new(&[], Some(database_url)), "0")
    }

    /// With all that the program can log in a file: see [`Self::log`].
    pub(crate) fn start_logging() -> Self {
        let mut place = Place::new(&[], None);
        place.has_log = true;
        Self::in_place(place, "0")
    }

    fn in_place(place: Place, port: &str) -> Self {
        let mut program = accounts();
        if place.has_log {
            let log = File::create(place.folder.path().join(LOG)).unwrap();
            program.env("RUST_LOG", "trace").stderr(log);
        }
        let mut child = program
            .args(["--port", port])
            .args(&place.options)
            .envs(place.database_url.iter().map(|url| ("DATABASE_URL", url)))
            .current_dir(place.folder.path())
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
            .trim_end_matches(['/', ','])
            .to_owned();
        Self {
            child,
            address,
            place,
        }
    }

    /// `http://127.0.0.1:` and the port.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.address)
    }

    /// The same database under a new process, and therefore at a new address.
    pub(crate) fn restart(mut self) -> Self {
        self.stop();
        Self::in_place(self.left(), "0")
    }

    /// The same, at the old address, after something was done without the service.
    pub(crate) fn restart_there(mut self, meanwhile: impl FnOnce()) -> Self {
        self.stop();
        meanwhile();
        let place = self.left();
        let port = self.address.rsplit(':').next().unwrap();
        Self::in_place(place, port)
    }

    fn left(&mut self) -> Place {
        std::mem::replace(&mut self.place, Place::new(&[], None))
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder().join(LOG)).unwrap()
    }

    /// The folder that it runs in.
    pub(crate) fn folder(&self) -> &Path {
        self.place.folder.path()
    }

    /// The event log, as `accounts replay` prints it, of the running service, whose database is a file.
    pub(crate) fn events(&self) -> Vec<serde_json::Value> {
        let nothing = self.folder().join("nothing.jsonl");
        std::fs::write(&nothing, "").unwrap();
        let output = accounts()
            .args(["replay", "nothing.jsonl", "--db", "accounts.sqlite"])
            .current_dir(self.folder())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let lines = String::from_utf8(output.stdout).unwrap();
        let rows = lines.lines().map(serde_json::from_str);
        rows.collect::<Result<_, _>>().unwrap()
    }

    /// The mails that the service has written to an address, the oldest first.
    pub(crate) fn mails(&self, address: &str) -> Vec<ReceivedMail> {
        let mailer = Mailer::folder(self.folder().join("mails"));
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap().block_on(mailer.mails_to(address)).unwrap()
    }

    /// The path of the link in the newest mail to an address that has one.
    pub(crate) fn link(&self, address: &str) -> String {
        let mails = self.mails(address);
        let words = mails.iter().flat_map(|mail| mail.text.split_whitespace());
        let mut links = words.filter_map(|word| word.strip_prefix(&self.address));
        links.next_back().expect("a mail with a link").to_owned()
    }

    /// Waits until it has ended by itself.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    fn stop(&mut self) {
        // Without its goodbyes: a service has to stand that. Nothing if it has stopped before.
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Place {
    fn new(options: &[&str], database_url: Option<&str>) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            options: options.iter().map(ToString::to_string).collect(),
            database_url: database_url.map(str::to_owned),
            has_log: false,
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop();
    }
}
