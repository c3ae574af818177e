//! How many people use the server. Days are those of UTC.

use crate::flows::error::{FlowError, invalid_input};
use crate::state::App;
use chrono::{DateTime, NaiveDate, NaiveTime};
use vestibule_shared::audit::{ActiveUsers, DayCount, NewUsers, TotalUsers, Trend};
use vestibule_store::activity::{self as rows, DAY, OfDay};
use vestibule_store::{Connection, Millis};

const WEEK: Millis = 7 * DAY;
const MONTH: Millis = 30 * DAY;

/// How many accounts there are.
pub async fn total(app: &App) -> Result<TotalUsers, FlowError> {
    let total_user_count = rows::count_users(&mut app.store.scan().await?).await?;
    Ok(TotalUsers { total_user_count })
}

/// New accounts of today and of the last seven days.
pub async fn new(app: &App) -> Result<NewUsers, FlowError> {
    let tomorrow = day_of(app.clock.now()) + DAY;
    let found =
        rows::new_users(&mut app.store.scan().await?, tomorrow - 2 * WEEK, tomorrow).await?;
    Ok(NewUsers {
        today: trend_of_days(&found, tomorrow, DAY),
        last7_days: trend_of_days(&found, tomorrow, WEEK),
    })
}

/// Active users up to a day, `yyyy-MM-dd`, or up to today.
pub async fn active(app: &App, date: Option<&str>) -> Result<ActiveUsers, FlowError> {
    let day = match date {
        None => day_of(app.clock.now()),
        Some(text) => parse(text).ok_or_else(|| invalid_input("date", "must be yyyy-MM-dd"))?,
    };
    let end = day + DAY;
    let mut connection = app.store.scan().await?;
    let by_day = rows::active_by_day(&mut connection, end - MONTH, end).await?;
    Ok(ActiveUsers {
        dau: trend_of_days(&by_day, end, DAY),
        wau: trend(&mut connection, end, WEEK).await?,
        mau: trend(&mut connection, end, MONTH).await?,
        dau_curve: curve(&by_day, end),
    })
}

/// Different users in the period that ends with `end`, against the one before.
async fn trend(
    connection: &mut Connection,
    end: Millis,
    length: Millis,
) -> Result<Trend, FlowError> {
    let count = rows::active_users(connection, end - length, end).await?;
    let before = rows::active_users(connection, end - 2 * length, end - length).await?;
    Ok(Trend { count, delta: count - before })
}

/// The sum of the period that ends with `end`, against the one before.
fn trend_of_days(days: &[OfDay], end: Millis, length: Millis) -> Trend {
    let sum = |from: Millis| {
        let within = days.iter().filter(|it| (from..from + length).contains(&it.day));
        within.map(|it| it.count).sum::<i64>()
    };
    let count = sum(end - length);
    Trend { count, delta: count - sum(end - 2 * length) }
}

/// Every day of the month that ends with `end`, also those without anybody.
fn curve(days: &[OfDay], end: Millis) -> Vec<DayCount> {
    let starts = (1..=MONTH / DAY).rev().map(|back| end - back * DAY);
    let shown = starts.map(|start| DayCount {
        date: date_of(start),
        count: days.iter().find(|it| it.day == start).map_or(0, |it| it.count),
    });
    shown.collect()
}

fn day_of(time: Millis) -> Millis {
    time - time.rem_euclid(DAY)
}

fn date_of(day: Millis) -> String {
    DateTime::from_timestamp_millis(day).unwrap_or_default().format("%Y-%m-%d").to_string()
}

fn parse(text: &str) -> Option<Millis> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10)?;
    Some(date.and_time(NaiveTime::MIN).and_utc().timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_of_utc() {
        assert_eq!(parse("1970-01-02"), Some(DAY));
        assert_eq!(date_of(DAY), "1970-01-02");
        assert_eq!(day_of(DAY + 5), DAY);
        for bad in ["", "1970-1-2", "1970-13-01", "today", "1970-01-02T00:00:00Z"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_trend_compares_with_the_period_before() {
        let days = [OfDay { day: 0, count: 5 }, OfDay { day: DAY, count: 2 }];
        assert_eq!(trend_of_days(&days, 2 * DAY, DAY), Trend { count: 2, delta: -3 });
        assert_eq!(trend_of_days(&days, 2 * DAY, WEEK), Trend { count: 7, delta: 7 });
    }

    #[test]
    fn the_curve_has_every_day() {
        let curve = curve(&[OfDay { day: 0, count: 5 }], DAY);
        assert_eq!(curve.len(), 30);
        assert_eq!(curve[29], DayCount { date: "1970-01-01".into(), count: 5 });
        assert_eq!(curve[28], DayCount { date: "1969-12-31".into(), count: 0 });
    }
}
