//! Rows, many at once, past the server.

use std::path::PathBuf;

use anyhow::{Context, Result};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};

use crate::server::Installation;

/// The users are members of these in turn.
pub const ORGANIZATIONS: usize = 10_000;
/// What every hundredth user has.
pub const ROLE: &str = "benchroleofsomeusers1";
/// What nobody has at first.
pub const ROLE_TO_GIVE: &str = "benchroleofsomeusers2";
/// In one transaction.
const BATCH: usize = 50_000;

const FIRST_NAMES: [&str; 16] = [
    "Anna",
    "Bernd",
    "Carla",
    "Dieter",
    "Elif",
    "Frank",
    "Greta",
    "Hans",
    "Ines",
    "Jonas",
    "Katarzyna",
    "Liam",
    "Maria",
    "Noah",
    "Olga",
    "Paul",
];
const LAST_NAMES: [&str; 32] = [
    "Abe",
    "Bauer",
    "Cohen",
    "Dupont",
    "Eriksen",
    "Fischer",
    "Garcia",
    "Hansen",
    "Ivanova",
    "Jansen",
    "Kowalski",
    "Lopez",
    "Meier",
    "Novak",
    "Okafor",
    "Petrov",
    "Quinn",
    "Rossi",
    "Silva",
    "Tanaka",
    "Ueda",
    "Varga",
    "Weber",
    "Xu",
    "Yilmaz",
    "Zimmermann",
    "Andersson",
    "Brandt",
    "Costa",
    "Diallo",
    "Egger",
    "Farkas",
];

/// What is searched for of the user with a number.
pub struct User {
    pub id: String,
    pub username: String,
    pub email: String,
    pub phone: String,
    pub name: String,
}

/// The user with a number, as [`Database::fill`] writes it.
pub fn user(number: usize) -> User {
    let first = FIRST_NAMES.get(number % 16).unwrap_or(&"");
    let last = LAST_NAMES.get(number / 16 % 32).unwrap_or(&"");
    User {
        id: id(number),
        username: format!("person_{number:07}"),
        email: format!("{}.{}{number:07}@example.com", first.to_lowercase(), last.to_lowercase()),
        phone: format!("4930{number:07}"),
        name: format!("{first} {last} {number:07}"),
    }
}

/// Ids have no order: a multiple modulo a prime, which no other number has.
fn id(number: usize) -> String {
    format!("u{:011}", number * 48_271 % 2_147_483_647)
}

/// A connection to the database of the server.
pub enum Database {
    Sqlite(SqliteConnection, PathBuf),
    Postgres(Box<AsyncPgConnection>),
}

impl Database {
    /// Connects. The server must not run meanwhile.
    ///
    /// # Errors
    /// When the database is not there.
    pub async fn open(installation: &Installation, postgres: Option<&str>) -> Result<Self> {
        if let Some(url) = postgres {
            return Ok(Self::Postgres(Box::new(AsyncPgConnection::establish(url).await?)));
        }
        let path = installation.sqlite_file();
        let mut connection = SqliteConnection::establish(
            path.to_str().context("the data folder has a strange name")?,
        )?;
        connection.batch_execute(
            "pragma journal_mode = wal; pragma synchronous = off; pragma cache_size = -200000",
        )?;
        Ok(Self::Sqlite(connection, path))
    }

    /// Adds users, memberships and audit entries to `from` of each until there are `to`.
    ///
    /// # Errors
    /// When a statement fails.
    pub async fn fill(&mut self, from: usize, to: usize) -> Result<()> {
        if from == 0 {
            self.execute(&roles()).await?;
        }
        // What was made in measuring.
        self.execute("delete from users where primary_email like '%@example.org'").await?;
        let mut first = from + 1;
        while first <= to {
            let last = to.min(first + BATCH - 1);
            let statements = self.batch(first, last);
            self.execute(&statements).await?;
            first = last + 1;
        }
        match self {
            Self::Sqlite(..) => self.execute("pragma wal_checkpoint(truncate)").await,
            // As it does by itself some minutes later.
            Self::Postgres(_) => self.execute("vacuum analyze").await,
        }
    }

    async fn execute(&mut self, statements: &str) -> Result<()> {
        match self {
            Self::Sqlite(connection, _) => connection.batch_execute(statements)?,
            Self::Postgres(connection) => connection.batch_execute(statements).await?,
        }
        Ok(())
    }

