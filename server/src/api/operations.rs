//! Operations: what a handler takes and answers says how it is routed and documented.
//!
//! [`Operations`] is filled once with paths and handlers. It gives both the routes of a server and
//! its part of the OpenAPI document, so that neither can lack what the other has.

use super::management::auth::{ManagementAccess, Subject};
use crate::flows::audit::{self, Who};
use crate::http::body::Json;
use crate::http::pagination::Page;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{
    FromRequest, Handler, HttpMessage, HttpRequest, HttpResponse, Resource, Responder, Route,
};
use indexmap::IndexMap;
use serde::Serialize;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use utoipa::ToSchema;
use utoipa::openapi::path::{Operation, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ArrayBuilder, ComponentsBuilder, ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, HttpMethod, OpenApi, OpenApiBuilder, PathItem, PathsBuilder, Ref, RefOr,
    Required, ResponseBuilder, Schema,
};
use vestibule_shared::{ApiError, JsonObject};

/// The name of the security scheme in the document.
const BEARER: &str = "ManagementApi";

/// Paths and what answers on them. Every handler takes an `Access` first.
pub struct Operations<Access = ManagementAccess> {
    tag: &'static str,
    paths: IndexMap<&'static str, Vec<Entry>>,
    access: PhantomData<Access>,
}

/// One method of one path.
pub struct Entry {
    method: Method,
    summary: &'static str,
    tag: &'static str,
    route: Route,
    describe: fn(&mut Description),
    query: Vec<&'static str>,
}

/// What is known of an operation while it is described.
#[derive(Default)]
pub struct Description {
    body: Option<RefOr<Schema>>,
    query: Vec<&'static str>,
    answers: BTreeMap<u16, Option<RefOr<Schema>>>,
    errors: Vec<u16>,
    schemas: BTreeMap<String, RefOr<Schema>>,
}

/// A part of a handler's signature that says what it means for the operation.
pub trait Describe {
    /// Adds its part.
    fn describe(description: &mut Description);
}

/// All arguments of a handler, the access that it needs first.
pub trait Arguments<Access>: Describe {}

macro_rules! arguments {
    ($($name:ident)*) => {
        impl<Access: Describe, $($name: Describe),*> Describe for (Access, $($name,)*) {
            fn describe(description: &mut Description) {
                Access::describe(description);
                $($name::describe(description);)*
            }
        }
        impl<Access: Describe, $($name: Describe),*> Arguments<Access> for (Access, $($name,)*) {}
    };
}
arguments!();
arguments!(A);
arguments!(A B);
arguments!(A B C);

impl<Access> Default for Operations<Access> {
    fn default() -> Self {
        Self { tag: "", paths: IndexMap::new(), access: PhantomData }
    }
}

impl<Access> Operations<Access> {
    /// The chapter of the document that the following operations belong to.
    pub fn tag(&mut self, tag: &'static str) {
        self.tag = tag;
    }

    /// Adds a handler; `path` is below `/api`.
    pub fn on<A, F>(
        &mut self,
        method: Method,
        path: &'static str,
        summary: &'static str,
        handler: F,
    ) -> &mut Entry
    where
        A: FromRequest + Arguments<Access> + 'static,
        F: Handler<A>,
        F::Output: Responder + Describe + 'static,
    {
        let entry = Entry {
            route: Route::new().method(method.clone()).to(handler),
            method,
            summary,
            tag: self.tag,
            describe: |description| {
                A::describe(description);
                F::Output::describe(description);
            },
            query: Vec::new(),
        };
        self.paths.entry(path).or_default().push_mut(entry)
    }

    /// Routes below `/api`. A method that a path does not have is answered like a path that is
    /// not there.
    pub fn configure(self, config: &mut ServiceConfig) {
        for (path, entries) in self.paths {
            let resource = Resource::new(path).default_service(web::to(super::unknown_route));
            let resource =
                entries.into_iter().fold(resource, |resource, entry| resource.route(entry.route));
            let record = move |request: ServiceRequest, next: Next<BoxBody>| async move {
                let response = next.call(request).await?;
                record_change(path, &response);
                Ok::<_, actix_web::Error>(response)
            };
            config.service(resource.wrap(from_fn(record)));
        }
    }

    /// The document.
    pub fn document(self) -> OpenApi {
        let mut paths = PathsBuilder::new();
        let mut components: BTreeMap<String, RefOr<Schema>> = BTreeMap::new();
        for (path, entries) in self.paths {
            for entry in entries {
                let mut description = Description::default();
                (entry.describe)(&mut description);
                description.query.extend(&entry.query);
                components.append(&mut description.schemas);
                let method = http_method(&entry.method);
                let item = PathItem::new(method, operation(path, &entry, description));
                paths = paths.path(format!("/api{path}"), item);
            }
        }
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        let components = ComponentsBuilder::new()
            .schemas_from_iter(components)
            .security_scheme(BEARER, SecurityScheme::Http(bearer))
            .build();
        OpenApiBuilder::new().paths(paths).components(Some(components)).build()
    }
}

