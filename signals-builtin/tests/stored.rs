//! What the tables of the event log hold.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use signals_builtin::eventlog::stored::{StoredError, read_key, read_time, write_key, write_time};
use signals_core::PrimaryKey;

#[test]
fn el02_keys_come_back_as_they_were_written() {
    let keys: [(PrimaryKey, &str); 9] = [
        (7.into(), "7"),
        ((-7).into(), "-7"),
        (u64::MAX.into(), "18446744073709551615"),
        (
            PrimaryKey::Int(i128::MIN),
            "-170141183460469231731687303715884105728",
        ),
        ("7".into(), r#""7""#),
        ("a \"ü\"\n[1]".into(), r#""a \"ü\"\n[1]""#),
        ("".into(), r#""""#),
        (
            PrimaryKey::from([1.into(), "a".into(), PrimaryKey::from([2])]),
            r#"[1,"a",[2]]"#,
        ),
        (PrimaryKey::Composite(Vec::new()), "[]"),
    ];
    for (key, text) in keys {
        assert_eq!(write_key(&key), text);
        assert_eq!(read_key(text), Ok(key));
    }
}

#[test]
fn el02_what_is_no_key_is_an_error() {
    let deep = "[".repeat(200_000);
    for text in ["", "ada", "1.5", "null", "{}", "[1", r#"["a",null]"#, &deep] {
        assert_eq!(read_key(text), Err(StoredError::Key(text.to_owned())));
    }
}

#[test]
fn el02_times_come_back_to_the_microsecond() {
    for micros in [0, 1, -1, -1_500_001, 1_234_567_890_123_457] {
        assert_eq!(write_time(read_time(micros).unwrap()), Ok(micros));
    }
    let finer = UNIX_EPOCH + Duration::from_nanos(1_999);
    assert_eq!(write_time(finer), Ok(1));
    let late: SystemTime = UNIX_EPOCH + Duration::from_secs(u64::MAX / 4);
    assert_eq!(write_time(late), Err(StoredError::Time(late)));
}
