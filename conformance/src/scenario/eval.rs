//! Integer arithmetic of expressions. Names are looked up by whoever asks.

use std::fmt;

use super::ast::{Count, Duration, Expr, ExprKind, Name, Operator, Unit};

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvalError {
    /// The look-up knows no number of that name.
    NotANumber(String),
    /// A division by zero.
    DivisionByZero,
    /// A result beyond 64 bits.
    Overflow,
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber(name) => write!(f, "`{name}` is no number"),
            Self::DivisionByZero => f.write_str("the expression divides by zero"),
            Self::Overflow => f.write_str("the result is beyond 64 bits"),
        }
    }
}

impl std::error::Error for EvalError {}

/// A name in an expression: `name`, `name[index]`, `name[index].field`, with the index evaluated.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    /// A value, a capture or a client.
    pub name: &'a Name,
    /// `[index]`
    pub index: Option<i64>,
    /// `.field`
    pub field: Option<&'a Name>,
}

/// The value of an expression.
///
/// # Errors
/// An unknown name, a division by zero, a result beyond 64 bits.
pub fn evaluate(
    expr: &Expr,
    lookup: &mut dyn FnMut(Path<'_>) -> Result<i64, EvalError>,
) -> Result<i64, EvalError> {
    match &expr.kind {
        ExprKind::Int(int) => i64::try_from(int.value).map_err(|_| EvalError::Overflow),
        ExprKind::Path { name, index, field } => {
            let index = match index {
                Some(index) => Some(evaluate(index, lookup)?),
                None => None,
            };
            lookup(Path { name, index, field: field.as_ref() })
        }
        ExprKind::Binary(left, operator, right) => {
            let (left, right) = (evaluate(left, lookup)?, evaluate(right, lookup)?);
            binary(left, *operator, right)
        }
        ExprKind::Min(left, right) => Ok(evaluate(left, lookup)?.min(evaluate(right, lookup)?)),
        ExprKind::Max(left, right) => Ok(evaluate(left, lookup)?.max(evaluate(right, lookup)?)),
    }
}

/// The value of a count.
///
/// # Errors
/// As [`evaluate`].
pub fn evaluate_count(
    count: &Count,
    lookup: &mut dyn FnMut(Path<'_>) -> Result<i64, EvalError>,
) -> Result<i64, EvalError> {
    match count {
        Count::Int(int) => i64::try_from(int.value).map_err(|_| EvalError::Overflow),
        Count::Expr(expr) => evaluate(expr, lookup),
    }
}

/// The length of a duration; a negative one is none.
///
/// # Errors
/// As [`evaluate`].
pub fn evaluate_duration(
    duration: &Duration,
    lookup: &mut dyn FnMut(Path<'_>) -> Result<i64, EvalError>,
) -> Result<std::time::Duration, EvalError> {
    let count = u64::try_from(evaluate_count(&duration.count, lookup)?).unwrap_or(0);
    Ok(match duration.unit {
        Unit::Milliseconds => std::time::Duration::from_millis(count),
        Unit::Seconds => std::time::Duration::from_secs(count),
    })
}

fn binary(left: i64, operator: Operator, right: i64) -> Result<i64, EvalError> {
    let divides = matches!(operator, Operator::Divide | Operator::Remainder);
    if divides && right == 0 {
        return Err(EvalError::DivisionByZero);
    }
    let result = match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        Operator::Divide => left.checked_div(right),
        Operator::Remainder => left.checked_rem(right),
    };
    result.ok_or(EvalError::Overflow)
}
