//! Connectors to enterprises' identity providers.

use crate::connection::{Connection, on};
use crate::rows::{page_of, rows};
use crate::schema::{
    sso_connector_domains, sso_connector_idp_initiated_auth_configs, sso_connector_signing_keys,
    sso_connectors,
};
use crate::{Json, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::BTreeMap;
use vestibule_shared::sso_connector::SsoBranding;

/// A connector.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sso_connectors)]
pub struct SsoConnectorRow {
    /// 12 characters.
    pub id: String,
    /// Which kind of provider.
    pub provider_name: String,
    /// Unique.
    pub connector_name: String,
    /// Settings, sealed: they hold secrets.
    pub sealed_config: String,
    /// Mail domains whose people sign in here, in their order.
    pub domains: Json<Vec<String>>,
    /// How sign-in pages show it.
    pub branding: Json<SsoBranding>,
    /// Copy names and pictures at each sign-in.
    pub sync_profile: bool,
    /// Keep the provider's tokens.
    pub enable_token_storage: bool,
    /// When it was made.
    pub created_at: Millis,
}

/// A key that requests to a SAML identity provider are signed with.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = sso_connector_signing_keys)]
pub struct SigningKeyRow {
    /// 21 characters.
    pub id: String,
    /// Whose it is.
    pub sso_connector_id: String,
    /// PKCS#8 in PEM, sealed.
    pub sealed_private_key: String,
    /// X.509 in PEM.
    pub certificate: String,
    /// The one that signs; at most one of a connector.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Millis,
    /// When the certificate ends.
    pub expires_at: Millis,
}

/// What happens when an identity provider signs somebody in unasked.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = sso_connector_idp_initiated_auth_configs)]
pub struct IdpInitiatedAuthRow {
    /// Whose it is.
    pub sso_connector_id: String,
    /// The application that is opened.
    pub default_application_id: String,
    /// Where the application gets its answer.
    pub redirect_uri: Option<String>,
    /// Parameters of the authorization request.
    pub auth_parameters: Json<BTreeMap<String, String>>,
    /// The server sends the authorization request itself.
    pub auto_send_authorization_request: bool,
    /// Where the application begins it.
    pub client_idp_initiated_auth_callback_uri: Option<String>,
    /// When it was made.
    pub created_at: Millis,
}

rows!(sso_connectors, SsoConnectorRow);

/// Mail domains by which a connector is found.
pub mod domain_relation {
    crate::rows::relation!(sso_connector_domains, sso_connector_id, domain);
}

/// Connectors, newest first: all of them or a page, and how many there are.
pub async fn list(
    connection: &mut Connection,
    page: Option<(i64, i64)>,
) -> Result<(Vec<SsoConnectorRow>, i64), StoreError> {
    let page = page.unwrap_or((0, i64::MAX));
    on!(connection, |inner| {
        Ok(page_of!(
            inner,
            sso_connectors::table,
            SsoConnectorRow::as_select(),
            (sso_connectors::created_at.desc(), sso_connectors::id.desc()),
            page
        ))
    })
}

/// Connectors for a mail domain, oldest first.
pub async fn by_domain(
    connection: &mut Connection,
    domain: &str,
) -> Result<Vec<SsoConnectorRow>, StoreError> {
    on!(connection, |inner| {
        let ids = sso_connector_domains::table
            .filter(sso_connector_domains::domain.eq(domain))
            .select(sso_connector_domains::sso_connector_id);
        Ok(sso_connectors::table
            .filter(sso_connectors::id.eq_any(ids))
            .select(SsoConnectorRow::as_select())
            .order((sso_connectors::created_at, sso_connectors::id))
            .load(inner)
            .await?)
    })
}

/// Signing keys of a connector, newest first.
pub async fn signing_keys(
    connection: &mut Connection,
    connector_id: &str,
) -> Result<Vec<SigningKeyRow>, StoreError> {
    on!(connection, |inner| {
        Ok(sso_connector_signing_keys::table
            .filter(sso_connector_signing_keys::sso_connector_id.eq(connector_id))
            .select(SigningKeyRow::as_select())
            .order((
                sso_connector_signing_keys::created_at.desc(),
                sso_connector_signing_keys::id.desc(),
            ))
            .load(inner)
            .await?)
    })
}

/// Inserts a signing key.
pub async fn insert_signing_key(
    connection: &mut Connection,
    row: &SigningKeyRow,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(sso_connector_signing_keys::table).values(row).execute(inner).await?;
        Ok(())
    })
}

/// Lets the key with this id sign and no other of the connector, or none where there is no id.
pub async fn activate_signing_key(
    connection: &mut Connection,
    connector_id: &str,
    key_id: Option<&str>,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        let of_connector = sso_connector_signing_keys::table
            .filter(sso_connector_signing_keys::sso_connector_id.eq(connector_id));
        // First those that no longer sign: there are never two.
        diesel::update(of_connector)
            .set(sso_connector_signing_keys::is_active.eq(false))
            .execute(inner)
            .await?;
        if let Some(key_id) = key_id {
            diesel::update(of_connector.filter(sso_connector_signing_keys::id.eq(key_id)))
                .set(sso_connector_signing_keys::is_active.eq(true))
                .execute(inner)
                .await?;
        }
        Ok(())
    })
}

/// Deletes a signing key.
pub async fn delete_signing_key(connection: &mut Connection, id: &str) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::delete(sso_connector_signing_keys::table.find(id)).execute(inner).await?;
        Ok(())
    })
}

/// What happens when the identity provider signs somebody in unasked, if that is set up.
pub async fn idp_initiated_auth(
    connection: &mut Connection,
    connector_id: &str,
) -> Result<Option<IdpInitiatedAuthRow>, StoreError> {
    on!(connection, |inner| {
        let row = sso_connector_idp_initiated_auth_configs::table.find(connector_id);
        Ok(row.select(IdpInitiatedAuthRow::as_select()).first(inner).await.optional()?)
    })
}

/// Sets it up, in the place of what was there.
pub async fn put_idp_initiated_auth(
    connection: &mut Connection,
    row: &IdpInitiatedAuthRow,
) -> Result<(), StoreError> {
    on!(&mut *connection, |inner| {
        let before = sso_connector_idp_initiated_auth_configs::table.find(&row.sso_connector_id);
        diesel::delete(before).execute(inner).await?;
        diesel::insert_into(sso_connector_idp_initiated_auth_configs::table)
            .values(row)
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// Ends it; false when it is not set up.
pub async fn delete_idp_initiated_auth(
    connection: &mut Connection,
    connector_id: &str,
) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        let row = sso_connector_idp_initiated_auth_configs::table.find(connector_id);
        Ok(diesel::delete(row).execute(inner).await? == 1)
    })
}
