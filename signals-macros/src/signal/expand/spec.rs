//! `Spec`: what the library knows about the signal.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

use super::Expansion;
use crate::names::plain;
use crate::signal::arg::{Access, Answer, Kind};
use crate::signal::valid::{Arg, Sender, Signal};
use crate::tokens::{line, option, over};
use crate::types::has_object;

impl Expansion<'_> {
    pub(super) fn spec(&self) -> TokenStream {
        let Signal { name, payload, .. } = self.signal;
        let here = self.here;
        let lifetime = &self.lifetime;
        let elided = lifetime.as_ref().map(|_| quote_spanned!(here=> <'_>));
        let mutable = self.is_exclusive.then(|| quote_spanned!(here=> mut));
        let (answer, responses, robust) = match &self.signal.answer {
            None => (
                quote_spanned!(here=> ()),
                quote_spanned!(here=> __core::Delivered),
                quote_spanned!(here=> __core::RobustDelivered),
            ),
            // What is wrong with them is wrong with the answer, and shown there.
            Some(Answer { ty: answer, .. }) => {
                let responses = over(answer, quote!(__core::Responses<));
                let robust = over(answer, quote!(__core::RobustResponses<));
                let end = over(answer, quote!(>));
                (
                    answer.to_token_stream(),
                    quote!(#responses #answer #end),
                    quote!(#robust #answer #end),
                )
            }
        };
        let result = quote_spanned! {here=>
            ::core::result::Result<#answer, __core::BoxError>
        };
        let cx = quote_spanned! {here=>
            ::core::option::Option<&mut ::core::task::Context<'_>>
        };
        let info = self.info();
        let sender = self.sender();
        // Where nothing borrows there is no `'a`, and rustc would tell a lifetime left out twice.
        let threads = self.lifetime.as_ref().map(|_| {
            let conditions = self.signal.args.iter().map(Arg::goes_to_threads);
            quote_spanned!(here=> where #(#conditions)*)
        });
        // With names for what rustc says of an argument whose lifetime cannot get shorter.
        let shorten = if self.lifetime.is_some() {
            quote_spanned! {here=>
                fn shorten<'call, 'payload>(
                    __args: &'call #payload<'payload>,
                ) -> &'call Self::Args<'call>
            }
        } else {
            quote_spanned!(here=> fn shorten(__args: &#payload) -> &#payload)
        };
        let shape = if self.is_exclusive {
            quote_spanned!(here=> impl __core::MutSpec for #name {})
        } else {
            quote_spanned! {here=>
                impl __core::SharedSpec for #name {
                    #[inline]
                    fn start_shared<'b>(
                        __f: Self::AsyncFn,
                        __args: &'b #payload #elided,
                        __cx: #cx,
                    ) -> __core::__private::Started<'b, #result> {
                        __f(__args, __cx)
                    }

                    #[inline]
                    #shorten {
                        __args
                    }
                }
            }
        };
        quote_spanned! {here=>
            impl __core::Spec for #name {
                type Itself = Self;
                type Args<'a> = #payload #lifetime #threads;
                type Answer = #answer;
                type Responses = #responses;
                type RobustResponses = #robust;
                type Fn = for<'a, 'b> fn(&'b #mutable #payload #lifetime) -> #result;
                type AsyncFn = for<'a, 'b> fn(
                    &'b #mutable #payload #lifetime,
                    #cx,
                ) -> __core::__private::Started<'b, #result>;
                const INFO: &'static __core::SignalInfo = &#info;

                fn receiver(&self) -> &__core::__private::Receiver<Self> {
                    &self.receiver
                }

                fn sender(__args: &#payload #elided) -> __core::Sender {
                    #sender
                }

                #[inline]
                fn call(__f: Self::Fn, __args: &mut #payload #elided) -> #result {
                    __f(__args)
                }

                #[inline]
                fn start<'b>(
                    __f: Self::AsyncFn,
                    __args: &'b mut #payload #elided,
                    __cx: #cx,
                ) -> __core::__private::Started<'b, #result> {
                    __f(__args, __cx)
                }
            }

            #shape
        }
    }

    fn info(&self) -> TokenStream {
        let Signal {
            attributes,
            name,
            sender,
            args,
            answer,
            ..
        } = self.signal;
        let here = self.here;
        let path = {
            let name = plain(name);
            quote_spanned!(here=> ::core::concat!(::core::module_path!(), "::", #name))
        };
        let stable_name = attributes.stable_name.as_ref();
        let stable_name = stable_name.map_or_else(|| path.clone(), ToTokens::to_token_stream);
        let version = attributes
            .version
            .as_ref()
            .map_or_else(|| quote_spanned!(here=> 1), ToTokens::to_token_stream);
        let doc = attributes.doc_text(here);
        let by_models = matches!(sender, Sender::Typed(_)) && !self.has_sender_field;
        let sender = match sender {
            Sender::None => None,
            Sender::Open => Some("Sender".to_owned()),
            Sender::Typed(sender) => Some(sender.text.clone()),
        };
        let sender = sender.map(|ty| ("sender".to_owned(), ty));
        let args = args.iter().map(|arg| (plain(&arg.name), arg.text.clone()));
        let args = sender
            .into_iter()
            .chain(args)
            .map(|(name, ty)| quote_spanned!(here=> __core::ArgInfo { name: #name, ty: #ty }));
        let answer = option(answer.as_ref().map(|answer| &answer.text), here);
        let line = line(name.span());
        quote_spanned! {here=>
            __core::SignalInfo {
                name: #stable_name,
                path: #path,
                version: #version,
                doc: #doc,
                args: &[#(#args),*],
                answer: #answer,
                by_models: #by_models,
                file: ::core::file!(),
                line: #line,
            }
        }
    }

    /// Who sends, as an expression over `__args`.
    fn sender(&self) -> TokenStream {
        let here = self.here;
        if self.has_sender_field {
            return quote_spanned!(here=> __args.sender);
        }
        let models = || {
            self.signal.args.iter().filter_map(|arg| match arg.kind {
                Kind::Model { access, .. } => Some((&arg.name, access)),
                _ => None,
            })
        };
        let certain = models().find(|(_, access)| *access != Access::Optional);
        match certain.or_else(|| models().next()) {
            Some((arg, Access::Optional)) => quote_spanned! {here=>
                __args.#arg.map_or(__core::Sender::none(), |__model| __core::AnyModel::sender(__model))
            },
            Some((arg, _)) => quote_spanned!(here=> __core::AnyModel::sender(&*__args.#arg)),
            None => quote_spanned! {here=> {
                let _ = __args;
                __core::Sender::none()
            }},
        }
    }
}

impl Arg {
    /// That other threads may have it, as conditions of `type Args<'a>`.
    ///
    /// The trait asks it of the payload as a whole, and rustc would show that at the signal's name.
    /// A condition that does not hold is shown at the argument's type, and then the payload is left
    /// alone. `'a` is in all of them: rustc checks what has no lifetime once more, as a fact.
    fn goes_to_threads(&self) -> TokenStream {
        let safe = if has_object(&self.ty) {
            quote!(__core::__private::ThreadSafeDyn)
        } else {
            quote!(__core::__private::ThreadSafe)
        };
        let safe = over(&self.ty, safe);
        match &self.ty {
            // Any model is.
            _ if self.kind.is_model() => TokenStream::new(),
            // In parentheses, since rustc takes `fn(): Trait` for a misspelt `fn() -> Trait`.
            ty @ Type::Reference(_) if self.borrows() => quote!((#ty): #safe,),
            ty if matches!(self.kind, Kind::Shared) => quote!((&'a #ty): #safe,),
            ty => quote!((&'a mut #ty): #safe,),
        }
    }
}
