//! What is written in `#[receiver(…)]`.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, LitInt, LitStr, Path, Result, Token, bracketed, token};

use super::guarantee::Guarantee;
use super::sender::SenderFilter;
use super::when::When;
use crate::core_path;
use crate::mistakes::Mistakes;
use crate::parse::{Keys, parse_list, parse_name, refuse_twice};

/// One registration: `signal, key = value, …`.
pub(crate) struct Registration {
    /// All of it, to tell it from others.
    pub(crate) text: String,
    pub(crate) signals: Vec<Path>,
    pub(crate) sender: Option<SenderFilter>,
    pub(crate) dispatch_uid: Option<LitStr>,
    pub(crate) when: Option<When>,
    pub(crate) priority: i32,
    pub(crate) guarantee: Option<Guarantee>,
    pub(crate) before: Vec<LitStr>,
    pub(crate) after: Vec<LitStr>,
    pub(crate) core: Option<Path>,
}

const KEYS: Keys = Keys {
    owner: "a receiver",
    with_value: &[
        "sender",
        "dispatch_uid",
        "when",
        "priority",
        "before",
        "after",
        "crate",
    ],
    alone: &Guarantee::KEYS,
    later: &[("durable", FOR_NOW)],
    instead: |word| {
        Some(match word {
            "signal" => "the signal comes first: `#[receiver(order_paid)]`",
            "senders" => "write `sender = [A, B]`",
            "uid" | "id" | "name" => "write `dispatch_uid = \"…\"`",
            "filter" | "condition" | "if" => "write `when = |total: u64| total > 9`",
            "order" => "write `priority = 5`, `before = \"…\"` or `after = \"…\"`",
            "after_commit" | "commit" | "transactional" => "write `on_commit`",
            "weak" => "a function is there for good; `connect_weak` is for what may go away",
            _ => return None,
        })
    },
};

const FOR_NOW: &str =
    "`on_commit` is called once the transaction is committed, unless the program stops before";

pub(crate) const NO_SIGNAL: &str = "say which signal: `#[receiver(order_paid)]`";

impl Parse for Registration {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.is_empty() {
            return Err(Error::new(Span::call_site(), NO_SIGNAL));
        }
        let mut mistakes = Mistakes::default();
        let text = input.fork().parse::<TokenStream>()?.to_string();
        let mut registration = Self {
            text,
            signals: parse_signals(input, &mut mistakes)?,
            sender: None,
            dispatch_uid: None,
            when: None,
            priority: 0,
            guarantee: None,
            before: Vec::new(),
            after: Vec::new(),
            core: None,
        };
        if !input.is_empty() {
            input
                .parse::<Token![,]>()
                .map_err(|error| Error::new(error.span(), "expected `,` behind the signal"))?;
            refuse_second_signal(input)?;
        }
        KEYS.parse(input, &mut mistakes, |key, input| {
            registration.parse_value(key, input)
        });
        mistakes.or(registration)
    }
}

/// `path` or `[path, …]`.
fn parse_signals(input: ParseStream<'_>, mistakes: &mut Mistakes) -> Result<Vec<Path>> {
    if !input.peek(token::Bracket) {
        return Ok(vec![parse_signal(input)?]);
    }
    let content;
    let brackets = bracketed!(content in input);
    if content.is_empty() {
        return Err(Error::new(
            brackets.span.join(),
            "say which signals: `[user_logged_in, user_logged_out]`",
        ));
    }
    let signals = parse_list(&content, mistakes, parse_signal);
    refuse_twice(&signals, mistakes);
    Ok(signals)
}

/// `order_paid, order_sent`, where only keys can follow.
fn refuse_second_signal(input: ParseStream<'_>) -> Result<()> {
    let ahead = input.fork();
    let Ok(path) = ahead.call(Path::parse_mod_style) else {
        return Ok(());
    };
    let is_key = path
        .get_ident()
        .is_some_and(|word| KEYS.knows(&word.to_string()));
    if is_key || !(ahead.is_empty() || ahead.peek(Token![,])) {
        return Ok(());
    }
    Err(Error::new_spanned(
        path,
        "several signals go into brackets: `#[receiver([order_paid, order_sent])]`",
    ))
}

