//! Tokens to a [`Query`], by recursive descent along the grammar of `iot-hub` 1.12.

use super::QueryError;
use super::ast::{Aggregate, Collection, Item, ItemSource, Path, Projection, Query};
use super::cursor::Parser;
use super::lexer::Token;

/// Attributes at the root of a row; queries may write them in any case, results have this one.
const ROOTS: [&str; 27] = [
    "authenticationType",
    "capabilities",
    "cloudToDeviceMessageCount",
    "configurations",
    "connectionState",
    "createdDateTimeUtc",
    "deviceEtag",
    "deviceId",
    "deviceScope",
    "endTimeUtc",
    "error",
    "etag",
    "jobId",
    "jobType",
    "lastActivityTime",
    "lastUpdatedDateTimeUtc",
    "modelId",
    "moduleId",
    "outcome",
    "parentScopes",
    "properties",
    "startTimeUtc",
    "status",
    "statusUpdateTime",
    "tags",
    "version",
    "x509Thumbprint",
];

/// Words that can't be an alias without `AS`, because they go on with the query.
const CLAUSES: [&str; 4] = ["FROM", "WHERE", "GROUP", "AS"];

pub(super) const AGGREGATES: [(&str, Aggregate); 4] = [
    ("AVG", Aggregate::Avg),
    ("SUM", Aggregate::Sum),
    ("MIN", Aggregate::Min),
    ("MAX", Aggregate::Max),
];

impl Query {
    /// The query that a text states.
    ///
    /// # Errors
    /// The text is none; the error says where and why.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let mut parser = Parser::new(text)?;
        let query = parser.query()?;
        if *parser.peek() == Token::End {
            return Ok(query);
        }
        let message = format!(
            "the query should end here, not go on with {}",
            parser.peek()
        );
        Err(parser.error(message))
    }

    /// What the query is asked of.
    #[must_use]
    pub const fn collection(&self) -> Collection {
        self.collection
    }
}

impl Parser {
    fn query(&mut self) -> Result<Query, QueryError> {
        self.word("SELECT")?;
        let top = if self.take_word("TOP") {
            Some(self.count()?)
        } else {
            None
        };
        let items_at = self.at();
        let (projection, positions) = self.projection()?;
        self.word("FROM")?;
        let collection = self.collection()?;
        if collection == Collection::Jobs && projection != Projection::All {
            return Err(QueryError::new(
                items_at,
                "of devices.jobs only * can be selected",
            ));
        }
        let condition = if self.take_word("WHERE") {
            Some(self.expr()?)
        } else {
            None
        };
        let group_at = self.at();
        let mut group_by = Vec::new();
        if self.take_word("GROUP") {
            self.word("BY")?;
            if collection == Collection::Jobs || projection == Projection::All {
                return Err(QueryError::new(
                    group_at,
                    "what is grouped must name what it selects",
                ));
            }
            group_by.push(self.path()?);
            while self.take_mark(",") {
                group_by.push(self.path()?);
            }
        }
        check_groups(&projection, &positions, &group_by)?;
        Ok(Query {
            top,
            projection,
            collection,
            condition,
            group_by,
        })
    }

    fn count(&mut self) -> Result<usize, QueryError> {
        let count = match self.peek() {
            Token::Literal(value) => value.as_u64().and_then(|count| usize::try_from(count).ok()),
            Token::Word(_) | Token::Quoted(_) | Token::Mark(_) | Token::End => None,
        };
        let count = count.filter(|count| *count > 0);
        let count = count.ok_or_else(|| self.expected("a whole number from 1"))?;
        self.skip();
        Ok(count)
    }

    /// What is selected, and where each item stands.
    fn projection(&mut self) -> Result<(Projection, Vec<usize>), QueryError> {
        if self.take_mark("*") {
            return Ok((Projection::All, Vec::new()));
        }
        let mut items: Vec<Item> = Vec::new();
        let mut positions = Vec::new();
        loop {
            let at = self.at();
            positions.push(at);
            let item = self.item(items.len() + 1)?;
            if items.iter().any(|other| other.name == item.name) {
                let message = format!("a second {}; an alias tells them apart", item.name);
                return Err(QueryError::new(at, message));
            }
            items.push(item);
            if !self.take_mark(",") {
                return Ok((Projection::Items(items), positions));
            }
        }
    }

