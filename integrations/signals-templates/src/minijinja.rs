//! minijinja.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Deref;
use std::sync::{Arc, Weak};

use ::minijinja::{Environment, Error, ErrorKind, Value};
use signals_builtin::testing::{TemplateRendered, template_rendered};
use signals_core::{SendError, Sender};

/// Templates of minijinja that send
/// [`template_rendered`] as they are rendered. Cheap to
/// clone.
///
/// Put the environment into it when it is complete. It dereferences to the environment, to look at;
/// what is rendered past the methods here, by `get_template(…)?.render(…)`, sends nothing.
///
/// ```
/// use minijinja::{Environment, Value, context};
/// use signals_builtin::testing::{AnyContext, template_rendered};
/// use signals_core::receiver;
/// use signals_templates::minijinja::Templates;
///
/// #[receiver(template_rendered, sender = Environment<'static>)]
/// fn rendered(template: Option<&str>, context: &dyn AnyContext) {
///     println!("{template:?} with {:?}", context.downcast_ref::<Value>());
/// }
///
/// let mut env = Environment::new();
/// env.add_template("base.txt", "{% block body %}{% endblock %}!")?;
/// env.add_template("hello.txt", "{% extends 'base.txt' %}{% block body %}Hello {{ name }}{% endblock %}")?;
///
/// let templates = Templates::new(env);
/// assert_eq!(templates.render("hello.txt", context! { name => "Ada" })?, "Hello Ada!");
/// // Some("hello.txt") with …, Some("base.txt") with …
/// # Ok::<(), minijinja::Error>(())
/// ```
///
/// # Which templates
///
/// The one that is named is told first, before it is rendered. Those that it includes, extends or
/// imports follow, each when it is come to, as often as that happens; their context is that of the
/// whole. Names that `include` tries in vain are not told. minijinja does not say whether it includes
/// a template or imports it, or whether a function of the application only looks at it: all are told.
#[derive(Clone, Debug)]
pub struct Templates {
    env: Arc<Environment<'static>>,
}

impl Templates {
    /// The templates of this environment.
    ///
    /// Takes the place of its [`set_path_join_callback`](Environment::set_path_join_callback), which
    /// is where included templates are seen. If there was one, use
    /// [`with_path_join`](Self::with_path_join).
    pub fn new(env: Environment<'static>) -> Self {
        Self::with_path_join(env, |name, _| name.into())
    }

    /// The templates of this environment, with a callback as for
    /// [`set_path_join_callback`](Environment::set_path_join_callback).
    ///
    /// ```
    /// # use minijinja::Environment;
    /// # use signals_templates::minijinja::Templates;
    /// let mut env = Environment::new();
    /// env.add_template("mails/welcome.txt", "{% include 'footer.txt' %}")?;
    /// env.add_template("mails/footer.txt", "Yours, the shop")?;
    ///
    /// let templates = Templates::with_path_join(env, |name, parent| {
    ///     let folder = parent.rsplit_once('/').map_or("", |(folder, _)| folder);
    ///     format!("{folder}/{name}").into()
    /// });
    /// assert_eq!(templates.render("mails/welcome.txt", ())?, "Yours, the shop");
    /// # Ok::<(), minijinja::Error>(())
    /// ```
    pub fn with_path_join<F>(mut env: Environment<'static>, join: F) -> Self
    where
        F: for<'s> Fn(&'s str, &'s str) -> Cow<'s, str> + Send + Sync + 'static,
    {
        let env = Arc::new_cyclic(|this: &Weak<Environment<'static>>| {
            let this = Weak::clone(this);
            env.set_path_join_callback(move |name, parent| {
                let name = join(name, parent);
                Rendering::comes_to(&this, &name);
                name
            });
            env
        });
        Self { env }
    }

    /// Renders the template of this name.
    ///
    /// # Errors
    ///
    /// When there is no such template, when it cannot be rendered, and when a receiver fails; the
    /// [source](std::error::Error::source) is a [`SendError`] then. Nothing is told of a template that
    /// is not there.
    pub fn render(&self, name: &str, context: impl Into<Value>) -> Result<String, Error> {
        let template = self.env.get_template(name)?;
        let context = context.into();
        send(Some(name), &context).map_err(failed)?;
        Rendering::run(context.clone(), || template.render(context))
    }

