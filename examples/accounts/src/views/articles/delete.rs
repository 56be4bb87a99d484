//! Deleting an article.

use accounts_models::begin;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use sea_orm::ModelTrait;

use super::own;
use crate::Error;
use crate::app::App;
use crate::views::LoggedIn;

/// Deletes an article of one's own.
pub(crate) async fn submit(
    State(app): State<App>,
    LoggedIn { user, .. }: LoggedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let txn = begin(&app.db).await?;
    let article = match own(&txn, &id, &user).await? {
        Ok(article) => article,
        Err(refusal) => {
            txn.rollback().await?;
            return refusal.page(&app, Some(&user));
        }
    };
    article.delete(&txn).await?;
    txn.commit().await?;
    Ok(Redirect::to("/articles").into_response())
}
