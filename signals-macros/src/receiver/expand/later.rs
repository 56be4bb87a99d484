//! The call of a receiver at the end of a transaction: with clones of the arguments that it names.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::Entry;
use crate::names::plain;
use crate::receiver::function::Function;
use crate::receiver::guarantee::Guarantee;
use crate::receiver::param::{Param, Source};
use crate::tokens::{local, respanned};
use crate::types::{is_borrowed, option_of};

impl Entry<'_> {
    /// A function of the payload, that makes the call to be made later.
    pub(super) fn later(&self, guarantee: &Guarantee) -> TokenStream {
        let core = self.core;
        let here = self.here;
        let spec = self.spec();
        let Function {
            name,
            is_async,
            params,
            answer_span,
        } = self.function;
        let payload = local("event", here);
        let sender = self.sender_local(&payload);
        let view = self.view(&quote_spanned!(here=> #payload));
        let arguments = local("arguments", here);
        let (states, arguments_taken): (Vec<&Param>, Vec<&Param>) = params
            .iter()
            .partition(|param| matches!(param.source, Source::State { .. }));
        let bound = arguments_taken
            .iter()
            .map(|param| self.bind(param, &param.value()));
        let kept = arguments_taken.iter().map(|param| self.keep(param));
        let lent = arguments_taken.iter().map(|param| self.lend(param));
        let states = states.iter().map(|param| self.bind(param, &param.value()));
        let values = params.iter().map(Param::value);
        let call = quote_spanned!(name.span()=> #name(#(#values),*));
        let awaited = is_async.then(|| quote_spanned!(here=> .await));
        let answer = local("answer", *answer_span);
        let at = respanned(core, *answer_span);
        let converted = quote_spanned! {*answer_span=>
            #at::IntoAnswer::<#spec, <#spec as #at::Spec>::Answer>::into_answer(#answer)
        };
        // Shown at the key: it is what the signal has to be fit for.
        let key = guarantee.span();
        let at = respanned(core, key);
        let told = quote_spanned!(key=> #at::__private::told::<__Signal>);
        let body = quote_spanned! {here=>
            #(#lent)*
            #(#states)*
            let #answer = #call #awaited;
            #told(#converted)
        };
        let work = if *is_async {
            quote_spanned!(name.span()=> asynchronous(async move { #body }))
        } else {
            quote_spanned!(here=> sync(move || { #body }))
        };
        quote_spanned! {here=>
            |#payload| {
                #sender
                let #arguments = #view?;
                let _ = &#arguments;
                #(#bound)*
                #(#kept)*
                ::core::result::Result::Ok(#core::__private::Work::#work)
            }
        }
    }

    /// `let kept = …;`, of the parameter's value.
    fn keep(&self, param: &Param) -> TokenStream {
        let (value, kept) = (param.value(), param.kept());
        let span = param.ty.span();
        let at = respanned(self.core, span);
        let how = match Clones::of(param) {
            Clones::Behind => quote_spanned!(span=> #at::__private::keep),
            Clones::Within => quote_spanned!(span=> #at::__private::keep_optional),
            Clones::Not => return quote!(let #kept = #value;),
        };
        quote_spanned!(span=> let #kept = #how(#value);)
    }

    /// `let value: Type = …;`, of what was kept.
    fn lend(&self, param: &Param) -> TokenStream {
        let (value, kept, ty) = (param.value(), param.kept(), &param.ty);
        let core = self.core;
        let lent = match Clones::of(param) {
            Clones::Behind => quote!(::std::borrow::Borrow::borrow(&#kept)),
            Clones::Within => quote!(#core::__private::lend_optional(&#kept)),
            Clones::Not => quote!(#kept),
        };
        quote!(let #value: #ty = #lent;)
    }
}

impl Param {
    fn kept(&self) -> Ident {
        local(&format!("kept_{}", plain(&self.name)), self.name.span())
    }
}

/// What of a parameter has to be cloned, by how its type is written.
enum Clones {
    /// `&T`
    Behind,
    /// `Option<&T>`
    Within,
    /// Anything else is `Copy`.
    Not,
}

impl Clones {
    fn of(param: &Param) -> Self {
        if matches!(param.source, Source::Signal | Source::Sender) {
            return Self::Not;
        }
        if is_borrowed(&param.ty) {
            Self::Behind
        } else if option_of(&param.ty).is_some_and(is_borrowed) {
            Self::Within
        } else {
            Self::Not
        }
    }
}