    /// Everything with the numbers from `first` to `last`.
    fn batch(&self, first: usize, last: usize) -> String {
        let is_sqlite = matches!(self, Self::Sqlite(..));
        let numbers = if is_sqlite {
            format!(
                "(with recursive counted(number) as (select {first} \
                 union all select number + 1 from counted where number < {last}) \
                 select number from counted) as numbers"
            )
        } else {
            format!("generate_series({first}::bigint, {last}) as numbers(number)")
        };
        let padded = |digits: usize, number: &str| {
            if is_sqlite {
                format!("printf('%0{digits}d', {number})")
            } else {
                format!("lpad(({number})::text, {digits}, '0')")
            }
        };
        let seven = padded(7, "number");
        let id = format!("'u' || {}", padded(11, "number * 48271 % 2147483647"));
        let first_name = one_of(&FIRST_NAMES, "number % 16");
        let last_name = one_of(&LAST_NAMES, "number / 16 % 32");
        let email =
            format!("lower({first_name} || '.' || {last_name}) || {seven} || '@example.com'");
        let organization = |number: &str| format!("'organ' || {}", padded(7, number));
        let in_turn = organization(&format!("number % {ORGANIZATIONS} + 1"));
        let organizations = last.min(ORGANIZATIONS);
        let new_organization = organization("number");
        let log = format!("'log' || {}", padded(18, "number"));
        let payload = "'{\"result\":\"Success\",\"ip\":\"192.0.2.1\",\"userAgent\":\"Mozilla/5.0 \
            (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36\"}'";
        // Within the last two weeks: old entries are deleted.
        let now = if is_sqlite { "unixepoch()" } else { "extract(epoch from now())::bigint" };
        let time = format!("({now} - 1209600) * 1000 + number * 1000");
        format!(
            "begin;
             insert into users (id, username, username_key, primary_email, email_key, \
                primary_phone, phone_key, name, created_at, updated_at)
             select {id}, 'person_' || {seven}, 'person_' || {seven}, {email}, {email}, \
                '4930' || {seven}, '4930' || {seven}, \
                {first_name} || ' ' || {last_name} || ' ' || {seven}, {time}, {time}
             from {numbers};
             insert into organizations (id, name, created_at)
             select {new_organization}, 'Organization ' || number, {time} from {numbers}
             where number <= {organizations};
             insert into organization_user_relations (organization_id, user_id)
             select {in_turn}, {id} from {numbers} where number >= {ORGANIZATIONS} \
                or number < {organizations};
             insert into users_roles (user_id, role_id)
             select {id}, '{ROLE}' from {numbers} where number % 100 = 0;
             insert into logs (id, key, payload, user_id, application_id, created_at)
             select {log}, case number % 4 when 0 then 'ExchangeTokenBy.RefreshToken' \
                when 1 then 'ExchangeTokenBy.ClientCredentials' \
                when 2 then 'Interaction.SignIn.Submit' else 'TriggerHook.User.Created' end, \
                {payload}, {id}, 'bench', {time}
             from {numbers};
             commit"
        )
    }

    /// How much the database takes on the disk.
    ///
    /// # Errors
    /// When it does not tell.
    pub async fn size_mib(&mut self) -> Result<f64> {
        let bytes = match self {
            Self::Sqlite(_, path) => std::fs::metadata(path)?.len() as f64,
            Self::Postgres(connection) => {
                use diesel::dsl::sql;
                use diesel::sql_types::BigInt;
                let size = diesel::select(sql::<BigInt>("pg_database_size(current_database())"));
                let size: i64 = diesel_async::RunQueryDsl::get_result(size, connection).await?;
                size as f64
            }
        };
        Ok(bytes / 1_048_576.0)
    }
}

fn roles() -> String {
    format!(
        "insert into roles (id, name, description, type) values \
         ('{ROLE}', 'Some', '', 'User'), ('{ROLE_TO_GIVE}', 'Given', '', 'User')"
    )
}

/// One of these words, by an expression that is less than their number.
fn one_of(words: &[&str], index: &str) -> String {
    let cases: Vec<String> = words
        .iter()
        .enumerate()
        .map(|(number, word)| format!("when {number} then '{word}'"))
        .collect();
    format!("case {index} {} end", cases.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_have_different_texts() {
        let User { id, username, email, phone, name } = user(17);
        assert_eq!((id.len(), id.as_str()), (12, "u00000820607"));
        assert_eq!(username, "person_0000017");
        assert_eq!(
            (email.as_str(), phone.as_str()),
            ("bernd.bauer0000017@example.com", "49300000017")
        );
        assert_eq!(name, "Bernd Bauer 0000017");
        let ids: std::collections::HashSet<String> = (1..10_000).map(super::id).collect();
        assert_eq!(ids.len(), 9_999);
    }
}
