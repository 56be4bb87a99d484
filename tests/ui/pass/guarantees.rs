//! Receivers that wait, with every form of argument.

#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    rust_2018_idioms,
    future_incompatible,
    nonstandard_style
)]
#![deny(
    absolute_paths_not_starting_with_crate,
    explicit_outlives_requirements,
    keyword_idents,
    let_underscore_drop,
    meta_variable_misuse,
    missing_debug_implementations,
    non_ascii_idents,
    redundant_imports,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
#![deny(
    clippy::absolute_paths,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::as_conversions,
    clippy::clone_on_ref_ptr,
    clippy::expect_used,
    clippy::field_scoped_visibility_modifiers,
    clippy::impl_trait_in_params,
    clippy::missing_inline_in_public_items,
    clippy::multiple_inherent_impl,
    clippy::panic,
    clippy::partial_pub_fields,
    clippy::pattern_type_mismatch,
    clippy::pub_use,
    clippy::ref_patterns,
    clippy::renamed_function_params,
    clippy::same_name_method,
    clippy::single_char_lifetime_names,
    clippy::str_to_string,
    clippy::unreachable,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm
)]
#![expect(
    clippy::missing_const_for_fn,
    reason = "these receivers show their parameters and do nothing"
)]

use std::future::ready;
use std::io::Error as IoError;

use signals_core::{Model, Sender, SignalInfo, receiver, signal};

/// Something that is `Copy`.
#[derive(Debug, Clone, Copy)]
pub struct Money(pub u64);

/// A model.
#[derive(Debug, Clone, Model)]
pub struct User {
    id: u64,
}

/// A state.
#[derive(Debug)]
pub struct Mailer;

signal! {
    /// All kinds.
    pub everything(sender, text: &str, slice: &[u64], maybe: Option<&User>, name: Option<&str>, money: Money, count: Option<u8>);
    /// Typed.
    pub saved<M: Model>(sender: M, instance: &M, previous: Option<&M>, created: bool);
    /// With a draft.
    pub saving<M: Model>(sender: M, instance: &mut M::Draft);
    /// Without arguments.
    pub ticked();
    /// An argument whose name is a keyword.
    pub typed(r#type: &str);
}

#[receiver(everything, on_commit)]
#[expect(clippy::too_many_arguments, reason = "one of each form")]
fn all(
    sender: Sender,
    signal: &SignalInfo,
    text: &str,
    slice: &[u64],
    maybe: Option<&User>,
    name: Option<&str>,
    money: Money,
    count: Option<u8>,
) {
    let _ = (sender, signal, text, slice, maybe, name, money, count);
}

#[receiver(everything, before_commit, when = |money: Money| money.0 > 4)]
#[receiver(everything, on_commit, dispatch_uid = "after")]
#[receiver(everything, on_rollback, dispatch_uid = "never mind")]
async fn all_async(
    text: &str,
    #[state] mailer: &Mailer,
    _maybe: Option<&User>,
) -> Result<(), IoError> {
    let _ = (text, mailer);
    ready(Ok(())).await
}

#[receiver(saved, sender = User, on_commit)]
fn welcome(instance: &User, previous: Option<&User>, created: bool) {
    let _ = (instance, previous, created);
}

#[receiver(saving, sender = User, on_commit)]
fn as_it_was(instance: &User) {
    let _ = instance.id;
}

#[receiver(saved, on_commit)]
#[receiver(saving, on_commit)]
fn of_any_sender(sender: Sender) {
    let _ = sender;
}

#[receiver([ticked, everything], on_commit)]
fn several() {}

#[receiver(typed, on_commit)]
fn raw(r#type: &str) {
    let _ = r#type;
}

fn main() {
    fn inner() {
        #[receiver(ticked, on_commit)]
        async fn in_a_function() {}
    }
    inner();
}
