//! The reader's finger on the tokens: look, take, expect.

use std::fmt;

use super::QueryError;
use super::lexer::{Token, tokens};

/// Deepest nesting of parentheses, `NOT`, signs and lists: far beyond any query, well within a stack.
const MAX_NESTING: usize = 64;

/// The tokens of a text, and how far they are read.
pub(super) struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
    nesting: usize,
}

impl Parser {
    pub(super) fn new(text: &str) -> Result<Self, QueryError> {
        Ok(Self {
            tokens: tokens(text)?,
            next: 0,
            nesting: 0,
        })
    }

    /// Takes the next token, whatever it is.
    pub(super) fn skip(&mut self) {
        self.next += 1;
    }

    pub(super) fn peek(&self) -> &Token {
        self.tokens
            .get(self.next)
            .map_or(&Token::End, |(_, token)| token)
    }

    /// The character at which the next token starts.
    pub(super) fn at(&self) -> usize {
        let token = self.tokens.get(self.next).or(self.tokens.last());
        token.map_or(1, |(at, _)| *at)
    }

    pub(super) fn error(&self, message: impl Into<String>) -> QueryError {
        QueryError::new(self.at(), message)
    }

    pub(super) fn expected(&self, what: &str) -> QueryError {
        self.error(format!("expected {what}, found {}", self.peek()))
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Word(found) if found.eq_ignore_ascii_case(word))
    }

    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let comes = self.is_word(word);
        self.next += usize::from(comes);
        comes
    }

    pub(super) fn take_mark(&mut self, mark: &str) -> bool {
        let comes = matches!(self.peek(), Token::Mark(found) if *found == mark);
        self.next += usize::from(comes);
        comes
    }

    pub(super) fn word(&mut self, word: &str) -> Result<(), QueryError> {
        if self.take_word(word) {
            Ok(())
        } else {
            Err(self.expected(word))
        }
    }

    pub(super) fn mark(&mut self, mark: &str) -> Result<(), QueryError> {
        if self.take_mark(mark) {
            Ok(())
        } else {
            Err(self.expected(mark))
        }
    }

    /// The operator of this table that comes next, if one does.
    pub(super) fn operator<T: Copy>(&mut self, table: &[(&str, T)]) -> Option<T> {
        let found = table.iter().find(|(mark, _)| self.take_mark(mark));
        found.map(|(_, operator)| *operator)
    }

    pub(super) fn is_function(&self) -> bool {
        matches!(self.tokens.get(self.next + 1), Some((_, Token::Mark("("))))
    }

    /// One level deeper, and back again.
    pub(super) fn nested<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, QueryError>,
    ) -> Result<T, QueryError> {
        if self.nesting == MAX_NESTING {
            return Err(self.error(format!("nested more than {MAX_NESTING} deep")));
        }
        self.nesting += 1;
        let parsed = parse(self);
        self.nesting -= 1;
        parsed
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Quoted(name) => write!(f, "[[{name}]]"),
            Self::Literal(value) => write!(f, "{value}"),
            Self::Mark(mark) => f.write_str(mark),
            Self::End => f.write_str("the end"),
        }
    }
}
