//! What is written in `#[receiver(…)]`.

use proc_macro2::Span;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{
    Error, Expr, ExprClosure, ExprPath, Ident, LitInt, LitStr, Path, Result, Token, Type,
    bracketed, token,
};

/// One registration: `signal, key = value, …`.
pub(crate) struct Registration {
    pub(crate) signals: Vec<Path>,
    pub(crate) sender: Option<SenderFilter>,
    pub(crate) dispatch_uid: Option<LitStr>,
    pub(crate) when: Option<When>,
    pub(crate) priority: Option<(i32, Span)>,
    pub(crate) before: Vec<LitStr>,
    pub(crate) after: Vec<LitStr>,
    pub(crate) core: Option<Path>,
}

pub(crate) enum SenderFilter {
    /// `sender = T`: the arguments have the sender's own types.
    One(Type),
    /// `sender = "…"` or `sender = [A, "…"]`.
    Several(Vec<SenderName>),
}

pub(crate) enum SenderName {
    Type(Type),
    Label(LitStr),
}

pub(crate) enum When {
    Closure(ExprClosure),
    Function(ExprPath),
}

const KEYS: &str =
    "`sender`, `dispatch_uid`, `when`, `priority`, `before`, `after`, `inline` or `crate`";

impl Parse for Registration {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.is_empty() {
            return Err(Error::new(
                Span::call_site(),
                "say which signal: `#[receiver(order_paid)]`",
            ));
        }
        let mut registration = Self {
            signals: parse_signals(input)?,
            sender: None,
            dispatch_uid: None,
            when: None,
            priority: None,
            before: Vec::new(),
            after: Vec::new(),
            core: None,
        };
        let mut seen: Vec<Ident> = Vec::new();
        while !input.is_empty() {
            if !input.peek(Token![,]) {
                return Err(input.error("expected `,`"));
            }
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let key = parse_key(input)?;
            if seen.contains(&key) {
                return Err(Error::new(key.span(), format!("`{key}` is there already")));
            }
            registration.parse_value(&key, input)?;
            seen.push(key);
        }
        Ok(registration)
    }
}

/// `path` or `[path, …]`.
fn parse_signals(input: ParseStream<'_>) -> Result<Vec<Path>> {
    if input.peek(token::Bracket) {
        let content;
        let brackets = bracketed!(content in input);
        let signals = content.parse_terminated(Path::parse_mod_style, Token![,])?;
        if signals.is_empty() {
            return Err(Error::new(
                brackets.span.join(),
                "say which signals: `[user_logged_in, user_logged_out]`",
            ));
        }
        return Ok(signals.into_iter().collect());
    }
    if input.peek2(Token![=]) && !input.peek2(Token![==]) {
        return Err(input.error("the signal comes first: `#[receiver(order_paid, sender = Shop)]`"));
    }
    if input.peek(syn::Lit) {
        return Err(
            input.error("name the signal by its path, without quotes: `#[receiver(order_paid)]`")
        );
    }
    Ok(vec![input.call(Path::parse_mod_style)?])
}

/// The word before `=`, or a word that stands alone.
fn parse_key(input: ParseStream<'_>) -> Result<Ident> {
    if input.peek(Token![crate]) {
        let krate: Token![crate] = input.parse()?;
        return Ok(Ident::new("crate", krate.span));
    }
    match input.parse::<Ident>() {
        Ok(key) => Ok(key),
        Err(error) => Err(Error::new(error.span(), format!("expected {KEYS}"))),
    }
}

impl Registration {
    fn parse_value(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        match key.to_string().as_str() {
            "inline" => return Ok(()),
            "on_commit" | "durable" => {
                return Err(Error::new(
                    key.span(),
                    format!("`{key}` is not there yet; a receiver is called by the send, at once"),
                ));
            }
            "sender" | "dispatch_uid" | "when" | "priority" | "before" | "after" | "crate" => {}
            "signal" => {
                return Err(Error::new(
                    key.span(),
                    "the signal comes first, without a key: `#[receiver(order_paid)]`",
                ));
            }
            other => {
                let hint = match other {
                    "senders" => "; write `sender = [A, B]`",
                    "uid" | "id" | "name" => "; write `dispatch_uid = \"…\"`",
                    "weak" => {
                        "; a function is there for good, and weak connections are made with \
                               `connect_weak`"
                    }
                    "filter" | "condition" | "if" => "; write `when = |total: u64| total > 9`",
                    "order" => "; write `priority = 5`, `before = \"…\"` or `after = \"…\"`",
                    _ => "",
                };
                return Err(Error::new(
                    key.span(),
                    format!("unknown key `{other}`{hint}; expected {KEYS}"),
                ));
            }
        }
        if !input.peek(Token![=]) {
            return Err(Error::new(
                key.span(),
                format!("`{key}` needs a value: `{key} = …`"),
            ));
        }
        let equals: Token![=] = input.parse()?;
        if input.is_empty() || input.peek(Token![,]) {
            return Err(Error::new(
                equals.span,
                format!("`{key}` needs a value: `{key} = …`"),
            ));
        }
        match key.to_string().as_str() {
            "sender" => self.sender = Some(parse_sender(input)?),
            "dispatch_uid" => self.dispatch_uid = Some(parse_name(input, "a `dispatch_uid`")?),
            "when" => self.when = Some(parse_when(input)?),
            "priority" => self.priority = Some(parse_priority(input)?),
            "before" => self.before = parse_names(input, key)?,
            "after" => self.after = parse_names(input, key)?,
            _ => self.core = Some(input.call(Path::parse_mod_style)?),
        }
        Ok(())
    }
}

