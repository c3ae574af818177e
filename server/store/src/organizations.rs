//! Organizations, what their members are and may do.

pub mod invitations;
pub mod jit;
pub mod members;
pub mod provisioning;
pub mod roles;
pub mod scopes;

use crate::connection::{Connection, on};
use crate::roles::HoldingUser;
use crate::rows::{by_name, page_of, rows, some_of_each};
use crate::schema::{organization_user_relations, organizations};
use crate::search::Search;
use crate::{Json, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use vestibule_shared::JsonObject;
use vestibule_shared::organization::PartialColor;
use vestibule_shared::sign_in_experience::Branding;

/// An organization.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = organizations, treat_none_as_null = true)]
pub struct OrganizationRow {
    /// 12 characters.
    pub id: String,
    /// Shown to people.
    pub name: String,
    /// Shown to people.
    pub description: Option<String>,
    /// Free fields.
    pub custom_data: Json<JsonObject>,
    /// Members must have a second factor.
    pub is_mfa_required: bool,
    /// Members may skip the second factor on devices they trust.
    pub is_trusted_device_allowed: bool,
    /// Colours of its pages.
    pub color: Json<PartialColor>,
    /// Pictures of its pages.
    pub branding: Json<Branding>,
    /// Style sheet of its pages.
    pub custom_css: Option<String>,
    /// When it was made.
    pub created_at: Millis,
}

rows!(organizations, OrganizationRow);

/// Columns that a keyword is searched in.
pub const SEARCH: &[&str] =
    &["organizations.id", "organizations.name", "organizations.description"];

/// One page of organizations, newest first, and how many there are.
pub async fn page(
    connection: &mut Connection,
    search: &Search,
    page: (i64, i64),
) -> Result<(Vec<OrganizationRow>, i64), StoreError> {
    let condition = search.condition(connection).await?;
    on!(connection, |inner| {
        Ok(page_of!(
            inner,
            organizations::table.filter(condition.clone()),
            OrganizationRow::as_select(),
            (organizations::created_at.desc(), organizations::id.desc()),
            page
        ))
    })
}

/// How many users are members of each of these organizations.
pub async fn count_users(
    connection: &mut Connection,
    ids: &[String],
) -> Result<Vec<(String, i64)>, StoreError> {
    on!(connection, |inner| {
        Ok(organization_user_relations::table
            .filter(organization_user_relations::organization_id.eq_any(ids))
            .group_by(organization_user_relations::organization_id)
            .select((organization_user_relations::organization_id, diesel::dsl::count_star()))
            .load(inner)
            .await?)
    })
}

/// At most three members of each of these organizations.
pub async fn some_users(
    connection: &mut Connection,
    ids: &[String],
) -> Result<Vec<HoldingUser>, StoreError> {
    let some = some_of_each(ids.len(), "organization_user_relations", "organization_id", "user_id");
    let text = format!(
        "select chosen.held_in, users.id, users.name, users.avatar from ({some}) chosen \
         join users on users.id = chosen.id order by chosen.held_in, users.id"
    );
    by_name(connection, &text, ids).await
}
