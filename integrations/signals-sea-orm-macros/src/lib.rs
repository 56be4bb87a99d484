//! The attribute of signals-sea-orm. Use it through that crate, which documents it.

mod args;
mod behavior;
mod expand;

use proc_macro::TokenStream;

/// Makes an entity send signals; documented in signals-sea-orm.
#[proc_macro_attribute]
pub fn model(args: TokenStream, item: TokenStream) -> TokenStream {
    let item = proc_macro2::TokenStream::from(item);
    expand::model(args.into(), item.clone())
        .unwrap_or_else(|error| {
            // What is missing without the impl is not another mistake.
            let item = behavior::without_mistakes(item);
            let error = error.into_compile_error();
            quote::quote!(#error #item)
        })
        .into()
}
