//! Migrations: `django.db.models.signals.pre_migrate` and `post_migrate`.
//!
//! Declared here, sent by the adapter of a migration library, around each run of migrations:
//! `pre_migrate`, the migrations, `post_migrate`. Both are sent once for each run, also when there is
//! nothing to do. When the run fails, `post_migrate` is not sent; when a run is only planned or
//! checked, neither is.
//!
//! Django sends them once for each of its apps. Rust has no apps: the sender is the migrator, whose
//! migrations are run.

use std::io::Write;

use signals_core::signal;

/// One migration of a plan, and which way it goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    /// The name of the migration.
    pub name: String,
    /// Whether it is undone.
    pub backwards: bool,
}

impl Step {
    /// A migration that is applied.
    pub fn forwards(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            backwards: false,
        }
    }

    /// A migration that is undone.
    pub fn backwards(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            backwards: true,
        }
    }
}

signal! {
    /// Migrations are about to be run.
    ///
    /// Sent by whoever runs them, once for each run, when the plan is made, before the first migration. With
    /// an error, receivers prevent the run.
    ///
    /// The sender is the type of the migrator, or its name where all migrators are of one type.
    ///
    /// - `verbosity` says how much to print: 0 nothing, 1 what matters, 2 more, 3 everything.
    /// - `interactive`: there is somebody who can be asked.
    /// - `using` is the alias of the database.
    /// - `stdout` is where to print to. An async receiver takes it as
    ///   `&mut (dyn Write + Send + Sync)`, because its future goes from thread to thread.
    /// - `plan` is what will be run, in this order. It is empty when there is nothing to do, and
    ///   none where nobody made a plan.
    ///
    /// As Django's [`pre_migrate`](https://docs.djangoproject.com/en/stable/ref/signals/#pre-migrate),
    /// without `app_config`, which is the sender, and without `apps`: no library has the models of
    /// the past.
    pub pre_migrate(
        sender,
        verbosity: u8,
        interactive: bool,
        using: &str,
        stdout: &mut dyn Write,
        plan: Option<&[Step]>,
    );

    /// Migrations were run.
    ///
    /// Sent by whoever runs them, once for each run, after the last one, also when there was nothing to do:
    /// the place to put in the rows that the program cannot do without. Receivers should not mind if they are
    /// there already. The migrations stand, whatever receivers answer.
    ///
    /// The sender and the arguments are those of [`pre_migrate`].
    ///
    /// As Django's [`post_migrate`](https://docs.djangoproject.com/en/stable/ref/signals/#post-migrate).
    pub post_migrate(
        sender,
        verbosity: u8,
        interactive: bool,
        using: &str,
        stdout: &mut dyn Write,
        plan: Option<&[Step]>,
    );
}
