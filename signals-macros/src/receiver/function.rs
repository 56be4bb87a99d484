//! The function under `#[receiver]`: what it takes, and whether it can be a receiver at all.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, FnArg, Ident, ItemFn, Meta, Pat, Result, ReturnType, Safety, Signature, Type,
};

use crate::names::plain;

pub(crate) struct Function {
    pub(crate) name: Ident,
    pub(crate) is_async: bool,
    pub(crate) params: Vec<Param>,
    /// Where errors about the answer are shown.
    pub(crate) answer_span: Span,
}

pub(crate) struct Param {
    /// As written.
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    pub(crate) source: Source,
}

/// Where a parameter's value comes from.
pub(crate) enum Source {
    Sender,
    Signal,
    Event {
        exclusive: bool,
    },
    /// `#[state]`, with the type behind the reference.
    State(Type),
    /// The argument with this name.
    Argument(Ident),
}

impl Function {
    /// Reads the signature, and takes `#[state]` off it.
    pub(crate) fn take(item: &mut ItemFn) -> Result<Self> {
        let mut errors: Option<Error> = None;
        let mut fail = |error: Error| match &mut errors {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        };
        for error in wrong_signature(&item.sig) {
            fail(error);
        }
        let params: Vec<Param> = item
            .sig
            .inputs
            .iter_mut()
            .filter_map(|input| Param::take(input).map_err(&mut fail).ok())
            .collect();
        if let Some(error) = wrong_event(&params) {
            fail(error);
        }
        if let Some(errors) = errors {
            return Err(errors);
        }
        Ok(Self {
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
fn wrong_signature(signature: &Signature) -> Vec<Error> {
    let mut errors = Vec::new();
    if !signature.generics.params.is_empty() {
        let is_lifetime =
            |param: &syn::GenericParam| matches!(param, syn::GenericParam::Lifetime(_));
        let message = if signature.generics.params.iter().all(is_lifetime) {
            "leave the lifetimes out; each reference of a receiver has one of its own"
        } else {
            "a receiver cannot be generic, because one function is registered; write one for each \
             type that calls the generic function"
        };
        errors.push(Error::new_spanned(&signature.generics.params, message));
    }
    if let Safety::Unsafe(unsafety) = &signature.safety {
        errors.push(Error::new_spanned(
            unsafety,
            "a receiver cannot be `unsafe`, because nobody can vouch for its call; write a safe \
             one that calls it",
        ));
    }
    if let Some(abi) = &signature.abi {
        errors.push(Error::new_spanned(
            abi,
            "a receiver cannot be `extern`; write a Rust function that calls it",
        ));
    } else if let Some(variadic) = &signature.variadic {
        errors.push(Error::new_spanned(
            variadic,
            "a receiver cannot be variadic; list the arguments that it wants",
        ));
    }
    errors
}

/// The whole payload cannot be lent out beside a part that may be changed.
fn wrong_event(params: &[Param]) -> Option<Error> {
    let event = params
        .iter()
        .find(|param| matches!(param.source, Source::Event { .. }))?;
    let is_exclusive = matches!(event.source, Source::Event { exclusive: true });
    let clashes = |param: &&Param| match &param.source {
        Source::Argument(_) => {
            is_exclusive
                || matches!(&param.ty, Type::Reference(reference) if reference.mutability.is_some())
        }
        _ => false,
    };
    let other = params.iter().find(clashes)?;
    let message = if is_exclusive {
        "an `event` that may be changed holds all arguments; take them from it"
    } else {
        "`event` holds this `&mut` argument too; take only one of both"
    };
    Some(Error::new(other.name.span(), message))
}

impl Param {
    fn take(input: &mut FnArg) -> Result<Self> {
        let input = match input {
            FnArg::Typed(input) => input,
            FnArg::Receiver(receiver) => {
                return Err(Error::new_spanned(
                    receiver,
                    "a receiver is called without a `self`; take `#[state] this: &T`, or connect \
                     the method at run time with `connect_weak`",
                ));
            }
        };
        let is_state = take_state(&mut input.attrs)?;
        let name = match &*input.pat {
            Pat::Ident(pat) if pat.subpat.is_none() && pat.by_ref.is_none() => pat.ident.clone(),
            Pat::Wild(wild) => {
                return Err(Error::new_spanned(
                    wild,
                    "arguments are taken by name; write `_name` for the argument `name`, or leave \
                     it out",
                ));
            }
            pat => {
                return Err(Error::new_spanned(
                    pat,
                    "arguments are taken by name; write `name: Type`, and take it apart inside",
                ));
            }
        };
        let ty = (*input.ty).clone();
        if let Type::ImplTrait(of) = &ty {
            return Err(Error::new_spanned(
                of,
                "a receiver cannot be generic; write the argument's own type",
            ));
        }
        let source = if is_state {
            Source::State(state_type(&ty)?)
        } else {
            if plain(&name).trim_matches('_').is_empty() {
                return Err(Error::new(
                    name.span(),
                    "arguments are taken by name; write `_name` for the argument `name`",
                ));
            }
            let is_mut = matches!(&ty, Type::Reference(to) if to.mutability.is_some());
            Source::of(&name, is_mut)
        };
        Ok(Self { name, ty, source })
    }
}

impl Source {
    /// What a parameter of this name takes: `_name` takes `name`.
    pub(crate) fn of(param: &Ident, is_mut: bool) -> Self {
        let word = param.to_string();
        match word.trim_start_matches('_') {
            "sender" => Self::Sender,
            "signal" => Self::Signal,
            "event" => Self::Event { exclusive: is_mut },
            name if name.len() == word.len() => Self::Argument(param.clone()),
            // `_type` takes `r#type`.
            name => Self::Argument(
                syn::parse_str(name)
                    .map(|_: Ident| Ident::new(name, param.span()))
                    .unwrap_or_else(|_| Ident::new_raw(name, param.span())),
            ),
        }
    }
}

/// Whether there is a `#[state]`, which is taken off.
fn take_state(attributes: &mut Vec<Attribute>) -> Result<bool> {
    let mut found = false;
    let mut error = None;
    attributes.retain(|attribute| {
        let is_state = attribute.path().is_ident("state");
        if is_state {
            found = true;
            if !matches!(attribute.meta, Meta::Path(_)) {
                error = Some(Error::new_spanned(
                    attribute,
                    "`#[state]` takes nothing; the parameter's type says which state",
                ));
            }
        }
        !is_state
    });
    match error {
        Some(error) => Err(error),
        None => Ok(found),
    }
}

/// `T` of `&T`.
fn state_type(ty: &Type) -> Result<Type> {
    let wrong = |message: &str| Err(Error::new_spanned(ty, message));
    let Type::Reference(reference) = ty else {
        return wrong(&format!(
            "state is shared by all receivers, so it comes as a reference: `&{}`",
            crate::signal::shown(ty)
        ));
    };
    if reference.mutability.is_some() {
        return wrong(
            "state is shared by all receivers, so it comes as `&T`; put what changes behind a \
             `Mutex` or an atomic",
        );
    }
    match &*reference.elem {
        Type::TraitObject(_) | Type::Slice(_) => wrong(
            "state is found by its type, which has to be a sized one; provide a `Box` or an `Arc` \
             of it, and take `&Box<…>`",
        ),
        elem => Ok(elem.clone()),
    }
}
