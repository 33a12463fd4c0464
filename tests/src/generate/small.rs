//! Bundles over domains that are so small that all their steps can be tried.
//!
//! Every field is restricted by its type, so that what is enumerated is what there is; beside it stand values that don't fit, one of each
//! kind, since all of them come to the same.

mod change;
mod claims;
mod condition;
mod events;
mod number;

use super::choices::Choices;
pub use change::change;
pub use claims::claim;
pub use events::{contexts, steps};

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SmallTy {
    /// `bool`.
    Bool,
    /// An enum of three members.
    Level,
    /// `int`, from one number to another.
    Int(i64, i64),
    /// `decimal`, one of three.
    Decimal,
    /// `text`, one of these.
    Text(usize),
    /// `date`, one of three.
    Date,
    /// A record of a truth and an optional enum.
    Record,
    /// A list of up to two members of the enum.
    List,
    /// A set of members of the enum.
    Set,
}

/// The texts that a field can have.
const TEXTS: [&str; 4] = ["a", "bb", "c1", "B"];

/// The members of the enum.
const LEVELS: [&str; 3] = ["low", "mid", "high"];

impl SmallTy {
    fn written(&self) -> String {
        match self {
            Self::Bool => "bool".to_owned(),
            Self::Level => "Level".to_owned(),
            Self::Int(least, most) => format!("int where it >= {least} and it <= {most}"),
            Self::Decimal => "decimal where it in { 0.5, 1, 2.25 }".to_owned(),
            Self::Text(count) => {
                let texts: Vec<String> = TEXTS.iter().take(*count).map(|t| format!("{t:?}")).collect();
                format!("text where it in {{ {} }}", texts.join(", "))
            }
            Self::Date => "date where it >= 2026-01-01 and it <= 2026-01-03".to_owned(),
            Self::Record => "Pair".to_owned(),
            Self::List => "list<Level> where length(it) <= 2".to_owned(),
            Self::Set => "set<Level>".to_owned(),
        }
    }
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallField {
    /// The name.
    pub name: &'static str,
    /// The type.
    pub ty: SmallTy,
    /// Whether it may be left out.
    pub optional: bool,
}

impl SmallField {
    fn written(&self) -> String {
        let ty = self.ty.written();
        match (self.optional, ty.split_once(" where ")) {
            (false, _) => format!("{}: {ty}", self.name),
            (true, None) => format!("{}: {ty}?", self.name),
            (true, Some((ty, check))) => format!("{}: {ty}? where {check}", self.name),
        }
    }
}

/// A declared step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallTool {
    /// `call` or `model`.
    pub kind: &'static str,
    /// The name.
    pub name: &'static str,
    /// The arguments.
    pub args: Vec<SmallField>,
    /// The facts.
    pub facts: Vec<SmallField>,
    /// The values of the fields of the class.
    pub class: Option<[String; 3]>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallRule {
    /// Whether it is only reported.
    pub advisory: bool,
    /// The effect.
    pub effect: &'static str,
    /// The name.
    pub name: String,
    /// What it is on.
    pub on: String,
    /// What follows `when`.
    pub when: Option<String>,
    /// What follows `unless`.
    pub unless: Option<String>,
    /// The obligations.
    pub with: Vec<String>,
}

/// A bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallBundle {
    /// The fields of the context.
    pub context: Vec<SmallField>,
    /// The declared steps.
    pub tools: Vec<SmallTool>,
    /// The rules.
    pub rules: Vec<SmallRule>,
}

impl SmallBundle {
    /// Makes a bundle.
    #[must_use]
    pub fn generate(c: &mut Choices<'_>) -> Self {
        let pool = pool(c);
        let mut context = Vec::new();
        if c.chance(40) {
            context.push(SmallField { name: "role", ty: c.pick(&[SmallTy::Level, SmallTy::Bool, SmallTy::Int(0, 2)]).clone(), optional: false });
        }
        if c.chance(30) {
            context.push(SmallField { name: "cap", ty: c.pick(&[SmallTy::Int(0, 2), SmallTy::Level]).clone(), optional: true });
        }
        let mut tools = Vec::new();
        for name in ["t0", "t1", "t2"].iter().take(1 + c.below(3)) {
            tools.push(tool(c, &pool, name));
        }
        let mut bundle = Self { context, tools, rules: Vec::new() };
        for number in 0..1 + c.below(6) {
            let rule = bundle.rule(c, number);
            bundle.rules.push(rule);
        }
        bundle
    }

