//! Migrations, with signals around each run.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseExecutor, DatabaseTransaction, DbErr, DynIden,
    IntoDatabaseExecutor,
};
use sea_orm_migration::{
    Migration, MigrationTrait, MigratorTraitSelf, async_trait, seaql_migrations,
};
use signals_builtin::management::{PostMigrate, PreMigrate, Step, post_migrate, pre_migrate};
use signals_builtin::models::DEFAULT_DB;
use signals_core::{Scope, SendError, Sender};

use crate::db::Db;
use crate::error::stopped;
use crate::handle::Handle;

/// A migrator that sends `pre_migrate` and `post_migrate` around each run: `up`, `down`, `fresh`,
/// `refresh` and `reset`. The sender is the migrator.
///
/// It is a migrator itself, for the command line too:
///
/// ```
/// # mod migration {
/// #     pub struct Migrator;
/// #     impl sea_orm_migration::MigratorTrait for Migrator {
/// #         fn migrations() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> { vec![] }
/// #     }
/// # }
/// use migration::Migrator;
/// use signals_sea_orm::{Db, Signaled};
///
/// async fn migrate(db: &Db) -> Result<(), sea_orm::DbErr> {
///     Signaled::new(Migrator).up(db, None).await
/// }
///
/// // In the `main` of the migration crate:
/// // cli::run_cli(Signaled::new(Migrator)).await;
/// ```
///
/// Given a [`Db`], signals have its alias. SeaORM's own connection, which is what the command line gives,
/// has none: there it is what [`using`](Self::using) says.
///
/// A receiver may ask for `#[state] handle: &Handle`, which is the database that is migrated. There
/// is none where the migrations run in a transaction of the caller.
#[derive(Clone)]
pub struct Signaled<M> {
    migrator: M,
    using: Arc<str>,
    verbosity: u8,
    interactive: bool,
    stdout: Stdout,
}

/// Where to print to, from several runs.
#[derive(Clone)]
struct Stdout(Arc<Mutex<Box<dyn Write + Send>>>);

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .flush()
    }
}

impl<M> Signaled<M> {
    /// The migrator, for the database with the alias
    /// [`DEFAULT_DB`].
    pub fn new(migrator: M) -> Self {
        Self {
            migrator,
            using: DEFAULT_DB.into(),
            verbosity: 1,
            interactive: false,
            stdout: Stdout(Arc::new(Mutex::new(Box::new(io::stdout())))),
        }
    }

    /// The alias of a database that does not say it, for it is no [`Db`]; [`DEFAULT_DB`] unless said.
    #[must_use]
    pub fn using(self, using: impl Into<Arc<str>>) -> Self {
        let using = using.into();
        Self { using, ..self }
    }

    /// How much receivers are to print, from 0 to 3; 1 unless said.
    #[must_use]
    pub fn verbosity(self, verbosity: u8) -> Self {
        Self { verbosity, ..self }
    }

    /// Whether there is somebody whom receivers can ask; not unless said.
    #[must_use]
    pub fn interactive(self, interactive: bool) -> Self {
        Self {
            interactive,
            ..self
        }
    }

    /// Where receivers are to print to; the standard output unless said.
    #[must_use]
    pub fn stdout(self, stdout: impl Write + Send + 'static) -> Self {
        let stdout = Stdout(Arc::new(Mutex::new(Box::new(stdout))));
        Self { stdout, ..self }
    }
}

impl<M> fmt::Debug for Signaled<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signaled")
            .field("using", &self.using)
            .finish_non_exhaustive()
    }
}

/// What migrations can run on: a [`Db`], or a connection or a transaction of SeaORM.
#[diagnostic::on_unimplemented(
    message = "migrations do not run on a `{Self}`",
    label = "take a reference to a `signals_sea_orm::Db`, or to a connection or a transaction of SeaORM"
)]
pub trait Migratable<'c>: Send {
    #[doc(hidden)]
    fn on(self) -> On<'c>;
}

/// What migrations run on, and the handle of it that is known.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "SeaORM's own has none either")]
pub struct On<'c> {
    executor: DatabaseExecutor<'c>,
    handle: Option<Handle>,
}

