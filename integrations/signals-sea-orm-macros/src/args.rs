//! What is said in the attribute's parentheses.

use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Error, LitStr, Path, Result, Token};

/// `label = "shop.Order", crate = path`
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) label: Option<LitStr>,
    krate: Option<Path>,
}

impl Parse for Args {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut args = Self::default();
        while !input.is_empty() {
            let key = input.call(Ident::parse_any)?;
            let again = || Error::new(key.span(), format!("`{key}` is there already"));
            match key.to_string().as_str() {
                "label" => {
                    input.parse::<Token![=]>()?;
                    if args.label.replace(label(input)?).is_some() {
                        return Err(again());
                    }
                }
                "crate" => {
                    input.parse::<Token![=]>()?;
                    if args
                        .krate
                        .replace(input.call(Path::parse_mod_style)?)
                        .is_some()
                    {
                        return Err(again());
                    }
                }
                _ => {
                    return Err(Error::new(
                        key.span(),
                        "unknown key; there are `label = \"shop.Order\"` and `crate = path`",
                    ));
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(args)
    }
}

fn label(input: ParseStream<'_>) -> Result<LitStr> {
    let not_text =
        |error: Error| Error::new(error.span(), "a label is text: `label = \"shop.Order\"`");
    let label: LitStr = input.parse().map_err(not_text)?;
    if label.value().trim().is_empty() {
        return Err(Error::new(
            label.span(),
            "a label is not empty: `label = \"shop.Order\"`",
        ));
    }
    Ok(label)
}

impl Args {
    /// The path to signals-sea-orm, as the user's crate knows it.
    pub(crate) fn root(&self) -> Result<TokenStream> {
        if let Some(path) = &self.krate {
            return Ok(path.to_token_stream());
        }
        match crate_name("signals-sea-orm") {
            Ok(FoundCrate::Itself) => Ok(quote!(::signals_sea_orm)),
            Ok(FoundCrate::Name(name)) => {
                let name = Ident::new(&name, Span::mixed_site());
                Ok(quote!(::#name))
            }
            Err(_) => Err(Error::new(
                Span::call_site(),
                "signals-sea-orm is not among the dependencies in Cargo.toml; add it, or say \
                 `crate = path` with the path where another crate re-exports it",
            )),
        }
    }
}
