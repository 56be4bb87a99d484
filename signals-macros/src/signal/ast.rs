//! What is written in `signal!`, parsed and checked.

use proc_macro2::{Group, Span, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Error, Expr, ExprLit, Ident, Lit, LitInt, LitStr, Result, Token, Type,
    TypeParamBound, Visibility, parenthesized, token,
};

use super::arg::{self, Kind};
use crate::names::{RESERVED, camel_case, plain};

/// Everything in one `signal!`.
pub(crate) struct Declarations {
    /// signals-core, as the macro's own `$crate`.
    pub(crate) core: TokenStream,
    pub(crate) signals: Vec<Declaration>,
}

/// One signal.
pub(crate) struct Declaration {
    pub(crate) attributes: Attributes,
    pub(crate) vis: Visibility,
    pub(crate) name: Ident,
    pub(crate) payload: Ident,
    pub(crate) sender: Sender,
    pub(crate) args: Vec<Arg>,
    pub(crate) answer: Option<Type>,
}

/// The attributes of a signal, by where they go.
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

pub(crate) enum Sender {
    /// No `sender`.
    None,
    /// `sender`: the sending code names it.
    Open,
    /// `sender: M`.
    Typed {
        model: Ident,
        bounds: Punctuated<TypeParamBound, Token![+]>,
    },
}

pub(crate) struct Arg {
    pub(crate) docs: Vec<Attribute>,
    pub(crate) name: Ident,
    /// As written.
    pub(crate) shown: String,
    /// With the payload's lifetime in it.
    pub(crate) ty: Type,
    pub(crate) kind: Kind,
}

impl Parse for Declarations {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let core: Group = input.parse()?;
        let mut signals = Vec::new();
        if input.is_empty() {
            return Err(Error::new(
                Span::call_site(),
                "declare at least one signal: `pub order_paid(sender, order: &Order);`",
            ));
        }
        let mut errors: Option<Error> = None;
        while !input.is_empty() {
            match input.parse() {
                Ok(signal) => signals.push(signal),
                Err(error) => {
                    match &mut errors {
                        Some(errors) => errors.combine(error),
                        none => *none = Some(error),
                    }
                    skip_declaration(input);
                }
            }
        }
        match errors {
            Some(errors) => Err(errors),
            None => Ok(Self {
                core: core.stream(),
                signals,
            }),
        }
    }
}

/// On to the declaration after the one with the mistake.
fn skip_declaration(input: ParseStream<'_>) {
    while !input.is_empty() {
        if input
            .parse::<Option<Token![;]>>()
            .is_ok_and(|found| found.is_some())
        {
            return;
        }
        // Any token tree; there is one, as the input is not at its end.
        if input.parse::<proc_macro2::TokenTree>().is_err() {
            return;
        }
    }
}

impl Parse for Declaration {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attributes = Attributes::new(input.call(Attribute::parse_outer)?)?;
        let vis: Visibility = input.parse()?;
        for keyword in ["static", "fn", "struct", "const"] {
            if input
                .cursor()
                .ident()
                .is_some_and(|(ident, _)| ident == keyword)
            {
                return Err(input.error(format!(
                    "leave `{keyword}` out; a signal is declared as `pub order_paid(order: &Order);`"
                )));
            }
        }
        let name: Ident = input.parse()?;
        let payload = Ident::new(&camel_case(&name), name.span());
        if payload == name {
            return Err(Error::new(
                name.span(),
                "a signal's name is in snake case: `order_paid` makes the payload `OrderPaid`",
            ));
        }
        let generics = parse_generics(input)?;
        if !input.peek(token::Paren) {
            return Err(input.error(
                "expected the arguments in parentheses: `pub order_paid(sender, order: &Order);`",
            ));
        }
        let content;
        let parens = parenthesized!(content in input);
        let (sender, args) = parse_args(&content, generics, parens.span.join())?;
        let answer = parse_answer(input)?;
        if input.is_empty() {
            return Err(Error::new(
                name.span(),
                "a declaration ends with a semicolon",
            ));
        }
        if !input.peek(Token![;]) {
            return Err(input.error("expected `;`, or `-> Answer;`"));
        }
        input.parse::<Token![;]>()?;
        Ok(Self {
            attributes,
            vis,
            name,
            payload,
            sender,
            args,
            answer,
        })
    }
}

type Generics = Option<(Ident, Punctuated<TypeParamBound, Token![+]>)>;

