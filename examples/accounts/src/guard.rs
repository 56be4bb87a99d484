//! What is the same for every request: where it may come from, and what nobody is to see of it.

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use signals_builtin::request::hide_credentials;

/// Refuses what another site makes a browser send: it would come with this site's cookie.
///
/// Browsers say where a request comes from, in `Sec-Fetch-Site` or, older ones, in `Origin`; what
/// says neither is no browser and has nobody's cookie but its own. With `SameSite=Lax` on the cookie
/// this takes the place of a token in each form.
pub async fn same_origin(request: Request, next: Next) -> Response {
    if is_safe(request.method()) || is_same_origin(request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "This form was sent by another site.").into_response()
    }
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn is_same_origin(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let host = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.split_once("://"));
    match (host, headers.get(HOST)) {
        (Some((_, origin)), Some(host)) => host == origin,
        _ => false,
    }
}

/// Keeps the cookie out of what a view or a receiver might log: `Debug` of the request no longer shows it.
pub async fn discreet(mut request: Request, next: Next) -> Response {
    hide_credentials(request.headers_mut());
    next.run(request).await
}

/// Tells the browser to take nothing but pages, styles and pictures, and from here only, to keep no copy of
/// what is somebody's own, and to let no other site put these pages in a frame.
pub async fn headers(mut response: Response) -> Response {
    const HEADERS: [(axum::http::HeaderName, &str); 4] = [
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
             frame-ancestors 'none'; base-uri 'none'",
        ),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // `no-referrer` would take the `Origin` from the forms as well.
        (REFERRER_POLICY, "same-origin"),
        (CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    use super::is_same_origin;

    fn headers<const N: usize>(pairs: [(&'static str, &'static str); N]) -> HeaderMap {
        pairs
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .into_iter()
            .collect()
    }

    #[test]
    fn forms_of_this_site_pass() {
        let host = ("host", "localhost:8000");
        assert!(is_same_origin(&headers([host])));
        assert!(is_same_origin(&headers([
            host,
            ("sec-fetch-site", "same-origin")
        ])));
        assert!(is_same_origin(&headers([host, ("sec-fetch-site", "none")])));
        assert!(is_same_origin(&headers([
            host,
            ("origin", "http://localhost:8000")
        ])));
    }

    #[test]
    fn forms_of_other_sites_do_not() {
        let host = ("host", "localhost:8000");
        for origin in [
            "http://evil.example",
            "null",
            "http://localhost:8001",
            "localhost:8000",
        ] {
            assert!(
                !is_same_origin(&headers([host, ("origin", origin)])),
                "{origin}"
            );
        }
        for site in ["cross-site", "same-site", ""] {
            let own = ("origin", "http://localhost:8000");
            assert!(
                !is_same_origin(&headers([host, own, ("sec-fetch-site", site)])),
                "{site}"
            );
        }
        assert!(!is_same_origin(&headers([(
            "origin",
            "http://localhost:8000"
        )])));
    }
}
