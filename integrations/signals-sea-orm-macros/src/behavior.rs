//! The impl that the attribute is on: `impl ActiveModelBehavior for ActiveModel`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Attribute, Error, FnArg, ImplItem, Item, ItemImpl, Path, Result, Type, parse2};

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
    pub(crate) fn parse(item: TokenStream) -> Result<Self> {
        let wrong_place = |span: Span| {
            Error::new(
                span,
                "put this on `impl ActiveModelBehavior for ActiveModel` of an entity",
            )
        };
        let item = match parse2(item)? {
            Item::Impl(item) => item,
            other => return Err(wrong_place(name_of(&other))),
        };
        let Some((behavior, _)) = &item.trait_ else {
            return Err(wrong_place(item.self_ty.span()));
        };
        if !is_behavior(behavior) {
            return Err(wrong_place(behavior.span()));
        }
        if is_entity(&item.self_ty) {
            return Err(wrong_place(item.self_ty.span()));
        }
        if let Some(again) = item.attrs.iter().find(|it| is_called(it, "model")) {
            let again = again
                .path()
                .segments
                .last()
                .map_or(again.span(), Spanned::span);
            return Err(Error::new(
                again,
                "this attribute is there already; take one of them away",
            ));
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
            refuse(hook)?;
        }
        Ok(Self {
            attributes: item
                .attrs
                .into_iter()
                .filter(|it| !is_called(it, "async_trait"))
                .collect(),
            active_model: *item.self_ty,
            name: behavior,
            hooks,
            others,
        })
    }
}

/// What a user would point at.
fn name_of(item: &Item) -> Span {
    match item {
        Item::Struct(item) => item.ident.span(),
        Item::Enum(item) => item.ident.span(),
        Item::Mod(item) => item.ident.span(),
        Item::Fn(item) => item.sig.ident.span(),
        other => other.span(),
    }
}

fn is_called(attribute: &Attribute, name: &str) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|last| last.ident == name)
}

fn is_hook(item: &ImplItem) -> bool {
    let ImplItem::Fn(function) = item else {
        return false;
    };
    HOOKS.iter().any(|hook| function.sig.ident == hook)
}

fn refuse(hook: &ImplItem) -> Result<()> {
    let ImplItem::Fn(function) = hook else {
        return Ok(());
    };
    let name = &function.sig.ident;
    if function.sig.asyncness.is_none() {
        return Err(Error::new(
            name.span(),
            "a hook is an `async fn`; if it is, put `#[signals_sea_orm::model]` above \
             `#[async_trait]`",
        ));
    }
    let is_generic = function.sig.generics.type_params().next().is_some();
    let takes_any = |argument: &FnArg| {
        let FnArg::Typed(argument) = argument else {
            return false;
        };
        argument.ty.to_token_stream().to_string().contains("impl ")
    };
    if !is_generic && !function.sig.inputs.iter().any(takes_any) {
        let arguments = match name.to_string().as_str() {
            "before_save" => "(self, db: &C, insert: bool) -> Result<Self, DbErr>",
            "after_save" => "(model: Model, db: &C, insert: bool) -> Result<Model, DbErr>",
            _ => "(self, db: &C) -> Result<Self, DbErr>",
        };
        return Err(Error::new(
            name.span(),
            format!(
                "a hook takes the connection, of any type: `async fn \
                 {name}<C: ConnectionTrait>{arguments}`"
            ),
        ));
    }
    Ok(())
}

/// What is left of an impl with a mistake, so that its other parts are not further ones.
pub(crate) fn without_mistakes(item: TokenStream) -> TokenStream {
    let Ok(parsed) = parse2::<ItemImpl>(item.clone()) else {
        return item;
    };
    match &parsed.trait_ {
        Some((behavior, _)) if is_behavior(behavior) => {
            if is_entity(&parsed.self_ty) {
                return TokenStream::new();
            }
            let active_model = &parsed.self_ty;
            quote!(impl #behavior for #active_model {})
        }
        _ => item,
    }
}

fn is_behavior(name: &Path) -> bool {
    let last = name.segments.last();
    last.is_some_and(|last| last.ident == "ActiveModelBehavior")
}

fn is_entity(of: &Type) -> bool {
    let Type::Path(path) = of else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|last| last.ident == "Entity")
}
