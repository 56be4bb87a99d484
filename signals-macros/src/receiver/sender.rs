//! `sender = …`: whom a receiver listens to.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Error, LitStr, Result, Type, bracketed, token};

use crate::mistakes::Mistakes;
use crate::parse::{parse_list, parse_name, parse_type, refuse_twice};

pub(crate) enum SenderFilter {
    /// `sender = T`: the arguments have the sender's own types.
    One(Box<Type>),
    /// `sender = "…"` or `sender = [A, "…"]`.
    Several(Vec<SenderName>),
}

pub(crate) enum SenderName {
    Type(Box<Type>),
    Label(LitStr),
}

impl Parse for SenderFilter {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if !input.peek(token::Bracket) {
            return Ok(match input.parse()? {
                SenderName::Type(ty) => Self::One(ty),
                label @ SenderName::Label(_) => Self::Several(vec![label]),
            });
        }
        let content;
        let brackets = bracketed!(content in input);
        if content.is_empty() {
            return Err(Error::new(
                brackets.span.join(),
                "name a sender, or leave `sender` out to listen to everybody",
            ));
        }
        let mut mistakes = Mistakes::default();
        let names = parse_list(&content, &mut mistakes, SenderName::parse);
        refuse_twice(&names, &mut mistakes);
        mistakes.or(Self::Several(names))
    }
}

impl ToTokens for SenderFilter {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::One(ty) => ty.to_tokens(tokens),
            Self::Several(names) => names.iter().for_each(|name| name.to_tokens(tokens)),
        }
    }
}

impl Parse for SenderName {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let wanted = "a sender is a type, or a label in quotes";
        if input.peek(LitStr) {
            return Ok(Self::Label(parse_name(input, "a sender's label")?));
        }
        let ty = parse_type(input, wanted)?;
        match &ty {
            Type::Reference(_) => Err(Error::new_spanned(ty, "name the type itself, without `&`")),
            Type::Infer(_) | Type::ImplTrait(_) => Err(Error::new_spanned(ty, wanted)),
            _ if input.peek(token::Paren) || input.peek(token::Brace) => {
                Err(input.error(format!("{wanted}, and not a value")))
            }
            _ => Ok(Self::Type(Box::new(ty))),
        }
    }
}

impl ToTokens for SenderName {
    fn to_tokens(&self, tokens: &mut proc_macro2::TokenStream) {
        match self {
            Self::Type(ty) => ty.to_tokens(tokens),
            Self::Label(label) => label.to_tokens(tokens),
        }
    }
}
