//! The syntax tree of a `.reach` file, for the whole language.
//!
//! The tree says what was written, not what it means: names are unresolved, types are names, nothing is checked.
//! Chains (`a and b and c`, `a + b - c`, `a.b.c`) are flat, so that depth comes from brackets alone and the limit on
//! nesting bounds every walk and every drop.

use ecow::EcoString;
use reach_codes::{FileId, Span};
use smallvec::SmallVec;

/// One file.
#[derive(Clone, Debug)]
pub struct File {
    /// Which file.
    pub id: FileId,
    /// The declarations that could be read, in source order.
    pub decls: Vec<Decl>,
    /// The comments that document nothing (`//` but not `///`), in source order.
    pub comments: Vec<Comment>,
}

/// A `//` comment, without its line end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands, from the first `/`.
    pub span: Span,
    /// The text behind `//`, trailing blanks removed.
    pub text: String,
}

/// A name as written: a word, a dotted name (`github.create_issue`), or a quoted one (`"read-file"`, always literal).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name itself, quotes and escapes resolved.
    pub text: EcoString,
    /// Where it stands.
    pub span: Span,
    /// Whether it was quoted.
    pub quoted: bool,
}

/// A declaration with what stands before it.
#[derive(Clone, Debug)]
pub struct Decl {
    /// From its first attribute or word to its last character, without documentation.
    pub span: Span,
    /// The lines of `///`, without the slashes and one blank.
    pub docs: Vec<String>,
    /// `@severity(high)` and the like.
    pub attributes: Vec<Attribute>,
    /// What is declared.
    pub kind: DeclKind,
}

/// `@name` or `@name(argument, …)`.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// The whole attribute.
    pub span: Span,
    /// The name behind `@`; kebab-case is allowed in arguments only.
    pub name: Name,
    /// Words (`high`, `lint-name`: not quoted) and texts (quoted).
    pub arguments: Vec<Name>,
}

/// What a declaration declares.
#[derive(Clone, Debug)]
pub enum DeclKind {
    /// `tool name(…)`.
    Tool(Box<Tool>),
    /// `class name(…)`.
    Class(Box<Signature>),
    /// `agent name(…)`.
    Agent(Box<Signature>),
    /// `model name` or `model name(…)`.
    Model(Box<Signature>),
    /// `resource glob"…"`, with its parameters if any.
    Resource(Box<Resource>),
    /// `context { … }`.
    Context(Vec<Field>),
    /// `type Name = …`.
    Type(Box<TypeAlias>),
    /// `let name = expr`, `let name: type = expr`.
    Let(Box<Let>),
    /// `param name: type = expr`.
    Param(Box<Let>),
    /// `label name`, several with commas.
    Label(Vec<Name>),
    /// `fn name(a: type) = expr`.
    Fn(Box<Function>),
    /// `budget …`.
    Budget(Box<Budget>),
    /// `charge …`.
    Charge(Box<Charge>),
    /// `entity …`.
    Entity(Box<Entity>),
    /// `use …`.
    Use(Box<Use>),
    /// A rule.
    Rule(Box<Rule>),
    /// `test "…"`.
    Test(Box<Test>),
    /// `property "…"`.
    Property(Box<Property>),
    /// `fixture name { … }`.
    Fixture(Box<Fixture>),
    /// `pack …`.
    Pack(Box<Pack>),
}