    /// Writes the source.
    #[must_use]
    pub fn source(&self) -> String {
        let fields = |fields: &[SmallField]| fields.iter().map(SmallField::written).collect::<Vec<_>>().join(", ");
        let mut out =
            "type Level = enum { low, mid, high }\ntype Pair = { flag: bool, size: Level? }\nclass k(level: Level, n: int, note: Level?)\n".to_owned();
        if !self.context.is_empty() {
            out.push_str(&format!("context {{ {} }}\n", fields(&self.context)));
        }
        for tool in &self.tools {
            let word = if tool.kind == "model" { "model" } else { "tool" };
            out.push_str(&format!("{word} {}({})\n", tool.name, fields(&tool.args)));
            if !tool.facts.is_empty() {
                out.push_str(&format!("  facts {{ {} }}\n", fields(&tool.facts)));
            }
            if let Some([level, n, note]) = &tool.class {
                out.push_str(&format!("  is k(level: {level}, n: {n}, note: {note})\n"));
            }
        }
        for rule in &self.rules {
            out.push_str(&format!("{}{} {}\n  on {}\n", if rule.advisory { "@advisory\n" } else { "" }, rule.effect, rule.name, rule.on));
            for (word, condition) in [("when", &rule.when), ("unless", &rule.unless)] {
                if let Some(condition) = condition {
                    out.push_str(&format!("  {word} {condition}\n"));
                }
            }
            if !rule.with.is_empty() {
                out.push_str(&format!("  with {{ {} }}\n", rule.with.join(", ")));
            }
        }
        out
    }

    /// Returns whether something is in it, or in `more`, that the analysis may leave open: a product of two values, a number made of
    /// the length of a text, lists and sets.
    #[must_use]
    pub fn may_be_left_open(&self, more: &str) -> bool {
        let fields = self.tools.iter().flat_map(|t| t.args.iter().chain(&t.facts));
        let lists = fields.into_iter().any(|f| matches!(f.ty, SmallTy::List | SmallTy::Set));
        let source = self.source() + more;
        lists
            || ["* args.", "* facts.", "* context.", "* (", "* length(", "length(args.t", "length((args.t", "length(args.u", "length((args.u"]
                .iter()
                .any(|s| source.contains(s))
    }

    /// Makes a rule.
    fn rule(&self, c: &mut Choices<'_>, number: usize) -> SmallRule {
        let name = format!("r{number}");
        let (on, env) = self.targets(c);
        let effect =
            if on == "undeclared" { *c.pick(&["ask", "forbid"]) } else { *c.pick(&["permit", "permit", "permit", "forbid", "ask", "oblige", "otherwise ask"]) };
        let mut maker = condition::Maker { c, locals: 0 };
        let when = maker.c.chance(85).then(|| maker.condition(&env, 3));
        let unless = maker.c.chance(25).then(|| maker.condition(&env, 2));
        let mut with = Vec::new();
        if effect == "oblige" || (matches!(effect, "permit" | "ask") && on != "undeclared" && maker.c.chance(25)) {
            for _ in 0..1 + maker.c.below(2) {
                with.push(maker.obligation(&env));
            }
        }
        let advisory = on != "undeclared" && c.chance(8);
        SmallRule { advisory, effect, name, on, when, unless, with }
    }

