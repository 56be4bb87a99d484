//! The log-in form.

use serde::Deserialize;
use signals_builtin::account::Form;

use super::{Errors, rules};
use crate::Secret;

/// The log-in form, as it was filled in.
#[derive(Debug, Default, Deserialize)]
pub struct LogInForm {
    /// Who it is.
    pub username: Option<String>,
    /// The password.
    pub password: Option<Secret>,
}

/// What a valid log-in form says. Whether it is true is another question.
#[derive(Debug)]
pub struct Login<'a> {
    /// Who it is.
    pub username: &'a str,
    /// The password.
    pub password: &'a Secret,
}

impl LogInForm {
    /// What the form says, or what is wrong with it.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn clean(&self) -> Result<Login<'_>, Errors> {
        let mut errors = Errors::default();
        let username = errors.note("username", rules::name(self.username.as_deref()));
        let password = errors.note("password", rules::password(self.password.as_ref()));
        match (username, password) {
            (Some(username), Some(password)) => Ok(Login { username, password }),
            _ => Err(errors),
        }
    }
}

/// For receivers: what was filled in, without the password.
impl Form for LogInForm {
    fn fields(&self) -> &[&str] {
        &["username"]
    }

    fn value(&self, field: &str) -> Option<&str> {
        match field {
            "username" => self.username.as_deref().map(str::trim),
            _ => None,
        }
    }
}
