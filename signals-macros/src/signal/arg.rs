//! The type of one argument: what it may be, and what it becomes in the payload.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Error, GenericArgument, Ident, Lifetime, PathArguments, Result, Type, TypeParamBound,
    TypeParen, TypePath, TypeReference, TypeTraitObject,
};

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
}

/// Judges the type, and gives every reference in it the payload's lifetime.
pub(crate) fn judge(ty: &mut Type, model: Option<&Ident>) -> Result<Kind> {
    if let Some(kind) = model.and_then(|model| model_argument(ty, model)) {
        return Ok(kind);
    }
    if let Some(model) = model
        && let Some(span) = mentions(ty, model)
    {
        return Err(Error::new(
            span,
            format!(
                "an argument of the sender's type is `&{model}`, `Option<&{model}>` or \
                 `&mut {model}`, or one of these with a type of its own such as \
                 `&{model}::Instance`"
            ),
        ));
    }
    let kind = match &*ty {
        Type::Reference(reference) if reference.mutability.is_some() => Kind::Exclusive,
        Type::Reference(_) => Kind::Shared,
        Type::Path(_) if option_of(ty).is_some_and(|of| matches!(of, Type::Reference(_))) => {
            match option_of(ty) {
                Some(Type::Reference(of)) if of.mutability.is_some() => {
                    return Err(Error::new_spanned(
                        ty,
                        "a `&mut` argument is not optional; take `&mut Option<…>`",
                    ));
                }
                _ => Kind::Shared,
            }
        }
        Type::ImplTrait(_) => {
            return Err(Error::new_spanned(
                ty,
                "an argument has one type for all receivers; take `&dyn Trait`",
            ));
        }
        Type::TraitObject(_) | Type::Slice(_) => {
            let shown = ty.to_token_stream();
            return Err(Error::new_spanned(
                ty,
                format!("an argument of a signal cannot own this; borrow it: `&{shown}`"),
            ));
        }
        Type::Infer(_) => {
            return Err(Error::new_spanned(
                ty,
                "an argument needs a type of its own",
            ));
        }
        _ => Kind::Owned,
    };
    let mut borrow = Borrow {
        kind: &kind,
        error: None,
        depth: 0,
    };
    borrow.visit_type_mut(ty);
    match borrow.error {
        Some(error) => Err(error),
        None => Ok(kind),
    }
}

/// The lifetime that all references of a payload share.
pub(crate) fn lifetime(span: Span) -> Lifetime {
    Lifetime::new("'a", span)
}

fn model_argument(ty: &Type, model: &Ident) -> Option<Kind> {
    let (access, inner) = match ty {
        Type::Reference(reference) => {
            let access = if reference.mutability.is_some() {
                Access::Exclusive
            } else {
                Access::Shared
            };
            (access, &*reference.elem)
        }
        _ => match option_of(ty)? {
            Type::Reference(reference) if reference.mutability.is_none() => {
                (Access::Optional, &*reference.elem)
            }
            _ => return None,
        },
    };
    match inner {
        Type::Path(path)
            if path.qself.is_none()
                && path.path.leading_colon.is_none()
                && path.path.segments.len() <= 2
                && path.path.segments.first()?.ident == *model =>
        {
            // `&M` is the model's instance, and `&mut M` what is about to be written.
            let path = if path.path.segments.len() > 1 {
                path.clone()
            } else if access == Access::Exclusive {
                syn::parse_quote!(#model::Draft)
            } else {
                syn::parse_quote!(#model::Instance)
            };
            Some(Kind::Model { access, path })
        }
        _ => None,
    }
}

/// Where the type speaks of the sender's.
fn mentions(ty: &Type, model: &Ident) -> Option<Span> {
    struct Find<'m>(&'m Ident, Option<Span>);

    impl<'ast> syn::visit::Visit<'ast> for Find<'_> {
        fn visit_path(&mut self, path: &'ast syn::Path) {
            if let Some(first) = path.segments.first()
                && first.ident == *self.0
            {
                self.1.get_or_insert(first.ident.span());
            }
            syn::visit::visit_path(self, path);
        }
    }

    let mut find = Find(model, None);
    syn::visit::Visit::visit_type(&mut find, ty);
    find.1
}

/// `T` of `Option<T>`, however it is called by.
fn option_of(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    if last.ident != "Option" {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(of) if arguments.args.len() == 1 => Some(of),
        _ => None,
    }
}

