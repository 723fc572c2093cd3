//! The facts that diagnostics tell: everything that can be wrong with a scenario file.

use mqttspec_codec::Version;

/// How a problem is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) title: String,
    pub(super) label: String,
    pub(super) help: Option<String>,
}

/// One line a problem: what it is, its facts, the title, the label beside the place, a help.
macro_rules! problems {
    ($($(#[$doc:meta])+ $name:ident $({ $($fact:ident: $kind:ty),* })?
        => $title:literal $([$($title_fact:expr),*])?,
        $label:literal $([$($label_fact:expr),*])?, $help:expr;)*) => {
        /// What is wrong with a scenario file.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Problem {
            $(
                $(#[$doc])+
                $name $({
                    $(#[expect(missing_docs, reason = "the doc line of the problem names it")]
                    $fact: $kind,)*
                })?,
            )*
        }

        impl Problem {
            /// The name of the problem, for tests.
            #[cfg(test)]
            pub(super) fn name(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => stringify!($name),)*
                }
            }

            /// The names of all problems.
            #[cfg(test)]
            pub(super) const NAMES: &[&str] = &[$(stringify!($name)),*];

            /// The problem in words.
            pub(super) fn text(&self) -> Text {
                match self {
                    $(Self::$name $({ $($fact),* })? => Text {
                        title: format!($title $(, $($title_fact),*)?),
                        label: format!($label $(, $($label_fact),*)?),
                        help: $help,
                    },)*
                }
            }
        }
    };
}

