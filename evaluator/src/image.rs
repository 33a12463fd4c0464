//! The image: everything that a decision needs, as plain tables.
//!
//! An [`Image`] is what the compiler makes or the loader reads; only a `VerifiedImage` runs.

mod encoding;
mod session;

pub use encoding::{FORMAT_VERSION, FORMAT_WITHOUT_ENTITIES, FORMAT_WITHOUT_PACKS, MAGIC, MAX_IMAGE_BYTES, SEMANTICS_VERSION};

pub use crate::op::EntityId;
use crate::op::{ConstId, NoteId, PatternId, Slot, ZoneId};
use crate::value::Place;
pub use reach_values::form::Form;
pub use reach_values::path::Platform;
pub use session::{
    ApproverDef, BudgetDef, CaptureDef, ChargeDef, Feeds, FoldDef, GrantDef, MonitorDef, OriginDef, Phase, QueryDef, ResultDef, ResultFormat, ReturnDef,
    WatchDef,
};

/// The identity of a text of the pool; also its atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextId(pub u32);

/// A row of the type table. A type refers to earlier rows alone, so that types are finite trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u32);

/// A row of the region table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionId(pub u32);

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TypeDesc {
    /// `bool`.
    Bool,
    /// `int`.
    Int,
    /// `decimal`.
    Decimal,
    /// `text`.
    Text,
    /// `time`.
    Time,
    /// `date`.
    Date,
    /// `duration`.
    Duration,
    /// A form: `path`, `url`, `shell` …
    Form(Form),
    /// An enum with its members.
    Enum(Vec<TextId>),
    /// `list<T>`.
    List(TypeId),
    /// `set<T>`.
    Set(TypeId),
    /// `map<T>`.
    Map(TypeId),
    /// A record: names and types, in declared order.
    Record(Vec<(TextId, TypeId)>),
    /// `T?`.
    Optional(TypeId),
    /// `any`.
    Any,
    /// `list<T> from text`: read from a JSON list, a single `T`, or a text that holds a JSON list; a list afterwards.
    ListFromText(TypeId),
    /// A type that intake reads in a way of its own; the type itself afterwards.
    Read(TypeId, Reading),
    /// An entity: a row of the image's entities. Its values are ids.
    Entity(EntityId),
}

/// A type of entities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityDef {
    /// The name.
    pub name: TextId,
    /// The types that its entities can lie in at once: rows, ascending.
    pub parents: Vec<EntityId>,
    /// Its fields, in declared order.
    pub fields: Vec<(TextId, TypeId)>,
}

/// How intake reads a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reading {
    /// `path at context.cwd`: a relative path is joined to that field of the context, if it has a value.
    AtContext(u16),
    /// `path at "/srv"`: a relative path is joined to that folder.
    At(TextId),
    /// `url default "https"`: an address without a scheme gets this one.
    Scheme(TextId),
    /// `time in "Europe/Berlin"`: a time without an offset is one of that zone.
    Zone(ZoneId),
}

/// A constant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Const {
    /// Its type.
    pub ty: TypeId,
    /// Its value.
    pub value: ConstValue,
}

/// The value of a constant. Members are earlier constants.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConstValue {
    /// An absent optional.
    Absent,
    /// A truth value.
    Bool(bool),
    /// A number of any kind, as [`crate::value::Value::Num`] holds it.
    Num(i128),
    /// Text of any kind, in its normal form.
    Text(TextId),
    /// A list in order, or a set sorted by value without duplicates.
    List(Vec<ConstId>),
    /// A record.
    Record(Vec<ConstId>),
}

/// A pattern, compiled when the image is loaded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatternDef {
    /// The kind.
    pub kind: PatternKind,
    /// As written.
    pub text: TextId,
    /// Whether case is ignored.
    pub nocase: bool,
}