impl<'c> Migratable<'c> for &'c Db {
    fn on(self) -> On<'c> {
        On {
            executor: DatabaseExecutor::Connection(self.connection()),
            handle: Some(self.handle().clone()),
        }
    }
}

macro_rules! as_seaorm_takes_it {
    ($($connection:ty),*) => {$(
        impl<'c> Migratable<'c> for $connection {
            fn on(self) -> On<'c> {
                On { executor: self.into_database_executor(), handle: None }
            }
        }
    )*};
}

as_seaorm_takes_it!(
    DatabaseExecutor<'c>,
    &'c DatabaseConnection,
    &'c DatabaseTransaction,
    DatabaseTransaction
);

impl<M: MigratorTraitSelf + 'static> Signaled<M> {
    /// Applies what is pending, or so many steps of it.
    ///
    /// # Errors
    ///
    /// When a migration fails, or a receiver: of `pre_migrate`, then nothing is migrated; of
    /// `post_migrate`, then everything is.
    pub async fn up<'c>(&self, db: impl Migratable<'c>, steps: Option<u32>) -> Result<(), DbErr> {
        let on = db.on();
        let plan = self.forwards(&on.executor, steps).await?;
        let run = self.migrator.up(again(&on.executor), steps);
        self.around(&on, plan, run).await
    }

    /// Undoes what is applied, or so many steps of it.
    ///
    /// # Errors
    ///
    /// As with [`up`](Self::up).
    pub async fn down<'c>(&self, db: impl Migratable<'c>, steps: Option<u32>) -> Result<(), DbErr> {
        let on = db.on();
        let plan = self.backwards(&on.executor, steps).await?;
        let run = self.migrator.down(again(&on.executor), steps);
        self.around(&on, plan, run).await
    }

    /// Drops all tables, then applies everything. To drop them is no migration: the plan has all of
    /// them, forwards.
    ///
    /// # Errors
    ///
    /// As with [`up`](Self::up).
    pub async fn fresh<'c>(&self, db: impl Migratable<'c>) -> Result<(), DbErr> {
        let on = db.on();
        let run = self.migrator.fresh(again(&on.executor));
        self.around(&on, self.all(), run).await
    }

    /// Undoes what is applied, then applies everything.
    ///
    /// # Errors
    ///
    /// As with [`up`](Self::up).
    pub async fn refresh<'c>(&self, db: impl Migratable<'c>) -> Result<(), DbErr> {
        let on = db.on();
        let mut plan = self.backwards(&on.executor, None).await?;
        plan.extend(self.all());
        let run = self.migrator.refresh(again(&on.executor));
        self.around(&on, plan, run).await
    }

    /// Undoes what is applied.
    ///
    /// # Errors
    ///
    /// As with [`up`](Self::up).
    pub async fn reset<'c>(&self, db: impl Migratable<'c>) -> Result<(), DbErr> {
        let on = db.on();
        let plan = self.backwards(&on.executor, None).await?;
        let run = self.migrator.reset(again(&on.executor));
        self.around(&on, plan, run).await
    }

    /// Sends the signals around a run.
    async fn around(
        &self,
        on: &On<'_>,
        plan: Vec<Step>,
        run: impl Future<Output = Result<(), DbErr>> + Send,
    ) -> Result<(), DbErr> {
        let plan = Some(plan.as_slice());
        let (verbosity, interactive) = (self.verbosity, self.interactive);
        let sender = Sender::of::<M>();
        let handle = match (&on.handle, &on.executor) {
            (Some(handle), _) => Some(handle.clone()),
            (None, DatabaseExecutor::Connection(db)) => {
                let using = Arc::clone(&self.using);
                Some(Handle::pool(using, false, (*db).clone()))
            }
            _ => None,
        };
        let using = handle.as_ref().map_or(&*self.using, Handle::using);
        let scope = match &handle {
            Some(handle) => Scope::current().with_state(handle.clone()),
            None => Scope::current(),
        };
        let mut stdout = self.stdout.clone();
        let send = pre_migrate.send_async(PreMigrate {
            sender,
            verbosity,
            interactive,
            using,
            stdout: &mut stdout,
            plan,
        });
        scope.clone().run_async(send).await.map_err(not_migrated)?;
        run.await?;
        let send = post_migrate.send_async(PostMigrate {
            sender,
            verbosity,
            interactive,
            using,
            stdout: &mut stdout,
            plan,
        });
        scope.run_async(send).await.map(drop).map_err(not_migrated)
    }

    async fn forwards(
        &self,
        db: &DatabaseExecutor<'_>,
        steps: Option<u32>,
    ) -> Result<Vec<Step>, DbErr> {
        let pending = self.migrator.get_pending_migrations_read_only(db).await?;
        let pending = pending.iter().map(|it| Step::forwards(it.name()));
        Ok(pending.take(at_most(steps)).collect())
    }

    async fn backwards(
        &self,
        db: &DatabaseExecutor<'_>,
        steps: Option<u32>,
    ) -> Result<Vec<Step>, DbErr> {
        let applied = self.migrator.get_applied_migrations_read_only(db).await?;
        let applied = applied.iter().rev().map(|it| Step::backwards(it.name()));
        Ok(applied.take(at_most(steps)).collect())
    }

    fn all(&self) -> Vec<Step> {
        let all = self.migrator.migrations();
        all.iter().map(|it| Step::forwards(it.name())).collect()
    }
}