problems! {
    /// The grammar wants something else here.
    Unexpected { expected: String, found: String, nearest: Option<String> }
        => "expected {expected}", "found {found}", like(nearest);
    /// A string without its end.
    UnterminatedString
        => "the string does not end", "it has to end on this line", None;
    /// An escape that strings do not have.
    UnknownEscape { escape: String }
        => "unknown escape `{escape}`", "not an escape",
        text("strings take \\\" \\\\ \\n and \\u{HEX}; {{ is a brace");
    /// Hexadecimal digits that are no whole bytes.
    OddHex { digits: String }
        => "`{digits}` is no sequence of bytes", "expected pairs of hexadecimal digits", None;
    /// A number beyond 64 bits.
    NumberTooLarge { digits: String }
        => "the number `{digits}` is too large", "beyond 64 bits", None;
    /// A name in the wrong style.
    BadName { name: String, style: &'static str }
        => "`{name}` is not {style}", "expected a name in {style}",
        text("rows, tables and scenarios are named in kebab-case, everything else in snake_case");
    /// A word of the grammar as a name.
    KeywordAsName { word: String }
        => "`{word}` is a keyword", "expected a name", None;
    /// No Control Packet has this name.
    UnknownPacket { name: String, nearest: Option<String> }
        => "unknown packet `{name}`", "not one of the fifteen packets", like(nearest);
    /// A version other than 3.1.1 and 5.0.
    UnknownVersion { found: String }
        => "expected a version", "found {found}", text("the versions are 3.1.1 and 5.0");
    /// A header among the steps.
    HeaderBehindSteps { keyword: String }
        => "the header `{keyword}` stands behind a step", "headers come first", None;
    /// Blocks, brackets or expressions in each other without end.
    TooDeep { limit: u32 }
        => "nested too deeply", "more than {limit} levels", None;
    /// A file beyond the limit.
    FileTooLong { bytes: usize, limit: usize }
        => "the file is too long", "{bytes} bytes, the limit is {limit}", None;

    /// A scenario of this name is in the folder already.
    DuplicateScenario { name: String }
        => "there are two scenarios `{name}`", "the name is taken",
        text("names of scenarios are unique in their folder");
    /// A table of this name is there already.
    DuplicateTable { name: String }
        => "there are two tables `{name}`", "the name is taken",
        text("tables are visible to all files");
    /// A row of this name is there already, in the same version.
    DuplicateRow { name: String }
        => "there are two rows `{name}`", "the name is taken", None;
    /// A header that stands once stands twice.
    DuplicateHeader { keyword: &'static str }
        => "`{keyword}` stands twice", "only one of them is allowed", None;
    /// Something is listed twice.
    Duplicate { what: &'static str, name: String }
        => "{what} `{name}` is listed twice", "once is enough", None;
    /// A header that has to be there is missing.
    MissingHeader { keyword: &'static str }
        => "the scenario has no `{keyword}`", "every scenario needs one", None;
    /// No statement is covered in a version.
    CoversNothing { version: Version }
        => "the scenario covers nothing in {version}", "it runs in {version}, too",
        text("`covers` lists the statements that a pass counts for");
    /// A version that the scenario does not run in.
    VersionNotRun { version: Version }
        => "the scenario does not run in {version}", "this never counts",
        text("`versions` lists those that it runs in");
    /// A statement's id without a version, where two versions run.
    NeedsVersion { id: String }
        => "`{id}` needs a version", "a statement of 3.1.1 or of 5.0?",
        some(format!("write `3.1.1: {id}` or `5.0: {id}`: equal numbers often mean different rules"));
    /// The catalogue has no such statement.
    UnknownStatement { id: String, version: Version, nearest: Option<String> }
        => "unknown statement `{id}`", "{version} has no such statement", like(nearest);
    /// A line is charged to a statement that the scenario does not cover.
    NotCovered { id: String }
        => "`{id}` is not among the statements covered", "neither in `covers` nor at a row", None;
    /// The registry has no such capability.
    UnknownCapability { name: String, nearest: Option<String> }
        => "unknown capability `{name}`", "not in the registry", like(nearest);
    /// The scenario uses what not every broker has, without saying so.
    MissingNeed { what: String, need: &'static str }
        => "{what} needs the capability `{need}`", "not every broker has it",
        some(format!("add the header `needs {need}`"));
    /// The broker is restarted under the feet of other cases.
    MissingExclusive
        => "the broker is restarted while other cases run", "only an exclusive case may do this",
        text("add the header `exclusive`");
    /// No table has this name.
    UnknownTable { name: String, nearest: Option<String> }
        => "unknown table `{name}`", "no file has a table of that name", like(nearest);
    /// The table has no such row.
    UnknownRow { name: String, table: String, nearest: Option<String> }
        => "unknown row `{name}`", "the table `{table}` has no such row", like(nearest);
    /// A header offers no row in a version.
    NoRows { version: Version }
        => "no row runs in {version}", "the scenario never runs in {version}", None;
    /// A row has more or fewer values than there are names.
    WrongValueCount { expected: usize, found: usize }
        => "the row has {found} values", "expected {expected}", None;
    /// A header has more or fewer names than its table has columns.
    WrongColumnCount { table: String, columns: usize }
        => "the table `{table}` has {columns} columns", "expected {columns} names", None;
    /// Steps for several names.
    StepsForSeveralNames
        => "a row of steps has one name", "the steps need no other name than this", None;
    /// Too many combinations of rows.
    TooManyCases { cases: usize, limit: usize }
        => "the rows make {cases} cases", "the limit is {limit}", None;
    /// Nothing in the scenario can fail.
    CannotFail
        => "nothing in this scenario can fail", "it would pass with any broker",
        text("a line that receives something, outside `setup` and without `may`, can fail");

    /// No such value.
    UnknownName { name: String, nearest: Option<String> }
        => "unknown name `{name}`", "not defined up to here", like(nearest);
    /// A client where a value is expected.
    ClientAsValue { name: String }
        => "`{name}` is a client", "expected a value",
        some(format!("`{{{name}.client_id}}` is a value"));
    /// Nothing connects or opens this client.
    UnknownClient { name: String, nearest: Option<String> }
        => "unknown client `{name}`", "no line up to here connects or opens it", like(nearest);
    /// A client with an index has to have one.
    MissingIndex { name: String }
        => "`{name}` needs an index", "there are several `{name}`",
        some(format!("write `{name}[0]`; of clients, `{name}[*]` stands for all"));
    /// A client or a capture without an index has none.
    NoIndex { name: String }
        => "`{name}` has no index", "there is only one `{name}`", None;
    /// No such limit.
    UnknownLimit { name: String, nearest: Option<String> }
        => "unknown limit `{name}`", "connections have no such value", like(nearest);
    /// No such mark.
    UnknownMark { name: String, nearest: Option<String> }
        => "unknown mark `{name}`", "no line up to here sets it", like(nearest);
    /// `do` of something else than rows of steps.
    NotSteps { name: String }
        => "`{name}` is no rows of steps", "`do` runs the steps of a row", None;
    /// Rows of steps where a value is expected.
    StepsAsValue { name: String }
        => "`{name}` stands for steps", "expected a value",
        some(format!("`do {name}` runs the steps"));
    /// The name is that of a value that is always there.
    GivenName { name: String }
        => "`{name}` is a given name", "it has a meaning already", None;
    /// The name is taken.
    NameTaken { name: String }
        => "`{name}` is defined already", "the name is taken", None;
    /// A name that nothing uses.
    Unused { what: &'static str, name: String }
        => "{what} `{name}` is never used", "nothing uses it", None;
    /// A row's value that is made of itself.
    Circular { name: String }
        => "`{name}` is made of itself", "this has no end", None;
    /// Arithmetic with something else than a number.
    NotANumber { name: String }
        => "`{name}` is no number", "expected a number", None;
    /// An expression without a value.
    NoValue { why: String }
        => "{why}", "this has no value", None;
    /// `{name}` in place of a packet's name.
    NotAPacket { name: String }
        => "`{name}` is no packet", "expected the name of a packet", None;

    /// The packet has no such field.
    UnknownField { name: String, packet: String, nearest: Option<String> }
        => "{packet} has no field `{name}`", "unknown field", like(nearest);
    /// The field goes the other way only.
    WrongWay { name: String, sent: bool }
        => "`{name}` cannot be {}" [if *sent { "written" } else { "matched" }],
        "it exists only in packets that are {}" [if *sent { "received" } else { "sent" }], None;
    /// A field of 5.0 in a run of 3.1.1.
    FieldNotInVersion { name: String }
        => "3.1.1 has no field `{name}`", "this line runs in 3.1.1, too",
        text("put `@5.0` in front of the line, or run the scenario in 5.0 only");
    /// A field stands twice.
    DuplicateField { name: String }
        => "`{name}` stands twice", "the field is written already", None;
    /// A field that is kept for later.
    ReservedField { name: String }
        => "`{name}` is reserved", "nothing uses it yet", None;
    /// An option of a filter in front of all filters.
    OptionBeforeFilter { name: String }
        => "`{name}` stands before the filter", "options follow the filter that they belong to",
        None;
    /// Both ways to write filters.
    FilterAndFilters
        => "`filter` and `filters` exclude each other", "one of them is enough", None;
    /// A value that does not fit its field.
    WrongType { name: String, expected: &'static str, found: &'static str }
        => "`{name}` takes {expected}", "expected {expected}, found {found}", None;
    /// A number that does not fit its field.
    OutOfRange { name: String, value: i64, limit: u64 }
        => "`{name}` takes numbers up to {limit}", "{value} does not fit", None;
    /// A field without a value whose value is no number.
    MissingValue { name: String, expected: &'static str }
        => "`{name}` needs a value", "expected {expected}", text("only a flag may stand alone");
    /// Alternatives in a packet that is sent.
    Ambiguous
        => "a packet that is sent has one value in each field", "this is for packets received",
        None;
    /// `*count` behind what cannot be repeated.
    NotRepeatable
        => "this cannot be repeated", "only strings, bytes and lists can", None;
    /// `{#}` outside of a repeated list.
    IndexOutsideList
        => "`{{#}}` stands outside of a repeated list", "there is no index here",
        text("`[\"a/{#}\"]*3` is `[\"a/0\", \"a/1\", \"a/2\"]`");
    /// Neither version knows this reason.
    UnknownReason { name: String, nearest: Option<String> }
        => "unknown reason `{name}`", "neither version has it", like(nearest);
    /// The version, or the packet in it, does not know this reason.
    ReasonNotInPacket { name: String, packet: String, version: Version }
        => "`{name}` is no reason of {packet}", "no broker sends it in {version}", None;
    /// `rejected` with a success.
    NotAnError { name: String }
        => "`{name}` is no error", "`rejected` lists error codes", None;
    /// A prefix of something that has none.
    NoPrefix { name: String }
        => "`{name}` has no prefix", "`^=` compares with one string or bytes", None;
    /// A packet that only clients send.
    NotReceived { packet: String, version: Version }
        => "a broker never sends {packet} in {version}", "this line can never be met", None;
    /// A packet that the version does not have.
    PacketNotInVersion { packet: String, version: Version }
        => "{version} has no {packet}", "this line runs in {version}, too",
        text("`bytes F0 00` sends a packet of type 15");

    /// `should` or `may` where nothing is received.
    ModeWithoutReceive { word: &'static str }
        => "`{word}` stands before a step that receives nothing", "expected a line with `<-`",
        None;
    /// `may` with something that is not a packet and not `closed`.
    MayOfThat
        => "`may` lets a packet or `closed` pass", "this means nothing", None;
    /// `within` with something that has its own time or none.
    WithinOfThat
        => "this line has no `within`", "it does not wait for an event",
        text("`nothing for 2s` listens for a time");
    /// A range of times that is empty.
    EmptyRange
        => "the range is empty", "the lower bound is above the upper one", None;
    /// `N of` more clients than there are, or none.
    CountOutOfRange { count: i64, clients: usize }
        => "{count} of {clients} clients", "expected 1 to {clients}", None;
    /// `as` with more than one receiver.
    BindNeedsOne
        => "`as` needs `1 of`", "there has to be one receiver to name", None;
    /// A CONNACK expected of a socket.
    OpenExpectsNothing
        => "`open` sends no CONNECT", "there will be no CONNACK", None;
    /// A field of CONNECT with a socket.
    OpenTakesNoFields { name: String }
        => "`open` sends no CONNECT", "`{name}` belongs to `connect`, or to `a -> CONNECT`", None;
    /// A step that does not belong into its block.
    NotInBlock { block: &'static str, expected: &'static str }
        => "this does not belong into `{block}`", "expected {expected}", None;
    /// A branch that cannot be chosen by what arrives.
    BranchWithoutReceive
        => "the branch does not begin with a line that receives",
        "it is chosen by what arrives", None;
    /// No branch is left in a version.
    NoBranch { version: Version }
        => "no branch is left in {version}", "every branch is of the other version", None;
    /// A block without steps.
    EmptyBlock { what: &'static str }
        => "the {what} is empty", "expected a step", None;
    /// A step of a version inside one of the other version.
    NeverRuns { version: Version, other: Version }
        => "this never runs", "{version} inside {other}", None;
    /// A line behind the end of a connection.
    BehindEnd { client: String }
        => "this line is behind the end of `{client}`", "the connection is gone",
        some(format!("`reconnect {client}` begins a new one"));
    /// A packet sent although our side is closed.
    BehindOurEnd { client: String }
        => "`{client}` has ended its side", "nothing can be sent any more",
        text("a DISCONNECT that is sent closes our side; in a `batch` more can follow it");
    /// A connection on top of one that is open.
    AlreadyConnected { client: String }
        => "`{client}` is connected already", "its connection is open",
        text("end it first, or take another name");
    /// `reconnect` of a client that never connected.
    NeverConnected { client: String }
        => "`{client}` has never connected", "there is no CONNECT to repeat",
        some(format!("write `connect {client}`"));
    /// A packet that `acks=auto` takes off the queue.
    TakenByAcks { client: String, packet: String }
        => "this line never sees a successful {packet}", "`{client}` has `acks=auto`",
        some(format!("`acks {client} manual` leaves acknowledgements to the script"));
}

fn text(help: &str) -> Option<String> {
    some(help.to_owned())
}

#[expect(clippy::unnecessary_wraps, reason = "the table of problems wants an option")]
fn some(help: String) -> Option<String> {
    Some(help)
}

fn like(nearest: &Option<String>) -> Option<String> {
    nearest.as_ref().map(|nearest| format!("did you mean `{nearest}`?"))
}
