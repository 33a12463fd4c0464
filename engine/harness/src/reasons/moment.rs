//! A step in the session that it met, and what each of its conditions comes to there, also those that the machine has no need to look at.

use std::sync::Arc;

use reach_compiler::ir::{Bundle, Effect as RuleEffect, ExprKind, Rule, RuleTarget, StepKind};
use reach_compiler::lower;
use reach_engine::{Condition, ConditionKind, Entities, Explanation, Options, Session, Truth, VerifiedImage};
use reach_grammar::quoted;

use super::tree::{Forest, Leaf};
use crate::witness::Json;

/// A step in its session.
#[derive(Clone, Debug)]
pub struct Moment<'a> {
    /// What the bundle means.
    pub bundle: &'a Bundle,
    /// What decides.
    pub image: Arc<VerifiedImage>,
    /// The events of the session before the step.
    pub past: &'a [String],
    /// The step.
    pub step: &'a str,
    /// Whether the run took place already, so that results of steps that are refused or asked now are left out.
    pub recorded: bool,
    /// What the host knows of entities.
    pub entities: Option<Arc<Entities>>,
}

impl Moment<'_> {
    /// Returns the session as the step met it, played by an image.
    pub fn session(&self, image: &Arc<VerifiedImage>, trace: bool) -> Session {
        let options = Options { recorded: self.recorded, trace, entities: self.entities.clone(), ..Options::default() };
        let mut session = Session::new(Arc::clone(image), "", options);
        for event in self.past {
            session.event(event);
        }
        session
    }

    /// Returns the index of the declared step; none where it isn't declared, or is no step that can be read.
    pub fn target(&self) -> Option<usize> {
        let event = Json::read(self.step)?;
        let kind = StepKind::from_word(event.text_of("type")?)?;
        let name = if kind == StepKind::Say { "" } else { event.text_of("name")? };
        self.image.target(kind.into(), name)
    }
}

/// What a condition came to.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its value, place and operands.
    pub condition: Condition,
}

impl Seen {
    pub const fn truth(&self) -> Truth {
        self.condition.value
    }
}

/// Returns what each condition of a step comes to, asked one by one.
///
/// # Errors
/// Why it could not be told.
pub fn look(moment: &Moment<'_>, forest: &Forest) -> Result<Vec<Seen>, String> {
    if forest.leaves.is_empty() {
        return Ok(Vec::new());
    }
    let target = moment.target();
    let mut asking = moment.bundle.clone();
    let Some(pattern) = asking.rules.last().cloned() else { return Ok(Vec::new()) };
    for (number, leaf) in forest.leaves.iter().enumerate() {
        asking.rules.push(question(&pattern, leaf, target, number));
    }
    let image = lower(&asking).map_err(|d| d.message)?.verify().map_err(|e| e.diagnostic().message)?;
    let mut session = moment.session(&Arc::new(image), true);
    let explanation = session.explain(moment.step).map_err(|e| e.to_string())?;
    forest.leaves.iter().enumerate().map(|(number, leaf)| answer(moment.bundle, leaf, &explanation, number)).collect()
}

fn name(number: usize) -> String {
    format!("<condition {number}>")
}

/// Returns an advisory rule that asks for a condition alone.
fn question(pattern: &Rule, leaf: &Leaf, target: Option<usize>, number: usize) -> Rule {
    Rule {
        name: name(number).into(),
        effect: RuleEffect::Permit,
        advisory: true,
        targets: target.and_then(|t| u32::try_from(t).ok()).map(|target| RuleTarget { target, class: leaf.class }).into_iter().collect(),
        undeclared: target.is_none(),
        when: Some(leaf.alone.clone()),
        unless: None,
        message: Vec::new(),
        obligations: Vec::new(),
        approver: None,
        expires: None,
        grants: None,
        examples: Vec::new(),
        ..pattern.clone()
    }
}

fn answer(bundle: &Bundle, leaf: &Leaf, explanation: &Explanation, number: usize) -> Result<Seen, String> {
    let rule = explanation.rules.iter().find(|rule| rule.rule == name(number));
    let Some(mut condition) = rule.and_then(|rule| rule.conditions.first()).cloned() else {
        return Err("what a condition comes to was not told".to_owned());
    };
    // Behind what binds: the tree has terms in the order of their places.
    let mut expr = &leaf.alone;
    let mut binds = leaf.binds;
    while binds > 0 {
        match &expr.kind {
            ExprKind::Let(_, _, body) => expr = body,
            ExprKind::And(terms) => {
                let [bind, inner] = terms.as_slice() else { break };
                let at = bundle.sources.position(bind.span);
                let reached = condition.terms.len() == terms.len();
                let own = condition.terms.iter().position(|t| (t.line, t.column) != (at.line, at.column));
                match own.filter(|_| reached) {
                    Some(own) => condition = condition.terms.swap_remove(own),
                    None => {
                        // What it reads isn't there.
                        condition.value = Truth::None;
                        condition.operands.clear();
                        condition.because.clear();
                        condition.terms.clear();
                    }
                }
                binds -= 1;
                expr = inner;
            }
            _ => break,
        }
    }
    condition.kind = ConditionKind::Term;
    let span = leaf.expr.span;
    let source = bundle.sources.get(span.file);
    let at = bundle.sources.position(span);
    condition.file = source.map(|s| s.name.clone()).unwrap_or_default();
    (condition.line, condition.column) = (at.line, at.column);
    condition.source = bundle.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ");
    if condition.source.is_empty() {
        condition.source = quoted("");
    }
    Ok(Seen { condition })
}