fn at_most(steps: Option<u32>) -> usize {
    steps
        .and_then(|steps| usize::try_from(steps).ok())
        .unwrap_or(usize::MAX)
}

fn not_migrated(error: SendError) -> DbErr {
    stopped("a migration", error)
}

/// The same connection, once more.
fn again<'a>(db: &'a DatabaseExecutor<'_>) -> DatabaseExecutor<'a> {
    match db {
        DatabaseExecutor::Connection(db) => DatabaseExecutor::Connection(db),
        DatabaseExecutor::Transaction(db) => DatabaseExecutor::Transaction(db),
        DatabaseExecutor::OwnedTransaction(db) => DatabaseExecutor::Transaction(db),
    }
}

#[async_trait::async_trait]
impl<M: MigratorTraitSelf + 'static> MigratorTraitSelf for Signaled<M> {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        self.migrator.migrations()
    }

    fn migration_table_name(&self) -> DynIden {
        self.migrator.migration_table_name()
    }

    fn get_migration_files(&self) -> Vec<Migration> {
        self.migrator.get_migration_files()
    }

    async fn get_migration_models<C>(&self, db: &C) -> Result<Vec<seaql_migrations::Model>, DbErr>
    where
        C: ConnectionTrait,
    {
        self.migrator.get_migration_models(db).await
    }

    async fn install<C>(&self, db: &C) -> Result<(), DbErr>
    where
        C: ConnectionTrait,
    {
        self.migrator.install(db).await
    }

    async fn uninstall<'c, C>(&self, db: C) -> Result<(), DbErr>
    where
        C: IntoDatabaseExecutor<'c>,
    {
        self.migrator.uninstall(db).await
    }

    async fn status<C>(&self, db: &C) -> Result<(), DbErr>
    where
        C: ConnectionTrait,
    {
        self.migrator.status(db).await
    }

    async fn up<'c, C>(&self, db: C, steps: Option<u32>) -> Result<(), DbErr>
    where
        C: IntoDatabaseExecutor<'c>,
    {
        Self::up(self, db.into_database_executor(), steps).await
    }

    async fn down<'c, C>(&self, db: C, steps: Option<u32>) -> Result<(), DbErr>
    where
        C: IntoDatabaseExecutor<'c>,
    {
        Self::down(self, db.into_database_executor(), steps).await
    }

    async fn fresh<'c, C>(&self, db: C) -> Result<(), DbErr>
    where
        C: IntoDatabaseExecutor<'c>,
    {
        Self::fresh(self, db.into_database_executor()).await
    }

    async fn refresh<'c, C>(&self, db: C) -> Result<(), DbErr>
    where
        C: IntoDatabaseExecutor<'c>,
    {
        Self::refresh(self, db.into_database_executor()).await
    }

    async fn reset<'c, C>(&self, db: C) -> Result<(), DbErr>
    where
        C: IntoDatabaseExecutor<'c>,
    {
        Self::reset(self, db.into_database_executor()).await
    }
}
