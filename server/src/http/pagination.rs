//! Pages of lists: `page` and `page_size`, `Total-Number` and `Link`.

use crate::flows::error::reject;
use crate::http::problem::Problem;
use crate::state::App;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload};
use serde::Serialize;
use std::future::{Ready, ready};
use vestibule_shared::{ErrorCode, page};

const DEFAULT_SIZE: i64 = 20;
/// Most rows of a page.
pub const MAX_SIZE: i64 = 100;
/// The last page whose offset still fits the databases' integers by far.
pub const MAX_NUMBER: i64 = 1_000_000_000;

/// The page a request asks for.
#[derive(Clone, Debug)]
pub struct Page {
    number: i64,
    size: i64,
    /// Whether the request says anything about pages.
    asked: bool,
    address: String,
    query: Vec<(String, String)>,
}

impl Page {
    /// Rows to pass over.
    pub fn offset(&self) -> i64 {
        (self.number - 1) * self.size
    }

    /// Rows to show.
    pub fn limit(&self) -> i64 {
        self.size
    }

    /// Offset and limit.
    pub fn bounds(&self) -> (i64, i64) {
        (self.offset(), self.limit())
    }

    /// Offset and limit, or nothing for lists that are whole unless a page is asked for.
    pub fn if_asked(&self) -> Option<(i64, i64)> {
        self.asked.then(|| (self.offset(), self.limit()))
    }

    /// The answer with its rows, their total number and links to other pages.
    pub fn answer(&self, total: i64, rows: &impl Serialize) -> HttpResponse {
        self.respond(total, false, rows)
    }

    /// The answer where counting ended at `total`: which page is the last is not known then.
    pub fn answer_capped(&self, total: i64, rows: &impl Serialize) -> HttpResponse {
        self.respond(total, true, rows)
    }

    fn respond(&self, total: i64, capped: bool, rows: &impl Serialize) -> HttpResponse {
        let last = ((total + self.size - 1) / self.size).max(1);
        let mut links = vec![("first", 1)];
        if self.number > 1 {
            links.push(("prev", self.number - 1));
        }
        if !capped {
            if self.number < last {
                links.push(("next", self.number + 1));
            }
            links.push(("last", last));
        }
        let links: Vec<String> = links
            .into_iter()
            .map(|(relation, number)| format!("<{}>; rel=\"{relation}\"", self.link(number)))
            .collect();
        let mut response = HttpResponse::Ok();
        response
            .insert_header((page::TOTAL_NUMBER, total.to_string()))
            .insert_header((header::LINK, links.join(", ")));
        if capped {
            response.insert_header((page::TOTAL_NUMBER_IS_CAPPED, "true"));
        }
        response.json(rows)
    }

    fn link(&self, number: i64) -> String {
        let others = self.query.iter().filter(|(name, _)| name != "page");
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(others)
            .append_pair("page", &number.to_string())
            .finish();
        format!("{}?{query}", self.address)
    }
}

impl FromRequest for Page {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request).ok_or_else(|| {
            reject(400, ErrorCode::GuardInvalidPagination)
                .with_details("page is at least 1, page_size is 1 to 100")
                .into()
        }))
    }
}

fn read(request: &HttpRequest) -> Option<Page> {
    let query: Vec<(String, String)> =
        form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect();
    let number = |wanted: &str, default: i64| match query.iter().find(|(name, _)| name == wanted) {
        None => Some(default),
        Some((_, value)) => value.parse::<i64>().ok(),
    };
    let (page, size) = (number("page", 1)?, number("page_size", DEFAULT_SIZE)?);
    if !(1..=MAX_NUMBER).contains(&page) || !(1..=MAX_SIZE).contains(&size) {
        return None;
    }
    let asked = query.iter().any(|(name, _)| name == "page" || name == "page_size");
    let origin = request.app_data::<Data<App>>().map(|app| app.settings.endpoint.origin())?;
    let address = format!("{origin}{}", request.path());
    Some(Page { number: page, size, asked, address, query })
}
