//! `/api/domains`

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::Id;
use crate::api::operations::{Answer, Created, Done, Found, Many, Operations};
use crate::flows::management::domains;
use crate::http::body::Json;
use vestibule_shared::domain::{
    CleanUpDomains, CleanedUpDomains, CreateDomain, Domain, VerificationFiles,
};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Domains");
    api.get("/domains", "Domains beside the server's own address; none", list);
    api.post("/domains", "Adds a domain; not on a server of one's own", create);
    api.post("/domains/cleanup", "Gives up domains that do not work", clean_up);
    api.get("/domains/{id}", "One domain", read);
    api.delete("/domains/{id}", "Deletes a domain", remove);
    let files = "/domains/{id}/verification-files";
    api.get(files, "Files that prove whose a domain is", read_files);
    api.put(files, "Sets the files that prove whose a domain is", write_files);
}

async fn list(_: ManagementAccess) -> Answer<Many<Domain>> {
    Ok(Many(domains::list()))
}

async fn create(_: ManagementAccess, _: Json<CreateDomain>) -> Answer<Created<Domain>> {
    Ok(Created(domains::create()?))
}

async fn clean_up(_: ManagementAccess, _: Json<CleanUpDomains>) -> Answer<Found<CleanedUpDomains>> {
    Err(domains::not_configured().into())
}

async fn read(_: ManagementAccess, id: Id) -> Answer<Found<Domain>> {
    Err(domains::not_found(&id.0).into())
}

async fn remove(_: ManagementAccess, id: Id) -> Answer<Done> {
    Err(domains::not_found(&id.0).into())
}

async fn read_files(_: ManagementAccess, id: Id) -> Answer<Found<VerificationFiles>> {
    Err(domains::not_found(&id.0).into())
}

async fn write_files(
    _: ManagementAccess,
    id: Id,
    _: Json<VerificationFiles>,
) -> Answer<Found<VerificationFiles>> {
    Err(domains::not_found(&id.0).into())
}
