//! What every view works with.

use accounts_store::Store;

use crate::Error;
use crate::pages::Pages;
use crate::passwords::Passwords;

/// What every view works with. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// The storage.
    pub store: Store,
    /// The password hasher.
    pub passwords: Passwords,
    /// The templates.
    pub pages: Pages,
}

impl App {
    /// The application on a store.
    ///
    /// # Errors
    ///
    /// When a template is wrong.
    pub fn new(store: Store) -> Result<Self, Error> {
        Ok(Self {
            store,
            passwords: Passwords::default(),
            pages: Pages::new()?,
        })
    }
}