impl DeclKind {
    /// Returns the names that it gives, in order: several for a list of labels; none for what has no name, or one that nothing else says.
    #[must_use]
    pub fn declared_names(&self) -> Vec<&Name> {
        match self {
            Self::Tool(tool) => vec![&tool.signature.name],
            Self::Class(signature) | Self::Agent(signature) | Self::Model(signature) => vec![&signature.name],
            Self::Type(alias) => vec![&alias.name],
            Self::Let(value) | Self::Param(value) => vec![&value.name],
            Self::Label(names) => names.iter().collect(),
            Self::Fn(function) => vec![&function.signature.name],
            Self::Budget(budget) => vec![&budget.name],
            Self::Entity(entity) => vec![&entity.name],
            Self::Rule(rule) => vec![&rule.name],
            Self::Fixture(fixture) => vec![&fixture.name],
            Self::Resource(_) | Self::Context(_) | Self::Charge(_) | Self::Use(_) | Self::Test(_) | Self::Property(_) | Self::Pack(_) => Vec::new(),
        }
    }
}

/// A name with typed parameters.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The name.
    pub name: Name,
    /// The parameters.
    pub fields: Vec<Field>,
}

/// `name: type`.
#[derive(Clone, Debug)]
pub struct Field {
    /// The whole.
    pub span: Span,
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: TypeExpr,
    /// The lines of `///` before it.
    pub docs: Vec<String>,
}

/// `tool name(…) -> type from json returns … facts { … } is class(…) pinned "…"`. The clauses come in any order.
#[derive(Clone, Debug)]
pub struct Tool {
    /// Name and arguments.
    pub signature: Signature,
    /// `-> type [from json|yaml]`.
    pub result: Option<Box<ResultType>>,
    /// `returns label [in field] [when cond], …`.
    pub returns: Vec<Returns>,
    /// `facts { … }`.
    pub facts: Vec<Field>,
    /// `is class(field: expr, …)`, several.
    pub classes: Vec<ClassUse>,
    /// `pinned "sha256:…"`.
    pub pinned: Option<Box<TextLit>>,
}

impl Tool {
    /// Returns a tool without clauses.
    pub(crate) const fn of(signature: Signature) -> Self {
        Self { signature, result: None, returns: Vec::new(), facts: Vec::new(), classes: Vec::new(), pinned: None }
    }
}

/// The type of a result.
#[derive(Clone, Debug)]
pub struct ResultType {
    /// The type.
    pub ty: TypeExpr,
    /// `from json` or `from yaml`.
    pub format: Option<Name>,
}

/// One label that a result carries.
#[derive(Clone, Debug)]
pub struct Returns {
    /// The whole.
    pub span: Span,
    /// The label.
    pub label: Name,
    /// `in body`: the part that carries it, a dotted path.
    pub part: Option<Vec<Name>>,
    /// `when cond`.
    pub when: Option<Expr>,
}

/// `is outbound(to: recipients + cc)`.
#[derive(Clone, Debug)]
pub struct ClassUse {
    /// The whole.
    pub span: Span,
    /// The class.
    pub class: Name,
    /// What its fields are. Names stand for the tool's own arguments.
    pub fields: Vec<Binding>,
}

/// `name: expr`.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The name.
    pub name: Name,
    /// The value.
    pub value: Expr,
}

/// `resource glob"…"`.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The glob.
    pub pattern: Pattern,
    /// The parameters.
    pub fields: Vec<Field>,
}

/// `type Name = …`.
#[derive(Clone, Debug)]
pub struct TypeAlias {
    /// The name.
    pub name: Name,
    /// What it stands for.
    pub ty: TypeExpr,
}

/// `let` or `param`.
#[derive(Clone, Debug)]
pub struct Let {
    /// The name.
    pub name: Name,
    /// The type, if it is given.
    pub ty: Option<TypeExpr>,
    /// The value.
    pub value: Expr,
}

/// `fn name(a: type, …) [-> type] = expr`.
#[derive(Clone, Debug)]
pub struct Function {
    /// Name and parameters.
    pub signature: Signature,
    /// The type of the result, if it is given.
    pub result: Option<TypeExpr>,
    /// The body.
    pub body: Expr,
}

