//! Declaring and receiving every form of argument, under lints that forbid much. It is an example of
//! this crate as well, for clippy to see it.

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
    clippy::needless_pass_by_ref_mut,
    reason = "these receivers show their parameters and do nothing"
)]

use std::fmt::{Debug, Error as FormatError};
use std::sync::atomic::{AtomicU64, Ordering};

use signals_core::{AnyModel, Model, SendError, Sender, SignalInfo, receiver, signal, state};

/// A model.
#[derive(Debug, Model)]
pub struct User {
    /// Its key.
    pub id: i64,
}

/// A state.
#[derive(Debug, Default)]
pub struct Calls(AtomicU64);

impl Calls {
    fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A sender.
#[derive(Debug)]
pub struct Shop;

signal! {
    /// Nothing.
    pub tick();

    /// Every form that is shared.
    pub shared(
        sender,
        user: &User,
        name: &str,
        names: &[&str],
        nick: Option<&str>,
        /// Documented.
        any: &dyn Debug,
        total: u64,
        pair: (u8, u8),
        call: fn(&str) -> usize,
        r#type: &'static str,
    );

    /// Every form that can be changed.
    pub exclusive(name: &mut String, total: &mut u64, list: &mut [u8], any: &mut dyn Debug);

    /// Every form that belongs to a sender.
    pub typed<M: Model>(
        sender: M,
        instance: &M,
        draft: &mut M::Draft,
        before: Option<&M::Instance>,
        using: &str,
    );

    /// An answer.
    pub asked(weight: u32) -> Result<u32, String>;

    /// Arguments of which a function should not have too many.
    pub flagged(created: bool, raw: bool, bulk: bool, last: bool, note: &Option<String>);

    /// For this crate.
    pub(crate) internal(total: u64);

    private(total: u64);
}

#[receiver(tick)]
fn on_tick(event: &Tick, #[state] calls: &Calls) {
    let _ = event;
    calls.count();
}

#[receiver(shared)]
#[receiver(shared, sender = Shop, dispatch_uid = "shop", priority = 3)]
#[receiver(shared, sender = [Shop, "till"], before = "shop", when = |total: u64| total > 4)]
#[expect(clippy::too_many_arguments, reason = "one of each form")]
fn on_shared(
    sender: Sender,
    signal: &SignalInfo,
    event: &Shared<'_>,
    user: &User,
    name: &str,
    names: &[&str],
    nick: Option<&str>,
    any: &(dyn Debug + Send + Sync),
    total: u64,
    pair: (u8, u8),
    call: fn(&str) -> usize,
    r#type: &str,
    #[state] calls: &Calls,
) -> Result<(), FormatError> {
    let _ = (
        sender, signal, event, user, name, names, nick, any, total, pair, call, r#type,
    );
    calls.count();
    Ok(())
}

#[receiver(shared)]
async fn on_shared_later(_user: &User, _type: &str, #[state] calls: &Calls) {
    calls.count();
}

#[receiver(exclusive, when = |total: &u64| *total > 4)]
fn on_exclusive(
    name: &mut String,
    total: &mut u64,
    list: &mut [u8],
    any: &mut (dyn Debug + Send + Sync),
    #[state] calls: &Calls,
) {
    name.push('!');
    *total += u64::from(list[0]);
    let _ = any;
    calls.count();
}

#[receiver(typed, sender = User, when = |instance, before| instance.id == 1 && before.is_none())]
async fn on_typed(
    instance: &User,
    draft: &mut User,
    before: Option<&User>,
    using: &str,
    #[state] calls: &Calls,
) {
    let _ = (instance, before, using);
    draft.id = 2;
    calls.count();
}

#[receiver(typed)]
fn on_any(
    instance: &dyn AnyModel,
    draft: &mut dyn AnyModel,
    before: Option<&dyn AnyModel>,
    #[state] calls: &Calls,
) {
    let _ = (instance, draft, before);
    calls.count();
}

#[receiver(asked)]
fn on_asked(weight: u32) -> Result<u32, String> {
    Ok(weight)
}

#[receiver(flagged)]
fn on_flagged(created: bool, raw: bool, bulk: bool, last: bool, note: &Option<String>) {
    let _ = (created, raw, bulk, last, note);
}

#[receiver([internal, private])]
fn on_both(total: u64, #[state] calls: &Calls) {
    let _ = total;
    calls.count();
}

fn main() -> Result<(), SendError> {
    assert!(state::provide(Calls::default()).is_ok());
    tick.send(Tick)?;
    let user = User { id: 1 };
    shared.send(Shared {
        sender: Sender::of::<Shop>(),
        user: &user,
        name: "ada",
        names: &["a"],
        nick: None,
        any: &5,
        total: 5,
        pair: (1, 2),
        call: str::len,
        r#type: "type",
    })?;
    let (mut name, mut total) = (String::from("ada"), 5);
    exclusive.send(Exclusive {
        name: &mut name,
        total: &mut total,
        list: &mut [1],
        any: &mut 5,
    })?;
    assert_eq!((name.as_str(), total), ("ada!", 6));
    let mut draft = User { id: 0 };
    typed.send(Typed {
        instance: &user,
        draft: &mut draft,
        before: None,
        using: "db",
    })?;
    assert_eq!(draft.id, 2);
    assert_eq!(
        asked
            .send(Asked { weight: 3 })?
            .into_answers()
            .collect::<Vec<_>>(),
        [Ok(3)]
    );
    internal.send(Internal { total: 1 })?;
    private.send(Private { total: 1 })?;
    assert_eq!(
        state::get::<Calls>().map(|calls| calls.0.load(Ordering::Relaxed)),
        Some(10)
    );
    Ok(())
}
