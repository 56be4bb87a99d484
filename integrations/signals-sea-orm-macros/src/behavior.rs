//! The impl that the attribute is on: `impl ActiveModelBehavior for ActiveModel`.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Attribute, Error, ImplItem, ItemImpl, Path, Result, Type, parse2};

/// An impl without a mistake, taken apart.
pub(crate) struct Behavior {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) name: Path,
    pub(crate) active_model: Type,
    /// The entity's own `before_save` and its like.
    pub(crate) hooks: Vec<ImplItem>,
    /// `new`, and what else there may be.
    pub(crate) others: Vec<ImplItem>,
}

const HOOKS: [&str; 4] = ["before_save", "after_save", "before_delete", "after_delete"];

impl Behavior {
    pub(crate) fn parse(item: proc_macro2::TokenStream) -> Result<Self> {
        let wrong_place = |span: Span| {
            Error::new(
                span,
                "put this on `impl ActiveModelBehavior for ActiveModel` of an entity",
            )
        };
        let item: ItemImpl = parse2(item).map_err(|_| wrong_place(Span::call_site()))?;
        let Some((behavior, _)) = &item.trait_ else {
            return Err(wrong_place(item.self_ty.span()));
        };
        let name = behavior.segments.last();
        if name.is_none_or(|name| name.ident != "ActiveModelBehavior") {
            return Err(wrong_place(behavior.span()));
        }
        if !item.generics.params.is_empty() {
            return Err(Error::new(
                item.generics.span(),
                "an entity cannot be generic, because it is known by its type as a sender",
            ));
        }
        let behavior = behavior.clone();
        let (hooks, others) = item.items.into_iter().partition(is_hook);
        for hook in &hooks {
            refuse_expanded(hook)?;
        }
        let is_async_trait = |attribute: &Attribute| {
            let name = attribute.path().segments.last();
            name.is_some_and(|name| name.ident == "async_trait")
        };
        Ok(Self {
            attributes: item
                .attrs
                .into_iter()
                .filter(|it| !is_async_trait(it))
                .collect(),
            active_model: *item.self_ty,
            name: behavior,
            hooks,
            others,
        })
    }
}

fn is_hook(item: &ImplItem) -> bool {
    let ImplItem::Fn(function) = item else {
        return false;
    };
    HOOKS.iter().any(|hook| function.sig.ident == hook)
}

fn refuse_expanded(hook: &ImplItem) -> Result<()> {
    match hook {
        ImplItem::Fn(function) if function.sig.asyncness.is_none() => Err(Error::new(
            function.sig.ident.span(),
            "a hook is an `async fn`; if it is, put `#[signals_sea_orm::model]` above \
             `#[async_trait]`",
        )),
        _ => Ok(()),
    }
}
