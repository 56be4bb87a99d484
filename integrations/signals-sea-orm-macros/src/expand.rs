//! What the attribute makes of the impl.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Result, Type, parse2};

use crate::args::Args;
use crate::behavior::Behavior;

pub(crate) fn model(args: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let args: Args = parse2(args)?;
    let behavior = Behavior::parse(item)?;
    let root = args.root()?;
    let hooks = hooks(&behavior, &root);
    let model = views(
        &behavior,
        &label(&args, &behavior.active_model, &root),
        &root,
    );
    Ok(quote!(#hooks #model))
}

/// The entity's own hooks in a trait of ours; and the hooks that SeaORM calls, which call those.
fn hooks(behavior: &Behavior, root: &TokenStream) -> TokenStream {
    let Behavior {
        attributes,
        name: behavior,
        active_model,
        hooks,
        others,
    } = behavior;
    let private = quote!(#root::__private);
    let sea_orm = quote!(#private::sea_orm);
    let entity = quote!(<Self as #sea_orm::ActiveModelTrait>::Entity);
    let row = quote!(<#entity as #sea_orm::EntityTrait>::Model);
    let result = |ok: &TokenStream| quote!(::core::result::Result<#ok, #sea_orm::DbErr>);
    let (itself, a_row) = (result(&quote!(Self)), result(&row));
    quote! {
        #[#private::async_trait]
        #(#attributes)*
        impl #private::OwnHooks for #active_model {
            #(#hooks)*
        }

        #[#private::async_trait]
        #(#attributes)*
        impl #behavior for #active_model {
            #(#others)*

            async fn before_save<C>(self, db: &C, insert: bool) -> #itself
            where
                C: #sea_orm::ConnectionTrait,
            {
                let draft = <Self as #private::OwnHooks>::before_save(self, db, insert).await?;
                #private::before_save::<#entity, C>(draft, db, insert).await
            }

            async fn after_save<C>(model: #row, db: &C, insert: bool) -> #a_row
            where
                C: #sea_orm::ConnectionTrait,
            {
                let model = #private::after_save::<#entity, C>(model, db, insert).await?;
                <Self as #private::OwnHooks>::after_save(model, db, insert).await
            }

            async fn before_delete<C>(self, db: &C) -> #itself
            where
                C: #sea_orm::ConnectionTrait,
            {
                let draft = <Self as #private::OwnHooks>::before_delete(self, db).await?;
                #private::before_delete::<#entity, C>(draft, db).await
            }

            async fn after_delete<C>(self, db: &C) -> #itself
            where
                C: #sea_orm::ConnectionTrait,
            {
                let draft = #private::after_delete::<#entity, C>(self, db).await?;
                <Self as #private::OwnHooks>::after_delete(draft, db).await
            }
        }
    }
}

/// The entity as a model of signals-core, its rows and drafts as views of it.
fn views(behavior: &Behavior, label: &TokenStream, root: &TokenStream) -> TokenStream {
    let active_model = &behavior.active_model;
    let private = quote!(#root::__private);
    let core = quote!(#private::signals_core);
    let sea_orm = quote!(#private::sea_orm);
    let entity = quote!(<#active_model as #sea_orm::ActiveModelTrait>::Entity);
    let row = quote!(<#entity as #sea_orm::EntityTrait>::Model);
    let key = quote!(::core::option::Option<#core::PrimaryKey>);
    quote! {
        #[automatically_derived]
        impl #core::Model for #entity {
            const LABEL: &'static str = #label;
            type Instance = #row;
            type Draft = #active_model;
        }

        #[automatically_derived]
        impl #root::SignalEntity for #entity {}

        #[automatically_derived]
        impl #core::ModelView for #row {
            type Of = #entity;

            fn pk(&self) -> #key {
                #private::of_model(self)
            }
        }

        #[automatically_derived]
        impl #core::ModelView for #active_model {
            type Of = #entity;

            fn pk(&self) -> #key {
                #private::of_draft(self)
            }
        }

        const _: () = {
            use #core::__private::signals_core as __core;

            __core::__list_fact!(__core::__private::Fact::Sender {
                sender: __core::__private::SenderFilter::Type(|| {
                    __core::Sender::model::<#entity>()
                }),
                module: ::core::module_path!(),
            });

            __core::__private::inventory::submit! {
                #private::Prepared::new::<#entity>()
            }
        };
    }
}

/// What was said; or crate and module, `blog::entity::post` is `blog.Post`.
fn label(args: &Args, active_model: &Type, root: &TokenStream) -> TokenStream {
    if let Some(label) = &args.label {
        return quote!(#label);
    }
    let label = quote!(#root::__private::label);
    let module = match active_model {
        // `impl ActiveModelBehavior for post::ActiveModel`
        Type::Path(path) if path.path.segments.len() > 1 => {
            let segments = path.path.segments.iter().rev();
            let module = segments.skip(1).map(|it| it.ident.to_string()).next();
            let module = module.filter(|it| !["self", "super", "crate"].contains(&it.as_str()));
            module.map(|module| quote!(::core::concat!(::core::module_path!(), "::", #module)))
        }
        _ => None,
    };
    let module = module.unwrap_or_else(|| quote!(::core::module_path!()));
    quote! {{
        const MODULE: &str = #module;
        const LABEL: [u8; #label::len(MODULE)] = #label::write(MODULE);
        #label::text(&LABEL)
    }}
}
