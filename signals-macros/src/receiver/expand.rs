//! What a registration becomes: one entry of the signal's link-time collection.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, ExprClosure, ItemFn, Pat, Path, Result, Type};

use super::attribute::{Registration, SenderFilter, SenderName, When};
use super::function::{Function, Param, Source};
use crate::core_path;
use crate::names::{column, line, local, plain, respanned};

/// The function itself, and behind it what registers it.
///
/// The signal decides about parameters and answer, so lints about them are not the user's.
pub(crate) fn with_function(function: &ItemFn, registered: &TokenStream) -> TokenStream {
    quote! {
        #[allow(
            clippy::needless_pass_by_value,
            clippy::trivially_copy_pass_by_ref,
            clippy::unnecessary_wraps,
            clippy::unused_async
        )]
        #function
        #registered
    }
}

pub(crate) fn expand(registration: &Registration, function: &Function) -> Result<TokenStream> {
    let core = match &registration.core {
        Some(path) => path.to_token_stream(),
        None => core_path::find()?,
    };
    let one = |signal: &Path| {
        Entry {
            registration,
            function,
            core: &core,
            signal,
        }
        .expand()
    };
    registration.signals.iter().map(one).collect()
}

/// One receiver of one signal.
struct Entry<'r> {
    registration: &'r Registration,
    function: &'r Function,
    core: &'r TokenStream,
    signal: &'r Path,
}

