//! Why no versions fit together, in words.

use std::collections::HashMap;
use std::sync::Arc;

use pubgrub::{DerivationTree, Derived, External, Term, VersionSet as _};

use super::{Node, Places, Provider, Reason, Tree};

/// The most sentences.
const MAX_SENTENCES: usize = 40;

/// The most versions that are named one by one.
const MAX_NAMED: usize = 3;

/// What a part of the tree says.
#[derive(Clone)]
enum Told {
    /// A fact of the index, which stands in the sentence that uses it; of two the lower rank stands first.
    Fact(u8, String),
    /// The sentence of that number says so.
    Sentence(usize),
    /// Nothing that needs saying.
    Nothing,
}

/// Returns the sentences: each follows from facts and from those before it, the last one says that nothing fits.
pub(super) fn sentences(provider: &Provider<'_>, tree: &Arc<Tree>) -> Vec<String> {
    let teller = Teller { provider };
    let mut told: HashMap<*const Tree, Told> = HashMap::new();
    let mut sentences: Vec<(String, bool)> = Vec::new();
    // Both causes of a node before the node itself, without a call for each level.
    let mut open: Vec<(&Arc<Tree>, bool)> = vec![(tree, false)];
    while let Some((node, causes_told)) = open.pop() {
        let key = Arc::as_ptr(node);
        if told.contains_key(&key) {
            continue;
        }
        match &**node {
            DerivationTree::External(external) => {
                told.insert(key, teller.fact(external).map_or(Told::Nothing, |text| Told::Fact(rank(external), text)));
            }
            DerivationTree::Derived(derived) if !causes_told => {
                open.push((node, true));
                open.push((&derived.cause2, false));
                open.push((&derived.cause1, false));
            }
            DerivationTree::Derived(derived) => {
                let cause = |cause: &Arc<Tree>| told.get(&Arc::as_ptr(cause)).cloned().unwrap_or(Told::Nothing);
                let one = teller.sentence(derived, cause(&derived.cause1), cause(&derived.cause2), &mut sentences);
                told.insert(key, one);
            }
        }
    }
    if let (true, Some(Told::Fact(_, fact))) = (sentences.is_empty(), told.get(&Arc::as_ptr(tree))) {
        return vec![format!("{fact}, so {NOTHING}")];
    }
    finish(sentences)
}

/// What is concluded in the end.
const NOTHING: &str = "no versions fit together";

/// What the project needs is told before what packs need, and that before why one can't be taken.
fn rank(external: &External<Node, Places, Reason>) -> u8 {
    match external {
        External::FromDependencyOf(Node::ROOT, ..) => 0,
        External::FromDependencyOf(..) => 1,
        _ => 2,
    }
}

/// Numbers the sentences that others refer to, and leaves out the middle of a long row.
fn finish(sentences: Vec<(String, bool)>) -> Vec<String> {
    let many = sentences.len();
    let numbered = sentences.into_iter().enumerate().map(|(at, (text, used))| if used { format!("({}) {text}", at + 1) } else { text });
    if many <= MAX_SENTENCES {
        return numbered.collect();
    }
    let left_out = many - MAX_SENTENCES;
    let mut out: Vec<String> = Vec::new();
    for (at, text) in numbered.enumerate() {
        if at == MAX_SENTENCES / 2 {
            out.push(format!("({left_out} more steps are left out here)"));
        }
        if at < MAX_SENTENCES / 2 || at >= many - MAX_SENTENCES / 2 {
            out.push(text);
        }
    }
    out
}

struct Teller<'a> {
    provider: &'a Provider<'a>,
}

