//! `#[derive(Model)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Ident, LitStr, Member, Result, parse2};

use crate::core_path;
use crate::names::plain;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    parse2::<DeriveInput>(input)
        .and_then(|input| derive(&input))
        .unwrap_or_else(Error::into_compile_error)
}

/// `#[model(label = "…", pk = field)]`.
#[derive(Default)]
struct Options {
    label: Option<LitStr>,
    pk: Option<Member>,
}

fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(
            &input.ident,
            "a model is a struct with a field for its primary key",
        ));
    };
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &input.generics.params,
            "a model cannot be generic, because it is known by its type as a sender",
        ));
    }
    let options = Options::read(input)?;
    let pk = options.pk(&input.ident, &data.fields)?;
    let name = &input.ident;
    let label = match options.label {
        Some(label) => label.value(),
        None => format!("{}.{}", crate_name(), plain(name)),
    };
    let core = core_path::find()?;
    Ok(quote! {
        #[automatically_derived]
        impl #core::Model for #name {
            const LABEL: &'static str = #label;
            type Instance = Self;
            type Draft = Self;
        }

        #[automatically_derived]
        impl #core::ModelView for #name {
            type Of = Self;

            fn pk(&self) -> ::core::option::Option<#core::PrimaryKey> {
                #core::ToPrimaryKey::to_primary_key(&self.#pk)
            }
        }
    })
}

/// The crate that is being compiled, as Rust code names it.
fn crate_name() -> String {
    let name = std::env::var("CARGO_CRATE_NAME").or_else(|_| std::env::var("CARGO_PKG_NAME"));
    name.unwrap_or_default().replace('-', "_")
}

impl Options {
    fn read(input: &DeriveInput) -> Result<Self> {
        let mut options = Self::default();
        for attribute in &input.attrs {
            if !attribute.path().is_ident("model") {
                continue;
            }
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("label") {
                    let label: LitStr = meta.value()?.parse()?;
                    if label.value().trim().is_empty() || label.value().trim() != label.value() {
                        return Err(Error::new(
                            label.span(),
                            "a label is a name such as `shop.Order`",
                        ));
                    }
                    match options.label.replace(label) {
                        Some(_) => Err(meta.error("`label` is there already")),
                        None => Ok(()),
                    }
                } else if meta.path.is_ident("pk") {
                    match options.pk.replace(meta.value()?.parse()?) {
                        Some(_) => Err(meta.error("`pk` is there already")),
                        None => Ok(()),
                    }
                } else {
                    Err(meta.error("expected `label = \"…\"` or `pk = field`"))
                }
            })?;
        }
        Ok(options)
    }

    /// The field that is named, or `id`.
    fn pk(&self, model: &Ident, fields: &Fields) -> Result<Member> {
        let members: Vec<Member> = fields.members().collect();
        match &self.pk {
            Some(pk) if members.contains(pk) => Ok(pk.clone()),
            Some(pk) => Err(Error::new_spanned(pk, "there is no such field")),
            None => {
                let id = members.into_iter().find(|member| match member {
                    Member::Named(name) => name == "id",
                    Member::Unnamed(_) => false,
                });
                id.ok_or_else(|| {
                    Error::new_spanned(
                        model,
                        "no field is called `id`; say which one is the primary key: \
                         `#[model(pk = number)]`",
                    )
                })
            }
        }
    }
}
