//! `#[receiver]`: parse what was written, check it, expand it.

mod attribute;
mod expand;
mod function;

use proc_macro2::TokenStream;
use syn::{Error, ItemFn, parse2};

use self::attribute::Registration;
use self::function::Function;

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut function = match parse2::<ItemFn>(item.clone()) {
        Ok(function) => function,
        Err(error) => return not_a_function(&item, &error),
    };
    // The first of several attributes does the work of all, because it takes `#[state]` off.
    let mut registrations = vec![parse2::<Registration>(args)];
    function.attrs.retain(|attribute| {
        let path = attribute.path();
        let is_receiver = path
            .segments
            .last()
            .is_some_and(|last| last.ident == "receiver");
        if is_receiver {
            registrations.push(attribute.parse_args());
        }
        !is_receiver
    });
    let mut errors: Option<Error> = None;
    let mut fail = |error: Error| match &mut errors {
        Some(errors) => errors.combine(error),
        none => *none = Some(error),
    };
    let registrations: Vec<Registration> = registrations
        .into_iter()
        .filter_map(|registration| registration.map_err(&mut fail).ok())
        .collect();
    // Takes `#[state]` off, whether or not there are mistakes.
    let parsed = Function::take(&mut function).map_err(&mut fail);
    let registered = match parsed {
        Ok(parsed) if errors.is_none() => registrations
            .iter()
            .map(|registration| expand::expand(registration, &parsed))
            .collect::<syn::Result<TokenStream>>()
            .unwrap_or_else(Error::into_compile_error),
        _ => errors.map(Error::into_compile_error).unwrap_or_default(),
    };
    expand::with_function(&function, &registered)
}

/// Says what the attribute stands on instead, and leaves that as it is.
fn not_a_function(item: &TokenStream, error: &Error) -> TokenStream {
    let error = match parse2::<syn::Item>(item.clone()) {
        Ok(item) => Error::new_spanned(
            first_token(&item),
            "`#[receiver]` goes on a function: `fn send_receipt(order: &Order) { … }`",
        ),
        Err(_) => error.clone(),
    };
    let error = error.into_compile_error();
    quote::quote!(#item #error)
}

fn first_token(item: &syn::Item) -> TokenStream {
    let mut tokens = quote::ToTokens::to_token_stream(item).into_iter();
    let keywords = [
        "struct", "enum", "union", "mod", "impl", "trait", "static", "const", "type",
    ];
    let keyword = tokens.find(|token| {
        matches!(token, proc_macro2::TokenTree::Ident(ident)
            if keywords.iter().any(|keyword| ident == keyword))
    });
    keyword.map_or_else(|| quote::ToTokens::to_token_stream(item), Into::into)
}
