//! The typed IR: what a bundle means, with every name resolved and every type known.
//!
//! It is what lowering reads, what the tests' tree walker evaluates, and what `check --emit ir` prints. Functions are
//! inlined, constants folded by the evaluator's own operations, class fields and refinements explicit.

mod claim;
mod pack;
mod session;
mod structured;

use std::sync::Arc;

pub(crate) use claim::deciding;
pub use claim::{Aside, Claim, ClaimEffect, ClaimExpect};
use ecow::EcoString;
pub use pack::{Need, Pack, Use};
use reach_codes::{Sources, Span};
use reach_evaluator::image;
pub use reach_values::detect::Detector;
pub use reach_values::form::{Form, Part};
use schemars::JsonSchema;
use serde::Serialize;
pub use session::{Approver, Budget, Capture, Charge, Each, EventKind, EventPattern, Fold, Format, Grant, Monitor, Origin, ResultType, Returned};
use smallvec::SmallVec;
pub use structured::{Guards, Query, Reading, Runs};
use structured::{as_written, detector_word, detector_words, part_word};

/// A type of values. Two types are the same when they are equal here; refinements are checked where values enter and
/// are no part of the type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Type {
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
    /// A form: `path`, `url`, `shell` …, as policies write it.
    Form(
        #[serde(serialize_with = "as_written")]
        #[schemars(with = "String")]
        Form,
    ),
    /// `enum { … }`, its members in declared order. Equal members, equal type.
    Enum(Arc<[String]>),
    /// `list<T>`.
    List(Arc<Type>),
    /// `set<T>`.
    Set(Arc<Type>),
    /// `map<T>`.
    Map(Arc<Type>),
    /// A record, its fields in declared order.
    Record(Arc<[(String, Type)]>),
    /// `T?`; never of an optional.
    Optional(Arc<Type>),
    /// `any`.
    Any,
    /// An entity, by the full name of its type: values are ids. Equal names, equal type.
    Entity(Arc<str>),
}

/// A constant value; the type beside it tells what it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Const {
    /// An optional that isn't there.
    Absent,
    /// A truth value.
    Bool(bool),
    /// A number of any kind, as the evaluator holds it: an `int` as it is, a `decimal` times 10^18, times and durations
    /// in nanoseconds, dates in days, an enum as its member's index. Written as text in JSON.
    Num(
        #[serde(serialize_with = "number_as_text")]
        #[schemars(with = "String")]
        i128,
    ),
    /// Text of any kind, in its normal form.
    Text(#[schemars(with = "String")] EcoString),
    /// A list in order, or a set, sorted and without duplicates.
    List(Arc<[Const]>),
    /// A record, in the order of its type.
    Record(Arc<[Const]>),
    /// A map, or an object in `any`: keys sorted, each once. Only in tests: a rule never holds one.
    Map(Arc<[(String, Const)]>),
}

fn number_as_text<S: serde::Serializer>(n: &i128, s: S) -> Result<S::Ok, S::Error> {
    s.collect_str(n)
}

/// Names a local value of a rule: a quantifier's variable, a value bound by `as`, `it`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct LocalId(pub u32);

