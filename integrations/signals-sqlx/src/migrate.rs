//! Migrations that announce themselves.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::io::{self, Write};

use signals_builtin::management::{PostMigrate, PreMigrate, Step, post_migrate, pre_migrate};
use signals_builtin::models::DEFAULT_DB;
use signals_core::{SendError, Sender};
use sqlx::Pool;
use sqlx::migrate::{Migrate, MigrateError, Migration, Migrator};

use crate::Backend;

/// Runs the migrations that were not run yet, and sends [`pre_migrate`] and [`post_migrate`] around
/// them. Returns what was done. [`Migrations`] has more to say.
///
/// # Errors
///
/// As [`Migrations::run`].
pub async fn migrate<DB>(migrator: &Migrator, pool: &Pool<DB>) -> Result<Vec<Step>, MigrationError>
where
    DB: Backend<Connection: Migrate>,
{
    Migrations::of(migrator).run(pool).await
}

/// A run of migrations, and what its signals say of it.
pub struct Migrations<'a> {
    migrator: &'a Migrator,
    sender: Sender,
    table: &'a str,
    using: &'a str,
    verbosity: u8,
    interactive: bool,
    stdout: Option<&'a mut (dyn Write + Send + Sync + 'static)>,
}

impl<'a> Migrations<'a> {
    /// The migrations of a migrator, run on the database `"default"`.
    pub fn of(migrator: &'a Migrator) -> Self {
        Self {
            migrator,
            sender: Sender::of::<Migrator>(),
            table: "_sqlx_migrations",
            using: DEFAULT_DB,
            verbosity: 1,
            interactive: false,
            stdout: None,
        }
    }

    /// The sender of the signals, for programs with several migrators: `#[receiver(post_migrate,
    /// sender = "blog")]`. Unless given, it is the type [`Migrator`].
    #[must_use]
    pub fn named(self, name: &'static str) -> Self {
        Self {
            sender: Sender::named(name),
            ..self
        }
    }

    /// The table that says which migrations were run, where the migrator has been given another one
    /// by [`dangerous_set_table_name`](Migrator::dangerous_set_table_name): sqlx does not tell.
    #[must_use]
    pub fn table(self, table: &'a str) -> Self {
        Self { table, ..self }
    }

    /// The alias of the database, the signals' `using`.
    #[must_use]
    pub fn using(self, using: &'a str) -> Self {
        Self { using, ..self }
    }

    /// How much receivers should print, from 0 to 3; 1 unless given.
    #[must_use]
    pub fn verbosity(self, verbosity: u8) -> Self {
        Self { verbosity, ..self }
    }

    /// Says that there is somebody who can be asked.
    #[must_use]
    pub fn interactive(self) -> Self {
        Self {
            interactive: true,
            ..self
        }
    }

    /// Where receivers print to; the program's own output unless given.
    #[must_use]
    pub fn stdout(self, stdout: &'a mut (dyn Write + Send + Sync + 'static)) -> Self {
        Self {
            stdout: Some(stdout),
            ..self
        }
    }

    /// Runs what was not run yet, and returns it. The signals are sent also when that is nothing.
    ///
    /// # Errors
    ///
    /// A receiver's, or the migrator's. What does not fit the database (a migration that is missing,
    /// was changed or has failed half-way) is found before `pre_migrate` is sent.
    pub async fn run<DB>(self, pool: &Pool<DB>) -> Result<Vec<Step>, MigrationError>
    where
        DB: Backend<Connection: Migrate>,
    {
        self.go(pool, Way::Up(None)).await
    }

    /// [`run`](Self::run), up to the migration of that version.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn run_to<DB>(
        self,
        version: i64,
        pool: &Pool<DB>,
    ) -> Result<Vec<Step>, MigrationError>
    where
        DB: Backend<Connection: Migrate>,
    {
        self.go(pool, Way::Up(Some(version))).await
    }

    /// Undoes what was run, the latest first, down to the migration of that version, which stays.
    /// Returns what was undone.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub async fn undo<DB>(self, version: i64, pool: &Pool<DB>) -> Result<Vec<Step>, MigrationError>
    where
        DB: Backend<Connection: Migrate>,
    {
        self.go(pool, Way::Down(version)).await
    }

    async fn go<DB>(self, pool: &Pool<DB>, way: Way) -> Result<Vec<Step>, MigrationError>
    where
        DB: Backend<Connection: Migrate>,
    {
        let plan = plan(self.migrator, self.table, pool, way).await?;
        let mut own = io::stdout();
        let stdout = self.stdout.unwrap_or(&mut own);
        let before = pre_migrate.send_async(PreMigrate {
            sender: self.sender,
            verbosity: self.verbosity,
            interactive: self.interactive,
            using: self.using,
            stdout,
            plan: Some(&plan),
        });
        before.await.map_err(MigrationError::Prevented)?;
        match way {
            Way::Up(None) => self.migrator.run(pool).await?,
            Way::Up(Some(version)) => self.migrator.run_to(version, pool).await?,
            Way::Down(version) => self.migrator.undo(pool, version).await?,
        }
        let after = post_migrate.send_async(PostMigrate {
            sender: self.sender,
            verbosity: self.verbosity,
            interactive: self.interactive,
            using: self.using,
            stdout,
            plan: Some(&plan),
        });
        after.await.map_err(MigrationError::Afterwards)?;
        Ok(plan)
    }
}

