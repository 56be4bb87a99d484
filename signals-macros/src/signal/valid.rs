//! Whether a declaration makes sense, and what it says when it does.

use proc_macro2::Span;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Error, Ident, Result, Type, Visibility};

use super::arg::{self, Answer, Kind};
use super::ast::{Argument, Declaration, SenderType};
use super::attributes::{Attributes, check_docs_only};
use super::borrow::RenameBound;
use crate::mistakes::{Mistakes, both};
use crate::names::{RESERVED, camel_case, plain, snake_case};
use crate::types::type_text;

/// One signal, free of mistakes that can be seen in its declaration.
pub(crate) struct Signal {
    pub(crate) attributes: Attributes,
    pub(crate) vis: Visibility,
    pub(crate) name: Ident,
    pub(crate) payload: Ident,
    pub(crate) sender: Sender,
    pub(crate) sender_docs: Vec<Attribute>,
    pub(crate) args: Vec<Arg>,
    pub(crate) answer: Option<Answer>,
}

pub(crate) enum Sender {
    /// No `sender`.
    None,
    /// `sender`: the sending code names it.
    Open,
    /// `sender: M`.
    Typed(SenderType),
}

/// One argument other than `sender`.
pub(crate) struct Arg {
    pub(crate) docs: Vec<Attribute>,
    pub(crate) name: Ident,
    /// The type as written.
    pub(crate) text: String,
    /// The type with the payload's lifetime in it.
    pub(crate) ty: Type,
    pub(crate) kind: Kind,
}

/// The signals without a mistake.
pub(crate) fn check(declarations: Vec<Declaration>, mistakes: &mut Mistakes) -> Vec<Signal> {
    let mut seen: Vec<(Ident, bool)> = Vec::new();
    let mut signals = Vec::new();
    for declaration in declarations {
        let name = declaration.name.clone();
        let is_conditional = declaration.attrs.iter().any(|it| it.path().is_ident("cfg"));
        let is_twice = seen
            .iter()
            .any(|(other, conditional)| *other == name && !(*conditional && is_conditional));
        seen.push((name.clone(), is_conditional));
        let signal = mistakes.note(check_signal(declaration));
        if is_twice {
            mistakes.add(Error::new(
                name.span(),
                format!("the signal `{name}` is there already"),
            ));
        } else {
            signals.extend(signal);
        }
    }
    signals
}

fn check_signal(declaration: Declaration) -> Result<Signal> {
    let Declaration {
        attrs,
        vis,
        name,
        sender_type,
        parens,
        args,
        answer,
    } = declaration;
    let model = sender_type.as_ref().map(|ty| ty.name.clone());
    let once = refuse_twice(&args);
    let first = args.first().map_or(parens, |arg| arg.name.span());
    let (senders, args): (Vec<_>, Vec<_>) = args.into_iter().enumerate().partition(is_sender);
    let sender = senders.into_iter().next();
    let sender_docs = sender
        .as_ref()
        .map_or_else(Vec::new, |(_, sender)| sender.attrs.clone());
    let sender = both(
        check_docs_only(&sender_docs),
        check_sender(sender, sender_type, first),
    );
    let mut mistakes = Mistakes::default();
    let args = args
        .into_iter()
        .filter_map(|(_, arg)| mistakes.note(check_arg(arg, model.as_ref())))
        .collect();
    let ((attributes, payload), (((), sender), ((args, ()), answer))) = both(
        both(Attributes::check(attrs), payload_name(&name)),
        both(
            sender,
            both(both(mistakes.or(args), once), arg::check_answer(answer)),
        ),
    )?;
    Ok(Signal {
        attributes,
        vis,
        name,
        payload,
        sender,
        sender_docs,
        args,
        answer,
    })
}

fn is_sender((_, arg): &(usize, Argument)) -> bool {
    plain(&arg.name) == "sender"
}

