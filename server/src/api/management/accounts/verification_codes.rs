//! `/api/verification-codes`

use crate::api::management::auth::ManagementAccess;
use crate::api::operations::{Answer, Done, Operations};
use crate::flows::management::verification_codes;
use crate::http::body::Json;
use vestibule_shared::verification_code::{CheckVerificationCode, RequestVerificationCode};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Verification codes");
    api.post("/verification-codes", "Sends a code by e-mail or SMS", send).refuses(&[429, 501]);
    api.post("/verification-codes/verify", "Checks a code, and uses it up", verify).refuses(&[429]);
}

async fn send(access: ManagementAccess, body: Json<RequestVerificationCode>) -> Answer<Done> {
    verification_codes::send(&access.app, &body.0).await?;
    Ok(Done)
}

async fn verify(access: ManagementAccess, body: Json<CheckVerificationCode>) -> Answer<Done> {
    verification_codes::verify(&access.app, &body.0).await?;
    Ok(Done)
}
