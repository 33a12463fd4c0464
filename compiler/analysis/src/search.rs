//! The search: is there a step of which a formula holds?
//!
//! A solver of clauses proposes which atoms hold. From its proposal the literals are taken that make the formula true (`implicant`), and
//! the theories (`theories`) look for values for those alone. Where there are none, the reason becomes a clause, for good; where it can't
//! be told, the proposal is put aside for this question, and the answer can no longer be "no".

mod implicant;
mod theories;

use std::collections::{BTreeMap, BTreeSet};

use batsat::{BasicSolver, Lit, SolverInterface, lbool};

use crate::formula::{AtomId, F, Literal, Node};
use crate::world::{Atom, VarId, World};
use crate::{Limits, Stop};

pub(crate) use theories::Conflict;

/// How many optionals and elements are tried to be left out.
const MOST_SHRUNK: usize = 48;

/// Why nothing is told once it was time to end.
pub(crate) const TIME_OVER: &str = "the time that was given is over";

/// Values for the variables that matter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    /// The literals that make the formula true.
    pub literals: BTreeMap<AtomId, bool>,
    /// Numbers, enums among them.
    pub numbers: BTreeMap<VarId, i128>,
    /// Texts.
    pub texts: BTreeMap<VarId, String>,
}

impl Model {
    /// Returns whether an atom holds; one that doesn't matter does not.
    pub fn holds(&self, world: &World, atom: AtomId) -> bool {
        if let Some(known) = self.literals.get(&atom) {
            return *known;
        }
        let sum = |terms: &[(VarId, i128)]| {
            terms.iter().try_fold(0i128, |sum, (var, by)| sum.checked_add(self.numbers.get(var).copied().unwrap_or(0).checked_mul(*by)?))
        };
        match world.get(atom) {
            Some(Atom::AtMost(terms, bound)) => sum(terms).is_some_and(|sum| sum <= *bound),
            Some(Atom::Equal(terms, bound)) => sum(terms) == Some(*bound),
            _ => false,
        }
    }

    /// Returns whether a formula holds.
    pub fn satisfies(&self, world: &World, f: F) -> bool {
        world.formulas.holds(f, &|atom| self.holds(world, atom))
    }

    /// Returns the formula of everything but what it says.
    pub fn excluded(&self, world: &mut World) -> F {
        let parts: Vec<F> = self
            .literals
            .iter()
            .map(|(atom, holds)| {
                let f = world.formulas.atom(*atom);
                if *holds { f } else { world.formulas.not(f) }
            })
            .collect();
        let all = world.formulas.and(parts);
        world.formulas.not(all)
    }

    /// Returns what was chosen freely although it isn't told apart.
    pub fn doubts(&self, world: &World) -> BTreeSet<String> {
        let flags = self.literals.keys().filter_map(|atom| match world.get(*atom) {
            Some(Atom::Flag(number)) => world.flags.get(*number as usize)?.unknown.clone(),
            _ => None,
        });
        flags.collect()
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// There is one.
    Some(Box<Model>),
    /// There is none.
    None,
    /// It could not be told, and why.
    Unknown(BTreeSet<String>),
}

/// A search that can be asked again and again, and keeps what it has learnt.
pub(crate) struct Search {
    solver: BasicSolver,
    /// The solver's variable of each formula that is a part of a question.
    literals: BTreeMap<F, Lit>,
    atoms: BTreeMap<AtomId, Lit>,
    /// How many of the world's axioms are taken into account.
    axioms_said: usize,
    /// What proposals are put aside under, by why it can't be told whether they hold.
    aside: BTreeMap<String, Lit>,
    limits: Limits,
}

impl Search {
    pub fn new(limits: &Limits) -> Self {
        let mut solver = BasicSolver::default();
        let stop: Stop = limits.stop.clone();
        solver.cb_mut().set_stop(move || stop.is_due());
        Self { solver, literals: BTreeMap::new(), atoms: BTreeMap::new(), axioms_said: 0, aside: BTreeMap::new(), limits: limits.clone() }
    }

    /// Looks for values of which all of these formulas hold.
    pub fn solve(&mut self, world: &mut World, goals: &[F]) -> Found {
        let goal = world.formulas.and(goals.iter().copied());
        if goal == F::FALSE {
            return Found::None;
        }
        // Each goal is assumed, so that the solver can be asked something else afterwards.
        let goal_holds = self.encode(world, goal);
        self.catch_up(world);
        world.texts.until(&self.limits.stop);
        let time_over = || Found::Unknown(BTreeSet::from([TIME_OVER.to_owned()]));
        for _ in 0..self.limits.rounds {
            if self.limits.stop.is_due() {
                return time_over();
            }
            // What was put aside for another question is aside for this one.
            let assumed: Vec<Lit> = std::iter::once(goal_holds).chain(self.aside.values().copied()).collect();
            let answer = self.solver.solve_limited(&assumed);
            if answer == lbool::FALSE {
                return self.why_not(goal_holds);
            }
            if answer != lbool::TRUE {
                return time_over();
            }
            let proposal = |atom: AtomId| self.atoms.get(&atom).is_some_and(|lit| self.solver.value_lit(*lit) == lbool::TRUE);
            let literals = implicant::literals(world, goal, &proposal);
            match theories::values(world, &literals) {
                Ok((numbers, texts)) => {
                    return Found::Some(Box::new(Model { literals: literals.into_iter().collect(), numbers, texts }));
                }
                Err(Conflict::Between(core)) => self.forbid(&core, None),
                Err(Conflict::Unknown(core, why)) => {
                    let solver = &mut self.solver;
                    let guard = *self.aside.entry(why).or_insert_with(|| Lit::new(solver.new_var_default(), true));
                    self.forbid(&core, Some(guard));
                }
            }
        }
        Found::Unknown(BTreeSet::from(["there are too many cases to look at".to_owned()]))
    }

