//! Steps of tests and examples: the event of each, with its arguments typed as they are declared, and what is expected.

use crate::maps::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use reach_codes::table::{name as names, types as codes};
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{Binding, Expectation, Expr, ExprKind, Name, StepLit, TestStep};
use reach_values::pattern::Pattern;
use reach_values::time;

use super::Player;
use super::json::{self, separated, text_to};
use super::script::{Script, Stage};
use crate::ir::{Const, Expect, Form, Reading, StepKind, Target, Type};

/// A declared field, as far as a literal for it must know.
#[derive(Debug)]
struct FieldType {
    ty: Type,
    from_text: bool,
    reading: Option<Reading>,
}

/// The fields of something declared, by name and in order.
#[derive(Debug, Default)]
pub(super) struct Fields {
    by_name: HashMap<String, FieldType>,
    order: Vec<String>,
}

impl Fields {
    /// Returns fields that are read plainly.
    pub(super) fn of_types(fields: &[(String, Type)]) -> Self {
        Self {
            by_name: fields.iter().map(|(name, ty)| (name.clone(), FieldType { ty: ty.clone(), from_text: false, reading: None })).collect(),
            order: fields.iter().map(|(name, _)| name.clone()).collect(),
        }
    }

    pub(super) fn new(fields: &[crate::ir::Field]) -> Self {
        Self {
            by_name: fields.iter().map(|f| (f.name.to_string(), FieldType { ty: f.ty.clone(), from_text: f.from_text, reading: f.reading.clone() })).collect(),
            order: fields.iter().map(|f| f.name.to_string()).collect(),
        }
    }
}

/// A declared step.
#[derive(Debug)]
pub(super) struct Declared {
    args: Fields,
    facts: Fields,
}

impl Declared {
    fn new(target: &Target) -> Self {
        Self { args: Fields::new(&target.args), facts: Fields::new(&target.facts) }
    }
}

/// Whose fields a record gives, for messages.
pub(super) enum Whose<'n> {
    Arguments(&'n str),
    Facts(&'n str),
    Context,
    Entity(&'n str),
}

impl Whose<'_> {
    fn owner(&self) -> String {
        match self {
            Self::Arguments(name) | Self::Facts(name) if !name.is_empty() => format!("`{name}`"),
            Self::Arguments(_) | Self::Facts(_) => "`say`".to_owned(),
            Self::Context => "the context".to_owned(),
            Self::Entity(name) => format!("`{name}`"),
        }
    }

    const fn noun(&self) -> &'static str {
        match self {
            Self::Arguments(_) => "argument",
            Self::Facts(_) => "fact",
            Self::Context | Self::Entity(_) => "field",
        }
    }
}

/// Names with their values as JSON.
pub(super) type Written<'a> = Vec<(&'a str, String)>;

