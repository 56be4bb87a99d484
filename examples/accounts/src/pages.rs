//! The pages.

use accounts_models::user;
use axum::response::Html;
use minijinja::{Environment, Value, context};
use signals_templates::minijinja::Templates;

use crate::Error;

/// The templates, compiled into the program. Cheap to clone. Each that is rendered sends
/// [`template_rendered`](signals_builtin::testing::template_rendered).
#[derive(Clone, Debug)]
pub struct Pages {
    templates: Templates,
}

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../templates/", $name)))),*]
    };
}

impl Pages {
    /// Reads the templates.
    ///
    /// # Errors
    ///
    /// When one of them is wrong.
    pub fn new() -> Result<Self, minijinja::Error> {
        let mut environment = Environment::new();
        for (name, source) in templates![
            "article.html",
            "article_form.html",
            "articles.html",
            "base.html",
            "confirm.html",
            "confirm_sent.html",
            "events.html",
            "fields.html",
            "home.html",
            "invitations.html",
            "log_in.html",
            "password.html",
            "refused.html",
            "sign_up.html",
            "statistics.html",
            "tags.html",
        ] {
            environment.add_template(name, source)?;
        }
        Ok(Self {
            templates: Templates::new(environment),
        })
    }

    /// Makes a page for somebody. Every value is escaped.
    ///
    /// # Errors
    ///
    /// When the template does not fit the values, or a receiver of `template_rendered` fails.
    pub fn render(
        &self,
        template: &str,
        visitor: Option<&user::Model>,
        values: Value,
    ) -> Result<Html<String>, Error> {
        let user = visitor.map(|user| user.username.as_str());
        let page = self
            .templates
            .render(template, context! { user, ..values })?;
        Ok(Html(page))
    }
}
