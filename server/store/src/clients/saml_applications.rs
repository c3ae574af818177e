//! SAML applications: their settings, and the keys that sign for them.

use crate::connection::{Connection, on};
use crate::rows::rows;
use crate::schema::{saml_application_configs, saml_application_secrets};
use crate::{Json, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use vestibule_shared::saml_application::{AttributeMapping, SamlAcsUrl, SamlEncryption};

/// What a SAML application has beside what every application has.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(
    table_name = saml_application_configs,
    primary_key(application_id),
    treat_none_as_null = true
)]
pub struct SamlConfigRow {
    /// Whose it is.
    pub application_id: String,
    /// Names of SAML attributes, by claims.
    pub attribute_mapping: Json<AttributeMapping>,
    /// What the service provider calls itself.
    pub entity_id: Option<String>,
    /// Where the service provider takes answers.
    pub acs_url: Option<Json<SamlAcsUrl>>,
    /// How assertions are encrypted.
    pub encryption: Option<Json<SamlEncryption>>,
    /// How people are named.
    pub name_id_format: String,
}

/// A key that signs assertions.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = saml_application_secrets)]
pub struct SamlSecretRow {
    /// 21 characters.
    pub id: String,
    /// Whose it is.
    pub application_id: String,
    /// The key in PEM, sealed.
    pub sealed_private_key: String,
    /// X.509 in PEM.
    pub certificate: String,
    /// It is the one that signs.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Millis,
    /// When the certificate ends.
    pub expires_at: Millis,
}

/// The settings of an application.
pub async fn config(
    connection: &mut Connection,
    application_id: &str,
) -> Result<Option<SamlConfigRow>, StoreError> {
    on!(connection, |inner| {
        let found = saml_application_configs::table
            .find(application_id)
            .select(SamlConfigRow::as_select())
            .first(inner)
            .await;
        Ok(found.optional()?)
    })
}

/// Inserts settings.
pub async fn insert_config(
    connection: &mut Connection,
    row: &SamlConfigRow,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(saml_application_configs::table).values(row).execute(inner).await?;
        Ok(())
    })
}

/// Writes every column of settings.
pub async fn update_config(
    connection: &mut Connection,
    row: &SamlConfigRow,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::update(saml_application_configs::table.find(&row.application_id))
            .set(row)
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// Keys that sign for SAML applications.
pub mod secrets {
    use super::*;

    rows!(saml_application_secrets, SamlSecretRow);

    /// Keys of an application, newest first.
    pub async fn of(
        connection: &mut Connection,
        application_id: &str,
    ) -> Result<Vec<SamlSecretRow>, StoreError> {
        on!(connection, |inner| {
            Ok(saml_application_secrets::table
                .filter(saml_application_secrets::application_id.eq(application_id))
                .select(SamlSecretRow::as_select())
                .order((
                    saml_application_secrets::created_at.desc(),
                    saml_application_secrets::id.desc(),
                ))
                .load(inner)
                .await?)
        })
    }

    /// The key that signs for an application.
    pub async fn active(
        connection: &mut Connection,
        application_id: &str,
    ) -> Result<Option<SamlSecretRow>, StoreError> {
        on!(connection, |inner| {
            let found = saml_application_secrets::table
                .filter(saml_application_secrets::application_id.eq(application_id))
                .filter(saml_application_secrets::is_active)
                .select(SamlSecretRow::as_select())
                .first(inner)
                .await;
            Ok(found.optional()?)
        })
    }

    /// Lets a key sign, and no other one, or lets it sign no more; the row as it is then.
    /// `None` when the application has no such key.
    pub async fn set_active(
        connection: &mut Connection,
        application_id: &str,
        id: &str,
        is_active: bool,
    ) -> Result<Option<SamlSecretRow>, StoreError> {
        on!(connection, |inner| {
            let of_application =
                || saml_application_secrets::application_id.eq(application_id.to_owned());
            let target = saml_application_secrets::table.find(id).filter(of_application());
            if target.count().get_result::<i64>(inner).await? == 0 {
                return Ok(None);
            }
            if is_active {
                let others = saml_application_secrets::table
                    .filter(of_application())
                    .filter(saml_application_secrets::is_active)
                    .filter(saml_application_secrets::id.ne(id));
                diesel::update(others)
                    .set(saml_application_secrets::is_active.eq(false))
                    .execute(inner)
                    .await?;
            }
            let changed =
                diesel::update(saml_application_secrets::table.find(id).filter(of_application()))
                    .set(saml_application_secrets::is_active.eq(is_active))
                    .returning(SamlSecretRow::as_returning())
                    .get_result(inner)
                    .await;
            Ok(changed.optional()?)
        })
    }

    /// Deletes a key that does not sign; false when there is no such key, or it signs.
    pub async fn delete_inactive(
        connection: &mut Connection,
        application_id: &str,
        id: &str,
    ) -> Result<bool, StoreError> {
        on!(connection, |inner| {
            let target = saml_application_secrets::table
                .find(id)
                .filter(saml_application_secrets::application_id.eq(application_id))
                .filter(diesel::dsl::not(saml_application_secrets::is_active));
            Ok(diesel::delete(target).execute(inner).await? == 1)
        })
    }
}
