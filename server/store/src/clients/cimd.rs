//! What clients that describe themselves by a document at their client id may ask people for.

use crate::organizations::scopes::{OrganizationScopeRow, organization_scopes_in};
use crate::resources::{ResourceRow, ScopeRow, scopes_in};
use crate::schema::{
    cimd_organization_resource_scopes, cimd_organization_scopes, cimd_resource_scopes,
};
use crate::{Connection, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// The queries of one list.
macro_rules! list {
    ($table:ident, $id:ident) => {
        use crate::StoreError;
        use crate::connection::{Connection, on};
        use crate::schema::$table;
        use diesel::prelude::*;
        use diesel_async::RunQueryDsl;

        /// What is on it, in order.
        pub async fn all(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
            on!(connection, |inner| {
                Ok($table::table.select($table::$id).order($table::$id).load(inner).await?)
            })
        }

        /// Puts more on it; what is on it already stays.
        pub async fn add(connection: &mut Connection, ids: &[String]) -> Result<(), StoreError> {
            for id in ids {
                on!(&mut *connection, |inner| {
                    diesel::insert_into($table::table)
                        .values($table::$id.eq(id))
                        .on_conflict_do_nothing()
                        .execute(inner)
                        .await?;
                });
            }
            Ok(())
        }

        /// Takes one off; false when it is not on it.
        pub async fn remove(connection: &mut Connection, id: &str) -> Result<bool, StoreError> {
            on!(connection, |inner| {
                Ok(diesel::delete($table::table.find(id)).execute(inner).await? == 1)
            })
        }
    };
}

/// Scopes of OpenID Connect.
pub mod user_scopes {
    list!(cimd_user_scopes, user_scope);
}

/// Scopes of resources.
pub mod resource_scopes {
    list!(cimd_resource_scopes, scope_id);
}

/// Scopes of organizations.
pub mod organization_scopes {
    list!(cimd_organization_scopes, organization_scope_id);
}

/// Scopes of resources that are held within organizations.
pub mod organization_resource_scopes {
    list!(cimd_organization_resource_scopes, scope_id);
}

/// The listed organization scopes, by name.
pub async fn organization_scope_rows(
    connection: &mut Connection,
) -> Result<Vec<OrganizationScopeRow>, StoreError> {
    use cimd_organization_scopes::{organization_scope_id, table};
    organization_scopes_in!(connection, table.select(organization_scope_id))
}

/// The listed scopes of resources.
pub async fn resource_scope_rows(
    connection: &mut Connection,
) -> Result<Vec<(ScopeRow, ResourceRow)>, StoreError> {
    use cimd_resource_scopes::{scope_id, table};
    scopes_in!(connection, table.select(scope_id))
}

/// The listed scopes of resources that are held within organizations.
pub async fn organization_resource_scope_rows(
    connection: &mut Connection,
) -> Result<Vec<(ScopeRow, ResourceRow)>, StoreError> {
    use cimd_organization_resource_scopes::{scope_id, table};
    scopes_in!(connection, table.select(scope_id))
}