/// The path of a signal.
fn parse_signal(input: ParseStream<'_>) -> Result<Path> {
    let by_path = "name the signal by its path alone: `#[receiver(order_paid)]`";
    if input.peek2(Token![=]) && !input.peek2(Token![==]) {
        return Err(input.error("the signal comes first: `#[receiver(order_paid, sender = Shop)]`"));
    }
    let start = input.span();
    let path = input
        .call(Path::parse_mod_style)
        .map_err(|_| Error::new(start, by_path))?;
    if input.peek(Token![<]) {
        return Err(input.error("a signal takes no type here; write `sender = T`"));
    }
    if input.peek(token::Paren) {
        return Err(input.error(by_path));
    }
    Ok(path)
}

impl Registration {
    /// The signal for which this one is never called, because `first` has the same key and sender.
    /// The same to the letter may be there as often as anybody likes, as in Django.
    pub(crate) fn repeats(&self, first: &Self) -> Option<&Path> {
        let text = |of: &dyn ToTokens| of.to_token_stream().to_string();
        let uid = |it: &Self| it.dispatch_uid.as_ref().map(LitStr::value);
        let sender = |it: &Self| it.sender.as_ref().map(|sender| text(sender));
        let guarantee = |it: &Self| it.guarantee.as_ref().map_or("Inline", Guarantee::variant);
        if self.text == first.text
            || uid(self) != uid(first)
            || sender(self) != sender(first)
            || guarantee(self) != guarantee(first)
        {
            return None;
        }
        let others: Vec<String> = first.signals.iter().map(|signal| text(signal)).collect();
        let mut signals = self.signals.iter();
        signals.find(|signal| others.contains(&text(signal)))
    }

    fn parse_value(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        match key.to_string().as_str() {
            "sender" => self.sender = Some(input.parse()?),
            "dispatch_uid" => self.dispatch_uid = Some(parse_name(input, "a `dispatch_uid`")?),
            "when" => self.when = Some(input.parse()?),
            "priority" => self.priority = parse_priority(input)?,
            "before" => self.before = parse_receivers(input, key)?,
            "after" => self.after = parse_receivers(input, key)?,
            "crate" => self.core = Some(core_path::parse(input)?),
            // All others are guarantees.
            _ => self.guarantee = Some(Guarantee::beside(self.guarantee.as_ref(), key)?),
        }
        Ok(())
    }
}

/// `"…"` or `["…", "…"]`.
fn parse_receivers(input: ParseStream<'_>, key: &Ident) -> Result<Vec<LitStr>> {
    let what = format!("a receiver in `{key}`");
    if !input.peek(token::Bracket) {
        return Ok(vec![parse_name(input, &what)?]);
    }
    let content;
    let brackets = bracketed!(content in input);
    if content.is_empty() {
        return Err(Error::new(
            brackets.span.join(),
            format!("name a receiver, or leave `{key}` out"),
        ));
    }
    let mut mistakes = Mistakes::default();
    let names = parse_list(&content, &mut mistakes, |input| parse_name(input, &what));
    mistakes.or(names)
}

fn parse_priority(input: ParseStream<'_>) -> Result<i32> {
    let wrong = input.error("a priority is a whole number that fits an `i32`; higher runs earlier");
    let sign = match input.parse::<Option<Token![-]>>()? {
        Some(_) => "-",
        None => "",
    };
    let number: LitInt = input.parse().map_err(|_| wrong.clone())?;
    if !matches!(number.suffix(), "" | "i32") {
        return Err(wrong);
    }
    let digits = format!("{sign}{}", number.base10_digits());
    digits.parse().map_err(|_| wrong)
}
