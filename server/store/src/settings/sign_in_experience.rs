//! The row that says how signing in looks and works.

use crate::connection::{Connection, on};
use crate::schema::sign_in_experience;
use crate::{Json, Millis, StoreError};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use vestibule_shared::sign_in_experience::SignInExperience;

const ID: &str = "default";

/// The sign-in experience, if the database was seeded.
pub async fn get(connection: &mut Connection) -> Result<Option<SignInExperience>, StoreError> {
    on!(connection, |inner| {
        let stored: Option<Json<SignInExperience>> = sign_in_experience::table
            .find(ID)
            .select(sign_in_experience::document)
            .first(inner)
            .await
            .optional()?;
        Ok(stored.map(|document| document.0))
    })
}

/// Inserts the experience of a fresh installation; what is there already stays.
pub async fn seed(
    connection: &mut Connection,
    experience: &SignInExperience,
    now: Millis,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::insert_into(sign_in_experience::table)
            .values((
                sign_in_experience::id.eq(ID),
                sign_in_experience::document.eq(Json(experience)),
                sign_in_experience::updated_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(inner)
            .await?;
        Ok(())
    })
}

/// Replaces the experience.
pub async fn put(
    connection: &mut Connection,
    experience: &SignInExperience,
    now: Millis,
) -> Result<(), StoreError> {
    on!(connection, |inner| {
        diesel::update(sign_in_experience::table.find(ID))
            .set((
                sign_in_experience::document.eq(Json(experience)),
                sign_in_experience::updated_at.eq(now),
            ))
            .execute(inner)
            .await?;
        Ok(())
    })
}
