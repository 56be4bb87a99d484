//! What every view works with.

use std::sync::Arc;

use accounts_mailer::Mailer;
use signals_sea_orm::Db;

use crate::pages::Pages;
use crate::passwords::Passwords;
use crate::{Config, Error};

/// What every view works with. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// The database.
    pub db: Db,
    /// Where mails go.
    pub mailer: Mailer,
    /// The password hasher.
    pub passwords: Passwords,
    /// The templates.
    pub pages: Pages,
    /// What whoever runs the service decided.
    pub config: Arc<Config>,
}

impl App {
    /// The application on a database.
    ///
    /// # Errors
    ///
    /// When a template is wrong, and when accounts are to be activated by mail and there is no mailer.
    pub fn new(db: Db, mailer: Mailer, config: Config) -> Result<Self, Error> {
        if config.activation && mailer.is_none() {
            return Err(Error::NoMailer);
        }
        Ok(Self {
            db,
            mailer,
            passwords: Passwords::default(),
            pages: Pages::new()?,
            config: Arc::new(config),
        })
    }
}
