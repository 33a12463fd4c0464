//! One section: a world's variables, atoms and formulas as declarations, axioms and a goal.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use reach_compiler::ir::Type;

use super::alphabet::{Alphabet, Sights};
use super::expression::Re;
use super::texts::{self, Says};
use crate::formula::{AtomId, F, Node};
use crate::pred::Func;
use crate::world::{Atom, Bond, Link, VarId, World};

/// The most characters of a comment.
const MAX_COMMENT: usize = 300;
/// The most characters of a text in an event (a limit of the language, of bytes). Other numbers of texts, such as ports, are less.
const MAX_TEXT: i128 = 1 << 18;

/// Writes the question whether a formula can hold.
pub(super) fn write(out: &mut String, world: &World, title: &str, goal: F) {
    let _ = writeln!(out, "\n; {}\n(push 1)", comment(title));
    let mut section = Section { world, out, shared: BTreeMap::new(), functions: BTreeMap::new() };
    section.all(goal);
    let _ = writeln!(out, "(check-sat)\n(pop 1)");
}

/// Writes a text so that it stays in a comment.
pub(super) fn comment(text: &str) -> String {
    let plain: String = text.chars().take(MAX_COMMENT).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() > MAX_COMMENT { plain + "…" } else { plain }
}

/// Writes a number.
pub(super) fn number(n: i128) -> String {
    if n < 0 { format!("(- {})", n.unsigned_abs()) } else { n.to_string() }
}

struct Section<'s> {
    world: &'s World,
    out: &'s mut String,
    /// The names of sets of texts that are defined.
    shared: BTreeMap<String, String>,
    /// The functions that stand for what is left open, by what that is.
    functions: BTreeMap<String, String>,
}

/// What a goal needs.
#[derive(Default)]
struct Reached {
    /// Formulas, each behind its parts.
    formulas: Vec<F>,
    axioms: BTreeSet<F>,
    atoms: BTreeSet<AtomId>,
    vars: BTreeSet<VarId>,
}

