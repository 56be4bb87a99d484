//! Who makes a request.

use crate::user;

/// Who makes the request that is being handled, if they are logged in: state of its scope.
///
/// A receiver of what also happens outside of requests asks for `#[state] visitor: Option<&Visitor>`.
#[derive(Clone, Debug)]
pub struct Visitor(pub user::Model);
