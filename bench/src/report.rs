//! The figures beside their targets.

use std::fmt::{Display, Formatter, Result};

use serde::Serialize;

const EXPLANATION: &str = "\
per core: requests per second of the server's own processor time (user and system, from /proc), as
if one core did nothing else. requests/s: what this machine reached with server, load generator and
database sharing its cores. The time a PostgreSQL server takes is not the server's own.";

/// Everything one run measured.
#[derive(Serialize)]
pub struct Report {
    pub database: &'static str,
    pub cores: usize,
    pub processor: String,
    pub loads: Vec<Load>,
    pub figures: Vec<Figure>,
    /// The answers that make up the sign-in page, with their bytes under brotli.
    pub page: Vec<(String, usize)>,
}

/// A load and how the server bore it.
#[derive(Serialize)]
pub struct Load {
    pub name: String,
    pub per_second: f64,
    pub per_core: f64,
    /// At least this many per core and second.
    pub target: Option<f64>,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub errors: u64,
    /// What the first error was, where that is known.
    pub error: Option<String>,
}

/// A single figure.
#[derive(Serialize)]
pub struct Figure {
    pub name: String,
    pub value: f64,
    pub unit: &'static str,
    pub limit: Limit,
}

/// What a figure should be.
#[derive(Clone, Copy, Serialize)]
pub enum Limit {
    AtMost(f64),
    Below(f64),
    AtLeast(f64),
    /// For comparison only.
    None,
}

impl Load {
    fn verdict(&self) -> String {
        match self.target {
            _ if self.errors > 0 => format!("FAILS: {} errors", self.errors),
            Some(target) if self.per_core < target => {
                format!("SHORT: {:.0} % of the target", 100.0 * self.per_core / target)
            }
            Some(_) => "ok".into(),
            None => String::new(),
        }
    }
}

impl Figure {
    /// Whether it is what it should be.
    pub fn verdict(&self) -> &'static str {
        let met = match self.limit {
            Limit::AtMost(limit) => self.value <= limit,
            Limit::Below(limit) => self.value < limit,
            Limit::AtLeast(limit) => self.value >= limit,
            Limit::None => return "",
        };
        if met { "ok" } else { "SHORT" }
    }
}

impl Display for Limit {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        let text = match self {
            Self::AtMost(limit) => format!("≤ {limit}"),
            Self::Below(limit) => format!("< {limit}"),
            Self::AtLeast(limit) => format!("≥ {limit}"),
            Self::None => String::new(),
        };
        formatter.pad(&text)
    }
}

impl Display for Report {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        writeln!(out, "{}, {} cores, {}\n", self.database, self.cores, self.processor)?;
        writeln!(
            out,
            "{:<34} {:>11} {:>9} {:>9} {:>9} {:>9}",
            "load", "requests/s", "per core", "target", "p50 ms", "p99 ms"
        )?;
        for load in &self.loads {
            let target = load.target.map_or(String::new(), |target| format!("≥ {target}"));
            writeln!(
                out,
                "{:<34} {:>11.1} {:>9.1} {target:>9} {:>9.2} {:>9.2}  {}",
                load.name,
                load.per_second,
                load.per_core,
                load.p50_ms,
                load.p99_ms,
                load.verdict()
            )?;
            if let Some(error) = &load.error {
                writeln!(out, "    first error: {error}")?;
            }
        }
        writeln!(out, "\n{EXPLANATION}\n")?;
        writeln!(out, "{:<52} {:>10} {:<14} {:>9}", "figure", "measured", "", "target")?;
        for figure in &self.figures {
            let Figure { name, value, unit, limit } = figure;
            let verdict = figure.verdict();
            writeln!(out, "{name:<52} {value:>10.2} {unit:<14} {limit:>9}  {verdict}")?;
        }
        writeln!(out, "\nsign-in page under brotli:")?;
        for (path, bytes) in &self.page {
            writeln!(out, "{bytes:>10}  {path}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(per_core: f64, errors: u64) -> Load {
        Load {
            name: "discovery".into(),
            per_second: 1.0,
            per_core,
            target: Some(20_000.0),
            p50_ms: 1.0,
            p99_ms: 2.0,
            errors,
            error: None,
        }
    }

    #[test]
    fn marks_what_falls_short() {
        assert_eq!(load(20_000.0, 0).verdict(), "ok");
        assert_eq!(load(15_000.0, 0).verdict(), "SHORT: 75 % of the target");
        assert_eq!(load(30_000.0, 3).verdict(), "FAILS: 3 errors");
    }

    #[test]
    fn a_figure_at_its_limit_is_enough() {
        let figure = |value, limit| Figure { name: "idle".into(), value, unit: "MiB", limit };
        assert_eq!(figure(48.0, Limit::AtMost(48.0)).verdict(), "ok");
        assert_eq!(figure(48.1, Limit::AtMost(48.0)).verdict(), "SHORT");
        assert_eq!(figure(150.0, Limit::Below(150.0)).verdict(), "SHORT");
        assert_eq!(figure(85.0, Limit::AtLeast(85.0)).verdict(), "ok");
        assert_eq!(figure(1.0, Limit::None).verdict(), "");
    }
}
