//! The lifetime that all references of a payload share.

use quote::{format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Lifetime, ParenthesizedGenericArguments, Type, TypeFnPtr, TypeParamBound, TypeReference,
    TypeTraitObject,
};

use crate::types::parenthesize;

/// Whether the type borrows for the payload's lifetime.
pub(crate) fn borrows(ty: &Type) -> bool {
    struct Find(bool);

    impl<'ast> Visit<'ast> for Find {
        fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
            self.0 |= lifetime.ident == "a";
        }

        // A function's lifetimes are its own.
        fn visit_type_fn_ptr(&mut self, _: &'ast TypeFnPtr) {}
    }

    let mut find = Find(false);
    find.visit_type(ty);
    find.0
}

/// Calls lifetimes that a `for<'a>` brings otherwise than those of the expansion.
pub(crate) struct RenameBound;

impl VisitMut for RenameBound {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if ["a", "b", "p"].iter().any(|ours| lifetime.ident == ours) {
            lifetime.ident = format_ident!("{}_", lifetime.ident);
        }
    }
}

/// Gives every reference the payload's lifetime, and `Send + Sync` to the trait object behind it.
pub(crate) fn give_lifetime(ty: &mut Type, is_exclusive: bool) {
    Borrow { is_exclusive }.visit_type_mut(ty);
}

struct Borrow {
    is_exclusive: bool,
}

impl Borrow {
    fn add_bounds(&self, object: &mut TypeTraitObject) {
        let span = object.span();
        let has = |object: &TypeTraitObject, name: &str| {
            object.bounds.iter().any(
                |bound| matches!(bound, TypeParamBound::Trait(bound) if bound.path.is_ident(name)),
            )
        };
        for (name, bound) in [
            ("Send", quote_spanned!(span=> ::core::marker::Send)),
            ("Sync", quote_spanned!(span=> ::core::marker::Sync)),
        ] {
            if !has(object, name) {
                object.bounds.push(TypeParamBound::Verbatim(bound));
            }
        }
        let is_lifetime = |bound: &TypeParamBound| matches!(bound, TypeParamBound::Lifetime(_));
        if self.is_exclusive && !object.bounds.iter().any(is_lifetime) {
            let forever = Lifetime::new("'static", span);
            object.bounds.push(TypeParamBound::Lifetime(forever));
        }
    }
}

impl VisitMut for Borrow {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        if reference.lifetime.is_none() {
            reference.lifetime = Some(Lifetime::new("'a", reference.and_token.span));
        }
        visit_mut::visit_type_reference_mut(self, reference);
        let mut elem = &mut *reference.elem;
        while let Type::Paren(paren) = elem {
            elem = &mut paren.elem;
        }
        // Behind anything else it is as written: an `Arc<dyn Mailer>` is no `Arc<dyn Mailer + Send>`.
        if let Type::TraitObject(object) = elem {
            self.add_bounds(object);
        }
        parenthesize(&mut reference.elem);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = Lifetime::new("'a", lifetime.span());
        }
    }

    // A function's lifetimes are its own.
    fn visit_type_fn_ptr_mut(&mut self, _: &mut TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {
    }
}
