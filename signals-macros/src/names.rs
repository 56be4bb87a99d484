//! Names that mean something of their own, and lists of words for messages.

use proc_macro2::{Ident, Span, TokenStream};

/// What a receiver's parameter can be called without being an argument of the signal.
pub(crate) const RESERVED: [&str; 3] = ["sender", "signal", "event"];

/// `order_paid` as `OrderPaid`.
pub(crate) fn camel_case(name: &Ident) -> String {
    let name = name.to_string();
    let words = name.trim_start_matches("r#").split('_');
    words
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(letters)
        })
        .collect()
}

/// The name without `r#`.
pub(crate) fn plain(name: &Ident) -> String {
    let name = name.to_string();
    name.trim_start_matches("r#").to_owned()
}

/// A local of an expansion: no name that the user writes can meet it, and errors about it are shown
/// at `span`.
pub(crate) fn local(name: &str, span: Span) -> Ident {
    Ident::new(name, span.resolved_at(Span::mixed_site()))
}

/// The same tokens, shown elsewhere.
pub(crate) fn respanned(tokens: &TokenStream, span: Span) -> TokenStream {
    let shown_there = |mut token: proc_macro2::TokenTree| {
        token.set_span(token.span().located_at(span));
        token
    };
    tokens.clone().into_iter().map(shown_there).collect()
}

/// The line of a token in its file.
pub(crate) fn line(span: Span) -> u32 {
    u32::try_from(span.unwrap().line()).unwrap_or(u32::MAX)
}

/// The column of a token in its line.
pub(crate) fn column(span: Span) -> u32 {
    u32::try_from(span.unwrap().column()).unwrap_or(u32::MAX)
}
