//! How the function is called: its parameters taken from the payload by name, its answer converted.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Expr, Type};

use super::Entry;
use crate::names::plain;
use crate::receiver::function::Function;
use crate::receiver::param::{Param, Source};
use crate::receiver::when::Input;
use crate::tokens::{local, respanned};

impl Entry<'_> {
    pub(super) fn handler(&self) -> TokenStream {
        let core = self.core;
        let Function {
            name,
            is_async,
            params,
            answer_span,
        } = self.function;
        let here = self.here;
        let spec = self.spec();
        let payload = local("event", here);
        let sender = self.sender_local(&payload);
        let view = self.borrowed_view(&payload);
        let values: Vec<Ident> = params.iter().map(Param::value).collect();
        let lets = params
            .iter()
            .zip(&values)
            .map(|(param, value)| self.bind(param, value));
        let call = quote_spanned!(name.span()=> #name(#(#values),*));
        let awaited = is_async.then(|| quote_spanned!(self.here=> .await));
        let answer = local("answer", *answer_span);
        let at = respanned(core, *answer_span);
        let converted = quote_spanned! {*answer_span=>
            #at::IntoAnswer::<#spec, <#spec as #at::Spec>::Answer>::into_answer(#answer)
        };
        let body = quote_spanned! {self.here=>
            #sender
            #view
            #(#lets)*
            let #answer = #call #awaited;
            #converted
        };
        if *is_async {
            // A future that is not `Send` is the function's fault.
            let at = respanned(core, name.span());
            let cx = local("cx", here);
            let started = quote_spanned!(name.span()=>
                #at::__private::start(move || async move { #body }, #cx));
            quote_spanned!(here=> #core::__private::Handler::<#spec>::Async(|#payload, #cx| #started))
        } else {
            quote_spanned!(self.here=> #core::__private::Handler::<#spec>::Sync(|#payload| { #body }))
        }
    }

    /// `let sender = …;`, if a parameter takes it.
    pub(super) fn sender_local(&self, payload: &Ident) -> Option<TokenStream> {
        let (core, here, spec) = (self.core, self.here, self.spec());
        let mut params = self.function.params.iter();
        let is_taken = params.any(|param| matches!(param.source, Source::Sender));
        is_taken.then(|| {
            let sender = local("sender", here);
            quote_spanned!(here=> let #sender = <#spec as #core::Spec>::sender(&*#payload);)
        })
    }

    /// `let arguments = …;`
    fn borrowed_view(&self, payload: &Ident) -> TokenStream {
        let event = self
            .function
            .params
            .iter()
            .find_map(|param| match param.source {
                Source::Event { exclusive } => Some(exclusive),
                _ => None,
            });
        let view = match event {
            None => self.view(&quote_spanned!(self.here=> #payload)),
            Some(_) => self.view(&quote_spanned!(self.here=> &*#payload)),
        };
        if event == Some(true) {
            // The payload goes to the function as it is; keeping the arguments would lend it twice.
            return quote_spanned!(self.here=> let _ = #view?;);
        }
        let arguments = local("arguments", self.here);
        quote_spanned! {self.here=>
            let #arguments = #view?;
            let _ = &#arguments;
        }
    }

    /// A local with the parameter's type, so that a wrong one is one error at the parameter.
    pub(super) fn bind(&self, param: &Param, value: &Ident) -> TokenStream {
        let Param { name, ty, source } = param;
        if let Source::State {
            ty: of,
            is_optional,
        } = source
        {
            let core = self.core;
            let holder = local(&format!("state_{}", plain(name)), name.span());
            return if *is_optional {
                quote_spanned! {self.here=>
                    let #holder = #core::state::get::<#of>();
                    let #value: ::core::option::Option<&#of> = #holder.as_deref();
                }
            } else {
                quote_spanned! {self.here=>
                    let #holder = #core::__private::take::<#of>()?;
                    let #value: &#of = &#holder;
                }
            };
        }
        self.typed(value, ty, &self.value_of(source, name.span()))
    }

    /// `let value: ty = from;`, but not in one: of a wrong number, rustc would propose a conversion, at
    /// the type.
    fn typed(&self, value: &Ident, ty: &Type, from: &TokenStream) -> TokenStream {
        quote_spanned! {self.here=>
            let #value: #ty;
            #value = #from;
        }
    }

    /// What a parameter gets, of the locals of the expansion.
    fn value_of(&self, source: &Source, span: Span) -> TokenStream {
        let inside = span.resolved_at(Span::mixed_site());
        let payload = local("event", span);
        match source {
            Source::Sender => local("sender", span).into_token_stream(),
            Source::Signal => {
                let spec = self.spec();
                let at = respanned(self.core, span);
                quote_spanned!(inside=> <#spec as #at::Spec>::INFO)
            }
            Source::Event { exclusive: true } => payload.into_token_stream(),
            Source::Event { exclusive: false } => quote_spanned!(inside=> &*#payload),
            Source::Argument(argument) => {
                let arguments = local("arguments", span);
                quote_spanned!(inside=> #arguments.#argument)
            }
            Source::State { .. } => unreachable!("state does not come with the payload"),
        }
    }

    /// A condition over arguments, as a function of the payload.
    ///
    /// The closure's parameters become `let`s before its body: called as a closure, it would not know
    /// the types of those that have none.
    pub(super) fn when_closure(&self, inputs: &[Input], body: &Expr) -> TokenStream {
        let core = self.core;
        let here = self.here;
        let spec = self.spec();
        let payload = local("event", here);
        let (arguments, sender) = (local("arguments", here), local("sender", here));
        let view = self.view(&quote_spanned!(self.here=> #payload));
        let lets = inputs.iter().map(|input| {
            let Input {
                name,
                source,
                pat,
                ty,
            } = input;
            let from = self.value_of(source, name.span());
            let Some(ty) = ty else {
                return quote_spanned!(self.here=> let #pat = #from;);
            };
            let value = local(&format!("when_{}", plain(name)), name.span());
            let typed = self.typed(&value, ty, &from);
            quote_spanned!(self.here=> #typed let #pat = #value;)
        });
        quote_spanned! {self.here=>
            |#payload| {
                let #sender = <#spec as #core::Spec>::sender(#payload);
                let _ = #sender;
                // Arguments of another model than the sender's are the receiver's to report.
                let ::core::result::Result::Ok(#arguments) = #view else {
                    return true;
                };
                let _ = &#arguments;
                #(#lets)*
                (#body)
            }
        }
    }
}

impl Param {
    /// The local with this parameter's value.
    pub(super) fn value(&self) -> Ident {
        local(&format!("arg_{}", plain(&self.name)), self.name.span())
    }
}
