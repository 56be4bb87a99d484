//! A browser: real HTTP and a cookie jar.

use std::sync::{Arc, Mutex};

use signals_core::Scope;
use ureq::Agent;
use ureq::http::Response;

use super::users::PASSWORD;

pub(crate) struct Browser {
    agent: Agent,
    address: String,
    scope: Arc<Mutex<Scope>>,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Browser {
    pub(super) fn new(address: &str, scope: Arc<Mutex<Scope>>) -> Self {
        let config = Agent::config_builder().http_status_as_error(false);
        Self {
            agent: config.build().into(),
            address: address.to_owned(),
            scope,
        }
    }

    /// Who the service says this is.
    pub(crate) fn me(&self) -> String {
        self.enter();
        let page = self.agent.get(self.url("/me")).call().unwrap();
        Page::of(page).body
    }

    pub(crate) fn post<const N: usize>(&self, path: &str, form: [(&str, &str); N]) -> Page {
        self.enter();
        let request = self.agent.post(self.url(path)).header("x-from", "a test");
        Page::of(request.send_form(form).unwrap())
    }

    pub(crate) fn log_in_with(&self, username: &str, password: &str) -> u16 {
        let form = [("username", username), ("password", password)];
        self.post("/login", form).status
    }

    pub(crate) fn log_in(&self, username: &str) -> u16 {
        self.log_in_with(username, PASSWORD)
    }

    pub(crate) fn log_out(&self) -> u16 {
        self.post("/logout", []).status
    }

    /// The service is to handle what comes in the scope that this test has now.
    fn enter(&self) {
        *self.scope.lock().unwrap() = Scope::current();
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}

impl Page {
    fn of(mut response: Response<ureq::Body>) -> Self {
        Self {
            status: response.status().as_u16(),
            body: response.body_mut().read_to_string().unwrap(),
        }
    }
}
