//! What a registration becomes: one entry of the signal's link-time collection.

mod handler;
mod info;
mod later;

use std::hash::{DefaultHasher, Hash, Hasher};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ItemFn, Path, Result};

use super::attribute::Registration;
use super::function::Function;
use super::sender::SenderFilter;
use super::when::When;
use crate::core_path;
use crate::names::plain;
use crate::tokens::{local, option, respanned, shown_at};

/// The function itself, and behind it what registers it.
///
/// The signal decides about parameters and answer, so lints about them are not the user's.
pub(crate) fn with_function(function: &ItemFn, registered: &TokenStream) -> TokenStream {
    quote! {
        #[allow(
            clippy::fn_params_excessive_bools,
            clippy::needless_pass_by_value,
            clippy::ref_option,
            clippy::trivially_copy_pass_by_ref,
            clippy::unnecessary_wraps,
            clippy::unused_async
        )]
        #function
        #registered
    }
}

pub(crate) fn expand(registrations: &[Registration], function: &Function) -> Result<TokenStream> {
    let mut entries = TokenStream::new();
    for registration in registrations {
        let core = core_path::of(registration.core.as_ref())?;
        for signal in &registration.signals {
            let here = shown_at(signal.span());
            let entry = Entry {
                registration,
                function,
                core: &respanned(&core, here),
                signal,
                here,
            };
            entries.extend(entry.expand());
        }
    }
    // With a name, not `_`: inside of an `impl`, where the function cannot be found, this is one
    // error and not two. It differs from that of another attribute on the same function, as there is if
    // they are not called `receiver`.
    let mut hasher = DefaultHasher::new();
    for registration in registrations {
        registration.text.hash(&mut hasher);
    }
    let name = format_ident!("__receiver_{}_{:x}", plain(&function.name), hasher.finish());
    Ok(quote! {
        #[allow(
            deprecated,
            non_upper_case_globals,
            unused_qualifications,
            clippy::no_effect_underscore_binding,
        )]
        const #name: () = { #entries };
    })
}

/// One receiver of one signal.
struct Entry<'r> {
    registration: &'r Registration,
    function: &'r Function,
    core: &'r TokenStream,
    signal: &'r Path,
    /// All is shown at the signal, so that one which is none is as few errors as can be.
    here: Span,
}

impl Entry<'_> {
    fn expand(&self) -> TokenStream {
        let core = self.core;
        let signal = self.signal;
        let spec = self.spec();
        let info = self.info();
        let handler = self.handler();
        let when = self.registration.when.as_ref().map(|when| self.when(when));
        let when = option(when, self.here);
        let guarantee = self.registration.guarantee.as_ref();
        let waits = guarantee.filter(|guarantee| !guarantee.is_inline());
        let later = option(waits.map(|guarantee| self.later(guarantee)), self.here);
        quote_spanned! {self.here=>
            {
                type #spec = <#signal as #core::Spec>::Itself;
                #core::__private::inventory::submit! {
                    #spec {
                        receiver: #core::__private::Receiver {
                            info: #info,
                            handler: #handler,
                            when: #when,
                            later: #later,
                        }
                    }
                }
            }
        }
    }

    /// The signal inside of the entry; shown where the user named it, if it is none.
    fn spec(&self) -> Ident {
        Ident::new("__Signal", self.here)
    }

    /// How to take the arguments from the payload in `from`.
    fn view(&self, from: &TokenStream) -> TokenStream {
        let core = self.core;
        let spec = self.spec();
        let Some(SenderFilter::One(ty)) = &self.registration.sender else {
            return quote_spanned! {self.here=>
                <#spec as #core::__private::Arguments<#core::__private::AnySender, _>>::arguments(#from)
            };
        };
        let span = ty.span();
        let at = respanned(core, span);
        quote_spanned! {span=>
            <#spec as #at::__private::Arguments<
                <__Signal as #at::SentBy<#ty>>::Listener,
                _,
            >>::arguments(#from)
        }
    }

    /// The condition, as a function of the payload.
    fn when(&self, when: &When) -> TokenStream {
        match when {
            When::Function(path) => {
                let payload = local("event", path.span());
                let asked = quote_spanned!(path.span()=> #path(#payload));
                quote_spanned!(self.here=> |#payload| #asked)
            }
            When::Closure { inputs, body } => self.when_closure(inputs, body),
        }
    }
}
