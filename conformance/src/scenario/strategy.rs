//! Arbitrary syntax trees, as the parser would make them.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::strategy::Union;

use super::ast::*;
use super::words::is_keyword;
use mqttspec_codec::{PacketType, Version};

fn spanned<T: std::fmt::Debug + 'static>(
    part: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Spanned<T>> {
    part.prop_map(|node| Spanned { node, span: Span::default() }).boxed()
}

fn snake() -> BoxedStrategy<Name> {
    spanned("[a-z][a-z0-9_]{0,6}".prop_filter("no keyword", |name| !is_keyword(name))).boxed()
}

fn kebab() -> BoxedStrategy<Name> {
    spanned("[a-z][a-z0-9]{0,4}(-[a-z0-9]{1,3}){0,2}".prop_filter("none", |n| !is_keyword(n)))
        .boxed()
}

fn field_name() -> BoxedStrategy<Name> {
    spanned("[a-z][a-z0-9_]{0,6}".prop_filter("ends the list", |name| name != "within")).boxed()
}

fn word() -> BoxedStrategy<String> {
    let reserved = ["any", "absent", "error", "bare", "undetected", "within"];
    "[A-Za-z][A-Za-z0-9_]{0,8}"
        .prop_filter("means something else", move |word| !reserved.contains(&word.as_str()))
        .boxed()
}

fn version() -> BoxedStrategy<Version> {
    prop_oneof![Just(Version::V3_1_1), Just(Version::V5_0)].boxed()
}

fn packet() -> BoxedStrategy<PacketName> {
    prop_oneof![
        4 => spanned(proptest::sample::select(&PacketType::ALL)).prop_map(PacketName::Fixed),
        1 => snake().prop_map(PacketName::Computed),
    ]
    .boxed()
}

fn comment() -> BoxedStrategy<String> {
    "[ -~\u{E9}]{0,20}".prop_map(|text| text.trim().to_owned()).boxed()
}

fn beside() -> BoxedStrategy<Option<String>> {
    option::weighted(0.1, comment()).boxed()
}

/// Lines above; an empty one in front only where `blank`.
fn above(blank: bool) -> BoxedStrategy<Vec<Option<String>>> {
    let lines = prop_oneof![8 => Just(0_usize), 2 => 0..4_usize];
    lines
        .prop_flat_map(|count| vec(option::weighted(0.6, comment()), count))
        .prop_map(move |mut lines| {
            lines.dedup_by(|next, line| next.is_none() && line.is_none());
            if !blank && lines.first().is_some_and(Option::is_none) {
                lines.remove(0);
            }
            lines
        })
        .boxed()
}

/// Comments behind the last line of something that holds lines or not.
fn end(mut above: Vec<Option<String>>, holds_lines: bool) -> Trivia {
    while let Some(None) = above.last() {
        above.pop();
    }
    if !holds_lines && above.first().is_some_and(Option::is_none) {
        above.remove(0);
    }
    Trivia { above, beside: None }
}

/// Takes an empty line away from above the first of several.
fn unblank(trivia: Option<&mut Trivia>) {
    if let Some(trivia) = trivia
        && trivia.above.first().is_some_and(Option::is_none)
    {
        trivia.above.remove(0);
    }
}

fn trivia(blank: bool) -> BoxedStrategy<Trivia> {
    (above(blank), beside()).prop_map(|(above, beside)| Trivia { above, beside }).boxed()
}

fn int() -> BoxedStrategy<Int> {
    let value = prop_oneof![0..300_u64, any::<u64>()];
    let base = prop_oneof![Just(Base::Decimal), Just(Base::Hexadecimal), Just(Base::Binary)];
    (value, base, 1..20_u8).prop_map(|(value, base, digits)| Int { value, base, digits }).boxed()
}