/// Whether the type borrows for the payload's lifetime.
pub(crate) fn borrows(ty: &Type) -> bool {
    struct Find(bool);

    impl<'ast> syn::visit::Visit<'ast> for Find {
        fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
            self.0 |= lifetime.ident == "a";
        }
    }

    let mut find = Find(false);
    syn::visit::Visit::visit_type(&mut find, ty);
    find.0
}

struct Borrow<'k> {
    kind: &'k Kind,
    error: Option<Error>,
    depth: u32,
}

impl Borrow<'_> {
    fn fail(&mut self, at: impl ToTokens, message: &str) {
        match &mut self.error {
            Some(_) => {}
            none => *none = Some(Error::new_spanned(at, message)),
        }
    }

    /// Whether this is inside a `&mut` argument, which must not borrow anything itself.
    fn inside_exclusive(&self) -> bool {
        matches!(self.kind, Kind::Exclusive) && self.depth > 1
    }
}

impl VisitMut for Borrow<'_> {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        self.depth += 1;
        if self.inside_exclusive()
            && reference
                .lifetime
                .as_ref()
                .is_none_or(|lifetime| lifetime.ident != "static")
        {
            self.fail(
                &reference,
                "what a `&mut` argument points to cannot borrow; take the owned form, \
                 `&mut Vec<String>` instead of `&mut Vec<&str>`",
            );
            return;
        }
        if self.depth > 1 && reference.mutability.is_some() {
            self.fail(
                &reference,
                "an argument is `&mut T` as a whole, not inside of another type",
            );
            return;
        }
        if reference.lifetime.is_none() {
            reference.lifetime = Some(lifetime(reference.and_token.span()));
        }
        visit_mut::visit_type_reference_mut(self, reference);
        if let Type::TraitObject(object) = &*reference.elem {
            // `&'a dyn Error + Send` needs its parentheses.
            reference.elem = Box::new(Type::Paren(TypeParen {
                attrs: Vec::new(),
                paren_token: syn::token::Paren(object.span()),
                elem: Box::new(Type::TraitObject(object.clone())),
            }));
        }
        self.depth -= 1;
    }

    fn visit_type_trait_object_mut(&mut self, object: &mut TypeTraitObject) {
        visit_mut::visit_type_trait_object_mut(self, object);
        let span = object.span();
        let has = |object: &TypeTraitObject, name: &str| {
            object.bounds.iter().any(
                |bound| matches!(bound, TypeParamBound::Trait(bound) if bound.path.is_ident(name)),
            )
        };
        for (name, bound) in [
            ("Send", quote::quote_spanned!(span=> ::core::marker::Send)),
            ("Sync", quote::quote_spanned!(span=> ::core::marker::Sync)),
        ] {
            if !has(object, name) {
                object.bounds.push(TypeParamBound::Verbatim(bound));
            }
        }
        let has_lifetime = object
            .bounds
            .iter()
            .any(|bound| matches!(bound, TypeParamBound::Lifetime(_)));
        if matches!(self.kind, Kind::Exclusive) && !has_lifetime {
            let forever = Lifetime::new("'static", span);
            object.bounds.push(TypeParamBound::Lifetime(forever));
        }
    }

    fn visit_lifetime_mut(&mut self, named: &mut Lifetime) {
        if named.ident == "_" {
            if matches!(self.kind, Kind::Exclusive) {
                self.fail(
                    &named,
                    "what a `&mut` argument points to cannot borrow; take the owned form",
                );
                return;
            }
            *named = lifetime(named.span());
        } else if named.ident != "static" && *named != lifetime(Span::call_site()) {
            self.fail(
                &named,
                "leave the lifetime out; a payload has one for all arguments",
            );
        }
    }

    // Elided lifetimes in the signature of a function are its own.
    fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments_mut(
        &mut self,
        _: &mut syn::ParenthesizedGenericArguments,
    ) {
    }
}

/// The comma-free text of a type, as the user would write it.
pub(crate) fn shown(ty: &Type) -> String {
    let text = ty.to_token_stream().to_string();
    let mut shown = String::with_capacity(text.len());
    let mut after = ' ';
    let glued = |left: char, right: char| {
        matches!(right, ',' | '>' | ')' | ']' | ';' | ':')
            || matches!(left, '<' | '(' | '[' | '&' | ':')
            || right == '<'
            || (right == '(' && left != ' ')
    };
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == ' ' {
            if let Some(&next) = chars.peek()
                && !glued(after, next)
            {
                shown.push(' ');
            }
        } else {
            shown.push(c);
            after = c;
        }
    }
    shown
}
