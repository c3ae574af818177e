//! How an operation is written down.

use super::{BEARER, Description, Entry, operation_id, parameters, segments};
use actix_web::http::Method;
use utoipa::ToSchema;
use utoipa::openapi::path::{Operation, OperationBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{
    ContentBuilder, HeaderBuilder, Ref, RefOr, Required, ResponseBuilder, Schema,
};
use vestibule_shared::{ApiError, page};

/// The operation as it stands in the document.
pub fn operation(path: &str, entry: &Entry, description: Description) -> Operation {
    let mut operation = OperationBuilder::new()
        .tag(entry.tag)
        .summary(Some(entry.summary))
        .operation_id(Some(operation_id(&entry.method, path)))
        .security(SecurityRequirement::new::<_, [&str; 0], &str>(BEARER, []));
    for name in segments(path) {
        operation = operation.parameter(parameters::of_path(name));
    }
    for name in &description.query {
        operation = operation.parameter(parameters::of_query(name, &entry.choices));
    }
    if let Some(schema) = description.body {
        let is_form = description.body_is_form;
        let media_type = if is_form { "multipart/form-data" } else { "application/json" };
        // An empty body stands for an empty object.
        let required = if description.body_is_required { Required::True } else { Required::False };
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let body = RequestBodyBuilder::new().content(media_type, content);
        operation = operation.request_body(Some(body.required(Some(required)).build()));
    }
    let mut errors = description.errors;
    errors.extend(&entry.refusals);
    if entry.method != Method::GET {
        // What the database's own rules refuse.
        errors.push(422);
    }
    for (status, schema) in description.answers {
        let is_error = errors.contains(&status);
        errors.retain(|each| *each != status);
        let schema = match schema {
            Some(schema) if is_error => Some(either(schema, error())),
            schema => schema,
        };
        let mut response = answer(status, schema);
        if description.paged && status == 200 {
            response = in_pages(response);
        }
        operation = operation.response(status.to_string(), response.build());
    }
    for status in errors {
        operation = operation.response(status.to_string(), refusal(status).build());
    }
    if entry.method == Method::GET {
        operation = operation.response("304", answer(304, None).build());
    }
    operation.build()
}

/// The error body with a status.
pub fn refusal(status: u16) -> ResponseBuilder {
    answer(status, Some(error()))
}

fn error() -> RefOr<Schema> {
    RefOr::Ref(Ref::from_schema_name(ApiError::name()))
}

fn either(one: RefOr<Schema>, other: RefOr<Schema>) -> RefOr<Schema> {
    RefOr::T(Schema::OneOf(OneOfBuilder::new().item(one).item(other).build()))
}

fn answer(status: u16, schema: Option<RefOr<Schema>>) -> ResponseBuilder {
    let response = ResponseBuilder::new().description(meaning(status));
    match schema {
        None => response,
        Some(schema) => {
            response.content("application/json", ContentBuilder::new().schema(Some(schema)).build())
        }
    }
}

/// The headers of lists.
fn in_pages(response: ResponseBuilder) -> ResponseBuilder {
    let header = |kind, text: &str| {
        let schema = Some(ObjectBuilder::new().schema_type(kind));
        HeaderBuilder::new().schema(schema).description(Some(text)).build()
    };
    response
        .header(page::TOTAL_NUMBER, header(Type::Integer, "How many there are on all pages"))
        .header("Link", header(Type::String, "First, previous, next and last page (RFC 8288)"))
}

/// What a status says, whatever the operation.
pub fn meaning(status: u16) -> &'static str {
    match status {
        200 => "Done",
        201 => "Made",
        204 => "Done; there is nothing to tell",
        304 => "The client has this answer already (If-None-Match)",
        400 => "The request does not have the form it must have",
        401 => "There is no valid access token",
        403 => "The token, or a rule, does not allow this",
        404 => "Something that the request names is not there",
        409 => "This contradicts something that is there",
        413 => "The body is too long",
        422 => "A rule forbids this",
        429 => "Too many requests",
        501 => "What this needs is not configured",
        502 => "Another server did not do its part",
        503 => "Busy, or the database is away: try again",
        _ => "The server failed",
    }
}