fn expr() -> BoxedStrategy<Expr> {
    let of = |kind| Expr { kind, span: Span::default() };
    let path = (snake(), option::weighted(0.3, snake())).prop_map(|(name, field)| ExprKind::Path {
        name,
        index: None,
        field,
    });
    let leaf = prop_oneof![int().prop_map(ExprKind::Int), path].prop_map(of);
    leaf.prop_recursive(3, 10, 2, move |inner| {
        let operator = prop_oneof![
            Just(Operator::Add),
            Just(Operator::Subtract),
            Just(Operator::Multiply),
            Just(Operator::Divide),
            Just(Operator::Remainder),
        ];
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            (boxed(), operator, boxed()).prop_map(|(l, o, r)| ExprKind::Binary(l, o, r)),
            (boxed(), boxed()).prop_map(|(l, r)| ExprKind::Min(l, r)),
            (boxed(), boxed()).prop_map(|(l, r)| ExprKind::Max(l, r)),
            (snake(), boxed(), option::of(snake())).prop_map(|(name, index, field)| {
                ExprKind::Path { name, index: Some(index), field }
            }),
        ]
        .prop_map(of)
    })
    .boxed()
}

fn count() -> BoxedStrategy<Count> {
    prop_oneof![int().prop_map(Count::Int), expr().prop_map(Count::Expr)].boxed()
}

fn duration() -> BoxedStrategy<Duration> {
    let unit = prop_oneof![Just(Unit::Milliseconds), Just(Unit::Seconds)];
    (count(), unit).prop_map(|(count, unit)| Duration { count, unit }).boxed()
}

fn text() -> BoxedStrategy<String> {
    prop_oneof![4 => "[ -~]{0,16}", 1 => any::<String>()].boxed()
}

fn template() -> BoxedStrategy<Template> {
    let part = prop_oneof![
        3 => text().prop_map(TemplatePart::Text),
        2 => expr().prop_map(TemplatePart::Expr),
        1 => Just(TemplatePart::Index),
    ];
    vec(part, 0..4)
        .prop_map(|mut parts| {
            let is_text = |part: &TemplatePart| matches!(part, TemplatePart::Text(_));
            parts.retain(|part| !matches!(part, TemplatePart::Text(text) if text.is_empty()));
            parts.dedup_by(|next, part| is_text(next) && is_text(part));
            Template { parts }
        })
        .boxed()
}

fn value_of(atom: impl Strategy<Value = Atom> + 'static) -> BoxedStrategy<Value> {
    (atom, option::weighted(0.2, count()))
        .prop_map(|(atom, times)| Value { atom, times, span: Span::default() })
        .boxed()
}

