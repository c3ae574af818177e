//! Invitations into organizations.

use crate::connection::{Connection, on};
use crate::rows::rows;
use crate::schema::{
    organization_invitation_role_relations, organization_invitations, organization_roles,
};
use crate::{Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// An invitation.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = organization_invitations, treat_none_as_null = true)]
pub struct InvitationRow {
    /// 21 characters.
    pub id: String,
    /// The user who invites.
    pub inviter_id: Option<String>,
    /// E-mail address of the person who is invited.
    pub invitee: String,
    /// The user who has become a member by it.
    pub accepted_user_id: Option<String>,
    /// Into which organization.
    pub organization_id: String,
    /// `Pending`, `Accepted`, `Expired` or `Revoked`; a pending one may be past its time.
    pub status: String,
    /// When it was made.
    pub created_at: Millis,
    /// When it changed last.
    pub updated_at: Millis,
    /// Until when it may be accepted.
    pub expires_at: Millis,
}

rows!(organization_invitations, InvitationRow);

/// Which invitations a list holds.
#[derive(Clone, Debug, Default)]
pub struct InvitationFilter {
    /// Into this organization.
    pub organization_id: Option<String>,
    /// By this user.
    pub inviter_id: Option<String>,
    /// Of this address.
    pub invitee: Option<String>,
}

/// Invitations, newest first.
pub async fn list(
    connection: &mut Connection,
    filter: &InvitationFilter,
) -> Result<Vec<InvitationRow>, StoreError> {
    on!(connection, |inner| {
        let mut query = organization_invitations::table
            .select(InvitationRow::as_select())
            .order((
                organization_invitations::created_at.desc(),
                organization_invitations::id.desc(),
            ))
            .into_boxed();
        if let Some(id) = &filter.organization_id {
            query = query.filter(organization_invitations::organization_id.eq(id));
        }
        if let Some(id) = &filter.inviter_id {
            query = query.filter(organization_invitations::inviter_id.eq(id));
        }
        if let Some(invitee) = &filter.invitee {
            query = query.filter(organization_invitations::invitee.eq(invitee));
        }
        Ok(query.load(inner).await?)
    })
}

/// Ends pending invitations of this address whose time is over, so that another can be made.
pub async fn expire(
    connection: &mut Connection,
    organization_id: &str,
    invitee: &str,
    now: Millis,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        let over = organization_invitations::table
            .filter(organization_invitations::organization_id.eq(organization_id))
            .filter(organization_invitations::invitee.eq(invitee))
            .filter(organization_invitations::status.eq("Pending"))
            .filter(organization_invitations::expires_at.le(now));
        diesel::update(over)
            .set(organization_invitations::status.eq("Expired"))
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// Roles of these invitations: invitation, role and its name.
pub async fn roles_of(
    connection: &mut Connection,
    ids: &[String],
) -> Result<Vec<(String, String, String)>, StoreError> {
    on!(connection, |inner| {
        Ok(organization_invitation_role_relations::table
            .inner_join(organization_roles::table)
            .filter(organization_invitation_role_relations::organization_invitation_id.eq_any(ids))
            .select((
                organization_invitation_role_relations::organization_invitation_id,
                organization_roles::id,
                organization_roles::name,
            ))
            .order((organization_roles::name, organization_roles::id))
            .load(inner)
            .await?)
    })
}

/// Roles that an invitation gives.
pub mod role_relation {
    crate::rows::relation!(
        organization_invitation_role_relations,
        organization_invitation_id,
        organization_role_id
    );
}
