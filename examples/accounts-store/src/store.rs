//! The database: all SQL of the application, and nothing else.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{Row, Transaction};

use crate::{Event, PasswordHash, SessionToken, StoreError, User};

/// How long somebody stays logged in: two weeks, as in Django.
pub const SESSION_AGE: Duration = Duration::from_hours(14 * 24);

/// The database of the application. Cheap to clone: a handle to one pool of connections.
#[derive(Clone, Debug)]
pub struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Opens the file, and makes it, with its tables, where there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Open`] when that is not possible.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        let connect = async {
            let pool = SqlitePool::connect_with(options).await?;
            sqlx::raw_sql(include_str!("schema.sql"))
                .execute(&pool)
                .await?;
            Ok(Self { pool })
        };
        connect.await.map_err(|source| StoreError::Open {
            path: path.to_owned(),
            source,
        })
    }

    /// Finishes what is under way and closes the file. Later calls fail.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    // Users.

    /// Stores a new user.
    ///
    /// # Errors
    ///
    /// [`StoreError::UsernameTaken`] when somebody has that name already.
    pub async fn create_user(
        &self,
        username: &str,
        email: &str,
        password: &PasswordHash,
    ) -> Result<User, StoreError> {
        let inserted = sqlx::query(
            "INSERT INTO user (username, username_key, email, password, date_joined)
             VALUES (?, ?, ?, ?, ?) RETURNING *",
        )
        .bind(username)
        .bind(User::username_key(username))
        .bind(email)
        .bind(password.as_str())
        .bind(text(Timestamp::now()))
        .try_map(|row| user(&row))
        .fetch_one(&self.pool)
        .await;
        inserted.map_err(|error| match error.as_database_error() {
            Some(database) if database.is_unique_violation() => StoreError::UsernameTaken,
            _ => error.into(),
        })
    }

    /// The user of that name, with the hash to verify a password against.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn user_with_password(
        &self,
        username: &str,
    ) -> Result<Option<(User, PasswordHash)>, StoreError> {
        let found = sqlx::query("SELECT * FROM user WHERE username_key = ?")
            .bind(User::username_key(username))
            .try_map(|row| Ok((user(&row)?, password(&row)?)))
            .fetch_optional(&self.pool)
            .await?;
        Ok(found)
    }

    /// Writes down that the user logged in now, and changes nothing else.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn touch_last_login(&self, user: &User) -> Result<(), StoreError> {
        sqlx::query("UPDATE user SET last_login = ? WHERE id = ?")
            .bind(text(Timestamp::now()))
            .bind(user.id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Stores a new password. Every session of the user ends, and the one this was done in goes on
    /// under a new token, which is returned.
    ///
    /// # Errors
    ///
    /// When the database fails; then nothing has changed.
    pub async fn change_password(
        &self,
        user: &User,
        password: &PasswordHash,
    ) -> Result<SessionToken, StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query("UPDATE user SET password = ? WHERE id = ?")
            .bind(password.as_str())
            .bind(user.id)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM session WHERE user_id = ?")
            .bind(user.id)
            .execute(&mut *transaction)
            .await?;
        let token = insert_session(&mut transaction, user, password).await?;
        transaction.commit().await?;
        Ok(token)
    }

    // Sessions.

    /// Opens a session for a user whose password was found to match `password`, in place of the
    /// one that the browser had, if any.
    ///
    /// # Errors
    ///
    /// When the database fails; then the old session is still there.
    pub async fn start_session(
        &self,
        user: &User,
        password: &PasswordHash,
        replaces: Option<&SessionToken>,
    ) -> Result<SessionToken, StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query("DELETE FROM session WHERE token_digest = ? OR expires_at <= ?")
            .bind(replaces.map(|token| token.digest().to_vec()))
            .bind(text(Timestamp::now()))
            .execute(&mut *transaction)
            .await?;
        let token = insert_session(&mut transaction, user, password).await?;
        transaction.commit().await?;
        Ok(token)
    }

    /// The user who is logged in under this token, if it is one, has not expired, and was given
    /// out under the password that the user has now.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn session_user(&self, token: &SessionToken) -> Result<Option<User>, StoreError> {
        let found = sqlx::query(
            "SELECT user.*, session.auth_hash
             FROM session JOIN user ON user.id = session.user_id
             WHERE session.token_digest = ? AND session.expires_at > ?",
        )
        .bind(token.digest().to_vec())
        .bind(text(Timestamp::now()))
        .try_map(|row: SqliteRow| {
            let auth_hash: Vec<u8> = row.try_get("auth_hash")?;
            let current = password(&row)?.session_auth_hash();
            (auth_hash == current).then(|| user(&row)).transpose()
        })
        .fetch_optional(&self.pool)
        .await?;
        Ok(found.flatten())
    }

    /// Ends the session, if there is one under this token.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn end_session(&self, token: &SessionToken) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM session WHERE token_digest = ?")
            .bind(token.digest().to_vec())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    // Messages.

    /// Leaves a message that the user sees on the next page.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn leave_message(&self, user: &User, message: &str) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO message (user_id, text) VALUES (?, ?)")
            .bind(user.id)
            .bind(message)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Takes the messages that wait for the user, oldest first. Each is given out once.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn take_messages(&self, user: &User) -> Result<Vec<String>, StoreError> {
        let mut messages: Vec<(i64, String)> =
            sqlx::query_as("DELETE FROM message WHERE user_id = ? RETURNING id, text")
                .bind(user.id)
                .fetch_all(&self.pool)
                .await?;
        // `RETURNING` promises no order.
        messages.sort_unstable();
        Ok(messages.into_iter().map(|(_, text)| text).collect())
    }

    // The event log.

    /// Adds a row to the event log.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn log(
        &self,
        user: Option<&User>,
        action: &str,
        extra: &Value,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO event_log (user_id, action, extra, timestamp) VALUES (?, ?, ?, ?)",
        )
        .bind(user.map(|user| user.id))
        .bind(action)
        .bind(extra.to_string())
        .bind(text(Timestamp::now()))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// At most `limit` events, newest first; with `before`, those older than the event of that id.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn newest_events(
        &self,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Event>, StoreError> {
        let events = sqlx::query(
            "SELECT event_log.*, user.username
             FROM event_log LEFT JOIN user ON user.id = event_log.user_id
             WHERE event_log.id < ? ORDER BY event_log.id DESC LIMIT ?",
        )
        .bind(before.unwrap_or(i64::MAX))
        .bind(limit)
        .try_map(|row| event(&row))
        .fetch_all(&self.pool)
        .await?;
        Ok(events)
    }

    /// At most `limit` events that came after the event of id `after`, oldest first. Ids are
    /// positive, so that 0 starts at the beginning.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn events_after(&self, after: i64, limit: u32) -> Result<Vec<Event>, StoreError> {
        let events = sqlx::query(
            "SELECT event_log.*, user.username
             FROM event_log LEFT JOIN user ON user.id = event_log.user_id
             WHERE event_log.id > ? ORDER BY event_log.id LIMIT ?",
        )
        .bind(after)
        .bind(limit)
        .try_map(|row| event(&row))
        .fetch_all(&self.pool)
        .await?;
        Ok(events)
    }

    /// A transaction that is going to write takes the lock at its beginning, where `SQLite`
    /// waits for it. One that starts by reading can be refused in its middle.
    async fn begin(&self) -> Result<Transaction<'static, sqlx::Sqlite>, sqlx::Error> {
        self.pool.begin_with("BEGIN IMMEDIATE").await
    }
}

async fn insert_session(
    connection: &mut SqliteConnection,
    user: &User,
    password: &PasswordHash,
) -> Result<SessionToken, StoreError> {
    let token = SessionToken::generate()?;
    sqlx::query(
        "INSERT INTO session (token_digest, user_id, auth_hash, expires_at) VALUES (?, ?, ?, ?)",
    )
    .bind(token.digest().to_vec())
    .bind(user.id)
    .bind(password.session_auth_hash().to_vec())
    .bind(text(Timestamp::now() + SESSION_AGE))
    .execute(connection)
    .await?;
    Ok(token)
}

fn user(row: &SqliteRow) -> Result<User, sqlx::Error> {
    let last_login: Option<&str> = row.try_get("last_login")?;
    Ok(User {
        id: row.try_get("id")?,
        username: row.try_get("username")?,
        email: row.try_get("email")?,
        date_joined: timestamp(row.try_get("date_joined")?)?,
        last_login: last_login.map(timestamp).transpose()?,
    })
}

fn password(row: &SqliteRow) -> Result<PasswordHash, sqlx::Error> {
    Ok(PasswordHash::new(row.try_get::<String, _>("password")?))
}

fn event(row: &SqliteRow) -> Result<Event, sqlx::Error> {
    let extra: &str = row.try_get("extra")?;
    Ok(Event {
        id: row.try_get("id")?,
        user: row.try_get("username")?,
        action: row.try_get("action")?,
        extra: serde_json::from_str(extra).map_err(|error| sqlx::Error::Decode(error.into()))?,
        timestamp: timestamp(row.try_get("timestamp")?)?,
    })
}

/// RFC 3339 with a fixed number of digits, so that text sorts as time does.
fn text(timestamp: Timestamp) -> String {
    format!("{timestamp:.6}")
}

fn timestamp(text: &str) -> Result<Timestamp, sqlx::Error> {
    text.parse()
        .map_err(|error: jiff::Error| sqlx::Error::Decode(error.into()))
}
