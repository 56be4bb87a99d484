//! A browser: real HTTP and a cookie jar.

use std::sync::{Arc, Mutex};

use signals_core::Scope;
use ureq::Agent;
use ureq::http::Response;

use super::users::PASSWORD;

/// What a proxy asks for, with each form.
pub(crate) const BASIC: &str = "Basic YWRhOmNvcnJlY3QgaG9yc2U=";

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
        self.get("/me")
    }

    /// What the session keeps, besides who is logged in.
    pub(crate) fn kept(&self) -> String {
        self.get("/kept")
    }

    pub(crate) fn keep(&self, what: &str) {
        self.enter();
        let page = self.agent.post(self.url("/kept")).send(what).unwrap();
        assert_eq!(page.status(), 200);
    }

    /// What the cookie says, if there is one.
    pub(crate) fn session(&self) -> Option<String> {
        let jar = self.agent.cookie_jar_lock();
        jar.iter()
            .find(|cookie| cookie.name() == "id")
            .map(|cookie| cookie.value().to_owned())
    }

    /// Who the service says this is, asked with the cookie of another browser.
    pub(crate) fn me_with(&self, session: &str) -> String {
        self.enter();
        let request = self.agent.get(self.url("/me"));
        let page = request.header("cookie", format!("id={session}")).call();
        Page::of(page.unwrap()).body
    }

    fn get(&self, path: &str) -> String {
        self.enter();
        Page::of(self.agent.get(self.url(path)).call().unwrap()).body
    }

    pub(crate) fn post<const N: usize>(&self, path: &str, form: [(&str, &str); N]) -> Page {
        self.enter();
        let request = self.agent.post(self.url(path)).header("x-from", "a test");
        let request = request.header("authorization", BASIC);
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
