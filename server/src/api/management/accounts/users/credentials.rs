//! Passwords, suspension and second factors of users

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::{Id, Ids};
use crate::api::operations::{Answer, Done, Found, Listed, Many, Operations};
use crate::flows::management::users::{mfa, passwords, trusted_devices};
use crate::http::body::Json;
use crate::http::pagination::Page;
use vestibule_shared::user::{
    CreateMfaVerification, CreatedMfaVerification, HasPassword, MfaVerification, SetExpired,
    SetPassword, SetSuspended, TrustedDevice, User,
};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.patch("/users/{userId}/password", "Sets a password", set_password);
    api.post("/users/{userId}/password/verify", "Compares a password", verify_password);
    api.patch("/users/{userId}/password/expiration", "Demands a new password", set_expired);
    api.get("/users/{userId}/has-password", "Whether a user has a password", has_password);
    api.patch("/users/{userId}/is-suspended", "Suspends a user and ends sessions", set_suspended);
    api.get("/users/{userId}/mfa-verifications", "Second factors of a user", list_factors);
    api.post("/users/{userId}/mfa-verifications", "Gives a user a second factor", create_factor);
    api.delete(
        "/users/{userId}/mfa-verifications/{verificationId}",
        "Takes a second factor away",
        remove_factor,
    );
    api.get(
        "/users/{userId}/trusted-devices",
        "Browsers on which a user need not show the second factor again",
        list_devices,
    );
    api.delete(
        "/users/{userId}/trusted-devices/{trustedDeviceId}",
        "Ends the trust in a browser",
        remove_device,
    );
}

async fn set_password(
    access: ManagementAccess,
    id: Id,
    body: Json<SetPassword>,
) -> Answer<Found<User>> {
    Ok(Found(passwords::set(&access.app, &id.0, &body.0.password).await?))
}

async fn verify_password(
    access: ManagementAccess,
    id: Id,
    body: Json<SetPassword>,
) -> Answer<Done> {
    passwords::verify(&access.app, &id.0, &body.0.password).await?;
    Ok(Done)
}

async fn set_expired(
    access: ManagementAccess,
    id: Id,
    body: Json<SetExpired>,
) -> Answer<Found<User>> {
    Ok(Found(passwords::set_expired(&access.app, &id.0, body.0.is_expired).await?))
}

async fn has_password(access: ManagementAccess, id: Id) -> Answer<Found<HasPassword>> {
    Ok(Found(HasPassword { has_password: passwords::is_set(&access.app, &id.0).await? }))
}

async fn set_suspended(
    access: ManagementAccess,
    id: Id,
    body: Json<SetSuspended>,
) -> Answer<Found<User>> {
    Ok(Found(passwords::set_suspended(&access.app, &id.0, body.0.is_suspended).await?))
}

async fn list_factors(access: ManagementAccess, id: Id) -> Answer<Many<MfaVerification>> {
    Ok(Many(mfa::list(&access.app, &id.0).await?))
}

async fn create_factor(
    access: ManagementAccess,
    id: Id,
    body: Json<CreateMfaVerification>,
) -> Answer<Found<CreatedMfaVerification>> {
    Ok(Found(mfa::create(&access.app, &id.0, body.0).await?))
}

async fn remove_factor(access: ManagementAccess, Ids([id, factor]): Ids<2>) -> Answer<Done> {
    mfa::delete(&access.app, &id, &factor).await?;
    Ok(Done)
}

async fn list_devices(
    access: ManagementAccess,
    id: Id,
    page: Page,
) -> Answer<Listed<TrustedDevice>> {
    let found = trusted_devices::list(&access.app, &id.0, page.bounds()).await?;
    Ok(Listed::page(page, found))
}

async fn remove_device(access: ManagementAccess, Ids([id, device]): Ids<2>) -> Answer<Done> {
    trusted_devices::delete(&access.app, &id, &device).await?;
    Ok(Done)
}
