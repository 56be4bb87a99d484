//! A browser: real HTTP, a cookie jar, and no redirect that is not looked at.

#![allow(dead_code, reason = "each test program uses what it needs")]

use ureq::http::Response;
use ureq::{Agent, Body};

pub(crate) struct Browser {
    agent: Agent,
    address: String,
}

pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) cookie: Option<String>,
    pub(crate) body: String,
}

impl Browser {
    pub(crate) fn new(address: &str) -> Self {
        let config = Agent::config_builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            // The service closes a connection when it has answered a form without reading it, and the
            // next request may be on its way there by then. Browsers send that once more; this does not.
            .max_idle_connections(0)
            .build();
        Self {
            agent: config.into(),
            address: address.trim_end_matches('/').to_owned(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Page {
        self.get_with(path, [])
    }

    pub(crate) fn get_with<const N: usize>(&self, path: &str, headers: [(&str, &str); N]) -> Page {
        let mut request = self.agent.get(self.url(path));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        Page::of(request.call().unwrap())
    }

    pub(crate) fn post<const N: usize>(&self, path: &str, form: [(&str, &str); N]) -> Page {
        self.post_with(path, form, [])
    }

    pub(crate) fn post_with<const N: usize, const M: usize>(
        &self,
        path: &str,
        form: [(&str, &str); N],
        headers: [(&str, &str); M],
    ) -> Page {
        let mut request = self.agent.post(self.url(path));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        Page::of(request.send_form(form).unwrap())
    }

    pub(crate) fn sign_up(&self, username: &str, password: &str) -> Page {
        let email = if username.is_ascii() {
            format!("{username}@example.org")
        } else {
            "somebody@example.org".to_owned()
        };
        self.post(
            "/signup",
            [
                ("username", username),
                ("email", &email),
                ("password", password),
                ("password_confirm", password),
            ],
        )
    }

    pub(crate) fn log_in(&self, username: &str, password: &str) -> Page {
        self.post("/login", [("username", username), ("password", password)])
    }

    pub(crate) fn log_out(&self) -> Page {
        self.post("/logout", [])
    }

    pub(crate) fn change_password(&self, old: &str, new: &str) -> Page {
        self.post(
            "/password",
            [
                ("old_password", old),
                ("new_password", new),
                ("new_password_confirm", new),
            ],
        )
    }

    pub(crate) fn is_logged_in(&self) -> bool {
        self.get("/").body.contains("Log out")
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}

impl Page {
    fn of(mut response: Response<Body>) -> Self {
        let header = |name: &str| {
            let value = response.headers().get(name)?;
            Some(value.to_str().unwrap().to_owned())
        };
        Self {
            status: response.status().as_u16(),
            location: header("location"),
            cookie: header("set-cookie"),
            body: response.body_mut().read_to_string().unwrap(),
        }
    }

    /// Whether this is where a browser is sent when a form was taken.
    pub(crate) fn leads_to(&self, path: &str) -> bool {
        self.status == 303 && self.location.as_deref() == Some(path)
    }

    /// What the page says is wrong with a field.
    pub(crate) fn wrong(&self, field: &str) -> Option<&str> {
        let (_, after) = self.body.split_once(&format!(r#"id="{field}-wrong">"#))?;
        Some(after.split_once("</p>")?.0)
    }

    /// The actions of the event log on this page.
    pub(crate) fn actions(&self) -> Vec<&str> {
        let rows = self.body.split("<td><code>").skip(1).step_by(2);
        rows.filter_map(|row| row.split("</code>").next()).collect()
    }

    /// Where the link leads that says this.
    pub(crate) fn link(&self, text: &str) -> Option<String> {
        let (before, _) = self.body.split_once(&format!(">{text}</a>"))?;
        let (_, link) = before.rsplit_once("<a href=\"")?;
        Some(link.split('"').next()?.replace("&amp;", "&"))
    }
}
