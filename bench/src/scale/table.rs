//! The figures with few and with many rows beside each other.

use std::fmt::{Display, Formatter, Result};

use serde::Serialize;

use crate::report::Figure;

/// What costs the same may cost so many times as much with many rows: trees are deeper, and less
/// of them is in memory.
const MOST: f64 = 2.0;

const EXPLANATION: &str = "\
One request after the other, over one connection; milliseconds until the whole answer is there.
What has no limit reads what it finds or counts, so that it costs more where there is more.";

/// What one run measured.
#[derive(Serialize)]
pub struct Table {
    pub database: &'static str,
    pub processor: String,
    pub few: usize,
    pub many: usize,
    pub rows: Vec<Row>,
    pub figures: Vec<Figure>,
}

/// An operation.
#[derive(Serialize)]
pub struct Row {
    pub name: &'static str,
    pub few: Times,
    pub many: Option<Times>,
    /// Whether it should cost the same however many rows there are.
    pub same: bool,
}

/// Milliseconds.
#[derive(Serialize)]
pub struct Times {
    p50: f64,
    p99: f64,
}

impl Times {
    /// Of single requests.
    pub fn new(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |share: usize| {
            let index = (times.len() * share / 100).min(times.len().saturating_sub(1));
            times.get(index).copied().unwrap_or(f64::NAN)
        };
        Self { p50: at(50), p99: at(99) }
    }
}

impl Row {
    fn quotient(&self) -> Option<f64> {
        Some(self.many.as_ref()?.p50 / self.few.p50)
    }

    fn verdict(&self) -> &'static str {
        match self.quotient() {
            _ if !self.same => "",
            Some(quotient) if quotient <= MOST => "ok",
            Some(_) => "OVER",
            None => "not measured",
        }
    }
}

impl Display for Table {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        let Self { database, processor, few, many, .. } = self;
        writeln!(out, "{database}, {processor}\n")?;
        let heads = (format!("{few} rows"), format!("{many} rows"));
        writeln!(out, "{:<44} {:>19} {:>19}", "", heads.0, heads.1)?;
        writeln!(
            out,
            "{:<44} {:>9} {:>9} {:>9} {:>9} {:>9} {:>6}",
            "operation", "p50 ms", "p99 ms", "p50 ms", "p99 ms", "quotient", "limit"
        )?;
        for row in &self.rows {
            let Row { name, few, many, same } = row;
            write!(out, "{name:<44} {:>9.2} {:>9.2}", few.p50, few.p99)?;
            if let (Some(many), Some(quotient)) = (many, row.quotient()) {
                let limit = if *same { format!("≤ {MOST}") } else { String::new() };
                write!(out, " {:>9.2} {:>9.2} {quotient:>9.2} {limit:>6}", many.p50, many.p99)?;
            }
            writeln!(out, "  {}", row.verdict())?;
        }
        writeln!(out, "\n{EXPLANATION}\n")?;
        writeln!(out, "{:<56} {:>10} {:<6} {:>9}", "figure", "measured", "", "target")?;
        for figure in &self.figures {
            let Figure { name, value, unit, limit } = figure;
            let verdict = figure.verdict();
            writeln!(out, "{name:<56} {value:>10.2} {unit:<6} {limit:>9}  {verdict}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(few: f64, many: f64, same: bool) -> Row {
        let times = |time| Times::new(vec![time]);
        Row { name: "list", few: times(few), many: Some(times(many)), same }
    }

    #[test]
    fn marks_what_grows_with_the_rows() {
        assert_eq!(row(1.0, 2.0, true).verdict(), "ok");
        assert_eq!(row(1.0, 2.1, true).verdict(), "OVER");
        assert_eq!(row(1.0, 100.0, false).verdict(), "");
        assert_eq!(Row { many: None, ..row(1.0, 1.0, true) }.verdict(), "not measured");
    }

    #[test]
    fn percentiles_are_those_of_the_sorted_times() {
        let Times { p50, p99 } = Times::new((0..100).rev().map(f64::from).collect());
        assert_eq!((p50, p99), (50.0, 99.0));
        let Times { p50, p99 } = Times::new(vec![7.0]);
        assert_eq!((p50, p99), (7.0, 7.0));
    }
}
