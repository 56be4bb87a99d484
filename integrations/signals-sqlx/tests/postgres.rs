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

/// What can go wrong on the way to a server.
mod lost {
    use signals_sqlx::{CommitError, begin};
    use sqlx::Executor;

    use crate::common::postgres::cut_at_commit;
    use crate::suite::support::{Journal, names, pool, save};

    #[tokio::test]
    async fn a_commit_whose_answer_is_lost_is_in_doubt() {
        let Some(pool) = pool(1).await else { return };
        let (journal, _scoped) = Journal::scoped();
        let cut = cut_at_commit(&pool).await;
        let mut tx = begin(&cut).await.unwrap();
        save(&mut tx, "ada").await.unwrap();
        journal.take();
        let error = tx.commit().await.unwrap_err();
        assert!(matches!(error, CommitError::InDoubt(_)), "{error:?}");
        assert_eq!(journal.take(), ["before_commit ada"]);
        // It is committed, as it happens.
        assert_eq!(names(&pool, "account").await, ["ada"]);
    }

    #[tokio::test]
    async fn a_commit_whose_server_process_ends_is_refused() {
        let Some(pool) = pool(1).await else { return };
        let die = "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER die AFTER INSERT ON account
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()";
        pool.execute(die).await.unwrap();
        let (journal, _scoped) = Journal::scoped();
        let mut tx = begin(&pool).await.unwrap();
        save(&mut tx, "ada").await.unwrap();
        journal.take();
        let error = tx.commit().await.unwrap_err();
        assert!(matches!(error, CommitError::Refused(_)), "{error:?}");
        assert_eq!(journal.take(), ["before_commit ada", "on_rollback ada"]);
        assert!(names(&pool, "account").await.is_empty());
    }

    /// A failed statement, and a savepoint after it: the transaction can only be rolled back.
    #[tokio::test]
    async fn a_savepoint_that_cannot_be_opened_breaks_the_transaction() {
        let Some(pool) = pool(1).await else { return };
        let mut tx = begin(&pool).await.unwrap();
        save(&mut tx, "ada").await.unwrap();
        tx.execute("SELECT nonsense").await.unwrap_err();
        assert!(tx.begin().await.is_err());
        // sqlx has rolled back, and this would be kept.
        assert!(save(&mut tx, "bob").await.is_err());
        let error = tx.commit().await.unwrap_err();
        assert!(matches!(error, CommitError::Broken), "{error:?}");
        assert!(names(&pool, "account").await.is_empty());
    }
}
