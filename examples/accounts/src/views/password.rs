//! Changing the password.

use accounts_models::{PasswordHash, User, begin, now, user};
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use minijinja::context;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QuerySelect, Set};
use signals_builtin::account::{PasswordChanged, password_changed};

use super::LoggedIn;
use crate::app::App;
use crate::forms::{ChangePasswordForm, Errors};
use crate::{Error, password_expiry};

/// The form.
pub(crate) async fn show(
    State(app): State<App>,
    LoggedIn { user, .. }: LoggedIn,
) -> Result<Html<String>, Error> {
    page(&app, &user, &Errors::default())
}

/// Stores the new password. The user's other sessions end, this one goes on.
pub(crate) async fn submit(
    State(app): State<App>,
    LoggedIn { mut session, user }: LoggedIn,
    Form(form): Form<ChangePasswordForm>,
) -> Result<Response, Error> {
    let password = match new_password(&app, &user, &form).await? {
        Ok(password) => password,
        Err(errors) => {
            let page = page(&app, &user, &errors)?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let Some(user) = store(&app, &user, password).await? else {
        let page = page(&app, &user, &not_yours())?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    // axum-login's own: the session goes on under the new password, and nobody has logged in.
    let session: &mut axum_login::AuthSession<_> = &mut session;
    let goes_on = async {
        session.session.cycle_id().await?;
        session.login(&user).await
    };
    let went_on = goes_on.await.map_err(signals_axum_login::Error::from);
    password_changed
        .send_robust_async(PasswordChanged { user: &user })
        .await;
    super::leave_message(&app, user.id, "Your password has been changed.").await;
    went_on?;
    Ok(Redirect::to("/").into_response())
}

async fn new_password(
    app: &App,
    user: &user::Model,
    form: &ChangePasswordForm,
) -> Result<Result<PasswordHash, Errors>, Error> {
    let password = match form.clean() {
        Ok(password) => password,
        Err(errors) => return Ok(Err(errors)),
    };
    // Not `AuthSession::authenticate`: nobody tries to be somebody here, so a wrong password is no
    // failed log-in.
    if !app.passwords.verify(password.old, &user.password).await? {
        return Ok(Err(not_yours()));
    }
    Ok(Ok(app.passwords.hash(password.new).await?))
}

/// The user with the new password; none if the old one was changed meanwhile by somebody else.
async fn store(
    app: &App,
    user: &user::Model,
    password: PasswordHash,
) -> Result<Option<user::Model>, Error> {
    let txn = begin(&app.db).await?;
    let stored = User::find_by_id(user.id).lock_exclusive().one(&txn).await?;
    let Some(stored) = stored.filter(|stored| stored.password == user.password) else {
        txn.rollback().await?;
        return Ok(None);
    };
    let mut stored = stored.into_active_model();
    stored.password = Set(password);
    stored.password_changed_at = Set(now());
    let stored = stored.update(&txn).await?;
    txn.commit().await?;
    Ok(Some(stored))
}

fn not_yours() -> Errors {
    Errors::one("old_password", "This is not your password.")
}

fn page(app: &App, user: &user::Model, errors: &Errors) -> Result<Html<String>, Error> {
    let values = context! {
        errors => errors.to_value(),
        expired => password_expiry::is_expired(&app.config, user),
    };
    app.pages.render("password.html", Some(user), values)
}
