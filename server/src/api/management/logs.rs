//! `/api/logs`

use super::auth::ManagementAccess;
use super::path::Id;
use super::query::Query;
use crate::api::operations::{Answer, Describe, Description, Found, Operations};
use crate::flows::error::{Rejection, invalid_input};
use crate::flows::management::logs::{self, CAP, LISTED};
use crate::http::pagination::Page;
use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder};
use vestibule_shared::audit::Log;
use vestibule_store::Millis;
use vestibule_store::audit::LogFilter;

/// Query parameters of lists of entries.
pub const FILTERS: &[&str] = &["logKey", "start_time", "end_time", "enableCap"];

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Audit logs");
    api.get("/logs", "Entries of the audit log, newest first", list)
        .query(FILTERS)
        .query(&["userId", "applicationId"]);
    api.get("/logs/{id}", "One entry of the audit log", read);
}

async fn list(access: ManagementAccess, page: Page, query: Query) -> Answer<Logs> {
    let filter = LogFilter {
        user_id: query.one("userId")?.map(str::to_owned),
        application_id: query.one("applicationId")?.map(str::to_owned),
        prefixes: LISTED,
        ..filter(&query)?
    };
    let capped = query.flag("enableCap")?.unwrap_or(false);
    let (rows, total) = logs::list(&access.app, &filter, page.bounds(), capped).await?;
    Ok(Logs { rows, total, capped: capped && total == CAP, page })
}

async fn read(access: ManagementAccess, id: Id) -> Answer<Found<Log>> {
    Ok(Found(logs::get(&access.app, &id.0).await?))
}

/// What all lists of entries can be filtered by.
pub fn filter(query: &Query) -> Result<LogFilter, Rejection> {
    Ok(LogFilter {
        key: query.one("logKey")?.map(str::to_owned),
        since: time(query, "start_time")?,
        until: time(query, "end_time")?,
        ..LogFilter::default()
    })
}

fn time(query: &Query, name: &str) -> Result<Option<Millis>, Rejection> {
    let parse = |text: &str| {
        let number = text.parse().ok().filter(|number| *number >= 0);
        number.ok_or_else(|| invalid_input(name, "must be a time in epoch milliseconds"))
    };
    query.one(name)?.map(parse).transpose()
}

/// One page of entries; whether there are more than were counted.
pub struct Logs {
    /// Entries.
    pub rows: Vec<Log>,
    /// How many there are, as far as they were counted.
    pub total: i64,
    /// Whether counting ended before the last one.
    pub capped: bool,
    /// The page.
    pub page: Page,
}

impl Describe for Logs {
    fn describe(description: &mut Description) {
        let schema = description.list::<Log>();
        description.answer(200, Some(schema));
    }
}

impl Responder for Logs {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        if self.capped {
            self.page.answer_capped(self.total, &self.rows)
        } else {
            self.page.answer(self.total, &self.rows)
        }
    }
}