impl Entry<'_> {
    fn expand(&self) -> Result<TokenStream> {
        let core = self.core;
        let signal = self.signal;
        // Shown where the user named the signal, if it is none.
        let spec = local("__Signal", signal.span());
        let info = self.info();
        let handler = self.handler();
        let when = match &self.registration.when {
            None => quote!(::core::option::Option::None),
            Some(when) => {
                let when = self.when(when)?;
                quote!(::core::option::Option::Some(#when))
            }
        };
        Ok(quote! {
            #[allow(
                deprecated,
                unused_qualifications,
                clippy::redundant_closure_call,
                clippy::used_underscore_binding
            )]
            const _: () = {
                type #spec = #signal;
                #core::__private::inventory::submit! {
                    __Signal {
                        receiver: #core::__private::Receiver {
                            info: #info,
                            handler: #handler,
                            when: #when,
                        }
                    }
                }
            };
        })
    }

    fn info(&self) -> TokenStream {
        let core = self.core;
        let Registration {
            dispatch_uid,
            priority,
            before,
            after,
            ..
        } = self.registration;
        let name = &self.function.name;
        let function = plain(name);
        let (defined_line, defined_column) = (line(name.span()), column(name.span()));
        let place = self.signal.span();
        let (line, column) = (line(place), column(place));
        let uid = match dispatch_uid {
            None => quote!(::core::option::Option::None),
            Some(uid) => quote!(::core::option::Option::Some(::std::borrow::Cow::Borrowed(#uid))),
        };
        let priority = priority.map_or(0, |(priority, _)| priority);
        let senders = self.senders();
        let is_async = self.function.is_async;
        let states = self
            .function
            .params
            .iter()
            .filter_map(|param| match &param.source {
                Source::State(ty) => Some(quote!(#core::__private::need::<#ty>())),
                _ => None,
            });
        quote! {
            #core::ReceiverInfo {
                name: #core::__private::Name::Function {
                    module: ::core::module_path!(),
                    function: #function,
                    defined: (#defined_line, #defined_column),
                },
                file: ::core::file!(),
                line: #line,
                column: #column,
                dispatch_uid: #uid,
                senders: ::std::borrow::Cow::Borrowed(&[#(#senders),*]),
                priority: #priority,
                before: ::std::borrow::Cow::Borrowed(&[#(#before),*]),
                after: ::std::borrow::Cow::Borrowed(&[#(#after),*]),
                is_async: #is_async,
                states: &[#(#states),*],
            }
        }
    }

    fn senders(&self) -> Vec<TokenStream> {
        let core = self.core;
        match &self.registration.sender {
            None => Vec::new(),
            // Whether the signal knows such a sender is found out where the arguments are taken.
            Some(SenderFilter::One(ty)) => {
                vec![quote!(#core::__private::SenderFilter::Type(#core::Sender::of::<#ty>))]
            }
            Some(SenderFilter::Several(names)) => names
                .iter()
                .map(|name| match name {
                    SenderName::Type(ty) => {
                        let at = respanned(core, ty.span());
                        let sender = quote_spanned!(ty.span()=>
                            <__Signal as #at::SentBy<#ty>>::sender_type);
                        quote!(#core::__private::SenderFilter::Type(#sender))
                    }
                    SenderName::Label(label) => {
                        let at = respanned(core, label.span());
                        let check = quote_spanned!(label.span()=>
                            #at::__private::label::<__Signal>(#label));
                        quote!(#check)
                    }
                })
                .collect(),
        }
    }

    /// How to take the arguments from the payload in `from`.
    fn view(&self, from: &TokenStream) -> TokenStream {
        let core = self.core;
        match &self.registration.sender {
            Some(SenderFilter::One(ty)) => {
                let span = ty.span();
                let at = respanned(core, span);
                quote_spanned! {span=>
                    <__Signal as #at::__private::Arguments<#at::__private::SenderIs<#ty>, _>>::arguments(#from)
                }
            }
            _ => quote! {
                <__Signal as #core::__private::Arguments<#core::__private::AnySender, _>>::arguments(#from)
            },
        }
    }

    fn handler(&self) -> TokenStream {
        let core = self.core;
        let Function {
            name,
            is_async,
            params,
            answer_span,
        } = self.function;
        let event = params.iter().find_map(|param| match param.source {
            Source::Event { exclusive } => Some(exclusive),
            _ => None,
        });
        let here = Span::call_site();
        let (payload, arguments, answer) = (
            local("event", here),
            local("arguments", here),
            local("answer", here),
        );
        let sender = params
            .iter()
            .any(|param| matches!(param.source, Source::Sender))
            .then(|| {
                let sender = local("sender", here);
                quote!(let #sender = <__Signal as #core::Spec>::sender(&*#payload);)
            });
        let view = match event {
            None => self.view(&quote!(#payload)),
            Some(_) => self.view(&quote!(&*#payload)),
        };
        let view = if event == Some(true) {
            // The payload goes to the function as it is; keeping the arguments would lend it twice.
            quote!(let _ = #view?;)
        } else {
            quote! {
                let #arguments = #view?;
                let _ = &#arguments;
            }
        };
        let values: Vec<Ident> = params.iter().map(Param::value).collect();
        let lets = params
            .iter()
            .zip(&values)
            .map(|(param, value)| self.bind(param, value));
        let call = quote_spanned!(name.span()=> #name(#(#values),*));
        let awaited = is_async.then(|| quote!(.await));
        let converted = {
            let at = respanned(core, *answer_span);
            let answer = local("answer", *answer_span);
            quote_spanned!(*answer_span=>
                #at::IntoAnswer::<__Signal, <__Signal as #at::Spec>::Answer>::into_answer(#answer))
        };
        let body = quote! {
            #sender
            #view
            #(#lets)*
            let #answer = #call #awaited;
            #converted
        };
        if *is_async {
            // A future that is not `Send` is the function's fault.
            let boxed = quote_spanned!(name.span()=>
                ::std::boxed::Box::pin(async move { #body }));
            quote!(#core::__private::Handler::<__Signal>::Async(|#payload| #boxed))
        } else {
            quote!(#core::__private::Handler::<__Signal>::Sync(|#payload| { #body }))
        }
    }

    /// `let value: Type = …;`, so that a wrong type is one error at the parameter.
    fn bind(&self, param: &Param, value: &Ident) -> TokenStream {
        let Param { name, ty, source } = param;
        match source {
            Source::State(of) => {
                let core = self.core;
                let holder = local(&format!("state_{}", plain(name)), name.span());
                quote! {
                    let #holder = #core::__private::take::<#of>()?;
                    let #value: &#of = &#holder;
                }
            }
            source => {
                let from = self.value_of(source, name.span());
                quote!(let #value: #ty = #from;)
            }
        }
    }

    /// What a parameter gets, of the locals of the expansion.
    fn value_of(&self, source: &Source, span: Span) -> TokenStream {
        let inside = span.resolved_at(Span::mixed_site());
        let payload = local("event", span);
        match source {
            Source::Sender => local("sender", span).into_token_stream(),
            Source::Signal => {
                let at = respanned(self.core, span);
                quote_spanned!(inside=> <__Signal as #at::Spec>::INFO)
            }
            Source::Event { exclusive: true } => payload.into_token_stream(),
            Source::Event { exclusive: false } => quote_spanned!(inside=> &*#payload),
            Source::Argument(argument) => {
                let arguments = local("arguments", span);
                quote_spanned!(inside=> #arguments.#argument)
            }
            Source::State(_) => unreachable!("state does not come with the payload"),
        }
    }

    /// The condition, as a function of the payload.
    fn when(&self, when: &When) -> Result<TokenStream> {
        let core = self.core;
        let here = Span::call_site();
        let payload = local("event", here);
        let closure = match when {
            When::Function(path) => {
                let payload_there = local("event", path.span());
                let asked = quote_spanned!(path.span()=> #path(#payload_there));
                return Ok(quote!(|#payload| #asked));
            }
            When::Closure(closure) => closure,
        };
        let inputs = closure_inputs(closure)?;
        let view = self.view(&quote!(#payload));
        let (arguments, sender, asked) = (
            local("arguments", here),
            local("sender", here),
            local("asked", here),
        );
        let names: Vec<Ident> = inputs
            .iter()
            .map(|(name, _)| local(&format!("when_{}", plain(name)), name.span()))
            .collect();
        let bound = inputs.iter().zip(&names).map(|((name, ty), value)| {
            let ty = ty.as_ref().map(|ty| quote!(: #ty));
            let from = self.value_of(&Source::of(name, false), name.span());
            quote!(let #value #ty = #from;)
        });
        let body = &closure.body;
        let answer = quote_spanned!(body.span()=> (#closure)(#(#names),*));
        Ok(quote! {
            |#payload| {
                let #sender = <__Signal as #core::Spec>::sender(#payload);
                let _ = #sender;
                // Arguments of another model than the sender's are the receiver's to report.
                let ::core::result::Result::Ok(#arguments) = #view else {
                    return true;
                };
                let _ = &#arguments;
                #(#bound)*
                let #asked: bool = #answer;
                #asked
            }
        })
    }
}

/// The names that a condition asks for, and their types where they are given.
fn closure_inputs(closure: &ExprClosure) -> Result<Vec<(Ident, Option<Type>)>> {
    let input = |pat: &Pat| {
        let (pat, ty) = match pat {
            Pat::Type(typed) => (&*typed.pat, Some((*typed.ty).clone())),
            pat => (pat, None),
        };
        match pat {
            Pat::Ident(name) => Ok((name.ident.clone(), ty)),
            other => Err(Error::new_spanned(
                other,
                "a condition takes arguments by name: `|total: u64| …`",
            )),
        }
    };
    closure.inputs.iter().map(input).collect()
}

impl Param {
    /// The local with this parameter's value.
    fn value(&self) -> Ident {
        local(&format!("arg_{}", plain(&self.name)), self.name.span())
    }
}
