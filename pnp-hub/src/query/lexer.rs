//! Text to tokens, each with the character at which it starts.

use std::iter::Peekable;
use std::str::Chars;

use serde_json::{Number, Value, json};

use super::{MAX_QUERY, QueryError};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A keyword, a function, an attribute or a member.
    Word(String),
    /// `[[…]]`: a member whose name no word could have.
    Quoted(String),
    /// A number or a string.
    Literal(Value),
    /// An operator or a separator.
    Mark(&'static str),
    End,
}

/// Longer marks before their own beginnings.
const MARKS: [&str; 18] = [
    "!=", "<>", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "%", ",", ".", "(", ")", "[", "]",
];

/// All tokens of a text; the last is [`Token::End`]. Positions are counted in characters, from 1.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, QueryError> {
    if text.chars().nth(MAX_QUERY).is_some() {
        return Err(QueryError::new(
            MAX_QUERY + 1,
            format!("a query has at most {MAX_QUERY} characters"),
        ));
    }
    let mut lexer = Lexer {
        rest: text.chars().peekable(),
        at: 1,
    };
    let mut tokens = Vec::new();
    loop {
        lexer.take_while(char::is_whitespace);
        let at = lexer.at;
        let after_dot = matches!(tokens.last(), Some((_, Token::Mark("."))));
        let token = lexer.token(after_dot)?;
        let end = token == Token::End;
        tokens.push((at, token));
        if end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'t> {
    rest: Peekable<Chars<'t>>,
    at: usize,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        self.at += 1;
        Some(c)
    }

    fn peek(&mut self) -> Option<char> {
        self.rest.peek().copied()
    }

    /// Whether this comes next; it is taken if so.
    fn take(&mut self, mark: &str) -> bool {
        let comes = self.rest.clone().take(mark.len()).eq(mark.chars());
        if comes {
            for _ in mark.chars() {
                self.next();
            }
        }
        comes
    }

    fn take_while(&mut self, which: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(c) = self.peek().filter(|c| which(*c)) {
            taken.push(c);
            self.next();
        }
        taken
    }

    fn token(&mut self, after_dot: bool) -> Result<Token, QueryError> {
        let at = self.at;
        let Some(c) = self.peek() else {
            return Ok(Token::End);
        };
        if c == '\'' || c == '"' {
            self.next();
            return self.string(at, c);
        }
        // After a dot `[[` begins a member's name; elsewhere it would be a list in a list.
        if after_dot && self.take("[[") {
            return self.quoted(at);
        }
        if c.is_ascii_digit() && !after_dot {
            return self.number(at);
        }
        if is_word(c) {
            return Ok(Token::Word(self.take_while(is_word)));
        }
        match MARKS.into_iter().find(|mark| self.take(mark)) {
            Some(mark) => Ok(Token::Mark(mark)),
            None => Err(QueryError::new(at, format!("{c:?} has no meaning here"))),
        }
    }

    fn quoted(&mut self, at: usize) -> Result<Token, QueryError> {
        let mut name = String::new();
        while !self.take("]]") {
            match self.next() {
                Some(c) => name.push(c),
                None => return Err(QueryError::new(at, "this name is not closed by ]]")),
            }
        }
        Ok(Token::Quoted(name))
    }

    fn string(&mut self, at: usize, quote: char) -> Result<Token, QueryError> {
        let mut text = String::new();
        loop {
            let escape_at = self.at;
            match self.next() {
                None => return Err(QueryError::new(at, "this string is not closed")),
                Some(c) if c == quote => return Ok(Token::Literal(Value::String(text))),
                Some('\\') => text.push(self.escape(escape_at)?),
                Some(c) => text.push(c),
            }
        }
    }

    fn escape(&mut self, at: usize) -> Result<char, QueryError> {
        match self.next() {
            Some(c @ ('\'' | '"' | '\\')) => Ok(c),
            Some('u') => self.unicode(at),
            _ => Err(QueryError::new(
                at,
                "a backslash stands before ', \", \\ or uXXXX only",
            )),
        }
    }

    /// `XXXX`, or `XXXX\uXXXX` for a character beyond the first 65,536.
    fn unicode(&mut self, at: usize) -> Result<char, QueryError> {
        let wrong = || QueryError::new(at, "\\u needs four hexadecimal digits of a character");
        let unit = self.four_digits().ok_or_else(wrong)?;
        let mut units = vec![unit];
        if (0xD800..0xDC00).contains(&unit) && self.take("\\u") {
            units.push(self.four_digits().ok_or_else(wrong)?);
        }
        let text = String::from_utf16(&units).map_err(|_| wrong())?;
        text.chars().next().ok_or_else(wrong)
    }

    fn four_digits(&mut self) -> Option<u16> {
        let digits: Option<String> = (0..4).map(|_| self.next()).collect();
        let digits = digits.filter(|digits| digits.chars().all(|c| c.is_ascii_hexdigit()))?;
        u16::from_str_radix(&digits, 16).ok()
    }

    fn number(&mut self, at: usize) -> Result<Token, QueryError> {
        let too_large = || QueryError::new(at, "this number is too large");
        let value = if self.take("0x") || self.take("0X") {
            let digits = self.take_while(|c| c.is_ascii_hexdigit());
            if digits.is_empty() {
                return Err(QueryError::new(at, "0x needs hexadecimal digits"));
            }
            json!(i64::from_str_radix(&digits, 16).map_err(|_| too_large())?)
        } else {
            let text = self.decimal();
            // JSON's own reading of numbers, so that a constant equals what a twin holds.
            let number: Number = serde_json::from_str(&text)
                .map_err(|_| QueryError::new(at, format!("{text:?} is no number")))?;
            Value::Number(number)
        };
        match self.peek() {
            Some(c) if is_word(c) => Err(QueryError::new(
                self.at,
                format!("{c:?} can't end a number"),
            )),
            _ => Ok(Token::Literal(value)),
        }
    }

    /// Digits, a fraction, an exponent; whether they make a number is seen later.
    fn decimal(&mut self) -> String {
        let digit = |c: char| c.is_ascii_digit();
        let mut text = self.take_while(digit);
        if self.take(".") {
            text.push('.');
            text += &self.take_while(digit);
        }
        if self.take("e") || self.take("E") {
            text.push('e');
            for sign in ["+", "-"] {
                if self.take(sign) {
                    text += sign;
                }
            }
            text += &self.take_while(digit);
        }
        text
    }
}

/// What a word may hold; `$` for `$metadata` and its like.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}
