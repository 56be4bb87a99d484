//! The error of a receiver, as an error of SeaORM.

use std::sync::Arc;

use sea_orm::DbErr;
use signals_core::SendError;

/// A save or a deletion that a receiver stopped.
///
/// SeaORM's one error that keeps another has a text about conversions; it reads: "Error converting
/// `app.User` into `a saved row`: receiver … of signal … failed".
pub(crate) fn stopped(label: &'static str, into: &'static str, error: SendError) -> DbErr {
    DbErr::TryIntoErr {
        from: label,
        into,
        source: Arc::new(error),
    }
}

/// The failed send that an error of SeaORM comes from, if it comes from one: which receiver it was,
/// and its own error.
///
/// ```
/// # use sea_orm::DbErr;
/// # fn save() -> Result<(), DbErr> { Ok(()) }
/// # struct TooYoung;
/// if let Err(error) = save() {
///     match signals_sea_orm::send_error(&error) {
///         Some(stopped) => println!("stopped by {:?}", stopped.receiver()),
///         None => println!("the database: {error}"),
///     }
/// }
/// ```
pub fn send_error(error: &DbErr) -> Option<&SendError> {
    match error {
        DbErr::TryIntoErr { source, .. } => source.downcast_ref(),
        _ => None,
    }
}
