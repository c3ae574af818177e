//! `/api/dashboard`

use super::auth::ManagementAccess;
use super::query::Query;
use crate::api::operations::{Answer, Found, Operations};
use crate::flows::management::dashboard;
use vestibule_shared::audit::{ActiveUsers, NewUsers, TotalUsers};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Dashboard");
    api.get("/dashboard/users/total", "How many accounts there are", total);
    api.get("/dashboard/users/new", "New accounts of the last days", new);
    api.get("/dashboard/users/active", "Active users up to a day", active).query(&["date"]);
}

async fn total(access: ManagementAccess) -> Answer<Found<TotalUsers>> {
    Ok(Found(dashboard::total(&access.app).await?))
}

async fn new(access: ManagementAccess) -> Answer<Found<NewUsers>> {
    Ok(Found(dashboard::new(&access.app).await?))
}

async fn active(access: ManagementAccess, query: Query) -> Answer<Found<ActiveUsers>> {
    Ok(Found(dashboard::active(&access.app, query.one("date")?).await?))
}
