//! `signal!`: parse what was written, check it, expand it.

mod arg;
mod ast;
mod expand;

use proc_macro2::TokenStream;
use syn::parse2;

use self::ast::Declarations;

pub(crate) use self::arg::shown;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    match parse2::<Declarations>(input) {
        Ok(declarations) => expand::expand(&declarations),
        Err(error) => error.into_compile_error(),
    }
}
