//! Crates, senders and models that an application makes known.
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

use signals_core::{Model, Sender, installed_apps, known_senders};

installed_apps![fixture_declares, fixture_receives];

/// A module of the same name does not come between.
pub mod fixture_sends {
    /// Sells.
    #[derive(Debug)]
    pub struct Shop;

    signals_core::known_senders![signals_core::Sender::of::<Shop>(),];
}

known_senders![Sender::named("till"), Sender::named("counter")];

fn main() {
    installed_apps![fixture_sends,];

    #[derive(Debug, Model)]
    struct Local {
        id: u32,
    }
    assert_eq!(Local { id: 3 }.id, 3);

    let catalog = signals_core::catalog();
    let installed = catalog.crates().iter().filter(|it| it.is_installed);
    let installed: Vec<_> = installed.map(|it| it.name).collect();
    assert_eq!(
        installed,
        ["fixture_declares", "fixture_receives", "fixture_sends"]
    );
    let senders = catalog.senders();
    for label in ["till", "counter", "Shop", "Local"] {
        assert!(senders.iter().any(|it| it.ends_with(label)), "{label}");
    }
    let findings = signals_core::check();
    let about_crates = findings.iter().filter(|it| it.signal().is_none());
    assert_eq!(about_crates.count(), 0);
}
