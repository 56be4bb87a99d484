//! The pages.

use std::sync::Arc;

use axum::response::Html;
use minijinja::{Environment, Value, context};

use crate::Error;
use crate::visitor::Visitor;

/// The templates, compiled into the program. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pages {
    environment: Arc<Environment<'static>>,
}

impl Pages {
    /// Reads the templates.
    ///
    /// # Errors
    ///
    /// When one of them is wrong.
    pub fn new() -> Result<Self, minijinja::Error> {
        let mut environment = Environment::new();
        for (name, source) in [
            ("base.html", include_str!("../templates/base.html")),
            ("fields.html", include_str!("../templates/fields.html")),
            ("home.html", include_str!("../templates/home.html")),
            ("sign_up.html", include_str!("../templates/sign_up.html")),
            ("log_in.html", include_str!("../templates/log_in.html")),
            ("password.html", include_str!("../templates/password.html")),
            ("events.html", include_str!("../templates/events.html")),
        ] {
            environment.add_template(name, source)?;
        }
        Ok(Self {
            environment: Arc::new(environment),
        })
    }

    /// Makes a page for somebody. Every value is escaped.
    ///
    /// # Errors
    ///
    /// When the template does not fit the values.
    pub fn render(
        &self,
        template: &str,
        visitor: &Visitor,
        values: Value,
    ) -> Result<Html<String>, Error> {
        let user = visitor.user.as_ref().map(|user| user.username.as_str());
        let template = self.environment.get_template(template)?;
        Ok(Html(template.render(context! { user, ..values })?))
    }
}
