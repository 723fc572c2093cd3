//! The syntax tree of a scenario file: what was written, with the place of each part.
//!
//! Trees compare by meaning: places ([`Span`]) and blank lines do not count, so that formatting a
//! file can be tested to change nothing.

use mqttspec_codec::{PacketType, Version};

/// A range of bytes in the text of a file. All spans are equal to each other, see the module.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Span {}

/// A part of the tree with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The part.
    pub node: T,
    /// Where it stands.
    pub span: Span,
}

/// An identifier: `snake_case` for clients, fields, captures; kebab-case for rows and scenarios.
pub type Name = Spanned<String>;

/// Comments around a line, kept for the formatter. Compared, since losing one would be a loss.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trivia {
    /// Comment lines above, without `#` and surrounding blanks; an empty line is `None`.
    pub above: Vec<Option<String>>,
    /// The comment at the end of the line.
    pub beside: Option<String>,
}

/// A scenario file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// Tables and scenarios in the order of the file.
    pub items: Vec<Item>,
    /// Comments behind the last item.
    pub end: Trivia,
}

/// A table or a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// `table name(columns) { rows }`
    Table(Table),
    /// `scenario name { headers steps }`
    Scenario(Scenario),
}

/// Rows under a name, visible to all files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Comments.
    pub trivia: Trivia,
    /// Its name, kebab-case.
    pub name: Name,
    /// The names of its columns; none for rows made of steps.
    pub columns: Vec<Name>,
    /// The rows.
    pub rows: Vec<Row>,
    /// Comments behind the last row.
    pub end: Trivia,
}

/// One row of a table or of an `each` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Comments.
    pub trivia: Trivia,
    /// The only version it runs in, if it names one.
    pub version: Option<Version>,
    /// Its name, kebab-case: part of the case id.
    pub name: Name,
    /// What it holds.
    pub content: RowContent,
    /// The statements charged instead of the scenario's `covers`.
    pub charges: Vec<Charge>,
}

/// The content of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowContent {
    /// One value for each column. Evaluated where they are used.
    Values(Vec<Value>),
    /// Steps, run by `do`.
    Steps(Block),
}

/// A statement named in `covers` or in `[ ]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// The version that it is a statement of: as written, or carried on from the charge before;
    /// `None` if no version was written yet (allowed where the scenario has one version).
    pub version: Option<Version>,
    /// The statement's id, for example `MQTT-3.3.1-8` or `U-5.0-4.9-1`.
    pub id: Name,
}

/// A scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Comments.
    pub trivia: Trivia,
    /// Its name, kebab-case, unique in its folder.
    pub name: Name,
    /// What stands before the steps, in the order written.
    pub headers: Vec<Header>,
    /// The steps.
    pub steps: Block,
}

/// One header line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Comments.
    pub trivia: Trivia,
    /// Where it stands.
    pub span: Span,
    /// What it says.
    pub kind: HeaderKind,
}

/// What a header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderKind {
    /// One sentence on what a conforming broker does.
    Summary(Spanned<String>),
    /// The versions that it runs in.
    Versions(Vec<Spanned<Version>>),
    /// The statements that a pass counts for and a failure is charged to.
    Covers(Vec<Charge>),
    /// Capabilities of the broker without which the case is skipped.
    Needs(Vec<Need>),
    /// The case runs alone.
    Exclusive,
    /// The deadline of the whole case.
    Timeout(Duration),
    /// The case runs once for each row.
    Each(Each),
}

/// `needs` of one capability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// `not`: needs it to be announced off.
    pub negated: bool,
    /// The capability's name in the registry.
    pub capability: Name,
}

/// An `each` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Each {
    /// The names that the values of a row are bound to; for rows of steps the name that `do` takes.
    pub names: Vec<Name>,
    /// Where the rows come from.
    pub rows: EachRows,
}

/// The rows of an `each` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EachRows {
    /// Written in place, with comments behind the last row.
    Inline(Vec<Row>, Trivia),
    /// Taken from a table.
    Table {
        /// The table's name.
        table: Name,
        /// `only` or `except` some rows.
        filter: Option<RowFilter>,
    },
}

/// Which rows of a table are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowFilter {
    /// These alone.
    Only(Vec<Name>),
    /// All but these.
    Except(Vec<Name>),
}

/// Steps in braces, or the steps of a scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// The steps.
    pub steps: Vec<Step>,
    /// Comments behind the last step.
    pub end: Trivia,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Comments.
    pub trivia: Trivia,
    /// Where it stands.
    pub span: Span,
    /// The only version it is there in, if it names one.
    pub version: Option<Version>,
    /// `should`, `may`, or neither.
    pub mode: Mode,
    /// What is done or expected.
    pub action: Action,
    /// The statements that a failure of this line is charged to.
    pub charges: Vec<Charge>,
}

/// How much a step binds the broker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// A miss is a failure.
    #[default]
    Must,
    /// A miss is NON-STRICT.
    Should,
    /// Neither expected nor wrong.
    May,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "the large ones, which receive, are the common ones")]
