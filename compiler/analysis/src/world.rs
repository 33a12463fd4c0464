//! What formulas speak of: variables of a step and its session, and the atoms about them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use reach_compiler::ir::{Form, Part, Type};
use reach_values::time;

use crate::formula::{AtomId, F, Formulas};
use crate::pred::{Func, Need, Pred, Test};
use crate::text::Texts;

/// A variable: its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct VarId(pub u32);

/// A variable.
#[derive(Clone, Debug)]
pub(crate) struct Var {
    /// What it is, for people: `args.amount`.
    pub name: String,
    /// The type of its values: of numbers, of text or a form.
    pub ty: Type,
    /// Another number that it is, where it is one of a text: its length, its port.
    pub link: Option<Link>,
}

/// A number that is made of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// The text.
    pub var: VarId,
    /// What is made of it first.
    pub steps: Vec<Func>,
    /// The type of what comes out of the steps.
    pub ty: Type,
    /// Whether it is the length, instead of the number that comes out.
    pub length: bool,
}

/// A sum of variables, each with a factor, and a constant.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Sum {
    /// Variables ascending, no factor is zero.
    pub terms: Vec<(VarId, i128)>,
    /// What is added.
    pub constant: i128,
}

impl Sum {
    /// Returns a constant.
    pub const fn of(constant: i128) -> Self {
        Self { terms: Vec::new(), constant }
    }

    /// Returns a variable.
    pub fn var(var: VarId) -> Self {
        Self { terms: vec![(var, 1)], constant: 0 }
    }

    /// Returns `self + factor · other`; none where a number is out of range.
    pub fn plus(&self, other: &Self, factor: i128) -> Option<Self> {
        let mut terms: BTreeMap<VarId, i128> = self.terms.iter().copied().collect();
        for (var, by) in &other.terms {
            let more = by.checked_mul(factor)?;
            let sum = terms.get(var).copied().unwrap_or(0).checked_add(more)?;
            terms.insert(*var, sum);
        }
        let constant = self.constant.checked_add(other.constant.checked_mul(factor)?)?;
        Some(Self { terms: terms.into_iter().filter(|(_, by)| *by != 0).collect(), constant })
    }
}

/// What an atom says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Atom {
    /// A truth of its own, by its number in [`World::flags`].
    Flag(u32),
    /// The sum is at most the bound. The first factor is positive.
    AtMost(Vec<(VarId, i128)>, i128),
    /// The sum is the bound. The first factor is positive.
    Equal(Vec<(VarId, i128)>, i128),
    /// The condition, by its number in [`World::preds`], is true (or false) of the text.
    Text(VarId, u32, bool),
    /// Two texts are written alike; the lesser variable first.
    Alike(VarId, VarId),
    /// The relation, by its number in [`World::relations`], is true (or false).
    Related(u32, bool),
}

/// A part of a text that is a variable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Term {
    /// The text.
    pub var: VarId,
    /// What is made of it.
    pub steps: Vec<Func>,
    /// The type of what comes out.
    pub ty: Type,
}

/// What two texts may have to do with one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bond {
    /// The first equals the second.
    Is,
    /// The first lies within the second.
    Within,
    /// The first contains the second.
    Contains,
}

/// A relation of two texts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Relation {
    pub bond: Bond,
    pub a: Term,
    pub b: Term,
}

/// A truth of its own.
#[derive(Clone, Debug)]
pub(crate) struct Flag {
    /// What it is, the same for the same question.
    pub key: String,
    /// Why it may be wrong to choose it freely: what the analysis can't tell apart.
    pub unknown: Option<String>,
}

/// A condition on texts, with what is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub pred: Arc<Pred>,
    /// Whether it is always true or false.
    pub two_valued: bool,
}

