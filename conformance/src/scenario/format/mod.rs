//! The canonical form of scenario files.
//!
//! Four blanks for each level, the values of headers in one column, rows and charges in columns,
//! lines of at most 100 columns where the grammar leaves a choice. Comments are kept. Formatting
//! changes nothing but the layout: what is formatted parses to the same tree.

mod line;
mod row;
mod step;
mod value;

use super::ast::{
    EachRows, Expr, File, Header, HeaderKind, Item, Need, RowFilter, Scenario, Table, Trivia,
};
use line::{COLUMNS_MAX, Line, width};

/// The text of a file in canonical form.
#[must_use]
pub fn format(file: &File) -> String {
    let mut printer = Printer::default();
    for (at, item) in file.items.iter().enumerate() {
        if at > 0 {
            printer.empty_line();
        }
        match item {
            Item::Table(table) => printer.table(table),
            Item::Scenario(scenario) => printer.scenario(scenario),
        }
    }
    if !file.items.is_empty() && !file.end.above.is_empty() {
        printer.empty_line();
    }
    printer.above(&file.end);
    printer.text
}

/// The text of an expression, for messages.
pub(super) fn expr_text(expr: &Expr) -> String {
    value::expr(expr)
}

/// The text so far, and how far the next line is indented.
#[derive(Debug, Default)]
struct Printer {
    text: String,
    /// Columns.
    indent: usize,
}

impl Printer {
    fn scenario(&mut self, scenario: &Scenario) {
        self.above(&scenario.trivia);
        self.line(&format!("scenario {} {{", scenario.name.node));
        self.indented(|printer| {
            for header in &scenario.headers {
                printer.header(header);
            }
            let has_steps = !scenario.steps.steps.is_empty();
            if !scenario.headers.is_empty() && has_steps {
                printer.empty_line();
            }
            printer.steps(&scenario.steps);
        });
        self.last_line("}", &scenario.trivia);
    }

    fn table(&mut self, table: &Table) {
        self.above(&table.trivia);
        let columns: Vec<&str> = table.columns.iter().map(|name| name.node.as_str()).collect();
        let columns =
            if columns.is_empty() { String::new() } else { format!("({})", columns.join(", ")) };
        self.line(&format!("table {}{columns} {{", table.name.node));
        self.indented(|printer| {
            printer.rows(&table.rows);
            printer.above(&table.end);
        });
        self.last_line("}", &table.trivia);
    }

    fn header(&mut self, header: &Header) {
        self.above(&header.trivia);
        let mut line = Line::default();
        match &header.kind {
            HeaderKind::Summary(text) => {
                line.text(format!("summary  {}", value::plain(&text.node)));
            }
            HeaderKind::Versions(versions) => {
                line.text("versions ");
                line.list(versions, |line, version| line.text(version.node.to_string()));
            }
            HeaderKind::Covers(charges) => {
                line.text("covers   ");
                value::charges(&mut line, charges);
            }
            HeaderKind::Needs(needs) => {
                line.text("needs    ");
                line.list(needs, |line, Need { negated, capability }| {
                    let not = if *negated { "not " } else { "" };
                    line.text(format!("{not}{}", capability.node));
                });
            }
            HeaderKind::Exclusive => line.text("exclusive"),
            HeaderKind::Timeout(time) => {
                line.text(format!("timeout  {}", value::duration(time)));
            }
            HeaderKind::Each(each) => {
                line.text("each ");
                line.list(&each.names, |line, name| line.text(name.node.as_str()));
                match &each.rows {
                    EachRows::Inline(rows, end) => {
                        return self.each_inline(header, &line, rows, end);
                    }
                    EachRows::Table { table, filter } => {
                        line.text(format!(" from {}", table.node));
                        self.filter(&mut line, filter.as_ref());
                    }
                }
            }
        }
        self.broken(&line, VALUE_COLUMN, &header.trivia);
    }

    #[expect(clippy::unused_self, reason = "reads as a part of the header")]
    fn filter(&self, line: &mut Line, filter: Option<&RowFilter>) {
        let (word, names) = match filter {
            Some(RowFilter::Only(names)) => ("only", names),
            Some(RowFilter::Except(names)) => ("except", names),
            None => return,
        };
        line.text(format!(" {word} "));
        line.list(names, |line, name| line.text(name.node.as_str()));
    }

    /// Prints one level deeper.
    fn indented(&mut self, print: impl FnOnce(&mut Self)) {
        self.indent += 4;
        print(self);
        self.indent -= 4;
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(&" ".repeat(self.indent));
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn empty_line(&mut self) {
        self.text.push('\n');
    }

    /// The comments above a line, or behind the last line of a block.
    fn above(&mut self, trivia: &Trivia) {
        for line in &trivia.above {
            match line {
                Some(comment) => self.line(&comment_text(comment)),
                None => self.empty_line(),
            }
        }
    }

    /// A line with its comment.
    fn last_line(&mut self, text: &str, trivia: &Trivia) {
        match &trivia.beside {
            Some(comment) => self.line(&format!("{text}  {}", comment_text(comment))),
            None => self.line(text),
        }
    }

    /// A line on as many lines as it takes, with its comment.
    fn broken(&mut self, line: &Line, hanging: usize, trivia: &Trivia) {
        let mut lines = line.broken(self.indent, self.indent + hanging);
        if let (Some(comment), Some(last)) = (&trivia.beside, lines.last_mut()) {
            last.push_str(&format!("  {}", comment_text(comment)));
        }
        for line in lines {
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }

    /// Whether a text fits on one line here.
    fn fits(&self, text: &str) -> bool {
        self.indent + width(text) <= COLUMNS_MAX
    }
}

/// Columns from the indentation of a header to its value.
const VALUE_COLUMN: usize = 9;

fn comment_text(comment: &str) -> String {
    if comment.is_empty() { "#".to_owned() } else { format!("# {comment}") }
}

/// Pads a text to a width.
fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

impl Trivia {
    fn is_empty(&self) -> bool {
        self.above.is_empty() && self.beside.is_none()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::super::{Source, parse_file, strategy};
    use super::*;

    fn parse(text: &str) -> File {
        let source = Source { path: "a/b.scn".to_owned(), text: text.to_owned() };
        match parse_file(&Arc::new(source)) {
            Ok(file) => file,
            Err(mistakes) => panic!("{}\nin:\n{text}", mistakes[0]),
        }
    }

    proptest! {
        #[test]
        fn what_is_formatted_parses_to_the_same_tree(file in strategy::file()) {
            let text = format(&file);
            let again = parse(&text);
            prop_assert_eq!(&again, &file, "{}", text);
            prop_assert_eq!(format(&again), text);
        }
    }
}