impl Section<'_> {
    fn all(&mut self, goal: F) {
        let mut reached = self.reached(goal);
        // The text of a number, and what ties them.
        let links: Vec<(VarId, Link)> = reached.vars.iter().filter_map(|var| Some((*var, self.var(*var)?.link.clone()?))).collect();
        reached.vars.extend(links.iter().map(|(_, link)| link.var));
        let domains: BTreeMap<VarId, Option<Re>> =
            reached.vars.iter().filter(|var| is_text(&self.world.type_of(**var))).map(|var| (*var, texts::values(&self.world.type_of(*var)))).collect();
        let mut said: BTreeMap<AtomId, Option<Says>> = BTreeMap::new();
        for atom in &reached.atoms {
            if let Some(Atom::Text(var, pred, truth)) = self.world.get(*atom) {
                let known = self.world.preds.get(*pred as usize);
                said.insert(*atom, known.and_then(|known| texts::meaning(&self.world.type_of(*var), &known.pred, *truth)));
            }
        }
        let mut sights = Sights::default();
        domains.values().flatten().for_each(|re| re.note(&mut sights));
        said.values().flatten().for_each(|says| says.note(&mut sights));
        let alphabet = sights.alphabet();
        for var in &reached.vars {
            self.declare(*var, domains.get(var).and_then(Option::as_ref), alphabet.as_ref());
        }
        for (var, link) in &links {
            self.tie(*var, link);
        }
        for atom in &reached.atoms {
            self.atom(*atom, said.get(atom).and_then(Option::as_ref), alphabet.as_ref());
        }
        for f in &reached.formulas {
            self.formula(*f);
        }
        for axiom in &reached.axioms {
            let _ = writeln!(self.out, "(assert {}) ; always", self.name(*axiom));
        }
        let _ = writeln!(self.out, "(assert {})", self.name(goal));
    }

    fn var(&self, var: VarId) -> Option<&crate::world::Var> {
        self.world.vars.get(var.0 as usize)
    }

    /// Finds what a goal speaks of, and what always holds of that.
    fn reached(&self, goal: F) -> Reached {
        let mut reached = Reached::default();
        let mut done = BTreeSet::new();
        let mut open = vec![goal];
        while let Some(next) = open.pop() {
            if done.contains(&next) {
                continue;
            }
            match self.world.formulas.node(next) {
                Node::Const(_) => {}
                Node::Lit(atom, _) => {
                    if reached.atoms.insert(*atom) {
                        for axiom in self.world.always(*atom) {
                            reached.axioms.insert(axiom);
                            open.push(axiom);
                        }
                        reached.vars.extend(self.vars_of(*atom));
                    }
                }
                Node::And(parts) | Node::Or(parts) => {
                    let missing: Vec<F> = parts.iter().copied().filter(|part| !done.contains(part)).collect();
                    if !missing.is_empty() {
                        open.push(next);
                        open.extend(missing);
                        continue;
                    }
                    reached.formulas.push(next);
                }
            }
            done.insert(next);
        }
        reached
    }

    fn vars_of(&self, atom: AtomId) -> Vec<VarId> {
        match self.world.get(atom) {
            Some(Atom::AtMost(terms, _) | Atom::Equal(terms, _)) => terms.iter().map(|(var, _)| *var).collect(),
            Some(Atom::Text(var, ..)) => vec![*var],
            Some(Atom::Alike(a, b)) => vec![*a, *b],
            Some(Atom::Related(number, _)) => self.world.relations.get(*number as usize).map_or_else(Vec::new, |r| vec![r.a.var, r.b.var]),
            Some(Atom::Flag(_)) | None => Vec::new(),
        }
    }

    fn declare(&mut self, var: VarId, domain: Option<&Re>, alphabet: Option<&Alphabet>) {
        let Some(known) = self.var(var).cloned() else { return };
        let name = symbol(var);
        let _ = writeln!(self.out, "; {name}: {}", comment(&known.name));
        if is_text(&known.ty) {
            let _ = writeln!(self.out, "(declare-const {name} String)");
            if let (Some(re), Some(alphabet)) = (domain, alphabet) {
                let set = self.set(re, alphabet);
                let _ = writeln!(self.out, "(assert (str.in_re {name} {set}))");
            }
            return;
        }
        if let Type::Enum(members) = &known.ty {
            let members: Vec<String> = members.iter().enumerate().map(|(at, member)| format!("{at} is {member}")).collect();
            let _ = writeln!(self.out, ";   {}", comment(&members.join(", ")));
        }
        if known.ty == Type::Decimal {
            let _ = writeln!(self.out, ";   in units of the 18th decimal place");
        }
        let (least, most) = if known.link.is_some() { (0, MAX_TEXT) } else { World::range(&known.ty) };
        let _ = writeln!(self.out, "(declare-const {name} Int)\n(assert (<= {} {name} {}))", number(least), number(most));
    }

    /// Ties a number to the text that it is one of.
    fn tie(&mut self, var: VarId, link: &Link) {
        let (name, text) = (symbol(var), symbol(link.var));
        if link.length && link.steps.is_empty() {
            let _ = writeln!(self.out, "(assert (= {name} (str.len {text})))");
            return;
        }
        let what = format!("the {} of {:?} of a text of type {:?}", if link.length { "length" } else { "number" }, link.steps, self.world.type_of(link.var));
        let function = self.function(&what, "(String) Int");
        let _ = writeln!(self.out, "(assert (= {name} ({function} {text})))");
    }

    fn atom(&mut self, atom: AtomId, says: Option<&Says>, alphabet: Option<&Alphabet>) {
        let name = format!("a{}", atom.0);
        let meaning = match self.world.get(atom) {
            None => return,
            Some(Atom::Flag(flag)) => {
                let Some(flag) = self.world.flags.get(*flag as usize) else { return };
                let _ = writeln!(self.out, "; {name}: {}", comment(&flag.key));
                if let Some(why) = &flag.unknown {
                    let _ = writeln!(self.out, ";   left open, so that sat may be wrong: {}", comment(why));
                }
                let _ = writeln!(self.out, "(declare-const {name} Bool)");
                return;
            }
            Some(Atom::AtMost(terms, bound)) => format!("(<= {} {})", sum(terms), number(*bound)),
            Some(Atom::Equal(terms, bound)) => format!("(= {} {})", sum(terms), number(*bound)),
            Some(Atom::Alike(a, b)) => format!("(= {} {})", symbol(*a), symbol(*b)),
            Some(Atom::Text(var, pred, truth)) => {
                let (var, pred, truth) = (*var, *pred, *truth);
                match (says, alphabet) {
                    (Some(says), Some(alphabet)) => self.said(says, &symbol(var), alphabet),
                    _ => {
                        let what = self.world.preds.get(pred as usize).map_or_else(String::new, |known| texts::described(&known.pred));
                        let function = self.function(&format!("whether this is {truth} of a text: {what}"), "(String) Bool");
                        format!("({function} {})", symbol(var))
                    }
                }
            }
            Some(Atom::Related(relation, truth)) => self.related(*relation, *truth),
        };
        let _ = writeln!(self.out, "(define-fun {name} () Bool {meaning})");
    }

    fn said(&mut self, says: &Says, var: &str, alphabet: &Alphabet) -> String {
        let mut text = String::new();
        says.write(var, alphabet, &mut |re| self.set(re, alphabet), &mut text);
        text
    }

    fn related(&mut self, number: u32, truth: bool) -> String {
        let Some(relation) = self.world.relations.get(number as usize).cloned() else { return "false".to_owned() };
        let (a, b) = (symbol(relation.a.var), symbol(relation.b.var));
        let whole = relation.a.steps.is_empty() && relation.b.steps.is_empty() && self.world.type_of(relation.a.var) == self.world.type_of(relation.b.var);
        match (relation.bond, whole, truth) {
            // Texts that are written alike are the same, wherever they begin.
            (Bond::Is, true, true) => return format!("(= {a} {b})"),
            (Bond::Contains, true, true) if relation.a.ty == Type::Text => return format!("(str.contains {a} {b})"),
            (Bond::Contains, true, false) if relation.a.ty == Type::Text => return format!("(not (str.contains {a} {b}))"),
            _ => {}
        }
        let steps = |steps: &[Func]| if steps.is_empty() { String::new() } else { format!("{steps:?} of ") };
        let what =
            format!("whether this is {truth} of two texts: {}the first {:?} {}the second", steps(&relation.a.steps), relation.bond, steps(&relation.b.steps));
        let types = format!("{what} ({:?}, {:?})", self.world.type_of(relation.a.var), self.world.type_of(relation.b.var));
        let function = self.function(&types, "(String String) Bool");
        let open = format!("({function} {a} {b})");
        if relation.bond == Bond::Is && whole { format!("(and (not (= {a} {b})) {open})") } else { open }
    }

    /// Returns the function that stands for something that is left open.
    fn function(&mut self, what: &str, signature: &str) -> String {
        if let Some(known) = self.functions.get(what) {
            return known.clone();
        }
        let name = format!("open{}", self.functions.len());
        let _ = writeln!(self.out, "; {name}: left open, so that sat may be wrong: {}", comment(what));
        let _ = writeln!(self.out, "(declare-fun {name} {signature})");
        self.functions.insert(what.to_owned(), name.clone());
        name
    }

    /// Returns the name of a set of texts.
    fn set(&mut self, re: &Re, alphabet: &Alphabet) -> String {
        let mut text = String::new();
        re.write(alphabet, &mut text);
        if let Some(known) = self.shared.get(&text) {
            return known.clone();
        }
        let name = format!("re{}", self.shared.len());
        let _ = writeln!(self.out, "(define-fun {name} () RegLan {text})");
        self.shared.insert(text, name.clone());
        name
    }

    fn formula(&mut self, f: F) {
        let (word, parts) = match self.world.formulas.node(f) {
            Node::And(parts) => ("and", parts),
            Node::Or(parts) => ("or", parts),
            Node::Const(_) | Node::Lit(..) => return,
        };
        let parts: Vec<String> = parts.iter().map(|part| self.name(*part)).collect();
        let _ = writeln!(self.out, "(define-fun {} () Bool ({word} {}))", self.name(f), parts.join(" "));
    }

    fn name(&self, f: F) -> String {
        match self.world.formulas.node(f) {
            Node::Const(truth) => truth.to_string(),
            Node::Lit(atom, true) => format!("a{}", atom.0),
            Node::Lit(atom, false) => format!("(not a{})", atom.0),
            Node::And(_) | Node::Or(_) => format!("f{}", f.number()),
        }
    }
}

const fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::Text | Type::Form(_))
}

fn symbol(var: VarId) -> String {
    format!("v{}", var.0)
}

fn sum(terms: &[(VarId, i128)]) -> String {
    let term = |(var, by): &(VarId, i128)| if *by == 1 { symbol(*var) } else { format!("(* {} {})", number(*by), symbol(*var)) };
    match terms {
        [] => "0".to_owned(),
        [one] => term(one),
        terms => format!("(+ {})", terms.iter().map(term).collect::<Vec<_>>().join(" ")),
    }
}
