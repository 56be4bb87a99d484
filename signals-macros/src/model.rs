//! `#[derive(Model)]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{
    Attribute, Data, DeriveInput, Error, Field, Fields, Generics, Ident, LitStr, Member, Path,
    Result, parse2,
};

use crate::core_path;
use crate::mistakes::{Mistakes, both};
use crate::names::{closest, plain};
use crate::parse::{Keys, parse_name};
use crate::tokens::{respanned, shown_at};

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    parse2::<DeriveInput>(input)
        .and_then(|input| {
            let model = Checked::new(&input)?;
            let core = core_path::of(model.core.as_ref())?;
            Ok(derive(&model, &core))
        })
        .unwrap_or_else(Error::into_compile_error)
}

/// `#[model(label = "…", pk = field, crate = path)]`
#[derive(Default)]
struct Options {
    label: Option<LitStr>,
    pk: Option<Member>,
    core: Option<Path>,
}

const KEYS: Keys = Keys {
    owner: "`#[model]`",
    with_value: &["label", "pk", "crate"],
    alone: &[],
    later: &[],
    instead: |word| match word {
        "primary_key" | "key" | "id" => Some("write `pk = number`"),
        "name" => Some("write `label = \"shop.Order\"`"),
        _ => None,
    },
};

/// A model without a mistake.
struct Checked<'i> {
    name: &'i Ident,
    label: String,
    pk: Member,
    pk_field: &'i Field,
    core: Option<Path>,
}

impl<'i> Checked<'i> {
    fn new(input: &'i DeriveInput) -> Result<Self> {
        let name = &input.ident;
        let Data::Struct(data) = &input.data else {
            return Err(Error::new_spanned(
                name,
                "a model is a struct with a field for its primary key",
            ));
        };
        let options = Options::read(&input.attrs, &data.fields).and_then(|options| {
            let (pk, pk_field) = primary_key(options.pk, name, &data.fields)?;
            Ok((options.label, pk, pk_field, options.core))
        });
        let ((label, pk, pk_field, core), ()) = both(options, refuse_generics(&input.generics))?;
        Ok(Self {
            name,
            label: match label {
                Some(label) => label.value(),
                None => format!("{}.{}", crate_name(), plain(name)),
            },
            pk,
            pk_field,
            core,
        })
    }
}

fn derive(model: &Checked<'_>, core: &TokenStream) -> TokenStream {
    let Checked {
        name,
        label,
        pk,
        pk_field,
        core: _,
    } = model;
    let here = shown_at(name.span());
    let core = respanned(core, here);
    // A key that is none is the field's fault.
    let at_field = shown_at(pk_field.ty.span());
    let core_there = respanned(&core, at_field);
    let key = quote_spanned! {at_field=>
        #core_there::ToPrimaryKey::to_primary_key(&self.#pk)
    };
    // The bounds are those of `ModelView`. Said here, what is missing is one error, and not one for
    // each place that needs it.
    let bounds = quote_spanned! {name.span()=>
        Self: ::core::fmt::Debug + ::core::marker::Send + ::core::marker::Sync
    };
    quote_spanned! {here=>
        #[automatically_derived]
        #[allow(deprecated, trivial_bounds)]
        impl #core::Model for #name where #bounds {
            const LABEL: &'static str = #label;
            type Instance = Self;
            type Draft = Self;
        }

        #[automatically_derived]
        #[allow(deprecated, trivial_bounds)]
        impl #core::ModelView for #name where #bounds {
            type Of = Self;

            fn pk(&self) -> ::core::option::Option<#core::PrimaryKey> {
                #key
            }
        }

        #[allow(deprecated)]
        const _: () = {
            use #core::__private::signals_core as __core;

            __core::__list_fact!(__core::__private::Fact::Sender {
                sender: __core::__private::SenderFilter::Type(|| {
                    __core::__private::model_sender::<#name>(#label)
                }),
                module: ::core::module_path!(),
            });
        };
    }
}

/// The crate that is being compiled, as Rust code names it.
fn crate_name() -> String {
    let name = std::env::var("CARGO_CRATE_NAME").or_else(|_| std::env::var("CARGO_PKG_NAME"));
    name.unwrap_or_default().replace('-', "_")
}

fn refuse_generics(generics: &Generics) -> Result<()> {
    if generics.params.is_empty() {
        return Ok(());
    }
    Err(Error::new_spanned(
        &generics.params,
        "a model cannot be generic, because it is known by its type as a sender",
    ))
}

impl Options {
    fn read(attributes: &[Attribute], fields: &Fields) -> Result<Self> {
        let mut options = Self::default();
        let mut mistakes = Mistakes::default();
        let is_model = |it: &&Attribute| it.path().is_ident("model");
        let mut models = attributes.iter().filter(is_model);
        if let Some(attribute) = models.next() {
            KEYS.parse_attribute(attribute, &mut mistakes, |key, input| {
                options.parse_option(key, input)
            });
        }
        for second in models {
            mistakes.add(Error::new_spanned(
                second.path(),
                "`#[model]` is there already",
            ));
        }
        for (field, member) in fields.iter().zip(fields.members()) {
            for misplaced in field.attrs.iter().filter(is_model) {
                let pk = member.to_token_stream();
                mistakes.add(Error::new_spanned(
                    misplaced,
                    format!("`#[model]` goes on the struct: `#[model(pk = {pk})]`"),
                ));
            }
        }
        mistakes.or(options)
    }

    fn parse_option(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        match key.to_string().as_str() {
            "label" => self.label = Some(parse_name(input, "a label")?),
            "crate" => self.core = Some(core_path::parse(input)?),
            _ => {
                let wrong = input.error("name the field with the primary key: `pk = number`");
                self.pk = Some(input.parse().map_err(|_| wrong)?);
            }
        }
        Ok(())
    }
}

/// The field that is named, or `id`.
fn primary_key<'i>(
    named: Option<Member>,
    model: &Ident,
    fields: &'i Fields,
) -> Result<(Member, &'i Field)> {
    let find = |wanted: &Member| fields.members().zip(fields).find(|(it, _)| it == wanted);
    if let Some(wanted) = named {
        return find(&wanted).ok_or_else(|| no_such_field(&wanted, fields));
    }
    find(&Ident::new("id", model.span()).into()).ok_or_else(|| {
        Error::new_spanned(
            model,
            "no field is called `id`; say which one is the primary key: `#[model(pk = number)]`",
        )
    })
}

fn no_such_field(wanted: &Member, fields: &Fields) -> Error {
    let names: Vec<String> = fields
        .iter()
        .filter_map(|field| field.ident.as_ref())
        .map(plain)
        .collect();
    let message = match wanted {
        Member::Named(name) => {
            let name = plain(name);
            match closest(&name, names.iter().map(String::as_str)) {
                Some(other) => format!("there is no field `{name}`; did you mean `{other}`?"),
                None => format!("there is no field `{name}`"),
            }
        }
        Member::Unnamed(index) => format!("there is no field `{}`", index.index),
    };
    Error::new_spanned(wanted, message)
}
