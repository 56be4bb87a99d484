//! The form for a new password.

use serde::Deserialize;

use super::{Errors, rules};
use crate::Secret;

/// The form for a new password, as it was filled in.
#[derive(Debug, Default, Deserialize)]
pub struct ChangePasswordForm {
    /// The password so far.
    pub old_password: Option<Secret>,
    /// The password from now on.
    pub new_password: Option<Secret>,
    /// The password from now on, again.
    pub new_password_confirm: Option<Secret>,
}

/// What a valid form for a new password says. Whether the old one is right is another question.
#[derive(Debug)]
pub struct NewPassword<'a> {
    /// The password so far.
    pub old: &'a Secret,
    /// The password from now on.
    pub new: &'a Secret,
}

impl ChangePasswordForm {
    /// What the form says, or what is wrong with it.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn clean(&self) -> Result<NewPassword<'_>, Errors> {
        let mut errors = Errors::default();
        let old = errors.note("old_password", rules::password(self.old_password.as_ref()));
        let new = errors.note("new_password", rules::password(self.new_password.as_ref()));
        let repeated = errors.note(
            "new_password_confirm",
            rules::repeated(
                self.new_password.as_ref(),
                self.new_password_confirm.as_ref(),
            ),
        );
        match (old, new, repeated) {
            (Some(old), Some(new), Some(())) => Ok(NewPassword { old, new }),
            _ => Err(errors),
        }
    }
}
