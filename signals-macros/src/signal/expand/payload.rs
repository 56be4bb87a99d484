//! The payload: what is sent, a plain struct with a field for each argument.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Attribute;
use syn::spanned::Spanned;

use super::Expansion;
use crate::names::plain;
use crate::signal::arg::{Access, Kind};
use crate::signal::borrow::borrows;
use crate::signal::valid::{Arg, Signal};
use crate::tokens::{respanned, shown_at};

impl Expansion<'_> {
    pub(super) fn payload(&self) -> TokenStream {
        let Signal {
            attributes,
            vis,
            name,
            payload,
            ..
        } = self.signal;
        let (docs, cfgs, others) = (&attributes.docs, &attributes.cfgs, &attributes.others);
        let link = format!("What [`{name}`](static@{name}) sends.");
        let lifetime = &self.lifetime;
        let fields = self.fields();
        let body = if fields.is_empty() {
            quote_spanned!(self.here=> ;)
        } else {
            quote_spanned!(self.here=> { #(#fields,)* })
        };
        quote_spanned! {self.here=>
            #[doc = #link] #[doc = ""] #(#docs)* #(#cfgs)* #(#others)*
            #[allow(dead_code)]
            #vis struct #payload #lifetime #body
        }
    }

    /// `Debug`: what has none is shown by its type.
    pub(super) fn debug(&self) -> TokenStream {
        let here = self.here;
        let payload = &self.signal.payload;
        let name = payload.to_string();
        let elided = self.lifetime.as_ref().map(|_| quote_spanned!(here=> <'_>));
        let sender = self.has_sender_field.then(|| Ident::new("sender", here));
        let args = self.signal.args.iter().map(|arg| {
            let mut name = arg.name.clone();
            name.set_span(name.span().located_at(here));
            name
        });
        let fields = sender.into_iter().chain(args).map(|field| {
            let name = plain(&field);
            quote_spanned!(here=> .field(#name, &(&__core::__private::Shown(&self.#field)).shown()))
        });
        quote_spanned! {here=>
            impl ::core::fmt::Debug for #payload #elided {
                fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    #[allow(unused_imports)]
                    use __core::__private::{ViaDebug as _, ViaNothing as _};
                    __f.debug_struct(#name) #(#fields)* .finish()
                }
            }
        }
    }

    fn fields(&self) -> Vec<TokenStream> {
        let core = &self.core;
        let sender = self.has_sender_field.then(|| {
            let doc = self.docs(&self.signal.sender_docs, "Who sends.");
            quote_spanned!(self.here=> #doc pub sender: #core::Sender)
        });
        let args = self.signal.args.iter().map(|arg| {
            let Arg { name, docs, .. } = arg;
            let ty = arg.field_type(core);
            let doc = self.docs(docs, &format!("The argument `{}`.", plain(name)));
            let variable = matches!(
                arg.kind,
                Kind::Model {
                    access: Access::Optional,
                    ..
                }
            );
            let hint = variable.then(|| {
                let hint = "For a variable `it: Option<&T>`, pass `signals_core::any_model(it)`.";
                quote_spanned!(self.here=> #[doc = ""] #[doc = #hint])
            });
            quote_spanned!(self.here=> #doc #hint pub #name: #ty)
        });
        sender.into_iter().chain(args).collect()
    }

    fn docs(&self, written: &[Attribute], default: &str) -> TokenStream {
        if written.is_empty() {
            quote_spanned!(self.here=> #[doc = #default])
        } else {
            quote_spanned!(self.here=> #(#written)*)
        }
    }
}

impl Arg {
    /// Whether its field has the payload's lifetime.
    pub(super) fn borrows(&self) -> bool {
        self.kind.is_model() || borrows(&self.ty)
    }

    /// The type of its field. The sender's own can be an instance of any model.
    fn field_type(&self, core: &TokenStream) -> TokenStream {
        let Kind::Model { access, .. } = self.kind else {
            return self.ty.to_token_stream();
        };
        let here = shown_at(self.ty.span());
        let core = respanned(core, here);
        match access {
            Access::Shared => quote_spanned!(here=> &'a (dyn #core::AnyModel + 'static)),
            Access::Optional => quote_spanned! {here=>
                ::core::option::Option<&'a (dyn #core::AnyModel + 'static)>
            },
            Access::Exclusive => quote_spanned!(here=> &'a mut (dyn #core::AnyModel + 'static)),
        }
    }
}
