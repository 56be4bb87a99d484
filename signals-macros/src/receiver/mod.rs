//! `#[receiver]`: parse what was written, check it, expand it.

mod attribute;
mod expand;
mod function;
mod guarantee;
mod param;
mod sender;
mod when;

use std::mem;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Error, Ident, ItemFn, Meta, Result, TraitItemFn, parse2};

use self::attribute::Registration;
use self::function::Function;
use crate::mistakes::{Mistakes, both};

pub(crate) fn expand(args: TokenStream, item: &TokenStream) -> TokenStream {
    let mut function: ItemFn = match parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => return not_a_function(item, &error),
    };
    let registrations = registrations(parse2(args), &mut function);
    if let Ok(registrations) = &registrations {
        if let Err(error) = refuse_name(&function.sig.ident, registrations) {
            // Without the function: rustc would add that the name is defined twice.
            return error.into_compile_error();
        }
    }
    let checked = Function::take(&mut function);
    let registered = both(registrations, checked)
        .and_then(|(registrations, function)| {
            refuse_what_cannot_wait(&registrations, &function)?;
            expand::expand(&registrations, &function)
        })
        .unwrap_or_else(Error::into_compile_error);
    expand::with_function(&function, &registered)
}

/// The first of several attributes does the work of all, because it takes `#[state]` off.
fn registrations(first: Result<Registration>, function: &mut ItemFn) -> Result<Vec<Registration>> {
    let others = take_attributes(&mut function.attrs, is_receiver);
    let mut mistakes = Mistakes::default();
    let mut registrations = Vec::from_iter(mistakes.note(first));
    for attribute in others {
        registrations.extend(mistakes.note(match &attribute.meta {
            Meta::List(list) => parse2(list.tokens.clone()),
            _ => Err(Error::new_spanned(&attribute, attribute::NO_SIGNAL)),
        }));
    }
    for (index, second) in registrations.iter().enumerate() {
        let mut firsts = registrations[..index].iter();
        if let Some(signal) = firsts.find_map(|first| second.repeats(first)) {
            mistakes.add(Error::new_spanned(
                signal,
                "the function listens to this already, with the same key and sender, and only the \
                 first counts; give one of them a `dispatch_uid` of its own",
            ));
        }
    }
    mistakes.or(registrations)
}

/// What a receiver cannot take because it is called later.
fn refuse_what_cannot_wait(registrations: &[Registration], function: &Function) -> Result<()> {
    let mut mistakes = Mistakes::default();
    let mut guarantees = registrations.iter().filter_map(|it| it.guarantee.as_ref());
    // Once, however many attributes say it.
    if let Some(guarantee) = guarantees.find(|guarantee| !guarantee.is_inline()) {
        guarantee.check(&function.params, &mut mistakes);
    }
    mistakes.or(())
}

/// Takes the attributes off that are meant.
fn take_attributes(from: &mut Vec<Attribute>, is_meant: fn(&Attribute) -> bool) -> Vec<Attribute> {
    let (taken, left) = mem::take(from).into_iter().partition(is_meant);
    *from = left;
    taken
}

fn is_receiver(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|last| last.ident == "receiver")
}

/// A function that is called like its signal, of which there cannot be two in one place.
fn refuse_name(function: &Ident, registrations: &[Registration]) -> Result<()> {
    let mut signals = registrations.iter().flat_map(|it| &it.signals);
    if signals.any(|signal| signal.is_ident(function)) {
        return Err(Error::new(
            function.span(),
            format!("`{function}` is the signal; say in the function's name what it does"),
        ));
    }
    Ok(())
}

/// Says what the attribute stands on instead, and leaves that as it is.
fn not_a_function(item: &TokenStream, error: &Error) -> TokenStream {
    let error = if let Ok(method) = parse2::<TraitItemFn>(item.clone()) {
        Error::new(
            method.sig.ident.span(),
            "a receiver is a function with a body; put the attribute on one outside of the trait \
             or `extern` block",
        )
    } else if let Ok(item) = parse2::<syn::Item>(item.clone()) {
        Error::new_spanned(
            keyword(&item),
            "`#[receiver]` goes on a function: `fn send_receipt(order: &Order) { … }`",
        )
    } else {
        error.clone()
    };
    let error = error.into_compile_error();
    quote!(#item #error)
}

/// The word that says what the item is.
fn keyword(item: &syn::Item) -> TokenStream {
    let is_keyword = |token: &TokenTree| {
        let keywords = [
            "struct",
            "enum",
            "union",
            "mod",
            "impl",
            "trait",
            "static",
            "const",
            "type",
            "use",
            "extern",
            "macro_rules",
        ];
        matches!(token, TokenTree::Ident(ident) if keywords.iter().any(|it| ident == it))
    };
    let tokens = item.to_token_stream();
    match tokens.clone().into_iter().find(is_keyword) {
        Some(keyword) => keyword.into(),
        None => tokens,
    }
}
