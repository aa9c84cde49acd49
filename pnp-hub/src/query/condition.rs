//! The grammar of conditions: `OR` over `AND` over `NOT` over comparisons over sums over products.

use serde_json::Value;

use super::QueryError;
use super::ast::{Arithmetic, Comparison, Expr};
use super::cursor::Parser;
use super::evaluate::negated;
use super::lexer::Token;
use super::parser::AGGREGATES;

/// Functions that message routes have and twin queries don't.
const ROUTE_FUNCTIONS: [&str; 8] = [
    "STARTSWITH",
    "ENDSWITH",
    "CONTAINS",
    "IS_NULL",
    "IS_BOOL",
    "IS_NUMBER",
    "IS_STRING",
    "IS_OBJECT",
];

const COMPARISONS: [(&str, Comparison); 7] = [
    ("=", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<>", Comparison::NotEqual),
    ("<", Comparison::Less),
    ("<=", Comparison::LessOrEqual),
    (">", Comparison::Greater),
    (">=", Comparison::GreaterOrEqual),
];

const SUMS: [(&str, Arithmetic); 2] = [("+", Arithmetic::Add), ("-", Arithmetic::Subtract)];

const PRODUCTS: [(&str, Arithmetic); 3] = [
    ("*", Arithmetic::Multiply),
    ("/", Arithmetic::Divide),
    ("%", Arithmetic::Remainder),
];

impl Parser {
    /// What follows `WHERE`.
    pub(super) fn expr(&mut self) -> Result<Expr, QueryError> {
        let first = self.conjunction()?;
        let mut terms = Vec::new();
        while self.take_word("OR") {
            terms.push(self.conjunction()?);
        }
        Ok(chain(first, terms, Expr::Any))
    }

    fn conjunction(&mut self) -> Result<Expr, QueryError> {
        let first = self.negation()?;
        let mut terms = Vec::new();
        while self.take_word("AND") {
            terms.push(self.negation()?);
        }
        Ok(chain(first, terms, Expr::All))
    }

    fn negation(&mut self) -> Result<Expr, QueryError> {
        if self.take_word("NOT") {
            return Ok(Expr::Not(Box::new(self.nested(Self::negation)?)));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Expr, QueryError> {
        let left = self.sum()?;
        if let Some(comparison) = self.operator(&COMPARISONS) {
            let right = self.sum()?;
            return Ok(Expr::Compare(comparison, Box::new(left), Box::new(right)));
        }
        let negated = if self.take_word("IN") {
            false
        } else if self.take_word("NIN") {
            true
        } else if self.take_word("NOT") {
            // Not documented, and yet what people write.
            self.word("IN")?;
            true
        } else {
            return Ok(left);
        };
        Ok(Expr::In {
            value: Box::new(left),
            list: self.list()?,
            negated,
        })
    }

    fn sum(&mut self) -> Result<Expr, QueryError> {
        self.calculation(&SUMS, Self::product)
    }

    fn product(&mut self) -> Result<Expr, QueryError> {
        self.calculation(&PRODUCTS, Self::primary)
    }

    /// Operands with operators of one rank between them.
    fn calculation(
        &mut self,
        operators: &[(&str, Arithmetic)],
        operand: fn(&mut Self) -> Result<Expr, QueryError>,
    ) -> Result<Expr, QueryError> {
        let first = operand(self)?;
        let mut steps = Vec::new();
        while let Some(operator) = self.operator(operators) {
            steps.push((operator, operand(self)?));
        }
        Ok(if steps.is_empty() {
            first
        } else {
            Expr::Calculate(Box::new(first), steps)
        })
    }

    fn primary(&mut self) -> Result<Expr, QueryError> {
        if self.take_mark("-") {
            return Ok(Expr::Negate(Box::new(self.nested(Self::primary)?)));
        }
        if self.take_mark("(") {
            let inner = self.nested(Self::expr)?;
            self.mark(")")?;
            return Ok(inner);
        }
        if self.is_function() && matches!(self.peek(), Token::Word(_)) {
            return self.function();
        }
        if let Some(constant) = self.constant()? {
            return Ok(Expr::Constant(constant));
        }
        match self.peek() {
            Token::Word(_) => Ok(Expr::Path(self.path()?)),
            Token::Quoted(_) | Token::Literal(_) | Token::Mark(_) | Token::End => {
                Err(self.expected("a value"))
            }
        }
    }

    fn function(&mut self) -> Result<Expr, QueryError> {
        if self.take_word("IS_DEFINED") {
            self.mark("(")?;
            let path = self.path()?;
            self.mark(")")?;
            return Ok(Expr::IsDefined(path));
        }
        let of_routes = ROUTE_FUNCTIONS.iter().any(|name| self.is_word(name));
        let aggregate =
            self.is_word("COUNT") || AGGREGATES.iter().any(|(name, _)| self.is_word(name));
        let why = if of_routes {
            "is a function of message routes; twin queries have IS_DEFINED only"
        } else if aggregate {
            "can be selected, but is no condition"
        } else {
            "is no function; twin queries have IS_DEFINED only"
        };
        Err(self.error(format!("{} {why}", self.peek())))
    }

    /// A constant, if one comes next. The inner `None` is `undefined`.
    fn constant(&mut self) -> Result<Option<Option<Value>>, QueryError> {
        let named = [
            ("true", Some(Value::Bool(true))),
            ("false", Some(Value::Bool(false))),
            ("null", Some(Value::Null)),
            ("undefined", None),
        ];
        if let Some((_, value)) = named.into_iter().find(|(name, _)| self.take_word(name)) {
            return Ok(Some(value));
        }
        if matches!(self.peek(), Token::Mark("[")) {
            let list = self.list()?;
            // A list has no place for what isn't there.
            let list = list.into_iter().map(Option::unwrap_or_default);
            return Ok(Some(Some(Value::Array(list.collect()))));
        }
        let Token::Literal(value) = self.peek() else {
            return Ok(None);
        };
        let value = value.clone();
        self.skip();
        Ok(Some(Some(value)))
    }

    fn list(&mut self) -> Result<Vec<Option<Value>>, QueryError> {
        self.mark("[")?;
        let mut list = Vec::new();
        if self.take_mark("]") {
            return Ok(list);
        }
        loop {
            list.push(self.nested(Self::list_item)?);
            if !self.take_mark(",") {
                self.mark("]")?;
                return Ok(list);
            }
        }
    }

    /// A constant in a list; a number may have a sign.
    fn list_item(&mut self) -> Result<Option<Value>, QueryError> {
        let negative = self.take_mark("-");
        let at = self.at();
        let Some(constant) = self.constant()? else {
            return Err(self.expected("a constant"));
        };
        match (&constant, negative) {
            (_, false) => Ok(constant),
            (Some(Value::Number(number)), true) => Ok(negated(number)),
            _ => Err(QueryError::new(at, "only a number has a sign")),
        }
    }
}

/// The terms under one roof; a term alone needs none.
fn chain(first: Expr, mut more: Vec<Expr>, roof: fn(Vec<Expr>) -> Expr) -> Expr {
    if more.is_empty() {
        return first;
    }
    more.insert(0, first);
    roof(more)
}
