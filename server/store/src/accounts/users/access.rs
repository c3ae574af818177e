//! Sessions and grants, as seen from the user whose they are.

use crate::connection::{Connection, on};
use crate::schema::{applications, grants, sessions, subject_tokens};
use crate::{Json, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use vestibule_shared::JsonObject;

/// A browser in which a user is signed in, without what the browser holds.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct SessionOfUser {
    /// What grants refer to; the `sid` claim.
    pub uid: String,
    /// Who is signed in.
    pub user_id: String,
    /// When the person last proved who they are.
    pub authenticated_at: Millis,
    /// When the session began.
    pub created_at: Millis,
    /// When it ends.
    pub expires_at: Millis,
    /// The client of the last sign-in.
    pub client_id: Option<String>,
    /// How the person last proved who they are.
    pub last_submission: Option<Json<JsonObject>>,
}

/// What a user has allowed a client.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = grants)]
pub struct GrantOfUser {
    /// 21 characters.
    pub id: String,
    /// The session it was given in; `None` once that has ended.
    pub session_uid: Option<String>,
    /// Who gave it.
    pub user_id: String,
    /// To whom.
    pub client_id: String,
    /// Outlives the session.
    pub is_offline: bool,
    /// When it was given.
    pub created_at: Millis,
    /// When it ends.
    pub expires_at: Millis,
}

/// Live sessions of a user, newest first.
pub async fn sessions(
    connection: &mut Connection,
    user_id: &str,
    now: Millis,
) -> Result<Vec<SessionOfUser>, StoreError> {
    on!(connection, |inner| {
        Ok(sessions::table
            .filter(sessions::user_id.eq(user_id).and(sessions::expires_at.gt(now)))
            .select(SessionOfUser::as_select())
            .order((sessions::created_at.desc(), sessions::uid))
            .load(inner)
            .await?)
    })
}

/// The live session with this `uid`, whosever it is.
pub async fn session(
    connection: &mut Connection,
    uid: &str,
    now: Millis,
) -> Result<Option<SessionOfUser>, StoreError> {
    on!(connection, |inner| {
        Ok(sessions::table
            .filter(sessions::uid.eq(uid).and(sessions::expires_at.gt(now)))
            .select(SessionOfUser::as_select())
            .first(inner)
            .await
            .optional()?)
    })
}

/// Ends the session with this `uid`; what becomes of its grants is another matter.
pub async fn delete_session(connection: &mut Connection, uid: &str) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::delete(sessions::table.filter(sessions::uid.eq(uid))).execute(inner).await?;
        Ok(())
    })
}

/// Live grants that were given in these sessions.
pub async fn session_grants(
    connection: &mut Connection,
    uids: &[String],
    now: Millis,
) -> Result<Vec<GrantOfUser>, StoreError> {
    on!(connection, |inner| {
        Ok(grants::table
            .filter(grants::session_uid.eq_any(uids.iter().map(Some)))
            .filter(grants::expires_at.gt(now))
            .select(GrantOfUser::as_select())
            .order(grants::id)
            .load(inner)
            .await?)
    })
}

/// Live grants of a user, newest first: all, or those to (`true`) or not to (`false`)
/// applications of third parties. Clients without a row are our own.
pub async fn grants(
    connection: &mut Connection,
    user_id: &str,
    third_party: Option<bool>,
    now: Millis,
) -> Result<Vec<GrantOfUser>, StoreError> {
    on!(connection, |inner| {
        let of_third_parties =
            applications::table.filter(applications::is_third_party).select(applications::id);
        let mut query = grants::table
            .filter(grants::user_id.eq(user_id).and(grants::expires_at.gt(now)))
            .into_boxed();
        query = match third_party {
            None => query,
            Some(true) => query.filter(grants::client_id.eq_any(of_third_parties)),
            Some(false) => query.filter(grants::client_id.ne_all(of_third_parties)),
        };
        Ok(query
            .select(GrantOfUser::as_select())
            .order((grants::created_at.desc(), grants::id))
            .load(inner)
            .await?)
    })
}

/// Revokes a live grant of a user; false when the user has no such grant.
pub async fn delete_grant(
    connection: &mut Connection,
    user_id: &str,
    id: &str,
    now: Millis,
) -> Result<bool, StoreError> {
    on!(connection, |inner| {
        let target = grants::table
            .find(id)
            .filter(grants::user_id.eq(user_id))
            .filter(grants::expires_at.gt(now));
        Ok(diesel::delete(target).execute(inner).await? == 1)
    })
}

/// Revokes the grants of a session: all, or those to our own applications.
pub async fn revoke_grants(
    connection: &mut Connection,
    session_uid: &str,
    only_first_party: bool,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        let of_session = grants::table.filter(grants::session_uid.eq(session_uid));
        if only_first_party {
            let of_third_parties =
                applications::table.filter(applications::is_third_party).select(applications::id);
            let ours = of_session.filter(grants::client_id.ne_all(of_third_parties));
            diesel::delete(ours).execute(inner).await?;
        } else {
            diesel::delete(of_session).execute(inner).await?;
        }
        Ok(())
    })
}

/// Lets the grants of a session live on without it.
pub async fn detach_grants(
    connection: &mut Connection,
    session_uid: &str,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::update(grants::table.filter(grants::session_uid.eq(session_uid)))
            .set(grants::session_uid.eq(None::<String>))
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// Ends everything that stands for a user who proved who they are: sessions, grants with all
/// codes and tokens, and tokens that let others act as the user.
pub async fn revoke_all(connection: &mut Connection, user_id: &str) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::delete(sessions::table.filter(sessions::user_id.eq(user_id)))
            .execute(inner)
            .await?;
        diesel::delete(grants::table.filter(grants::user_id.eq(user_id))).execute(inner).await?;
        diesel::delete(subject_tokens::table.filter(subject_tokens::user_id.eq(user_id)))
            .execute(inner)
            .await?;
        Ok(())
    })
}