/// The four methods that handlers are added by.
macro_rules! methods {
    ($($name:ident $method:ident $about:literal)*) => {
        impl<Access> Operations<Access> {
            $(
                #[doc = $about]
                pub fn $name<A, F>(
                    &mut self,
                    path: &'static str,
                    summary: &'static str,
                    handler: F,
                ) -> &mut Entry
                where
                    A: FromRequest + Arguments<Access> + 'static,
                    F: Handler<A>,
                    F::Output: Responder + Describe + 'static,
                {
                    self.on(Method::$method, path, summary, handler)
                }
            )*
        }
    };
}
methods! {
    get GET "Adds what reads."
    post POST "Adds what makes, or does something that is none of the others."
    put PUT "Adds what replaces."
    patch PATCH "Adds what changes a part."
    delete DELETE "Adds what takes away."
}

impl Entry {
    /// The list can be searched, see [`crate::flows::management::search`].
    pub fn search(&mut self) -> &mut Self {
        self.query(&["search", "mode", "joint", "isCaseSensitive"])
    }

    /// Names of query parameters, beside those of pages.
    pub fn query(&mut self, names: &[&'static str]) -> &mut Self {
        self.query.extend(names);
        self
    }
}

/// Puts what was changed into the audit log: by whom, by which operation, on what. Never the body,
/// which may hold secrets.
fn record_change(path: &str, response: &ServiceResponse<BoxBody>) {
    let request = response.request();
    if *request.method() == Method::GET || !response.status().is_success() {
        return;
    }
    let subject = request.extensions().get::<Subject>().cloned();
    let (Some(subject), Some(app)) = (subject, request.app_data::<Data<App>>()) else {
        return;
    };
    let who = match &subject {
        Subject::User(id) => Who { user_id: Some(id), ..Who::default() },
        Subject::Application(id) => Who { application_id: Some(id), ..Who::default() },
    };
    let mut params = JsonObject::default();
    for (name, value) in
        segments(path).filter_map(|name| Some((name, request.match_info().get(name)?)))
    {
        params.insert(name.to_owned(), value.into());
    }
    let key = format!("Management.{}", operation_id(request.method(), path));
    audit::changed(app, &key, who, params);
}

fn http_method(method: &Method) -> HttpMethod {
    match *method {
        Method::POST => HttpMethod::Post,
        Method::PUT => HttpMethod::Put,
        Method::PATCH => HttpMethod::Patch,
        Method::DELETE => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

fn operation(path: &str, entry: &Entry, description: Description) -> Operation {
    let mut operation = OperationBuilder::new()
        .tag(entry.tag)
        .summary(Some(entry.summary))
        .operation_id(Some(operation_id(&entry.method, path)))
        .security(SecurityRequirement::new::<_, [&str; 0], &str>(BEARER, []));
    let text = || ObjectBuilder::new().schema_type(Type::String);
    for name in segments(path) {
        operation = operation.parameter(
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Path)
                .required(Required::True)
                .schema(Some(text())),
        );
    }
    for name in description.query {
        operation = operation.parameter(
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Query)
                .required(Required::False)
                .schema(Some(text())),
        );
    }
    if let Some(schema) = description.body {
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let body = RequestBodyBuilder::new().content("application/json", content).build();
        operation = operation.request_body(Some(body));
    }
    for (status, schema) in description.answers {
        let mut response = ResponseBuilder::new().description("Done");
        if let Some(schema) = schema {
            let content = ContentBuilder::new().schema(Some(schema)).build();
            response = response.content("application/json", content);
        }
        operation = operation.response(status.to_string(), response.build());
    }
    let refusal = || {
        let schema = Ref::from_schema_name(ApiError::name());
        let content = ContentBuilder::new().schema(Some(schema)).build();
        ResponseBuilder::new().description("Refused").content("application/json", content).build()
    };
    for status in description.errors {
        operation = operation.response(status.to_string(), refusal());
    }
    operation.response("default", refusal()).build()
}

/// `getRolesIdUsers` for `GET /roles/{id}/users`.
fn operation_id(method: &Method, path: &str) -> String {
    let mut id = method.as_str().to_ascii_lowercase();
    for word in path.split(|each: char| !each.is_ascii_alphanumeric()) {
        let mut letters = word.chars();
        id.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        id.push_str(letters.as_str());
    }
    id
}

/// Names in braces.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

impl Description {
    /// Takes the schema and those that it refers to into the document; the reference to it.
    pub fn schema<T: ToSchema>(&mut self) -> RefOr<Schema> {
        let mut others = Vec::new();
        T::schemas(&mut others);
        self.schemas.extend(others);
        self.schemas.insert(T::name().into_owned(), T::schema());
        RefOr::Ref(Ref::from_schema_name(T::name()))
    }

