//! The macros of signals-core. Use them through that crate, which documents them.

mod apps;
mod core_path;
mod mistakes;
mod model;
mod names;
mod parse;
mod receiver;
mod signal;
mod tokens;
mod types;

use proc_macro::TokenStream;

/// The proc-macro half of `signals_core::signal!`.
#[doc(hidden)]
#[proc_macro]
pub fn declare(input: TokenStream) -> TokenStream {
    signal::expand(input.into()).into()
}

/// The proc-macro half of `signals_core::installed_apps!`.
#[doc(hidden)]
#[proc_macro]
pub fn install(input: TokenStream) -> TokenStream {
    apps::expand(input.into()).into()
}

/// Registers a function as a receiver of one signal or several; documented in signals-core.
#[proc_macro_attribute]
pub fn receiver(args: TokenStream, item: TokenStream) -> TokenStream {
    receiver::expand(args.into(), &item.into()).into()
}

/// Makes a plain struct a model; documented in signals-core.
#[proc_macro_derive(Model, attributes(model))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    model::expand(input.into()).into()
}
