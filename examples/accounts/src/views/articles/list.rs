//! The articles, and the search.

use accounts_models::tag;
use axum::extract::{Query, State};
use axum::response::Html;
use minijinja::{Value, context};
use serde::Deserialize;

use crate::Error;
use crate::app::App;
use crate::articles::{self, Shown, Wanted};
use crate::auth::AuthSession;
use crate::views::{self, day, shown};

/// How many articles a page shows.
const PAGE: usize = 10;
/// How many characters of an article the list shows.
const EXCERPT: usize = 240;
/// Longer questions are cut.
const QUERY_LENGTH: usize = 200;

/// Which articles are asked for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    /// Only those with this tag.
    tag: Option<String>,
    /// Only those in which each of these words occurs.
    q: Option<String>,
    /// Only what is older than the article of this id.
    before: Option<i64>,
}

/// The articles, newest first.
pub(crate) async fn show(
    State(app): State<App>,
    session: AuthSession,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let tag = asked.tag.as_deref().map(tag::normalize).unwrap_or_default();
    let query: String = asked
        .q
        .unwrap_or_default()
        .chars()
        .take(QUERY_LENGTH)
        .collect();
    let query = query.trim();
    let wanted = Wanted {
        tag: Some(&*tag).filter(|tag| !tag.is_empty()),
        query: Some(query).filter(|query| !query.is_empty()),
        before: asked.before,
    };
    // One more than is shown tells whether there is another page.
    let found = articles::newest(&app.db, &wanted, PAGE as u64 + 1).await?;
    let page = &found[..found.len().min(PAGE)];
    let older = page.last().filter(|_| found.len() > PAGE);
    let filter = [("tag", wanted.tag), ("q", wanted.query)];
    let all = Wanted {
        before: None,
        ..wanted
    };
    let values = context! {
        articles => page.iter().map(row).collect::<Vec<Value>>(),
        tag => wanted.tag,
        query => wanted.query,
        number => articles::count(&app.db, &all).await?,
        all_tags => views::query(&[("q", wanted.query)]),
        is_first => wanted.before.is_none(),
        filter => views::query(&filter),
        older => older.map(|last| {
            let before = last.article.id.to_string();
            views::query(&[filter[0], filter[1], ("before", Some(&before))])
        }),
    };
    app.pages
        .render("articles.html", session.user.as_ref(), values)
}

fn row(found: &Shown) -> Value {
    context! {
        id => found.article.id,
        title => &found.article.title,
        author => &found.author,
        created => shown(found.article.created_at),
        day => day(found.article.created_at),
        excerpt => excerpt(&found.article.body),
        tags => tags(&found.tags),
    }
}

/// Each tag with the query for the articles that have it.
pub(super) fn tags(names: &[String]) -> Vec<Value> {
    let tags = names.iter().map(|name| {
        context! { name => name, query => views::query(&[("tag", Some(name))]) }
    });
    tags.collect()
}

/// The beginning of a text, up to the end of a word.
fn excerpt(body: &str) -> String {
    let Some((end, _)) = body.char_indices().nth(EXCERPT) else {
        return body.to_owned();
    };
    let cut = &body[..end];
    let words = cut.rsplit_once(char::is_whitespace);
    format!("{} …", words.map_or(cut, |(words, _)| words).trim_end())
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_ends_with_a_word() {
        assert_eq!(excerpt("short"), "short");
        let long = "ärger ".repeat(100);
        let cut = excerpt(&long);
        assert!(
            cut.ends_with("ärger …") && cut.chars().count() <= 242,
            "{cut}"
        );
        assert_eq!(excerpt(&"x".repeat(300)), format!("{} …", "x".repeat(240)));
    }
}