/// A place a step's value is read from, before slots are assigned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SlotRef {
    /// `args.name` of whatever step the rule is evaluated for. In a rule on a class, a class field.
    Arg(#[schemars(with = "String")] EcoString),
    /// `facts.name`.
    Fact(#[schemars(with = "String")] EcoString),
    /// `context.name`.
    Context(#[schemars(with = "String")] EcoString),
    /// A system slot: the index in `reach_evaluator::image::SYSTEM_SLOTS`.
    System(u16),
    /// What a step came back with; only in patterns of events.
    Result,
}

/// A typed expression. One of type `Bool` is a condition: true, false or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Expr {
    /// The type.
    pub ty: Type,
    /// The place in the source: where it is reported that it has no value. For what a function's call inlines, places in the function's body.
    #[serde(skip)]
    pub span: Span,
    /// What it is.
    #[serde(flatten)]
    pub kind: ExprKind,
}

/// The forms of expressions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "op", content = "of")]
pub enum ExprKind {
    /// A constant.
    Const(Const),
    /// A value of the step, the context or the system.
    Slot(SlotRef),
    /// A local value.
    Local(LocalId),
    /// An optional known to be there: absent becomes none (`Cause::Absent`). `ty` is the inner type.
    Unwrap(Box<Expr>),
    /// A field of a record, by its index in the type.
    Field(Box<Expr>, u16),
    /// A field of an entity, by its name: looked up in the session's data.
    LookUp(Box<Expr>, String),
    /// A part of a value of a form.
    Part(
        Box<Expr>,
        #[serde(serialize_with = "part_word")]
        #[schemars(with = "String")]
        Part,
    ),
    /// `map["key"]` or `list[0]`: optional.
    Index(Box<Expr>, Box<Expr>),
    /// `length(x)`: int.
    Length(Box<Expr>),
    /// `lower(x)`.
    Lower(Box<Expr>),
    /// Arithmetic on two numbers; the kind says on which.
    Arith(Arith, Box<Expr>, Box<Expr>),
    /// Negation or absolute value; the type says of what.
    Unary(Unary, Box<Expr>),
    /// `xs + ys` of lists; either may be optional, absent is empty.
    Concat(Box<Expr>, Box<Expr>),
    /// `[a, b]` that isn't constant.
    List(Vec<Expr>),
    /// `a else b`: `a` is optional; `b` of the inner type, or optional too.
    Else(Box<Expr>, Box<Expr>),
    /// `if a then b else c`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `let local = value in body`: an argument of an inlined function.
    Let(LocalId, Box<Expr>, Box<Expr>),
    /// `count(x in xs: cond)`, int.
    Count(LocalId, Box<Expr>, Box<Expr>),
    /// `sum(x in xs: value)`, of the value's type (int, decimal, duration).
    Sum(LocalId, Box<Expr>, Box<Expr>),

    /// `all(x in xs: cond)`.
    All(LocalId, Box<Expr>, Box<Expr>),
    /// `any(x in xs: cond)`.
    Any(LocalId, Box<Expr>, Box<Expr>),
    /// `not a`.
    Not(Box<Expr>),
    /// `a and b and c`, at least two.
    And(Vec<Expr>),
    /// `a or b or c`, at least two.
    Or(Vec<Expr>),
    /// A comparison of two values of one type.
    Compare(Compare, Box<Expr>, Box<Expr>),
    /// `a in b`, `b` a list or set.
    In(Box<Expr>, Box<Expr>),
    /// `a in b` of entities: whether `a` is `b`, or one of a list or set `b`, or lies in it.
    Under(Box<Expr>, Box<Expr>),
    /// `a within b`: two paths, two hosts, or a host or address and a network.
    Within(Box<Expr>, Box<Expr>),
    /// `c runs only { "git status" }` and `c may run { … }`: each pattern as its words.
    Runs(Runs, Box<Expr>, Arc<[Vec<String>]>),
    /// `c runs only x where …` and `c may run x where …`.
    RunsWhere(Runs, Guards, LocalId, Box<Expr>, Box<Expr>),
    /// `q reads only { "analytics.*" }` and `q may write { … }`.
    Query(Query, Box<Expr>, Arc<[String]>),
    /// `t contains card`.
    Detect(
        Box<Expr>,
        #[serde(serialize_with = "detector_word")]
        #[schemars(with = "String")]
        Detector,
    ),
    /// `local(t, "Europe/Berlin")`: a record.
    Clock(Box<Expr>, String),
    /// A condition that its author wrote as one: the value that it is about, and what it means. Observers are told no terms of it.
    Whole(Box<Expr>, Box<Expr>),
    /// `a matches pattern`.
    Matches(Box<Expr>, Pattern),
    /// `a contains b`, both text.
    Contains(Box<Expr>, Box<Expr>),
    /// `args has date`: the optional is there.
    Present(Box<Expr>),
    /// `e has "key"` on `any` or a map.
    HasKey(Box<Expr>, String),
    /// A question of history: the index of [`Bundle::monitors`], and the step's sides of its joins: those of the pattern, then
    /// those of `since`.
    History(u32, Vec<Expr>),
    /// `v from S`: the value, and the index of [`Bundle::origins`].
    From(Box<Expr>, u32),
    /// `v named by user`.
    NamedBy(Box<Expr>),
    /// `secret in labels`: the index of [`Bundle::labels`].
    Labelled(u32),
    /// `names within agent.rights`: a list or set of text.
    WithinRights(Box<Expr>),
    /// `optional as name`: true and binds the local when it is there; false when absent; none when none, and the local is that none.
    Bind(LocalId, Box<Expr>),
}

/// Arithmetic; the operands' types say which opcode it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Arith {
    /// `a + b`.
    Add,
    /// `a - b`.
    Subtract,
    /// `a * b`; a duration stands on the left of an int.
    Multiply,
    /// `min(a, b)`.
    Min,
    /// `max(a, b)`.
    Max,
}

