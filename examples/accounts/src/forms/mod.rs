//! The forms: what a browser sends, and what is wrong with it.
//!
//! A form keeps what was typed, as it was typed, for two readers: the page that shows the form
//! again, and the attempt signals, which say what was tried. What the views work with is what its
//! `clean` returns, as in Django. A field that is missing altogether is one that nobody filled in.

mod article;
mod change_password;
mod errors;
mod invitation;
mod log_in;
mod rules;
mod sign_up;

pub use article::{ArticleForm, Content};
pub use change_password::{ChangePasswordForm, NewPassword};
pub use errors::Errors;
pub use invitation::InvitationForm;
pub use log_in::{LogInForm, Login};
pub use sign_up::{NewAccount, SignUpForm};
