//! `when = …`: under which condition a receiver is called.

use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprClosure, ExprPath, Ident, Pat, PatIdent, PatType, Result, Type};

use super::param::Source;
use crate::mistakes::Mistakes;

pub(crate) enum When {
    /// A closure over arguments by name.
    Closure { inputs: Vec<Input>, body: Box<Expr> },
    /// A function of the whole payload.
    Function(Box<ExprPath>),
}

/// An argument that a condition asks for.
pub(crate) struct Input {
    pub(crate) name: Ident,
    pub(crate) source: Source,
    /// The name as written, perhaps with `mut`.
    pub(crate) pat: Pat,
    /// Where it is given.
    pub(crate) ty: Option<Type>,
}

impl Parse for When {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let start = input.span();
        let wanted = "a condition is a closure over arguments, `|total: u64| total > 9`, or the \
                      path of a function of the payload";
        let mut condition = input.parse::<Expr>();
        loop {
            condition = match condition {
                Ok(Expr::Closure(closure)) => return Self::of_closure(closure),
                Ok(Expr::Path(path)) => return Ok(Self::Function(Box::new(path))),
                Ok(Expr::Paren(inner)) => Ok(*inner.expr),
                // What a `macro_rules!` passes on as `$condition:expr`.
                Ok(Expr::Group(inner)) => Ok(*inner.expr),
                Ok(_) | Err(_) => return Err(Error::new(start, wanted)),
            }
        }
    }
}

impl When {
    fn of_closure(closure: ExprClosure) -> Result<Self> {
        let mut mistakes = Mistakes::default();
        if let Some(asyncness) = &closure.asyncness {
            mistakes.add(Error::new(
                asyncness.span(),
                "a condition is asked before anything is awaited; leave `async` out",
            ));
        }
        let mut inputs: Vec<Input> = Vec::new();
        for pat in closure.inputs {
            let Some(input) = mistakes.note(Input::new(pat)) else {
                continue;
            };
            if inputs.iter().any(|other| other.name == input.name) {
                let name = &input.name;
                let message = format!("`{name}` is there already");
                mistakes.add(Error::new(name.span(), message));
            }
            inputs.push(input);
        }
        let body = closure.body;
        mistakes.or(Self::Closure { inputs, body })
    }
}

impl Input {
    fn new(pat: Pat) -> Result<Self> {
        let (attrs, pat, ty) = match pat {
            Pat::Type(PatType { attrs, pat, ty, .. }) => (attrs, *pat, Some(*ty)),
            pat => (Vec::new(), pat, None),
        };
        if let Some(attribute) = attrs.first() {
            return Err(Error::new_spanned(
                attribute,
                "a condition takes arguments of the signal and nothing else",
            ));
        }
        match &pat {
            Pat::Ident(PatIdent {
                attrs,
                by_ref: None,
                ident,
                subpat: None,
                ..
            }) if attrs.is_empty() => Ok(Self {
                name: ident.clone(),
                source: Source::of(ident, false)?,
                pat,
                ty,
            }),
            _ => Err(Error::new_spanned(
                pat,
                "a condition takes arguments by name: `|total: u64| …`",
            )),
        }
    }
}
