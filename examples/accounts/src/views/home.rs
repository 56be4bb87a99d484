//! The front page.

use axum::extract::State;
use axum::response::Html;
use minijinja::context;

use crate::Error;
use crate::app::App;
use crate::visitor::Visitor;

/// Who is logged in, and the messages that wait for them. A message is shown once.
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Result<Html<String>, Error> {
    let Some(user) = &visitor.user else {
        return app.pages.render("home.html", &visitor, context! {});
    };
    let values = context! {
        messages => app.store.take_messages(user).await?,
        email => &user.email,
        date_joined => super::shown(user.date_joined),
        last_login => user.last_login.map(super::shown),
    };
    app.pages.render("home.html", &visitor, values)
}
