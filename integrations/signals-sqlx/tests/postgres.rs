//! The suite on PostgreSQL, if there is one.

mod common;

mod db {
    use sqlx::postgres::PgPoolOptions;

    use crate::common::postgres;

    pub(crate) use sqlx::PgConnection as Connection;
    pub(crate) use sqlx::Postgres as Db;

    pub(crate) const VENDOR: &str = "postgresql";
    pub(crate) const KEY: &str = "BIGSERIAL PRIMARY KEY";

    pub(crate) async fn pool(connections: u32) -> Option<sqlx::PgPool> {
        pool_with(PgPoolOptions::new(), connections).await
    }

    pub(crate) async fn pool_with(
        options: PgPoolOptions,
        connections: u32,
    ) -> Option<sqlx::PgPool> {
        postgres::pool_with(options.max_connections(connections)).await
    }
}

#[path = "suite/mod.rs"]
mod suite;
