//! Where the hub's records are kept: a trait, and SQLite behind it.

use std::fmt;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use super::options::Durability;
use crate::engine::identity::Identity;
use crate::engine::message::Record;

/// Version of the tables below; a file of another version is refused, not guessed at.
const SCHEMA_VERSION: i64 = 1;

const SCHEMA: &str = "
    CREATE TABLE record (
        kind TEXT NOT NULL,
        device TEXT NOT NULL,
        -- Empty for the device itself.
        module TEXT NOT NULL,
        content TEXT NOT NULL,
        PRIMARY KEY (kind, device, module)
    ) WITHOUT ROWID;
";

/// Keeps records.
pub(super) trait Store: fmt::Debug + Send {
    /// Writes records, all or none, each with its new content or `None` where it is gone. When it
    /// returns they are safe.
    fn write(
        &mut self,
        changes: &mut dyn Iterator<Item = (Record, Option<Value>)>,
    ) -> Result<(), StoreError>;

    /// Every record, identities first.
    fn read(&mut self) -> Result<Vec<(Record, Value)>, StoreError>;
}

/// Why a store can't be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// SQLite says so.
    Sqlite(rusqlite::Error),
    /// The file is of another version of this hub.
    Version(i64),
    /// A record in it is none.
    Content(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(error) => error.fmt(f),
            Self::Version(version) => write!(
                f,
                "the data was written by another version: its schema is {version}, ours {SCHEMA_VERSION}"
            ),
            Self::Content(what) => write!(f, "the data holds what is no record: {what}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// One SQLite file with a write-ahead log.
#[derive(Debug)]
pub(super) struct Sqlite {
    connection: Connection,
}

impl Sqlite {
    pub(super) fn open(path: &Path, durability: Durability) -> Result<Self, StoreError> {
        let connection = Connection::open(path)?;
        // One process at a time: a second hub on the same folder fails here, not later by surprise.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // With a write-ahead log, NORMAL loses nothing when the process dies: the log is in the page
        // cache by the time a commit returns.
        let synchronous = match durability {
            Durability::Process => "NORMAL",
            Durability::Power => "FULL",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        match version {
            0 => {
                let schema =
                    format!("BEGIN; {SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;");
                connection.execute_batch(&schema)?;
            }
            SCHEMA_VERSION => {}
            other => return Err(StoreError::Version(other)),
        }
        let check: Option<String> = connection
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .optional()?;
        match check.as_deref() {
            Some("ok") => Ok(Self { connection }),
            other => Err(StoreError::Content(other.unwrap_or("nothing").to_owned())),
        }
    }
}

impl Store for Sqlite {
    fn write(
        &mut self,
        changes: &mut dyn Iterator<Item = (Record, Option<Value>)>,
    ) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        {
            let mut put = transaction.prepare(
                "INSERT INTO record (kind, device, module, content) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET content = excluded.content",
            )?;
            let mut delete = transaction
                .prepare("DELETE FROM record WHERE kind = ?1 AND device = ?2 AND module = ?3")?;
            for (record, content) in changes {
                let (kind, identity) = record.key();
                let (device, module) = (
                    identity.device_id(),
                    identity.module_id().unwrap_or_default(),
                );
                match content {
                    Some(content) => {
                        put.execute(params![kind, device, module, content.to_string()])?
                    }
                    None => delete.execute(params![kind, device, module])?,
                };
            }
        }
        Ok(transaction.commit()?)
    }

    fn read(&mut self) -> Result<Vec<(Record, Value)>, StoreError> {
        let mut statement = self
            .connection
            .prepare("SELECT kind, device, module, content FROM record")?;
        let rows = statement.query_map([], |row| {
            let column = |index| row.get::<_, String>(index);
            Ok((column(0)?, column(1)?, column(2)?, column(3)?))
        })?;
        let mut records = Vec::new();
        for row in rows {
            let (kind, device, module, content) = row?;
            let identity = match module.as_str() {
                "" => Identity::device(device),
                module => Identity::module(device, module),
            };
            let wrong = || StoreError::Content(format!("{kind} of {identity}"));
            let record = Record::from_key(&kind, identity.clone()).ok_or_else(wrong)?;
            let content = serde_json::from_str(&content).map_err(|_| wrong())?;
            records.push((record, content));
        }
        records.sort_unstable_by(|(left, _), (right, _)| left.cmp(right));
        Ok(records)
    }
}
