//! What is generated: where it is shown, and what it can be confused with.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

/// Generated, and shown where `span` is.
pub(crate) fn shown_at(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// A local of an expansion, shown at `span`.
///
/// No local of the user's can meet it. A static could: a signal of that name, which no `let` can
/// shadow. So it has a name that no signal has.
pub(crate) fn local(name: &str, span: Span) -> Ident {
    Ident::new(&format!("__{name}"), span.resolved_at(Span::mixed_site()))
}

/// The same tokens, shown elsewhere. Every token of a path counts for where an error is shown.
pub(crate) fn respanned(tokens: &TokenStream, span: Span) -> TokenStream {
    let shown_there = |mut token: TokenTree| {
        token.set_span(token.span().located_at(span));
        token
    };
    tokens.clone().into_iter().map(shown_there).collect()
}

/// A generated path, shown from the first token to the last of what the user wrote.
pub(crate) fn over(written: &impl ToTokens, path: TokenStream) -> TokenStream {
    let mut spans = written.to_token_stream().into_iter().map(|it| it.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    let last = spans.last().unwrap_or(first);
    let mut tokens: Vec<TokenTree> = path.into_iter().collect();
    let end = tokens.len() - 1;
    for (index, token) in tokens.iter_mut().enumerate() {
        token.set_span(shown_at(if index == end { last } else { first }));
    }
    tokens.into_iter().collect()
}

/// The line of a token in the file that `file!()` says; for one that a macro of the user's wrote,
/// the line where that macro is called.
pub(crate) fn line(span: Span) -> TokenStream {
    quote_spanned!(span=> ::core::line!())
}

/// The column of a token in its line, likewise.
pub(crate) fn column(span: Span) -> TokenStream {
    quote_spanned!(span=> ::core::column!())
}

/// `Some(…)` or `None`.
pub(crate) fn option(value: Option<impl ToTokens>, span: Span) -> TokenStream {
    value.map_or_else(
        || quote_spanned!(span=> ::core::option::Option::None),
        |value| quote_spanned!(span=> ::core::option::Option::Some(#value)),
    )
}
