//! The function under `#[receiver]`: what it takes, and whether it can be a receiver at all.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{
    Error, GenericParam, Ident, ItemFn, Result, ReturnType, Safety, Signature, Type, TypeParamBound,
};

use super::param::{Param, Source, is_state};
use super::take_attributes;
use crate::mistakes::Mistakes;
use crate::types::{type_arguments, ungroup};

pub(crate) struct Function {
    pub(crate) name: Ident,
    pub(crate) is_async: bool,
    pub(crate) params: Vec<Param>,
    /// Where errors about the answer are shown.
    pub(crate) answer_span: Span,
}

impl Function {
    /// Reads the signature, and takes `#[state]` off it.
    pub(crate) fn take(item: &mut ItemFn) -> Result<Self> {
        let mut mistakes = Mistakes::default();
        check_signature(&item.sig, &mut mistakes);
        // It is an error already, and unstable besides.
        item.sig.variadic = None;
        for attribute in take_attributes(&mut item.attrs, is_state) {
            mistakes.add(Error::new_spanned(
                attribute,
                "`#[state]` goes on a parameter: `fn send_receipt(#[state] mailer: &Mailer)`",
            ));
        }
        let params: Vec<Param> = item
            .sig
            .inputs
            .iter_mut()
            .filter_map(|input| mistakes.note(Param::take(input)))
            .collect();
        check_together(&params, &mut mistakes);
        if let ReturnType::Type(_, ty) = &item.sig.output {
            let mut ty = (**ty).clone();
            ungroup(&mut ty);
            mistakes.note(check_error_type(&ty));
        }
        mistakes.or(Self {
            name: item.sig.ident.clone(),
            is_async: item.sig.asyncness.is_some(),
            params,
            answer_span: match &item.sig.output {
                ReturnType::Default => item.sig.ident.span(),
                ReturnType::Type(_, ty) => ty.span(),
            },
        })
    }
}

/// What no receiver can be.
fn check_signature(signature: &Signature, mistakes: &mut Mistakes) {
    let params = &signature.generics.params;
    if !params.is_empty() {
        let is_lifetime = |param: &GenericParam| matches!(param, GenericParam::Lifetime(_));
        let message = if params.iter().all(is_lifetime) {
            "leave the lifetimes out; each reference of a receiver has one of its own"
        } else {
            "a receiver cannot be generic, because one function is registered; write one for each \
             type, that calls the generic function"
        };
        mistakes.add(Error::new_spanned(params, message));
    }
    if let Safety::Unsafe(unsafety) = &signature.safety {
        mistakes.add(Error::new(
            unsafety.span,
            "a receiver cannot be `unsafe`, because nobody can vouch for its call; write a safe \
             one that calls it",
        ));
    }
    if let Some(abi) = &signature.abi {
        mistakes.add(Error::new_spanned(
            abi,
            "a receiver cannot be `extern`; write a Rust function that calls it",
        ));
    }
    if let Some(variadic) = &signature.variadic {
        mistakes.add(Error::new_spanned(
            variadic,
            "a receiver cannot be variadic; list the arguments that it wants",
        ));
    }
}

/// What parameters cannot be beside each other.
fn check_together(params: &[Param], mistakes: &mut Mistakes) {
    for (i, param) in params.iter().enumerate() {
        let twice = |other: &&Param| other.source.is_same(&param.source);
        // rustc says so itself if the names are the same to the letter.
        let other = params[..i].iter().find(twice);
        if let Some(other) = other.filter(|other| other.name != param.name) {
            mistakes.add(Error::new(
                param.name.span(),
                format!("`{}` takes this already", other.name),
            ));
        }
    }
    let event = |param: &Param| match param.source {
        Source::Event { exclusive } => Some(exclusive),
        _ => None,
    };
    let Some(exclusive) = params.iter().find_map(event) else {
        return;
    };
    for param in params {
        let is_argument = matches!(param.source, Source::Argument(_));
        let message = if is_argument && exclusive {
            "an `event` that may be changed holds all arguments; take this from it"
        } else if is_argument && param.is_mut() {
            "`event` holds this `&mut` argument too; take only one of both"
        } else {
            continue;
        };
        mistakes.add(Error::new(param.name.span(), message));
    }
}

/// `Result<_, Box<dyn Error>>`, which may not go to another thread. rustc would say so three times.
fn check_error_type(answer: &Type) -> Result<()> {
    let error = type_arguments(answer, "Result").and_then(|of| of.get(1).copied());
    let boxed = error.and_then(|error| type_arguments(error, "Box")?.first().copied());
    let Some(Type::TraitObject(object)) = boxed else {
        return Ok(());
    };
    let has = |name: &str| {
        object.bounds.iter().any(|bound| {
            matches!(bound, TypeParamBound::Trait(bound)
                if bound.path.segments.last().is_some_and(|last| last.ident == name))
        })
    };
    if has("Error") && !(has("Send") && has("Sync")) {
        return Err(Error::new_spanned(
            error,
            "a receiver's error may go to another thread: `Box<dyn Error + Send + Sync>`",
        ));
    }
    Ok(())
}