/// Operations on one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unary {
    /// `-a`.
    Negate,
    /// `abs(a)`.
    Abs,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// `==`.
    Eq,
    /// `!=`.
    Ne,
    /// `<`.
    Lt,
    /// `<=`.
    Le,
    /// `>`.
    Gt,
    /// `>=`.
    Ge,
}

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct Pattern {
    /// The kind.
    pub kind: PatternKind,
    /// As written.
    pub text: String,
    /// Whether case is ignored.
    pub nocase: bool,
}

/// The kinds of patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PatternKind {
    /// A glob on a path, by component.
    Glob,
    /// A glob on a path of Windows.
    WindowsGlob,
    /// A glob on a path of macOS.
    MacOsGlob,
    /// A glob on other text.
    TextGlob,
    /// A regular expression.
    Regex,
}

/// The kinds of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// `call`.
    Call,
    /// `spawn`.
    Spawn,
    /// `model`.
    Model,
    /// `read`.
    Read,
    /// `say`.
    Say,
}

impl From<StepKind> for image::StepKind {
    fn from(kind: StepKind) -> Self {
        match kind {
            StepKind::Call => Self::Call,
            StepKind::Spawn => Self::Spawn,
            StepKind::Model => Self::Model,
            StepKind::Read => Self::Read,
            StepKind::Say => Self::Say,
        }
    }
}

impl StepKind {
    /// All of them, in the order of the image's tags.
    pub const ALL: [Self; 5] = [Self::Call, Self::Spawn, Self::Model, Self::Read, Self::Say];

    /// Returns its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        image::StepKind::from(self).word()
    }

    /// Returns the kind of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A field that events fill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Field {
    /// The name.
    #[schemars(with = "String")]
    pub name: EcoString,
    /// The type.
    pub ty: Type,
    /// Whether it is `list<T> from text` (`ty` is the list, perhaps optional).
    pub from_text: bool,
    /// How paths, URLs or times in it are read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
    /// What the value must satisfy besides its type: a condition over `Slot` of this very field, true when it fits.
    pub check: Option<Box<Check>>,
    /// Where it is declared.
    #[serde(skip)]
    pub span: Span,
}

/// A refinement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Check {
    /// The type as written, for example `text where length(it) <= 80`.
    pub expected: String,
    /// The condition.
    pub condition: Expr,
}

