//! Identities that users have elsewhere. `user_social_identities` makes those that
//! `users.identities` holds unique; both are written in one transaction.

use crate::connection::{Connection, on};
use crate::schema::{token_secrets, user_social_identities, user_sso_identities};
use crate::{Json, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use vestibule_shared::JsonObject;

/// An identity at an enterprise's provider.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = user_sso_identities)]
pub struct SsoIdentityRow {
    /// 21 characters.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// The connector to the provider.
    pub sso_connector_id: String,
    /// Who says so.
    pub issuer: String,
    /// The user's id there.
    pub identity_id: String,
    /// What the provider says of the user.
    pub detail: Json<JsonObject>,
    /// When it was linked.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}

/// That tokens of a provider are kept, without the tokens.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = token_secrets)]
pub struct TokenSecretRow {
    /// 21 characters.
    pub id: String,
    /// Whose they are.
    pub user_id: String,
    /// `federated_token_set`
    pub kind: String,
    /// Scope, end and type of the tokens.
    pub metadata: Json<JsonObject>,
    /// The connector to a social provider.
    pub connector_id: Option<String>,
    /// The social provider.
    pub social_target: Option<String>,
    /// The user's id at the social provider.
    pub social_identity_id: Option<String>,
    /// The enterprise identity.
    pub sso_identity_id: Option<String>,
    /// When they came.
    pub created_at: Millis,
    /// When they were last renewed.
    pub updated_at: Millis,
}

/// Links a social identity in the place of the one that the user has at this provider, and forgets
/// tokens of that one. `StoreError::Taken` when the identity is somebody else's.
pub async fn link_identity(
    connection: &mut Connection,
    user_id: &str,
    target: &str,
    identity_id: &str,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        let other = token_secrets::table
            .filter(token_secrets::user_id.eq(user_id))
            .filter(token_secrets::social_target.eq(target))
            .filter(token_secrets::social_identity_id.ne(identity_id));
        diesel::delete(other).execute(inner).await?;
        diesel::insert_into(user_social_identities::table)
            .values((
                user_social_identities::user_id.eq(user_id),
                user_social_identities::target.eq(target),
                user_social_identities::identity_id.eq(identity_id),
            ))
            .on_conflict((user_social_identities::user_id, user_social_identities::target))
            .do_update()
            .set(user_social_identities::identity_id.eq(identity_id))
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// Takes a social identity away, with tokens that are kept for it.
pub async fn unlink_identity(
    connection: &mut Connection,
    user_id: &str,
    target: &str,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        let kept = token_secrets::table
            .filter(token_secrets::user_id.eq(user_id))
            .filter(token_secrets::social_target.eq(target));
        diesel::delete(kept).execute(inner).await?;
        diesel::delete(user_social_identities::table.find((user_id, target)))
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// Enterprise identities of a user, oldest first.
pub async fn sso_identities(
    connection: &mut Connection,
    user_id: &str,
) -> Result<Vec<SsoIdentityRow>, StoreError> {
    on!(connection, |inner| {
        Ok(user_sso_identities::table
            .filter(user_sso_identities::user_id.eq(user_id))
            .select(SsoIdentityRow::as_select())
            .order((user_sso_identities::created_at, user_sso_identities::id))
            .load(inner)
            .await?)
    })
}

/// Which tokens of providers are kept for a user.
pub async fn token_secrets(
    connection: &mut Connection,
    user_id: &str,
) -> Result<Vec<TokenSecretRow>, StoreError> {
    on!(connection, |inner| {
        Ok(token_secrets::table
            .filter(token_secrets::user_id.eq(user_id))
            .select(TokenSecretRow::as_select())
            .order(token_secrets::id)
            .load(inner)
            .await?)
    })
}
