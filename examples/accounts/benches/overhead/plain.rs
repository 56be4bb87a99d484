//! The same pages by the same libraries, with no adapter between them and no signal: what a service
//! does that has none.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use accounts::forms::{ArticleForm, LogInForm, SignUpForm};
use accounts::passwords::Passwords;
use accounts::{Config, Secret, guard};
use accounts_models::session::Sessions;
use accounts_models::{Timestamp, message, now, search_entry, statistic};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use axum_login::{AuthManagerLayerBuilder, AuthnBackend, UserId};
use minijinja::{Environment, Value, context};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr,
    EntityTrait, NotSet, QueryFilter, QueryOrder, Set, SqliteTransactionMode, TransactionOptions,
    TransactionTrait, Unchanged,
};
use serde_json::json;
use signals_builtin::eventlog::Log;
use signals_sea_orm::eventlog;
use time::macros::format_description;
use tower_http::catch_panic::CatchPanicLayer;
use tower_sessions::cookie::{SameSite, time::Duration};
use tower_sessions::{Expiry, SessionManagerLayer};

/// The tables without signals.
pub(crate) mod user {
    use accounts_models::{PasswordHash, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "user")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub username: String,
        #[sea_orm(unique)]
        pub username_key: String,
        pub email: String,
        pub password: PasswordHash,
        pub password_changed_at: Timestamp,
        pub is_active: bool,
        pub date_joined: Timestamp,
        pub registered_at: Option<Timestamp>,
        pub last_login: Option<Timestamp>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl axum_login::AuthUser for Model {
        type Id = i64;

        fn id(&self) -> i64 {
            self.id
        }

        // As long as the application's.
        fn session_auth_hash(&self) -> &[u8] {
            &self.password.as_str().as_bytes()[..32]
        }
    }
}

mod email_address {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "email_address")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub user_id: i64,
        pub email: String,
        pub verified: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod article {
    use accounts_models::Timestamp;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "article")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub author_id: i64,
        pub title: String,
        pub body: String,
        pub created_at: Timestamp,
        pub updated_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod tag {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "tag")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(unique)]
        pub name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod article_tag {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "article_tag")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub article_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub tag_id: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(
            belongs_to = "super::tag::Entity",
            from = "Column::TagId",
            to = "super::tag::Column::Id"
        )]
        Tag,
    }

    impl Related<super::tag::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Tag.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[derive(Clone)]
pub(crate) struct Plain {
    db: DatabaseConnection,
    passwords: Passwords,
    pages: Arc<Environment<'static>>,
    /// Whether the views do what the application's receivers do.
    by_hand: bool,
}

type AuthSession = axum_login::AuthSession<Backend>;

#[derive(Clone)]
pub(crate) struct Backend {
    db: DatabaseConnection,
    passwords: Passwords,
}

pub(crate) struct Login {
    username: String,
    password: Secret,
}

impl AuthnBackend for Backend {
    type User = user::Model;
    type Credentials = Login;
    type Error = accounts::Error;

    async fn authenticate(&self, login: Login) -> Result<Option<user::Model>, accounts::Error> {
        let name = accounts_models::user::normalize_username(&login.username).to_lowercase();
        let found = user::Entity::find().filter(user::Column::UsernameKey.eq(name));
        let Some(user) = found.one(&self.db).await? else {
            self.passwords.hash(&login.password).await?;
            return Ok(None);
        };
        let is_right = self
            .passwords
            .verify(&login.password, &user.password)
            .await?;
        Ok(Some(user).filter(|user| is_right && user.is_active))
    }

    async fn get_user(&self, id: &UserId<Self>) -> Result<Option<user::Model>, accounts::Error> {
        let user = user::Entity::find_by_id(*id).one(&self.db).await?;
        Ok(user.filter(|user| user.is_active))
    }
}

