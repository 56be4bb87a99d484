//! What somebody did.

use serde::Deserialize;

use crate::Secret;

/// What somebody did: one line of the file.
///
/// `{"action":"sign_up","username":"ada","email":"ada@example.org","password":"…"}`, and likewise
/// the others, with exactly the fields that are listed here.
#[derive(Debug, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Signing up.
    SignUp {
        /// The name to be known by.
        username: String,
        /// Where mail would go.
        email: String,
        /// The password.
        password: Secret,
        /// The code of an invitation.
        code: Option<String>,
    },
    /// Logging in.
    LogIn {
        /// Who it is.
        username: String,
        /// The password.
        password: Secret,
    },
    /// Logging out.
    LogOut {
        /// Whose browser; without it, that of whoever came last.
        username: Option<String>,
    },
    /// Changing the password.
    ChangePassword {
        /// Whose browser; without it, that of whoever came last.
        username: Option<String>,
        /// The password so far.
        old_password: Secret,
        /// The password from now on.
        new_password: Secret,
    },
    /// Confirming the address, by the link in the newest mail that has one.
    ConfirmEmail {
        /// Who got the mail; without it, whoever came last.
        username: Option<String>,
    },
    /// Activating the account, by the same link.
    Activate {
        /// Who got the mail; without it, whoever came last.
        username: Option<String>,
    },
    /// Inviting somebody.
    Invite {
        /// Whose browser; without it, that of whoever came last.
        username: Option<String>,
        /// Who is invited.
        email: String,
    },
    /// Writing an article.
    WriteArticle {
        /// Whose browser; without it, that of whoever came last.
        username: Option<String>,
        /// Its title.
        title: String,
        /// Its text.
        body: String,
        /// Its tags.
        tags: Vec<String>,
    },
    /// Changing an article. What is left out stays as it is.
    EditArticle {
        /// Whose browser; without it, that of whoever came last.
        username: Option<String>,
        /// The title so far.
        title: String,
        /// The title from now on.
        new_title: Option<String>,
        /// The text from now on.
        body: Option<String>,
        /// The tags from now on.
        tags: Option<Vec<String>>,
    },
    /// Deleting an article.
    DeleteArticle {
        /// Whose browser; without it, that of whoever came last.
        username: Option<String>,
        /// Its title.
        title: String,
    },
}

impl Action {
    /// Reads a line.
    ///
    /// # Errors
    ///
    /// When it is no action. The error shows no password.
    pub fn parse(line: &[u8]) -> Result<Self, NoAction> {
        let line = str::from_utf8(line)?.trim();
        // Serde would take an array for an object whose names were left out.
        if !line.starts_with('{') {
            return Err(NoAction::NoObject);
        }
        serde_json::from_str(line).map_err(NoAction::Json)
    }
}

/// Why a line is no action.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoAction {
    /// It is something else than an object.
    #[error(r#"an action is a JSON object, {{"action": …}}"#)]
    NoObject,

    /// It is not text.
    #[error("the line is not UTF-8")]
    Encoding(#[from] std::str::Utf8Error),

    /// It is no JSON, or no action of ours.
    #[error("{}", what(.0))]
    Json(serde_json::Error),
}

