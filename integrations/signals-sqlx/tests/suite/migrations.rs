//! `pre_migrate` and `post_migrate`.

use std::io::Write;
use std::sync::{Arc, Mutex};

use signals_builtin::management::{Step, post_migrate, pre_migrate};
use signals_core::{Sender, SignalInfo, receiver, state};
use signals_sqlx::{MigrationError, Migrations, migrate};
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{Executor, SqlSafeStr};

use super::support::{Journal, Pool};
use crate::db::pool;

fn migration(
    version: i64,
    name: &'static str,
    kind: MigrationType,
    sql: &'static str,
) -> Migration {
    Migration::new(version, name.into(), kind, sql.into_sql_str(), false)
}

fn migrator(count: usize) -> Migrator {
    use MigrationType::{ReversibleDown, ReversibleUp};
    let mut all = vec![
        migration(
            1,
            "create shop",
            ReversibleUp,
            "CREATE TABLE shop (name TEXT)",
        ),
        migration(1, "create shop", ReversibleDown, "DROP TABLE shop"),
        migration(
            2,
            "create sale",
            ReversibleUp,
            "CREATE TABLE sale (shop TEXT)",
        ),
        migration(2, "create sale", ReversibleDown, "DROP TABLE sale"),
    ];
    all.truncate(count * 2);
    Migrator::with_migrations(all)
}

/// Tests that want to see it put a pool in their scope.
struct Look(Pool);

/// Makes `pre_migrate` or `post_migrate` fail.
struct Fail(&'static str);

#[receiver([pre_migrate, post_migrate])]
async fn tell(
    signal: &SignalInfo,
    sender: Sender,
    verbosity: u8,
    interactive: bool,
    using: &str,
    stdout: &mut (dyn Write + Send + Sync),
    plan: Option<&[Step]>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let name = signal.name().rsplit("::").next().unwrap();
    let plan: Vec<_> = plan
        .unwrap()
        .iter()
        .map(|step| format!("{}{}", if step.backwards { "-" } else { "+" }, step.name))
        .collect();
    let label = sender.label().unwrap().to_string();
    writeln!(stdout, "{name} says hello")?;
    let mut line = format!(
        "{name} by {label} on {using} v{verbosity} {interactive}: {}",
        plan.join(" ")
    );
    if let Some(look) = state::get::<Look>() {
        // Receivers may take the only connection.
        let is_there = look.0.execute("SELECT 1 FROM shop").await.is_ok();
        line += if is_there {
            ", with a shop"
        } else {
            ", without a shop"
        };
    }
    Journal::write(line);
    match state::get::<Fail>() {
        Some(fail) if fail.0 == name => Err("on purpose".into()),
        _ => Ok(()),
    }
}

/// Output that can be looked at.
#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn mg01_each_is_sent_once_for_each_run() {
    let Some(pool) = pool(1).await else { return };
    let (journal, _scoped) = Journal::scoped();
    let _look = state::scoped(Look(pool.clone()));
    let plan = migrate(&migrator(2), &pool).await.unwrap();
    assert_eq!(
        plan,
        [
            Step::forwards("1_create_shop"),
            Step::forwards("2_create_sale")
        ]
    );
    assert_eq!(
        journal.take(),
        [
            "pre_migrate by sqlx_core.Migrator on default v1 false: +1_create_shop +2_create_sale, without a shop",
            "post_migrate by sqlx_core.Migrator on default v1 false: +1_create_shop +2_create_sale, with a shop",
        ]
    );
}

#[tokio::test]
async fn mg02_receivers_get_what_the_caller_says() {
    let Some(pool) = pool(1).await else { return };
    let (journal, _scoped) = Journal::scoped();
    let mut output = Output::default();
    let shown = output.clone();
    let migrator = migrator(1);
    let migrations = Migrations::of(&migrator)
        .named("shop")
        .using("replica")
        .verbosity(3);
    migrations
        .interactive()
        .stdout(&mut output)
        .run(&pool)
        .await
        .unwrap();
    let shown = String::from_utf8(shown.0.lock().unwrap().clone()).unwrap();
    assert_eq!(shown, "pre_migrate says hello\npost_migrate says hello\n");
    assert_eq!(
        journal.take()[0],
        "pre_migrate by shop on replica v3 true: +1_create_shop"
    );
}

