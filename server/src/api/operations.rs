//! Operations: what a handler takes and answers says how it is routed and documented.
//!
//! [`Operations`] is filled once with paths and handlers. It gives both the routes of a server and
//! its part of the OpenAPI document, so that neither can lack what the other has.

mod answers;
mod changes;
pub mod document;
pub mod limits;
pub mod parameters;

pub use answers::{Answer, Created, CreatedMany, Done, Empty, Found, Listed, Many, Stored};

use super::management::auth::{ManagementAccess, admit};
use crate::http::body::{BodyRule, Json, JsonList};
use crate::http::pagination::Page;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, Resource, Responder, Route};
use indexmap::IndexMap;
use limits::Limits;
use parameters::Choice;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;
use utoipa::openapi::schema::{
    ArrayBuilder, ComponentsBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type,
};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    HttpMethod, OpenApi, OpenApiBuilder, PathItem, PathsBuilder, Ref, RefOr, Schema,
};
use vestibule_shared::ApiError;

/// The name of the security scheme in the document.
const BEARER: &str = "ManagementApi";

/// Paths and what answers on them. Every handler takes a [`ManagementAccess`] first.
#[derive(Default)]
pub struct Operations {
    tag: &'static str,
    paths: IndexMap<&'static str, Vec<Entry>>,
}

/// One method of one path.
pub struct Entry {
    method: Method,
    summary: &'static str,
    tag: &'static str,
    route: Route,
    describe: fn(&mut Description),
    query: Vec<&'static str>,
    choices: Vec<Choice>,
    refusals: Vec<u16>,
}

/// What is known of an operation while it is described.
#[derive(Default)]
pub struct Description {
    body: Option<RefOr<Schema>>,
    body_is_form: bool,
    body_is_required: bool,
    query: Vec<&'static str>,
    paged: bool,
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
pub trait Arguments: Describe {}

macro_rules! arguments {
    ($($name:ident)*) => {
        impl<$($name: Describe),*> Describe for (ManagementAccess, $($name,)*) {
            fn describe(description: &mut Description) {
                ManagementAccess::describe(description);
                $($name::describe(description);)*
            }
        }
        impl<$($name: Describe),*> Arguments for (ManagementAccess, $($name,)*) {}
    };
}
arguments!();
arguments!(A);
arguments!(A B);
arguments!(A B C);

impl Operations {
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
        A: FromRequest + Arguments + 'static,
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
            choices: Vec::new(),
            refusals: Vec::new(),
        };
        self.paths.entry(path).or_default().push_mut(entry)
    }

    /// Routes below `/api`. A method that a path does not have is answered like a path that is
    /// not there. Who may call is asked before anything of the request is read; what a body may
    /// hold is told by `limits`.
    pub fn configure(self, config: &mut ServiceConfig, limits: fn() -> &'static Limits) {
        for (path, entries) in self.paths {
            let resource = Resource::new(path).default_service(web::to(super::unknown_route));
            let routes = entries.into_iter().map(|entry| entry.route.wrap(from_fn(admit)));
            let resource = routes.fold(resource, Resource::route);
            let follow = move |request: ServiceRequest, next: Next<BoxBody>| {
                changes::follow(path, request, next)
            };
            let rule = move |method: &Method, body: &Value| limits().check(method, path, body);
            config.service(resource.app_data(BodyRule::new(rule)).wrap(from_fn(follow)));
        }
    }

    /// The document.
    pub fn document(self) -> OpenApi {
        let mut paths = PathsBuilder::new();
        let mut components: BTreeMap<String, RefOr<Schema>> = BTreeMap::new();
        let mut bodies = BTreeSet::new();
        for (path, entries) in self.paths {
            for entry in entries {
                let mut description = Description::default();
                (entry.describe)(&mut description);
                description.query.extend(&entry.query);
                components.append(&mut description.schemas);
                if let Some(body) = &mut description.body {
                    bodies.append(&mut limits::add(body));
                }
                let method = http_method(&entry.method);
                let item = PathItem::new(method, document::operation(path, &entry, description));
                paths = paths.path(format!("/api{path}"), item);
            }
        }
        limits::add_to_all(bodies, &mut components);
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
        impl Operations {
            $(
                #[doc = $about]
                pub fn $name<A, F>(
                    &mut self,
                    path: &'static str,
                    summary: &'static str,
                    handler: F,
                ) -> &mut Entry
                where
                    A: FromRequest + Arguments + 'static,
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

    /// Names of query parameters, beside those of pages. Their types follow from the names, see
    /// [`parameters`].
    pub fn query(&mut self, names: &[&'static str]) -> &mut Self {
        self.query.extend(names);
        self
    }

    /// A query parameter that has one of these values.
    pub fn choice(&mut self, name: &'static str, values: &'static [&'static str]) -> &mut Self {
        self.query.push(name);
        self.choices.push((name, values));
        self
    }

    /// Statuses of refusals that the handler's signature does not tell.
    pub fn refuses(&mut self, statuses: &[u16]) -> &mut Self {
        self.refusals.extend(statuses);
        self
    }
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

/// The name of a type in the document. What a generic type is for belongs to its name.
fn schema_name<T: ToSchema>() -> String {
    let full = std::any::type_name::<T>();
    let inner = full.split_once('<').map_or("", |(_, inner)| inner);
    let inner = inner.rsplit("::").next().unwrap_or_default().trim_end_matches('>');
    format!("{inner}{}", T::name())
}

impl Description {
    /// Takes the schema and those that it refers to into the document; the reference to it.
    pub fn schema<T: ToSchema>(&mut self) -> RefOr<Schema> {
        let mut others = Vec::new();
        T::schemas(&mut others);
        self.schemas.extend(others);
        let name = schema_name::<T>();
        self.schemas.insert(name.clone(), T::schema());
        RefOr::Ref(Ref::from_schema_name(name))
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

    /// Says that the operation takes a form with a file.
    pub fn form(&mut self) {
        let file = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .max_length(Some(crate::assets::IMAGE_LIMIT));
        let form = ObjectBuilder::new().property("file", file).required("file");
        self.body = Some(RefOr::T(Schema::Object(form.build())));
        self.body_is_form = true;
        self.body_is_required = true;
    }
}

impl<T: ToSchema> Describe for Json<T> {
    fn describe(description: &mut Description) {
        description.body = Some(description.schema::<T>());
        // Only an object that requires something cannot be left out.
        description.body_is_required = true;
        if let RefOr::T(Schema::Object(object)) = T::schema() {
            description.body_is_required = !object.required.is_empty();
            if object.properties.keys().any(|name| name.ends_with("Id") || name.ends_with("Ids")) {
                description.errors(&[404]);
            }
        }
        description.errors(&[400, 413, 422]);
    }
}

impl<T: ToSchema> Describe for JsonList<T> {
    fn describe(description: &mut Description) {
        description.body = Some(description.list::<T>());
        description.body_is_required = true;
        description.errors(&[400, 413, 422]);
    }
}

impl Describe for Page {
    fn describe(description: &mut Description) {
        description.query(&["page", "page_size"]);
        description.paged = true;
        description.errors(&[400]);
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
