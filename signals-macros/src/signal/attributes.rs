//! The attributes of a signal, by where they go.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::parse::ParseStream;
use syn::{Attribute, Error, Expr, ExprLit, Ident, Lit, LitInt, LitStr, Meta, Result};

use crate::mistakes::Mistakes;
use crate::parse::{Keys, parse_name};

#[derive(Default)]
pub(crate) struct Attributes {
    /// `#[doc]`.
    pub(crate) docs: Vec<Attribute>,
    /// `#[cfg]`: on everything that is generated.
    pub(crate) cfgs: Vec<Attribute>,
    /// All others: on the static and the payload.
    pub(crate) others: Vec<Attribute>,
    pub(crate) stable_name: Option<LitStr>,
    pub(crate) version: Option<LitInt>,
}

/// `#[signal(name = "…", version = …)]`
const KEYS: Keys = Keys {
    owner: "`#[signal]`",
    with_value: &["name", "version"],
    alone: &[],
    later: &[],
    instead: |_| None,
};

impl Attributes {
    pub(crate) fn check(attributes: Vec<Attribute>) -> Result<Self> {
        let mut mistakes = Mistakes::default();
        let mut sorted = Self::default();
        let mut has_options = false;
        for attribute in attributes {
            let path = attribute.path();
            if path.is_ident("doc") {
                sorted.docs.push(attribute);
            } else if path.is_ident("cfg") {
                sorted.cfgs.push(attribute);
            } else if path.is_ident("signal") {
                if has_options {
                    mistakes.add(Error::new_spanned(path, "`#[signal]` is there already"));
                }
                has_options = true;
                KEYS.parse_attribute(&attribute, &mut mistakes, |key, input| {
                    sorted.parse_option(key, input)
                });
            } else if path.is_ident("derive") {
                mistakes.add(Error::new_spanned(
                    attribute,
                    "a payload derives nothing; take what is needed out of its arguments",
                ));
            } else {
                sorted.others.push(attribute);
            }
        }
        mistakes.or(sorted)
    }

    fn parse_option(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        if key == "name" {
            self.stable_name = Some(parse_name(input, "a stable name")?);
            return Ok(());
        }
        let wrong = input.error("a version is a whole number from 1 on");
        let version: LitInt = input.parse().map_err(|_| wrong.clone())?;
        if !version.base10_parse().is_ok_and(|version: u32| version > 0) {
            return Err(wrong);
        }
        self.version = Some(version);
        Ok(())
    }

    /// The doc comment as one text.
    pub(crate) fn doc_text(&self, here: Span) -> TokenStream {
        let lines = self.docs.iter().filter_map(|doc| match &doc.meta {
            Meta::NameValue(doc) => Some(&doc.value),
            _ => None,
        });
        let lines = lines.map(|line| match line {
            Expr::Lit(ExprLit {
                lit: Lit::Str(line),
                ..
            }) => {
                let line = line.value();
                let line = line.strip_prefix(' ').unwrap_or(&line).trim_end();
                quote_spanned!(here=> #line)
            }
            // `include_str!("…")` and its like.
            line => line.to_token_stream(),
        });
        quote_spanned!(here=> ::core::concat!(#(#lines, "\n"),*).trim_ascii())
    }
}

/// Documentation is all that an argument takes.
pub(crate) fn check_docs_only(attributes: &[Attribute]) -> Result<()> {
    match attributes.iter().find(|it| !it.path().is_ident("doc")) {
        None => Ok(()),
        Some(other) => Err(Error::new_spanned(
            other,
            "an argument takes doc comments and no other attribute",
        )),
    }
}
