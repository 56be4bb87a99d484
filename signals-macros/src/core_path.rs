//! Where the user's crate finds signals-core.

use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::{Error, Path, Result};

/// Where `crate = path` says; or else an absolute path, by the name that Cargo.toml gives it, or through
/// signals-builtin, which re-exports it.
pub(crate) fn of(given: Option<&Path>) -> Result<TokenStream> {
    if let Some(path) = given {
        return Ok(path.to_token_stream());
    }
    let package = |package: &str, own_name: &str| match crate_name(package) {
        Ok(FoundCrate::Itself) => Some(Ident::new(own_name, Span::mixed_site())),
        Ok(FoundCrate::Name(name)) => Some(Ident::new(&name, Span::mixed_site())),
        Err(_) => None,
    };
    if let Some(name) = package("signals-core", "signals_core") {
        return Ok(quote!(::#name));
    }
    if let Some(name) = package("signals-builtin", "signals_builtin") {
        return Ok(quote!(::#name::core));
    }
    Err(Error::new(
        Span::call_site(),
        "signals-core is not among the dependencies in Cargo.toml; add it, or say `crate = path` \
         with the path where another crate re-exports it",
    ))
}

/// The path in `crate = path`.
pub(crate) fn parse(input: ParseStream<'_>) -> Result<Path> {
    let wanted = "`crate` is the path of signals-core: `crate = shop::signals_core`";
    let start = input.span();
    let path = input.call(Path::parse_mod_style);
    path.map_err(|_| Error::new(start, wanted))
}