impl Teller<'_> {
    /// Makes the sentence of a conclusion from those of its causes.
    fn sentence(&self, derived: &Derived<Node, Places, Reason>, one: Told, other: Told, sentences: &mut Vec<(String, bool)>) -> Told {
        let last = sentences.len().checked_sub(1);
        let conclusion = self.conclusion(derived);
        let refer = |at: usize, sentences: &mut Vec<(String, bool)>| {
            if let Some((_, used)) = sentences.get_mut(at) {
                *used = true;
            }
            format!("({})", at + 1)
        };
        let text = match (one, other) {
            // Nothing was added to what is known.
            (Told::Nothing, known) | (known, Told::Nothing) if !derived.terms.is_empty() => return known,
            (Told::Fact(first, a), Told::Fact(second, b)) => {
                let (a, b) = if first <= second { (a, b) } else { (b, a) };
                format!("because {a} and {b}, {conclusion}")
            }
            (Told::Fact(_, fact), Told::Nothing) | (Told::Nothing, Told::Fact(_, fact)) => format!("{fact}, so {conclusion}"),
            (Told::Nothing, Told::Nothing) => conclusion,
            (Told::Fact(_, fact), Told::Sentence(at)) | (Told::Sentence(at), Told::Fact(_, fact)) if Some(at) == last => {
                format!("and because {fact}, {conclusion}")
            }
            (Told::Fact(_, fact), Told::Sentence(at)) | (Told::Sentence(at), Told::Fact(_, fact)) => {
                format!("because of {} and because {fact}, {conclusion}", refer(at, sentences))
            }
            (Told::Sentence(a), Told::Sentence(b)) if Some(b) == last => format!("and because of {}, {conclusion}", refer(a, sentences)),
            (Told::Sentence(a), Told::Sentence(b)) if Some(a) == last => format!("and because of {}, {conclusion}", refer(b, sentences)),
            (Told::Sentence(a), Told::Sentence(b)) => format!("because of {} and {}, {conclusion}", refer(a, sentences), refer(b, sentences)),
            (Told::Nothing, Told::Sentence(at)) | (Told::Sentence(at), Told::Nothing) => format!("because of {}, {conclusion}", refer(at, sentences)),
        };
        sentences.push((text, false));
        Told::Sentence(sentences.len() - 1)
    }

    /// A fact of the index; none that everybody knows.
    fn fact(&self, external: &External<Node, Places, Reason>) -> Option<String> {
        match external {
            External::NotRoot(..) => None,
            External::NoVersions(node, set) => {
                let name = self.name(*node);
                if self.provider.versions(*node).is_empty() {
                    return Some(format!("there is no pack `{name}`"));
                }
                let texts = self.asked_for(*node, set);
                Some(texts.map_or_else(|| format!("there is no other version of `{name}`"), |text| format!("no version of `{name}` is {text}")))
            }
            External::FromDependencyOf(node, set, needed, versions) => {
                let name = self.name(*needed);
                let who = self.versions(*node, set);
                let text = self.requirement_of(*node, set, *needed);
                let needs = if *node != Node::ROOT && self.is_several(*node, set) { "need" } else { "needs" };
                let what = match text {
                    Some(text) => format!("`{name}` {text}"),
                    None => self.versions(*needed, versions),
                };
                Some(match self.lack(*needed, versions) {
                    Some(lack) => format!("{who} {needs} {what} ({lack})"),
                    None => format!("{who} {needs} {what}"),
                })
            }
            External::Custom(node, set, reason) => Some(match reason {
                Reason::Yanked(_) => format!("{} {reason}", self.versions(*node, set)),
                Reason::Reach(_) => format!("{} {reason} and this is {}", self.versions(*node, set), self.provider.problem.reach),
            }),
        }
    }

    /// What is missing where no version is one that is needed.
    fn lack(&self, node: Node, versions: &Places) -> Option<String> {
        if self.provider.versions(node).is_empty() {
            return Some("there is no such pack".to_owned());
        }
        if *versions != Places::empty() {
            return None;
        }
        let newest = self.provider.versions(node).iter().rev().find(|c| !c.version.is_prerelease()).or(self.provider.versions(node).last())?;
        Some(format!("no version is that, the newest is {}", newest.version))
    }

    fn conclusion(&self, derived: &Derived<Node, Places, Reason>) -> String {
        let mut terms: Vec<(Node, &Term<Places>)> = derived.terms.iter().map(|(node, term)| (*node, term)).filter(|(node, _)| *node != Node::ROOT).collect();
        terms.sort_by_key(|(node, _)| *node);
        let has: Vec<(Node, &Places)> = terms.iter().filter_map(|(n, t)| if let Term::Positive(set) = t { Some((*n, set)) } else { None }).collect();
        let lacks: Vec<(Node, &Places)> = terms.iter().filter_map(|(n, t)| if let Term::Negative(set) = t { Some((*n, set)) } else { None }).collect();
        let list = |all: &[(Node, &Places)], between: &str| all.iter().map(|(n, s)| self.versions(*n, s)).collect::<Vec<_>>().join(between);
        match (has.as_slice(), lacks.as_slice()) {
            ([], []) => NOTHING.to_owned(),
            ([(node, set)], []) => format!("{} cannot be used", self.versions(*node, set)),
            (_, []) => format!("{} cannot be used together", list(&has, " and ")),
            ([], _) => format!("this project needs {}", list(&lacks, " or ")),
            ([(node, set)], _) => {
                let needs = if self.is_several(*node, set) { "need" } else { "needs" };
                format!("{} {needs} {}", self.versions(*node, set), list(&lacks, " or "))
            }
            _ => format!("{} together need {}", list(&has, " and "), list(&lacks, " or ")),
        }
    }

    fn name(&self, node: Node) -> String {
        self.provider.name(node).map_or_else(|| "this project".to_owned(), ToString::to_string)
    }

    /// Where versions of a pack are in a set, from the oldest.
    fn members(&self, node: Node, set: &Places) -> Vec<u32> {
        let number = u32::try_from(self.provider.versions(node).len()).unwrap_or(u32::MAX);
        (0..number).filter(|at| set.contains(at)).collect()
    }

    fn is_several(&self, node: Node, set: &Places) -> bool {
        let members = self.members(node, set);
        members.len() > 1 && members.len() < self.provider.versions(node).len()
    }

    /// The versions of a set, as people would name them.
    fn versions(&self, node: Node, set: &Places) -> String {
        let Some(name) = self.provider.name(node) else {
            return "this project".to_owned();
        };
        let members = self.members(node, set);
        let version = |at: &u32| self.provider.version(node, *at).map(ToString::to_string).unwrap_or_default();
        let all = self.provider.versions(node).len();
        match members.as_slice() {
            [] => self.asked_for(node, set).map_or_else(|| format!("another version of `{name}`"), |text| format!("`{name}` {text}")),
            [one] => format!("`{name}` {}", version(one)),
            few if few.len() == all => format!("every version of `{name}`"),
            [first, .., last] if last - first + 1 == u32::try_from(members.len()).unwrap_or(0) && members.len() > MAX_NAMED => {
                format!("`{name}` {} to {}", version(first), version(last))
            }
            many => {
                let named = many.iter().rev().take(MAX_NAMED).map(version).collect::<Vec<_>>().join(", ");
                match many.len().checked_sub(MAX_NAMED) {
                    None | Some(0) => format!("`{name}` {named}"),
                    Some(more) => format!("`{name}` {named} and {more} more"),
                }
            }
        }
    }

    /// The requirement that some version of a set states.
    fn requirement_of(&self, node: Node, set: &Places, needed: Node) -> Option<String> {
        let name = self.provider.name(needed)?;
        let of = |at: u32| self.provider.needs(node, at).and_then(|needs| needs.get(name)).map(ToString::to_string);
        if node == Node::ROOT { of(0) } else { self.members(node, set).into_iter().rev().find_map(of) }
    }

    /// A requirement that means just this set.
    fn asked_for(&self, node: Node, set: &Places) -> Option<String> {
        let meanings = self.provider.meanings.borrow();
        #[expect(clippy::iter_over_hash_type, reason = "the least of all is taken")]
        let found = {
            let mut found: Option<String> = None;
            for ((of, text), meaning) in meanings.iter() {
                if *of == node && meaning == set && found.as_ref().is_none_or(|f| (text.len(), text) < (f.len(), f)) {
                    found = Some(text.clone());
                }
            }
            found
        };
        found
    }
}