/// `<M: Model>`, or nothing.
fn parse_generics(input: ParseStream<'_>) -> Result<Generics> {
    if !input.peek(Token![<]) {
        return Ok(None);
    }
    let open: Token![<] = input.parse()?;
    if input.peek(syn::Lifetime) {
        return Err(input.error("leave the lifetime out; a payload has one for all arguments"));
    }
    if input.peek(Token![>]) {
        return Err(Error::new(
            open.span,
            "expected the sender's type: `<M: Model>(sender: M, …)`",
        ));
    }
    let model: Ident = input.parse()?;
    if !input.peek(Token![:]) {
        return Err(Error::new(
            model.span(),
            format!("say what the sender has to be: `<{model}: Model>`"),
        ));
    }
    input.parse::<Token![:]>()?;
    let mut bounds = Punctuated::new();
    loop {
        bounds.push_value(input.parse::<TypeParamBound>()?);
        if !input.peek(Token![+]) {
            break;
        }
        bounds.push_punct(input.parse::<Token![+]>()?);
    }
    if input.peek(Token![,]) {
        return Err(input.error("a signal has one type parameter, its sender's"));
    }
    input.parse::<Token![>]>()?;
    Ok(Some((model, bounds)))
}

/// Everything between the parentheses.
fn parse_args(
    input: ParseStream<'_>,
    generics: Generics,
    parens: Span,
) -> Result<(Sender, Vec<Arg>)> {
    let is_sender = input
        .cursor()
        .ident()
        .is_some_and(|(ident, _)| ident == "sender");
    let sender = match (is_sender, generics) {
        (false, None) => Sender::None,
        (false, Some((model, _))) => {
            return Err(Error::new(
                if input.is_empty() {
                    parens
                } else {
                    input.span()
                },
                format!("the first argument has to be `sender: {model}`"),
            ));
        }
        (true, generics) => parse_sender(input, generics)?,
    };
    let model = match &sender {
        Sender::Typed { model, .. } => Some(model),
        Sender::None | Sender::Open => None,
    };
    let mut args: Vec<Arg> = Vec::new();
    let mut errors: Option<Error> = None;
    while !input.is_empty() {
        let arg = Arg::parse(input, model).and_then(|arg| {
            match args
                .iter()
                .find(|other| plain(&other.name) == plain(&arg.name))
            {
                Some(_) => Err(Error::new(
                    arg.name.span(),
                    format!("the argument `{}` is there already", arg.name),
                )),
                None => Ok(arg),
            }
        });
        match arg {
            Ok(arg) => args.push(arg),
            Err(error) => {
                match &mut errors {
                    Some(errors) => errors.combine(error),
                    none => *none = Some(error),
                }
                while !input.is_empty() && !input.peek(Token![,]) {
                    input.parse::<proc_macro2::TokenTree>()?;
                }
            }
        }
        if !input.is_empty() {
            if !input.peek(Token![,]) {
                let error = input.error("expected `,` between arguments");
                return Err(match errors {
                    Some(mut errors) => {
                        errors.combine(error);
                        errors
                    }
                    None => error,
                });
            }
            input.parse::<Token![,]>()?;
        }
    }
    match errors {
        Some(errors) => Err(errors),
        None => Ok((sender, args)),
    }
}

/// `sender` or `sender: M`, with the comma behind.
fn parse_sender(input: ParseStream<'_>, generics: Generics) -> Result<Sender> {
    let word: Ident = input.parse()?;
    let sender = if input.peek(Token![:]) {
        input.parse::<Token![:]>()?;
        let ty: Type = input.parse()?;
        match (generics, &ty) {
            (Some((model, bounds)), Type::Path(path)) if path.path.is_ident(&model) => {
                Sender::Typed { model, bounds }
            }
            (Some((model, _)), _) => {
                return Err(Error::new_spanned(
                    ty,
                    format!("the sender is the type parameter: `sender: {model}`"),
                ));
            }
            (None, _) => {
                return Err(Error::new_spanned(
                    ty,
                    "a sender has no type here: write `sender` alone, or `<M: Model>(sender: M, …)` \
                     for one that models send",
                ));
            }
        }
    } else {
        if let Some((model, _)) = generics {
            return Err(Error::new(
                word.span(),
                format!("say that the sender is the type parameter: `sender: {model}`"),
            ));
        }
        Sender::Open
    };
    if !input.is_empty() {
        if !input.peek(Token![,]) {
            return Err(input.error("expected `,` between arguments"));
        }
        input.parse::<Token![,]>()?;
    }
    Ok(sender)
}

fn parse_answer(input: ParseStream<'_>) -> Result<Option<Type>> {
    if !input.peek(Token![->]) {
        return Ok(None);
    }
    input.parse::<Token![->]>()?;
    let answer: Type = input.parse()?;
    match &answer {
        Type::Tuple(tuple) if tuple.elems.is_empty() => Ok(None),
        Type::Reference(reference)
            if reference
                .lifetime
                .as_ref()
                .is_none_or(|lifetime| lifetime.ident != "static") =>
        {
            Err(Error::new_spanned(
                &answer,
                "an answer outlives the send, so it owns what it holds; answer a `String` instead \
                 of a `&str`",
            ))
        }
        Type::ImplTrait(_) => Err(Error::new_spanned(
            &answer,
            "all receivers answer with one type; answer a `Box<dyn Trait>`",
        )),
        _ => Ok(Some(answer)),
    }
}

