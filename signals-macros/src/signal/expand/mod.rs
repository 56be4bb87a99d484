//! What a signal becomes.
//!
//! `order_paid` names two things: a static in the namespace of values, and in that of types a
//! hidden struct, which is both the signal's `Spec` and the entry of its link-time collection. One
//! `use` brings both, also renamed.
//!
//! All that is generated is shown at the signal's name, so that an error about the signal as a whole
//! stands there.

mod arguments;
mod payload;
mod spec;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};

use super::valid::{Arg, Sender, Signal};
use crate::tokens::{respanned, shown_at};

pub(crate) fn expand(signal: &Signal, core: &TokenStream) -> TokenStream {
    Expansion::new(signal, core).expand()
}

struct Expansion<'s> {
    signal: &'s Signal,
    core: TokenStream,
    here: Span,
    /// Whether the payload has a field `sender`.
    has_sender_field: bool,
    is_exclusive: bool,
    /// `<'a>`, if the payload borrows.
    lifetime: Option<TokenStream>,
    /// The struct of arguments that a receiver takes its own from. Its name is seen in messages.
    view: Ident,
}

impl<'s> Expansion<'s> {
    fn new(signal: &'s Signal, core: &TokenStream) -> Self {
        let here = shown_at(signal.name.span());
        Self {
            signal,
            core: respanned(core, here),
            here,
            has_sender_field: match signal.sender {
                Sender::None => false,
                Sender::Open => true,
                Sender::Typed(_) => !signal.args.iter().any(|arg| arg.kind.is_model()),
            },
            is_exclusive: signal.args.iter().any(|arg| arg.kind.is_exclusive()),
            lifetime: signal
                .args
                .iter()
                .any(Arg::borrows)
                .then(|| quote_spanned!(here=> <'a>)),
            view: format_ident!("{}Arguments", signal.payload),
        }
    }

    fn expand(&self) -> TokenStream {
        let Signal {
            attributes,
            vis,
            name,
            ..
        } = self.signal;
        let core = &self.core;
        let (docs, cfgs, others) = (&attributes.docs, &attributes.cfgs, &attributes.others);
        let payload = self.payload();
        let spec = self.spec();
        let arguments = self.arguments();
        let debug = self.debug();
        quote_spanned! {self.here=>
            #(#docs)* #(#cfgs)* #(#others)*
            #[allow(non_upper_case_globals)]
            #vis static #name: #core::Signal<#name> = #core::Signal::new();

            #payload

            #(#cfgs)*
            #[doc(hidden)]
            #[allow(non_camel_case_types, dead_code, missing_debug_implementations)]
            #vis struct #name {
                pub receiver: #core::__private::Receiver<#name>,
            }

            #(#cfgs)*
            #[allow(deprecated, dead_code, clippy::ref_option_ref)]
            const _: () = {
                // Errors about a path that begins with `$crate` stand at the macro call as a whole.
                use #core::__private::signals_core as __core;

                __core::__private::inventory::collect!(#name);
                __core::__list_signal!(&#name);
                #spec
                #arguments
                #debug
            };
        }
    }
}
