//! What a search finds articles by.

use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LikeExpr;
use unicode_normalization::UnicodeNormalization;

/// What a search finds an article by. Sends no signals.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_entry")]
pub struct Model {
    /// The article.
    #[sea_orm(primary_key, auto_increment = false)]
    pub article_id: i64,
    /// Its title and its text, in small letters.
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// Its tags, each between blanks.
    #[sea_orm(column_type = "Text")]
    pub tags: String,
}

/// None: the index lives beside what it is about.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A text as the index has it and as a query asks for it, however its letters were typed: in small
/// letters, NFKC.
pub fn normalize(text: &str) -> String {
    text.nfkc()
        .collect::<String>()
        .to_lowercase()
        .nfkc()
        .collect()
}

/// The entries in which each word of the query occurs, in the text or in the tags.
pub fn matching(query: &str) -> Condition {
    let query = normalize(query);
    let words = query.split(|c: char| c.is_whitespace() || c.is_control());
    words
        .filter(|word| !word.is_empty())
        .fold(Condition::all(), |all, word| {
            let somewhere = Condition::any()
                .add(Column::Text.like(containing(word)))
                .add(Column::Tags.like(containing(word)));
            all.add(somewhere)
        })
}

/// The entries with this tag.
pub fn has_tag(name: &str) -> Condition {
    Condition::all().add(Column::Tags.like(containing(&format!(" {name} "))))
}

fn containing(text: &str) -> LikeExpr {
    LikeExpr::new(format!("%{}%", literally(text))).escape(ESCAPE)
}

/// Makes `%` and `_` what they are, in a pattern. Not the backslash, which PostgreSQL and SQLite read
/// differently in a text.
const ESCAPE: char = '!';

fn literally(text: &str) -> String {
    text.chars().fold(String::new(), |mut pattern, c| {
        if matches!(c, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(c);
        pattern
    })
}