impl Arg {
    fn parse(input: ParseStream<'_>, model: Option<&Ident>) -> Result<Self> {
        let docs = input.call(Attribute::parse_outer)?;
        if let Some(other) = docs
            .iter()
            .find(|attribute| !attribute.path().is_ident("doc"))
        {
            return Err(Error::new_spanned(
                other,
                "an argument takes doc comments and no other attribute",
            ));
        }
        if input.peek(Token![&]) || input.peek(Token![self]) {
            return Err(input.error("a signal has no `self`; an argument is `name: Type`"));
        }
        if input.peek(Token![mut]) {
            return Err(input.error(
                "`mut` belongs into the type: an argument that receivers may change is `name: &mut T`",
            ));
        }
        let name: Ident = input.parse()?;
        let word = plain(&name);
        if word == "sender" {
            return Err(Error::new(
                name.span(),
                "`sender` comes first: `order_paid(sender, order: &Order)`",
            ));
        }
        if RESERVED.contains(&word.as_str()) {
            return Err(Error::new(
                name.span(),
                format!(
                    "`{word}` is reserved: every receiver can take it from every signal; call the \
                     argument otherwise"
                ),
            ));
        }
        if let Some(rest) = word.strip_prefix('_') {
            return Err(Error::new(
                name.span(),
                format!("a receiver's `_{rest}` takes the argument `{rest}`; leave the `_` out"),
            ));
        }
        if !input.peek(Token![:]) {
            return Err(Error::new(
                name.span(),
                format!("the argument `{word}` needs a type: `{word}: &T`"),
            ));
        }
        input.parse::<Token![:]>()?;
        if input.is_empty() || input.peek(Token![,]) {
            return Err(Error::new(
                name.span(),
                format!("the argument `{word}` needs a type: `{word}: &T`"),
            ));
        }
        let mut ty: Type = input.parse()?;
        let shown = arg::shown(&ty);
        let kind = arg::judge(&mut ty, model)?;
        Ok(Self {
            docs,
            name,
            shown,
            ty,
            kind,
        })
    }
}

impl Attributes {
    fn new(attributes: Vec<Attribute>) -> Result<Self> {
        let mut sorted = Self::default();
        for attribute in attributes {
            if attribute.path().is_ident("doc") {
                sorted.docs.push(attribute);
            } else if attribute.path().is_ident("cfg") {
                sorted.cfgs.push(attribute);
            } else if attribute.path().is_ident("signal") {
                sorted.read_signal(&attribute)?;
            } else if attribute.path().is_ident("derive") {
                return Err(Error::new_spanned(
                    attribute,
                    "a payload derives nothing; take the arguments out of it",
                ));
            } else {
                sorted.others.push(attribute);
            }
        }
        Ok(sorted)
    }

    /// `#[signal(name = "…", version = …)]`.
    fn read_signal(&mut self, attribute: &Attribute) -> Result<()> {
        attribute.parse_nested_meta(|meta| {
            let twice = || meta.error("this is there already");
            if meta.path.is_ident("name") {
                let name: LitStr = meta.value()?.parse()?;
                if name.value().trim().is_empty() {
                    return Err(Error::new(name.span(), "a stable name cannot be empty"));
                }
                match self.stable_name.replace(name) {
                    Some(_) => Err(twice()),
                    None => Ok(()),
                }
            } else if meta.path.is_ident("version") {
                let version: LitInt = meta.value()?.parse()?;
                if version
                    .base10_parse::<u32>()
                    .is_ok_and(|version| version > 0)
                {
                    match self.version.replace(version) {
                        Some(_) => Err(twice()),
                        None => Ok(()),
                    }
                } else {
                    Err(Error::new(
                        version.span(),
                        "a version is a number from 1 on",
                    ))
                }
            } else {
                Err(meta.error("expected `name = \"…\"` or `version = …`"))
            }
        })
    }

    /// The doc comment as one text.
    pub(crate) fn doc_text(&self) -> String {
        let line = |attribute: &Attribute| match &attribute.meta.require_name_value().ok()?.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(line),
                ..
            }) => {
                let line = line.value();
                Some(
                    line.strip_prefix(' ')
                        .unwrap_or(&line)
                        .trim_end()
                        .to_owned(),
                )
            }
            _ => None,
        };
        let lines: Vec<String> = self.docs.iter().filter_map(line).collect();
        lines.join("\n").trim().to_owned()
    }
}