    /// Tells whether a goal that has no proposal left has none at all, or some that were put aside.
    fn why_not(&mut self, goal_holds: Lit) -> Found {
        let unknown: BTreeSet<String> = {
            let core = self.solver.unsat_core();
            self.aside.iter().filter(|(_, guard)| core.iter().any(|lit| lit.var() == guard.var())).map(|(why, _)| why.clone()).collect()
        };
        if unknown.is_empty() || self.solver.solve_limited(&[goal_holds]) == lbool::FALSE { Found::None } else { Found::Unknown(unknown) }
    }

    /// Looks for values of which all of these formulas hold, with as little there as may be: fewer optionals, shorter lists.
    pub fn smallest(&mut self, world: &mut World, goals: &[F]) -> Found {
        let mut best = match self.solve(world, goals) {
            Found::Some(model) => model,
            other => return other,
        };
        let mut goals = goals.to_vec();
        for _ in 0..MOST_SHRUNK {
            let there = best.literals.iter().rev().filter(|(_, holds)| **holds).find_map(|(atom, _)| match world.get(*atom) {
                Some(Atom::Flag(number)) if world.flags.get(*number as usize).is_some_and(|f| f.key.ends_with(" is there")) => {
                    let f = world.formulas.atom(*atom);
                    let gone = world.formulas.not(f);
                    (!goals.contains(&gone) && !goals.contains(&f)).then_some((f, gone))
                }
                _ => None,
            });
            let Some((there, gone)) = there else { break };
            goals.push(gone);
            match self.solve(world, &goals) {
                Found::Some(model) => best = model,
                _ => {
                    goals.pop();
                    // It must be there: not asked again.
                    goals.push(there);
                }
            }
        }
        Found::Some(best)
    }

    /// Takes axioms into account that were said of atoms that were known before.
    fn catch_up(&mut self, world: &World) {
        if self.axioms_said == world.axioms_said {
            return;
        }
        self.axioms_said = world.axioms_said;
        loop {
            let known = self.atoms.len();
            let axioms: BTreeSet<F> = self.atoms.keys().flat_map(|atom| world.always(*atom)).collect();
            for axiom in axioms {
                let lit = self.encode(world, axiom);
                self.solver.add_clause_reuse(&mut vec![lit]);
            }
            if self.atoms.len() == known {
                return;
            }
        }
    }

    /// Never proposes these literals together again; with a guard only where that is assumed.
    fn forbid(&mut self, core: &[Literal], guard: Option<Lit>) {
        let mut clause: Vec<Lit> = core.iter().filter_map(|(atom, holds)| self.atoms.get(atom).map(|lit| lit.apply_sign(!holds))).collect();
        clause.extend(guard.map(|g| !g));
        self.solver.add_clause_reuse(&mut clause);
    }

    fn atom(&mut self, atom: AtomId) -> Lit {
        let solver = &mut self.solver;
        *self.atoms.entry(atom).or_insert_with(|| Lit::new(solver.new_var(lbool::FALSE, true), true))
    }

    /// Tells the solver of a formula and of what always holds beside it. Returns the literal that stands for it.
    fn encode(&mut self, world: &World, f: F) -> Lit {
        let mut open = vec![f];
        let mut axioms = Vec::new();
        while let Some(next) = open.pop() {
            if self.literals.contains_key(&next) {
                continue;
            }
            match world.formulas.node(next) {
                Node::Const(truth) => {
                    let lit = Lit::new(self.solver.new_var_default(), true);
                    self.solver.add_clause_reuse(&mut vec![lit.apply_sign(*truth)]);
                    self.literals.insert(next, lit);
                }
                Node::Lit(atom, holds) => {
                    if !self.atoms.contains_key(atom) {
                        let always = world.always(*atom);
                        axioms.extend(always.iter().copied());
                        open.extend(always);
                    }
                    let lit = self.atom(*atom).apply_sign(*holds);
                    self.literals.insert(next, lit);
                }
                Node::And(parts) | Node::Or(parts) => {
                    let missing: Vec<F> = parts.iter().copied().filter(|p| !self.literals.contains_key(p)).collect();
                    if !missing.is_empty() {
                        open.push(next);
                        open.extend(missing);
                        continue;
                    }
                    let lit = Lit::new(self.solver.new_var(lbool::FALSE, true), true);
                    let parts: Vec<Lit> = parts.iter().filter_map(|p| self.literals.get(p).copied()).collect();
                    if matches!(world.formulas.node(next), Node::And(_)) {
                        for part in parts {
                            self.solver.add_clause_reuse(&mut vec![!lit, part]);
                        }
                    } else {
                        let mut clause = vec![!lit];
                        clause.extend(parts);
                        self.solver.add_clause_reuse(&mut clause);
                    }
                    self.literals.insert(next, lit);
                }
            }
        }
        for axiom in axioms {
            if let Some(lit) = self.literals.get(&axiom).copied() {
                self.solver.add_clause_reuse(&mut vec![lit]);
            }
        }
        self.literals.get(&f).copied().unwrap_or(Lit::UNDEF)
    }
}
