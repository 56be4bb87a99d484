//! Watching for changed files, by what the operating system offers.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use glob::{MatchOptions, Pattern};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use signals_core::{BoxError, SendError, Sender};

use super::{AutoreloadStarted, FileChanged, Reloader, autoreload_started, file_changed};

/// An editor writes a file in several steps. Changes that come closer together than this are one.
const SETTLE: Duration = Duration::from_millis(50);

/// `*` stays within a directory.
const MATCHING: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// Watches for changed files, and sends [`autoreload_started`] and [`file_changed`].
///
/// It starts nothing again; that is up to the program, or to whoever started it:
///
/// ```no_run
/// use std::path::Path;
/// use signals_builtin::autoreload::Watcher;
///
/// let mut watcher = Watcher::start()?;
/// watcher.watch_dir(Path::new("src"), "**/*.rs")?;
/// std::thread::spawn(move || {
///     let changed = watcher.wait();
///     println!("{changed:?}");
///     // As Django does: whoever started the program starts it again.
///     std::process::exit(3);
/// });
/// # Ok::<(), signals_builtin::autoreload::WatchError>(())
/// ```
///
/// Receivers are called on the thread that waits.
pub struct Watcher {
    watched: Watched,
    events: Receiver<notify::Result<Event>>,
    changes: VecDeque<Change>,
}

/// What is watched.
struct Watched {
    watcher: Mutex<RecommendedWatcher>,
    dirs: Mutex<Vec<(PathBuf, Pattern)>>,
}

/// A file has changed, and receivers were told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file, by its full path.
    pub path: PathBuf,
    /// Whether a receiver has seen to it.
    pub handled: bool,
}

/// Why files are not watched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WatchError {
    /// The operating system refuses, or there is no such directory.
    #[error("`{}` cannot be watched", path.display())]
    Watch {
        /// What was to be watched; empty if it cannot watch at all.
        path: PathBuf,
        /// Why not.
        source: BoxError,
    },

    /// Not a pattern.
    #[error("`{glob}` is no pattern for files")]
    Glob {
        /// What was given.
        glob: String,
        /// Why not.
        source: BoxError,
    },

    /// A receiver of [`autoreload_started`] failed.
    #[error(transparent)]
    Signal(#[from] SendError),
}

impl Watcher {
    /// Begins to watch: sends [`autoreload_started`], whose receivers say what.
    ///
    /// # Errors
    ///
    /// When the operating system cannot watch, or a receiver fails.
    pub fn start() -> Result<Self, WatchError> {
        let (sender, events) = channel();
        let watcher = notify::recommended_watcher(move |event| {
            // Nobody waits for it any more.
            let _ = sender.send(event);
        });
        let reloader = Watched {
            watcher: Mutex::new(watcher.map_err(|error| WatchError::Watch {
                path: PathBuf::new(),
                source: error.into(),
            })?),
            dirs: Mutex::default(),
        };
        autoreload_started.send(AutoreloadStarted {
            sender: Sender::of::<Self>(),
            reloader: &reloader,
        })?;
        Ok(Self {
            watched: reloader,
            events,
            changes: VecDeque::new(),
        })
    }

    /// Watches the files in a directory and below, as receivers do with
    /// [`Reloader::watch_dir`].
    ///
    /// # Errors
    ///
    /// When the directory cannot be watched, or `glob` is no pattern.
    pub fn watch_dir(&self, path: &Path, glob: &str) -> Result<(), WatchError> {
        self.watched.add(path, glob)
    }

    /// Waits until a file has changed that no receiver has seen to, and returns its path: the
    /// program is to be started again. `None` if the operating system has stopped watching.
    pub fn wait(&mut self) -> Option<PathBuf> {
        while let Some(change) = self.next_change(Duration::MAX) {
            if !change.handled {
                return Some(change.path);
            }
        }
        None
    }

    /// Waits for the next change, and tells receivers of it with [`file_changed`]. `None` if there is
    /// none in that time, or the operating system has stopped watching.
    ///
    /// A receiver that fails has not seen to it. Its error is logged, and the others are asked.
    pub fn next_change(&mut self, timeout: Duration) -> Option<Change> {
        // Too far away to be said is never.
        let until = Instant::now().checked_add(timeout);
        loop {
            if let Some(change) = self.changes.pop_front() {
                return Some(change);
            }
            let first = match until {
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    self.events.recv_timeout(left)
                }
                None => self
                    .events
                    .recv()
                    .map_err(|_| RecvTimeoutError::Disconnected),
            };
            let paths = self.settled(first.ok()?);
            self.changes.extend(paths.into_iter().map(tell));
        }
    }

    /// The files that changed, once no more changes come.
    fn settled(&self, first: notify::Result<Event>) -> BTreeSet<PathBuf> {
        let mut paths = BTreeSet::new();
        let mut next = Ok(first);
        while let Ok(event) = next {
            match event {
                Ok(event) if event.need_rescan() => paths.extend(self.watched.all()),
                Ok(event) if !matches!(event.kind, EventKind::Access(_)) => {
                    let files = event.paths.into_iter();
                    paths.extend(files.filter(|path| self.watched.matches(path)));
                }
                Ok(_) => {}
                // It may have missed any of them.
                Err(_) => paths.extend(self.watched.all()),
            }
            next = self.events.recv_timeout(SETTLE);
        }
        paths
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dirs: Vec<_> = lock(&self.watched.dirs)
            .iter()
            .map(|(dir, glob)| dir.join(glob.as_str()))
            .collect();
        f.debug_struct("Watcher")
            .field("watched", &dirs)
            .finish_non_exhaustive()
    }
}

/// Asks the receivers.
fn tell(path: PathBuf) -> Change {
    let answers = file_changed.send_robust(FileChanged {
        sender: Sender::of::<Watcher>(),
        file_path: &path,
    });
    let handled = answers.answers().any(|&handled| handled);
    Change { path, handled }
}

impl Watched {
    fn add(&self, path: &Path, glob: &str) -> Result<(), WatchError> {
        let pattern = Pattern::new(glob).map_err(|error| WatchError::Glob {
            glob: glob.to_owned(),
            source: error.into(),
        })?;
        let failed = |source: BoxError| WatchError::Watch {
            path: path.to_owned(),
            source,
        };
        // Changes are told by the full path.
        let dir = path.canonicalize().map_err(|error| failed(error.into()))?;
        let is_watched = lock(&self.dirs).iter().any(|(watched, _)| *watched == dir);
        if !is_watched {
            let watching = lock(&self.watcher).watch(&dir, RecursiveMode::Recursive);
            watching.map_err(|error| failed(error.into()))?;
        }
        lock(&self.dirs).push((dir, pattern));
        Ok(())
    }

    fn matches(&self, path: &Path) -> bool {
        lock(&self.dirs).iter().any(|(dir, pattern)| {
            path.strip_prefix(dir)
                .is_ok_and(|path| pattern.matches_path_with(path, MATCHING))
        })
    }

    /// The directories: where it is not known which file has changed.
    fn all(&self) -> Vec<PathBuf> {
        lock(&self.dirs)
            .iter()
            .map(|(dir, _)| dir.clone())
            .collect()
    }
}

impl Reloader for Watched {
    fn watch_dir(&self, path: &Path, glob: &str) -> Result<(), BoxError> {
        Ok(self.add(path, glob)?)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