/// The kinds of patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PatternKind {
    /// A glob by component (paths; without a slash it means the last component) .
    Glob,
    /// A glob on text, `*` matching anything.
    TextGlob,
    /// A regular expression, anchored as written.
    Regex,
    /// As `Glob`, for paths of Windows.
    WindowsGlob,
    /// As `Glob`, for paths of macOS.
    MacOsGlob,
}

impl PatternKind {
    /// Returns the platform of whose paths it is; none for patterns on other text.
    #[must_use]
    pub const fn platform(self) -> Option<Platform> {
        match self {
            Self::Glob => Some(Platform::Posix),
            Self::WindowsGlob => Some(Platform::Windows),
            Self::MacOsGlob => Some(Platform::MacOs),
            Self::TextGlob | Self::Regex => None,
        }
    }
}

/// A half-open byte range of a source file of the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceDef {
    /// The index of the source file.
    pub file: u32,
    /// The offset of the first byte.
    pub start: u32,
    /// The offset behind the last byte.
    pub end: u32,
}

/// A source file of the bundle, or of a pack that it uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceDef {
    /// The name relative to the bundle's root, with `/`; of a pack's file, the pack's name, `//` and the name relative to the pack's root.
    pub name: String,
    /// The text.
    pub text: String,
}

/// Stands between the name of a pack and the name of a file of it. No relative path has it.
pub const PACK_MARK: &str = "//";

/// A pack that the bundle uses, itself or through another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackDef {
    /// The name.
    pub name: String,
    /// The version.
    pub version: String,
    /// The digest of its signed statement; none for a folder that is worked on.
    pub digest: Option<String>,
    /// Its files: indices of the sources, ascending.
    pub sources: Vec<u32>,
}

/// A field that intake reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDef {
    /// The JSON key.
    pub name: TextId,
    /// The type; an `Optional` may be left out or null.
    pub ty: TypeId,
    /// Where it goes: a slot of the step, or of the context.
    pub slot: Slot,
    /// Whether rules compare it with constants, so that intake looks up its atom.
    pub intern: bool,
}

/// The kinds of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum StepKind {
    /// `call`.
    Call = 0,
    /// `spawn`.
    Spawn = 1,
    /// `model`.
    Model = 2,
    /// `read`.
    Read = 3,
    /// `say`.
    Say = 4,
}

impl StepKind {
    /// All of them, by tag.
    pub const ALL: [Self; 5] = [Self::Call, Self::Spawn, Self::Model, Self::Read, Self::Say];

    /// Their words, by tag. Policies and events write them so.
    pub const WORDS: [&'static str; 5] = ["call", "spawn", "model", "read", "say"];

    /// Returns its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.get(self as usize).copied().unwrap_or_default()
    }

    /// Returns the kind of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// How many rows each table of an image may have.
pub mod most {
    /// Packs.
    pub const PACKS: usize = 1_000;
    /// Types of entities.
    pub const ENTITIES: usize = 1_000;
    /// Rules.
    pub const RULES: usize = 1_000_000;
    /// Patterns, each of which is compiled when the image is loaded.
    pub const PATTERNS: usize = 10_000;
    /// Time zones, each of which is looked up when the image is loaded.
    pub const ZONES: usize = 1_000;
    /// Declared steps.
    pub const TARGETS: usize = 200_000;
    /// Types.
    pub const TYPES: usize = 1_000_000;
    /// Texts.
    pub const TEXTS: usize = 16_000_000;
    /// Constants.
    pub const CONSTS: usize = 16_000_000;
    /// Labels.
    pub const LABELS: usize = 1_000;
    /// Uses of history.
    pub const MONITORS: usize = 10_000;
    /// Origins of values.
    pub const ORIGINS: usize = 1_000;
    /// Budgets.
    pub const BUDGETS: usize = 1_000;
    /// Questions of the session.
    pub const QUERIES: usize = 1_000_000;
    /// Regions.
    pub const REGIONS: usize = 64_000_000;
}

/// A declared step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetDef {
    /// The kind.
    pub kind: StepKind,
    /// The name; of a `Read` a glob as written; of `Say` empty.
    pub name: TextId,
    /// The arguments.
    pub args: Vec<FieldDef>,
    /// The facts.
    pub facts: Vec<FieldDef>,
    /// The digest that `definition` must have, as written.
    pub pinned: Option<TextId>,
    /// Refinements, asked after intake in order; the first that isn't true refuses the arguments.
    pub checks: Vec<CheckDef>,
    /// Computes the slots of class fields; runs after the checks.
    pub derive: Option<RegionId>,
    /// What it comes back with, where that is structured.
    pub result: Option<ResultDef>,
    /// The labels of what it comes back with.
    pub returns: Vec<ReturnDef>,
    /// What it takes from budgets.
    pub charges: Vec<ChargeDef>,
    /// What its events feed.
    pub watches: Vec<WatchDef>,
    /// The rules that can match, in source order.
    pub rules: Vec<RuleRef>,
}

