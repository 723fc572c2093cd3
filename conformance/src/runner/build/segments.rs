//! The bytes of a `bytes` step.

use bytes::{BufMut, Bytes, BytesMut};
use mqttspec_codec::raw::put;

use super::fields;
use crate::runner::env::EvalError;
use crate::runner::scope::Scope;
use crate::scenario::ast::{Segment, Span, Spanned, Width};

/// The TCP segments that the pieces of a `bytes` step make.
///
/// # Errors
///
/// If a value cannot be evaluated, or a number does not fit its width.
pub(crate) fn segments(
    scope: &Scope<'_>,
    pieces: &[Spanned<Segment>],
) -> Result<Vec<Bytes>, EvalError> {
    let mut out = Output::default();
    out.pieces(scope, pieces)?;
    let mut rest = out.bytes.freeze();
    let mut segments = Vec::new();
    let mut cut_off = 0;
    for cut in out.cuts {
        segments.push(rest.split_to(cut - cut_off));
        cut_off = cut;
    }
    segments.push(rest);
    segments.retain(|segment| !segment.is_empty());
    Ok(segments)
}

#[derive(Default)]
struct Output {
    bytes: BytesMut,
    /// Where a new TCP segment begins.
    cuts: Vec<usize>,
}

impl Output {
    fn pieces(&mut self, scope: &Scope<'_>, pieces: &[Spanned<Segment>]) -> Result<(), EvalError> {
        for (at, piece) in pieces.iter().enumerate() {
            match &piece.node {
                Segment::Length => return self.behind_length(scope, &pieces[at + 1..], piece.span),
                Segment::LengthOf(group) => self.behind_length(scope, group, piece.span)?,
                Segment::Cut => self.cuts.push(self.bytes.len()),
                other => self.piece(scope, other, piece.span)?,
            }
        }
        Ok(())
    }

    /// Writes the pieces with their length in front.
    fn behind_length(
        &mut self,
        scope: &Scope<'_>,
        pieces: &[Spanned<Segment>],
        span: Span,
    ) -> Result<(), EvalError> {
        let mut inner = Self::default();
        inner.pieces(scope, pieces)?;
        let len = u32::try_from(inner.bytes.len())
            .map_err(|_| EvalError { message: "too many bytes for a length".to_owned(), span })?;
        put::varint(&mut self.bytes, len);
        let begin = self.bytes.len();
        self.bytes.put_slice(&inner.bytes);
        self.cuts.extend(inner.cuts.into_iter().map(|cut| begin + cut));
        Ok(())
    }

    fn piece(&mut self, scope: &Scope<'_>, piece: &Segment, span: Span) -> Result<(), EvalError> {
        match piece {
            Segment::Hex(bytes) => self.bytes.put_slice(bytes),
            Segment::Text(template) => {
                let text = scope.template(template, span)?;
                if text.len() > usize::from(u16::MAX) {
                    let message = format!("{} bytes are too many for a string", text.len());
                    return Err(EvalError { message, span });
                }
                put::string(&mut self.bytes, &text);
            }
            Segment::Number(width, expr) => {
                let number = scope.unsigned(expr)?;
                let fits = match width {
                    Width::U16 => u16::try_from(number).map(|it| self.bytes.put_u16(it)).is_ok(),
                    Width::U32 => u32::try_from(number).map(|it| self.bytes.put_u32(it)).is_ok(),
                    Width::Var => {
                        u32::try_from(number).map(|it| put::varint(&mut self.bytes, it)).is_ok()
                    }
                };
                if !fits {
                    let message = format!("{number} does not fit in");
                    return Err(EvalError { message, span: expr.span });
                }
            }
            Segment::Value(value) => {
                let bytes = fields::bytes(&scope.value(value)?, value.span)?;
                self.bytes.put_slice(&bytes);
            }
            Segment::Length | Segment::LengthOf(_) | Segment::Cut => {}
        }
        Ok(())
    }
}
