//! The provider's part of the OpenAPI document.

use super::{authorization, discovery, end_session, introspection, revocation, token, userinfo};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(
    discovery::discovery,
    discovery::jwks,
    authorization::authorize,
    authorization::authorize_by_post,
    authorization::resume_interaction,
    token::token,
    userinfo::userinfo,
    introspection::introspect,
    revocation::revoke,
    end_session::end_session,
    end_session::end_session_by_post,
    end_session::confirm,
    end_session::success,
))]
struct Document;

/// See the module.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
