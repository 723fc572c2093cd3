//! Any text, as a scenario file.

use std::sync::Arc;

use mqttspec::scenario::{Source, Suite, format, parse_file};

/// Parses and checks the text. What parses has a canonical form, which parses to the same tree and
/// is its own canonical form; whatever is wrong is told with a message.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match parse(&text) {
        Ok(tree) => {
            let canonical = format(&tree);
            let again = parse(&canonical).unwrap_or_else(|errors| {
                panic!("the canonical form does not parse: {errors}\n{canonical}")
            });
            assert_eq!(again, tree, "the canonical form is another tree\n{canonical}");
            assert_eq!(format(&again), canonical, "the canonical form has another one");
        }
        Err(errors) => assert!(!errors.is_empty(), "refused without a message"),
    }
    check(&text);
}

fn parse(text: &str) -> Result<mqttspec::scenario::ast::File, String> {
    parse_file(&Arc::new(source(text))).map_err(|diagnostics| {
        diagnostics.iter().map(|diagnostic| format!("{diagnostic}\n")).collect()
    })
}

/// The cases of a file that is right can be made; the mistakes of one that is not can be shown.
fn check(text: &str) {
    match Suite::parse(vec![source(text)]) {
        Ok(suite) => {
            for case in suite.cases() {
                assert!(!case.id.is_empty());
            }
        }
        Err(diagnostics) => {
            for diagnostic in diagnostics {
                assert!(!diagnostic.to_string().is_empty());
            }
        }
    }
}

fn source(text: &str) -> Source {
    Source { path: "fuzz/any.scn".to_owned(), text: text.to_owned() }
}