    /// What a rule or claim is about, and what it can read there.
    fn targets(&self, c: &mut Choices<'_>) -> (String, condition::Env) {
        let with_class: Vec<&SmallTool> = self.tools.iter().filter(|t| t.class.is_some()).collect();
        let first = c.below(self.tools.len());
        let (on, on_class, tools) = match c.below(12) {
            0..=5 => (written_target(&self.tools[first]), false, vec![&self.tools[first]]),
            6 | 7 => {
                let tools: Vec<&SmallTool> = self.tools.iter().filter(|t| t.kind == "call").collect();
                if tools.is_empty() { (written_target(&self.tools[first]), false, vec![&self.tools[first]]) } else { ("call".to_owned(), false, tools) }
            }
            8 | 9 if !with_class.is_empty() => ("k".to_owned(), true, with_class),
            10 => ("*".to_owned(), false, Vec::new()),
            11 if c.chance(60) => ("undeclared".to_owned(), false, Vec::new()),
            _ => (written_target(&self.tools[first]), false, vec![&self.tools[first]]),
        };
        let mut env = condition::Env::default();
        if on_class {
            let class = [("level", SmallTy::Level, false), ("n", SmallTy::Int(i64::MIN, i64::MAX), false), ("note", SmallTy::Level, true)];
            for (name, ty, optional) in class {
                env.add("args", &SmallField { name, ty, optional });
            }
        } else if let Some((one, rest)) = tools.split_first() {
            // A field that all of them have, with one type.
            let shared = |field: &SmallField, of: fn(&SmallTool) -> &[SmallField]| rest.iter().all(|t| of(t).iter().any(|f| f == field));
            one.args.iter().filter(|f| shared(f, |t| &t.args)).for_each(|f| env.add("args", f));
            one.facts.iter().filter(|f| shared(f, |t| &t.facts)).for_each(|f| env.add("facts", f));
            env.settable = one.args.iter().filter(|f| shared(f, |t| &t.args)).cloned().collect();
        }
        self.context.iter().for_each(|f| env.add("context", f));
        (on, env)
    }
}

fn written_target(tool: &SmallTool) -> String {
    if tool.kind == "model" { format!("model {}", tool.name) } else { tool.name.to_owned() }
}

/// The fields of which tools take some, so that they share them.
fn pool(c: &mut Choices<'_>) -> Vec<SmallField> {
    let big = if c.chance(50) { SmallTy::Int(i64::MAX - 2, i64::MAX) } else { SmallTy::Int(i64::MIN, i64::MIN + 2) };
    let kinds = [
        ("flag", SmallTy::Bool),
        ("n", SmallTy::Int(0, 3)),
        ("e", SmallTy::Level),
        ("t", SmallTy::Text(3)),
        ("m", SmallTy::Int(-1, 1)),
        ("big", big),
        ("xs", SmallTy::List),
        ("u", SmallTy::Text(2)),
        ("day", SmallTy::Date),
        ("price", SmallTy::Decimal),
        ("pair", SmallTy::Record),
        ("ys", SmallTy::Set),
        ("f", SmallTy::Level),
    ];
    kinds.into_iter().map(|(name, ty)| SmallField { name, ty, optional: c.chance(25) }).collect()
}

fn tool(c: &mut Choices<'_>, pool: &[SmallField], name: &'static str) -> SmallTool {
    let mut tool = SmallTool { kind: if c.chance(12) { "model" } else { "call" }, name, args: Vec::new(), facts: Vec::new(), class: None };
    let mut size = 1;
    for _ in 0..1 + c.below(4) {
        let field = c.pick(pool).clone();
        let more = events::values(&field, &field).len();
        if size * more > 160 || tool.args.iter().any(|f| f.name == field.name) {
            continue;
        }
        size *= more;
        tool.args.push(field);
    }
    if tool.kind == "call" && c.chance(30) {
        let ty = c.pick(&[SmallTy::Bool, SmallTy::Level, SmallTy::Int(0, 1)]).clone();
        tool.facts.push(SmallField { name: "known", ty, optional: c.chance(30) });
    }
    if tool.kind == "call" && c.chance(30) {
        let mut env = condition::Env::default();
        tool.args.iter().for_each(|f| env.add("args", f));
        let mut maker = condition::Maker { c, locals: 0 };
        let level = maker.level(&env);
        let n = maker.number(&env, 2);
        let note = env.optional_level().unwrap_or_else(|| "low".to_owned());
        tool.class = Some([level, n, note].map(|value| value.replace("args.", "")));
    }
    tool
}