/// A declared step. `Say` is always declared, with `args.text: text` and the empty name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Target {
    /// The kind.
    pub kind: StepKind,
    /// The name; of `Read` a glob as written.
    #[schemars(with = "String")]
    pub name: EcoString,
    /// The arguments.
    pub args: Vec<Field>,
    /// The facts.
    pub facts: Vec<Field>,
    /// The classes that it is, each with the values of the class's fields over `Slot(Arg)` of the tool's own arguments.
    pub classes: Vec<ClassUse>,
    /// The digest of the definition.
    pub pinned: Option<String>,
    /// The type of what it comes back with, where that is structured.
    pub result: Option<Box<ResultType>>,
    /// The labels of what it comes back with.
    pub returns: Vec<Returned>,
    /// The documentation.
    pub docs: String,
    /// Where it is declared.
    #[serde(skip)]
    pub span: Span,
}

/// A class of a tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClassUse {
    /// The index in `Bundle::classes`.
    pub class: u32,
    /// The values of its fields, in their order.
    pub values: Vec<Expr>,
}

/// A type of entities.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Entity {
    /// The name.
    pub name: Arc<str>,
    /// The types that its entities can lie in at once: indices of [`Bundle::entities`], ascending.
    pub parents: Vec<u32>,
    /// The fields, in declared order.
    pub fields: Vec<(String, Type)>,
    /// The documentation.
    pub docs: String,
    /// Where it is declared.
    #[serde(skip)]
    pub span: Span,
}

/// A class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Class {
    /// The name.
    pub name: String,
    /// The fields.
    pub fields: Vec<(String, Type)>,
}

/// The effects of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// `permit`.
    Permit,
    /// `ask`.
    Ask,
    /// `forbid`.
    Forbid,
    /// `otherwise ask`.
    OtherwiseAsk,
    /// `oblige`.
    Oblige,
}

/// A rule, for one view of `args`. What a rule matches is resolved to targets; where it says a class, `args` is the class's fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rule {
    /// The name.
    #[schemars(with = "String")]
    pub name: EcoString,
    /// The effect.
    pub effect: Effect,
    /// Whether it is only reported.
    pub advisory: bool,
    /// `@severity(…)`.
    pub severity: Option<String>,
    /// `@owner(…)`.
    pub owner: Option<String>,
    /// `@reference(…)`s.
    pub references: Vec<String>,
    /// `@allow(…)`: lints that are off for it.
    pub allows: Vec<String>,
    /// The documentation.
    pub docs: String,
    /// The targets, by index in `Bundle::targets`, each once, ascending; with the class through which `args` is seen, if any.
    /// A target that is named both by itself and through a class stands for itself.
    #[schemars(with = "Vec<RuleTarget>")]
    pub targets: SmallVec<[RuleTarget; 1]>,
    /// Whether it is looked at for undeclared steps.
    pub undeclared: bool,
    /// `when`.
    pub when: Option<Expr>,
    /// `unless`.
    pub unless: Option<Expr>,
    /// The message.
    pub message: Vec<MessagePart>,
    /// The obligations.
    pub obligations: Vec<Obligation>,
    /// `by …` of an `ask`.
    pub approver: Option<Box<Approver>>,
    /// `expires …` of an `ask`, in nanoseconds.
    #[serde(serialize_with = "session::optional_number_as_text")]
    #[schemars(with = "Option<String>")]
    pub expires: Option<i128>,
    /// `grants { … }` of a `permit`; without it a child has its parent's rights.
    pub grants: Option<Vec<Grant>>,
    /// `example` and `counterexample`: steps at which the condition is true, or isn't.
    pub examples: Vec<RuleExample>,
    /// The place of its name.
    #[serde(skip)]
    pub name_span: Span,
    /// The place of the whole declaration.
    #[serde(skip)]
    pub span: Span,
}

/// A target of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleTarget {
    /// The index in `Bundle::targets`.
    pub target: u32,
    /// The index in `Bundle::classes` of the class whose fields `args` has.
    pub class: Option<u32>,
}

