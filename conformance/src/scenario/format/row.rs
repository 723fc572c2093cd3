//! Rows in canonical form: in columns, or on one line if they are few and short.

use super::super::ast::{Header, Row, RowContent, Trivia, Value};
use super::line::{COLUMNS_MAX, Line, width};
use super::{Printer, padded, value};

impl Printer {
    /// An `each` header with its rows; `front` is what stands before the brace.
    pub(super) fn each_inline(
        &mut self,
        header: &Header,
        front: &Line,
        rows: &[Row],
        end: &Trivia,
    ) {
        let front = front.flat();
        if rows.is_empty() && end.is_empty() {
            return self.last_line(&format!("{front} {{}}"), &header.trivia);
        }
        if let Some(rows) = self.rows_on_one_line(rows, end) {
            let line = format!("{front} {{ {rows} }}");
            if self.fits(&line) {
                return self.last_line(&line, &header.trivia);
            }
        }
        self.line(&format!("{front} {{"));
        self.indented(|printer| {
            printer.rows(rows);
            printer.above(end);
        });
        self.last_line("}", &header.trivia);
    }

    /// Rows of one value or one step each, if no comment is in the way.
    fn rows_on_one_line(&self, rows: &[Row], end: &Trivia) -> Option<String> {
        if !end.is_empty() || rows.iter().any(|row| !row.trivia.is_empty()) {
            return None;
        }
        let rows: Option<Vec<String>> = rows
            .iter()
            .map(|row| {
                let text = match &row.content {
                    RowContent::Values(values) if values.len() == 1 => {
                        format!("{} = {}", left(row), value::flat_value(&values[0]))
                    }
                    RowContent::Values(_) => return None,
                    RowContent::Steps(block) => {
                        format!("{} {}", left(row), self.block_on_one_line(block)?)
                    }
                };
                Some(with_charges(text, row).flat())
            })
            .collect();
        rows.map(|rows| rows.join("   "))
    }

    /// Rows, one below the other.
    pub(super) fn rows(&mut self, rows: &[Row]) {
        let name_columns = rows.iter().map(|row| width(&left(row))).max().unwrap_or(0);
        let columns = self.value_columns(rows, name_columns);
        for row in rows {
            self.above(&row.trivia);
            match &row.content {
                RowContent::Values(values) => {
                    let front = padded(&left(row), name_columns);
                    let line = match &columns {
                        Some(columns) => in_columns(&front, row, values, columns),
                        None => long(&front, row, values),
                    };
                    self.broken(&line, 4, &row.trivia);
                }
                RowContent::Steps(_) => self.row_of_steps(row, name_columns),
            }
        }
    }

    fn row_of_steps(&mut self, row: &Row, name_columns: usize) {
        let RowContent::Steps(block) = &row.content else { return };
        if let Some(block) = self.block_on_one_line(block) {
            let front = padded(&left(row), name_columns);
            let line = format!("{front} {block}");
            if self.fits(&line) {
                return self.broken(&with_charges(line, row), 4, &row.trivia);
            }
        }
        self.block(&format!("{} ", left(row)), block);
        let mut line = Line::of("}");
        add_charges(&mut line, row);
        self.broken(&line, 4, &row.trivia);
    }

    /// The widths of the values, column by column, if all rows fit in such columns.
    fn value_columns(&self, rows: &[Row], name_columns: usize) -> Option<Vec<usize>> {
        let mut columns: Vec<usize> = Vec::new();
        for row in rows {
            let RowContent::Values(values) = &row.content else { continue };
            columns.resize(columns.len().max(values.len()), 0);
            for (at, (column, value)) in columns.iter_mut().zip(values).enumerate() {
                let comma = usize::from(at + 1 < values.len());
                *column = (*column).max(width(&value::flat_value(value)) + comma);
            }
        }
        let fits = rows.iter().all(|row| match &row.content {
            RowContent::Values(values) => {
                let values: usize = columns.iter().take(values.len()).map(|width| width + 1).sum();
                self.indent + name_columns + 2 + values <= COLUMNS_MAX
            }
            RowContent::Steps(_) => true,
        });
        fits.then_some(columns)
    }
}

/// `@version name`
fn left(row: &Row) -> String {
    let version = row.version.map_or(String::new(), |version| format!("@{version} "));
    format!("{version}{}", row.name.node)
}

fn in_columns(front: &str, row: &Row, values: &[Value], columns: &[usize]) -> Line {
    let last = values.len().saturating_sub(1);
    let values = values.iter().zip(columns).enumerate().map(|(at, (value, columns))| {
        let comma = if at < last { "," } else { "" };
        padded(&format!("{}{comma}", value::flat_value(value)), *columns)
    });
    let line = format!("{front} = {}", values.collect::<Vec<_>>().join(" "));
    with_charges(if row.charges.is_empty() { line.trim_end().to_owned() } else { line }, row)
}

fn long(front: &str, row: &Row, values: &[Value]) -> Line {
    let mut line = Line::of(format!("{front} = "));
    line.list(values, value::value);
    add_charges(&mut line, row);
    line
}

fn add_charges(line: &mut Line, row: &Row) {
    if !row.charges.is_empty() {
        line.blank();
        line.text("[");
        value::charges(line, &row.charges);
        line.text("]");
    }
}

fn with_charges(text: String, row: &Row) -> Line {
    let mut line = Line::of(text);
    add_charges(&mut line, row);
    line
}