fn parse_sender(input: ParseStream<'_>) -> Result<SenderFilter> {
    if input.peek(LitStr) {
        let label = parse_name(input, "a sender's label")?;
        return Ok(SenderFilter::Several(vec![SenderName::Label(label)]));
    }
    if input.peek(token::Bracket) {
        let content;
        let brackets = bracketed!(content in input);
        let names = content.parse_terminated(SenderName::parse, Token![,])?;
        if names.is_empty() {
            return Err(Error::new(
                brackets.span.join(),
                "name a sender, or leave `sender` out to listen to everybody",
            ));
        }
        return Ok(SenderFilter::Several(names.into_iter().collect()));
    }
    if input.peek(syn::Lit) {
        return Err(input.error("a sender is a type, or a label in quotes"));
    }
    Ok(SenderFilter::One(parse_type(input)?))
}

/// A type without elided lifetimes: a sender is known by its type, which is `'static`.
fn parse_type(input: ParseStream<'_>) -> Result<Type> {
    let ty: Type = input.parse()?;
    if matches!(ty, Type::Reference(_)) {
        return Err(Error::new_spanned(&ty, "name the type itself, without `&`"));
    }
    Ok(ty)
}

impl SenderName {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(LitStr) {
            Ok(Self::Label(parse_name(input, "a sender's label")?))
        } else {
            Ok(Self::Type(parse_type(input)?))
        }
    }
}

/// A string that is not blank.
fn parse_name(input: ParseStream<'_>, what: &str) -> Result<LitStr> {
    let Ok(name) = input.parse::<LitStr>() else {
        return Err(input.error(format!("{what} is a string: `\"…\"`")));
    };
    let value = name.value();
    if value.is_empty() {
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

/// `"…"` or `["…", "…"]`.
fn parse_names(input: ParseStream<'_>, key: &Ident) -> Result<Vec<LitStr>> {
    let what = format!("the receiver in `{key}`");
    if !input.peek(token::Bracket) {
        return Ok(vec![parse_name(input, &what)?]);
    }
    let content;
    let brackets = bracketed!(content in input);
    let mut names = Vec::new();
    while !content.is_empty() {
        names.push(parse_name(&content, &what)?);
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    if names.is_empty() {
        return Err(Error::new(
            brackets.span.join(),
            format!("name a receiver, or leave `{key}` out"),
        ));
    }
    Ok(names)
}

fn parse_priority(input: ParseStream<'_>) -> Result<(i32, Span)> {
    let minus: Option<Token![-]> = input.parse()?;
    let Ok(number) = input.parse::<LitInt>() else {
        return Err(input.error("a priority is a whole number, higher runs earlier"));
    };
    let sign = if minus.is_some() { "-" } else { "" };
    match format!("{sign}{}", number.base10_digits()).parse() {
        Ok(priority) if number.suffix().is_empty() || number.suffix() == "i32" => {
            Ok((priority, number.span()))
        }
        _ => Err(Error::new(number.span(), "a priority is an `i32`")),
    }
}

fn parse_when(input: ParseStream<'_>) -> Result<When> {
    match input.parse::<Expr>()? {
        Expr::Closure(closure) => {
            if let Some(asyncness) = &closure.asyncness {
                return Err(Error::new_spanned(
                    asyncness,
                    "a condition is asked before anything is awaited; leave `async` out",
                ));
            }
            Ok(When::Closure(closure))
        }
        Expr::Path(path) => Ok(When::Function(path)),
        other => Err(Error::new(
            other.span(),
            "a condition is a closure over arguments, `|total: u64| total > 9`, or the path of a \
             function of the payload",
        )),
    }
}