#[tokio::test]
async fn mg03_a_plan_with_nothing_to_do_is_sent_too() {
    let Some(pool) = pool(1).await else { return };
    let (journal, _scoped) = Journal::scoped();
    migrate(&migrator(1), &pool).await.unwrap();
    journal.take();
    assert!(migrate(&migrator(1), &pool).await.unwrap().is_empty());
    assert_eq!(
        journal.take(),
        [
            "pre_migrate by sqlx_core.Migrator on default v1 false: ",
            "post_migrate by sqlx_core.Migrator on default v1 false: ",
        ]
    );
    // Only what is new is in the plan.
    assert_eq!(
        migrate(&migrator(2), &pool).await.unwrap(),
        [Step::forwards("2_create_sale")]
    );
}

#[tokio::test]
async fn mg03_what_is_undone_is_in_the_plan_backwards() {
    let Some(pool) = pool(1).await else { return };
    let migrator = migrator(2);
    let done = Migrations::of(&migrator).run_to(1, &pool).await.unwrap();
    assert_eq!(done, [Step::forwards("1_create_shop")]);
    migrate(&migrator, &pool).await.unwrap();
    let (journal, _scoped) = Journal::scoped();
    let undone = Migrations::of(&migrator).undo(0, &pool).await.unwrap();
    assert_eq!(
        undone,
        [
            Step::backwards("2_create_sale"),
            Step::backwards("1_create_shop")
        ]
    );
    assert_eq!(journal.take().len(), 2);
    assert!(pool.execute("SELECT 1 FROM shop").await.is_err());
}

#[tokio::test]
async fn mg03_a_run_that_fails_sends_no_post_migrate() {
    let Some(pool) = pool(1).await else { return };
    let (journal, _scoped) = Journal::scoped();
    let broken = Migrator::with_migrations(vec![migration(
        1,
        "broken",
        MigrationType::Simple,
        "nonsense",
    )]);
    let error = migrate(&broken, &pool).await.unwrap_err();
    assert!(matches!(error, MigrationError::Migrate(_)), "{error}");
    assert_eq!(
        journal.take(),
        ["pre_migrate by sqlx_core.Migrator on default v1 false: +1_broken"]
    );
}

#[tokio::test]
async fn mg03_what_does_not_fit_the_database_sends_nothing() {
    let Some(pool) = pool(1).await else { return };
    migrate(&migrator(2), &pool).await.unwrap();
    let (journal, _scoped) = Journal::scoped();
    // One that was run is missing.
    let error = migrate(&migrator(1), &pool).await.unwrap_err();
    assert!(
        matches!(
            error,
            MigrationError::Migrate(MigrateError::VersionMissing(2))
        ),
        "{error}"
    );
    // One that was run has been changed.
    let changed = Migrator::with_migrations(vec![
        migration(
            1,
            "create shop",
            MigrationType::Simple,
            "CREATE TABLE shop (label TEXT)",
        ),
        migration(
            2,
            "create sale",
            MigrationType::Simple,
            "CREATE TABLE sale (shop TEXT)",
        ),
    ]);
    let error = migrate(&changed, &pool).await.unwrap_err();
    assert!(
        matches!(
            error,
            MigrationError::Migrate(MigrateError::VersionMismatch(1))
        ),
        "{error}"
    );
    assert!(journal.take().is_empty());
}

#[tokio::test]
async fn mg03_a_receiver_before_prevents_and_one_after_does_not() {
    let Some(pool) = pool(1).await else { return };
    let fail = state::scoped(Fail("pre_migrate"));
    let error = migrate(&migrator(1), &pool).await.unwrap_err();
    assert!(matches!(error, MigrationError::Prevented(_)), "{error}");
    assert!(pool.execute("SELECT 1 FROM shop").await.is_err());
    drop(fail);
    let _fail = state::scoped(Fail("post_migrate"));
    let error = migrate(&migrator(1), &pool).await.unwrap_err();
    assert!(matches!(error, MigrationError::Afterwards(_)), "{error}");
    pool.execute("SELECT 1 FROM shop").await.unwrap();
}

/// Another table for what was run, as two migrators of one database have it.
#[tokio::test]
async fn mg03_two_migrators_have_a_table_each() {
    let Some(pool) = pool(1).await else { return };
    migrate(&migrator(1), &pool).await.unwrap();
    let mut other = Migrator::with_migrations(vec![migration(
        1,
        "create stock",
        MigrationType::Simple,
        "CREATE TABLE stock (name TEXT)",
    )]);
    other.dangerous_set_table_name("_stock_migrations");
    let migrations = || {
        Migrations::of(&other)
            .named("stock")
            .table("_stock_migrations")
    };
    assert_eq!(
        migrations().run(&pool).await.unwrap(),
        [Step::forwards("1_create_stock")]
    );
    assert!(migrations().run(&pool).await.unwrap().is_empty());
}