fn alternatives(value: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Vec<Alternative>> {
    let range = (option::of(count()), option::of(count()))
        .prop_filter("an end", |(from, to)| from.is_some() || to.is_some())
        .prop_map(|(from, to)| AlternativeKind::Range(from, to));
    let kind = prop_oneof![
        6 => value.prop_map(AlternativeKind::Value),
        1 => range,
        1 => Just(AlternativeKind::Any),
        1 => Just(AlternativeKind::Absent),
        1 => Just(AlternativeKind::Error),
    ];
    let one =
        (proptest::bool::weighted(0.2), kind).prop_map(|(weak, kind)| Alternative { weak, kind });
    vec(one, 1..3).boxed()
}

fn value() -> BoxedStrategy<Value> {
    let atom = prop_oneof![
        3 => int().prop_map(Atom::Int),
        3 => template().prop_map(Atom::Text),
        1 => vec(any::<u8>(), 0..8).prop_map(Atom::Hex),
        2 => word().prop_map(Atom::Word),
        1 => duration().prop_map(Atom::Duration),
        2 => expr().prop_map(Atom::Expr),
        1 => count().prop_map(Atom::Pad),
    ];
    value_of(atom)
        .prop_recursive(2, 8, 3, |inner| {
            let list = vec(alternatives(inner.clone()), 0..3).prop_map(Atom::List);
            let pair = (inner.clone(), inner)
                .prop_map(|(name, value)| Atom::Pair(Box::new(name), Box::new(value)));
            value_of(prop_oneof![list, pair])
        })
        .boxed()
}

fn clients() -> BoxedStrategy<Vec<Client>> {
    let index = prop_oneof![expr().prop_map(ClientIndex::At), Just(ClientIndex::All)];
    let one =
        (snake(), option::weighted(0.2, index)).prop_map(|(name, index)| Client { name, index });
    vec(one, 1..3).boxed()
}

fn fields() -> BoxedStrategy<Vec<Field>> {
    let one = (field_name(), option::weighted(0.9, value()));
    vec(one.prop_map(|(name, value)| Field { name, value }), 0..4).boxed()
}

fn matches() -> BoxedStrategy<Vec<Match>> {
    let op = prop_oneof![Just(MatchOp::Is), Just(MatchOp::Selects), Just(MatchOp::Prefix)];
    let pattern = prop_oneof![
        1 => (snake(), option::of(expr())).prop_map(|(name, index)| Pattern::Bind(name, index)),
        4 => alternatives(value()).prop_map(Pattern::Alternatives),
    ];
    let one = (field_name(), op, pattern);
    vec(
        one.prop_map(|(name, op, pattern)| Match { name, op, pattern, span: Span::default() }),
        0..4,
    )
    .boxed()
}

fn segment() -> BoxedStrategy<Segment> {
    let width = prop_oneof![Just(Width::U16), Just(Width::U32), Just(Width::Var)];
    let bytes = prop_oneof![
        template().prop_map(Atom::Text),
        vec(any::<u8>(), 0..4).prop_map(Atom::Hex),
        expr().prop_map(Atom::Expr),
    ];
    let leaf = prop_oneof![
        vec(any::<u8>(), 1..4).prop_map(Segment::Hex),
        template().prop_map(Segment::Text),
        Just(Segment::Length),
        (width, expr()).prop_map(|(width, expr)| Segment::Number(width, expr)),
        value_of(bytes).prop_map(Segment::Value),
        Just(Segment::Cut),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| vec(spanned(inner), 0..3).prop_map(Segment::LengthOf))
        .boxed()
}

fn send() -> BoxedStrategy<Send> {
    prop_oneof![
        4 => (packet(), fields()).prop_map(|(packet, fields)| Send::Packet(packet, fields)),
        2 => vec(spanned(segment()), 1..5).prop_map(Send::Bytes),
        1 => Just(Send::Close),
        1 => Just(Send::Abort),
        1 => Just(Send::HalfClose),
    ]
    .boxed()
}

fn answers() -> BoxedStrategy<Vec<Answer>> {
    let reason = prop_oneof![
        word().prop_map(Atom::Word),
        int().prop_map(Atom::Int),
        expr().prop_map(Atom::Expr),
    ];
    let reason = reason.prop_map(|atom| Value { atom, times: None, span: Span::default() });
    let kind = prop_oneof![
        4 => reason.prop_map(AnswerKind::Reason),
        1 => Just(AnswerKind::Bare),
        1 => Just(AnswerKind::Undetected),
    ];
    vec((any::<bool>(), kind).prop_map(|(weak, kind)| Answer { weak, kind }), 0..3).boxed()
}

fn receive() -> BoxedStrategy<Action> {
    let nothing = |listen, weak| Expect::Nothing { listen, weak };
    let expect = prop_oneof![
        4 => (packet(), matches()).prop_map(|(packet, matches)| Expect::Packet(packet, matches)),
        1 => Just(Expect::Closed),
        2 => answers().prop_map(Expect::Rejected),
        1 => option::of(duration()).prop_map(move |listen| nothing(listen, false)),
        1 => Just(nothing(None, true)),
        1 => Just(Expect::Anything),
    ];
    let within = (option::of(duration()), duration(), option::of(snake()))
        .prop_map(|(from, to, of)| Within { from, to, of });
    let (count, within) = (option::weighted(0.1, count()), option::weighted(0.1, within));
    (count, clients(), option::weighted(0.1, snake()), expect, within)
        .prop_map(|(count, clients, bind, expect, within)| Action::Receive {
            count,
            clients,
            bind,
            expect,
            within,
        })
        .boxed()
}

fn plain_action() -> BoxedStrategy<Action> {
    let connect = prop_oneof![
        Just(ConnectVerb::Connect),
        Just(ConnectVerb::Reconnect),
        Just(ConnectVerb::Open)
    ];
    let exchange = prop_oneof![
        Just(ExchangeVerb::Subscribe),
        Just(ExchangeVerb::Unsubscribe),
        Just(ExchangeVerb::Publish),
    ];
    let compare = proptest::sample::select(&[
        Compare::Equal,
        Compare::NotEqual,
        Compare::Less,
        Compare::LessOrEqual,
        Compare::Greater,
        Compare::GreaterOrEqual,
    ]);
    let control = prop_oneof![Just(BrokerControl::Restart), Just(BrokerControl::Kill)];
    prop_oneof![
        2 => (connect, clients(), fields(), option::of(matches())).prop_map(
            |(verb, clients, fields, matches)| Action::Connect { verb, clients, fields, matches }
        ),
        2 => (exchange, clients(), fields())
            .prop_map(|(verb, clients, fields)| Action::Exchange { verb, clients, fields }),
        3 => (clients(), send()).prop_map(|(clients, what)| Action::Send { clients, what }),
        4 => receive(),
        1 => snake().prop_map(Action::Do),
        1 => (snake(), expr()).prop_map(|(name, expr)| Action::Let(name, expr)),
        1 => (clients(), any::<bool>()).prop_map(|(clients, auto)| Action::Acks { clients, auto }),
        1 => (expr(), compare, expr(), spanned(text())).prop_map(
            |(left, compare, right, reason)| Action::SkipUnless { left, compare, right, reason }
        ),
        1 => snake().prop_map(Action::Mark),
        1 => duration().prop_map(Action::Wait),
        1 => control.prop_map(Action::Broker),
    ]
    .boxed()
}

fn charges() -> BoxedStrategy<Vec<Charge>> {
    let id = spanned("(MQTT|U-5\\.0)-[1-5]\\.[0-9]{1,2}\\.[0-9]-[0-9]{1,2}");
    let versions = vec(version(), 0..4);
    (vec(id, 0..4), versions)
        .prop_map(|(ids, versions)| {
            let bare = ids.len().saturating_sub(versions.len());
            let versions = std::iter::repeat_n(None, bare).chain(versions.into_iter().map(Some));
            ids.into_iter().zip(versions).map(|(id, version)| Charge { version, id }).collect()
        })
        .boxed()
}

fn step(action: impl Strategy<Value = Action> + 'static) -> BoxedStrategy<Step> {
    let mode = prop_oneof![4 => Just(Mode::Must), 1 => Just(Mode::Should), 1 => Just(Mode::May)];
    let charges = prop_oneof![3 => Just(Vec::new()), 1 => charges()];
    (trivia(true), option::weighted(0.2, version()), mode, action, charges)
        .prop_map(|(trivia, version, mode, action, charges)| Step {
            trivia,
            span: Span::default(),
            version,
            mode,
            action,
            charges,
        })
        .boxed()
}

fn block_of(action: impl Strategy<Value = Action> + 'static) -> BoxedStrategy<Block> {
    (vec(step(action), 0..4), above(true))
        .prop_map(|(mut steps, behind)| {
            unblank(steps.first_mut().map(|step| &mut step.trivia));
            let end = end(behind, !steps.is_empty());
            Block { steps, end }
        })
        .boxed()
}

fn action() -> BoxedStrategy<Action> {
    plain_action()
        .prop_recursive(2, 12, 4, |inner| {
            let kind = prop_oneof![
                Just(GroupKind::Setup),
                Just(GroupKind::Unordered),
                Just(GroupKind::Ordered)
            ];
            let block = block_of(inner).boxed();
            let branch = (option::of(spanned(text())), block.clone())
                .prop_map(|(non_strict, block)| Branch { non_strict, block });
            Union::new([
                block.clone().prop_map(Action::Block).boxed(),
                (kind, block.clone()).prop_map(|(kind, block)| Action::Group(kind, block)).boxed(),
                (fields(), block.clone())
                    .prop_map(|(fields, block)| Action::Batch { fields, block })
                    .boxed(),
                vec(branch, 1..4).prop_map(Action::Either).boxed(),
                (count(), option::of(snake()), block)
                    .prop_map(|(count, index, block)| Action::Repeat { count, index, block })
                    .boxed(),
            ])
        })
        .boxed()
}

fn row() -> BoxedStrategy<Row> {
    let content = prop_oneof![
        vec(value(), 1..4).prop_map(RowContent::Values),
        block_of(plain_action()).prop_map(RowContent::Steps),
    ];
    (trivia(true), option::weighted(0.2, version()), kebab(), content, charges())
        .prop_map(|(trivia, version, name, content, charges)| Row {
            trivia,
            version,
            name,
            content,
            charges,
        })
        .boxed()
}

fn rows() -> BoxedStrategy<(Vec<Row>, Trivia)> {
    (vec(row(), 0..4), above(true))
        .prop_map(|(mut rows, behind)| {
            unblank(rows.first_mut().map(|row| &mut row.trivia));
            let end = end(behind, !rows.is_empty());
            (rows, end)
        })
        .boxed()
}

fn each() -> BoxedStrategy<Each> {
    let filter = prop_oneof![
        vec(kebab(), 1..8).prop_map(RowFilter::Only),
        vec(kebab(), 1..8).prop_map(RowFilter::Except),
    ];
    let rows = prop_oneof![
        rows().prop_map(|(rows, end)| EachRows::Inline(rows, end)),
        (kebab(), option::of(filter)).prop_map(|(table, filter)| EachRows::Table { table, filter }),
    ];
    (vec(snake(), 1..3), rows).prop_map(|(names, rows)| Each { names, rows }).boxed()
}

fn header() -> BoxedStrategy<Header> {
    let covers = charges().prop_filter("one at least", |charges| !charges.is_empty());
    let need =
        (any::<bool>(), kebab()).prop_map(|(negated, capability)| Need { negated, capability });
    let kind = prop_oneof![
        spanned(text()).prop_map(HeaderKind::Summary),
        vec(spanned(version()), 1..3).prop_map(HeaderKind::Versions),
        covers.prop_map(HeaderKind::Covers),
        vec(need, 1..4).prop_map(HeaderKind::Needs),
        Just(HeaderKind::Exclusive),
        duration().prop_map(HeaderKind::Timeout),
        each().prop_map(HeaderKind::Each),
    ];
    (trivia(false), kind)
        .prop_map(|(mut trivia, kind)| {
            trivia.above.retain(Option::is_some);
            Header { trivia, span: Span::default(), kind }
        })
        .boxed()
}

fn scenario() -> BoxedStrategy<Scenario> {
    (trivia(false), kebab(), vec(header(), 0..5), block_of(action()))
        .prop_map(|(trivia, name, headers, steps)| Scenario { trivia, name, headers, steps })
        .boxed()
}

fn table() -> BoxedStrategy<Table> {
    (trivia(false), kebab(), vec(snake(), 0..3), rows())
        .prop_map(|(trivia, name, columns, (rows, end))| Table { trivia, name, columns, rows, end })
        .boxed()
}

/// Files that the parser could have made.
pub(super) fn file() -> BoxedStrategy<File> {
    let item = prop_oneof![
        1 => table().prop_map(Item::Table),
        3 => scenario().prop_map(Item::Scenario),
    ];
    (vec(item, 0..3), above(false))
        .prop_map(|(items, behind)| File { end: end(behind, false), items })
        .boxed()
}
