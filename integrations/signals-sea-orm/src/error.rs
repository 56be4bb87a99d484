//! The error of a receiver, as an error of SeaORM.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use sea_orm::DbErr;
use signals_core::{Model, SendError};

/// What a receiver has stopped.
///
/// SeaORM's one error that keeps another has a text about conversions; it reads: "Error converting
/// `app.User` into `what its receivers accept`: receiver … of signal … failed: too young".
pub(crate) fn stopped(what: &'static str, error: SendError) -> DbErr {
    DbErr::TryIntoErr {
        from: what,
        into: "what its receivers accept",
        source: Arc::new(Stopped(error)),
    }
}

/// [`stopped`], for rows of this model.
pub(crate) fn stopped_rows<M: Model>(error: SendError) -> DbErr {
    stopped(M::LABEL, error)
}

/// A failed send that also says what the receiver said, for those who see no more than a text.
#[derive(Debug)]
struct Stopped(SendError);

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        self.source().map_or(Ok(()), |said| write!(f, ": {said}"))
    }
}

impl Error for Stopped {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
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
        DbErr::TryIntoErr { source, .. } => source.downcast_ref().map(|Stopped(error)| error),
        _ => None,
    }
}