fn refuse_twice(args: &[Argument]) -> Result<()> {
    let mut mistakes = Mistakes::default();
    for (i, arg) in args.iter().enumerate() {
        let word = plain(&arg.name);
        if args[..i].iter().any(|before| plain(&before.name) == word) {
            mistakes.add(Error::new(
                arg.name.span(),
                format!("the argument `{word}` is there already"),
            ));
        }
    }
    mistakes.or(())
}

/// `OrderPaid` for `order_paid`.
fn payload_name(name: &Ident) -> Result<Ident> {
    let word = plain(name);
    if word.chars().any(char::is_uppercase) {
        let snake = snake_case(&word);
        return Err(Error::new(
            name.span(),
            format!("a signal's name is in snake case: `{snake}`"),
        ));
    }
    let camel = camel_case(&word);
    if syn::parse_str::<Ident>(&camel).is_err() {
        return Err(Error::new(
            name.span(),
            format!(
                "`{word}` makes no name for the payload, as `order_paid` makes `OrderPaid`; call \
                 the signal otherwise"
            ),
        ));
    }
    Ok(Ident::new(&camel, name.span()))
}

/// The argument `sender` and its place, with the type parameter and where the first argument is.
fn check_sender(
    sender: Option<(usize, Argument)>,
    ty: Option<SenderType>,
    first: Span,
) -> Result<Sender> {
    let sender = match sender {
        Some((0, sender)) => Some(sender),
        Some((_, sender)) => {
            return Err(Error::new(
                sender.name.span(),
                "`sender` comes first: `order_paid(sender, order: &Order)`",
            ));
        }
        None => None,
    };
    match (sender, ty) {
        (None, None) => Ok(Sender::None),
        (None, Some(SenderType { name, .. })) => Err(Error::new(
            first,
            format!("the first argument has to be `sender: {name}`"),
        )),
        (Some(Argument { ty: None, .. }), None) => Ok(Sender::Open),
        (Some(Argument { ty: Some(ty), .. }), None) => Err(Error::new_spanned(
            ty,
            "leave the type out, `sender` alone: each send names its own; or declare one that \
             models send, `<M: Model>(sender: M, …)`",
        )),
        (Some(Argument { ty: Some(ty), .. }), Some(mut sender)) if is_ident(&ty, &sender.name) => {
            for bound in &mut sender.bounds {
                RenameBound.visit_type_param_bound_mut(bound);
            }
            Ok(Sender::Typed(sender))
        }
        (Some(sender), Some(SenderType { name, .. })) => {
            let message = format!("the sender is the type parameter: `sender: {name}`");
            Err(match sender.ty {
                Some(ty) => Error::new_spanned(ty, message),
                None => Error::new(sender.name.span(), message),
            })
        }
    }
}

fn is_ident(ty: &Type, name: &Ident) -> bool {
    matches!(ty, Type::Path(path) if path.qself.is_none() && path.path.is_ident(name))
}

fn check_arg(arg: Argument, model: Option<&Ident>) -> Result<Arg> {
    let Argument { attrs, name, ty } = arg;
    let typed = check_arg_name(&name).and_then(|()| {
        let missing = format!("the argument `{name}` needs a type: `{name}: &T`");
        let mut ty = ty.ok_or_else(|| Error::new(name.span(), missing))?;
        let text = type_text(&ty);
        let kind = arg::check(&mut ty, model)?;
        Ok((text, ty, kind))
    });
    let ((), (text, ty, kind)) = both(check_docs_only(&attrs), typed)?;
    Ok(Arg {
        docs: attrs,
        name,
        text,
        ty,
        kind,
    })
}

fn check_arg_name(name: &Ident) -> Result<()> {
    let word = plain(name);
    let fail = |message| Err(Error::new(name.span(), message));
    if RESERVED.contains(&word.as_str()) {
        return fail(format!(
            "`{word}` is what every receiver can take from every signal; call the argument \
             otherwise"
        ));
    }
    if let Some(rest) = word.strip_prefix('_') {
        return fail(format!(
            "a receiver's `_{rest}` takes the argument `{rest}`; leave the `_` out"
        ));
    }
    Ok(())
}
