//! The value of an expression in one row.
//!
//! What isn't there is *undefined* (`None`), and so is what makes no sense: an order of a number and a
//! string, a sum of booleans, a division by zero. A condition holds where its value is `true`; of
//! something undefined neither it nor its `NOT` holds (`iot-hub` 1.12, \[I\]).

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::ast::{Arithmetic, Comparison, Expr};

/// Whether a condition holds.
pub(super) fn holds(condition: &Expr, row: &Value) -> bool {
    truth(condition, row) == Some(true)
}

fn truth(expr: &Expr, row: &Value) -> Option<bool> {
    value(expr, row)?.as_bool()
}

fn value<'r>(expr: &'r Expr, row: &'r Value) -> Option<Cow<'r, Value>> {
    match expr {
        Expr::Constant(constant) => constant.as_ref().map(Cow::Borrowed),
        Expr::Path(path) => path.get(row).map(Cow::Borrowed),
        Expr::IsDefined(path) => owned(Some(path.get(row).is_some())),
        Expr::Not(inner) => owned(truth(inner, row).map(|truth| !truth)),
        Expr::Negate(inner) => match value(inner, row)?.as_ref() {
            Value::Number(number) => negated(number).map(Cow::Owned),
            Value::Null
            | Value::Bool(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => None,
        },
        Expr::Any(terms) => owned(decided_by(true, terms, row)),
        Expr::All(terms) => owned(decided_by(false, terms, row)),
        Expr::Compare(comparison, left, right) => {
            let (left, right) = (value(left, row)?, value(right, row)?);
            owned(compare(*comparison, &left, &right))
        }
        Expr::Calculate(first, steps) => {
            let number = |expr| value(expr, row)?.as_f64();
            let result = steps
                .iter()
                .try_fold(number(first)?, |left, (operator, right)| {
                    Some(calculate(*operator, left, number(right)?))
                })?;
            Number::from_f64(result).map(|number| Cow::Owned(Value::Number(number)))
        }
        Expr::In {
            value: inner,
            list,
            negated,
        } => {
            let inner = value(inner, row)?;
            if !is_primitive(&inner) {
                return None;
            }
            let mut constants = list.iter().flatten();
            let found = constants.any(|one| compare(Comparison::Equal, &inner, one) == Some(true));
            owned(Some(found != *negated))
        }
    }
}

/// `OR` (`true` decides) or `AND` (`false` decides): the deciding value if a term has it, else undefined
/// if a term is, else the other value.
fn decided_by(decider: bool, terms: &[Expr], row: &Value) -> Option<bool> {
    let mut result = Some(!decider);
    for term in terms {
        match truth(term, row) {
            Some(truth) if truth == decider => return Some(decider),
            Some(_) => {}
            None => result = None,
        }
    }
    result
}

fn owned<'r>(truth: Option<bool>) -> Option<Cow<'r, Value>> {
    truth.map(|truth| Cow::Owned(Value::Bool(truth)))
}

fn is_primitive(value: &Value) -> bool {
    !value.is_array() && !value.is_object()
}

/// Whether a comparison holds between two values. Only primitives compare; those of different types are
/// unequal and have no order. \[I\]
pub(super) fn compare(comparison: Comparison, left: &Value, right: &Value) -> Option<bool> {
    if !is_primitive(left) || !is_primitive(right) {
        return None;
    }
    let order = match (left, right) {
        (Value::Number(left), Value::Number(right)) => order(left, right),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        _ => None,
    };
    match comparison {
        Comparison::Equal => Some(order == Some(Ordering::Equal)),
        Comparison::NotEqual => Some(order != Some(Ordering::Equal)),
        Comparison::Less => order.map(Ordering::is_lt),
        Comparison::LessOrEqual => order.map(Ordering::is_le),
        Comparison::Greater => order.map(Ordering::is_gt),
        Comparison::GreaterOrEqual => order.map(Ordering::is_ge),
    }
}

/// The order of two numbers; exact where both are integers.
pub(super) fn order(left: &Number, right: &Number) -> Option<Ordering> {
    match (left.as_i128(), right.as_i128()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

/// A number with the other sign.
pub(super) fn negated(number: &Number) -> Option<Value> {
    match number.as_i64().and_then(i64::checked_neg) {
        Some(negated) => Some(Value::from(negated)),
        None => Number::from_f64(-number.as_f64()?).map(Value::Number),
    }
}

/// Doubles throughout: they hold every integer that a twin can (`iot-hub` 1.5, 2^52). What isn't finite
/// stays so in every further step, and is no JSON number in the end.
fn calculate(operator: Arithmetic, left: f64, right: f64) -> f64 {
    match operator {
        Arithmetic::Add => left + right,
        Arithmetic::Subtract => left - right,
        Arithmetic::Multiply => left * right,
        Arithmetic::Divide => left / right,
        Arithmetic::Remainder => left % right,
    }
}
