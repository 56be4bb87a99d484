//! The `main` of a migration crate, whose runs receivers hear of.
//!
//! `cargo run -p signals-sea-orm --features sqlite,migration-cli --example migrate -- -u sqlite::memory: up`

use std::io::{self, Write};

use sea_orm_migration::cli;
use sea_orm_migration::prelude::*;
use signals_builtin::management::{Step, post_migrate, pre_migrate};
use signals_core::receiver;
use signals_sea_orm::{Handle, Signaled};

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(OneColumn("m1_site", "site", "name")),
            Box::new(OneColumn("m2_page", "page", "path")),
        ]
    }
}

/// A migration, by its name, that makes a table of one column.
struct OneColumn(&'static str, &'static str, &'static str);

impl MigrationName for OneColumn {
    fn name(&self) -> &'static str {
        self.0
    }
}

#[async_trait::async_trait]
impl MigrationTrait for OneColumn {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = ColumnDef::new(self.2).string().not_null().to_owned();
        let table = Table::create().table(self.1).col(column).to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::drop().table(self.1).to_owned();
        manager.drop_table(table).await
    }
}

/// `+m1_site -m2_page`.
fn written(plan: Option<&[Step]>) -> String {
    let sign = |step: &Step| if step.backwards { '-' } else { '+' };
    let steps = plan.unwrap_or_default().iter();
    let steps: Vec<String> = steps
        .map(|step| format!("{}{}", sign(step), step.name))
        .collect();
    steps.join(" ")
}

#[receiver(pre_migrate)]
fn announce(
    plan: Option<&[Step]>,
    using: &str,
    stdout: &mut (dyn Write + Send + Sync),
) -> io::Result<()> {
    writeln!(stdout, "before, on {using}: {}", written(plan))
}

/// Nothing is migrated while `FREEZE` says why not.
#[receiver(pre_migrate, after = "announce")]
fn not_now() -> Result<(), String> {
    std::env::var("FREEZE").map_or(Ok(()), Err)
}

#[receiver(post_migrate)]
fn report(
    plan: Option<&[Step]>,
    using: &str,
    stdout: &mut (dyn Write + Send + Sync),
) -> io::Result<()> {
    writeln!(stdout, "after, on {using}: {}", written(plan))
}

/// The site that there has to be, as soon as there can be one.
#[receiver(post_migrate, after = "report")]
async fn default_site(
    stdout: &mut (dyn Write + Send + Sync),
    #[state] handle: &Handle,
) -> Result<(), signals_core::BoxError> {
    // `fresh` and `down` send it, too: there may be no table.
    if handle
        .execute_unprepared("SELECT 1 FROM site")
        .await
        .is_err()
    {
        return Ok(());
    }
    let insert =
        "INSERT INTO site (name) SELECT 'example.com' WHERE NOT EXISTS (SELECT 1 FROM site)";
    if handle.execute_unprepared(insert).await?.rows_affected() == 1 {
        writeln!(stdout, "made the default site")?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    cli::run_cli(Signaled::new(Migrator).using("main")).await;
}
