//! The form of an invitation.

use serde::Deserialize;

use super::{Errors, rules};

/// The form of an invitation, as it was filled in.
#[derive(Debug, Default, Deserialize)]
pub struct InvitationForm {
    /// Who is invited.
    pub email: Option<String>,
}

impl InvitationForm {
    /// Who is invited.
    ///
    /// # Errors
    ///
    /// What is wrong with the form.
    pub fn clean(&self) -> Result<&str, Errors> {
        let mut errors = Errors::default();
        let email = errors.note("email", rules::email(self.email.as_deref()));
        email.ok_or(errors)
    }
}
