//! Makes pairs of bundles for the decision procedure: one, and one in which a rule is changed, or only written in another way.
//!
//! Fields and constants are few, so that conditions often imply or exclude one another.

use super::choices::Choices;

mod atoms;
mod changes;

pub use atoms::Kind;
use atoms::atom;

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cond {
    /// A comparison with a number: what is compared, how, with which number, of how many decimal places.
    Number(String, &'static str, i64, u32),
    /// Any other condition, and one that means the same, where there is one.
    Other(String, Option<Box<Cond>>),
    /// It isn't so.
    Not(Box<Cond>),
    /// All of these.
    All(Vec<Cond>),
    /// One of these.
    Any(Vec<Cond>),
}

impl Cond {
    /// Writes it, so that it can stand anywhere.
    #[must_use]
    pub fn source(&self) -> String {
        let joined = |parts: &[Self], word: &str| format!("({})", parts.iter().map(Self::source).collect::<Vec<_>>().join(word));
        match self {
            Self::Number(what, op, n, places) => format!("{what} {op} {}", number(*n, *places)),
            Self::Other(text, _) => text.clone(),
            Self::Not(of) => format!("not ({})", of.source()),
            Self::All(parts) => joined(parts, " and "),
            Self::Any(parts) => joined(parts, " or "),
        }
    }
}

fn number(n: i64, places: u32) -> String {
    if places == 0 {
        return n.to_string();
    }
    let unit = 10i64.pow(places);
    let sign = if n < 0 { "-" } else { "" };
    format!("{sign}{}.{:0width$}", n.abs() / unit, n.abs() % unit, width = places as usize)
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its effect.
    pub effect: &'static str,
    /// The index of the tool that it is about.
    pub tool: usize,
    /// What follows `when`.
    pub when: Cond,
    /// What follows `unless`.
    pub unless: Option<Cond>,
}

/// A bundle.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The kinds of the arguments of each tool.
    pub tools: Vec<Vec<Kind>>,
    /// The rules.
    pub rules: Vec<Rule>,
}

impl Bundle {
    /// Writes its source.
    #[must_use]
    pub fn source(&self) -> String {
        let mut out = String::new();
        for (at, kinds) in self.tools.iter().enumerate() {
            let args: Vec<&str> = kinds.iter().map(|kind| kind.declaration()).collect();
            out.push_str(&format!("tool t{at}({})\n\n", args.join(", ")));
        }
        for (at, rule) in self.rules.iter().enumerate() {
            out.push_str(&format!("{} r{at}\n  on t{}\n  when {}\n", rule.effect, rule.tool, rule.when.source()));
            if let Some(unless) = &rule.unless {
                out.push_str(&format!("  unless {}\n", unless.source()));
            }
            out.push('\n');
        }
        out
    }
}

/// Two bundles, and how the second was made of the first.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The first.
    pub old: Bundle,
    /// The second.
    pub new: Bundle,
    /// What was done.
    pub change: &'static str,
    /// A claim about the first.
    pub claim: String,
}

/// Makes a pair.
#[must_use]
pub fn generate_pair(c: &mut Choices<'_>) -> Pair {
    let tools: Vec<Vec<Kind>> = (0..1 + c.below(2)).map(|_| kinds(c)).collect();
    let mut rules: Vec<Rule> = (0..2 + c.below(3)).map(|_| rule(c, &tools)).collect();
    if !rules.iter().any(|rule| rule.effect == "permit") {
        rules[0].effect = "permit";
    }
    let old = Bundle { tools, rules };
    let (new, change) = changes::changed(c, &old);
    let tool = c.below(old.tools.len());
    let expected = *c.pick(&["never permit", "never ask", "never forbid", "always forbid"]);
    let claim = format!("{expected} t{tool} when {}", condition(c, &old.tools[tool], 1).source());
    Pair { old, new, change, claim }
}

fn kinds(c: &mut Choices<'_>) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    for _ in 0..2 + c.below(3) {
        let kind = *c.pick(&Kind::ALL);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

fn rule(c: &mut Choices<'_>, tools: &[Vec<Kind>]) -> Rule {
    let effect = *c.pick(&["permit", "permit", "forbid", "ask", "otherwise ask"]);
    let tool = c.below(tools.len());
    let depth = 1 + c.below(2);
    let when = condition(c, &tools[tool], depth);
    let unless = c.chance(20).then(|| atom(c, &tools[tool]));
    Rule { effect, tool, when, unless }
}

fn condition(c: &mut Choices<'_>, kinds: &[Kind], depth: usize) -> Cond {
    if depth == 0 || c.chance(15) {
        return atom(c, kinds);
    }
    let parts: Vec<Cond> = (0..2 + c.below(2)).map(|_| condition(c, kinds, depth - 1)).collect();
    let joined = if c.chance(45) { Cond::Any(parts) } else { Cond::All(parts) };
    if c.chance(15) { Cond::Not(Box::new(joined)) } else { joined }
}
