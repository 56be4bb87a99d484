//! What is written in `signal!`, as it is written.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Error, Ident, Result, Token, Type, TypeParamBound, Visibility, parenthesized, token,
};

use crate::mistakes::Mistakes;
use crate::parse::{parse_ident, parse_list, parse_type};
use crate::types::text;

/// Everything in one `signal!`.
pub(crate) struct Declarations {
    /// signals-core, as the macro's own `$crate`.
    pub(crate) core: TokenStream,
    pub(crate) signals: Vec<Declaration>,
    pub(crate) mistakes: Mistakes,
}

/// `pub order_paid<M: Model>(…) -> Answer;`
pub(crate) struct Declaration {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) name: Ident,
    pub(crate) sender_type: Option<SenderType>,
    pub(crate) parens: Span,
    pub(crate) args: Vec<Argument>,
    pub(crate) answer: Option<Type>,
}

/// `<M: Model>`
pub(crate) struct SenderType {
    pub(crate) name: Ident,
    pub(crate) bounds: Punctuated<TypeParamBound, Token![+]>,
    /// As written.
    pub(crate) text: String,
}

/// `name: Type`, or `sender` alone.
pub(crate) struct Argument {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) name: Ident,
    pub(crate) ty: Option<Type>,
}

impl Parse for Declarations {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let core: Group = input.parse()?;
        if input.is_empty() {
            return Err(Error::new(
                Span::call_site(),
                "declare at least one signal: `pub order_paid(sender, order: &Order);`",
            ));
        }
        let mut signals = Vec::new();
        let mut mistakes = Mistakes::default();
        while !input.is_empty() {
            match input.parse::<Declaration>() {
                Ok(signal) => {
                    signals.push(signal);
                    mistakes.note(parse_end(input));
                }
                Err(error) => {
                    mistakes.add(error);
                    skip_declaration(input);
                }
            }
        }
        Ok(Self {
            core: core.stream(),
            signals,
            mistakes,
        })
    }
}

/// The semicolon. Where it is forgotten, the next signal may follow all the same.
fn parse_end(input: ParseStream<'_>) -> Result<()> {
    let before = input.cursor().prev_span();
    if input.parse::<Option<Token![;]>>()?.is_some() {
        return Ok(());
    }
    let is_next =
        input.is_empty() || input.peek(Ident) || input.peek(Token![pub]) || input.peek(Token![#]);
    if is_next {
        let message = "a signal ends with `;`, or with `-> Answer;` if it wants answers";
        return Err(Error::new(before, message));
    }
    let error = input.error(if input.peek(Token![where]) {
        "write the bound of the sender's type behind its name: `<M: Model>`"
    } else if input.peek(token::Brace) {
        "a signal has no body; end it with `;`"
    } else {
        "expected `;`, or `-> Answer;`"
    });
    skip_declaration(input);
    Err(error)
}

/// On to the declaration after the one with the mistake.
fn skip_declaration(input: ParseStream<'_>) {
    loop {
        match input.parse() {
            Ok(TokenTree::Punct(punct)) if punct.as_char() == ';' => return,
            Ok(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => return,
            Ok(_) => {}
            // The end.
            Err(_) => return,
        }
    }
}

impl Parse for Declaration {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis: Visibility = input.parse()?;
        refuse_keyword(input)?;
        let name = parse_ident(input, "a signal begins with its name: `pub order_paid(…);`")?;
        if input.peek(Token![::]) {
            return Err(Error::new(
                name.span(),
                "a signal is declared by its name alone, in the module that it belongs to",
            ));
        }
        let mut mistakes = Mistakes::default();
        let sender_type = if input.peek(Token![<]) {
            Some(SenderType::parse(input, &mut mistakes)?)
        } else {
            None
        };
        if !input.peek(token::Paren) {
            return Err(Error::new(
                name.span(),
                format!("the arguments go into parentheses, even if there are none: `{name}();`"),
            ));
        }
        let content;
        let parens = parenthesized!(content in input).span.join();
        let args = parse_list(&content, &mut mistakes, Argument::parse);
        let answer = if input.parse::<Option<Token![->]>>()?.is_some() {
            Some(parse_type(
                input,
                "expected the type of an answer: `-> Quote`",
            )?)
        } else {
            None
        };
        mistakes.or(Self {
            attrs,
            vis,
            name,
            sender_type,
            parens,
            args,
            answer,
        })
    }
}

/// `fn`, `static` and the like in front of the name.
fn refuse_keyword(input: ParseStream<'_>) -> Result<()> {
    let is_keyword = input.peek(Ident::peek_any) && !input.peek(Ident);
    if is_keyword && input.peek2(Ident) {
        let keyword = input.call(Ident::parse_any)?;
        return Err(Error::new(
            keyword.span(),
            format!("leave `{keyword}` out; a signal is declared as `pub order_paid(total: u64);`"),
        ));
    }
    Ok(())
}

impl SenderType {
    fn parse(input: ParseStream<'_>, mistakes: &mut Mistakes) -> Result<Self> {
        let open: Token![<] = input.parse()?;
        if input.peek(syn::Lifetime) {
            return Err(input.error("leave the lifetime out; all arguments share the payload's"));
        }
        if input.peek(Token![const]) {
            return Err(input.error("a signal is generic over the sender's type only"));
        }
        if input.peek(Token![>]) {
            return Err(Error::new(
                open.span,
                "expected the sender's type: `<M: Model>(sender: M, …)`",
            ));
        }
        let name = parse_ident(
            input,
            "expected the sender's type: `<M: Model>(sender: M, …)`",
        )?;
        let mut bounds = Punctuated::new();
        if input.parse::<Option<Token![:]>>()?.is_some() && !input.peek(Token![>]) {
            loop {
                bounds.push_value(input.parse()?);
                if !input.peek(Token![+]) {
                    break;
                }
                bounds.push_punct(input.parse()?);
            }
        }
        if bounds.is_empty() {
            mistakes.add(Error::new(
                name.span(),
                format!("say what the sender has to be: `<{name}: Model>`"),
            ));
        }
        if input.peek(Token![=]) {
            return Err(input.error("the sender's type has no default; each send brings its own"));
        }
        if input.parse::<Option<Token![,]>>()?.is_some() && !input.peek(Token![>]) {
            return Err(input.error("a signal is generic over the sender's type only"));
        }
        input.parse::<Token![>]>()?;
        let text = format!("{name}: {}", text(bounds.to_token_stream()));
        Ok(Self { name, bounds, text })
    }
}

impl Argument {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let is_self = |input: ParseStream<'_>| {
            input.peek(Token![self]) || (input.peek(Token![mut]) && input.peek2(Token![self]))
        };
        let ahead = input.fork();
        if is_self(input) || (ahead.parse::<Token![&]>().is_ok() && is_self(&ahead)) {
            return Err(input.error("a signal has no `self`; an argument is `name: Type`"));
        }
        if input.peek(Token![mut]) {
            return Err(input.error(
                "`mut` belongs into the type: an argument that receivers may change is \
                 `name: &mut T`",
            ));
        }
        let name = parse_ident(input, "an argument is `name: Type`")?;
        let ty = match input.parse::<Option<Token![:]>>()? {
            Some(_) if !input.is_empty() && !input.peek(Token![,]) => {
                Some(parse_type(input, "expected a type, such as `&Order`")?)
            }
            _ => None,
        };
        if input.peek(Token![=]) {
            return Err(input.error("an argument has no default; each send brings its own"));
        }
        Ok(Self { attrs, name, ty })
    }
}
