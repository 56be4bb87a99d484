//! Types as tokens: what can be told of one without knowing it, and how it is written.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::token::Paren;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, PathArguments, Type, TypeParen, TypeReference, TypeTraitObject};

/// Takes off the groups in which a `macro_rules!` passes a `$ty:ty` on.
pub(crate) fn ungroup(ty: &mut Type) {
    struct Ungroup;

    impl VisitMut for Ungroup {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            while let Type::Group(group) = ty {
                *ty = (*group.elem).clone();
            }
            visit_mut::visit_type_mut(self, ty);
        }

        fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
            visit_mut::visit_type_reference_mut(self, reference);
            parenthesize(&mut reference.elem);
        }
    }

    Ungroup.visit_type_mut(ty);
}

/// `dyn Error + Send` behind a reference needs parentheses.
pub(crate) fn parenthesize(ty: &mut Type) {
    if let Type::TraitObject(object) = ty {
        if object.bounds.len() > 1 {
            *ty = Type::Paren(TypeParen {
                attrs: Vec::new(),
                paren_token: Paren(object.span()),
                elem: Box::new(ty.clone()),
            });
        }
    }
}

/// `dyn Error + Send` of `(dyn Error + Send)`.
pub(crate) fn in_parens(mut ty: &Type) -> &Type {
    while let Type::Paren(paren) = ty {
        ty = &paren.elem;
    }
    ty
}

/// `&mut T`
pub(crate) fn is_mut_reference(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if reference.mutability.is_some())
}

/// `&T`, but for `&'static T`, which nobody has to keep.
pub(crate) fn is_borrowed(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference)
        if reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident != "static"))
}

/// `str`
pub(crate) fn is_str(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.qself.is_none() && path.path.is_ident("str"))
}

/// `T` of `Option<T>`, however `Option` is called by.
pub(crate) fn option_of(ty: &Type) -> Option<&Type> {
    match type_arguments(ty, "Option")?[..] {
        [of] => Some(of),
        _ => None,
    }
}

/// `T` and `E` of a `path::Result<T, E>`, if that is the name.
pub(crate) fn type_arguments<'t>(ty: &'t Type, name: &str) -> Option<Vec<&'t Type>> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) if last.ident == name => arguments
            .args
            .iter()
            .map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
            .collect(),
        _ => None,
    }
}

/// Whether there is a `dyn` in it.
pub(crate) fn has_object(ty: &Type) -> bool {
    struct Find(bool);

    impl<'ast> Visit<'ast> for Find {
        fn visit_type_trait_object(&mut self, _: &'ast TypeTraitObject) {
            self.0 = true;
        }
    }

    let mut find = Find(false);
    find.visit_type(ty);
    find.0
}

/// The text of a type as people write it: `Option<&str>`.
pub(crate) fn type_text(ty: &Type) -> String {
    text(ty.to_token_stream())
}

/// The text of types and what stands between them.
pub(crate) fn text(tokens: TokenStream) -> String {
    let mut text = String::new();
    write_tokens(tokens, &mut text);
    text
}

fn write_tokens(tokens: TokenStream, text: &mut String) {
    let mut before: Option<TokenTree> = None;
    for token in tokens {
        if before
            .as_ref()
            .is_some_and(|before| is_spaced(before, &token))
        {
            text.push(' ');
        }
        match &token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                write_tokens(group.stream(), text);
                text.push_str(close);
            }
            token => text.push_str(&token.to_string()),
        }
        before = Some(token);
    }
}

/// Whether a space stands between two tokens of a type.
fn is_spaced(left: &TokenTree, right: &TokenTree) -> bool {
    let symbol = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => Some(punct.as_char()),
        _ => None,
    };
    match (symbol(left), symbol(right)) {
        (Some('+' | '=' | ',' | ';'), _) | (_, Some('+' | '=' | '-')) => true,
        // The end of `->` or of `<…>`.
        (Some('>'), right) => !matches!(right, Some(',' | '>' | ':' | ';')),
        (Some(_), _) => false,
        (None, Some(right)) => matches!(right, '&' | '*' | '\''),
        (None, None) => match right {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                ["mut", "dyn", "const"]
                    .iter()
                    .any(|word| left.to_string() == *word)
            }
            _ => true,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::type_text;

    #[test]
    fn types_are_shown_as_people_write_them() {
        for text in [
            "&str",
            "&'static [&'static str]",
            "&mut Option<Vec<(u8, String)>>",
            "&mut (u8, [u16; 4])",
            "Option<&dyn Fn(&str, u8) -> Result<(), Error>>",
            "&(dyn Debug + Send + 'static)",
            "for<'n> fn(&'n str, (u8,)) -> &'n str",
            "unsafe extern \"C\" fn(*const u8, ...) -> *mut ()",
            "<M as Model>::Instance",
            "::core::option::Option<crate::shop::Order<'_, 4>>",
            "dyn Iterator<Item = &u8>",
            "&dyn (Fn())",
            "fn() -> [u8; 2]",
        ] {
            assert_eq!(type_text(&syn::parse_str(text).unwrap()), text);
        }
    }
}