/// `budget name: type limit expr per session [over duration] [opening expr]`.
#[derive(Clone, Debug)]
pub struct Budget {
    /// The name.
    pub name: Name,
    /// The type of amounts.
    pub ty: TypeExpr,
    /// The limit.
    pub limit: Expr,
    /// `session` or `agent`.
    pub per: Name,
    /// The window.
    pub over: Option<Expr>,
    /// What was spent before.
    pub opening: Option<Expr>,
}

/// `charge name by expr on targets [when cond]`.
#[derive(Clone, Debug)]
pub struct Charge {
    /// The budget.
    pub budget: Name,
    /// The amount.
    pub by: Expr,
    /// The steps that are charged.
    pub targets: Targets,
    /// The condition.
    pub when: Option<Expr>,
}

/// `entity Name [in Parent, …] { field: type … }`.
#[derive(Clone, Debug)]
pub struct Entity {
    /// The name.
    pub name: Name,
    /// The kinds of its parents.
    pub parents: Vec<Name>,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// `use pack.name [as alias] [with { param: value }]`.
#[derive(Clone, Debug)]
pub struct Use {
    /// The dotted name.
    pub pack: Name,
    /// The alias.
    pub alias: Option<Name>,
    /// The parameters that are set.
    pub with: Vec<Binding>,
}

/// A type as written.
#[derive(Clone, Debug)]
pub struct TypeExpr {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: TypeKind,
}

/// The forms of types.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// A name: `text`, `Account`.
    Named(Name),
    /// `url default "https"`: a named type with a default for what input leaves out.
    WithDefault(Name, Box<TextLit>),
    /// `path at context.cwd`.
    PathAt(Name, Option<Box<TextLit>>, Box<Expr>),
    /// `time in "Europe/Berlin"`.
    TimeIn(Name, Box<TextLit>),
    /// `list<T>`, `set<T>`, `map<T>`: the word, then the type.
    Generic(Name, Box<TypeExpr>),
    /// `list<T> from text`.
    ListFromText(Box<TypeExpr>),
    /// `enum { a, "b-c" }`.
    Enum(Vec<Name>),
    /// `{ field: T … }`.
    Record(Vec<Field>),
    /// `T?`.
    Optional(Box<TypeExpr>),
    /// `T where cond`, with `it` as the value.
    Refined(Box<TypeExpr>, Box<Expr>),
}

/// Which effect a rule has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleWord {
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

/// What rules are about: mostly one.
pub type Targets = SmallVec<[Target; 1]>;

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The effect.
    pub word: RuleWord,
    /// The place of the effect's word or words.
    pub word_span: Span,
    /// The name.
    pub name: Name,
    /// What it is about.
    pub targets: Targets,
    /// `when cond`.
    pub when: Option<Expr>,
    /// `unless cond`.
    pub unless: Option<Box<Expr>>,
    /// `by other than expr` or `by one of expr`.
    pub by: Option<Box<By>>,
    /// `expires duration`.
    pub expires: Option<Box<Expr>>,
    /// `grants { … }`.
    pub grants: Option<Vec<Grant>>,
    /// `with { … }`.
    pub with: Vec<Obligation>,
    /// `because "…"`.
    pub because: Option<Message>,
    /// `example call name(…)` and `counterexample call name(…)`.
    pub examples: Vec<RuleExample>,
}

impl Rule {
    /// Returns a rule without clauses.
    pub(crate) fn of(word: RuleWord, word_span: Span, name: Name) -> Self {
        Self {
            word,
            word_span,
            name,
            targets: Targets::new(),
            when: None,
            unless: None,
            by: None,
            expires: None,
            grants: None,
            with: Vec::new(),
            because: None,
            examples: Vec::new(),
        }
    }
}

/// `by …` of an `ask`.
#[derive(Clone, Debug)]
pub struct By {
    /// The whole.
    pub span: Span,
    /// `by one of` (true) or `by other than` (false).
    pub one_of: bool,
    /// Whom.
    pub who: Expr,
}