#[tokio::test]
async fn mg05_a_receiver_puts_in_rows_of_its_own() {
    #[receiver(post_migrate, sender = "mg05")]
    async fn default_shop(#[state] look: &Look) -> sqlx::Result<()> {
        let there = "SELECT 1 FROM shop WHERE name = 'example.com'";
        if look.0.fetch_optional(there).await?.is_none() {
            look.0
                .execute("INSERT INTO shop (name) VALUES ('example.com')")
                .await?;
        }
        Ok(())
    }

    let Some(pool) = pool(1).await else { return };
    let _look = state::scoped(Look(pool.clone()));
    let migrator = migrator(1);
    for _ in 0..2 {
        Migrations::of(&migrator)
            .named("mg05")
            .run(&pool)
            .await
            .unwrap();
    }
    let shops: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM shop")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(shops, 1);
}

mod mg06 {
    use std::collections::BTreeMap;

    use signals_builtin::management::post_migrate;
    use signals_core::{receiver, state};
    use signals_sqlx::Migrations;
    use sqlx::migrate::{MigrationType, Migrator};
    use sqlx::{Executor, Row};

    use super::super::support::{Pool, names};
    use super::{migration, migrator, pool};

    /// The databases by their aliases, and the shop that there has to be.
    struct Config {
        pools: BTreeMap<&'static str, Pool>,
        shop: Option<&'static str>,
    }

    #[receiver(post_migrate, sender = "mg06")]
    async fn the_shop(using: &str, #[state] config: &Config) -> sqlx::Result<()> {
        let (pool, Some(shop)) = (&config.pools[using], config.shop) else {
            return Ok(());
        };
        if pool.execute("SELECT 1 FROM shop").await.is_err() {
            return Ok(()); // none of this program's tables
        }
        let count = "SELECT COUNT(*) FROM shop WHERE name = $1";
        let count: i64 = sqlx::query(count).bind(shop).fetch_one(pool).await?.get(0);
        if count == 0 {
            let insert = sqlx::query("INSERT INTO shop (name) VALUES ($1)").bind(shop);
            insert.execute(pool).await?;
        }
        Ok(())
    }

    /// Two databases after the migrations of each, with a shop that is wanted.
    async fn migrated(migrator: &Migrator, shop: Option<&'static str>) -> Option<[Pool; 2]> {
        let both = [pool(1).await?, pool(1).await?];
        let pools = ["default", "other"].into_iter().zip(both.clone()).collect();
        let _config = state::scoped(Config { pools, shop });
        for (using, pool) in ["default", "other"].into_iter().zip(&both) {
            let migrations = Migrations::of(migrator).named("mg06").using(using);
            migrations.run(pool).await.unwrap();
        }
        Some(both)
    }

    #[tokio::test]
    async fn mg06_a_receiver_writes_what_is_configured_to_the_database_that_was_migrated() {
        let Some(both) = migrated(&migrator(1), Some("corner")).await else {
            return;
        };
        for pool in &both {
            assert_eq!(names(pool, "shop").await, ["corner"]);
        }
        // Another one beside it, and neither a second time.
        let pools = BTreeMap::from([("other", both[1].clone())]);
        let shop = Some("market");
        let _config = state::scoped(Config { pools, shop });
        for _ in 0..2 {
            let migrator = migrator(1);
            let again = Migrations::of(&migrator).named("mg06").using("other");
            again.run(&both[1]).await.unwrap();
        }
        assert_eq!(names(&both[0], "shop").await, ["corner"]);
        assert_eq!(names(&both[1], "shop").await, ["corner", "market"]);
    }

    #[tokio::test]
    async fn mg06_a_receiver_does_nothing_without_configuration_or_without_its_table() {
        let Some(both) = migrated(&migrator(1), None).await else {
            return;
        };
        for pool in &both {
            assert_eq!(names(pool, "shop").await, [""; 0]);
        }
        let create = "CREATE TABLE stock (name TEXT)";
        let stock = vec![migration(1, "stock", MigrationType::Simple, create)];
        let stock = Migrator::with_migrations(stock);
        let Some(both) = migrated(&stock, Some("corner")).await else {
            return;
        };
        assert_eq!(names(&both[0], "stock").await, [""; 0]);
    }
}

#[tokio::test]
async fn migrations_can_be_spawned() {
    let Some(pool) = pool(1).await else { return };
    let migrator = migrator(1);
    let done = tokio::spawn(async move { migrate(&migrator, &pool).await.map(|plan| plan.len()) });
    assert_eq!(done.await.unwrap().unwrap(), 1);
}
