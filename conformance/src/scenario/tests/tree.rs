//! What is written, and the tree that it becomes.

use std::sync::Arc;

use crate::scenario::ast::{
    Action, Atom, Block, Expect, File, Item, Scenario, Segment, Send, Step, TemplatePart,
};
use crate::scenario::eval::{EvalError, evaluate};
use crate::scenario::{Source, format, parse_file};

fn file(text: &str) -> File {
    let source = Source { path: "a/b.scn".to_owned(), text: text.to_owned() };
    parse_file(&Arc::new(source)).unwrap_or_else(|mistakes| panic!("{}", mistakes[0]))
}

fn scenario(text: &str) -> Scenario {
    match file(text).items.pop() {
        Some(Item::Scenario(scenario)) => scenario,
        other => panic!("{other:?}"),
    }
}

fn steps(text: &str) -> Vec<Step> {
    scenario(&format!("scenario x {{\n{text}\n}}")).steps.steps
}

fn action(text: &str) -> Action {
    let mut steps = steps(text);
    assert_eq!(steps.len(), 1, "{text}");
    steps.remove(0).action
}

/// The value of an expression of numbers.
fn value(expr: &str) -> Result<i64, EvalError> {
    let Action::Let(_, expr) = action(&format!("let x = {expr}")) else { panic!("no let") };
    evaluate(&expr, &mut |path| Err(EvalError::NotANumber(path.name.node.clone())))
}

#[test]
fn operators_bind_as_in_arithmetic() {
    assert_eq!(value("1 + 2 * 3"), Ok(7));
    assert_eq!(value("(1 + 2) * 3"), Ok(9));
    assert_eq!(value("10 - 4 - 3"), Ok(3));
    assert_eq!(value("100 / 10 / 2 % 3"), Ok(2));
    assert_eq!(value("min(5, max(2, 0b11)) + 0x10"), Ok(19));
    assert_eq!(value("2-5"), Ok(-3));
    assert_eq!(value("1 / 0"), Err(EvalError::DivisionByZero));
    assert_eq!(value("9223372036854775807 + 1"), Err(EvalError::Overflow));
    assert_eq!(value("x"), Err(EvalError::NotANumber("x".to_owned())));
}

#[test]
fn a_brace_begins_a_block_or_a_count() {
    assert!(matches!(action("{ a -> close\n}"), Action::Block(_)));
    assert!(matches!(action("{ a -> close }"), Action::Block(_)));
    assert!(matches!(action("{n - 1} of c[*] <- closed"), Action::Receive { count: Some(_), .. }));
}

#[test]
fn braces_in_strings_are_holes_or_braces() {
    let Action::Send { what: Send::Packet(_, fields), .. } =
        action(r#"a -> PUBLISH topic="{{x}/{i + 1}\u{41}\"\\\n{#}""#)
    else {
        panic!("no packet")
    };
    let Some(Atom::Text(template)) = fields[0].value.as_ref().map(|value| &value.atom) else {
        panic!("no string")
    };
    let texts: Vec<&str> = template
        .parts
        .iter()
        .map(|part| match part {
            TemplatePart::Text(text) => text.as_str(),
            TemplatePart::Expr(_) => "<expr>",
            TemplatePart::Index => "<index>",
        })
        .collect();
    assert_eq!(texts, ["{x}/", "<expr>", "A\"\\\n", "<index>"]);
}

#[test]
fn digits_are_bytes_in_bytes() {
    let Action::Send { what: Send::Bytes(pieces), .. } =
        action(r#"a -> bytes 10 F0FF {len} | {len}( 00 "10" ) u16(10)"#)
    else {
        panic!("no bytes")
    };
    let pieces: Vec<Segment> = pieces.into_iter().map(|piece| piece.node).collect();
    assert_eq!(pieces[0], Segment::Hex(vec![0x10]));
    assert_eq!(pieces[1], Segment::Hex(vec![0xF0, 0xFF]));
    assert_eq!(pieces[2..4], [Segment::Length, Segment::Cut]);
    assert!(matches!(&pieces[4], Segment::LengthOf(group) if group.len() == 2));
    assert!(matches!(&pieces[5], Segment::Number(..)));
}

#[test]
fn a_line_goes_on_behind_commas_and_in_brackets() {
    let text = "connect a, # one\n  b \\\n  acks=auto\na <- SUBACK codes=[1, # two\n 2\n] # three\n\
                a <- nothing";
    let steps = steps(text);
    assert_eq!(steps.len(), 3);
    assert_eq!(steps[0].trivia.above, [Some("one".to_owned())]);
    assert_eq!(steps[1].trivia.above, [Some("two".to_owned())]);
    assert_eq!(steps[1].trivia.beside.as_deref(), Some("three"));
}

#[test]
fn a_version_holds_until_the_next_one() {
    let step = &steps("a <- nothing [3.1.1: A-1, A-2,\n 5.0: B-1]")[0];
    let charges: Vec<String> = step
        .charges
        .iter()
        .map(|charge| format!("{} {}", charge.version.expect("one is written"), charge.id.node))
        .collect();
    assert_eq!(charges, ["3.1.1 A-1", "3.1.1 A-2", "5.0 B-1"]);
}

#[test]
fn or_may_stand_below_with_a_comment_between() {
    let Action::Either(branches) =
        action("either { a <- closed } # c\n# d\nor non-strict \"{w}\" { a <- nothing }")
    else {
        panic!("no either")
    };
    let comments: Vec<_> = branches[0].block.end.above.iter().flatten().collect();
    assert_eq!(comments, ["c", "d"]);
    assert_eq!(branches[1].non_strict.as_ref().map(|why| why.node.as_str()), Some("{w}"));
}

#[test]
fn matches_end_where_within_begins() {
    let Action::Receive { expect: Expect::Packet(_, matches), within: Some(within), .. } =
        action("a <- PUBLISH id=?m[i + 1] size=..20 payload^=\"p\" within {n}ms..2s of start")
    else {
        panic!("no packet")
    };
    assert_eq!(matches.len(), 3);
    assert!(within.from.is_some());
    assert_eq!(within.of.map(|mark| mark.node).as_deref(), Some("start"));
}

#[test]
fn comments_and_empty_lines_are_kept() {
    let text = "# Top.\n\n# Of x.\nscenario x {\n    # One.\n    exclusive  # two\n\n    # Three.\n\n    \
                connect a\n    connect b  # four\n\n    batch {\n        # Five.\n    }\n    # Six.\n}  \
                # Seven.\n\n# Eight.\n";
    assert_eq!(format(&file(text)), text);
}

#[test]
fn lines_may_end_as_on_other_systems() {
    let unix = "scenario x {\n    exclusive # a\n\n    connect a, \n b \\\n acks=auto\n}\n";
    assert_eq!(file(&unix.replace('\n', "\r\n")), file(unix));
    assert_eq!(file(&format!("\u{FEFF}{unix}")), file(unix));
    assert_eq!(Block::default(), scenario("scenario x {\n}").steps);
}
