//! `installed_apps!`: links crates, and says which.

mod manifest;

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, LitStr, Path, Result, Token, parenthesized, parse2};

use self::manifest::Manifest;
use crate::mistakes::Mistakes;
use crate::names::plain;
use crate::parse::{parse_ident, parse_list, refuse_twice};
use crate::tokens::{respanned, shown_at};

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let Apps {
        core,
        names,
        mistakes,
    } = match parse2(input) {
        Ok(apps) => apps,
        Err(error) => return error.into_compile_error(),
    };
    let manifest = Manifest::of_this_crate();
    let manifest = manifest.as_ref();
    let mut expanded: TokenStream = names
        .iter()
        .map(|name| install(name, manifest, &core))
        .collect();
    expanded.extend(manifest.map(|manifest| candidates(manifest, &core)));
    expanded.extend(mistakes.into_compile_errors());
    expanded
}

/// `($crate) blog, shop`
struct Apps {
    core: TokenStream,
    names: Vec<Ident>,
    mistakes: Mistakes,
}

impl Parse for Apps {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let core;
        parenthesized!(core in input);
        let core = core.parse()?;
        let mut mistakes = Mistakes::default();
        if input.is_empty() {
            let message = "name the crates to link: `installed_apps![blog, shop]`";
            mistakes.add(Error::new(Span::call_site(), message));
        }
        let names = parse_list(input, &mut mistakes, parse_app);
        refuse_twice(&names, &mut mistakes);
        Ok(Self {
            core,
            names,
            mistakes,
        })
    }
}

fn parse_app(input: ParseStream<'_>) -> Result<Ident> {
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        let name = text.value().replace('-', "_");
        return Err(Error::new(
            text.span(),
            format!("name the crate as in `use`, without quotes: `{name}`"),
        ));
    }
    if input.peek(Token![::]) || input.peek2(Token![::]) {
        let path: Path = input.parse()?;
        return Err(Error::new_spanned(
            path,
            "name the crate alone; all of it is linked",
        ));
    }
    let name = parse_ident(input, "name a crate as in `use`")?;
    if input.peek(Token![-]) {
        let mut whole = plain(&name);
        while input.parse::<Option<Token![-]>>()?.is_some() {
            whole = format!("{whole}_{}", plain(&input.parse()?));
        }
        return Err(Error::new(
            name.span(),
            format!("in code, this crate is called `{whole}`"),
        ));
    }
    Ok(name)
}

fn install(name: &Ident, manifest: Option<&Manifest>, core: &TokenStream) -> TokenStream {
    let here = shown_at(name.span());
    let core = respanned(core, here);
    let called = plain(name);
    let own_name = manifest.and_then(|manifest| manifest.crate_name(&called));
    let own_name = own_name.unwrap_or_else(|| called.clone());
    quote_spanned! {here=>
        const _: () = {
            use #core::__private::signals_core as __core;
            use ::#name as _;

            __core::__list_fact!(__core::__private::Fact::App(__core::__private::App {
                crate_name: #own_name,
                name: #called,
                file: ::core::file!(),
                line: ::core::line!(),
            }));
        };
    }
}

/// Crates in Cargo.toml that may have receivers; which of them are there is seen at run time.
fn candidates(manifest: &Manifest, core: &TokenStream) -> TokenStream {
    let here = Span::call_site();
    let candidates = manifest.with_signals().into_iter().map(|crate_name| {
        quote_spanned! {here=>
            const _: () = {
                use #core::__private::signals_core as __core;

                __core::__list_fact!(__core::__private::Fact::Candidate(#crate_name));
            };
        }
    });
    candidates.collect()
}
