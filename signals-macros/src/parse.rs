//! What the macros have in common in reading: names, types, lists and `key = value`, with messages
//! in the user's words where syn speaks of tokens.

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Error, Ident, LitStr, Meta, Result, Token, Type};

use crate::mistakes::Mistakes;
use crate::names::closest;
use crate::types::ungroup;

/// A name; `wanted` says what belongs here.
pub(crate) fn parse_ident(input: ParseStream<'_>, wanted: &str) -> Result<Ident> {
    if input.peek(Ident) {
        return input.parse();
    }
    match input.call(Ident::parse_any) {
        Ok(word)
            if ["self", "Self", "super", "crate", "_"]
                .iter()
                .any(|it| word == it) =>
        {
            Err(Error::new(word.span(), format!("{wanted}, not `{word}`")))
        }
        Ok(word) => Err(Error::new(
            word.span(),
            format!("`{word}` is a keyword of Rust; write `r#{word}`"),
        )),
        Err(error) => Err(Error::new(error.span(), wanted)),
    }
}

/// A type; `wanted` says what belongs here.
pub(crate) fn parse_type(input: ParseStream<'_>, wanted: &str) -> Result<Type> {
    let start = input.span();
    let mut ty = input.parse().map_err(|_| Error::new(start, wanted))?;
    ungroup(&mut ty);
    Ok(ty)
}

/// A string that is neither empty nor has space around it; `what` is what it names.
pub(crate) fn parse_name(input: ParseStream<'_>, what: &str) -> Result<LitStr> {
    if !input.peek(LitStr) {
        return Err(input.error(format!("{what} is a string: `\"…\"`")));
    }
    let name: LitStr = input.parse()?;
    let value = name.value();
    if value.trim().is_empty() {
        return Err(Error::new(name.span(), format!("{what} cannot be empty")));
    }
    if value.trim() != value {
        return Err(Error::new(
            name.span(),
            format!("{what} cannot begin or end with a space"),
        ));
    }
    Ok(name)
}

/// Everything up to the end, with commas between; after a mistake, on behind the next comma.
pub(crate) fn parse_list<T>(
    input: ParseStream<'_>,
    mistakes: &mut Mistakes,
    mut parse_one: impl FnMut(ParseStream<'_>) -> Result<T>,
) -> Vec<T> {
    let mut list = Vec::new();
    while !input.is_empty() {
        let one = parse_one(input).and_then(|one| {
            if input.is_empty() || input.peek(Token![,]) {
                Ok(one)
            } else {
                Err(input.error("expected `,` before this"))
            }
        });
        list.extend(mistakes.note(one));
        while !input.is_empty() {
            if matches!(input.parse(), Ok(TokenTree::Punct(punct)) if punct.as_char() == ',') {
                break;
            }
        }
    }
    list
}

/// The same tokens twice in a list.
pub(crate) fn refuse_twice(list: &[impl ToTokens], mistakes: &mut Mistakes) {
    let mut seen: Vec<String> = Vec::new();
    for one in list {
        let text = one.to_token_stream().to_string();
        if seen.contains(&text) {
            mistakes.add(Error::new_spanned(one, "this is in the list already"));
        } else {
            seen.push(text);
        }
    }
}

/// The keys of one attribute.
pub(crate) struct Keys {
    /// Whose they are: "a receiver".
    pub(crate) owner: &'static str,
    /// `key = value`.
    pub(crate) with_value: &'static [&'static str],
    /// `key` alone.
    pub(crate) alone: &'static [&'static str],
    /// A key that is not there yet, and how things are for now.
    pub(crate) later: &'static [(&'static str, &'static str)],
    /// What to write instead of a key that somebody may well try.
    pub(crate) instead: fn(&str) -> Option<&'static str>,
}

impl Keys {
    /// Whether somebody who writes this alone means a key, if not one that there is.
    pub(crate) fn knows(&self, word: &str) -> bool {
        let later = self.later.iter().map(|(later, _)| later);
        let alone = self.alone.iter().chain(later).copied();
        self.with_value.contains(&word)
            || (self.instead)(word).is_some()
            || closest(word, alone).is_some()
    }

    /// Reads `key = value, key = value, …`; `parse_value` gets the key, and the input behind the
    /// equals sign.
    pub(crate) fn parse(
        &self,
        input: ParseStream<'_>,
        mistakes: &mut Mistakes,
        mut parse_value: impl FnMut(&Ident, ParseStream<'_>) -> Result<()>,
    ) {
        let mut seen: Vec<Ident> = Vec::new();
        parse_list(input, mistakes, |input| {
            let key = self.parse_key(input)?;
            if seen.contains(&key) {
                return Err(Error::new(key.span(), format!("`{key}` is there already")));
            }
            seen.push(key.clone());
            parse_value(&key, input)
        });
    }

    /// Reads the keys of `#[name(key = value, …)]`.
    pub(crate) fn parse_attribute(
        &self,
        attribute: &Attribute,
        mistakes: &mut Mistakes,
        parse_value: impl FnMut(&Ident, ParseStream<'_>) -> Result<()>,
    ) {
        let name = attribute.path();
        match &attribute.meta {
            Meta::List(list) if !list.tokens.is_empty() => {
                let parser = |input: ParseStream<'_>| {
                    self.parse(input, mistakes, parse_value);
                    Ok(())
                };
                // Never fails: all that is wrong is among the mistakes.
                let _ = parser.parse2(list.tokens.clone());
            }
            _ => mistakes.add(Error::new_spanned(
                name,
                format!(
                    "say what to set, in parentheses; {} takes {}",
                    self.owner,
                    self.all()
                ),
            )),
        }
    }

    /// The key, and the equals sign behind it.
    fn parse_key(&self, input: ParseStream<'_>) -> Result<Ident> {
        let Ok(key) = input.call(Ident::parse_any) else {
            return Err(input.error(format!("{} takes {}", self.owner, self.all())));
        };
        let word = key.to_string();
        let fail = |message: String| Err(Error::new(key.span(), message));
        if self.alone.contains(&word.as_str()) {
            if input.peek(Token![=]) {
                return fail(format!("`{word}` takes no value"));
            }
            return Ok(key);
        }
        if !self.with_value.contains(&word.as_str()) {
            return fail(self.unknown(&word));
        }
        if !input.peek(Token![=]) {
            return fail(format!("`{word}` needs a value: `{word} = …`"));
        }
        input.parse::<Token![=]>()?;
        if input.is_empty() || input.peek(Token![,]) {
            return fail(format!("`{word}` needs a value: `{word} = …`"));
        }
        Ok(key)
    }

    fn unknown(&self, word: &str) -> String {
        if let Some((_, for_now)) = self.later.iter().find(|(later, _)| *later == word) {
            return format!("`{word}` is not there yet; {for_now}");
        }
        if let Some(instead) = (self.instead)(word) {
            return format!("there is no key `{word}`; {instead}");
        }
        let known = self.with_value.iter().chain(self.alone).copied();
        match closest(word, known) {
            Some(known) => format!("there is no key `{word}`; did you mean `{known}`?"),
            None => format!(
                "there is no key `{word}`; {} takes {}",
                self.owner,
                self.all()
            ),
        }
    }

    fn all(&self) -> String {
        let keys = self.with_value.iter().chain(self.alone);
        let keys: Vec<String> = keys.map(|key| format!("`{key}`")).collect();
        match keys.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => String::new(),
        }
    }
}
