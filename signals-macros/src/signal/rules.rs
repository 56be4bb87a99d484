//! What holds for every part of an argument's type, and of an answer's.

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{
    Error, Ident, Lifetime, LifetimeParam, ParenthesizedGenericArguments, Result, TraitBound, Type,
    TypeFnPtr, TypeImplTrait, TypeInfer, TypePath, TypePtr, TypeReference,
};

use crate::types::{type_arguments, type_text};

/// Where a type stands.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Place {
    Argument,
    /// In an argument, behind what does not let a lifetime get shorter.
    Invariant,
    /// Behind the `&mut` of an argument.
    Mut,
    Answer,
}

/// What can be written through `&`: the lifetimes in it stay as they are.
const LOCKS: [&str; 4] = ["Mutex", "RwLock", "OnceLock", "LazyLock"];

/// What holds for every part of a type; keeps the first that is wrong.
pub(crate) struct Rules {
    place: Place,
    /// The lifetimes of a `for<'n>`.
    bound: Vec<Ident>,
    wrong: Option<Error>,
}

impl Rules {
    pub(crate) fn new(place: Place) -> Self {
        Self {
            place,
            bound: Vec::new(),
            wrong: None,
        }
    }

    pub(crate) fn finish(self) -> Result<()> {
        match self.wrong {
            None => Ok(()),
            Some(error) => Err(error),
        }
    }

    /// Goes on where no lifetime gets shorter.
    fn in_invariant(&mut self, visit: impl FnOnce(&mut Self)) {
        let outside = self.place;
        if outside == Place::Argument {
            self.place = Place::Invariant;
        }
        visit(self);
        self.place = outside;
    }

    /// Goes on in what has lifetimes of its own.
    fn in_own(&mut self, visit: impl FnOnce(&mut Own<'_>)) {
        let outside = self.bound.len();
        visit(&mut Own(self));
        self.bound.truncate(outside);
    }

    fn fail(&mut self, span: Span, message: &str) {
        self.wrong.get_or_insert_with(|| Error::new(span, message));
    }

    /// Why nothing may borrow here.
    fn no_borrow(&self) -> Option<&'static str> {
        match self.place {
            Place::Argument => None,
            Place::Invariant => Some(
                "what is behind a `dyn` or a lock cannot borrow; take the owned form, \
                 `&Mutex<Vec<String>>` instead of `&Mutex<Vec<&str>>`",
            ),
            Place::Mut => Some(
                "what a `&mut` argument points to cannot borrow; take the owned form, \
                 `&mut Vec<String>` instead of `&mut Vec<&str>`",
            ),
            Place::Answer => Some(
                "an answer outlives the send, so it owns what it holds; answer a `String` instead \
                 of a `&str`",
            ),
        }
    }

    /// A lifetime as written, or one that is left out.
    pub(crate) fn check_lifetime(&mut self, lifetime: Option<&Lifetime>) {
        let is_named = |it: &&Lifetime| {
            it.ident != "_" && it.ident != "static" && !self.bound.contains(&it.ident)
        };
        if let Some(lifetime) = lifetime.filter(is_named) {
            self.fail(
                lifetime.span(),
                "leave the lifetime out, or write `'_` where a type needs one; all arguments share \
                 the payload's",
            );
        }
    }
}

impl<'ast> Visit<'ast> for Rules {
    fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
        let lifetime = reference.lifetime.as_ref();
        let is_static = lifetime.is_some_and(|lifetime| lifetime.ident == "static");
        match (self.no_borrow(), &reference.mutability) {
            (Some(message), _) if !is_static => self.fail(reference.and_token.span, message),
            (_, Some(mutability)) => self.fail(
                mutability.span,
                "an argument is `&mut T` as a whole, not inside of another type",
            ),
            (_, None) => {}
        }
        visit::visit_type_reference(self, reference);
    }

    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        match self.no_borrow() {
            Some(message) if lifetime.ident != "static" => self.fail(lifetime.span(), message),
            _ => self.check_lifetime(Some(lifetime)),
        }
    }

    fn visit_type_impl_trait(&mut self, ty: &'ast TypeImplTrait) {
        let message = match self.place {
            Place::Answer => "all receivers answer with one type; answer a `Box<dyn Trait + Send>`",
            _ => "an argument has one type for all receivers; take `&dyn Trait`",
        };
        self.fail(ty.impl_token.span, message);
    }

    fn visit_type_infer(&mut self, ty: &'ast TypeInfer) {
        self.fail(ty.underscore_token.span, "write the type out");
    }

    fn visit_type_ptr(&mut self, ty: &'ast TypePtr) {
        self.fail(
            ty.star_token.span,
            "a raw pointer cannot go to another thread, as an async send may; wrap it in a type \
             that is `Send` and `Sync`",
        );
    }

    // Of what rustc would say the same three times: of the answer, and of both kinds of responses.
    fn visit_type_path(&mut self, path: &'ast TypePath) {
        let ty = Type::Path(path.clone());
        if LOCKS.iter().any(|lock| type_arguments(&ty, lock).is_some()) {
            return self.in_invariant(|rules| visit::visit_type_path(rules, path));
        }
        match type_arguments(&ty, "Rc").as_deref() {
            Some([of]) if self.place == Place::Answer => {
                let message = format!(
                    "an `Rc` cannot go to another thread, as an async send may; answer an `Arc<{}>`",
                    type_text(of)
                );
                self.wrong
                    .get_or_insert_with(|| Error::new_spanned(path, message));
            }
            _ => visit::visit_type_path(self, path),
        }
    }

    // A function's lifetimes are its own.
    fn visit_type_fn_ptr(&mut self, function: &'ast TypeFnPtr) {
        self.in_own(|own| own.visit_type_fn_ptr(function));
    }

    fn visit_parenthesized_generic_arguments(
        &mut self,
        function: &'ast ParenthesizedGenericArguments,
    ) {
        self.in_own(|own| own.visit_parenthesized_generic_arguments(function));
    }

    // So are those of `for<'x> Trait<'x>`.
    fn visit_trait_bound(&mut self, bound: &'ast TraitBound) {
        if bound.lifetimes.is_some() {
            self.in_own(|own| own.visit_trait_bound(bound));
        } else {
            self.in_invariant(|rules| visit::visit_trait_bound(rules, bound));
        }
    }
}

/// What has lifetimes of its own: where one is named, a `for` in it brings it.
struct Own<'r>(&'r mut Rules);

impl<'ast> Visit<'ast> for Own<'_> {
    fn visit_lifetime_param(&mut self, param: &'ast LifetimeParam) {
        self.0.bound.push(param.lifetime.ident.clone());
    }

    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        self.0.check_lifetime(Some(lifetime));
    }
}
