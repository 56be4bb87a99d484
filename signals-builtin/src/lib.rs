//! Django's standard signals, declared for Rust.
//!
//! This crate says which signals there are, with Django's names and arguments, and belongs to no
//! framework and no store: an adapter for a library, or the application itself, sends them.
//!
//! | module | what its signals are about |
//! |---|---|
//! | [`auth`] | logging in and out |
//! | [`account`] | signing up, the log-in page, passwords, e-mail addresses |
//! | [`models`] | rows that are written and deleted, one or many |
//! | [`db`] | connections to databases |
//! | [`management`] | migrations |
//! | [`request`] | requests |
//!
//! A module says when each of its signals is sent, by whom, and what a failing receiver does. Some
//! names are there twice, as `auth::user_logged_in` and `account::user_logged_in`. Import the
//! modules:
//!
//! ```
//! use signals_builtin::auth;
//! use signals_builtin::core::receiver;
//!
//! #[receiver(auth::user_login_failed, crate = signals_builtin::core)]
//! fn count(credentials: &auth::Credentials) {
//!     println!("somebody tried to be {:?}", credentials.get("username"));
//! }
//! ```

pub mod account;
pub mod auth;
mod credentials;
pub mod db;
mod form;
pub mod management;
pub mod models;
pub mod request;

pub use signals_core as core;
