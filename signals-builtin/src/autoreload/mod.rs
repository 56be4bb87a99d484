//! Source files that change under a running program: `django.utils.autoreload`.
//!
//! A development server restarts when its sources change. Not every file is a reason: a template can
//! be read anew while the program runs on. So whoever watches asks first:
//!
//! ```
//! use std::path::Path;
//! use signals_builtin::autoreload::{Reloader, autoreload_started, file_changed};
//! use signals_core::{BoxError, receiver};
//!
//! #[receiver(autoreload_started)]
//! fn watch_templates(reloader: &dyn Reloader) -> Result<(), BoxError> {
//!     reloader.watch_dir(Path::new("templates"), "**/*.html")
//! }
//!
//! #[receiver(file_changed)]
//! fn read_template_anew(file_path: &Path) -> bool {
//!     let is_template = file_path.extension().is_some_and(|extension| extension == "html");
//!     // … forget what was made of it …
//!     is_template
//! }
//! ```
//!
//! With the feature `autoreload`, `Watcher` sends both. Without it, they are declared and nothing
//! sends them.

#[cfg(feature = "autoreload")]
mod watcher;

use std::path::Path;

use signals_core::{BoxError, signal};

#[cfg(feature = "autoreload")]
pub use self::watcher::{Change, WatchError, Watcher};

signal! {
    /// Somebody begins to watch for changed files.
    ///
    /// Sent by whoever watches, once, before the first change is looked for, on its thread. With an
    /// error, receivers prevent the watching.
    ///
    /// The sender is the type of the watcher.
    ///
    /// - `reloader` is the watcher. Receivers say what else is to be watched, with
    ///   [`Reloader::watch_dir`].
    ///
    /// As in Django's private `autoreload_started`, receivers
    /// call the reloader; there, it is the sender itself.
    pub autoreload_started(sender, reloader: &dyn Reloader);

    /// A file has changed.
    ///
    /// Sent by whoever watches, once for each change, on its thread. A receiver answers whether it
    /// has seen to it, so that the program can go on as it is. All are asked. If none has, it is to
    /// be started again.
    ///
    /// The sender is the type of the watcher.
    ///
    /// - `file_path` is the file, which may be there no more.
    ///
    /// As Django's private `file_changed`.
    pub file_changed(sender, file_path: &Path) -> bool;
}

/// Whoever watches for changed files, as the receivers of [`autoreload_started`] know it.
pub trait Reloader: Send + Sync {
    /// Watches the files in a directory and below, whose paths from there match `glob`: `*.html` for
    /// those in the directory itself, `**/*.html` for those below as well.
    ///
    /// # Errors
    ///
    /// When the directory cannot be watched, or `glob` is no pattern.
    fn watch_dir(&self, path: &Path, glob: &str) -> Result<(), BoxError>;
}
