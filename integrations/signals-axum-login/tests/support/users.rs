//! Users, and a backend that asks several for them.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum_login::{AuthUser, AuthnBackend, UserId};
use serde::Deserialize;
use signals_axum_login::{Credentials, DescribeCredentials};
use signals_core::{Model, ModelView};

#[derive(Clone, Debug, PartialEq, Model)]
#[model(label = "shop.User")]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) username: String,
    pub(crate) email: String,
    pub(crate) last_login: Option<u32>,
}

/// Another type of user, without a `last_login`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(label = "factory.Robot", pk = serial)]
pub(crate) struct Robot {
    pub(crate) serial: i64,
}

impl User {
    pub(crate) fn ada() -> Self {
        Self {
            id: 7,
            username: "ada".into(),
            email: "ada@example.org".into(),
            last_login: None,
        }
    }

    pub(crate) fn bob() -> Self {
        Self {
            id: 8,
            username: "bob".into(),
            email: "bob@example.org".into(),
            last_login: None,
        }
    }
}

impl AuthUser for User {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    fn session_auth_hash(&self) -> &[u8] {
        b"of the password"
    }
}

impl AuthUser for Robot {
    type Id = i64;

    fn id(&self) -> i64 {
        self.serial
    }

    fn session_auth_hash(&self) -> &[u8] {
        b"of the password"
    }
}

/// What the service needs of its users.
pub(crate) trait Account: AuthUser<Id = i64> + ModelView + PartialEq {
    fn name(&self) -> String;
    /// Changes what must not be saved when the user logs in.
    fn scribble(&mut self) {}
}

impl Account for User {
    fn name(&self) -> String {
        self.username.clone()
    }

    fn scribble(&mut self) {
        self.email = "not to be saved".into();
    }
}

impl Account for Robot {
    fn name(&self) -> String {
        format!("robot {}", self.serial)
    }
}

/// A table. Everybody's password is the same.
#[derive(Clone)]
pub(crate) struct Table<U>(Arc<Mutex<Vec<U>>>);

pub(crate) const PASSWORD: &str = "correct horse battery staple";

impl<U: Account> Table<U> {
    pub(crate) fn new(users: impl IntoIterator<Item = U>) -> Self {
        Self(Arc::new(Mutex::new(users.into_iter().collect())))
    }

    pub(crate) fn get(&self, id: i64) -> Option<U> {
        let users = self.0.lock().unwrap();
        users.iter().find(|user| user.id() == id).cloned()
    }

    /// Writes to one column of one row.
    pub(crate) fn update(&self, id: i64, write: impl FnOnce(&mut U)) {
        let mut users = self.0.lock().unwrap();
        write(users.iter_mut().find(|user| user.id() == id).unwrap());
    }

    pub(crate) fn remove(&self, id: i64) {
        self.0.lock().unwrap().retain(|user| user.id() != id);
    }

    fn with_password(&self, login: &Login) -> Option<U> {
        let users = self.0.lock().unwrap();
        let mut users = users.iter().filter(|_| login.password == PASSWORD);
        users.find(|user| user.name() == login.username).cloned()
    }
}

#[derive(Clone, Deserialize)]
pub(crate) struct Login {
    pub(crate) username: String,
    pub(crate) password: String,
}

impl Login {
    pub(crate) fn new(username: &str, password: &str) -> Self {
        let (username, password) = (username.into(), password.into());
        Self { username, password }
    }
}

/// One that is asked for the user, as the entries of `AUTHENTICATION_BACKENDS`.
#[derive(Clone)]
pub(crate) enum Asked<U> {
    Table(Table<U>),
    /// Nobody may log in, whatever the others say: Django's `PermissionDenied`.
    Veto,
    Broken,
}

/// Asks one after the other, until one has the user.
#[derive(Clone)]
pub(crate) struct Backend<U> {
    asked: Vec<Asked<U>>,
    count: Arc<AtomicUsize>,
}

impl<U> Backend<U> {
    pub(crate) fn new(asked: impl IntoIterator<Item = Asked<U>>) -> Self {
        let asked = asked.into_iter().collect();
        let count = Arc::default();
        Self { asked, count }
    }

    /// How many were asked.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }
}

#[derive(Debug)]
pub(crate) struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the database is away")
    }
}

impl std::error::Error for Broken {}

impl<U: Account> AuthnBackend for Backend<U> {
    type User = U;
    type Credentials = Login;
    type Error = Broken;

    async fn authenticate(&self, login: Login) -> Result<Option<U>, Broken> {
        for asked in &self.asked {
            self.count.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            match asked {
                Asked::Table(table) => {
                    if let Some(user) = table.with_password(&login) {
                        return Ok(Some(user));
                    }
                }
                Asked::Veto => return Ok(None),
                Asked::Broken => return Err(Broken),
            }
        }
        Ok(None)
    }

    async fn get_user(&self, id: &UserId<Self>) -> Result<Option<U>, Broken> {
        let mut tables = self.asked.iter().filter_map(|asked| match asked {
            Asked::Table(table) => Some(table),
            _ => None,
        });
        Ok(tables.find_map(|table| table.get(*id)))
    }
}

impl<U: Account> DescribeCredentials for Backend<U> {
    fn describe(&self, login: &Login) -> Credentials {
        Credentials::new([("username", &login.username), ("password", &login.password)])
    }
}
