//! The parts of forms: `args.url.host`, `args.command.commands`.

use super::Form;
use crate::path::Platform;

/// The type of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartType {
    /// `bool`.
    Bool,
    /// `int`.
    Int,
    /// `text`.
    Text,
    /// A form.
    Form(Form),
    /// The form that it is a part of.
    Same,
    /// The enum of [`crate::sql::StatementKind`].
    Kind,
    /// `list<text>`.
    TextList,
    /// `set<text>`.
    TextSet,
    /// `map<text>`.
    TextMap,
    /// `set<path>`.
    PathSet,
    /// A list of commands.
    Commands,
    /// A list of statements.
    Statements,
}

/// Declares the parts: tag, variant, form and field, type, `?` for one that may be absent, and what it is. A field that begins with
/// `#` has no name in policies.
macro_rules! parts {
    ($($tag:literal $variant:ident $word:literal $ty:expr, $optional:literal, $about:literal;)*) => {
        /// A part of a value of a form.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Part { $(
            #[doc = concat!("`", $word, "`: ", $about, ".")]
            $variant = $tag
        ),* }

        impl Part {
            /// All of them, by tag.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Returns the form and the field, joined by a dot.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// Returns the tag of the encoding.
            #[must_use]
            pub const fn tag(self) -> u8 {
                self as u8
            }

            /// Returns the part of a tag.
            #[must_use]
            pub const fn from_tag(tag: u8) -> Option<Self> {
                match tag { $($tag => Some(Self::$variant),)* _ => None }
            }

            /// Returns its type, without `?`.
            #[must_use]
            pub const fn ty(self) -> PartType {
                match self { $(Self::$variant => $ty),* }
            }

            /// Returns whether it may be absent.
            #[must_use]
            pub const fn is_optional(self) -> bool {
                match self { $(Self::$variant => $optional),* }
            }

            /// Returns what it is, for reference pages.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self { $(Self::$variant => $about),* }
            }
        }
    };
}

parts! {
    0 PathName "path.name" PartType::Text, false, "the last component, empty for the root";
    1 PathExtension "path.extension" PartType::Text, true, "what follows the last dot of the name, without the dot";
    2 PathParent "path.parent" PartType::Same, true, "the folder above";
    3 PathAbsolute "path.absolute" PartType::Bool, false, "whether it begins at the root; no value for a path of a home folder (`~/x`)";
    4 EmailLocal "email.local" PartType::Text, false, "what stands before the `@`";
    5 EmailDomain "email.domain" PartType::Form(Form::Host), false, "what stands behind the `@`";
    6 UrlScheme "url.scheme" PartType::Text, false, "the scheme, without the colon";
    7 UrlHost "url.host" PartType::Form(Form::Host), false, "the host; no value where the URL has none";
    8 UrlPort "url.port" PartType::Int, true, "the port, written or that of the scheme";
    9 UrlPath "url.path" PartType::Form(Form::Path(Platform::Posix)), false, "the path, percent-encoded as it stands; no value where the URL has none, or servers disagree on it (`//`, `%2f`, `%5c`)";
    10 UrlQuery "url.query" PartType::Text, true, "what stands behind the `?`";
    11 UrlFragment "url.fragment" PartType::Text, true, "what stands behind the `#`";
    12 UrlUser "url.user" PartType::Text, true, "user name and password before the `@`";
    13 HostIp "host.ip" PartType::Form(Form::Ip), true, "the address, if it is one and no name";
    14 HostRegistrable "host.registrable" PartType::Form(Form::Host), true, "the public suffix and one label: what somebody registered";
    15 IpVersion "ip.version" PartType::Int, false, "4 or 6";
    16 IbanCountry "iban.country" PartType::Text, false, "the country, two letters";
    17 ShellText "shell.text" PartType::Text, false, "the command line as it came";
    18 ShellCommands "shell.commands" PartType::Commands, false, "every simple command; no value when it is opaque";
    19 ShellKnown "shell.#known" PartType::Bool, false, "true; no value when it is opaque";
    20 ShellFound "shell.#found" PartType::Commands, false, "the commands that were found, also when it is opaque";
    21 CommandText "command.text" PartType::Text, false, "the text of the command";
    22 CommandProgram "command.program" PartType::Text, false, "the program, as it is written";
    23 CommandName "command.name" PartType::Text, false, "the program without its folder";
    24 CommandWords "command.words" PartType::TextList, false, "program and arguments; no value when one can't be known";
    25 CommandOptions "command.options" PartType::TextMap, false, "the options with what stands behind their `=`; no value when a word can't be known";
    26 CommandEnv "command.env" PartType::TextMap, false, "what is assigned before it; no value when one can't be known";
    27 CommandReads "command.reads" PartType::PathSet, false, "the files that it reads; no value when there may be others";
    28 CommandWrites "command.writes" PartType::PathSet, false, "the files that it writes or removes; no value when there may be others";
    29 CommandArgv "command.#argv" PartType::TextList, false, "the words, those without a value in their places";
    30 CommandRedirects "command.#redirects" PartType::Bool, false, "whether a redirection writes a file";
    31 CommandAssigns "command.#assigns" PartType::Bool, false, "whether anything is assigned before it";
    32 CommandTouches "command.#touches" PartType::PathSet, false, "the files that it is known to read or write";
    33 CommandComplete "command.#complete" PartType::Bool, false, "true; no value when it may read or write others";
    34 SqlText "sql.text" PartType::Text, false, "the query as it came";
    35 SqlStatements "sql.statements" PartType::Statements, false, "its statements; no value when it is opaque";
    36 StatementKind "statement.kind" PartType::Kind, false, "what it does";
    37 StatementReads "statement.reads" PartType::TextSet, false, "the tables that it reads";
    38 StatementWrites "statement.writes" PartType::TextSet, false, "the tables that it writes, creates, changes or drops";
    39 StatementColumns "statement.columns" PartType::TextSet, false, "the columns that it names; `*` for all";
    40 StatementFunctions "statement.functions" PartType::TextSet, false, "the functions that it calls";
    41 StatementLimit "statement.limit" PartType::Int, true, "how many rows it gives at most";
    42 StatementFiltered "statement.filtered" PartType::Bool, false, "whether it has a `where`";
    43 StatementEffects "statement.effects" PartType::Bool, false, "whether it may write in a way that isn't known";
}

impl Part {
    /// Returns the word of the form that it is a part of, and its field.
    #[must_use]
    pub fn owner_and_field(self) -> (&'static str, &'static str) {
        self.word().split_once('.').unwrap_or_default()
    }

    /// Returns whether a value of a form has it.
    #[must_use]
    pub fn is_of(self, form: Form) -> bool {
        self.owner_and_field().0 == form.word()
    }

    /// Returns the parts of a form that policies can name.
    pub fn named(form: Form) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |part| part.is_of(form) && !part.owner_and_field().1.starts_with('#'))
    }

    /// Finds a part of a form by its field.
    #[must_use]
    pub fn find(form: Form, field: &str) -> Option<Self> {
        Self::named(form).find(|part| part.owner_and_field().1 == field)
    }
}
