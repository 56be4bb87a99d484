//! `ReceiverInfo`: what there is to know about a receiver.

use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;

use super::Entry;
use crate::names::plain;
use crate::receiver::attribute::Registration;
use crate::receiver::guarantee::Guarantee;
use crate::receiver::param::Source;
use crate::receiver::sender::{SenderFilter, SenderName};
use crate::tokens::{column, line, option, respanned};

impl Entry<'_> {
    pub(super) fn info(&self) -> TokenStream {
        let core = self.core;
        let Registration {
            dispatch_uid,
            priority,
            before,
            after,
            guarantee,
            ..
        } = self.registration;
        let name = &self.function.name;
        let function = plain(name);
        let (defined_line, defined_column) = (line(name.span()), column(name.span()));
        let place = self.signal.span();
        let (line, column) = (line(place), column(place));
        let uid = dispatch_uid.as_ref();
        let uid = uid.map(|uid| quote_spanned!(self.here=> ::std::borrow::Cow::Borrowed(#uid)));
        let uid = option(uid, self.here);
        let senders = self.senders();
        let guarantee = guarantee.as_ref().map_or("Inline", Guarantee::variant);
        let guarantee = Ident::new(guarantee, self.here);
        let is_async = self.function.is_async;
        let params = self.function.params.iter();
        let states = params.filter_map(|param| match &param.source {
            Source::State { ty, is_optional } => {
                let optional = is_optional.then(|| quote_spanned!(self.here=> .optional()));
                Some(quote_spanned!(self.here=> #core::__private::need::<#ty>()#optional))
            }
            _ => None,
        });
        quote_spanned! {self.here=>
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
                guarantee: #core::Guarantee::#guarantee,
                scope: ::core::option::Option::None,
            }
        }
    }

    fn senders(&self) -> Vec<TokenStream> {
        let core = self.core;
        let names = match &self.registration.sender {
            None => return Vec::new(),
            // Whether the signal knows such a sender is found out where the arguments are taken.
            Some(SenderFilter::One(ty)) => {
                return vec![
                    quote_spanned!(self.here=> #core::__private::SenderFilter::Type(#core::Sender::of::<#ty>)),
                ];
            }
            Some(SenderFilter::Several(names)) => names,
        };
        let filter = |name: &SenderName| match name {
            SenderName::Type(ty) => {
                let at = respanned(core, ty.span());
                let sender = quote_spanned! {ty.span()=>
                    <__Signal as #at::SentBy<#ty>>::sender_type
                };
                quote_spanned!(self.here=> #core::__private::SenderFilter::Type(#sender))
            }
            SenderName::Label(label) => {
                let at = respanned(core, label.span());
                quote_spanned!(label.span()=> #at::__private::label::<__Signal>(#label))
            }
        };
        names.iter().map(filter).collect()
    }
}
