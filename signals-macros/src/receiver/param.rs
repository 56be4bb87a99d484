//! A parameter of a receiver, and where its value comes from.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::visit::Visit;
use syn::{Attribute, Error, FnArg, Ident, Meta, Pat, PatType, Result, Type, TypeImplTrait};

use super::take_attributes;
use crate::names::plain;
use crate::types::{in_parens, is_mut_reference, is_str, option_of, type_text, ungroup};

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
    State {
        ty: Box<Type>,
        /// As an `Option<&T>`.
        is_optional: bool,
    },
    /// The argument with this name.
    Argument(Ident),
}

impl Param {
    pub(crate) fn take(input: &mut FnArg) -> Result<Self> {
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
        let name = param_name(input)?;
        let mut ty = (*input.ty).clone();
        ungroup(&mut ty);
        refuse_impl_trait(&ty)?;
        let source = if is_state {
            let (of, is_optional) = match option_of(&ty) {
                Some(of) => (of, true),
                None => (&ty, false),
            };
            Source::State {
                ty: Box::new(state_type(of)?),
                is_optional,
            }
        } else {
            Source::of(&name, is_mut_reference(&ty))?
        };
        Ok(Self { name, ty, source })
    }

    pub(crate) fn is_mut(&self) -> bool {
        is_mut_reference(&self.ty)
    }
}

/// The one name that a parameter has.
fn param_name(input: &PatType) -> Result<Ident> {
    match &*input.pat {
        Pat::Ident(pat) if pat.subpat.is_none() && pat.by_ref.is_none() => Ok(pat.ident.clone()),
        Pat::Wild(wild) => Err(Error::new_spanned(
            wild,
            "arguments are taken by name; write `_name` for the argument `name`, or leave it out",
        )),
        pat => Err(Error::new_spanned(
            pat,
            "arguments are taken by name; write `name: Type`, and take it apart inside",
        )),
    }
}

fn refuse_impl_trait(ty: &Type) -> Result<()> {
    struct Find(Option<Span>);

    impl<'ast> Visit<'ast> for Find {
        fn visit_type_impl_trait(&mut self, ty: &'ast TypeImplTrait) {
            self.0.get_or_insert(ty.impl_token.span);
        }
    }

    let mut find = Find(None);
    find.visit_type(ty);
    match find.0 {
        None => Ok(()),
        Some(span) => Err(Error::new(
            span,
            "a receiver cannot be generic; write the argument's own type",
        )),
    }
}

impl Source {
    /// What a parameter of this name takes: `_name` takes `name`.
    pub(crate) fn of(param: &Ident, is_mut: bool) -> Result<Self> {
        let word = param.to_string();
        Ok(match word.trim_start_matches('_') {
            "sender" => Self::Sender,
            "signal" => Self::Signal,
            "event" => Self::Event { exclusive: is_mut },
            name if name.len() == word.len() => Self::Argument(param.clone()),
            // `_type` takes `r#type`, and `_gen` what is a word like any other in older editions.
            name => match Ident::parse_any.parse_str(name) {
                Ok(_) if !["self", "Self", "super", "crate"].contains(&name) => {
                    Self::Argument(Ident::new_raw(name, param.span()))
                }
                _ => {
                    return Err(Error::new(
                        param.span(),
                        "arguments are taken by name; write `_name` for the argument `name`",
                    ));
                }
            },
        })
    }

    /// Whether both take the same.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Argument(left), Self::Argument(right)) => plain(left) == plain(right),
            (Self::Sender, Self::Sender)
            | (Self::Signal, Self::Signal)
            | (Self::Event { .. }, Self::Event { .. }) => true,
            _ => false,
        }
    }
}

pub(crate) fn is_state(attribute: &Attribute) -> bool {
    attribute.path().is_ident("state")
}

/// Whether there is a `#[state]`, which is taken off.
fn take_state(attributes: &mut Vec<Attribute>) -> Result<bool> {
    let states = take_attributes(attributes, is_state);
    if let [_, second, ..] = &states[..] {
        return Err(Error::new_spanned(second, "`#[state]` is there already"));
    }
    let has_arguments = |state: &&Attribute| !matches!(state.meta, Meta::Path(_));
    if let Some(state) = states.first().filter(has_arguments) {
        return Err(Error::new_spanned(
            state,
            "`#[state]` takes nothing; the parameter's type says which state",
        ));
    }
    if let Some(cfg) = attributes.iter().find(|it| it.path().is_ident("cfg")) {
        return Err(Error::new_spanned(
            cfg,
            "a parameter is there or not; write two functions under `#[cfg]`",
        ));
    }
    Ok(!states.is_empty())
}

/// `T` of `&T`.
fn state_type(ty: &Type) -> Result<Type> {
    let wrong = |message: &str| Err(Error::new_spanned(ty, message));
    let Type::Reference(reference) = ty else {
        return wrong(&format!(
            "state is shared by all receivers, so it comes as a reference: `&{}`",
            type_text(ty)
        ));
    };
    if reference.mutability.is_some() {
        return wrong(
            "state is shared by all receivers, so it comes as `&T`; put what changes behind a \
             `Mutex` or an atomic",
        );
    }
    match in_parens(&reference.elem) {
        Type::TraitObject(_) | Type::Slice(_) => wrong(
            "state is found by its type, which has to be a sized one; provide a `Box` or an `Arc` \
             of it, and take `&Box<…>`",
        ),
        elem if is_str(elem) => {
            wrong("state is found by its type; give it one of its own, `struct Currency(String);`")
        }
        elem => Ok(elem.clone()),
    }
}