impl<'a> Player<'_, 'a> {
    /// Plays a step of a test.
    pub(super) fn step(&mut self, script: &mut Script<'a>, step: &'a TestStep, span: Span) -> Option<()> {
        let kind = kind(&step.step);
        let name = step.step.name.as_ref().map_or("", |n| n.text.as_str());
        let declared = self.declared(kind, name);
        let made = self.expected_parts(step, kind, name, declared.as_deref());
        let alias = step.alias.as_ref();
        let refused = alias.is_some_and(|alias| self.named_twice(script, alias) || kind == StepKind::Spawn && self.named_main(alias));
        let id = alias.filter(|_| !refused).map_or_else(|| script.fresh_id(), |alias| alias.text.to_string());
        let stage = made.as_ref().map_or(Stage::Unknown, |(expect, _)| Stage::expected(expect.as_ref()));
        let mut middle = script.middle(script.agent);
        middle.push_str("\"id\":");
        text_to(&id, &mut middle);
        middle.push(',');
        // A wrong step is entered too, so that nothing is said of what answers it.
        script.enter(id, alias.filter(|_| !refused).map(|a| a.span), kind, name, declared, stage);
        let (expect, parts) = made.filter(|_| !refused)?;
        middle.push_str(&parts);
        self.add(script, kind.word(), &middle, expect, span)
    }

    /// Makes what is expected of a step, and its own fields.
    fn expected_parts(&mut self, step: &'a TestStep, kind: StepKind, name: &str, declared: Option<&Declared>) -> Option<(Option<Expect>, String)> {
        let reasons = step.expect.as_ref().map(|e| e.by.as_slice()).unwrap_or_default();
        // Where a refusal is what is expected, the arguments may be anything.
        let free = reasons.iter().any(|by| by.text == "invalid_arguments" || by.text == "undeclared");
        let expect = match &step.expect {
            Some(expect) => Some(self.expectation(expect, declared, name)?),
            None => None,
        };
        if declared.is_none() {
            self.check_undeclared(&step.step, kind, expect.as_ref())?;
        }
        let strict = declared.filter(|_| !free);
        Some((expect, self.parts(&step.step, name, strict)?))
    }

    /// Reports a `spawn` that is called as the main agent is.
    fn named_main(&mut self, alias: &Name) -> bool {
        if alias.text != "main" {
            return false;
        }
        let d = Diagnostic::new(names::RESERVED_NAME, alias.span, "`main` is the main agent")
            .note("an agent goes by the name of the step that spawned it")
            .help("choose another name");
        self.report(d);
        true
    }

    /// Makes the event of a rule's example: a declared step, typed throughout.
    pub(super) fn example_step(&mut self, script: &mut Script<'a>, step: &'a StepLit) -> Option<String> {
        let kind = kind(step);
        let name = step.name.as_ref().map_or("", |n| n.text.as_str());
        let Some(declared) = self.declared(kind, name) else {
            self.unknown_target(step, kind, "an example is a step that a rule can be about, so it must be declared");
            return None;
        };
        let parts = self.parts(step, name, Some(&declared))?;
        let id = script.fresh_id();
        Some(script.event(kind.word(), &format!("\"id\":\"{id}\",{parts}")))
    }

    fn declared(&mut self, kind: StepKind, name: &'a str) -> Option<Rc<Declared>> {
        if let Some(known) = self.declared.get(&(kind, name)) {
            return known.clone();
        }
        let found = match kind {
            StepKind::Read => self.resource(name),
            _ => self.checker.declared_step(kind, name).map(|target| Rc::new(Declared::new(target))),
        };
        self.declared.insert((kind, name), found.clone());
        found
    }

    /// Returns the first declared resource whose glob a name fits.
    fn resource(&mut self, name: &str) -> Option<Rc<Declared>> {
        let checker = &*self.checker;
        let resources = self.resources.get_or_insert_with(|| {
            let declared = checker.declared().filter(|target| target.kind == StepKind::Read);
            declared.filter_map(|target| Some((Pattern::name_glob(&target.name, false).ok()?, Rc::new(Declared::new(target))))).collect()
        });
        resources.iter().find(|(glob, _)| glob.is_match(name)).map(|(_, declared)| Rc::clone(declared))
    }

    pub(super) fn context_fields(&self) -> Fields {
        Fields::new(self.checker.context())
    }

    /// Writes `name`, `args`, `facts` and `definition`, each with a comma behind it.
    fn parts(&mut self, step: &'a StepLit, name: &str, strict: Option<&Declared>) -> Option<String> {
        let (args, facts) = match strict {
            Some(declared) => {
                let args = self.typed_fields(&step.args, &declared.args, &Whose::Arguments(name));
                let facts = self.typed_fields(&step.facts, &declared.facts, &Whose::Facts(name));
                let args = args?;
                self.check_missing(step, &declared.args, &args, name)?;
                (args, facts?)
            }
            None => (self.literal_fields(&step.args)?, self.literal_fields(&step.facts)?),
        };
        let mut out = String::new();
        if step.name.is_some() {
            out.push_str("\"name\":");
            text_to(name, &mut out);
            out.push(',');
        }
        object("args", &args, &mut out);
        if !step.facts.is_empty() {
            object("facts", &facts, &mut out);
        }
        if let Some(definition) = &step.definition {
            out.push_str("\"definition\":");
            text_to(&definition.value, &mut out);
            out.push(',');
        }
        Some(out)
    }

    /// Writes fields as they are declared; an unknown one is an error.
    pub(super) fn typed_fields(&mut self, bindings: &'a [Binding], fields: &Fields, whose: &Whose<'_>) -> Option<Written<'a>> {
        let mut out = Vec::new();
        let mut whole = Some(());
        let mut seen = HashSet::default();
        for binding in bindings {
            let name = binding.name.text.as_str();
            let Some(declared) = fields.by_name.get(name) else {
                self.unknown_field(binding, fields, whose);
                whole = None;
                continue;
            };
            if !seen.insert(name) {
                let d = Diagnostic::new(names::DUPLICATE_ARGUMENT, binding.name.span, format!("`{name}` is given twice")).help("leave one of them out");
                self.report(d);
                whole = None;
                continue;
            }
            match self.typed(&binding.value, declared) {
                Some(value) => out.push((name, value)),
                None => whole = None,
            }
        }
        whole.map(|()| out)
    }

    fn literal_fields(&mut self, bindings: &'a [Binding]) -> Option<Written<'a>> {
        let mut out = Vec::new();
        for binding in bindings {
            let mut value = String::new();
            self.literal(&binding.value, &mut value)?;
            out.push((binding.name.text.as_str(), value));
        }
        Some(out)
    }

    /// Writes a value of a declared field.
    fn typed(&mut self, expr: &'a Expr, FieldType { ty, from_text, reading }: &FieldType) -> Option<String> {
        let from_text = *from_text;
        let inner = match ty {
            Type::Optional(inner) => inner.as_ref(),
            other => other,
        };
        let resolved = self.resolve(expr);
        let mut out = String::new();
        match (&resolved.kind, inner) {
            // JSON has these as text, and people paste events into tests.
            (ExprKind::Text(text), Type::Time | Type::Date | Type::Duration) if reads_as(text, inner) => {
                text_to(text, &mut out);
                return Some(out);
            }
            // What is read in a way of its own may be written as only that reads it.
            (ExprKind::Text(text), _) if reading.as_ref().is_some_and(|reading| reads_by(text, inner, reading)) => {
                text_to(text, &mut out);
                return Some(out);
            }
            // `list<T> from text` takes a text that holds a list, and a single element.
            (ExprKind::Text(text), Type::List(_)) if from_text => {
                text_to(text, &mut out);
                return Some(out);
            }
            (
                ExprKind::Number(_)
                | ExprKind::Bool(_)
                | ExprKind::Negate(_)
                | ExprKind::Record(_)
                | ExprKind::Date(_)
                | ExprKind::Time(_)
                | ExprKind::Duration(_),
                Type::List(of),
            ) if from_text => {
                let value = self.constant(expr, of)?;
                json::write(of, &value, &mut out);
                return Some(out);
            }
            _ => {}
        }
        let value = self.constant(expr, ty)?;
        match (&resolved.kind, inner) {
            // Checked, but written as it stands: bringing it into its normal form is what intake is tested with.
            (ExprKind::Text(text) | ExprKind::Tagged(_, text), Type::Form(_)) => text_to(text, &mut out),
            _ => json::write(ty, &value, &mut out),
        }
        Some(out)
    }

    fn unknown_field(&mut self, binding: &Binding, fields: &Fields, whose: &Whose<'_>) {
        let (name, span) = (&binding.name.text, binding.name.span);
        let near = self.checker.nearest(name, fields.order.iter().map(String::as_str));
        let d = Diagnostic::new(names::UNKNOWN_ARGUMENT, span, format!("{} has no {} `{name}`", whose.owner(), whose.noun()));
        let d = match near {
            Some(near) => d.help(format!("did you mean `{near}`?")).fix(span, near),
            None if matches!(whose, Whose::Arguments(_)) => d.help("to test that it is refused, expect `forbid by invalid_arguments`"),
            None => d.help(format!("declare the {}, or leave it out", whose.noun())),
        };
        self.report(d);
    }

    fn check_missing(&mut self, step: &StepLit, fields: &Fields, given: &Written<'a>, name: &str) -> Option<()> {
        let given: HashSet<&str> = given.iter().map(|(name, _)| *name).collect();
        let required = |field: &&String| !matches!(fields.by_name.get(*field), Some(FieldType { ty: Type::Optional(_), .. }));
        let missing: Vec<&str> = fields.order.iter().filter(required).map(String::as_str).filter(|field| !given.contains(field)).collect();
        if missing.is_empty() {
            return Some(());
        }
        let listed: Vec<String> = missing.iter().take(8).map(|field| format!("`{field}`")).collect();
        let more = if missing.len() > listed.len() { format!(" and {} more", missing.len() - listed.len()) } else { String::new() };
        let span = step.name.as_ref().map_or(step.kind.span, |n| n.span);
        let d = Diagnostic::new(codes::MISSING_ARGUMENT, span, format!("{} needs {}{more}", Whose::Arguments(name).owner(), listed.join(", ")))
            .note("an argument whose type doesn't end in `?` is always there")
            .help("add it; to test that the step is refused, expect `forbid by invalid_arguments`");
        self.report(d);
        None
    }

    /// An undeclared step can be expected to be refused or asked; but often its name is only misspelt.
    fn check_undeclared(&mut self, step: &StepLit, kind: StepKind, expect: Option<&Expect>) -> Option<()> {
        if expect.is_some_and(|e| e.by.iter().any(|by| by == "undeclared")) {
            return Some(());
        }
        let permitted = expect.is_some_and(|e| e.effect == "permit");
        let near = self.near_target(step, kind);
        if permitted || near.is_some() {
            let note = if permitted {
                "a step that no declaration covers is never permitted"
            } else {
                "a test that is green because of a misspelt name shows nothing"
            };
            self.unknown_target(step, kind, note);
            return None;
        }
        Some(())
    }

    fn near_target(&mut self, step: &StepLit, kind: StepKind) -> Option<String> {
        let name = step.name.as_ref()?;
        let candidates: Vec<String> = self.checker.declared().filter(|t| t.kind == kind).take(2_000).map(|t| t.name.to_string()).collect();
        self.checker.nearest(&name.text, candidates.iter().map(String::as_str))
    }

    fn unknown_target(&mut self, step: &StepLit, kind: StepKind, note: &str) {
        // A pack that is not there may declare it, and that was said.
        if self.checker.lacks_packs() {
            self.wrong = true;
            return;
        }
        let near = self.near_target(step, kind);
        let (name, span) = step.name.as_ref().map_or(("", step.kind.span), |n| (n.text.as_str(), n.span));
        let what = match kind {
            StepKind::Call => "tool",
            StepKind::Model => "model",
            StepKind::Read => "resource",
            StepKind::Spawn => "agent",
            StepKind::Say => "step",
        };
        let d = Diagnostic::new(names::UNKNOWN_TARGET_OF_STEP, span, format!("no {what} `{name}` is declared")).note(note);
        let d = match near {
            Some(near) if kind != StepKind::Read => {
                d.help(format!("did you mean `{near}`? to test the refusal, expect `forbid by undeclared`")).fix(span, near)
            }
            _ => d.help("declare it, or expect `forbid by undeclared`"),
        };
        self.report(d);
    }

    pub(super) fn expectation(&mut self, expect: &'a Expectation, declared: Option<&Declared>, name: &str) -> Option<Expect> {
        let words = ["permit", "ask", "forbid"];
        let ty = Type::Enum(Arc::from(words.map(str::to_owned)));
        let effect = self.constant(&expect.effect, &ty);
        let mut by = Vec::with_capacity(expect.by.len());
        for name in &expect.by {
            by.extend(self.checker.known_rule(name));
        }
        let known = by.len() == expect.by.len();
        self.wrong |= !known;
        let args = match &expect.args {
            Some(bindings) => {
                let fields = match declared {
                    Some(declared) => self.typed_fields(bindings, &declared.args, &Whose::Arguments(name)),
                    None => self.literal_fields(bindings),
                };
                let mut out = String::new();
                separated(&mut out, ['{', '}'], fields?.iter(), entry);
                Some(out)
            }
            None => None,
        };
        let Const::Num(effect) = effect? else { return None };
        let effect = usize::try_from(effect).ok().and_then(|n| words.get(n))?;
        known.then(|| Expect { effect: (*effect).to_owned(), by, because: expect.because.as_ref().map(|text| text.value.to_string()), args, span: expect.span })
    }
}