    fn item(&mut self, number: usize) -> Result<Item, QueryError> {
        // An unnamed aggregate is called after its place among the items. [I]
        let (source, default_name) = match self.aggregate()? {
            Some(source) => (source, format!("${number}")),
            None => {
                let path = self.path()?;
                let name = path.0.last().cloned().unwrap_or_default();
                (ItemSource::Path(path), name)
            }
        };
        let named = self.take_word("AS");
        let clause = CLAUSES.iter().any(|clause| self.is_word(clause));
        let name = if let Token::Word(alias) = self.peek()
            && (named || !clause)
        {
            let alias = alias.clone();
            self.skip();
            alias
        } else if named {
            return Err(self.expected("an alias"));
        } else {
            default_name
        };
        Ok(Item { source, name })
    }

    fn aggregate(&mut self) -> Result<Option<ItemSource>, QueryError> {
        if !self.is_function() {
            return Ok(None);
        }
        if self.take_word("COUNT") {
            self.mark("(")?;
            self.mark(")")?;
            return Ok(Some(ItemSource::Count));
        }
        let found = AGGREGATES.iter().find(|(name, _)| self.is_word(name));
        let Some((_, aggregate)) = found else {
            return Err(self.expected("COUNT, AVG, SUM, MIN or MAX"));
        };
        self.skip();
        self.mark("(")?;
        let path = self.path()?;
        self.mark(")")?;
        Ok(Some(ItemSource::Aggregate(*aggregate, path)))
    }

    fn collection(&mut self) -> Result<Collection, QueryError> {
        self.word("devices")?;
        if !self.take_mark(".") {
            return Ok(Collection::Devices);
        }
        let named = [("modules", Collection::Modules), ("jobs", Collection::Jobs)];
        match named.into_iter().find(|(name, _)| self.take_word(name)) {
            Some((_, collection)) => Ok(collection),
            None => Err(self.expected("modules or jobs")),
        }
    }

    pub(super) fn path(&mut self) -> Result<Path, QueryError> {
        let at = self.at();
        let Token::Word(first) = self.peek() else {
            return Err(self.expected("an attribute"));
        };
        let mut first = first.clone();
        self.skip();
        if first.eq_ignore_ascii_case("devices") && self.take_mark(".") {
            first = self.segment()?;
        }
        let root = ROOTS
            .into_iter()
            .find(|root| root.eq_ignore_ascii_case(&first));
        let Some(root) = root else {
            let message = format!("{first} is no attribute of a twin; tags and properties are");
            return Err(QueryError::new(at, message));
        };
        let mut segments = vec![root.to_owned()];
        while self.take_mark(".") {
            segments.push(self.segment()?);
        }
        Ok(Path(segments))
    }

    fn segment(&mut self) -> Result<String, QueryError> {
        let (Token::Word(name) | Token::Quoted(name)) = self.peek() else {
            return Err(self.expected("a member"));
        };
        let name = name.clone();
        self.skip();
        Ok(name)
    }
}

/// Refuses a bare path beside an aggregate or a grouping that it is not part of: which of the many
/// values of a group would it be?
fn check_groups(
    projection: &Projection,
    positions: &[usize],
    group_by: &[Path],
) -> Result<(), QueryError> {
    let Projection::Items(items) = projection else {
        return Ok(());
    };
    let plain = |item: &Item| matches!(item.source, ItemSource::Path(_));
    if group_by.is_empty() && items.iter().all(plain) {
        return Ok(());
    }
    for (item, at) in items.iter().zip(positions) {
        if let ItemSource::Path(path) = &item.source
            && !group_by.contains(path)
        {
            let message = format!("{} must stand under GROUP BY too", path.0.join("."));
            return Err(QueryError::new(*at, message));
        }
    }
    Ok(())
}
