//! One article.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use minijinja::context;

use super::find;
use super::list::tags;
use crate::Error;
use crate::app::App;
use crate::auth::AuthSession;
use crate::views::{Refusal, day, shown};

/// One article. For everybody; its author finds what to change it with.
pub(crate) async fn show(
    State(app): State<App>,
    session: AuthSession,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let visitor = session.user.as_ref();
    let Some(found) = find(&app.db, &id).await? else {
        return Refusal::Missing.page(&app, visitor);
    };
    let article = &found.article;
    let values = context! {
        id => article.id,
        title => &article.title,
        paragraphs => paragraphs(&article.body),
        author => &found.author,
        tags => tags(&found.tags),
        created => shown(article.created_at),
        day => day(article.created_at),
        updated => (article.updated_at != article.created_at).then(|| shown(article.updated_at)),
        updated_day => day(article.updated_at),
        own => visitor.is_some_and(|user| user.id == article.author_id),
    };
    let page = app.pages.render("article.html", visitor, values)?;
    Ok(page.into_response())
}

/// What blank lines are between.
fn paragraphs(body: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in body.lines() {
        match paragraphs.last_mut() {
            Some(last) if !line.trim().is_empty() => {
                if !last.is_empty() {
                    last.push('\n');
                }
                last.push_str(line);
            }
            _ => paragraphs.push(String::new()),
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::paragraphs;

    #[test]
    fn blank_lines_are_between_paragraphs() {
        let body = "One,\n two.\n\n \n\nThree.\n";
        assert_eq!(paragraphs(body), ["One,\n two.", "Three."]);
        assert!(paragraphs(" \n").is_empty());
    }
}
