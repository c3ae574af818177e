//! Membership that comes with an account: of an organization that takes in everybody with an
//! address of its domains ("just in time").

use crate::StoreError;
use crate::connection::{Connection, on};
use crate::schema::organization_jit_email_domains;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

const MEMBERS: &str = "insert into organization_user_relations (organization_id, user_id) \
    select domains.organization_id, $1 from organization_jit_email_domains domains \
    where domains.email_domain = $2";
const ROLES: &str = "insert into organization_role_user_relations \
    (organization_id, user_id, organization_role_id) \
    select roles.organization_id, $1, roles.organization_role_id \
    from organization_jit_email_domains domains \
    inner join organization_jit_roles roles on roles.organization_id = domains.organization_id \
    where domains.email_domain = $2";

/// Makes a user who was just created a member of the organizations that this domain leads to, with
/// their roles for new members; the ids of the organizations. `domain` is in lower case.
pub async fn join_by_domain(
    connection: &mut Connection,
    user_id: &str,
    domain: &str,
) -> Result<Vec<String>, StoreError> {
    on!(connection, |inner| {
        let joined: Vec<String> = organization_jit_email_domains::table
            .filter(organization_jit_email_domains::email_domain.eq(domain))
            .select(organization_jit_email_domains::organization_id)
            .order(organization_jit_email_domains::organization_id)
            .load(inner)
            .await?;
        if !joined.is_empty() {
            for statement in [MEMBERS, ROLES] {
                diesel::sql_query(statement)
                    .bind::<Text, _>(user_id)
                    .bind::<Text, _>(domain)
                    .execute(inner)
                    .await?;
            }
        }
        Ok(joined)
    })
}