impl fmt::Debug for Migrations<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Migrations")
            .field("sender", &self.sender)
            .field("using", &self.using)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Copy)]
enum Way {
    Up(Option<i64>),
    Down(i64),
}

/// What is to be done. No connection is held when this returns: receivers may need the only one.
async fn plan<DB>(
    migrator: &Migrator,
    table: &str,
    pool: &Pool<DB>,
    way: Way,
) -> Result<Vec<Step>, MigrateError>
where
    DB: Backend<Connection: Migrate>,
{
    // No migration is that old: this looks for what does not fit, and makes the table.
    migrator.run_to(i64::MIN, pool).await?;
    let applied = pool.acquire().await?.list_applied_migrations(table).await?;
    let applied: HashMap<i64, _> = applied
        .into_iter()
        .map(|applied| (applied.version, applied.checksum))
        .collect();
    if let Way::Down(target) = way {
        let down = migrator.iter().rev().filter(|migration| {
            migration.migration_type.is_down_migration()
                && migration.version > target
                && applied.contains_key(&migration.version)
        });
        return Ok(down.map(|down| Step::backwards(name(down))).collect());
    }
    let mut steps = Vec::new();
    for migration in migrator.iter() {
        if matches!(way, Way::Up(Some(target)) if migration.version > target) {
            break;
        }
        if migration.migration_type.is_down_migration() {
            continue;
        }
        match applied.get(&migration.version) {
            Some(checksum) if *checksum != migration.checksum => {
                return Err(MigrateError::VersionMismatch(migration.version));
            }
            Some(_) => {}
            None => steps.push(Step::forwards(name(migration))),
        }
    }
    Ok(steps)
}

/// As the file is called: `1_create_users`.
fn name(migration: &Migration) -> String {
    let description = migration.description.replace(' ', "_");
    format!("{}_{description}", migration.version)
}

/// Why migrations were not run, or not all of them.
///
/// `Display` names the signal and the receiver, where one failed; its own error is the
/// [`source`](Error::source).
#[derive(Debug)]
#[non_exhaustive]
pub enum MigrationError {
    /// A receiver of `pre_migrate` failed. No migration was run.
    Prevented(SendError),

    /// A migration failed, or the migrations do not fit the database. `post_migrate` was not sent.
    Migrate(MigrateError),

    /// The migrations were run, and then a receiver of `post_migrate` failed.
    Afterwards(SendError),
}

impl fmt::Display for MigrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prevented(error) => write!(f, "no migration was run, because {error}"),
            Self::Migrate(error) => error.fmt(f),
            Self::Afterwards(error) => write!(f, "the migrations were run, and then {error}"),
        }
    }
}

impl Error for MigrationError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Prevented(error) | Self::Afterwards(error) => error.source(),
            Self::Migrate(error) => error.source(),
        }
    }
}

impl From<MigrateError> for MigrationError {
    fn from(error: MigrateError) -> Self {
        Self::Migrate(error)
    }
}
