//! `cargo xtask bench --data`: what the Management API costs with many rows, against few.

mod fill;
mod operations;
mod table;

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use self::fill::Database;
use self::operations::{Operation, Step, operations};
pub use self::table::Table;
use self::table::{Row, Times};
use crate::Options;
use crate::management::Management;
use crate::measure::{http_client, millis, processor, progress};
use crate::report::{Figure, Limit};
use crate::server::Installation;

/// What many rows are compared with.
const FEW: usize = 1_000;
/// How long one operation is measured, and how often at most.
const PERIOD: Duration = Duration::from_millis(2_500);
const MOST: usize = 200;
/// How often at least, however long it takes.
const FEWEST: usize = 3;
const WARM_UP: usize = 3;
const REST: Duration = Duration::from_secs(2);

/// Measures every operation with few rows and with `rows`.
///
/// # Errors
/// When the server cannot be started, filled or does not answer as it should.
pub async fn run(options: &Options, rows: usize) -> Result<Table> {
    ensure!(rows > FEW, "--rows takes more than {FEW}");
    let http = http_client()?;
    let installation = Installation::new(options, &http)?;
    progress("an empty database");
    let (server, empty_start) = installation.start().await?;
    let service = installation.create_application(&[
        "bench service",
        "--type",
        "machine-to-machine",
        "--management-api",
    ])?;
    server.stop().await?;
    let mut database = Database::open(&installation, options.postgres.as_deref()).await?;
    let mut run = Run { http: http.clone(), figures: Vec::new(), rows: Vec::new() };
    run.figure("start on an empty database", millis(empty_start), "ms", Limit::None);

    for (from, to) in [(0, FEW), (FEW, rows)] {
        progress(&format!("filling {to} users, organization memberships and audit entries"));
        let began = Instant::now();
        database.fill(from, to).await?;
        let seconds = began.elapsed().as_secs_f64();
        run.figure(&format!("filling up to {to} rows each"), seconds, "s", Limit::None);
        let (server, start) = installation.start().await?;
        let limit = Limit::Below(200.0);
        run.figure(&format!("start with {to} rows"), millis(start), "ms", limit);
        tokio::time::sleep(REST).await;
        let limit = Limit::AtMost(48.0);
        let name = format!("resident memory, idle with {to} rows");
        run.figure(&name, server.resident_mib()?, "MiB", limit);
        let management = Management::open(&http, installation.endpoint(), &service).await?;
        for operation in operations(to) {
            run.operation(operation, &management).await?;
        }
        let limit = Limit::AtMost(128.0);
        let name = format!("resident memory, after the operations with {to} rows");
        run.figure(&name, server.resident_mib()?, "MiB", limit);
        server.stop().await?;
    }
    run.figure("size of the database", database.size_mib().await?, "MiB", Limit::None);
    Ok(Table {
        database: if options.postgres.is_some() { "PostgreSQL" } else { "SQLite" },
        processor: processor(),
        few: FEW,
        many: rows,
        rows: run.rows,
        figures: run.figures,
    })
}

struct Run {
    http: reqwest::Client,
    figures: Vec<Figure>,
    rows: Vec<Row>,
}

impl Run {
    fn figure(&mut self, name: &str, value: f64, unit: &'static str, limit: Limit) {
        self.figures.push(Figure { name: name.into(), value, unit, limit });
    }

    /// Measures an operation, one request after the other, and puts it beside what it cost before.
    async fn operation(&mut self, operation: Operation, management: &Management<'_>) -> Result<()> {
        progress(operation.name);
        for number in 0..WARM_UP {
            self.request(&operation, number, management).await?;
        }
        let began = Instant::now();
        let mut times = Vec::new();
        while times.len() < FEWEST || (times.len() < MOST && began.elapsed() < PERIOD) {
            times.push(self.request(&operation, WARM_UP + times.len(), management).await?);
        }
        let times = Times::new(times);
        match self.rows.iter_mut().find(|row| row.name == operation.name) {
            Some(row) => row.many = Some(times),
            None => {
                let Operation { name, same, .. } = operation;
                self.rows.push(Row { name, few: times, many: None, same });
            }
        }
        Ok(())
    }

    async fn request(
        &self,
        operation: &Operation,
        number: usize,
        management: &Management<'_>,
    ) -> Result<f64> {
        let Step { method, path, body } = (operation.step)(number);
        let mut request = self
            .http
            .request(method, management.url(&path))
            .header("Authorization", management.authorization());
        if let Some(body) = &body {
            request = request.json(body);
        }
        let began = Instant::now();
        let answer = request.send().await?;
        let status = answer.status();
        let total = answer.headers().get("total-number").cloned();
        let text = answer.text().await?;
        let time = millis(began.elapsed());
        // What reads everything may take longer than a database query is given.
        if !operation.same && status == 503 {
            return Ok(time);
        }
        ensure!(status.is_success(), "{}: {path}: {status} {text}", operation.name);
        if let Some(expected) = operation.total {
            let total = total.as_ref().and_then(|total| total.to_str().ok()?.parse().ok());
            ensure!(
                total == Some(expected),
                "{}: {path}: {total:?} found, not {expected}",
                operation.name
            );
        }
        Ok(time)
    }
}