    /// Renders a template that is made of a string; its name is none.
    ///
    /// # Errors
    ///
    /// As [`render`](Self::render).
    pub fn render_str(&self, source: &str, context: impl Into<Value>) -> Result<String, Error> {
        let template = self.env.template_from_str(source)?;
        let context = context.into();
        send(None, &context).map_err(failed)?;
        Rendering::run(context.clone(), || template.render(context))
    }

    /// Renders one block of a template; told as `name#block`, and only so.
    ///
    /// minijinja finds a block by rendering the whole template, of which nobody hears. What the block
    /// includes is told.
    ///
    /// ```
    /// # use minijinja::{Environment, context};
    /// # use signals_templates::minijinja::Templates;
    /// let mut env = Environment::new();
    /// env.add_template("list.txt", "A list: {% block row %}{{ item }};{% endblock %}")?;
    ///
    /// let templates = Templates::new(env);
    /// assert_eq!(templates.render_block("list.txt", "row", context! { item => 1 })?, "1;");
    /// // Some("list.txt#row")
    /// # Ok::<(), minijinja::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`render`](Self::render), and when there is no such block.
    pub fn render_block(
        &self,
        name: &str,
        block: &str,
        context: impl Into<Value>,
    ) -> Result<String, Error> {
        let template = self.env.get_template(name)?;
        let context = context.into();
        let mut captured = Rendering::unseen(|| template.render_captured(context.clone()))?;
        if !template_rendered.is_idle() {
            send(Some(&format!("{name}#{block}")), &context).map_err(failed)?;
        }
        Rendering::run(context, || {
            captured.with_state_mut(|state| state.render_block(block))
        })
    }
}

impl Deref for Templates {
    type Target = Environment<'static>;

    fn deref(&self) -> &Self::Target {
        &self.env
    }
}

/// What is being rendered on this thread: how the callback, which is told names only, knows the
/// context.
struct Rendering {
    /// None: nobody is to hear of it.
    context: Option<Value>,
    /// The first error of a receiver. The callback cannot return it.
    error: Option<SendError>,
}

thread_local! {
    /// Innermost last.
    static RENDERING: RefCell<Vec<Rendering>> = const { RefCell::new(Vec::new()) };
}

impl Rendering {
    fn run(
        context: Value,
        render: impl FnOnce() -> Result<String, Error>,
    ) -> Result<String, Error> {
        if template_rendered.is_idle() {
            return render();
        }
        let _placed = Placed::new(Some(context));
        let rendered = render();
        match Self::take_error() {
            None => rendered,
            Some(error) => Err(failed(error)),
        }
    }

    fn unseen<T>(render: impl FnOnce() -> T) -> T {
        let _placed = Placed::new(None);
        render()
    }

    fn take_error() -> Option<SendError> {
        RENDERING.with_borrow_mut(|all| all.last_mut()?.error.take())
    }

    /// The engine is about to load a template, if there is one of this name.
    fn comes_to(env: &Weak<Environment<'static>>, name: &str) {
        if template_rendered.is_idle() {
            return;
        }
        let context = RENDERING.with_borrow(|all| match all.last() {
            Some(this) if this.error.is_none() => this.context.clone(),
            _ => None,
        });
        let is_there = || {
            let env = env.upgrade()?;
            env.get_template(name).ok().map(drop)
        };
        let Some(context) = context else { return };
        if is_there().is_none() {
            return;
        }
        if let Err(error) = send(Some(name), &context) {
            RENDERING.with_borrow_mut(|all| {
                if let Some(this) = all.last_mut() {
                    this.error = Some(error);
                }
            });
        }
    }
}

/// It is in place until this is dropped.
struct Placed;

impl Placed {
    fn new(context: Option<Value>) -> Self {
        let error = None;
        RENDERING.with_borrow_mut(|all| all.push(Rendering { context, error }));
        Self
    }
}

impl Drop for Placed {
    fn drop(&mut self) {
        let this = RENDERING.with_borrow_mut(Vec::pop);
        // Not under the borrow: a context is a user's value.
        drop(this);
    }
}

fn send(template: Option<&str>, context: &Value) -> Result<(), SendError> {
    let sent = template_rendered.send(TemplateRendered {
        sender: Sender::of::<Environment<'static>>(),
        template,
        context,
    });
    sent.map(drop)
}

fn failed(error: SendError) -> Error {
    Error::new(ErrorKind::InvalidOperation, error.to_string()).with_source(error)
}