/// A part of a message. Locals bound by `as` in the rule's conditions are replaced by what they were bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessagePart {
    /// Text.
    Text(String),
    /// A value.
    Value(Expr),
}

/// What goes with a permitted step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Obligation {
    /// `clear secret`: the index of [`Bundle::labels`].
    Clear(u32),
    /// `notify "…"`.
    Notify(String),
    /// `require "…"`.
    Require(String),
    /// `set args.name: expr`.
    Set {
        /// The argument.
        field: String,
        /// The value, of the argument's type or its inner type.
        value: Expr,
    },
    /// `redact args.name matching pattern`.
    Redact {
        /// The argument, of type text or optional text.
        field: String,
        /// What is removed.
        pattern: Pattern,
    },
    /// `redact args.name finding card, iban`.
    Conceal {
        /// The argument, of type text or optional text.
        field: String,
        /// What is looked for, sorted, each once.
        #[serde(serialize_with = "detector_words")]
        #[schemars(with = "Vec<String>")]
        detectors: Vec<Detector>,
    },
}

/// An example beside a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleExample {
    /// Whether the rule must not match it.
    pub counter: bool,
    /// The event, as a line of JSON.
    pub event: String,
    /// Where it stands.
    #[serde(skip)]
    pub span: Span,
}

/// A test, its table unfolded: one for each row, fixtures put in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Test {
    /// What it shows; for a row of a table with ` [n]` behind it, from 1.
    pub name: String,
    /// The entities that it is played with, as the host's data; without them nothing is known of any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entities: Option<String>,
    /// What happens, in order.
    pub items: Vec<TestItem>,
    /// Where it is declared.
    #[serde(skip)]
    pub span: Span,
}

/// One event of a test. Times are explicit in the events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TestItem {
    /// The event, as the line of JSON that the engine is given.
    pub event: String,
    /// What the decision must be; for steps and answers to an `ask`.
    pub expect: Option<Expect>,
    /// Where it stands.
    #[serde(skip)]
    pub span: Span,
}

/// What a test expects of a decision. What is left out may be anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Expect {
    /// `permit`, `ask` or `forbid`.
    pub effect: String,
    /// Rules that must be among the deciding ones; reserved reasons too.
    pub by: Vec<String>,
    /// The message that some deciding rule must have.
    pub because: Option<String>,
    /// The arguments as they must be used, as JSON.
    pub args: Option<String>,
    /// Where it stands.
    #[serde(skip)]
    pub span: Span,
}

/// A whole bundle, with the packs that it uses. What a pack declares has the pack's name before its own, but for steps and the context, which
/// are common to all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Bundle {
    /// The sources: the bundle's own, then those of packs.
    #[serde(skip)]
    pub sources: Sources,
    /// The packs, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub packs: Vec<Pack>,
    /// The bundle's own `use`s, in source order.
    #[serde(skip)]
    pub uses: Vec<Use>,
    /// The fields of the context.
    pub context: Vec<Field>,
    /// The types of entities, in source order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// The classes, by name.
    pub classes: Vec<Class>,
    /// The declared steps, in source order; `Say` last.
    pub targets: Vec<Target>,
    /// The rules, in source order: the bundle's own, then those of packs by the packs' names; by file name, then place.
    pub rules: Vec<Rule>,
    /// The labels, in source order.
    pub labels: Vec<String>,
    /// The uses of history, each once.
    pub monitors: Vec<Monitor>,
    /// The origins that provenance asks for, each once.
    pub origins: Vec<Origin>,
    /// The budgets, in source order.
    pub budgets: Vec<Budget>,
    /// The charges, in source order.
    pub charges: Vec<Charge>,
    /// The tests, in source order.
    pub tests: Vec<Test>,
    /// The properties, in source order.
    pub properties: Vec<Claim>,
    /// What properties alone need: no image has it.
    #[serde(skip)]
    pub aside: Aside,
    /// How many locals there are; each `LocalId` is below.
    pub locals: u32,
}
