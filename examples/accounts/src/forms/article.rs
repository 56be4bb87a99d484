//! The form for an article.

use std::collections::BTreeSet;

use accounts_models::tag;
use serde::Deserialize;

use super::Errors;
use super::rules::{Refusal, at_most, filled_in};

/// What fits on a line or two.
const TITLE_LENGTH: usize = 200;
/// About fifteen printed pages.
const BODY_LENGTH: usize = 50_000;
const TAG_LENGTH: usize = 40;
const TAGS: usize = 10;

/// The form for an article, as it was filled in.
#[derive(Debug, Default, Deserialize)]
pub struct ArticleForm {
    /// The title.
    pub title: Option<String>,
    /// The text.
    pub body: Option<String>,
    /// The tags, with commas between them.
    pub tags: Option<String>,
}

/// What a valid form for an article says.
#[derive(Debug, PartialEq, Eq)]
pub struct Content<'a> {
    /// The title, on one line.
    pub title: &'a str,
    /// The text, whose lines end with `\n`.
    pub body: String,
    /// The tags, in small letters, each once.
    pub tags: BTreeSet<String>,
}

impl ArticleForm {
    /// The most bytes that a form can have which is not too long: up to 12 for a character, in the
    /// way in which browsers send forms.
    pub const MAX_BYTES: usize = 12 * (TITLE_LENGTH + BODY_LENGTH + TAGS * (TAG_LENGTH + 2)) + 1024;

    /// What the form says, or what is wrong with it.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn clean(&self) -> Result<Content<'_>, Errors> {
        let mut errors = Errors::default();
        let title = errors.note("title", title(self.title.as_deref()));
        let body = errors.note("body", body(self.body.as_deref()));
        let tags = errors.note("tags", tags(self.tags.as_deref()));
        match (title, body, tags) {
            (Some(title), Some(body), Some(tags)) => Ok(Content { title, body, tags }),
            _ => Err(errors),
        }
    }
}

fn title(typed: Option<&str>) -> Result<&str, Refusal> {
    let title = at_most(TITLE_LENGTH, filled_in(typed)?)?;
    if title.contains(char::is_control) {
        return Err("Enter one line of text.".into());
    }
    Ok(title)
}

fn body(typed: Option<&str>) -> Result<String, Refusal> {
    // As forms of browsers end them.
    let body = filled_in(typed)?.replace("\r\n", "\n");
    at_most(BODY_LENGTH, &body)?;
    if body.contains(|c: char| c.is_control() && c != '\n' && c != '\t') {
        return Err("Enter text, without control characters.".into());
    }
    Ok(body)
}

fn tags(typed: Option<&str>) -> Result<BTreeSet<String>, Refusal> {
    let tags = typed.unwrap_or_default().split(',').map(tag::normalize);
    let tags: BTreeSet<String> = tags.filter(|tag| !tag.is_empty()).collect();
    if tags.len() > TAGS {
        return Err(format!("Enter at most {TAGS} tags.").into());
    }
    match tags.iter().find(|tag| at_most(TAG_LENGTH, tag).is_err()) {
        Some(_) => Err(format!("Enter at most {TAG_LENGTH} characters for a tag.").into()),
        None => Ok(tags),
    }
}

#[cfg(test)]
mod tests {
    use super::{body, tags, title};

    #[test]
    fn titles() {
        assert_eq!(title(Some(" On engines ")), Ok("On engines"));
        assert!(title(Some(&"ä".repeat(200))).is_ok());
        let too_long = "ä".repeat(201);
        for bad in ["", "  ", "two\nlines", "nothing\0", &too_long] {
            assert!(title(Some(bad)).is_err(), "{bad:?}");
        }
        assert!(title(None).is_err());
    }

    #[test]
    fn bodies() {
        assert_eq!(
            body(Some("One.\r\n\r\nTwo.\n")).as_deref(),
            Ok("One.\n\nTwo.")
        );
        assert!(body(Some(&"\r\n.".repeat(25_000))).is_ok());
        let too_long = "a".repeat(50_001);
        for bad in ["", " \r\n ", "nothing\0", &too_long] {
            assert!(body(Some(bad)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn lists_of_tags() {
        let list = |typed| tags(Some(typed)).map(|tags| tags.into_iter().collect::<Vec<_>>());
        let expected = ["rust", "web server", "äpfel"].map(str::to_owned);
        assert_eq!(
            list(" Rust,,Web \t Server, RUST,A\u{308}pfel, "),
            Ok(expected.to_vec())
        );
        assert_eq!(list(" , "), Ok(Vec::new()));
        assert_eq!(tags(None).map(|tags| tags.len()), Ok(0));
        assert!(list("a,b,c,d,e,f,g,h,i,j,J").is_ok());
        let bad = list("a,b,c,d,e,f,g,h,i,j,k");
        assert_eq!(bad, Err("Enter at most 10 tags.".into()));
        let (longest, too_long) = ("a".repeat(40), "a".repeat(41));
        assert!(list(&longest).is_ok() && list(&too_long).is_err());
    }
}
