//! What whoever runs the service decides.

use std::time::Duration;

/// What whoever runs the service decides.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the service is to be found, for the links in mails: `http://127.0.0.1:8000`.
    pub url: String,
    /// Whether a new account has to be activated, by a link that is mailed, before its owner may log in.
    pub activation: bool,
    /// Whether only those who were invited may sign up.
    pub invitation_only: bool,
    /// How old a password may become.
    pub password_expiry: Option<Duration>,
}

impl Default for Config {
    /// Everybody may sign up, and log in at once.
    fn default() -> Self {
        Self {
            url: "http://127.0.0.1:8000".to_owned(),
            activation: false,
            invitation_only: false,
            password_expiry: None,
        }
    }
}
