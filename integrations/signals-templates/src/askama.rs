//! askama.

use std::any::Any;
use std::fmt;

use ::askama::{Error, FastWritable, Result, Template, Values};
use signals_builtin::testing::{TemplateRendered, template_rendered};
use signals_core::Sender;

/// A template of askama that sends
/// [`template_rendered`] each time it is rendered.
///
/// It is a [`Template`] itself, and does wherever one is wanted: to `render()`, for a framework's
/// response, in the field of another template. The type of the template is the sender, and the
/// template itself the context.
///
/// ```
/// use askama::Template;
/// use signals_builtin::testing::{AnyContext, template_rendered};
/// use signals_core::receiver;
/// use signals_templates::askama::Signaled;
///
/// #[derive(Template)]
/// #[template(source = "Hello {{ name }}!", ext = "txt")]
/// struct Hello {
///     name: String,
/// }
///
/// #[receiver(template_rendered, sender = Hello)]
/// fn greeted(context: &dyn AnyContext) {
///     if let Some(hello) = context.downcast_ref::<Hello>() {
///         println!("{} is greeted", hello.name);
///     }
/// }
///
/// let hello = Signaled::new(Hello { name: "Ada".into() });
/// assert_eq!(hello.render()?, "Hello Ada!");
/// # Ok::<(), askama::Error>(())
/// ```
///
/// # Which templates
///
/// askama puts what a template includes or extends into it when it is compiled, so only whole
/// templates are seen, and those in their fields that are `Signaled` too. Nor does a template know
/// the path of its file when it runs: its name is what [`named`](Self::named) says, or none.
///
/// A context is a type of its own, which Rust can only recognise if it borrows nothing: a template
/// with a lifetime cannot be `Signaled`.
#[derive(Clone, Copy, Debug)]
pub struct Signaled<T> {
    template: T,
    name: Option<&'static str>,
}

impl<T: Template + Any + Send + Sync> Signaled<T> {
    /// This template, with the signal.
    pub const fn new(template: T) -> Self {
        let name = None;
        Self { template, name }
    }

    /// Says by which name it is told: its path, for receivers that know templates by their paths.
    #[must_use]
    pub fn named(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// The template.
    pub fn into_inner(self) -> T {
        self.template
    }
}

impl<T: Template + Any + Send + Sync> Template for Signaled<T> {
    /// Sends the signal, then renders.
    ///
    /// # Errors
    ///
    /// When the template cannot be rendered, or a receiver fails: [`Error::Custom`] with the
    /// [`SendError`](signals_core::SendError).
    fn render_into_with_values(
        &self,
        writer: &mut dyn fmt::Write,
        values: &dyn Values,
    ) -> Result<()> {
        let sent = template_rendered.send(TemplateRendered {
            sender: Sender::of::<T>(),
            template: self.name,
            context: &self.template,
        });
        sent.map_err(Error::custom)?;
        self.template.render_into_with_values(writer, values)
    }

    const SIZE_HINT: usize = T::SIZE_HINT;
}

impl<T: Template + Any + Send + Sync> FastWritable for Signaled<T> {
    fn write_into(&self, dest: &mut dyn fmt::Write, values: &dyn Values) -> Result<()> {
        self.render_into_with_values(dest, values)
    }
}

impl<T: Template + Any + Send + Sync> fmt::Display for Signaled<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.render_into(f).map_err(|_| fmt::Error)
    }
}