pub enum Action {
    /// Steps in braces, behind a version.
    Block(Block),
    /// `connect`, `reconnect`, `open`.
    Connect {
        /// Which of the three.
        verb: ConnectVerb,
        /// Who.
        clients: Vec<Client>,
        /// Fields of the CONNECT packet and options of the connection.
        fields: Vec<Field>,
        /// What CONNACK has to be like, if `<-` is written.
        matches: Option<Vec<Match>>,
    },
    /// `subscribe`, `unsubscribe`, `publish`: a packet and its successful answer.
    Exchange {
        /// Which of the three.
        verb: ExchangeVerb,
        /// Who.
        clients: Vec<Client>,
        /// Fields of the packet.
        fields: Vec<Field>,
    },
    /// `a -> ...`
    Send {
        /// Who.
        clients: Vec<Client>,
        /// What.
        what: Send,
    },
    /// `a <- ...`
    Receive {
        /// `N of`: how many of the clients, no matter which.
        count: Option<Count>,
        /// Who.
        clients: Vec<Client>,
        /// `as w`: the name of the one that received.
        bind: Option<Name>,
        /// What.
        expect: Expect,
        /// The time in which it has to happen.
        within: Option<Within>,
    },
    /// `setup { }`, `unordered { }`, `ordered { }`.
    Group(GroupKind, Block),
    /// `batch { }`: all writes in one segment per connection.
    Batch {
        /// `split`, `pace`.
        fields: Vec<Field>,
        /// The sends.
        block: Block,
    },
    /// `either { } or { }`.
    Either(Vec<Branch>),
    /// `repeat N as i { }`.
    Repeat {
        /// How often.
        count: Count,
        /// The name of the index, from 0.
        index: Option<Name>,
        /// What.
        block: Block,
    },
    /// `do name`: the steps of the row bound to the name.
    Do(Name),
    /// `let name = expr`.
    Let(Name, Expr),
    /// `acks a auto`.
    Acks {
        /// Who.
        clients: Vec<Client>,
        /// `auto`, or else `manual`.
        auto: bool,
    },
    /// `skip unless left op right "reason"`.
    SkipUnless {
        /// The left side.
        left: Expr,
        /// The comparison.
        compare: Compare,
        /// The right side.
        right: Expr,
        /// What the broker lacks.
        reason: Spanned<String>,
    },
    /// `mark name`: a moment that `within .. of name` counts from.
    Mark(Name),
    /// `wait 2s`.
    Wait(Duration),
    /// `broker restart`, `broker kill`.
    Broker(BrokerControl),
}

/// The verbs that begin a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectVerb {
    /// Socket, CONNECT, CONNACK with Success.
    Connect,
    /// The same with the former CONNECT's fields and `clean_start=0`.
    Reconnect,
    /// The socket alone.
    Open,
}

/// The verbs that send a packet and take its successful answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExchangeVerb {
    /// SUBSCRIBE, granted as asked.
    Subscribe,
    /// UNSUBSCRIBE and UNSUBACK.
    Unsubscribe,
    /// PUBLISH and the rest of its handshake.
    Publish,
}

/// One client of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its name.
    pub name: Name,
    /// Its index, if it is one of an array.
    pub index: Option<ClientIndex>,
}

/// Which of an array of clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientIndex {
    /// `c[expr]`.
    At(Expr),
    /// `c[*]`: each that the script has not cut.
    All,
}

/// `name=value`; a bare name means 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field's name.
    pub name: Name,
    /// Its value, if written.
    pub value: Option<Value>,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Send {
    /// A packet with its fields and mutations.
    Packet(PacketName, Vec<Field>),
    /// Bytes as they are written.
    Bytes(Vec<Spanned<Segment>>),
    /// FIN, both directions.
    Close,
    /// RST.
    Abort,
    /// FIN of our direction; we go on reading.
    HalfClose,
}

/// A packet type, written or computed from a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PacketName {
    /// One of the fifteen names.
    Fixed(Spanned<PacketType>),
    /// `{name}`, a value that is such a name.
    Computed(Name),
}

/// What is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// A packet.
    Packet(PacketName, Vec<Match>),
    /// The end of the connection.
    Closed,
    /// The end of the connection, with a graded answer. Empty: any error code.
    Rejected(Vec<Answer>),
    /// No packet, proved by a fence or, with `for`, by listening.
    Nothing {
        /// `nothing for 2s`.
        listen: Option<Duration>,
        /// `nothing weak`.
        weak: bool,
    },
    /// Whatever came up to now is discarded.
    Anything,
}

/// One answer of `rejected`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// `~`: NON-STRICT.
    pub weak: bool,
    /// Which.
    pub kind: AnswerKind,
}

/// An answer of `rejected`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "most answers are reasons")]
pub enum AnswerKind {
    /// A reason, by name, number or `{expr}`.
    Reason(Value),
    /// A close without a code.
    Bare,
    /// The broker carries on as if nothing had happened.
    Undetected,
}

/// `within from..to of mark`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within {
    /// Not before.
    pub from: Option<Duration>,
    /// Not after.
    pub to: Duration,
    /// Counted from this mark instead of from the last step.
    pub of: Option<Name>,
}