pub(crate) fn router(db: DatabaseConnection, passwords: Passwords, by_hand: bool) -> Router {
    let sessions = SessionManagerLayer::new(Sessions::new(db.clone()))
        .with_name("sessionid")
        .with_same_site(SameSite::Lax)
        .with_secure(false)
        .with_expiry(Expiry::OnInactivity(Duration::days(14)));
    let backend = Backend {
        db: db.clone(),
        passwords: passwords.clone(),
    };
    let auth = AuthManagerLayerBuilder::new(backend, sessions).build();
    let plain = Plain {
        db,
        passwords,
        pages: Arc::new(pages()),
        by_hand,
    };
    Router::new()
        .route("/", get(home))
        .route("/login", get(log_in_page).post(log_in))
        .route("/signup", post(sign_up))
        .route("/articles/new", post(write))
        .layer(from_fn_with_state(Config::default(), password_expiry))
        .layer(auth)
        .layer(DefaultBodyLimit::max(128 * 1024))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(guard::same_origin))
        .layer(from_fn(guard::discreet))
        .layer(map_response(guard::headers))
        .with_state(plain)
}

fn pages() -> Environment<'static> {
    let mut pages = Environment::new();
    for (name, source) in [
        ("base.html", include_str!("../../templates/base.html")),
        ("fields.html", include_str!("../../templates/fields.html")),
        ("home.html", include_str!("../../templates/home.html")),
        ("log_in.html", include_str!("../../templates/log_in.html")),
    ] {
        pages.add_template(name, source).unwrap();
    }
    pages
}

impl Plain {
    fn render(
        &self,
        name: &str,
        visitor: Option<&user::Model>,
        values: Value,
    ) -> Result<Html<String>, Failed> {
        let user = visitor.map(|user| user.username.as_str());
        let page = self
            .pages
            .get_template(name)?
            .render(context! { user, ..values })?;
        Ok(Html(page))
    }

    async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.db.begin_with_options(immediate).await
    }

    /// What `accounts-last-login` does.
    async fn note_log_in(&self, user: &user::Model) -> Result<(), DbErr> {
        let user = user::ActiveModel {
            id: Unchanged(user.id),
            last_login: Set(Some(now())),
            ..Default::default()
        };
        user.update(&self.db).await?;
        Ok(())
    }

    /// What `accounts-statistics` does.
    async fn count(&self, name: &str) -> Result<(), DbErr> {
        let first = statistic::ActiveModel {
            day: Set(now().date().to_string()),
            name: Set(name.to_owned()),
            count: Set(1),
        };
        let one_more = Expr::col((statistic::Entity, statistic::Column::Count)).add(1);
        let add = OnConflict::columns([statistic::Column::Day, statistic::Column::Name])
            .value(statistic::Column::Count, one_more)
            .to_owned();
        let insert = statistic::Entity::insert(first).on_conflict(add);
        insert.exec_without_returning(&self.db).await?;
        Ok(())
    }
}

/// What `accounts-audit` does.
async fn log(
    db: &impl ConnectionTrait,
    user: &user::Model,
    action: &str,
    extra: serde_json::Value,
    article: Option<i64>,
) -> Result<(), Failed> {
    let mut log = Log::new(action);
    log.user = Some(user.id.into());
    log.extra = extra;
    log.content_type = article.map(|_| "accounts.Article".to_owned());
    log.object_id = article.map(Into::into);
    let row = eventlog::ActiveModel::try_from(log)?;
    row.insert(db).await?;
    Ok(())
}

/// What `accounts-search` does with a new article.
async fn index(txn: &DatabaseTransaction, article: &article::Model) -> Result<(), DbErr> {
    let text = format!("{}\n{}", article.title, article.body);
    let entry = search_entry::ActiveModel {
        article_id: Set(article.id),
        text: Set(search_entry::normalize(&text)),
        tags: Set(String::new()),
    };
    let update = OnConflict::column(search_entry::Column::ArticleId)
        .update_column(search_entry::Column::Text)
        .to_owned();
    let insert = search_entry::Entity::insert(entry).on_conflict(update);
    insert.exec_without_returning(txn).await?;
    Ok(())
}

