//! Writing an article, and changing it.

use std::collections::BTreeSet;

use accounts_models::{ArticleTag, Tag, article, begin, now, tag, user};
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use minijinja::context;
use sea_orm::{ActiveModelTrait, DbErr, IntoActiveModel, NotSet, Set};
use signals_sea_orm::{Txn, m2m};

use super::{address, find, if_own, own};
use crate::Error;
use crate::app::App;
use crate::forms::{ArticleForm, Errors};
use crate::views::LoggedIn;

/// The form for a new article.
pub(crate) async fn new(
    State(app): State<App>,
    LoggedIn { user, .. }: LoggedIn,
) -> Result<Html<String>, Error> {
    page(
        &app,
        &user,
        None,
        &ArticleForm::default(),
        &Errors::default(),
    )
}

/// Stores a new article with its tags: both, with what receivers make of them, or nothing.
pub(crate) async fn create(
    State(app): State<App>,
    LoggedIn { user, .. }: LoggedIn,
    Form(form): Form<ArticleForm>,
) -> Result<Response, Error> {
    let content = match form.clean() {
        Ok(content) => content,
        Err(errors) => return refuse(&app, &user, None, &form, &errors),
    };
    let now = now();
    let draft = article::ActiveModel {
        id: NotSet,
        author_id: Set(user.id),
        title: Set(content.title.to_owned()),
        body: Set(content.body),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let txn = begin(&app.db).await?;
    let article = draft.insert(&txn).await?;
    set_tags(&article, &content.tags, &txn).await?;
    txn.commit().await?;
    Ok(Redirect::to(&address(&article)).into_response())
}

/// The form for an article of one's own.
pub(crate) async fn edit(
    State(app): State<App>,
    LoggedIn { user, .. }: LoggedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let found = find(&app.db, &id).await?;
    let found = match if_own(found, |found| found.article.author_id, &user) {
        Ok(found) => found,
        Err(refusal) => return refusal.page(&app, Some(&user)),
    };
    let form = ArticleForm {
        title: Some(found.article.title.clone()),
        body: Some(found.article.body.clone()),
        tags: Some(found.tags.join(", ")),
    };
    let page = page(&app, &user, Some(&found.article), &form, &Errors::default())?;
    Ok(page.into_response())
}

/// Stores what has changed.
pub(crate) async fn update(
    State(app): State<App>,
    LoggedIn { user, .. }: LoggedIn,
    Path(id): Path<String>,
    Form(form): Form<ArticleForm>,
) -> Result<Response, Error> {
    let content = form.clean();
    let txn = begin(&app.db).await?;
    let article = match own(&txn, &id, &user).await? {
        Ok(article) => article,
        Err(refusal) => {
            txn.rollback().await?;
            return refusal.page(&app, Some(&user));
        }
    };
    let content = match content {
        Ok(content) => content,
        Err(errors) => {
            txn.rollback().await?;
            return refuse(&app, &user, Some(&article), &form, &errors);
        }
    };
    let mut draft = article.into_active_model();
    draft.title.set_if_not_equals(content.title.to_owned());
    draft.body.set_if_not_equals(content.body);
    draft.updated_at = Set(now());
    let article = draft.update(&txn).await?;
    set_tags(&article, &content.tags, &txn).await?;
    txn.commit().await?;
    Ok(Redirect::to(&address(&article)).into_response())
}

async fn set_tags(
    article: &article::Model,
    names: &BTreeSet<String>,
    txn: &Txn,
) -> Result<(), DbErr> {
    let mut tags = Vec::new();
    // In their order, so that two who make the same ones do not wait for each other.
    for name in names {
        tags.push(tag::get_or_create(txn, name).await?.id);
    }
    m2m(article, ArticleTag, Tag, txn).set(tags).await
}

fn refuse(
    app: &App,
    user: &user::Model,
    article: Option<&article::Model>,
    form: &ArticleForm,
    errors: &Errors,
) -> Result<Response, Error> {
    let page = page(app, user, article, form, errors)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn page(
    app: &App,
    user: &user::Model,
    article: Option<&article::Model>,
    form: &ArticleForm,
    errors: &Errors,
) -> Result<Html<String>, Error> {
    let values = context! {
        address => article.map(address),
        title => form.title.as_deref(),
        body => form.body.as_deref(),
        tags => form.tags.as_deref(),
        errors => errors.to_value(),
    };
    app.pages.render("article_form.html", Some(user), values)
}
