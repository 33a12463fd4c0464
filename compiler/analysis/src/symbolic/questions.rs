//! What is asked of the session: history, provenance, labels, rights. Each answer is open, and remembered, so that a session can be
//! found in which it is so.

use reach_compiler::ir::{Expr, Fold, Form, Pattern, PatternKind, Type};

use super::{Symbolic, fresh};
use crate::formula::F;
use crate::pred::Test;
use crate::signature;
use crate::value::{Cases, Sym, known};
use crate::world::{Cond, Sum};

/// A question.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Question {
    /// What is asked, the same for the same question of the same step.
    pub key: String,
    /// What is asked of.
    pub asked: Asked,
    /// The step's sides of the joins, or the value of which the origin is asked.
    pub operands: Vec<Cases>,
    /// The answer.
    pub answer: Cases,
    /// Where there is no answer, whatever has happened: the value is too short to tell where it came from.
    pub short: F,
}

/// How many letters and digits tell where a value came from.
const LETTERS: usize = 4;
/// Texts with so many.
const ENOUGH: &str = r"(?s)(?:[\p{Alphabetic}\p{N}].*){4}";

/// What is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Asked {
    /// A use of history: its index in the bundle.
    History(u32),
    /// An origin: its index in the bundle.
    From(u32),
    /// `named by user`.
    Named,
    /// A label: its index in the bundle.
    Label(u32),
    /// `agent.rights`.
    Rights,
}

impl Symbolic<'_, '_> {
    fn ask(&mut self, asked: Asked, key: String, operands: Vec<Cases>, answer: Cases) -> Cases {
        self.ask_of(asked, key, operands, answer, F::FALSE)
    }

    fn ask_of(&mut self, asked: Asked, key: String, operands: Vec<Cases>, answer: Cases, short: F) -> Cases {
        let question = Question { key, asked, operands, answer: answer.clone(), short };
        if !self.questions.contains(&question) {
            self.questions.push(question);
        }
        answer
    }

    pub(super) fn history(&mut self, monitor: u32, operands: &[Expr]) -> Cases {
        let operands: Vec<Cases> = operands.iter().map(|o| self.eval(o)).collect();
        let Some(definition) = self.bundle.monitors.get(monitor as usize) else { return Vec::new() };
        let key = format!("{}history {} of {operands:?}", self.frame.prefix, signature::of_monitor(self.bundle, definition));
        // Without its operands there is no answer.
        let defined: Vec<F> = operands.iter().map(|cases| self.world.formulas.or(cases.iter().map(|(guard, _)| *guard))).collect();
        let defined = self.world.formulas.and(defined);
        let answer: Cases = match (&definition.fold, &definition.ty) {
            (Fold::Ever, _) => {
                let cond = self.world.open_condition(&key, None);
                vec![(defined, Sym::Bool(cond))]
            }
            (Fold::Count, _) => {
                let var = self.world.var(&key, &Type::Int, None);
                let least = self.world.at_most_zero(&Sum { terms: vec![(var, -1)], constant: 0 });
                self.world.axiom(least);
                let answered = self.world.flag(&format!("{key} has a value"), None);
                vec![(self.world.formulas.and([defined, answered, least]), Sym::Num(Sum::var(var)))]
            }
            (_, ty) => {
                let answered = self.world.flag(&format!("{key} has a value"), None);
                let both = self.world.formulas.and([defined, answered]);
                fresh(self.world, &key, ty).into_iter().map(|(guard, sym)| (self.world.formulas.and([both, guard]), sym)).collect()
            }
        };
        self.ask(Asked::History(monitor), key, operands, answer)
    }

    pub(super) fn came_from(&mut self, a: &Expr, origin: u32) -> Cases {
        let value = self.eval(a);
        let Some(definition) = self.bundle.origins.get(origin as usize) else { return Vec::new() };
        let key = format!("{}{value:?} from {}", self.frame.prefix, signature::of_origin(self.bundle, definition));
        let mut parts = Vec::new();
        for (guard, sym) in &value {
            let short = self.is_short(sym, &a.ty);
            parts.push(self.world.formulas.and([*guard, short]));
        }
        let short = self.world.formulas.or(parts);
        self.open_answer(Asked::From(origin), key, value, short)
    }

    /// Returns where a value is too short to tell where it came from.
    fn is_short(&mut self, value: &Sym, ty: &Type) -> F {
        match value {
            // Wherever these stand they tell.
            _ if matches!(ty, Type::Form(Form::Email | Form::Url | Form::Iban)) => F::FALSE,
            Sym::Term(term) => {
                let pattern = Pattern { kind: PatternKind::Regex, text: ENOUGH.to_owned(), nocase: false };
                let enough = self.world.text_condition(term, Test::Matches(pattern));
                self.world.formulas.not(enough.t)
            }
            Sym::Text(text) => F::of(text.chars().filter(|c| c.is_alphanumeric()).take(LETTERS).count() < LETTERS),
            Sym::Num(sum) if *ty == Type::Int => {
                let least = sum.plus(&Sum::of(-999), 1).map_or(F::FALSE, |sum| self.world.at_most_zero(&sum));
                let most = Sum::of(-999).plus(sum, -1).map_or(F::FALSE, |sum| self.world.at_most_zero(&sum));
                self.world.formulas.and([least, most])
            }
            Sym::Num(_) => {
                let key = format!("{}{value:?} is short", self.frame.prefix);
                self.world.flag(&key, Some("how many digits a number has"))
            }
            _ => F::FALSE,
        }
    }

    pub(super) fn named_by(&mut self, a: &Expr) -> Cases {
        let value = self.eval(a);
        let key = format!("{}{value:?} named by user", self.frame.prefix);
        self.open_answer(Asked::Named, key, value, F::FALSE)
    }

    pub(super) fn labelled(&mut self, label: u32) -> Cases {
        let key = format!("{}label {}", self.frame.prefix, signature::label_name(self.bundle, label));
        let cond = self.world.open_condition(&key, None);
        self.ask(Asked::Label(label), key, Vec::new(), known(Sym::Bool(cond)))
    }

    pub(super) fn rights(&mut self, names: &Expr) -> Cases {
        let value = self.eval(names);
        let key = format!("{}{value:?} within rights", self.frame.prefix);
        let cond = self.world.open_condition(&key, Some("`agent.rights`"));
        self.ask(Asked::Rights, key, vec![value], known(Sym::Bool(cond)))
    }

    fn open_answer(&mut self, asked: Asked, key: String, value: Cases, short: F) -> Cases {
        let Cond { t, f } = self.world.open_condition(&key, None);
        let defined = self.world.formulas.or(value.iter().map(|(guard, _)| *guard));
        let enough = self.world.formulas.not(short);
        let defined = self.world.formulas.and([defined, enough]);
        let cond = Cond { t: self.world.formulas.and([defined, t]), f: self.world.formulas.and([defined, f]) };
        self.ask_of(asked, key, vec![value], known(Sym::Bool(cond)), short)
    }
}
