//! How a receiver gets the arguments: a struct of them, made from the payload, in which those of the
//! sender's type are what the receiver asked for.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericParam, Type};

use super::Expansion;
use crate::names::plain;
use crate::signal::arg::{Access, Kind};
use crate::signal::borrow::borrows;
use crate::signal::valid::{Arg, Sender, Signal};
use crate::tokens::shown_at;

/// Which receivers a view is for.
#[derive(Clone, Copy, PartialEq)]
enum For {
    /// Those that hear every sender.
    Any,
    /// Those that hear one, by its type.
    One,
}

impl Expansion<'_> {
    pub(super) fn arguments(&self) -> TokenStream {
        let Signal {
            vis, name, args, ..
        } = self.signal;
        let here = self.here;
        let view = &self.view;
        let lifetime = self.view_lifetime();
        // What differs from receiver to receiver is a type parameter.
        let parameters: Vec<_> = args.iter().filter_map(Arg::view_parameter).collect();
        let has_generics = lifetime.is_some() || !parameters.is_empty();
        let generics = has_generics.then(|| quote_spanned!(here=> <#lifetime #(#parameters),*>));
        let fields = args.iter().map(|arg| {
            let name = &arg.name;
            let ty = match arg.view_parameter() {
                Some(parameter) => parameter.into_token_stream(),
                None => arg.ty.to_token_stream(),
            };
            quote_spanned!(here=> pub #name: #ty)
        });
        let mut impls = vec![self.arguments_from(false)];
        if self.is_exclusive {
            impls.push(self.arguments_from(true));
        }
        let sent_by = match &self.signal.sender {
            Sender::None => None,
            Sender::Open => Some(quote_spanned! {here=>
                impl __core::HasSender for #name {}
                impl<__Sender: ?::core::marker::Sized + 'static> __core::SentBy<__Sender> for #name {
                    type Listener = __core::__private::SenderIs<__Sender>;

                    fn sender_type() -> __core::Sender {
                        __core::Sender::of::<__Sender>()
                    }
                }
            }),
            Sender::Typed(sender) => {
                let (model, bounds) = (&sender.name, &sender.bounds);
                Some(quote_spanned! {here=>
                    impl __core::HasSender for #name {}
                    impl<#model: #bounds + __core::Model> __core::SentBy<#model> for #name {
                        type Listener = __core::__private::SenderIs<#model>;

                        fn sender_type() -> __core::Sender {
                            __core::Sender::model::<#model>()
                        }
                    }
                })
            }
        };
        quote_spanned! {here=>
            #[allow(non_camel_case_types)]
            #vis struct #view #generics {
                #(#fields,)*
            }
            #(#impls)*
            #sent_by
        }
    }

    /// `'a,` if a field of the view borrows, other than by a type parameter.
    fn view_lifetime(&self) -> Option<TokenStream> {
        let borrows = |arg: &Arg| arg.view_parameter().is_none() && borrows(&arg.ty);
        let any = self.signal.args.iter().any(borrows);
        any.then(|| quote_spanned!(self.here=> 'a,))
    }

    /// `Arguments` from `&payload` or `&mut payload`, for receivers of any sender and of one.
    fn arguments_from(&self, exclusive: bool) -> TokenStream {
        let Signal {
            name,
            payload,
            sender,
            args,
            ..
        } = self.signal;
        let here = self.here;
        let view = &self.view;
        let view_lifetime = self.view_lifetime();
        let mutable = exclusive.then(|| quote_spanned!(here=> mut));
        // The payload's own lifetime; `'a` is the time of the receiver's call.
        let (lifetimes, lifetime) = match &self.lifetime {
            Some(_) => (
                quote_spanned!(here=> 'p, 'a,),
                Some(quote_spanned!(here=> <'p>)),
            ),
            None => (quote_spanned!(here=> 'a,), None),
        };
        let from = quote_spanned!(here=> &'a #mutable #payload #lifetime);
        let view_for = |which: For| {
            let types = args
                .iter()
                .filter_map(move |arg| arg.view_type(exclusive, which));
            quote_spanned!(here=> #view<#view_lifetime #(#types),*>)
        };
        let any_view = view_for(For::Any);
        let fields = args.iter().map(|arg| arg.payload_value(exclusive));
        // All at once, so that one whose lifetime cannot get shorter is one error.
        let shortened = (self.lifetime.is_some() && !self.is_exclusive).then(
            || quote_spanned!(here=> let __args = <Self as __core::SharedSpec>::shorten(__args);),
        );
        let any = quote_spanned! {here=>
            impl<#lifetimes> __core::__private::Arguments<__core::__private::AnySender, #from>
                for #name
            {
                type View = #any_view;

                #[inline]
                fn arguments(
                    __args: #from,
                ) -> ::core::result::Result<Self::View, __core::BoxError> {
                    #shortened
                    let _ = __args;
                    ::core::result::Result::Ok(#view { #(#fields),* })
                }
            }
        };
        let (parameter, one) = match sender {
            Sender::None => return any,
            Sender::Open => (
                quote_spanned!(here=> __Sender: ?::core::marker::Sized),
                quote_spanned!(here=> __core::__private::SenderIs<__Sender>),
            ),
            Sender::Typed(sender) => {
                let (model, bounds) = (&sender.name, &sender.bounds);
                (
                    quote_spanned!(here=> #model: #bounds + __core::Model),
                    quote_spanned!(here=> __core::__private::SenderIs<#model>),
                )
            }
        };
        let one_view = view_for(For::One);
        let fields = args.iter().map(|arg| arg.any_view_value(exclusive));
        quote_spanned! {here=>
            #any

            impl<#lifetimes #parameter> __core::__private::Arguments<#one, #from> for #name {
                type View = #one_view;

                #[inline]
                fn arguments(
                    __args: #from,
                ) -> ::core::result::Result<Self::View, __core::BoxError> {
                    let __any = <Self as __core::__private::Arguments<
                        __core::__private::AnySender,
                        #from,
                    >>::arguments(__args)?;
                    let _ = &__any;
                    ::core::result::Result::Ok(#view { #(#fields),* })
                }
            }
        }
    }
}

impl Arg {
    /// The view's type parameter for this argument, if its type is not the same in all views.
    fn view_parameter(&self) -> Option<GenericParam> {
        (self.kind.is_model() || self.kind.is_exclusive()).then(|| {
            let name = format_ident!("__{}", plain(&self.name), span = self.name.span());
            GenericParam::Type(name.into())
        })
    }

    /// The type for that parameter.
    fn view_type(&self, exclusive: bool, which: For) -> Option<TokenStream> {
        self.view_parameter()?;
        let here = shown_at(self.ty.span());
        let mutable = (exclusive && self.kind.is_exclusive()).then(|| quote_spanned!(here=> mut));
        let Kind::Model { access, path } = &self.kind else {
            let Type::Reference(reference) = &self.ty else {
                return None;
            };
            let of = &reference.elem;
            return Some(quote_spanned!(here=> &'a #mutable #of));
        };
        let of = match which {
            For::One => path.to_token_stream(),
            For::Any => {
                quote_spanned!(here=> (dyn __core::AnyModel + 'static))
            }
        };
        Some(match access {
            Access::Optional => quote_spanned!(here=> ::core::option::Option<&'a #of>),
            Access::Shared | Access::Exclusive => quote_spanned!(here=> &'a #mutable #of),
        })
    }

    /// `field: value`, of `__args`, the payload.
    fn payload_value(&self, exclusive: bool) -> TokenStream {
        let name = &self.name;
        let here = shown_at(self.ty.span());
        // Every token is shown at the type, so that one which cannot be copied is shown there too.
        let mut field = name.clone();
        field.set_span(name.span().located_at(here));
        let value = match &self.kind {
            Kind::Owned => {
                quote_spanned!(here=> __core::__private::OwnedArg::take(&__args.#field))
            }
            kind if kind.is_exclusive() && exclusive => {
                quote_spanned!(here=> &mut *__args.#name)
            }
            kind if kind.is_exclusive() => quote_spanned!(here=> &*__args.#name),
            _ => quote_spanned!(here=> __args.#name),
        };
        quote_spanned!(here=> #name: #value)
    }

    /// `field: value`, of `__any`, the view for any sender.
    fn any_view_value(&self, exclusive: bool) -> TokenStream {
        let name = &self.name;
        let here = shown_at(self.ty.span());
        let Kind::Model { access, .. } = &self.kind else {
            return quote_spanned!(here=> #name: __any.#name);
        };
        let downcast = match access {
            Access::Optional => quote_spanned!(here=> optional),
            Access::Exclusive if exclusive => quote_spanned!(here=> exclusive),
            Access::Shared | Access::Exclusive => quote_spanned!(here=> shared),
        };
        quote_spanned!(here=> #name: __core::__private::downcast::#downcast(__any.#name)?)
    }
}
