//! The entry of an operation that changes what is managed, on its way into the database.
//!
//! It is made before anything is changed and goes along with the task of the request, as
//! [`crate::flows::webhooks::origin`] does, until a transaction of the operation takes it in. So
//! neither the change nor its entry is kept without the other.

use super::{Who, new};
use crate::state::App;
use serde_json::Value;
use std::cell::RefCell;
use vestibule_shared::JsonObject;
use vestibule_store::audit::LogRow;

tokio::task_local! {
    static OPERATION: Operation;
}

/// An operation that is under way.
struct Operation {
    key: String,
    params: JsonObject,
    /// None before it is known who asks, and once it is written.
    entry: RefCell<Option<LogRow>>,
}

/// Does an operation; with its entry if no transaction has written that. `params` are the ids in
/// the path.
pub async fn follow<F: Future>(
    key: String,
    params: JsonObject,
    answering: F,
) -> (F::Output, Option<LogRow>) {
    let operation = Operation { key, params, entry: RefCell::default() };
    OPERATION.scope(operation, async { (answering.await, take()) }).await
}

/// Makes the entry, once it is known who asks for the operation.
pub fn begin(app: &App, who: Who<'_>) {
    // What reads has none.
    let _ = OPERATION.try_with(|operation| {
        let params = Value::Object(operation.params.0.clone());
        let payload = JsonObject::from_iter([("params", params)]);
        operation.entry.replace(Some(new(app, &operation.key, who, None, payload)));
    });
}

/// The entry, for the transaction that is about to begin. Who takes it writes it or puts it back.
pub fn take() -> Option<LogRow> {
    OPERATION.try_with(|operation| operation.entry.take()).ok().flatten()
}

/// Leaves the entry to the next transaction: the one that had taken it was not kept.
pub fn put_back(entry: Option<LogRow>) {
    let _ = OPERATION.try_with(|operation| operation.entry.replace(entry));
}