/// One thing a child agent is granted.
#[derive(Clone, Debug)]
pub enum Grant {
    /// `read_file [where cond]`.
    Tool {
        /// The target.
        target: Target,
        /// The condition.
        condition: Option<Expr>,
    },
    /// `budget usd: 1.00`.
    Budget {
        /// The budget.
        budget: Name,
        /// The amount.
        amount: Expr,
    },
}

/// What goes with a permitted step.
#[derive(Clone, Debug)]
pub struct Obligation {
    /// The whole.
    pub span: Span,
    /// What it is.
    pub kind: ObligationKind,
}

/// The kinds of obligations.
#[derive(Clone, Debug)]
pub enum ObligationKind {
    /// `redact args.body matching re"…"`, `redact args.** finding card, iban, secret`.
    Redact {
        /// The path, from `args` on; `**` is a name of that text, unquoted.
        path: Vec<Name>,
        /// `matching pattern`.
        matching: Option<Pattern>,
        /// `finding names`.
        finding: Vec<Name>,
    },
    /// `set args.limit: expr`.
    Set {
        /// The path, from `args` on.
        path: Vec<Name>,
        /// The value.
        value: Expr,
    },
    /// `notify "security"`.
    Notify(TextLit),
    /// `require "pin-address"`.
    Require(TextLit),
    /// `clear secret`.
    Clear(Name),
}

/// `example call name(…)`.
#[derive(Clone, Debug)]
pub struct RuleExample {
    /// The whole.
    pub span: Span,
    /// `counterexample` (true) or `example` (false).
    pub counter: bool,
    /// The step.
    pub step: StepLit,
}

/// What a rule is about, one item.
#[derive(Clone, Debug)]
pub struct Target {
    /// The whole.
    pub span: Span,
    /// What it is.
    pub kind: TargetKind,
}

/// The forms of targets. A kind holds for the names that follow it, up to the next kind: the parser writes it to each.
#[derive(Clone, Debug)]
pub enum TargetKind {
    /// `*`: all declared steps.
    All,
    /// `call`, `spawn`, `model`, `read`, `say` or `undeclared` alone. The name is the word.
    Kind(Name),
    /// A name, a class or a quoted name, with the kind that holds for it, if any was written.
    Named {
        /// The kind that holds, as written earlier in the list.
        kind: Option<Box<Name>>,
        /// The name.
        name: Name,
    },
    /// `github.*`: a name that ends in `*`; the text is what stands before the star.
    Prefix {
        /// The kind that holds.
        kind: Option<Box<Name>>,
        /// What stands before the star.
        prefix: Name,
    },
    /// `read glob"…"`.
    Glob {
        /// The kind that holds.
        kind: Option<Box<Name>>,
        /// The glob.
        pattern: Pattern,
    },
}

/// A text literal, escapes resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextLit {
    /// With its quotes.
    pub span: Span,
    /// The text.
    pub value: EcoString,
}

/// A message with interpolated paths.
#[derive(Clone, Debug)]
pub struct Message {
    /// With its quotes.
    pub span: Span,
    /// Literal text (escapes and `{{` resolved) and paths.
    pub parts: Vec<MessagePart>,
}

/// A part of a message.
#[derive(Clone, Debug)]
pub enum MessagePart {
    /// Text.
    Text(EcoString),
    /// `{args.amount}`: an expression of form path (`Name` or `Chain` of fields).
    Path(Expr),
}

/// `glob"…"` or `re"…"`, raw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// With word and quotes.
    pub span: Span,
    /// Whether it is a glob or a regular expression.
    pub kind: PatternKind,
    /// What stands between the quotes; `\"` is kept as it is in `re`.
    pub text: EcoString,
}

/// Which pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternKind {
    /// `glob"…"`.
    Glob,
    /// `re"…"`.
    Regex,
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Where it stands, without brackets around it.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
    /// Whether it stood in brackets; the formatter keeps those that matter.
    pub parenthesised: bool,
}

