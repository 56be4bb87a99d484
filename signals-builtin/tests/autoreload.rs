//! Files that change: the rows AR of the conformance catalogue.
#![cfg(feature = "autoreload")]

use std::cell::RefCell;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use signals_builtin::autoreload::{
    Change, Reloader, WatchError, Watcher, autoreload_started, file_changed,
};
use signals_core::{BoxError, Sender, receiver};

/// Long enough for any machine; a test that succeeds does not wait for it.
const LONG: Duration = Duration::from_secs(20);
/// Longer than it takes for a change to be told.
const SHORT: Duration = Duration::from_millis(300);

// Each test has a thread of its own, and receivers run on it.
thread_local! {
    static TEMPLATES: RefCell<Option<PathBuf>> = const { RefCell::new(None) };
    static ASKED: RefCell<Vec<PathBuf>> = const { RefCell::new(Vec::new()) };
}

#[receiver(autoreload_started, sender = Watcher)]
fn watch_templates(reloader: &dyn Reloader) -> Result<(), BoxError> {
    TEMPLATES.with_borrow(|dir| match dir {
        Some(dir) => reloader.watch_dir(dir, "**/*.html"),
        None => Ok(()),
    })
}

#[receiver(file_changed, priority = 1)]
fn template_changed(sender: Sender, file_path: &Path) -> bool {
    assert!(sender.is::<Watcher>());
    ASKED.with_borrow_mut(|asked| asked.push(file_path.to_owned()));
    file_path.extension().is_some_and(|it| it == "html")
}

#[receiver(file_changed)]
fn fails_on_some(file_path: &Path) -> Result<bool, BoxError> {
    if file_path.ends_with("broken.rs") {
        return Err("cannot read it".into());
    }
    Ok(false)
}

struct Dir(PathBuf);

impl Dir {
    fn new(test: &str) -> Self {
        let name = format!("signals-autoreload-{test}-{}", std::process::id());
        let dir = std::env::temp_dir().join(name);
        fs::create_dir_all(dir.join("below")).unwrap();
        Self(dir.canonicalize().unwrap())
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn ar01_a_template_is_seen_to_and_a_source_file_is_not() {
    let dir = Dir::new("ar01");
    TEMPLATES.set(Some(dir.0.clone()));
    let mut watcher = Watcher::start().unwrap();
    watcher.watch_dir(&dir.0, "**/*.rs").unwrap();

    let path = dir.write("page.html", "<p>");
    let handled = true;
    assert_eq!(watcher.next_change(LONG), Some(Change { path, handled }));

    let path = dir.write("below/view.rs", "fn view() {}");
    let handled = false;
    assert_eq!(watcher.next_change(LONG), Some(Change { path, handled }));
}

#[test]
fn ar01_what_is_seen_to_does_not_end_the_wait() {
    let dir = Dir::new("ar01-wait");
    TEMPLATES.set(Some(dir.0.clone()));
    let mut watcher = Watcher::start().unwrap();
    watcher.watch_dir(&dir.0, "*.rs").unwrap();
    let template = dir.write("page.html", "<p>");
    let source = dir.write("view.rs", "fn view() {}");
    assert_eq!(watcher.wait(), Some(source.clone()));
    let asked = ASKED.take();
    assert!(
        asked.contains(&template) && asked.contains(&source),
        "{asked:?}"
    );
}

#[test]
fn ar03_receivers_of_the_start_say_what_is_watched() {
    let dir = Dir::new("ar03");
    TEMPLATES.set(Some(dir.0.clone()));
    let mut watcher = Watcher::start().unwrap();
    let path = dir.write("below/page.html", "<p>");
    assert_eq!(watcher.next_change(LONG).unwrap().path, path);
    assert!(format!("{watcher:?}").contains("*.html"));
}

#[test]
fn ar03_a_receiver_that_fails_prevents_the_watching() {
    TEMPLATES.set(Some(PathBuf::from("/there/is/no/such/directory")));
    let error = Watcher::start().unwrap_err();
    assert!(matches!(error, WatchError::Signal(_)));
    let source = error.source().unwrap().to_string();
    assert!(source.contains("no/such/directory"), "{source}");
}

#[test]
fn ar04_what_nobody_asked_for_is_not_told() {
    let dir = Dir::new("ar04");
    let mut watcher = Watcher::start().unwrap();
    watcher.watch_dir(&dir.0, "*.mo").unwrap();
    dir.write("messages.po", "msgid");
    dir.write("below/messages.mo", "not in the directory itself");
    assert_eq!(watcher.next_change(SHORT), None);
    let path = dir.write("messages.mo", "…");
    assert_eq!(watcher.next_change(LONG).unwrap().path, path);
    assert_eq!(ASKED.take(), [path]);
}

#[test]
fn ar05_one_change_is_told_once() {
    let dir = Dir::new("ar05");
    let mut watcher = Watcher::start().unwrap();
    watcher.watch_dir(&dir.0, "*.rs").unwrap();
    // Twice the same directory: once told.
    watcher.watch_dir(&dir.0, "view*").unwrap();
    // As an editor does: it is made, written twice, and renamed.
    let path = dir.write("view.rs.swap", "fn");
    fs::write(&path, "fn view() {}").unwrap();
    fs::rename(&path, dir.0.join("view.rs")).unwrap();
    let first = watcher.next_change(LONG).unwrap();
    assert_eq!(first.path, dir.0.join("view.rs"));
    // The name that it had for a moment matches `view*` too.
    let second = watcher.next_change(SHORT).unwrap();
    assert_eq!(second.path, path);
    assert_eq!(watcher.next_change(SHORT), None);
}

#[test]
fn a_receiver_that_fails_has_not_seen_to_it_and_the_others_are_asked() {
    let dir = Dir::new("fails");
    let mut watcher = Watcher::start().unwrap();
    watcher.watch_dir(&dir.0, "*.rs").unwrap();
    let path = dir.write("broken.rs", "fn");
    let handled = false;
    let change = Change { path, handled };
    assert_eq!(watcher.next_change(LONG), Some(change.clone()));
    assert_eq!(ASKED.take(), [change.path]);
}

#[test]
fn what_cannot_be_watched_is_an_error_that_says_what() {
    let watcher = Watcher::start().unwrap();
    let error = watcher
        .watch_dir(Path::new("/no/such/dir"), "*")
        .unwrap_err();
    assert!(error.to_string().contains("/no/such/dir"), "{error}");
    let error = watcher.watch_dir(Path::new("."), "***").unwrap_err();
    assert!(error.to_string().contains("`***`"), "{error}");
}
