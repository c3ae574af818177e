//! What outboxes have alike: rows that wait to be sent, and are taken by one server at a time.

/// Gives a table with `id`, `status`, `attempts` and `next_attempt_at` its `is_due` and `claim`. Rows
/// with one of the given values in `$owner` are passed over.
macro_rules! outbox {
    ($table:ident, $row:ty, $owner:ident) => {
        /// Whether a row waits to be claimed. To look costs less than a transaction that writes, so
        /// whoever looks time and again looks first.
        pub async fn is_due(
            connection: &mut $crate::Connection,
            now: $crate::Millis,
            crowded: &[String],
        ) -> Result<bool, $crate::StoreError> {
            $crate::connection::on!(connection, |inner| {
                let due = $table::table
                    .filter($table::status.eq("Pending"))
                    .filter($table::next_attempt_at.le(now))
                    .filter($table::$owner.ne_all(crowded));
                Ok(diesel::select(diesel::dsl::exists(due)).get_result(inner).await?)
            })
        }

        /// Claims a row that is due, for `lease` milliseconds: of many servers exactly one gets
        /// it, and it becomes due again if that one dies. Rows of `crowded` owners wait.
        pub async fn claim(
            connection: &mut $crate::Connection,
            now: $crate::Millis,
            lease: $crate::Millis,
            crowded: &[String],
        ) -> Result<Option<$row>, $crate::StoreError> {
            $crate::connection::on!(connection, |inner| {
                loop {
                    let due: Option<(String, i32)> = $table::table
                        .filter($table::status.eq("Pending"))
                        .filter($table::next_attempt_at.le(now))
                        .filter($table::$owner.ne_all(crowded))
                        .order($table::next_attempt_at)
                        .select(($table::id, $table::attempts))
                        .first(inner)
                        .await
                        .optional()?;
                    let Some((id, attempts)) = due else { return Ok(None) };
                    let unclaimed = $table::table.find(id).filter($table::attempts.eq(attempts));
                    let claimed: Option<$row> = diesel::update(unclaimed)
                        .set((
                            $table::attempts.eq(attempts + 1),
                            $table::next_attempt_at.eq(now + lease),
                        ))
                        .returning(<$row>::as_returning())
                        .get_result(inner)
                        .await
                        .optional()?;
                    // Another server was faster: it has moved the row out of the way.
                    if claimed.is_some() {
                        return Ok(claimed);
                    }
                }
            })
        }
    };
}

pub(crate) use outbox;