/// The forms of expressions.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `true`, `false`.
    Bool(bool),
    /// A number, digits as written without underscores: `5`, `500.00`.
    Number(EcoString),
    /// `"text"`.
    Text(EcoString),
    /// `90s`, `1h30m`, as written.
    Duration(EcoString),
    /// `2026-01-01`, as written.
    Date(EcoString),
    /// `2026-01-01T00:00:00Z`, as written.
    Time(EcoString),
    /// `ip"10.0.0.0/8"`: the word, then the text.
    Tagged(Box<Name>, EcoString),
    /// `glob"…"` or `re"…"`.
    Pattern(Pattern),
    /// A bare word: `args`, `payees`, `teller`, `it`, `row`.
    Name(Name),
    /// `base.field[key].field`.
    Chain(Box<Chain>),
    /// `name(arguments)`.
    Call(Box<Name>, Vec<Expr>),
    /// `all(x in xs: cond)` and the like.
    Quantifier(Box<Quantifier>),
    /// `ever(P)`, `count(P)`, `sum(expr of P)`, `latest(P)`.
    History(Box<History>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{ a, b }`, of at least one element.
    Set(Vec<Expr>),
    /// `{ a: 1, b: 2 }`, or `{}`.
    Record(Vec<Binding>),
    /// `User["ann"]` is a `Chain`; nothing of its own.
    /// `-a`.
    Negate(Box<Expr>),
    /// `not a`.
    Not(Box<Expr>),
    /// `a and b and c`, at least two.
    And(Vec<Expr>),
    /// `a or b or c`, at least two.
    Or(Vec<Expr>),
    /// `a + b - c`.
    Sum(Box<Expr>, Vec<(AddOp, Expr)>),
    /// `a * b * c`, at least two.
    Product(Vec<Expr>),
    /// `a else b else c`, at least two.
    Else(Vec<Expr>),
    /// `if a then b else c`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A comparison of two values, with the place of its sign.
    Compare(CompareOp, Span, Box<[Expr; 2]>),
    /// `args has date`, `e has "key"`.
    Has(Box<Named>),
    /// `optional as name`.
    As(Box<Named>),
    /// `t matches [nocase] pattern`.
    Matches {
        /// The value.
        value: Box<Expr>,
        /// Whether case is ignored.
        nocase: bool,
        /// The pattern, or a name of one.
        pattern: Box<Expr>,
    },
    /// `v from S`.
    From(Box<Expr>, Box<ProvenanceSource>),
    /// `v named by user`.
    NamedBy(Box<Named>),
    /// `c runs only …`.
    RunsOnly(Box<Expr>, Box<CommandPattern>),
    /// `c may run …`.
    MayRun(Box<Expr>, Box<CommandPattern>),
    /// `c may touch { … }`.
    MayTouch(Box<Expr>, Box<Expr>),
    /// `q may write { … }`.
    MayWrite(Box<Expr>, Box<Expr>),
    /// `q reads only { … }`.
    ReadsOnly(Box<Expr>, Box<Expr>),
    /// `v in results of NAME` and the like stand in `From`. What could not be read, once an error was reported.
    Error,
}

/// A value and a name behind it.
#[derive(Clone, Debug)]
pub struct Named {
    /// The value.
    pub value: Expr,
    /// The name.
    pub name: Name,
}

/// `base.field[key].field`.
#[derive(Clone, Debug)]
pub struct Chain {
    /// What it begins with.
    pub base: Expr,
    /// The steps, at least one.
    pub links: Links,
}

/// The steps of a chain: mostly one.
pub type Links = SmallVec<[Link; 1]>;

/// One step of a chain.
#[derive(Clone, Debug)]
pub enum Link {
    /// `.field`, also `."quoted"`.
    Field(Name),
    /// `[key]`.
    Index(Box<Expr>, Span),
}

/// `+` or `-` between two terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddOp {
    /// `+`.
    Add,
    /// `-`.
    Subtract,
}

/// The comparisons that take two values and a word or sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOp {
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
    /// `in`.
    In,
    /// `not in`.
    NotIn,
    /// `contains`.
    Contains,
    /// `within`.
    Within,
}

/// Which quantifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuantifierWord {
    /// `all`.
    All,
    /// `any`.
    Any,
    /// `count`.
    Count,
    /// `sum`.
    Sum,
}

/// `all(x in xs: cond)`.
#[derive(Clone, Debug)]
pub struct Quantifier {
    /// Which.
    pub word: QuantifierWord,
    /// The variable.
    pub variable: Name,
    /// The list or set.
    pub list: Expr,
    /// The condition, or for `sum` the value.
    pub body: Expr,
}

/// Which history operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryWord {
    /// `ever`.
    Ever,
    /// `count`.
    Count,
    /// `sum`.
    Sum,
    /// `latest`.
    Latest,
}

/// `ever(P)`, `sum(expr of P)`.
#[derive(Clone, Debug)]
pub struct History {
    /// Which.
    pub word: HistoryWord,
    /// `expr of`, for `sum`.
    pub value: Option<Expr>,
    /// The pattern.
    pub pattern: EventPattern,
}

/// A pattern of earlier events.
#[derive(Clone, Debug)]
pub struct EventPattern {
    /// The whole.
    pub span: Span,
    /// `denied` or `attempted`.
    pub qualifier: Option<Name>,
    /// The word of the kind: a step, or `result`, `ok`, `prompt` and the like.
    pub kind: Name,
    /// The names.
    pub names: Targets,
    /// `each x`.
    pub each: Option<Name>,
    /// `where cond`.
    pub condition: Option<Expr>,
    /// `over duration`.
    pub over: Option<Expr>,
    /// `per agent`.
    pub per_agent: bool,
    /// `since kind names` or `since (P)`.
    pub since: Option<Box<EventPattern>>,
}

/// Where a value came from.
#[derive(Clone, Debug)]
pub enum ProvenanceSource {
    /// `user` or a label.
    Name(Name),
    /// `results of NAME, …`.
    ResultsOf(Span, Targets),
    /// `(result Read where …)`.
    Pattern(EventPattern),
    /// `body in (result read_channel each m where …)`.
    PartOf(Vec<Name>, EventPattern),
}

/// What follows `runs only` and `may run`.
#[derive(Clone, Debug)]
pub enum CommandPattern {
    /// `{ "git status", "ls" }`, or a name of such a set.
    Set(Expr),
    /// `x where cond`.
    Where(Name, Expr),
}

/// A step written out: `call name(field: value, …)`.
#[derive(Clone, Debug)]
pub struct StepLit {
    /// The whole.
    pub span: Span,
    /// The kind.
    pub kind: Name,
    /// The name; none for `say`.
    pub name: Option<Name>,
    /// The arguments. `say "text"` has one named `text`.
    pub args: Vec<Binding>,
    /// `facts { … }`.
    pub facts: Vec<Binding>,
    /// `definition "sha256:…"`.
    pub definition: Option<TextLit>,
}

/// `test "…" [for row in […]] [from fixture] { … }`.
#[derive(Clone, Debug)]
pub struct Test {
    /// What it shows.
    pub name: TextLit,
    /// `for row in [ … ]`: the variable and the table.
    pub table: Option<(Name, Expr)>,
    /// `from fixture`.
    pub from: Option<Name>,
    /// What happens.
    pub items: Vec<TestItem>,
}

/// One line of a test.
#[derive(Clone, Debug)]
pub struct TestItem {
    /// The whole.
    pub span: Span,
    /// What it is.
    pub kind: TestItemKind,
}

/// The forms of lines of a test.
#[derive(Clone, Debug)]
pub enum TestItemKind {
    /// `context { field: value }`.
    Context(Vec<Binding>),
    /// `entities { User["ann"] in Group["a"] { field: value } … }`.
    Entities(Vec<EntityLit>),
    /// `prompt "…"` (any expression of type text).
    Prompt(Expr),
    /// A step, with what is expected of it.
    Step(Box<TestStep>),
    /// `result …` or `result of c …`.
    Result {
        /// `of c`.
        of: Option<Name>,
        /// The content.
        content: Expr,
    },
    /// `fails "…"` or `fails of c "…"`.
    Fails {
        /// `of c`.
        of: Option<Name>,
        /// The content.
        content: Option<Expr>,
    },
    /// `approve [c] by "…" [for session]`, `refuse [c] by "…"`, with what is expected of the decision that follows.
    Approval {
        /// `approve` (true) or `refuse`.
        granted: bool,
        /// The step, when it is named.
        of: Option<Name>,
        /// The person.
        by: Expr,
        /// `for session`.
        session: bool,
        /// `=> effect …`, as of a step.
        expect: Option<Box<Expectation>>,
    },
    /// `usage { usd: 0.02 }`, `usage of c { … }`.
    Usage {
        /// `of c`.
        of: Option<Name>,
        /// The charges.
        charges: Vec<Binding>,
    },
    /// `end`.
    End,
    /// `after 2h`.
    After(Expr),
    /// `at T`.
    At(Expr),
    /// `agent a { … }`.
    Agent(Name, Vec<TestItem>),
}

/// An entity of a test: `User["ann"] in Group["a"] { field: value }`.
#[derive(Clone, Debug)]
pub struct EntityLit {
    /// The whole.
    pub span: Span,
    /// The entity.
    pub id: Expr,
    /// What it lies in: an entity, or a list or set of them.
    pub parents: Option<Expr>,
    /// Its fields.
    pub fields: Vec<Binding>,
}

/// A step of a test.
#[derive(Clone, Debug)]
pub struct TestStep {
    /// The step.
    pub step: StepLit,
    /// `as c`.
    pub alias: Option<Name>,
    /// `=> effect by rule, … because "…" with { … }`.
    pub expect: Option<Expectation>,
}

/// What a test expects of a decision.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// The whole, without `=>`.
    pub span: Span,
    /// `permit`, `ask`, `forbid`, or `row.effect`.
    pub effect: Expr,
    /// `by rule, …`.
    pub by: Vec<Name>,
    /// `because "…"`.
    pub because: Option<TextLit>,
    /// `with (field: value, …)`: the arguments as they must be used.
    pub args: Option<Vec<Binding>>,
}

/// `property "…" { given step where cond  expect not permit }`.
#[derive(Clone, Debug)]
pub struct Property {
    /// What it states.
    pub name: TextLit,
    /// What holds: `given kind name [where cond]`.
    pub given: EventPattern,
    /// `expect not effect` (true) or `expect effect`.
    pub negated: bool,
    /// The effect's word.
    pub effect: Name,
    /// `by rule, …`.
    pub by: Vec<Name>,
}

/// `never permit send_money when args.amount > 1000`: what is to be proved of a bundle, outside of its files.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The whole.
    pub span: Span,
    /// `never` (true) or `always`.
    pub never: bool,
    /// The effect's word.
    pub effect: Name,
    /// The steps, as of a rule.
    pub targets: Targets,
    /// `when cond`.
    pub when: Option<Expr>,
}

/// `fixture name { … }`.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// The name.
    pub name: Name,
    /// What happens.
    pub items: Vec<TestItem>,
}

/// `pack name "version" { … }`.
#[derive(Clone, Debug)]
pub struct Pack {
    /// The dotted name.
    pub name: Name,
    /// The version.
    pub version: TextLit,
    /// `key: value` (values: texts, words, lists, records) and blocks such as `permissions { … }` (a record).
    pub entries: Vec<Binding>,
}
