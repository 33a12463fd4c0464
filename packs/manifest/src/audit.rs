//! What a pack may do, in plain words, by risk.

mod compare;
mod parameters;
mod words;

use reach_codes::Sources;
use reach_compiler::ir::{Bundle, Effect, Rule, StepKind, Type};
use reach_statement::{Kind, Manifest, Right};
use reach_values::form::Form;
use schemars::JsonSchema;
use serde::Serialize;

pub use compare::{Comparison, NewRight, compare};
pub use parameters::ParameterReport;

use crate::check::bound::{RightKind, kinds_of};
use crate::item::is_resource;
use crate::validate::Validated;

/// How much harm a right can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Much: what it gives is hardly bounded.
    High,
    /// Some.
    Medium,
    /// Little.
    Low,
}

impl Risk {
    /// All, the highest first.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// Returns its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// A right that a pack asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RightReport {
    /// The right, as people agree to it: `read:/data/**`.
    pub right: String,
    /// How much harm it can do.
    pub risk: Risk,
    /// What it means.
    pub words: String,
    /// The rules that make use of it.
    pub rules: Vec<String>,
}

/// Something that rules let through and no permission can bound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unbounded {
    /// The step, for example `call send_mail`.
    pub step: String,
    /// The argument; absent where it is the step as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub argument: Option<String>,
    /// How much harm it can do.
    pub risk: Risk,
    /// Why it isn't bounded.
    pub words: String,
    /// The rules that let it through.
    pub rules: Vec<String>,
}

/// A rule that lets steps happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Permitted {
    /// The rule.
    pub rule: String,
    /// `permit`, `ask` or `otherwise ask`.
    pub effect: &'static str,
    /// The steps, for example `call send_mail`.
    pub steps: Vec<String>,
    /// Whether it has no condition.
    pub always: bool,
    /// The file in the pack.
    pub file: String,
    /// The line of its name, from 1.
    pub line: u32,
}

/// What a pack may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Audit {
    /// The name of the pack.
    pub pack: String,
    /// Its version.
    pub version: String,
    /// What it is for.
    pub kind: Kind,
    /// The rights that it asks for, the riskiest first.
    pub rights: Vec<RightReport>,
    /// What its rules let through and no permission can bound, the riskiest first.
    pub unbounded: Vec<Unbounded>,
    /// The rules that let steps happen, in source order.
    pub permitted: Vec<Permitted>,
    /// What those who use the pack may set.
    pub parameters: Vec<ParameterReport>,
}

/// Tells what a pack may do. Nothing where its manifest can't be read, or its rules can't be compiled.
#[must_use]
pub fn audit(pack: &Validated) -> Option<Audit> {
    let manifest = pack.said.as_ref()?;
    let bundle = pack.compiled.bundle.as_ref()?;
    let auditing = Auditing { bundle, manifest, sources: &pack.sources };
    let mut rights: Vec<RightReport> = manifest.rights().iter().map(|right| auditing.right(right)).collect();
    rights.sort_by(|a, b| (a.risk, &a.right).cmp(&(b.risk, &b.right)));
    let mut unbounded = auditing.unbounded();
    unbounded.sort_by(|a, b| (a.risk, &a.step, &a.argument).cmp(&(b.risk, &b.step, &b.argument)));
    Some(Audit {
        pack: manifest.name.to_string(),
        version: manifest.version.to_string(),
        kind: manifest.kind,
        rights,
        unbounded,
        permitted: auditing.permitted(),
        parameters: parameters::parameters(pack, manifest),
    })
}

struct Auditing<'a> {
    bundle: &'a Bundle,
    manifest: &'a Manifest,
    sources: &'a Sources,
}

fn word(effect: Effect) -> &'static str {
    match effect {
        Effect::Permit => "permit",
        Effect::Ask => "ask",
        Effect::Forbid => "forbid",
        Effect::OtherwiseAsk => "otherwise ask",
        Effect::Oblige => "oblige",
    }
}

