//! `signal!`: parse what was written, check it, expand it.

mod arg;
mod ast;
mod attributes;
mod borrow;
mod expand;
mod rules;
mod valid;

use proc_macro2::TokenStream;
use syn::parse2;

use self::ast::Declarations;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let Declarations {
        core,
        signals,
        mut mistakes,
    } = match parse2(input) {
        Ok(declarations) => declarations,
        Err(error) => return error.into_compile_error(),
    };
    let signals = valid::check(signals, &mut mistakes);
    // A mistake in one signal does not take the others away.
    let mut expanded: TokenStream = signals
        .iter()
        .map(|signal| expand::expand(signal, &core))
        .collect();
    expanded.extend(mistakes.into_compile_errors());
    expanded
}