    /// A list of these.
    pub fn list<T: ToSchema>(&mut self) -> RefOr<Schema> {
        let item = self.schema::<T>();
        RefOr::T(Schema::Array(ArrayBuilder::new().items(item).build()))
    }

    /// Says that this status comes with this body.
    pub fn answer(&mut self, status: u16, schema: Option<RefOr<Schema>>) {
        self.answers.insert(status, schema);
    }

    /// Says that the operation may be refused with these.
    pub fn errors(&mut self, statuses: &[u16]) {
        self.schema::<ApiError>();
        self.errors.extend(statuses);
    }

    /// Says that the operation reads these query parameters.
    pub fn query(&mut self, names: &[&'static str]) {
        self.query.extend(names);
    }
}

impl<T: ToSchema> Describe for Json<T> {
    fn describe(description: &mut Description) {
        description.body = Some(description.schema::<T>());
        description.errors(&[400, 413, 422]);
    }
}

impl Describe for Page {
    fn describe(description: &mut Description) {
        description.query(&["page", "page_size"]);
        description.errors(&[400]);
    }
}

/// What a handler answers.
pub type Answer<T> = Result<T, Problem>;

impl<T: Describe> Describe for Answer<T> {
    fn describe(description: &mut Description) {
        T::describe(description);
    }
}

/// 200 with a body.
pub struct Found<T>(pub T);
/// 200 with a list.
pub struct Many<T>(pub Vec<T>);
/// 201 with a body.
pub struct Created<T>(pub T);
/// 201 with a list.
pub struct CreatedMany<T>(pub Vec<T>);
/// 204.
pub struct Done;
/// 201 without a body.
pub struct Empty;
/// 200 with one page of a list, or with all of it where no page was asked for.
pub struct Listed<T> {
    /// What the rows are.
    pub rows: Vec<T>,
    /// How many there are on all pages, with the page; nothing for a whole list.
    pub total: Option<(Page, i64)>,
}

impl<T> Listed<T> {
    /// One page.
    pub fn page(page: Page, (rows, total): (Vec<T>, i64)) -> Self {
        Self { rows, total: Some((page, total)) }
    }

    /// One page, or everything where there is no total because no page was asked for.
    pub fn maybe(page: Page, (rows, total): (Vec<T>, Option<i64>)) -> Self {
        Self { rows, total: total.map(|total| (page, total)) }
    }
}

macro_rules! answers {
    ($($name:ident $status:literal $method:ident $schema:ident)*) => {
        $(
            impl<T: ToSchema> Describe for $name<T> {
                fn describe(description: &mut Description) {
                    let schema = description.$schema::<T>();
                    description.answer($status, Some(schema));
                }
            }
            impl<T: Serialize> Responder for $name<T> {
                type Body = BoxBody;

                fn respond_to(self, _: &HttpRequest) -> HttpResponse {
                    HttpResponse::$method().json(self.0)
                }
            }
        )*
    };
}
answers! {
    Found 200 Ok schema
    Many 200 Ok list
    Created 201 Created schema
    CreatedMany 201 Created list
}

macro_rules! bare_answers {
    ($($name:ident $status:literal $method:ident)*) => {
        $(
            impl Describe for $name {
                fn describe(description: &mut Description) {
                    description.answer($status, None);
                }
            }
            impl Responder for $name {
                type Body = BoxBody;

                fn respond_to(self, _: &HttpRequest) -> HttpResponse {
                    HttpResponse::$method().finish()
                }
            }
        )*
    };
}
bare_answers! {
    Done 204 NoContent
    Empty 201 Created
}

impl<T: ToSchema> Describe for Listed<T> {
    fn describe(description: &mut Description) {
        let schema = description.list::<T>();
        description.answer(200, Some(schema));
    }
}

impl<T: Serialize> Responder for Listed<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        match self.total {
            Some((page, total)) => page.answer(total, &self.rows),
            None => HttpResponse::Ok().json(self.rows),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_operations_are_made_of_their_paths() {
        assert_eq!(operation_id(&Method::GET, "/roles/{id}/users"), "getRolesIdUsers");
        assert_eq!(operation_id(&Method::PUT, "/sign-in-exp"), "putSignInExp");
        assert_eq!(segments("/roles/{id}/users/{userId}").collect::<Vec<_>>(), ["id", "userId"]);
    }
}
