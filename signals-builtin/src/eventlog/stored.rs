//! How stores write a row, so that a table does for the next one, too.
//!
//! # What is in a table of the event log?
//!
//! A key is a text, in JSON: a number as it is, a text with its quotes, a composite key as a list. So
//! `7` and `"7"` are two keys. A time is exact to the microsecond; in which type of column, depends on
//! the database.
//!
//! ```
//! use signals_builtin::core::PrimaryKey;
//! use signals_builtin::eventlog::stored::{read_key, write_key};
//!
//! assert_eq!(write_key(&7.into()), "7");
//! assert_eq!(write_key(&"7".into()), "\"7\"");
//! assert_eq!(read_key(r#"[1,"a"]"#)?, PrimaryKey::Composite(vec![1.into(), "a".into()]));
//! # Ok::<(), signals_builtin::eventlog::stored::StoredError>(())
//! ```

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use serde_json::value::RawValue;
use signals_core::PrimaryKey;

/// What a table of the event log cannot hold, or what no store has written there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoredError {
    /// This is no key.
    #[error(
        "`{0}` in the event log is no key; it has to be a number, a text or a list of them, in JSON"
    )]
    Key(String),

    /// This time is too far away to be read.
    #[error("{0} microseconds since 1970, in the event log, are no time on this system")]
    Micros(i64),

    /// This time is too far away to be written.
    #[error("the event log cannot keep the time {0:?}; it is too far from 1970")]
    Time(SystemTime),
}

/// A key, as a table has it.
pub fn write_key(key: &PrimaryKey) -> String {
    match key {
        PrimaryKey::Int(key) => key.to_string(),
        PrimaryKey::Composite(keys) => {
            let keys: Vec<_> = keys.iter().map(write_key).collect();
            format!("[{}]", keys.join(","))
        }
        PrimaryKey::Text(key) => Value::from(key.as_str()).to_string(),
        // What will there be? It can be shown.
        other => Value::from(other.to_string()).to_string(),
    }
}

/// A key, from a table.
///
/// # Errors
///
/// [`StoredError::Key`] for what [`write_key`] does not write.
pub fn read_key(text: &str) -> Result<PrimaryKey, StoredError> {
    nested_key(text, 128).ok_or_else(|| StoredError::Key(text.to_owned()))
}

fn nested_key(text: &str, depth: u8) -> Option<PrimaryKey> {
    match text.bytes().next()? {
        b'"' => serde_json::from_str::<String>(text).ok().map(Into::into),
        b'[' => {
            let keys: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            let depth = depth.checked_sub(1)?;
            let keys = keys.into_iter().map(|key| nested_key(key.get(), depth));
            keys.collect::<Option<_>>().map(PrimaryKey::Composite)
        }
        _ => text.parse().ok().map(PrimaryKey::Int),
    }
}

/// A time in microseconds since 1970. What is finer is cut off.
///
/// # Errors
///
/// [`StoredError::Time`] when it is more than 290 000 years away.
pub fn write_time(time: SystemTime) -> Result<i64, StoredError> {
    let micros = match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_micros()),
        Err(before) => i64::try_from(before.duration().as_micros()).map(|micros| -micros),
    };
    micros.map_err(|_| StoredError::Time(time))
}

/// A time, from microseconds since 1970.
///
/// # Errors
///
/// [`StoredError::Micros`] when the system has no such time.
pub fn read_time(micros: i64) -> Result<SystemTime, StoredError> {
    let distance = Duration::from_micros(micros.unsigned_abs());
    let time = if micros < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    };
    time.ok_or(StoredError::Micros(micros))
}