/// A refinement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckDef {
    /// The JSON pointer of the field, for example `/args/subject`.
    pub pointer: TextId,
    /// What was expected, as written, for example `text where length(it) <= 80`.
    pub expected: TextId,
    /// The condition.
    pub region: RegionId,
}

/// A rule as one target sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RuleRef {
    /// The index of the rule.
    pub rule: u32,
    /// The index of its variant.
    pub variant: u32,
}

/// The effects of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Effect {
    /// `permit`.
    Permit = 0,
    /// `ask`.
    Ask = 1,
    /// `forbid`.
    Forbid = 2,
    /// `otherwise ask`.
    OtherwiseAsk = 3,
    /// `oblige`.
    Oblige = 4,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleDef {
    /// The name.
    pub name: TextId,
    /// The effect.
    pub effect: Effect,
    /// Whether it is only reported.
    pub advisory: bool,
    /// `@severity(…)`.
    pub severity: Option<TextId>,
    /// The place of its name.
    pub place: Place,
    /// How long an `ask` may be answered, in nanoseconds.
    pub expires: Option<i128>,
    /// One a layout of its targets' arguments; most rules have one.
    pub variants: Vec<VariantDef>,
}

/// A rule for one layout of slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantDef {
    /// One region a source condition, in source order, with notes for observers. Its result is the rule's condition.
    pub plain: RegionId,
    /// The same condition, indexed and fused. Its result is the same.
    pub fast: RegionId,
    /// The message, empty without `because`.
    pub message: Vec<MessagePart>,
    /// What goes with a permitted step.
    pub obligations: Vec<ObligationDef>,
    /// Who may answer an `ask`; without it anybody.
    pub approver: Option<ApproverDef>,
    /// What a child is given; without it all that its parent has.
    pub grants: Option<Vec<GrantDef>>,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessagePart {
    /// Text.
    Text(TextId),
    /// A value, computed by a region and printed by its type.
    Value(RegionId, TypeId),
}

/// An obligation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObligationDef {
    /// `clear secret`: the label.
    Clear(u32),
    /// `notify "…"`.
    Notify(TextId),
    /// `require "…"`.
    Require(TextId),
    /// `set args.name: expr`: the argument and its value.
    Set {
        /// The name of the argument.
        field: TextId,
        /// Computes the value.
        region: RegionId,
        /// The type of the value.
        ty: TypeId,
    },
    /// `redact args.name matching re"…"`: what matches becomes `[redacted]`.
    Redact {
        /// The name of the argument, of type text.
        field: TextId,
        /// What is removed.
        pattern: PatternId,
        /// The slot of the argument.
        slot: Slot,
    },
    /// `redact args.name finding card, iban`: what they find becomes `[redacted]`.
    Conceal {
        /// The name of the argument, of type text.
        field: TextId,
        /// What is looked for, sorted, each once.
        detectors: Vec<crate::op::Detector>,
        /// The slot of the argument.
        slot: Slot,
    },
}

