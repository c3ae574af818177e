//! What handlers answer.

use super::{Describe, Description};
use crate::http::pagination::Page;
use crate::http::problem::Problem;
use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::Serialize;
use utoipa::ToSchema;

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
/// 201 with what was stored under a name that was free, or 200 with what replaced another.
pub enum Stored<T> {
    /// There was nothing.
    New(T),
    /// There was something else.
    Replaced(T),
}
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

impl<T> Stored<T> {
    /// What was stored, and whether there was nothing before.
    pub fn of((stored, is_new): (T, bool)) -> Self {
        if is_new { Self::New(stored) } else { Self::Replaced(stored) }
    }
}

impl<T: ToSchema> Describe for Stored<T> {
    fn describe(description: &mut Description) {
        let schema = description.schema::<T>();
        description.answer(200, Some(schema.clone()));
        description.answer(201, Some(schema));
    }
}

impl<T: Serialize> Responder for Stored<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        match self {
            Self::New(stored) => HttpResponse::Created().json(stored),
            Self::Replaced(stored) => HttpResponse::Ok().json(stored),
        }
    }
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
