//! How the tables came to be what they are, step by step.

mod m0001_accounts;
mod m0002_articles;

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// The steps, in their order.
#[derive(Clone, Copy, Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_accounts::Migration),
            Box::new(m0002_articles::Migration),
            Box::new(signals_sea_orm::eventlog::Migration),
        ]
    }
}
