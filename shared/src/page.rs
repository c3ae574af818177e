//! Names of the headers that describe one page of a list.

/// Number of rows in the whole list, all pages together.
pub const TOTAL_NUMBER: &str = "Total-Number";
/// `true` where counting ended before the last row.
pub const TOTAL_NUMBER_IS_CAPPED: &str = "Total-Number-Is-Capped";
/// The header by which the sign-in pages say for which application they act.
pub const APP_ID: &str = "Logto-App-Id";
