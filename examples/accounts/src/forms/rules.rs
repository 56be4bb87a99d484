//! What a field takes.

use std::borrow::Cow;

use accounts_models::{signup_code, user};

use crate::Secret;

/// The reason why a field does not take a value, as the page says it.
pub(super) type Refusal = Cow<'static, str>;

const REQUIRED: Refusal = Cow::Borrowed("This field is required.");

/// As Django's user model has it.
const USERNAME_LENGTH: usize = 150;
/// What fits between `MAIL FROM:<` and `>` (RFC 5321).
const EMAIL_LENGTH: usize = 254;
/// Above any code, with hyphens and blanks.
const CODE_LENGTH: usize = 32;
/// As much as a server has to take before the `@` (RFC 5321).
const LOCAL_LENGTH: usize = 64;
/// Far above any pass phrase, far below a burden.
const PASSWORD_LENGTH: usize = 1024;

/// Something, whatever it is.
pub(super) fn filled_in(typed: Option<&str>) -> Result<&str, Refusal> {
    match typed.map(str::trim) {
        None | Some("") => Err(REQUIRED),
        Some(value) => Ok(value),
    }
}

/// A name that somebody may have.
pub(super) fn name(typed: Option<&str>) -> Result<&str, Refusal> {
    at_most(USERNAME_LENGTH, filled_in(typed)?)
}

/// Letters and digits of any script, and `@ . + - _`.
pub(super) fn username(typed: Option<&str>) -> Result<String, Refusal> {
    let username = user::normalize_username(filled_in(typed)?);
    at_most(USERNAME_LENGTH, &username)?;
    let allowed = |c: char| c.is_alphanumeric() || "@.+-_".contains(c);
    if username.chars().all(allowed) {
        Ok(username)
    } else {
        Err("Enter letters, digits and @ . + - _ only.".into())
    }
}

/// What `<input type="email">` takes, and a dot in the domain. Whether the address exists only a
/// mail can tell.
pub(super) fn email(typed: Option<&str>) -> Result<&str, Refusal> {
    let email = at_most(EMAIL_LENGTH, filled_in(typed)?)?;
    let plausible = email.rsplit_once('@').is_some_and(|(local, domain)| {
        let local_char = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
        let label = |label: &str| {
            (1..=63).contains(&label.chars().count())
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        local.len() <= LOCAL_LENGTH
            && local.chars().all(local_char)
            && local.split('.').all(|part| !part.is_empty())
            && domain.contains('.')
            && domain.split('.').all(label)
    });
    if plausible {
        Ok(email)
    } else {
        Err("Enter a valid email address.".into())
    }
}

/// Any characters at all, also blanks at either end.
pub(super) fn password(typed: Option<&Secret>) -> Result<&Secret, Refusal> {
    let password = typed
        .filter(|password| !password.expose().is_empty())
        .ok_or(REQUIRED)?;
    at_most(PASSWORD_LENGTH, password.expose())?;
    Ok(password)
}

/// The same password again. A client that does not ask for it twice has nothing to compare.
pub(super) fn repeated(password: Option<&Secret>, again: Option<&Secret>) -> Result<(), Refusal> {
    match again {
        Some(_) if password != again => Err("The two passwords are not the same.".into()),
        _ => Ok(()),
    }
}

/// The code of an invitation, in the form in which it is stored.
pub(super) fn code(typed: Option<&str>, is_required: bool) -> Result<Option<String>, Refusal> {
    match filled_in(typed) {
        Ok(code) => {
            let code = signup_code::normalize(at_most(CODE_LENGTH, code)?);
            // PostgreSQL takes no text with a NUL, not even to look for it.
            if code.contains(char::is_control) {
                return Err("Enter letters and digits only.".into());
            }
            Ok(Some(code))
        }
        Err(required) if is_required => Err(required),
        Err(_) => Ok(None),
    }
}

pub(super) fn at_most(length: usize, value: &str) -> Result<&str, Refusal> {
    if value.chars().nth(length).is_none() {
        Ok(value)
    } else {
        Err(format!("Enter at most {length} characters.").into())
    }
}

#[cfg(test)]
mod tests {
    use super::{code, email, password, repeated, username};
    use crate::Secret;

    #[test]
    fn usernames() {
        let longest = "a".repeat(150);
        for good in ["ada", "Zoë", "ada@example.org", "李", &longest] {
            assert_eq!(username(Some(good)).as_deref(), Ok(good));
        }
        for (typed, good) in [(" ada ", "ada"), ("ａｄａ", "ada"), ("Zoe\u{308}", "Zoë")] {
            assert_eq!(username(Some(typed)).as_deref(), Ok(good));
        }
        let too_long = "a".repeat(151);
        for bad in ["", "  ", "a b", "a\0", "<ada>", "ada\n.", &too_long] {
            assert!(username(Some(bad)).is_err(), "{bad:?}");
        }
        assert!(username(None).is_err());
    }

    #[test]
    fn email_addresses() {
        for good in [
            "ada@example.org",
            "a.b+c@mail.example.org",
            "o'hara@x-y.ie",
            "ada@bücher.example",
        ] {
            assert_eq!(email(Some(good)), Ok(good));
        }
        let long = format!("ada@{}.org", "example.".repeat(31));
        let long_local = format!("{}@example.org", "a".repeat(65));
        for bad in [
            "",
            "ada",
            "@",
            "ada@",
            "@example.org",
            "ada@example",
            "ada@.org",
            "ada@example.",
            "ada@-x.org",
            "a da@example.org",
            "a@b@example.org",
            ".ada@example.org",
            "a..da@example.org",
            &long_local,
            "ada@example.org\0",
            &long,
        ] {
            assert!(email(Some(bad)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn codes() {
        for typed in ["ABCDEFGH23", " abcdefgh23 ", "abcd-efgh 23"] {
            assert_eq!(code(Some(typed), false), Ok(Some("ABCDEFGH23".to_owned())));
        }
        for nothing in [None, Some(""), Some("  ")] {
            assert_eq!(code(nothing, false), Ok(None));
            assert!(code(nothing, true).is_err());
        }
        for bad in ["\0", "ABCDE\0FGH23", &"A".repeat(33)] {
            assert!(code(Some(bad), false).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn passwords() {
        let (blank, empty) = (Secret::from(" "), Secret::from(""));
        assert!(password(Some(&blank)).is_ok());
        assert!(password(Some(&empty)).is_err());
        assert!(password(None).is_err());
        assert!(password(Some(&"x".repeat(1025).into())).is_err());

        assert!(repeated(Some(&blank), Some(&blank)).is_ok());
        assert!(repeated(Some(&blank), None).is_ok());
        assert!(repeated(Some(&blank), Some(&empty)).is_err());
    }
}