/// What an observer learns at a `Note`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteDef {
    /// The expression.
    pub place: Place,
    /// Its type.
    pub ty: TypeId,
    /// What it is.
    pub kind: NoteKind,
    /// The condition that it is part of; none for a rule's `when` and `unless` themselves.
    pub parent: Option<NoteId>,
}

/// The kinds of notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum NoteKind {
    /// The whole condition of a `when`.
    When = 0,
    /// The whole condition of an `unless`.
    Unless = 1,
    /// A term of an `and`, an `or` or a `not`.
    Term = 2,
    /// A value that a condition reads.
    Operand = 3,
}

/// A region: a piece of code that is entered at its start and ends in `Return`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// The first operation.
    pub start: u32,
    /// Behind the last operation.
    pub end: u32,
    /// How many registers it uses.
    pub frame: u16,
    /// The type of its result.
    pub result: TypeId,
    /// The worst cost, in units of fuel; the verifier computes it again.
    pub cost: u64,
}

/// The tables of a bundle. Equal sources make equal images, byte for byte.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// The version of the compiler that made it.
    pub compiler: String,
    /// The source files, by name.
    pub sources: Vec<SourceDef>,
    /// The packs, by name.
    pub packs: Vec<PackDef>,
    /// The texts, each once.
    pub texts: Vec<String>,
    /// The types of entities, by declaration.
    pub entities: Vec<EntityDef>,
    /// The types, each once.
    pub types: Vec<TypeDesc>,
    /// The constants, each once.
    pub consts: Vec<Const>,
    /// The patterns, each once.
    pub patterns: Vec<PatternDef>,
    /// The names of time zones, each once.
    pub zones: Vec<TextId>,
    /// The places.
    pub places: Vec<PlaceDef>,
    /// The notes.
    pub notes: Vec<NoteDef>,
    /// The fields of the context.
    pub context: Vec<FieldDef>,
    /// Refinements of the context.
    pub context_checks: Vec<CheckDef>,
    /// The declared steps; several `Read` targets may fit one name, the first in order counts.
    pub targets: Vec<TargetDef>,
    /// What is looked at when no declaration covers a step: `ask` and `forbid` rules on `undeclared`.
    pub undeclared: Vec<RuleRef>,
    /// The rules, in source order: the bundle's own, then those of packs by the packs' names; by file name, then place.
    pub rules: Vec<RuleDef>,
    /// The regions.
    pub regions: Vec<Region>,
    /// The code.
    pub code: Vec<crate::op::Op>,
    /// The labels.
    pub labels: Vec<TextId>,
    /// The uses of history.
    pub monitors: Vec<MonitorDef>,
    /// Where values come from.
    pub origins: Vec<OriginDef>,
    /// What is asked of the session.
    pub queries: Vec<QueryDef>,
    /// The budgets.
    pub budgets: Vec<BudgetDef>,
    /// What prompts feed.
    pub prompts: Vec<WatchDef>,
    /// How many slots a step has.
    pub slots: u16,
}

/// The slots that every step has, before those of arguments and facts: name, type for listings, and meaning.
///
/// `ok` and `text` are those of a result or prompt, `item` is an element of `each`: they have values only for watches.
pub const SYSTEM_SLOTS: [(&str, &str); 9] = [
    ("step.name", "text"),
    ("step.kind", "enum"),
    ("step.at", "time"),
    ("agent.name", "text"),
    ("agent.depth", "int"),
    ("agent.live_children", "int"),
    ("ok", "bool"),
    ("text", "text"),
    ("item", ""),
];

/// The slot of `step.at`.
pub const AT_SLOT: Slot = Slot(2);
/// The slot of `ok`.
pub const OK_SLOT: Slot = Slot(6);
/// The slot of `text`.
pub const TEXT_SLOT: Slot = Slot(7);
/// The slot of the element of `each`.
pub const ITEM_SLOT: Slot = Slot(8);
