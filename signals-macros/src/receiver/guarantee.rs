//! When a receiver runs, and what one that waits cannot take.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Error, Ident, Result, Type};

use super::param::{Param, Source};
use crate::mistakes::Mistakes;
use crate::types::{in_parens, is_borrowed, is_mut_reference, option_of};

/// `on_commit` and its like, as written.
pub(crate) struct Guarantee {
    key: Ident,
}

impl Guarantee {
    pub(crate) const KEYS: [&'static str; 4] =
        ["inline", "before_commit", "on_commit", "on_rollback"];

    /// Takes the key beside what was there before. `inline` is what happens anyway.
    pub(crate) fn beside(before: Option<&Self>, key: &Ident) -> Result<Self> {
        match before {
            None => Ok(Self { key: key.clone() }),
            Some(Self { key: before }) => Err(Error::new(
                key.span(),
                format!(
                    "a receiver runs once, and `{before}` says when; write a second attribute for `{key}`"
                ),
            )),
        }
    }

    pub(crate) fn is_inline(&self) -> bool {
        self.key == "inline"
    }

    pub(crate) fn span(&self) -> Span {
        self.key.span()
    }

    /// The variant of the library's enum.
    pub(crate) fn variant(&self) -> &'static str {
        match self.key.to_string().as_str() {
            "before_commit" => "BeforeCommit",
            "on_commit" => "OnCommit",
            "on_rollback" => "OnRollback",
            _ => "Inline",
        }
    }

    /// What a receiver that gets clones cannot take.
    pub(crate) fn check(&self, params: &[Param], mistakes: &mut Mistakes) {
        if self.is_inline() {
            return;
        }
        let key = &self.key;
        for Param { name, ty, source } in params {
            let (span, message) = match source {
                Source::Event { .. } => (
                    name.span(),
                    format!(
                        "`{key}` gives a receiver clones of just the arguments that it names; name \
                         them instead of `event`"
                    ),
                ),
                Source::Argument(_) if is_dyn(ty) => (
                    ty.span(),
                    format!(
                        "`{key}` gives a receiver clones, and a `dyn` has none; with `sender = T`, a \
                         model comes as what it is"
                    ),
                ),
                Source::Argument(_) if is_mut_reference(ty) => (
                    ty.span(),
                    format!(
                        "`{key}` gives a receiver clones, and a change to one is lost; take it as `&`"
                    ),
                ),
                _ => continue,
            };
            mistakes.add(Error::new(span, message));
        }
    }
}

/// `&dyn Trait`, `Option<&dyn Trait>`.
fn is_dyn(ty: &Type) -> bool {
    match option_of(ty).unwrap_or(ty) {
        ty @ Type::Reference(reference) => {
            is_borrowed(ty) && matches!(in_parens(&reference.elem), Type::TraitObject(_))
        }
        _ => false,
    }
}
