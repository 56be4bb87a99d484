//! The type of one argument, or of an answer: what it may be, and what it becomes in the payload.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::VisitMut;
use syn::{Error, Ident, Path, Result, Type, TypePath};

use super::borrow::{self, RenameBound};
use super::rules::{Place, Rules};
use crate::types::{is_mut_reference, is_str, option_of, type_arguments, type_text};

/// How an argument is handed to receivers.
pub(crate) enum Kind {
    /// A reference, or an option of one: copied without a question.
    Shared,
    /// Anything else that is not `&mut`: copied, and refused by rustc if it cannot be.
    Owned,
    /// `&mut T`.
    Exclusive,
    /// `&M`, `Option<&M>`, `&mut M`, or of `M::Something`: the sender's own. The path is the type
    /// behind the reference: `M::Instance` for `&M`.
    Model { access: Access, path: TypePath },
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Access {
    Shared,
    Optional,
    Exclusive,
}

impl Kind {
    pub(crate) fn is_exclusive(&self) -> bool {
        matches!(
            self,
            Self::Exclusive
                | Self::Model {
                    access: Access::Exclusive,
                    ..
                }
        )
    }

    pub(crate) fn is_model(&self) -> bool {
        matches!(self, Self::Model { .. })
    }
}

/// The kind of an argument's type, in which every reference gets the payload's lifetime.
pub(crate) fn check(ty: &mut Type, model: Option<&Ident>) -> Result<Kind> {
    if let Some(model) = model {
        if let Some(kind) = model_argument(ty, model) {
            return Ok(kind);
        }
        refuse_nested_model(ty, model)?;
    }
    refuse_owned(ty)?;
    let is_exclusive = is_mut_reference(ty);
    let mut rules = Rules::new(if is_exclusive {
        Place::Mut
    } else {
        Place::Argument
    });
    match &*ty {
        Type::Reference(reference) => {
            rules.check_lifetime(reference.lifetime.as_ref());
            rules.visit_type(&reference.elem);
        }
        ty if option_of(ty).is_some_and(is_mut_reference) => {
            return Err(Error::new_spanned(
                ty,
                "a `&mut` argument is not optional; take `&mut Option<T>`",
            ));
        }
        ty => rules.visit_type(ty),
    }
    rules.finish()?;
    let is_shared = matches!(ty, Type::Reference(_))
        || option_of(ty).is_some_and(|of| matches!(of, Type::Reference(_)));
    let kind = if is_exclusive {
        Kind::Exclusive
    } else if is_shared {
        Kind::Shared
    } else {
        Kind::Owned
    };
    RenameBound.visit_type_mut(ty);
    borrow::give_lifetime(ty, is_exclusive);
    Ok(kind)
}

/// What each receiver answers.
pub(crate) struct Answer {
    pub(crate) ty: Type,
    /// The type as written.
    pub(crate) text: String,
}

/// The type of the answers; `()` is none.
pub(crate) fn check_answer(answer: Option<Type>) -> Result<Option<Answer>> {
    let Some(mut answer) = answer else {
        return Ok(None);
    };
    match &answer {
        Type::Tuple(tuple) if tuple.elems.is_empty() => return Ok(None),
        Type::TraitObject(_) => {
            let owned = format!("Box<{} + Send>", type_text(&answer));
            return Err(Error::new_spanned(
                &answer,
                format!("an answer has a size; answer a `{owned}`"),
            ));
        }
        Type::Slice(slice) => {
            let owned = format!("Vec<{}>", type_text(&slice.elem));
            return Err(Error::new_spanned(
                &answer,
                format!("an answer has a size; answer a `{owned}`"),
            ));
        }
        ty if is_str(ty) => {
            return Err(Error::new_spanned(
                &answer,
                "an answer has a size; answer a `String`",
            ));
        }
        _ => {}
    }
    let mut rules = Rules::new(Place::Answer);
    rules.visit_type(&answer);
    rules.finish()?;
    let text = type_text(&answer);
    RenameBound.visit_type_mut(&mut answer);
    Ok(Some(Answer { ty: answer, text }))
}

/// `&M`, `Option<&M>` or `&mut M`, or one of them with an associated type of `M`.
fn model_argument(ty: &Type, model: &Ident) -> Option<Kind> {
    let (access, inner) = match ty {
        Type::Reference(reference) if reference.mutability.is_some() => {
            (Access::Exclusive, &*reference.elem)
        }
        Type::Reference(reference) => (Access::Shared, &*reference.elem),
        ty => match option_of(ty)? {
            Type::Reference(reference) if reference.mutability.is_none() => {
                (Access::Optional, &*reference.elem)
            }
            _ => return None,
        },
    };
    let Type::Path(path) = inner else { return None };
    if path.qself.is_some() || !begins_with(&path.path, model) {
        return None;
    }
    let path = match (path.path.segments.len(), access) {
        // `&M` is the model's instance, and `&mut M` what is about to be written.
        (1, Access::Exclusive) => syn::parse_quote!(#model::Draft),
        (1, _) => syn::parse_quote!(#model::Instance),
        (2, _) => path.clone(),
        _ => return None,
    };
    Some(Kind::Model { access, path })
}

fn begins_with(path: &Path, model: &Ident) -> bool {
    path.leading_colon.is_none() && path.segments.first().is_some_and(|it| it.ident == *model)
}

/// The sender's type where no receiver could get it as what it is.
fn refuse_nested_model(ty: &Type, model: &Ident) -> Result<()> {
    struct Find<'m>(&'m Ident, Option<Span>);

    impl<'ast> Visit<'ast> for Find<'_> {
        fn visit_path(&mut self, path: &'ast Path) {
            if begins_with(path, self.0) {
                self.1.get_or_insert(path.span());
            }
            visit::visit_path(self, path);
        }
    }

    let mut find = Find(model, None);
    find.visit_type(ty);
    match find.1 {
        None => Ok(()),
        Some(span) => Err(Error::new(
            span,
            format!(
                "an argument of the sender's type is `&{model}`, `Option<&{model}>` or \
                 `&mut {model}`, or one of these with a type of its own, such as \
                 `&{model}::Instance`; for several at once, send one signal for each"
            ),
        )),
    }
}

/// What is never `Copy`, and of which rustc would say more than one thing: that it has no size, or
/// cannot go to another thread either.
fn refuse_owned(ty: &Type) -> Result<()> {
    let is_unsized = |ty: &Type| matches!(ty, Type::TraitObject(_) | Type::Slice(_)) || is_str(ty);
    let pointers = ["Box", "Rc", "Arc"];
    let pointer = pointers.iter().find_map(|name| type_arguments(ty, name));
    let borrowed = if is_unsized(ty) {
        format!("`&{}`", type_text(ty))
    } else if let Some(of) = option_of(ty).filter(|of| is_unsized(of)) {
        format!("`Option<&{}>`", type_text(of))
    } else if let Some([of]) = pointer.as_deref() {
        format!("`&{}`", type_text(of))
    } else {
        return Ok(());
    };
    Err(Error::new_spanned(
        ty,
        format!("an argument of a signal cannot own this; borrow it: {borrowed}"),
    ))
}
