//! Django's standard signals, declared for Rust.
//!
//! This crate says which signals there are, with Django's names and arguments, and belongs to no
//! framework and no store: an adapter for a library, or the application itself, sends them.
//!
//! | module | what its signals are about | sent by |
//! |---|---|---|
//! | [`auth`] | logging in and out | an adapter |
//! | [`account`] | signing up, the log-in page, passwords, e-mail addresses | the application |
//! | [`registration`] | registering, and activating an account | the application |
//! | [`models`] | rows that are written and deleted, one or many | an adapter, or its `save` and `delete` around any write |
//! | [`db`] | connections to databases | an adapter |
//! | [`management`] | migrations | an adapter |
//! | [`request`] | requests | an adapter |
//! | [`testing`] | settings that are overridden, templates that are rendered | [`settings`]; an adapter |
//! | [`eventlog`] | a log of what users did, in a table | its `log` |
//! | [`autoreload`] | source files that change under a running program | its watcher, with the feature `autoreload` |
//! | [`tasks`] | background tasks | nothing yet |
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
pub mod autoreload;
mod credentials;
pub mod db;
pub mod eventlog;
mod form;
pub mod management;
pub mod models;
pub mod registration;
pub mod request;
mod secret;
pub mod settings;
pub mod tasks;
pub mod testing;

pub use signals_core as core;

/// The examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