/// What the parser says, without its own count of lines: it saw only one.
fn what(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((what, _)) if error.is_data() => what.to_owned(),
        Some((what, _)) => format!("{what} at column {}", error.column()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::Action;

    fn error(line: &str) -> String {
        Action::parse(line.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn actions() {
        for line in [
            r#"{"action":"sign_up","username":"ada","email":"ada@example.org","password":"x"}"#,
            r#"{"password":"x","username":"ada","action":"log_in"}"#,
            r#"{"action":"log_out"}"#,
            r#"{"action":"log_out","username":"ada"}"#,
            r#"{"action":"change_password","old_password":"x","new_password":"y"}"#,
            r#"{"action":"sign_up","username":"ada","email":"a@b.org","password":"x","code":"Y"}"#,
            r#"{"action":"confirm_email"}"#,
            r#"{"action":"confirm_email","username":"ada"}"#,
            r#"{"action":"activate"}"#,
            r#"{"action":"activate","username":"ada"}"#,
            r#"{"action":"invite","email":"bob@example.org"}"#,
            r#"{"action":"invite","username":"ada","email":"bob@example.org"}"#,
            r#"{"action":"write_article","title":"On engines","body":"They run.","tags":["engines"]}"#,
            r#"{"action":"write_article","username":"ada","title":"t","body":"b","tags":[]}"#,
            r#"{"action":"edit_article","title":"On engines"}"#,
            r#"{"action":"edit_article","title":"t","new_title":"u","body":"b","tags":[]}"#,
            r#"{"action":"delete_article","title":"On engines"}"#,
            r#"{"action":"delete_article","title":"On engines","username":"ada"}"#,
            "  {\"action\":\"log_out\"}\r",
        ] {
            assert!(Action::parse(line.as_bytes()).is_ok(), "{line}");
        }
    }

    #[test]
    fn what_is_no_action() {
        for line in [
            "null",
            "[]",
            r#"["log_in","ada","x"]"#,
            "{}",
            r#"{"action":"fly"}"#,
            r#"{"action":7}"#,
            r#"{"action":"log_in","username":"ada"}"#,
            r#"{"action":"log_in","username":null,"password":"x"}"#,
            r#"{"action":"log_in","username":"ada","password":"x","remember":true}"#,
            r#"{"action":"log_in","username":"ada","username":"bob","password":"x"}"#,
            r#"{"action":"write_article","title":"t","body":"b"}"#,
            r#"{"action":"write_article","title":"t","body":"b","tags":"engines"}"#,
            r#"{"action":"write_article","title":"t","tags":[]}"#,
            r#"{"action":"edit_article","new_title":"t"}"#,
            r#"{"action":"edit_article","title":"t","tag":"engines"}"#,
            r#"{"action":"delete_article"}"#,
            r#"{"action":"delete_article","title":"t","body":"b"}"#,
            r#"{"action":"log_out"} {"action":"log_out"}"#,
            r#"{"action":"invite"}"#,
            r#"{"action":"invite","username":"ada"}"#,
            r#"{"action":"confirm_email","link":"/confirm/1"}"#,
            r#"{"action":"activate","code":"ABCDEFGH23"}"#,
            r#"{"action":"sign_up","username":"ada","email":"a@b.org","password":"x","code":7}"#,
            r#"{"action":"log_out""#,
            "\u{feff}{}",
        ] {
            assert!(Action::parse(line.as_bytes()).is_err(), "{line}");
        }
        assert!(Action::parse(b"{\"action\":\"log_out\xff\"}").is_err());
    }

    #[test]
    fn what_is_said_about_it() {
        assert_eq!(error("7"), r#"an action is a JSON object, {"action": …}"#);
        assert!(error(r#"{"action":"fly"}"#).starts_with("unknown variant `fly`, expected one of"));
        assert_eq!(error(r#"{"username":"ada"}"#), "missing field `action`");
        assert_eq!(
            error(r#"{"action":"log_in","username":"ada"}"#),
            "missing field `password`"
        );
        assert_eq!(
            error(r#"{"action":"log_out"} x"#),
            "trailing characters at column 22"
        );
    }

    #[test]
    fn cc03_nothing_that_is_said_shows_a_password() {
        let said = error(r#"{"action":"log_in","username":"ada","password":12345}"#);
        assert_eq!(said, "a password has to be a string");

        let action = r#"{"action":"log_in","username":"ada","password":"12345"}"#;
        let shown = format!("{:?}", Action::parse(action.as_bytes()));
        assert!(!shown.contains("12345"), "{shown}");
    }
}
