//! Articles, as the pages and the replay read them.

use accounts_models::{
    Article, ArticleTag, Tag, User, article, article_tag, search_entry, tag, user,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, LoaderTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
};
use signals_sea_orm::Db;

/// An article, who wrote it, and what it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The article.
    pub article: article::Model,
    /// The name of its author.
    pub author: String,
    /// The names of its tags, from a to z.
    pub tags: Vec<String>,
}

/// Which articles are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// Those with this tag, in the form in which it is stored.
    pub tag: Option<&'a str>,
    /// Those in which all of these words occur.
    pub query: Option<&'a str>,
    /// Those that are older than the one of this id.
    pub before: Option<i64>,
}

impl Wanted<'_> {
    fn select(&self) -> Select<Article> {
        let mut select = Article::find();
        if let Some(name) = self.tag {
            let tagged = ArticleTag::find()
                .select_only()
                .column(article_tag::Column::ArticleId)
                .inner_join(Tag)
                .filter(tag::Column::Name.eq(name));
            select = select.filter(article::Column::Id.in_subquery(tagged.into_query()));
        }
        if let Some(query) = self.query {
            let found = search_entry::Entity::find()
                .select_only()
                .column(search_entry::Column::ArticleId)
                .filter(search_entry::matching(query));
            select = select.filter(article::Column::Id.in_subquery(found.into_query()));
        }
        match self.before {
            Some(before) => select.filter(article::Column::Id.lt(before)),
            None => select,
        }
    }
}

/// At most `limit` of the articles that are asked for, newest first.
///
/// # Errors
///
/// The database's.
pub async fn newest(db: &Db, wanted: &Wanted<'_>, limit: u64) -> Result<Vec<Shown>, DbErr> {
    let select = wanted.select().order_by_desc(article::Column::Id);
    shown(db, select.limit(limit).all(db).await?).await
}

/// How many articles are asked for.
///
/// # Errors
///
/// The database's.
pub async fn count(db: &Db, wanted: &Wanted<'_>) -> Result<u64, DbErr> {
    wanted.select().count(db).await
}

/// The article of this id.
///
/// # Errors
///
/// The database's.
pub async fn by_id<C: ConnectionTrait>(db: &C, id: i64) -> Result<Option<Shown>, DbErr> {
    let article = Article::find_by_id(id).all(db).await?;
    Ok(shown(db, article).await?.pop())
}

/// The newest article with this title, of this author if they have written one.
///
/// # Errors
///
/// The database's.
pub async fn by_title(db: &Db, title: &str, author: Option<&str>) -> Result<Option<Shown>, DbErr> {
    let titled = Article::find().filter(article::Column::Title.eq(title));
    let author = match author {
        Some(name) => user::by_name(db, name).await?,
        None => None,
    };
    if let Some(author) = author {
        let own = titled
            .clone()
            .filter(article::Column::AuthorId.eq(author.id));
        let own = own
            .order_by_desc(article::Column::Id)
            .limit(1)
            .all(db)
            .await?;
        if let Some(own) = shown(db, own).await?.pop() {
            return Ok(Some(own));
        }
    }
    let any = titled
        .order_by_desc(article::Column::Id)
        .limit(1)
        .all(db)
        .await?;
    Ok(shown(db, any).await?.pop())
}

/// With their authors and tags, by one query each.
async fn shown<C: ConnectionTrait>(
    db: &C,
    articles: Vec<article::Model>,
) -> Result<Vec<Shown>, DbErr> {
    let authors = articles.load_one(User, db).await?;
    let tags = Tag::find().order_by_asc(tag::Column::Name);
    let tags = articles.load_many(tags, db).await?;
    let all = articles.into_iter().zip(authors).zip(tags);
    Ok(all
        .map(|((article, author), tags)| Shown {
            article,
            author: author.map(|author| author.username).unwrap_or_default(),
            tags: tags.into_iter().map(|tag| tag.name).collect(),
        })
        .collect())
}
