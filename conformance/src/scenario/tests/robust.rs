//! What holds for the parser and the checks on any input.

use std::sync::Arc;

use proptest::prelude::*;

use crate::scenario::{PACKAGED, Source, Suite, format, parse_file};

/// Parses and checks; only panics would matter.
fn survive(text: &str) {
    let source = Source { path: "a/b.scn".to_owned(), text: text.to_owned() };
    let parsed = parse_file(&Arc::new(source.clone()));
    for mistake in parsed.as_ref().err().into_iter().flatten() {
        assert!(!mistake.render(true).is_empty());
    }
    if let Ok(file) = parsed {
        let again = Source { text: format(&file), ..source.clone() };
        assert_eq!(parse_file(&Arc::new(again)).ok().as_ref(), Some(&file));
    }
    match Suite::parse(vec![source]) {
        Ok(suite) => drop(suite.cases()),
        Err(mistakes) => assert!(mistakes.iter().all(|mistake| !mistake.to_string().is_empty())),
    }
}

/// Words and signs of the language in any order.
fn salad() -> impl Strategy<Value = String> {
    let words = [
        "scenario",
        "table",
        "x",
        "{",
        "}",
        "\n",
        "\n",
        "summary",
        "\"s\"",
        "versions",
        "5.0",
        "3.1.1",
        ",",
        "covers",
        "MQTT-3.1.2-8",
        ":",
        "each",
        "=",
        "from",
        "only",
        "connect",
        "a",
        "->",
        "<-",
        "PUBLISH",
        "qos",
        "1",
        "0x",
        "hex\"00\"",
        "[",
        "]",
        "(",
        ")",
        "|",
        "~",
        "..",
        "any",
        "either",
        "or",
        "non-strict",
        "repeat",
        "as",
        "of",
        "do",
        "let",
        "within",
        "5s",
        "{x}",
        "\"{x",
        "bytes",
        "{len}",
        "u16",
        "nothing",
        "rejected",
        "closed",
        "?m",
        "==",
        "*",
        "+",
        "min",
        "#",
        "\\",
        "@5.0",
        "should",
        "may",
        "skip",
        "unless",
        "wait",
        "mark",
        "batch",
        "setup",
        "unordered",
        "pad",
        "broker",
        "restart",
        "acks",
        "auto",
    ];
    let word = proptest::sample::select(words.to_vec());
    proptest::collection::vec((word, prop_oneof![Just(" "), Just("")]), 0..60)
        .prop_map(|parts| parts.into_iter().flat_map(|(word, gap)| [word, gap]).collect())
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        survive(&text);
        survive(&format!("scenario x {{\nsummary \"s\"\nversions 5.0\nconnect a\n{text}\n}}"));
    }

    #[test]
    fn no_words_make_it_panic(salad in salad()) {
        survive(&salad);
        survive(&format!("scenario x {{\nversions 3.1.1, 5.0\nconnect a\na <- {salad}\n}}"));
    }

    #[test]
    fn no_damage_makes_it_panic(
        file in 0..PACKAGED.len(),
        cut in any::<prop::sample::Index>(),
        length in 0..40_usize,
        put in "[ -~\n]{0,6}",
    ) {
        let text: Vec<char> = PACKAGED[file].1.chars().take(6000).collect();
        let at = cut.index(text.len() + 1);
        let behind = (at + length).min(text.len());
        let damaged: String =
            text[..at].iter().copied().chain(put.chars()).chain(text[behind..].iter().copied()).collect();
        survive(&damaged);
    }
}

#[test]
fn no_nesting_is_too_deep() {
    for (open, close) in [("{", "}"), ("(", ")"), ("[", "]"), ("repeat 2 {", "}"), ("{len}(", ")")]
    {
        let nested = format!("{}{}", open.repeat(2_000), close.repeat(2_000));
        for front in ["a <- PUBLISH x=", "a -> bytes ", "wait {", "", "a <- PUBLISH x=\"{"] {
            survive(&format!("scenario x {{\nconnect a\n{front}{nested}\n}}"));
        }
    }
    for operator in ["+1", "*1", "-(1", "|1", ",1", "*{1", " or {"] {
        let long = operator.repeat(2_000);
        survive(&format!("scenario x {{\nconnect a\na <- PUBLISH x={{1{long}}}\n}}"));
        survive(&format!("scenario x {{\nconnect a\na <- PUBLISH x=1{long}\n}}"));
    }
}

#[test]
fn what_is_repeated_is_not_written_out() {
    let huge = "scenario x {\n    summary  \"s\"\n    versions 5.0\n    covers   MQTT-3.1.2-8\n\n    \
                connect a\n    a -> PUBLISH payload=\"x\"*1000000000\n    repeat 4000000000 { wait 1s }\n    \
                a <- nothing\n}\n";
    survive(huge);
}

#[test]
fn rows_that_use_rows_come_to_an_end() {
    let mut text = String::from("scenario x {\nsummary \"s\"\nversions 5.0\ncovers MQTT-3.1.2-8\n");
    for row in 0..16 {
        let next = row + 1;
        text.push_str(&format!(
            "each q{row} {{ one {{\ndo q{next}\ndo q{next}\ndo q{next}\n}} }}\n"
        ));
        text.push_str(&format!("each s{row} {{ one = \"{{s{next}}}{{s{next}}}{{s{next}}}\" }}\n"));
    }
    text.push_str("each q16 { one { a -> PINGREQ } }\neach s16 { one = 1 }\n");
    text.push_str("connect a client_id=\"{s0}\"\ndo q0\na <- nothing\n}\n");
    survive(&text);
}