/// Variables, atoms and formulas of one analysis.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub formulas: Formulas,
    pub vars: Vec<Var>,
    pub atoms: Vec<Atom>,
    atom_index: HashMap<Atom, AtomId>,
    pub flags: Vec<Flag>,
    flag_index: HashMap<String, u32>,
    pub preds: Vec<Known>,
    pred_index: HashMap<String, u32>,
    pub relations: Vec<Relation>,
    relation_index: BTreeMap<Relation, u32>,
    /// What always holds, by an atom that it speaks of.
    axioms: BTreeMap<AtomId, Vec<F>>,
    /// What always holds of a text.
    of_texts: BTreeMap<VarId, Vec<F>>,
    /// How many axioms were said.
    pub axioms_said: usize,
    /// The names of variables that are there already.
    var_index: HashMap<String, VarId>,
    /// Finds texts.
    pub texts: Texts,
    /// How many elements of a list are told apart from now on, the last of them as often as it likes, and whether there is a rest.
    pub elements: (usize, bool),
}

impl World {
    /// Returns an empty one in which so much is told apart of lists.
    pub fn of_lists(elements: (usize, bool)) -> Self {
        Self { elements, ..Self::default() }
    }

    /// Returns an empty one that finds texts with what was compiled already.
    pub fn of_texts(texts: Texts) -> Self {
        Self { texts, ..Self::default() }
    }

    /// Returns the variable of a name, made at its first use.
    pub fn var(&mut self, name: &str, ty: &Type, link: Option<Link>) -> VarId {
        if let Some(known) = self.var_index.get(name) {
            return *known;
        }
        let id = VarId(u32::try_from(self.vars.len()).unwrap_or(u32::MAX));
        self.vars.push(Var { name: name.to_owned(), ty: ty.clone(), link });
        self.var_index.insert(name.to_owned(), id);
        id
    }

    /// Returns a variable's type.
    pub fn type_of(&self, var: VarId) -> Type {
        self.vars.get(var.0 as usize).map_or(Type::Any, |v| v.ty.clone())
    }

    /// Returns an atom.
    pub fn atom(&mut self, atom: Atom) -> AtomId {
        if let Some(known) = self.atom_index.get(&atom) {
            return *known;
        }
        let id = AtomId(u32::try_from(self.atoms.len()).unwrap_or(u32::MAX));
        self.atoms.push(atom.clone());
        self.atom_index.insert(atom, id);
        id
    }

    /// Returns what an atom says.
    pub fn get(&self, atom: AtomId) -> Option<&Atom> {
        self.atoms.get(atom.0 as usize)
    }

    /// Says that a formula always holds.
    pub fn axiom(&mut self, f: F) {
        let known = self.formulas.atoms(f).first().and_then(|atom| self.axioms.get(atom)).is_some_and(|all| all.contains(&f));
        if known {
            return;
        }
        self.axioms_said += 1;
        for atom in self.formulas.atoms(f) {
            self.axioms.entry(atom).or_default().push(f);
        }
    }

    /// Says that a formula always holds of a text, whatever is asked of it.
    pub fn axiom_of(&mut self, text: VarId, f: F) {
        let known = self.of_texts.entry(text).or_default();
        if !known.contains(&f) {
            known.push(f);
            self.axioms_said += 1;
        }
    }

    /// Returns what always holds beside an atom.
    pub fn always(&self, atom: AtomId) -> Vec<F> {
        let mut all = self.axioms.get(&atom).cloned().unwrap_or_default();
        if !self.of_texts.is_empty() {
            all.extend(self.texts_of(atom).iter().filter_map(|text| self.of_texts.get(text)).flatten());
        }
        all
    }

