CREATE TABLE IF NOT EXISTS user (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    username     TEXT NOT NULL,
    username_key TEXT NOT NULL UNIQUE,
    email        TEXT NOT NULL,
    password     TEXT NOT NULL,
    date_joined  TEXT NOT NULL,
    last_login   TEXT
) STRICT;

CREATE TABLE IF NOT EXISTS session (
    token_digest BLOB PRIMARY KEY,
    user_id      INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    auth_hash    BLOB NOT NULL,
    expires_at   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS session_user ON session (user_id);

CREATE TABLE IF NOT EXISTS message (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    text    TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS message_user ON message (user_id);

CREATE TABLE IF NOT EXISTS event_log (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id   INTEGER REFERENCES user (id) ON DELETE SET NULL,
    action    TEXT NOT NULL,
    extra     TEXT NOT NULL,
    timestamp TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS event_log_user ON event_log (user_id);
