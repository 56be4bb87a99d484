//! The sign-up form.

use serde::Deserialize;
use signals_builtin::account::Form;

use super::{Errors, rules};
use crate::Secret;

/// The sign-up form, as it was filled in. The sender of `user_sign_up_attempt`.
#[derive(Debug, Default, Deserialize)]
pub struct SignUpForm {
    /// The name to be known by.
    pub username: Option<String>,
    /// Where mail would go.
    pub email: Option<String>,
    /// The password.
    pub password: Option<Secret>,
    /// The password again.
    pub password_confirm: Option<Secret>,
    /// The code of an invitation.
    pub code: Option<String>,
}

/// What a valid sign-up form says.
#[derive(Debug)]
pub struct NewAccount<'a> {
    /// The name to be known by.
    pub username: String,
    /// Where mail would go.
    pub email: &'a str,
    /// The password.
    pub password: &'a Secret,
    /// The code of an invitation.
    pub code: Option<String>,
}

impl SignUpForm {
    /// What the form says, or what is wrong with it; without a code, too, if `invitation_only`. Whether
    /// the code is one is another question.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn clean(&self, invitation_only: bool) -> Result<NewAccount<'_>, Errors> {
        let mut errors = Errors::default();
        let username = errors.note("username", rules::username(self.username.as_deref()));
        let email = errors.note("email", rules::email(self.email.as_deref()));
        let password = errors.note("password", rules::password(self.password.as_ref()));
        let repeated = errors.note(
            "password_confirm",
            rules::repeated(self.password.as_ref(), self.password_confirm.as_ref()),
        );
        let code = errors.note("code", rules::code(self.code.as_deref(), invitation_only));
        match (username, email, password, repeated, code) {
            (Some(username), Some(email), Some(password), Some(()), Some(code)) => Ok(NewAccount {
                username,
                email,
                password,
                code,
            }),
            _ => Err(errors),
        }
    }
}

/// For receivers: what was filled in, without the passwords.
impl Form for SignUpForm {
    fn fields(&self) -> &[&str] {
        &["username", "email", "code"]
    }

    fn value(&self, field: &str) -> Option<&str> {
        match field {
            "username" => self.username.as_deref().map(str::trim),
            "email" => self.email.as_deref().map(str::trim),
            "code" => self.code.as_deref().map(str::trim),
            _ => None,
        }
    }
}