    /// Returns the texts that an atom is about.
    fn texts_of(&self, atom: AtomId) -> Vec<VarId> {
        match self.get(atom) {
            Some(Atom::Text(var, ..)) => vec![*var],
            Some(Atom::Alike(a, b)) => vec![*a, *b],
            Some(Atom::Related(number, _)) => self.relations.get(*number as usize).map_or_else(Vec::new, |relation| vec![relation.a.var, relation.b.var]),
            Some(Atom::AtMost(terms, _) | Atom::Equal(terms, _)) => {
                terms.iter().filter_map(|(var, _)| Some(self.vars.get(var.0 as usize)?.link.as_ref()?.var)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Returns the formula of a truth of its own.
    pub fn flag(&mut self, key: &str, unknown: Option<&str>) -> F {
        let number = match self.flag_index.get(key) {
            Some(known) => *known,
            None => {
                let number = u32::try_from(self.flags.len()).unwrap_or(u32::MAX);
                self.flags.push(Flag { key: key.to_owned(), unknown: unknown.map(str::to_owned) });
                self.flag_index.insert(key.to_owned(), number);
                number
            }
        };
        let atom = self.atom(Atom::Flag(number));
        self.formulas.atom(atom)
    }

    /// Returns a condition of which nothing is known: true, false or none. `why` says what can't be told apart, if that is so.
    pub fn open_condition(&mut self, key: &str, why: Option<&str>) -> Cond {
        let known = self.flag_index.contains_key(&format!("{key} is true"));
        let t = self.flag(&format!("{key} is true"), why);
        let f = self.flag(&format!("{key} is false"), why);
        if !known {
            self.exclusive(t, f);
        }
        Cond { t, f }
    }

    /// Says that two formulas never hold together.
    pub fn exclusive(&mut self, a: F, b: F) {
        let both = self.formulas.and([a, b]);
        let not_both = self.formulas.not(both);
        self.axiom(not_both);
    }

    /// Returns the formula that a sum is at most zero.
    pub fn at_most_zero(&mut self, sum: &Sum) -> F {
        // Only the least number has no opposite: the bound beside it is taken, which decimals never come near.
        let bound = sum.constant.saturating_neg();
        let Some(&(_, first)) = sum.terms.first() else { return F::of(0 <= bound) };
        let (terms, bound, flipped) = if first > 0 {
            (sum.terms.clone(), bound, false)
        } else {
            // -s <= b is s >= -b, that is not s <= -b - 1.
            let Some(terms) = negated(&sum.terms) else { return F::FALSE };
            let Some(bound) = bound.checked_neg().and_then(|b| b.checked_sub(1)) else { return F::FALSE };
            (terms, bound, true)
        };
        let divisor = terms.iter().fold(0i128, |g, (_, by)| gcd(g, *by));
        let terms: Vec<_> = terms.into_iter().map(|(var, by)| (var, by / divisor.max(1))).collect();
        let bound = bound.div_euclid(divisor.max(1));
        let atom = self.atom(Atom::AtMost(terms, bound));
        let f = self.formulas.atom(atom);
        if flipped { self.formulas.not(f) } else { f }
    }

    /// Returns the formula that a sum is zero.
    pub fn is_zero(&mut self, sum: &Sum) -> F {
        let Some(bound) = sum.constant.checked_neg() else { return F::FALSE };
        let Some(&(_, first)) = sum.terms.first() else { return F::of(bound == 0) };
        let (terms, bound) = if first > 0 {
            (sum.terms.clone(), bound)
        } else {
            let (Some(terms), Some(bound)) = (negated(&sum.terms), bound.checked_neg()) else { return F::FALSE };
            (terms, bound)
        };
        let divisor = terms.iter().fold(0i128, |g, (_, by)| gcd(g, *by)).max(1);
        if bound % divisor != 0 {
            return F::FALSE;
        }
        let terms = terms.into_iter().map(|(var, by)| (var, by / divisor)).collect();
        let atom = self.atom(Atom::Equal(terms, bound / divisor));
        self.formulas.atom(atom)
    }

    /// Returns the condition on a text that is a variable.
    pub fn text_condition(&mut self, term: &Term, test: Test) -> Cond {
        let of = self.type_of(term.var);
        let pred = Pred { steps: term.steps.clone(), ty: term.ty.clone(), test };
        let always = is_total(&of, &pred).then(|| unsure_at(&pred.steps));
        let number = self.pred(&of, pred, always == Some(None));
        let two_valued = self.preds.get(number as usize).is_some_and(|k| k.two_valued);
        let yes = Atom::Text(term.var, number, true);
        let new = !self.atom_index.contains_key(&yes);
        let yes = self.atom(yes);
        let t = self.formulas.atom(yes);
        if two_valued {
            return Cond { t, f: self.formulas.not(t) };
        }
        let no = self.atom(Atom::Text(term.var, number, false));
        let f = self.formulas.atom(no);
        if new {
            self.exclusive(t, f);
            if let Some(Some(_)) = always {
                self.known_where_there(Cond { t, f }, &[term]);
            }
        }
        Cond { t, f }
    }

    /// Says that a condition has a value where all that it is about has one, and there alone.
    fn known_where_there(&mut self, cond: Cond, about: &[&Term]) {
        let there: Vec<F> = about.iter().map(|term| self.there(term)).collect();
        let there = self.formulas.and(there);
        let known = self.formulas.or([cond.t, cond.f]);
        let (not_there, not_known) = (self.formulas.not(there), self.formulas.not(known));
        let (needs, gives) = (self.formulas.or([not_known, there]), self.formulas.or([not_there, known]));
        self.axiom(needs);
        self.axiom(gives);
    }

    /// Returns the number of a condition on texts of a type.
    fn pred(&mut self, of: &Type, pred: Pred, two_valued: bool) -> u32 {
        let key = format!("{of:?} {pred:?}");
        if let Some(known) = self.pred_index.get(&key) {
            return *known;
        }
        let number = u32::try_from(self.preds.len()).unwrap_or(u32::MAX);
        self.preds.push(Known { pred: Arc::new(pred), two_valued });
        self.pred_index.insert(key, number);
        number
    }

    /// Returns the formula that what is made of a text has a value.
    fn there(&mut self, term: &Term) -> F {
        let Some(last) = unsure_at(&term.steps) else { return F::TRUE };
        let of = self.type_of(term.var);
        let is_unwrap = term.steps.get(last) == Some(&Func::Unwrap);
        let steps: Vec<Func> = term.steps.iter().take(if is_unwrap { last } else { last + 1 }).copied().collect();
        let ty = steps.iter().fold(of.clone(), |ty, step| match (step, ty) {
            (Func::Part(part), ty) => ty.of_part(*part),
            (Func::Unwrap, Type::Optional(of)) => of.as_ref().clone(),
            (Func::Lower | Func::Unwrap, ty) => ty,
        });
        if is_unwrap {
            return self.text_condition(&Term { var: term.var, steps, ty }, Test::Present).t;
        }
        // What can't be absent is there, or has no value.
        let number = self.pred(&of, Pred { steps, ty, test: Test::Present }, false);
        let atom = self.atom(Atom::Text(term.var, number, true));
        self.formulas.atom(atom)
    }

    /// Returns the condition that two texts, one or both of them variables, have to do with one another so.
    pub fn relation(&mut self, bond: Bond, a: &Term, b: &Term) -> Cond {
        let mut relation = Relation { bond, a: a.clone(), b: b.clone() };
        if bond == Bond::Is {
            if a == b {
                // A path is the same as itself, wherever it begins.
                return Cond::TRUE;
            }
            if b < a {
                relation = Relation { bond, a: b.clone(), b: a.clone() };
            }
            if relation.a.steps.is_empty() && relation.b.steps.is_empty() && self.type_of(a.var) == self.type_of(b.var) && !a.ty.is_path() {
                let atom = self.atom(Atom::Alike(relation.a.var, relation.b.var));
                let t = self.formulas.atom(atom);
                return Cond { t, f: self.formulas.not(t) };
            }
        }
        let fresh = u32::try_from(self.relations.len()).unwrap_or(u32::MAX);
        let number = *self.relation_index.entry(relation.clone()).or_insert(fresh);
        if number == fresh {
            self.relations.push(relation);
        }
        let new = !self.atom_index.contains_key(&Atom::Related(number, true));
        let (yes, no) = (self.atom(Atom::Related(number, true)), self.atom(Atom::Related(number, false)));
        let cond = Cond { t: self.formulas.atom(yes), f: self.formulas.atom(no) };
        if new {
            self.exclusive(cond.t, cond.f);
            let (of, other) = (self.type_of(a.var), self.type_of(b.var));
            let has_parts = |of: &Type| !matches!(of, Type::Form(form) if form.is_structured());
            let is_total = match bond {
                Bond::Is => !a.ty.is_path() && !b.ty.is_path(),
                Bond::Within => a.ty == Type::Form(Form::Host) && b.ty == a.ty,
                Bond::Contains => true,
            };
            if is_total && has_parts(&of) && has_parts(&other) {
                self.known_where_there(cond, &[a, b]);
            }
        }
        cond
    }

    /// Returns what a literal about a text asks of it.
    pub fn need(&self, pred: u32, truth: bool, holds: bool) -> Need {
        let two_valued = self.preds.get(pred as usize).is_some_and(|k| k.two_valued);
        match (truth, holds) {
            (true, true) => Need::True,
            (true, false) if two_valued => Need::False,
            (true, false) => Need::NotTrue,
            (false, true) => Need::False,
            (false, false) => Need::NotFalse,
        }
    }

    /// Returns the least and the greatest number of a type.
    pub fn range(ty: &Type) -> (i128, i128) {
        match ty {
            Type::Int => (i128::from(i64::MIN), i128::from(i64::MAX)),
            Type::Date => (time::MIN_DATE, time::MAX_DATE),
            Type::Time => (time::MIN_TIME, time::MAX_TIME),
            Type::Duration => (i128::from(i64::MIN), i128::from(i64::MAX)),
            Type::Enum(members) => (0, i128::try_from(members.len()).unwrap_or(1) - 1),
            _ => (i128::MIN, i128::MAX),
        }
    }
}

/// A condition: where it is true, and where it is false. Elsewhere it has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cond {
    pub t: F,
    pub f: F,
}

impl Cond {
    pub const TRUE: Self = Self { t: F::TRUE, f: F::FALSE };
    pub const FALSE: Self = Self { t: F::FALSE, f: F::TRUE };
    pub const NONE: Self = Self { t: F::FALSE, f: F::FALSE };

    /// Returns what is known.
    pub const fn of(truth: bool) -> Self {
        if truth { Self::TRUE } else { Self::FALSE }
    }

    /// Returns its negation.
    pub const fn not(self) -> Self {
        Self { t: self.f, f: self.t }
    }
}

fn negated(terms: &[(VarId, i128)]) -> Option<Vec<(VarId, i128)>> {
    terms.iter().map(|(var, by)| Some((*var, by.checked_neg()?))).collect()
}

const fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.cast_signed()
}

/// Tells whether a condition has a value wherever what it is about has one. To say no is always right.
fn is_total(of: &Type, pred: &Pred) -> bool {
    use reach_compiler::ir::PatternKind;
    if matches!(of, Type::Form(form) if form.is_structured()) {
        return false;
    }
    let is_path = match &pred.ty {
        Type::Optional(of) => of.is_path(),
        ty => ty.is_path(),
    };
    match &pred.test {
        Test::Is(_) | Test::OneOf(_) => !is_path,
        Test::Matches(pattern) => !is_path && !matches!(pattern.kind, PatternKind::Glob | PatternKind::WindowsGlob | PatternKind::MacOsGlob),
        Test::Within(domain, _) => pred.ty == Type::Form(Form::Host) && *domain == Type::Form(Form::Host),
        Test::Contains(_) | Test::Detect(_) | Test::Length(..) | Test::Number(..) | Test::Present => true,
        _ => false,
    }
}

/// Returns the last of some steps that may leave what they make without a value.
fn unsure_at(steps: &[Func]) -> Option<usize> {
    steps.iter().rposition(|step| matches!(step, Func::Unwrap | Func::Part(Part::UrlHost | Part::UrlPath)))
}