/// What `accounts-search` does with its tags.
async fn index_tags(txn: &DatabaseTransaction, article: i64) -> Result<(), DbErr> {
    let links = article_tag::Entity::find().filter(article_tag::Column::ArticleId.eq(article));
    let links = links
        .find_also_related(tag::Entity)
        .order_by_asc(tag::Column::Name);
    let names = links.all(txn).await?;
    let names = names.into_iter().filter_map(|(_, tag)| Some(tag?.name));
    let entry = search_entry::ActiveModel {
        tags: Set(names.fold(" ".to_owned(), |all, name| all + &name + " ")),
        ..Default::default()
    };
    let update = search_entry::Entity::update_many()
        .set(entry)
        .filter(search_entry::Column::ArticleId.eq(article));
    update.exec(txn).await?;
    Ok(())
}

/// What `accounts-audit` says of its tags.
async fn log_tags(
    txn: &DatabaseTransaction,
    user: &user::Model,
    article: i64,
    tags: Vec<i64>,
) -> Result<(), Failed> {
    let tags = tag::Entity::find().filter(tag::Column::Id.is_in(tags));
    let tags = tags.order_by_asc(tag::Column::Name).all(txn).await?;
    let names: Vec<String> = tags.into_iter().map(|tag| tag.name).collect();
    log(
        txn,
        user,
        "ARTICLE_TAGGED",
        json!({ "added": names }),
        Some(article),
    )
    .await
}

/// The application's, with another session.
async fn password_expiry(
    State(config): State<Config>,
    session: AuthSession,
    request: Request,
    next: Next,
) -> Response {
    let limit = config.password_expiry;
    match &session.user {
        Some(user) if limit.is_some_and(|limit| now() - user.password_changed_at > limit) => {
            Redirect::to("/password").into_response()
        }
        _ => next.run(request).await,
    }
}

async fn home(State(plain): State<Plain>, session: AuthSession) -> Result<Html<String>, Failed> {
    let Some(user) = &session.user else {
        return plain.render("home.html", None, context! {});
    };
    let of_user = email_address::Column::UserId.eq(user.id);
    let address = email_address::Entity::find().filter(of_user);
    let address = address.one(&plain.db).await?;
    let sends_mails = false;
    let values = context! {
        messages => message::take(&plain.db, user.id).await?,
        email => &user.email,
        unconfirmed => sends_mails && address.is_some_and(|address| !address.verified),
        date_joined => shown(user.date_joined),
        last_login => user.last_login.map(shown),
    };
    plain.render("home.html", Some(user), values)
}

fn shown(timestamp: Timestamp) -> String {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    timestamp.to_utc().format(form).unwrap_or_default()
}

async fn log_in_page(State(plain): State<Plain>, session: AuthSession) -> Result<Response, Failed> {
    if session.user.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    let values = context! {
        username => None::<&str>,
        errors => BTreeMap::<&str, Value>::new(),
    };
    Ok(plain.render("log_in.html", None, values)?.into_response())
}

async fn log_in(
    State(plain): State<Plain>,
    mut session: AuthSession,
    Form(form): Form<LogInForm>,
) -> Result<Redirect, Failed> {
    let login = form.clean().map_err(|_| "the form is wrong")?;
    let login = Login {
        username: login.username.to_owned(),
        password: login.password.clone(),
    };
    let user = session.authenticate(login).await?.ok_or("refused")?;
    session.login(&user).await?;
    if plain.by_hand {
        plain.note_log_in(&user).await?;
        log(&plain.db, &user, "USER_LOGGED_IN", json!({}), None).await?;
        plain.count("Log-ins").await?;
    }
    Ok(Redirect::to("/"))
}