impl Auditing<'_> {
    /// Returns the rules that let a step happen for which something holds, by name, in source order.
    fn letting(&self, about: impl Fn(&reach_compiler::ir::Target) -> bool) -> Vec<String> {
        let targets = |rule: &Rule| rule.targets.iter().filter_map(|t| self.bundle.targets.get(t.target as usize)).any(&about);
        self.lets().filter(|rule| targets(rule)).map(|rule| rule.name.to_string()).collect()
    }

    fn lets(&self) -> impl Iterator<Item = &Rule> {
        self.bundle.own_rules().iter().filter(|rule| matches!(rule.effect, Effect::Permit | Effect::Ask | Effect::OtherwiseAsk) && !rule.advisory)
    }

    fn right(&self, right: &Right) -> RightReport {
        let (risk, mut words) = words::of(right);
        let of_kind = |kind: RightKind| {
            self.letting(|target| {
                let reader = self.manifest.readers.contains(target.name.as_str());
                target.kind == StepKind::Call && target.args.iter().any(|field| kinds_of(&field.ty, reader).contains(&kind))
            })
        };
        let rules = match right {
            Right::Tool(name) | Right::Reader(name) => self.letting(|target| target.kind == StepKind::Call && target.name == *name),
            Right::Read(glob) if is_resource(glob) => self.letting(|target| target.kind == StepKind::Read),
            Right::Read(_) => of_kind(RightKind::Read),
            Right::Write(_) => {
                let mut rules = of_kind(RightKind::Write);
                rules.extend(of_kind(RightKind::Read));
                rules.sort();
                rules.dedup();
                rules
            }
            Right::Network(_) => of_kind(RightKind::Network),
            Right::Run(_) => of_kind(RightKind::Run),
            Right::Spawn { .. } => self.letting(|target| target.kind == StepKind::Spawn),
            Right::Spend { .. } => Vec::new(),
        };
        if let Right::Tool(name) = right {
            words.push_str(&format!(": {}", self.what_becomes_of(name)));
        }
        RightReport { right: right.to_string(), risk, words, rules }
    }

    /// Returns what rules do with a tool, in words.
    fn what_becomes_of(&self, tool: &str) -> String {
        let about = |rule: &&Rule| {
            let targets = rule.targets.iter().filter_map(|t| self.bundle.targets.get(t.target as usize));
            !rule.advisory && targets.into_iter().any(|target| target.kind == StepKind::Call && target.name == tool)
        };
        let mut effects: Vec<&'static str> = self.bundle.own_rules().iter().filter(about).map(|rule| word(rule.effect)).collect();
        effects.sort_unstable();
        effects.dedup();
        let lets = effects.iter().any(|effect| matches!(*effect, "permit" | "ask" | "otherwise ask"));
        if lets { effects.join(", ") } else { "no rule of the pack lets it happen".to_owned() }
    }

    fn unbounded(&self) -> Vec<Unbounded> {
        let mut out = Vec::new();
        for (index, target) in (0u32..).zip(&self.bundle.targets) {
            let rules: Vec<String> = self.lets().filter(|rule| rule.targets.iter().any(|t| t.target == index)).map(|rule| rule.name.to_string()).collect();
            if rules.is_empty() {
                continue;
            }
            let step = if target.kind == StepKind::Say { "say".to_owned() } else { format!("{} {}", target.kind.word(), target.name) };
            match target.kind {
                StepKind::Say => out.push(Unbounded {
                    step: step.clone(),
                    argument: None,
                    risk: Risk::Low,
                    words: "what is said to the user or the world is bounded by rules alone".to_owned(),
                    rules: rules.clone(),
                }),
                StepKind::Model => out.push(Unbounded {
                    step: step.clone(),
                    argument: None,
                    risk: Risk::Medium,
                    words: "whatever the agent has read goes to that model, and what it costs is bounded by budgets alone".to_owned(),
                    rules: rules.clone(),
                }),
                StepKind::Call | StepKind::Spawn | StepKind::Read => {}
            }
            if target.kind == StepKind::Say {
                continue;
            }
            for field in &target.args {
                let Some((risk, words)) = open(&field.ty) else { continue };
                out.push(Unbounded { step: step.clone(), argument: Some(field.name.to_string()), risk, words: words.to_owned(), rules: rules.clone() });
            }
        }
        for rule in self.lets().filter(|rule| rule.undeclared) {
            out.push(Unbounded {
                step: "undeclared steps".to_owned(),
                argument: None,
                risk: Risk::High,
                words: "a person may agree to what nobody knows".to_owned(),
                rules: vec![rule.name.to_string()],
            });
        }
        out
    }

    fn permitted(&self) -> Vec<Permitted> {
        self.lets()
            .map(|rule| {
                let source = self.sources.get(rule.name_span.file);
                let mut steps: Vec<String> = rule
                    .targets
                    .iter()
                    .filter_map(|t| self.bundle.targets.get(t.target as usize))
                    .map(|target| if target.kind == StepKind::Say { "say".to_owned() } else { format!("{} {}", target.kind.word(), target.name) })
                    .collect();
                if rule.undeclared {
                    steps.push("undeclared steps".to_owned());
                }
                Permitted {
                    rule: rule.name.to_string(),
                    effect: word(rule.effect),
                    steps,
                    always: rule.when.is_none() && rule.unless.is_none(),
                    file: source.map_or_else(String::new, |s| s.name.clone()),
                    line: source.map_or(0, |s| s.position(rule.name_span.start).line),
                }
            })
            .collect()
    }
}

/// Returns why values of a type aren't bounded by permissions, the riskiest reason; none where they are, or hold nothing that could do harm.
fn open(ty: &Type) -> Option<(Risk, &'static str)> {
    match ty {
        Type::Any => Some((Risk::High, "it has no type, so that paths, hosts and commands in it are not seen")),
        Type::Form(Form::Sql(_)) => Some((Risk::Medium, "queries are bounded by rules alone")),
        Type::Form(Form::Iban) => Some((Risk::Medium, "who is paid is bounded by rules alone")),
        Type::Text => Some((Risk::Low, "it is any text; a path, a host or a command in it is not seen as one")),
        Type::List(of) | Type::Set(of) | Type::Map(of) | Type::Optional(of) => open(of),
        Type::Record(fields) => fields.iter().filter_map(|(_, ty)| open(ty)).min(),
        Type::Bool | Type::Int | Type::Decimal | Type::Time | Type::Date | Type::Duration | Type::Enum(_) | Type::Form(_) | Type::Entity(_) => None,
    }
}
