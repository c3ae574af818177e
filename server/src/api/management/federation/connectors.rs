//! `/api/connectors`, `/api/connector-factories`

use crate::api::management::auth::ManagementAccess;
use crate::api::management::path::Id;
use crate::api::management::query::Query;
use crate::api::operations::{Answer, Done, Found, Many, Operations};
use crate::flows::management::connectors;
use crate::http::body::Json;
use vestibule_connectors::factory;
use vestibule_shared::connector::{
    AskAuthorizationUri, AuthorizationUri, Connector, ConnectorFactory, CreateConnector,
    TestConnector, UpdateConnector,
};

/// Routes below `/api`.
pub fn operations(api: &mut Operations) {
    api.tag("Connectors");
    api.get("/connectors", "Connectors", list).query(&["target"]);
    api.post("/connectors", "Adds a connector", create);
    api.get("/connectors/{id}", "One connector", read);
    api.patch("/connectors/{id}", "Changes a connector", update);
    api.delete("/connectors/{id}", "Deletes a connector", remove);
    api.post("/connectors/{id}/test", "Sends a message by a connector", test).refuses(&[429, 501]);
    api.post(
        "/connectors/{id}/authorization-uri",
        "Where a browser signs in at the provider of a social connector",
        authorization_uri,
    );
    api.tag("Connector factories");
    api.get("/connector-factories", "Kinds of connectors", list_factories);
    api.get("/connector-factories/{id}", "One kind of connector", read_factory);
}

async fn list(access: ManagementAccess, query: Query) -> Answer<Many<Connector>> {
    Ok(Many(connectors::list(&access.app, query.one("target")?).await?))
}

async fn create(access: ManagementAccess, body: Json<CreateConnector>) -> Answer<Found<Connector>> {
    Ok(Found(connectors::create(&access.app, body.0).await?))
}

async fn read(access: ManagementAccess, id: Id) -> Answer<Found<Connector>> {
    Ok(Found(connectors::get(&access.app, &id.0).await?))
}

async fn update(
    access: ManagementAccess,
    id: Id,
    body: Json<UpdateConnector>,
) -> Answer<Found<Connector>> {
    Ok(Found(connectors::update(&access.app, &id.0, body.0).await?))
}

async fn remove(access: ManagementAccess, id: Id) -> Answer<Done> {
    connectors::delete(&access.app, &id.0).await?;
    Ok(Done)
}

async fn test(access: ManagementAccess, id: Id, body: Json<TestConnector>) -> Answer<Done> {
    connectors::test(&access.app, &id.0, body.0).await?;
    Ok(Done)
}

async fn authorization_uri(
    access: ManagementAccess,
    id: Id,
    body: Json<AskAuthorizationUri>,
) -> Answer<Found<AuthorizationUri>> {
    Ok(Found(connectors::authorization_uri(&access.app, &id.0, &body.0).await?))
}

async fn list_factories(_: ManagementAccess) -> Answer<Many<ConnectorFactory>> {
    let shown: Result<_, _> =
        factory::factories().iter().map(connectors::factory_to_wire).collect();
    Ok(Many(shown?))
}

async fn read_factory(_: ManagementAccess, id: Id) -> Answer<Found<ConnectorFactory>> {
    Ok(Found(connectors::factory_to_wire(connectors::get_factory(&id.0)?)?))
}
