//! What a declaration becomes.
//!
//! `order_paid` names two things: a static in the namespace of values, and in that of types a
//! hidden struct, which is both the signal's `Spec` and the entry of its link-time collection. One
//! `use` brings both, also renamed.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericParam, Type};

use super::arg::{self, Access, Kind};
use super::ast::{Arg, Declaration, Declarations, Sender};
use crate::names::{line, local, plain, respanned};

pub(crate) fn expand(declarations: &Declarations) -> TokenStream {
    let signals = &declarations.signals;
    signals
        .iter()
        .map(|signal| Expansion::new(signal, &declarations.core).expand())
        .collect()
}

struct Expansion<'d> {
    signal: &'d Declaration,
    core: &'d TokenStream,
    /// `<'a>`, if the payload borrows.
    lifetime: Option<TokenStream>,
    /// Whether the payload has a field `sender`.
    has_sender_field: bool,
    is_exclusive: bool,
    /// The struct of arguments that a receiver takes its own from. Its name is seen in messages.
    view: Ident,
}

impl<'d> Expansion<'d> {
    fn new(signal: &'d Declaration, core: &'d TokenStream) -> Self {
        let borrows = |arg: &Arg| matches!(arg.kind, Kind::Model { .. }) || arg::borrows(&arg.ty);
        Self {
            lifetime: signal.args.iter().any(borrows).then(|| quote!(<'a>)),
            has_sender_field: match signal.sender {
                Sender::None => false,
                Sender::Open => true,
                Sender::Typed { .. } => !signal.args.iter().any(Arg::is_model),
            },
            is_exclusive: signal.args.iter().any(|arg| arg.kind.is_exclusive()),
            view: format_ident!("{}Arguments", signal.payload),
            signal,
            core,
        }
    }

    fn expand(&self) -> TokenStream {
        let Declaration {
            attributes,
            vis,
            name,
            payload,
            ..
        } = self.signal;
        let core = self.core;
        let (docs, cfgs, others) = (&attributes.docs, &attributes.cfgs, &attributes.others);
        let link = format!("What [`{name}`](static@{name}) sends.");
        let lifetime = &self.lifetime;
        let fields = self.payload_fields();
        let body = if fields.is_empty() {
            quote!(;)
        } else {
            quote!({ #(#fields,)* })
        };
        let spec = self.spec();
        let arguments = self.arguments();
        // A missing doc comment is missed where the signal is named.
        let there = respanned(core, name.span());
        let declared = quote_spanned! {name.span()=>
            static #name: #there::Signal<#name> = #there::Signal::new();
        };
        quote! {
            #(#docs)* #(#cfgs)* #(#others)*
            #[allow(non_upper_case_globals)]
            #vis #declared

            #[doc = #link] #[doc = ""] #(#docs)* #(#cfgs)* #(#others)*
            #[allow(dead_code)]
            #vis struct #payload #lifetime #body

            #(#cfgs)*
            #[doc(hidden)]
            #[allow(non_camel_case_types, dead_code, missing_docs, missing_debug_implementations)]
            #vis struct #name {
                pub receiver: #core::__private::Receiver<#name>,
            }

            #(#cfgs)*
            #[allow(deprecated, dead_code, missing_docs, unused_qualifications)]
            const _: () = {
                #core::__private::inventory::collect!(#name);
                #core::__list_signal!(&#name);
                #spec
                #arguments
            };
        }
    }

    fn payload_fields(&self) -> Vec<TokenStream> {
        let core = self.core;
        let sender = self.has_sender_field.then(|| {
            quote! {
                /// Who sends.
                pub sender: #core::Sender
            }
        });
        let args = self.signal.args.iter().map(|arg| {
            let Arg { name, docs, .. } = arg;
            let ty = self.field_type(arg);
            let default = format!("The argument `{}`.", plain(name));
            let doc = if docs.is_empty() {
                quote!(#[doc = #default])
            } else {
                quote!(#(#docs)*)
            };
            quote!(#doc pub #name: #ty)
        });
        sender.into_iter().chain(args).collect()
    }

    /// The type of an argument in the payload.
    fn field_type(&self, arg: &Arg) -> TokenStream {
        let core = self.core;
        let span = arg.ty.span();
        match &arg.kind {
            Kind::Shared | Kind::Owned | Kind::Exclusive => arg.ty.to_token_stream(),
            Kind::Model { access, .. } => {
                let any = quote_spanned!(span=> (dyn #core::AnyModel + 'static));
                match access {
                    Access::Shared => quote_spanned!(span=> &'a #any),
                    Access::Optional => {
                        quote_spanned!(span=> ::core::option::Option<&'a #any>)
                    }
                    Access::Exclusive => quote_spanned!(span=> &'a mut #any),
                }
            }
        }
    }

    fn spec(&self) -> TokenStream {
        let Declaration { name, payload, .. } = self.signal;
        let core = self.core;
        let lifetime = &self.lifetime;
        let hidden = self.lifetime.as_ref().map(|_| quote!(<'_>));
        // Errors about the payload as a whole, such as an argument that is not `Sync`, are shown
        // at the signal's name.
        let args = {
            let payload = Ident::new(&payload.to_string(), name.span());
            quote_spanned!(name.span()=> type Args<'a> = #payload #lifetime;)
        };
        let (answer, responses, robust) = match &self.signal.answer {
            None => (
                quote!(()),
                quote!(#core::Delivered),
                quote!(#core::RobustDelivered),
            ),
            Some(answer) => (
                answer.to_token_stream(),
                quote!(#core::Responses<#answer>),
                quote!(#core::RobustResponses<#answer>),
            ),
        };
        let mutable = self.is_exclusive.then(|| quote!(mut));
        let info = self.info();
        let sender = self.sender();
        let shape = if self.is_exclusive {
            quote!(impl #core::MutSpec for #name {})
        } else {
            quote! {
                impl #core::SharedSpec for #name {
                    fn call_shared<'b>(
                        f: Self::AsyncFn,
                        args: &'b #payload #hidden,
                    ) -> #core::BoxFuture<'b, ::core::result::Result<#answer, #core::BoxError>> {
                        f(args)
                    }

                    fn shorten<'b>(args: &'b #payload #hidden) -> &'b Self::Args<'b> {
                        args
                    }
                }
            }
        };
        quote! {
            impl #core::Spec for #name {
                #args
                type Answer = #answer;
                type Responses = #responses;
                type RobustResponses = #robust;
                type Fn = for<'a, 'b> fn(
                    &'b #mutable #payload #lifetime,
                ) -> ::core::result::Result<#answer, #core::BoxError>;
                type AsyncFn = for<'a, 'b> fn(
                    &'b #mutable #payload #lifetime,
                ) -> #core::BoxFuture<'b, ::core::result::Result<#answer, #core::BoxError>>;
                const INFO: &'static #core::SignalInfo = &#info;

                fn receiver(&self) -> &#core::__private::Receiver<Self> {
                    &self.receiver
                }

                fn sender(args: &#payload #hidden) -> #core::Sender {
                    #sender
                }

                #[inline]
                fn call(
                    f: Self::Fn,
                    args: &mut #payload #hidden,
                ) -> ::core::result::Result<#answer, #core::BoxError> {
                    f(args)
                }

                fn call_async<'b>(
                    f: Self::AsyncFn,
                    args: &'b mut #payload #hidden,
                ) -> #core::BoxFuture<'b, ::core::result::Result<#answer, #core::BoxError>> {
                    f(args)
                }
            }

            #shape
        }
    }

    fn info(&self) -> TokenStream {
        let core = self.core;
        let Declaration {
            attributes, name, ..
        } = self.signal;
        let stable_name = match &attributes.stable_name {
            Some(name) => name.to_token_stream(),
            None => {
                let name = plain(name);
                quote!(::core::concat!(::core::module_path!(), "::", #name))
            }
        };
        let version = match &attributes.version {
            Some(version) => version.to_token_stream(),
            None => quote!(1),
        };
        let doc = attributes.doc_text();
        let sender = match &self.signal.sender {
            Sender::None => None,
            Sender::Open => Some(quote!(#core::ArgInfo { name: "sender", ty: "Sender" })),
            Sender::Typed { model, bounds } => {
                let ty = format!("{model}: {}", bounds.to_token_stream());
                Some(quote!(#core::ArgInfo { name: "sender", ty: #ty }))
            }
        };
        let args = self.signal.args.iter().map(|arg| {
            let (name, ty) = (plain(&arg.name), &arg.shown);
            quote!(#core::ArgInfo { name: #name, ty: #ty })
        });
        let args = sender.into_iter().chain(args);
        let answer = match &self.signal.answer {
            Some(answer) => {
                let shown = arg::shown(answer);
                quote!(::core::option::Option::Some(#shown))
            }
            None => quote!(::core::option::Option::None),
        };
        let line = line(name.span());
        quote! {
            #core::SignalInfo {
                name: #stable_name,
                version: #version,
                doc: #doc,
                args: &[#(#args),*],
                answer: #answer,
                file: ::core::file!(),
                line: #line,
            }
        }
    }

    /// Who sends, as an expression over `args`.
    fn sender(&self) -> TokenStream {
        let core = self.core;
        if self.has_sender_field {
            return quote!(args.sender);
        }
        let models = || {
            self.signal.args.iter().filter_map(|arg| match arg.kind {
                Kind::Model { access, .. } => Some((&arg.name, access)),
                _ => None,
            })
        };
        let certain = models().find(|(_, access)| *access != Access::Optional);
        match certain.or_else(|| models().next()) {
            Some((arg, Access::Optional)) => quote! {
                args.#arg.map_or(#core::Sender::none(), |model| #core::AnyModel::sender(model))
            },
            Some((arg, _)) => quote!(#core::AnyModel::sender(&*args.#arg)),
            None => quote!({
                let _ = args;
                #core::Sender::none()
            }),
        }
    }

    /// The view struct, and how a receiver gets it from the payload.
    fn arguments(&self) -> TokenStream {
        let Declaration {
            vis, name, sender, ..
        } = self.signal;
        let core = self.core;
        let view = &self.view;
        let lifetime = self.view_lifetime();
        // What differs from receiver to receiver is a type parameter.
        let parameters = self.signal.args.iter().filter_map(Arg::view_parameter);
        let fields = self.signal.args.iter().map(|arg| {
            let name = &arg.name;
            let ty = match arg.view_parameter() {
                Some(parameter) => parameter.into_token_stream(),
                None => shortened(&arg.ty),
            };
            quote!(pub #name: #ty)
        });
        let copies = self.signal.args.iter().filter_map(|arg| self.copy(arg));
        let mut impls = vec![self.arguments_for(false)];
        if self.is_exclusive {
            impls.push(self.arguments_for(true));
        }
        let senders = match sender {
            Sender::None => None,
            Sender::Open => Some(quote! {
                impl #core::HasSender for #name {}
                impl<T: ?::core::marker::Sized + 'static> #core::SentBy<T> for #name {
                    fn sender_type() -> #core::Sender {
                        #core::Sender::of::<T>()
                    }
                }
            }),
            Sender::Typed { model, bounds } => Some(quote! {
                impl #core::HasSender for #name {}
                impl<#model: #bounds> #core::SentBy<#model> for #name {
                    fn sender_type() -> #core::Sender {
                        #core::Sender::model::<#model>()
                    }
                }
            }),
        };
        quote! {
            #[allow(non_camel_case_types)]
            #vis struct #view<#lifetime #(#parameters),*> {
                #(#fields,)*
            }
            #(#copies)*
            #(#impls)*
            #senders
        }
    }

    /// `'b,` if a field of the view borrows, other than by a type parameter.
    fn view_lifetime(&self) -> Option<TokenStream> {
        let borrows = |arg: &Arg| arg.view_parameter().is_none() && arg::borrows(&arg.ty);
        self.signal.args.iter().any(borrows).then(|| quote!('b,))
    }

    /// The one place where an argument that may not be `Copy` is copied.
    fn copy(&self, arg: &Arg) -> Option<TokenStream> {
        if !matches!(arg.kind, Kind::Owned) {
            return None;
        }
        let payload = &self.signal.payload;
        let core = self.core;
        let (name, take, ty) = (&arg.name, arg.copy_name(), shortened(&arg.ty));
        let lifetime = self.lifetime.as_ref().map(|_| quote!(<'b>));
        let span = arg.ty.span();
        let args = local("args", span);
        // Every token of a path counts for where an error is shown.
        let core = respanned(core, span);
        let copied = quote_spanned!(span=> #core::__private::OwnedArg::take(&#args.#name));
        Some(quote! {
            #[allow(non_snake_case)]
            fn #take<'b>(#args: &'b #payload #lifetime) -> #ty {
                #copied
            }
        })
    }

    /// `Arguments` for receivers of any sender and for those of one, from `&payload` or
    /// `&mut payload`.
    fn arguments_for(&self, exclusive: bool) -> TokenStream {
        let Declaration {
            name,
            payload,
            sender,
            args,
            ..
        } = self.signal;
        let core = self.core;
        let view = &self.view;
        let mutable = exclusive.then(|| quote!(mut));
        let lifetime = &self.lifetime;
        let generics = match lifetime {
            Some(_) => quote!('a, 'b,),
            None => quote!('b,),
        };
        let view_lifetime = self.view_lifetime();
        let any_types = args
            .iter()
            .filter_map(|arg| self.view_type(arg, exclusive, None));
        let any_fields = args.iter().map(|arg| {
            let field = &arg.name;
            let value = match &arg.kind {
                Kind::Owned => {
                    let copy = arg.copy_name();
                    quote!(#copy(args))
                }
                kind if kind.is_exclusive() && exclusive => quote!(&mut *args.#field),
                kind if kind.is_exclusive() => quote!(&*args.#field),
                _ => quote!(args.#field),
            };
            quote!(#field: #value)
        });
        let any = quote! {
            impl<#generics> #core::__private::Arguments<
                #core::__private::AnySender,
                &'b #mutable #payload #lifetime,
            > for #name {
                type View = #view<#view_lifetime #(#any_types),*>;

                #[inline]
                fn arguments(
                    args: &'b #mutable #payload #lifetime,
                ) -> ::core::result::Result<Self::View, #core::BoxError> {
                    let _ = args;
                    ::core::result::Result::Ok(#view { #(#any_fields),* })
                }
            }
        };
        let (parameter, sender_is) = match sender {
            Sender::None => return any,
            Sender::Open => (
                quote!(T: ?::core::marker::Sized),
                quote!(#core::__private::SenderIs<T>),
            ),
            Sender::Typed { model, bounds } => (
                quote!(#model: #bounds),
                quote!(#core::__private::SenderIs<#model>),
            ),
        };
        let types = args
            .iter()
            .filter_map(|arg| self.view_type(arg, exclusive, Some(())));
        let fields = args.iter().map(|arg| {
            let field = &arg.name;
            let value = match &arg.kind {
                Kind::Model { access, path } => {
                    let access = match access {
                        Access::Optional => quote!(optional),
                        Access::Exclusive if exclusive => quote!(exclusive),
                        Access::Shared | Access::Exclusive => quote!(shared),
                    };
                    quote!(#core::__private::downcast::#access::<#path>(any.#field)?)
                }
                _ => quote!(any.#field),
            };
            quote!(#field: #value)
        });
        quote! {
            #any

            impl<#generics #parameter> #core::__private::Arguments<
                #sender_is,
                &'b #mutable #payload #lifetime,
            > for #name {
                type View = #view<#view_lifetime #(#types),*>;

                #[inline]
                fn arguments(
                    args: &'b #mutable #payload #lifetime,
                ) -> ::core::result::Result<Self::View, #core::BoxError> {
                    let any = <Self as #core::__private::Arguments<
                        #core::__private::AnySender,
                        &'b #mutable #payload #lifetime,
                    >>::arguments(args)?;
                    let _ = &any;
                    ::core::result::Result::Ok(#view { #(#fields),* })
                }
            }
        }
    }

    /// The type of a view's parameter: what it is in a view for one sender (`typed`) or for any.
    fn view_type(&self, arg: &Arg, exclusive: bool, typed: Option<()>) -> Option<TokenStream> {
        arg.view_parameter()?;
        let core = self.core;
        let mutable = (exclusive && arg.kind.is_exclusive()).then(|| quote!(mut));
        Some(match &arg.kind {
            Kind::Model { access, path } => {
                let of = match typed {
                    Some(()) => path.to_token_stream(),
                    None => quote!((dyn #core::AnyModel + 'static)),
                };
                match access {
                    Access::Optional => quote!(::core::option::Option<&'b #of>),
                    Access::Shared | Access::Exclusive => quote!(&'b #mutable #of),
                }
            }
            _ => {
                let Type::Reference(reference) = &arg.ty else {
                    return None;
                };
                let of = shortened(&reference.elem);
                quote!(&'b #mutable #of)
            }
        })
    }
}

impl Arg {
    fn is_model(&self) -> bool {
        matches!(self.kind, Kind::Model { .. })
    }

    /// The view's type parameter for this argument, if its type is not the same in all views.
    fn view_parameter(&self) -> Option<GenericParam> {
        (self.is_model() || self.kind.is_exclusive()).then(|| {
            let name = format_ident!("__{}", plain(&self.name), span = self.name.span());
            GenericParam::Type(name.into())
        })
    }

    fn copy_name(&self) -> Ident {
        format_ident!("__copy_{}", plain(&self.name), span = Span::mixed_site())
    }
}

/// The type with `'b`, the time of the receiver's call, for the payload's `'a`.
fn shortened(ty: &Type) -> TokenStream {
    struct Shorten;

    impl syn::visit_mut::VisitMut for Shorten {
        fn visit_lifetime_mut(&mut self, lifetime: &mut syn::Lifetime) {
            if lifetime.ident == "a" {
                lifetime.ident = Ident::new("b", lifetime.ident.span());
            }
        }
    }

    let mut ty = ty.clone();
    syn::visit_mut::VisitMut::visit_type_mut(&mut Shorten, &mut ty);
    ty.into_token_stream()
}