async fn sign_up(
    State(plain): State<Plain>,
    mut session: AuthSession,
    Form(form): Form<SignUpForm>,
) -> Result<Redirect, Failed> {
    let account = form.clean(false).map_err(|_| "the form is wrong")?;
    let password = plain.passwords.hash(account.password).await?;
    let txn = plain.begin().await?;
    let now = now();
    let user = user::ActiveModel {
        id: NotSet,
        username: Set(account.username.clone()),
        username_key: Set(account.username.to_lowercase()),
        email: Set(account.email.to_owned()),
        password: Set(password),
        password_changed_at: Set(now),
        is_active: Set(true),
        date_joined: Set(now),
        registered_at: Set(None),
        last_login: Set(None),
    };
    let user = user.insert(&txn).await?;
    let address = email_address::ActiveModel {
        id: NotSet,
        user_id: Set(user.id),
        email: Set(user.email.clone()),
        verified: Set(false),
    };
    address.insert(&txn).await?;
    if plain.by_hand {
        log(&txn, &user, "USER_SIGNED_UP", json!({}), None).await?;
    }
    txn.commit().await?;
    if plain.by_hand {
        plain.count("Sign-ups").await?;
        // What `accounts-mail` does.
        let text = format!("Welcome, {}! Your account is ready.", user.username);
        message::leave(&plain.db, user.id, &text).await?;
    }
    session.login(&user).await?;
    if plain.by_hand {
        plain.note_log_in(&user).await?;
    }
    user::Entity::update_many()
        .col_expr(user::Column::RegisteredAt, Expr::value(now))
        .filter(user::Column::Id.eq(user.id))
        .filter(user::Column::RegisteredAt.is_null())
        .exec(&plain.db)
        .await?;
    Ok(Redirect::to("/"))
}

async fn write(
    State(plain): State<Plain>,
    session: AuthSession,
    Form(form): Form<ArticleForm>,
) -> Result<Redirect, Failed> {
    let user = session.user.ok_or("nobody is logged in")?;
    let content = form.clean().map_err(|_| "the form is wrong")?;
    let now = now();
    let draft = article::ActiveModel {
        id: NotSet,
        author_id: Set(user.id),
        title: Set(content.title.to_owned()),
        body: Set(content.body),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let txn = plain.begin().await?;
    let article = draft.insert(&txn).await?;
    if plain.by_hand {
        let extra = json!({ "created": true, "title": article.title });
        log(&txn, &user, "ARTICLE_SAVED", extra, Some(article.id)).await?;
        index(&txn, &article).await?;
    }
    let mut tags = Vec::new();
    for name in &content.tags {
        let tag = tag::Entity::find().filter(tag::Column::Name.eq(name.as_str()));
        let tag = if let Some(tag) = tag.one(&txn).await? {
            tag
        } else {
            let name = Set(name.clone());
            tag::ActiveModel { id: NotSet, name }.insert(&txn).await?
        };
        tags.push(tag.id);
    }
    // In a savepoint, as links are changed: all of them or none.
    let savepoint = txn.begin().await?;
    let links = article_tag::Entity::find();
    let links = links.filter(article_tag::Column::ArticleId.eq(article.id));
    let linked: Vec<i64> = links
        .all(&savepoint)
        .await?
        .iter()
        .map(|link| link.tag_id)
        .collect();
    tags.retain(|tag| !linked.contains(tag));
    if !tags.is_empty() {
        let links = tags.iter().map(|tag| article_tag::ActiveModel {
            article_id: Set(article.id),
            tag_id: Set(*tag),
        });
        let links = article_tag::Entity::insert_many(links);
        links.exec_without_returning(&savepoint).await?;
        if plain.by_hand {
            log_tags(&savepoint, &user, article.id, tags).await?;
            index_tags(&savepoint, article.id).await?;
        }
    }
    savepoint.commit().await?;
    txn.commit().await?;
    if plain.by_hand {
        plain.count("Articles").await?;
    }
    Ok(Redirect::to(&format!("/articles/{}", article.id)))
}

/// What no request here does.
struct Failed(Box<dyn Error>);

impl<E: Into<Box<dyn Error>>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.0.to_string()).into_response()
    }
}