/// Returns the kind of a step: the grammar reads the words of all five and no others.
fn kind(step: &StepLit) -> StepKind {
    StepKind::from_word(&step.kind.text).unwrap_or(StepKind::Say)
}

fn object(key: &str, fields: &Written<'_>, out: &mut String) {
    text_to(key, out);
    out.push(':');
    separated(out, ['{', '}'], fields.iter(), entry);
    out.push(',');
}

pub(super) fn entry(out: &mut String, (name, value): &(&str, String)) {
    text_to(name, out);
    out.push(':');
    out.push_str(value);
}

fn reads_as(text: &str, ty: &Type) -> bool {
    match ty {
        Type::Time => time::parse_time(text).is_ok(),
        Type::Date => time::parse_date(text).is_ok(),
        _ => time::parse_duration(text).is_ok(),
    }
}

/// Returns whether a text is a value of a type only by the way in which it is read.
fn reads_by(text: &str, ty: &Type, reading: &Reading) -> bool {
    match (ty, reading) {
        (Type::Form(Form::Url), Reading::Scheme(scheme)) => reach_values::url::normalize_with(text, scheme).is_ok(),
        (Type::Time, Reading::Zone(zone)) => reach_values::zone::Zone::find(zone).is_some_and(|zone| zone.parse(text).is_ok()),
        _ => false,
    }
}