/// Blocks that change how their lines are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// A failure inside is BLOCKED.
    Setup,
    /// Any order.
    Unordered,
    /// Order of arrival, without lanes.
    Ordered,
}

/// A branch of `either`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Why taking this branch is NON-STRICT.
    pub non_strict: Option<Spanned<String>>,
    /// Its steps.
    pub block: Block,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// What is done to the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokerControl {
    /// Ended in an orderly way and started again.
    Restart,
    /// Killed and started again.
    Kill,
}

/// One condition on a received packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The field's name.
    pub name: Name,
    /// How it is compared.
    pub op: MatchOp,
    /// With what.
    pub pattern: Pattern,
    /// The whole condition.
    pub span: Span,
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchOp {
    /// `=`: must hold for the packet of the lane.
    Is,
    /// `==`: also chooses the lane.
    Selects,
    /// `^=`: a prefix, and chooses the lane.
    Prefix,
}

/// What a field is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// `?name` or `?name[expr]`: binds the value.
    Bind(Name, Option<Expr>),
    /// One of these.
    Alternatives(Vec<Alternative>),
}

/// One allowed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// `~`: right but weaker, NON-STRICT.
    pub weak: bool,
    /// Which.
    pub kind: AlternativeKind,
}

/// An allowed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlternativeKind {
    /// This value. A list in it is a list of alternatives, see [`Atom::List`].
    Value(Value),
    /// `from..to`, both inclusive, each optional.
    Range(Option<Count>, Option<Count>),
    /// Any value, but the field has to be there.
    Any,
    /// The field is not in the packet.
    Absent,
    /// Any error code.
    Error,
}

/// A value, perhaps repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// What.
    pub atom: Atom,
    /// `*count`: how often, strings and lists joined.
    pub times: Option<Count>,
    /// Where it stands.
    pub span: Span,
}

/// A value by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Atom {
    /// A number.
    Int(Int),
    /// A string with holes.
    Text(Template),
    /// `hex"00FF"`.
    Hex(Vec<u8>),
    /// A reason, `all`, `auto`, `absent`, a packet name, ...
    Word(String),
    /// A duration.
    Duration(Duration),
    /// `{expr}`.
    Expr(Expr),
    /// `pad(N)`: fills the payload up until the whole packet has N bytes.
    Pad(Count),
    /// `[a, b]`. Each element is a list of alternatives; in a field it is one plain value.
    List(Vec<Vec<Alternative>>),
    /// `(name, value)`: a User Property.
    Pair(Box<Value>, Box<Value>),
}

/// A number with the base it was written in, which the formatter keeps.
#[derive(Clone, Copy, Debug)]
pub struct Int {
    /// The number.
    pub value: u64,
    /// The base.
    pub base: Base,
    /// Digits written, leading zeros included (0b0010 has 4).
    pub digits: u8,
}

impl PartialEq for Int {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Int {}

/// The base that a number was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// `0b`
    Binary,
    /// no prefix
    Decimal,
    /// `0x`
    Hexadecimal,
}

/// A string with holes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// Its parts; two texts never stand side by side.
    pub parts: Vec<TemplatePart>,
}

/// A part of a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplatePart {
    /// As it is, escapes resolved.
    Text(String),
    /// `{expr}`.
    Expr(Expr),
    /// `{#}`: the index inside `[ ]*n`.
    Index,
}

/// How many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Count {
    /// A number.
    Int(Int),
    /// `{expr}`.
    Expr(Expr),
}

/// A length of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duration {
    /// How many.
    pub count: Count,
    /// Of what.
    pub unit: Unit,
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// `ms`
    Milliseconds,
    /// `s`
    Seconds,
}

/// An integer expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    /// What.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// An expression by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExprKind {
    /// A number.
    Int(Int),
    /// `name`, `name.field`, `name[index]`, `name[index].field`.
    Path {
        /// The name: a row's value, a capture, a `let`, a given name, a client.
        name: Name,
        /// `[index]`.
        index: Option<Box<Expr>>,
        /// `.field`: a limit in force on a client's connection.
        field: Option<Name>,
    },
    /// `left op right`.
    Binary(Box<Expr>, Operator, Box<Expr>),
    /// `min(a, b)`.
    Min(Box<Expr>, Box<Expr>),
    /// `max(a, b)`.
    Max(Box<Expr>, Box<Expr>),
}

/// An arithmetic operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

/// A piece of a `bytes` step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Pairs of hexadecimal digits.
    Hex(Vec<u8>),
    /// `s"text"`: behind its length in two bytes.
    Text(Template),
    /// `{len}`: the shortest variable byte integer of the length of all that follows.
    Length,
    /// `{len}( ... )`: of the group, with the group behind it.
    LengthOf(Vec<Spanned<Segment>>),
    /// `u16(n)`, `u32(n)`, `var(n)`.
    Number(Width, Expr),
    /// The bytes of a value, without a length.
    Value(Value),
    /// `|`: what follows goes into the next TCP segment.
    Cut,
}

/// The width of a number in `bytes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// Two bytes, big-endian.
    U16,
    /// Four bytes, big-endian.
    U32,
    /// A variable byte integer, shortest form.
    Var,
}
