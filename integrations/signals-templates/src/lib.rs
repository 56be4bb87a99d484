//! Template engines that send Django's signal
//! [`template_rendered`](signals_builtin::testing::template_rendered).
//!
//! No engine has a hook for it. Each module here has one type that renders as the engine does and
//! sends the signal before; each needs the feature of its name.
//!
//! | engine | type | sees | sender | context |
//! |---|---|---|---|---|
#![cfg_attr(
    feature = "minijinja",
    doc = "| minijinja | [`minijinja::Templates`] | templates, and what they include, extend and import | the engine's `Environment<'static>` | its `Value` |"
)]
#![cfg_attr(
    feature = "askama",
    doc = "| askama | [`askama::Signaled`] | templates, and templates in their fields | the type of the template | the template |"
)]
//!
//! Where nobody listens and no test captures the signal, that costs a load from memory for each
//! template.
//!
//! A receiver that fails makes the rendering fail, with the engine's own error. Rendering is sync, so
//! receivers should be too: async ones are waited for only where that
//! [cannot deadlock](signals_core::runtime).

signals_core::__adapter!();

#[cfg(feature = "askama")]
pub mod askama;
#[cfg(feature = "minijinja")]
pub mod minijinja;

/// The examples of the README run.
#[cfg(all(doctest, feature = "askama", feature = "minijinja"))]
#[doc = include_str!("../README.md")]
struct Readme;
