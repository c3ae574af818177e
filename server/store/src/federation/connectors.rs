//! Connectors that are set up.

use crate::connection::{Connection, on};
use crate::schema::connectors;
use crate::{Json, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use vestibule_shared::JsonObject;

/// A connector.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = connectors)]
pub struct ConnectorRow {
    /// 12 characters.
    pub id: String,
    /// Which factory made it.
    pub factory_id: String,
    /// Settings, sealed: they hold passwords.
    pub sealed_config: String,
    /// Overrides of the factory's metadata.
    pub metadata: Json<JsonObject>,
    /// Copy names and pictures at each sign-in.
    pub sync_profile: bool,
    /// Keep the provider's tokens.
    pub enable_token_storage: bool,
    /// When it was made.
    pub created_at: Millis,
}

/// Columns to change.
#[derive(Clone, Debug, Default, AsChangeset)]
#[diesel(table_name = connectors)]
#[expect(missing_docs, reason = "the fields are those of ConnectorRow")]
pub struct ConnectorChange {
    pub sealed_config: Option<String>,
    pub metadata: Option<Json<JsonObject>>,
    pub sync_profile: Option<bool>,
    pub enable_token_storage: Option<bool>,
}

/// All connectors, oldest first.
pub async fn list(connection: &mut Connection) -> Result<Vec<ConnectorRow>, StoreError> {
    on!(connection, |inner| {
        Ok(connectors::table
            .select(ConnectorRow::as_select())
            .order((connectors::created_at, connectors::id))
            .load(inner)
            .await?)
    })
}

/// The connector with this id.
pub async fn by_id(
    connection: &mut Connection,
    id: &str,
) -> Result<Option<ConnectorRow>, StoreError> {
    on!(connection, |inner| {
        Ok(connectors::table
            .find(id)
            .select(ConnectorRow::as_select())
            .first(inner)
            .await
            .optional()?)
    })
}

/// Inserts a connector in place of those that `replaced` factories made.
pub async fn replace(
    connection: &mut Connection,
    connector: &ConnectorRow,
    replaced: &[&str],
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::delete(connectors::table.filter(connectors::factory_id.eq_any(replaced)))
            .execute(inner)
            .await?;
        diesel::insert_into(connectors::table).values(connector).execute(inner).await?;
        Ok(())
    })
}

/// Changes columns of a connector.
pub async fn update(
    connection: &mut Connection,
    id: &str,
    change: &ConnectorChange,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::update(connectors::table.find(id)).set(change).execute(inner).await?;
        Ok(())
    })
}

/// Deletes a connector; false when it is not there.
pub async fn delete(connection: &mut Connection, id: &str) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        Ok(diesel::delete(connectors::table.find(id)).execute(inner).await? == 1)
    })
}
