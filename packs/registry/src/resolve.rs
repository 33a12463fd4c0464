//! Choosing versions: of each pack one, so that everything that is needed is there.
//!
//! The algorithm is PubGrub (<https://nex3.medium.com/pubgrub-2fb6470504f>), by the crate `pubgrub`. The versions of a pack are known beforehand, so a
//! set of versions is one of their places in order, and what a requirement means is asked of `semver` for each of them: no second reading of
//! requirements exists that could differ from the first.

mod explain;
mod places;
mod universe;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use pubgrub::{Dependencies, DependencyProvider, DerivationTree, PackageResolutionStatistics, PubGrubError, VersionSet as _};
use reach_statement::{PackName, PackVersion, Requirement};

pub use universe::{Candidate, Universe};

use places::Places;

/// The most steps that are taken: choices of a version, and versions that a requirement was asked about by the thousand.
pub const MAX_STEPS: u64 = 200_000;

/// How many versions are looked at in the time of one step.
const LOOKS_A_STEP: u64 = 1_000;

/// Which of the locked versions may give way to newer ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Moving {
    /// None, unless another would not fit.
    #[default]
    Nothing,
    /// Those of these packs.
    These(BTreeSet<PackName>),
    /// All.
    All,
}

/// What is to be resolved.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'a> {
    /// The packs that there are.
    pub universe: &'a Universe,
    /// What the project needs.
    pub roots: &'a BTreeMap<PackName, Requirement>,
    /// The versions that were chosen before. They are preferred, and are taken even where they are yanked by now.
    pub locked: &'a BTreeMap<PackName, PackVersion>,
    /// Which of them may give way.
    pub moving: &'a Moving,
    /// The version of Reach for which packs are chosen.
    pub reach: &'a PackVersion,
    /// The most steps.
    pub max_steps: u64,
}

/// The versions that were chosen, by pack: those that the roots need, and those that these need, and no others.
pub type Resolved = BTreeMap<PackName, PackVersion>;

/// Why no versions were chosen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unresolved {
    /// No versions fit together.
    #[error("no versions fit together")]
    Conflict {
        /// Why, in sentences that follow from each other.
        because: Vec<String>,
    },
    /// Finding out takes too long.
    #[error("it takes more than {max_steps} steps to find out which versions fit together")]
    TooHard {
        /// The most steps.
        max_steps: u64,
    },
}

/// Chooses versions: the locked one of a pack where it fits, else the newest. Versions before a release are taken only where a requirement names one,
/// and yanked ones only where they are locked.
///
/// # Errors
/// When no versions fit together, or it takes too long to find out.
pub fn resolve(problem: &Problem<'_>) -> Result<Resolved, Unresolved> {
    let provider = Provider::new(problem);
    match pubgrub::resolve(&provider, Node::ROOT, 0u32) {
        Ok(chosen) => Ok(chosen.into_iter().filter_map(|(node, at)| Some((provider.name(node)?.clone(), provider.version(node, at)?.clone()))).collect()),
        Err(PubGrubError::NoSolution(tree)) => {
            let tree = Arc::new(tree);
            let because = explain::sentences(&provider, &tree);
            dismantle(tree);
            Err(Unresolved::Conflict { because })
        }
        Err(PubGrubError::ErrorInShouldCancel(_) | PubGrubError::ErrorChoosingVersion { .. } | PubGrubError::ErrorRetrievingDependencies { .. }) => {
            Err(Unresolved::TooHard { max_steps: problem.max_steps })
        }
    }
}

/// Drops a tree without a call for each of its levels: it can be as deep as there are steps.
fn dismantle(tree: Arc<Tree>) {
    let mut open = vec![tree];
    while let Some(tree) = open.pop() {
        if let Some(DerivationTree::Derived(derived)) = Arc::into_inner(tree) {
            open.push(derived.cause1);
            open.push(derived.cause2);
        }
    }
}

type Tree = DerivationTree<Node, Places, Reason>;

/// A pack by its place among all, or the project. Numbers, so that nobody can choose names whose hashes collide.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Node(u32);

impl Node {
    const ROOT: Self = Self(u32::MAX);
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a version can't be taken, whatever else is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    Yanked(String),
    Reach(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yanked(why) => write!(f, "was yanked ({why})"),
            Self::Reach(requirement) => write!(f, "is made for Reach {requirement}"),
        }
    }
}

/// Too many steps.
#[derive(Debug, thiserror::Error)]
#[error("too many steps")]
struct Exhausted;

struct Provider<'a> {
    problem: &'a Problem<'a>,
    /// By place. Those that are needed and aren't there stand at the end.
    names: Vec<&'a PackName>,
    places: BTreeMap<&'a PackName, Node>,
    looks: Cell<u64>,
    /// What requirements mean, by pack and text.
    meanings: RefCell<HashMap<(Node, String), Places>>,
}

impl<'a> Provider<'a> {
    fn new(problem: &'a Problem<'a>) -> Self {
        let mut all: BTreeSet<&PackName> = problem.roots.keys().collect();
        for (name, versions) in problem.universe.packs() {
            all.insert(name);
            all.extend(versions.iter().flat_map(|v| v.needs.keys()));
        }
        let names: Vec<&PackName> = all.into_iter().collect();
        let places = (0..).zip(&names).map(|(at, name)| (*name, Node(at))).collect();
        Self { problem, names, places, looks: Cell::new(0), meanings: RefCell::default() }
    }

    fn name(&self, node: Node) -> Option<&'a PackName> {
        self.names.get(node.0 as usize).copied()
    }

    fn versions(&self, node: Node) -> &'a [Candidate] {
        self.name(node).map_or(&[], |name| self.problem.universe.versions(name))
    }

    fn candidate(&self, node: Node, at: u32) -> Option<&'a Candidate> {
        self.versions(node).get(at as usize)
    }

    fn version(&self, node: Node, at: u32) -> Option<&'a PackVersion> {
        self.candidate(node, at).map(|c| &c.version)
    }

    /// What a version, or the project, needs.
    fn needs(&self, node: Node, at: u32) -> Option<&'a BTreeMap<PackName, Requirement>> {
        if node == Node::ROOT { Some(self.problem.roots) } else { self.candidate(node, at).map(|c| &c.needs) }
    }

    fn is_locked(&self, node: Node, version: &PackVersion) -> bool {
        self.name(node).is_some_and(|name| self.problem.locked.get(name) == Some(version))
    }

    fn look(&self, versions: usize) {
        self.looks.set(self.looks.get().saturating_add(1 + versions as u64));
    }

    /// The versions that a requirement takes.
    fn meaning(&self, node: Node, requirement: &Requirement) -> Places {
        let key = (node, requirement.to_string());
        if let Some(known) = self.meanings.borrow().get(&key) {
            return known.clone();
        }
        let versions = self.versions(node);
        self.look(versions.len());
        let places = Places::of((0..).zip(versions).filter(|(_, c)| requirement.matches(&c.version)).map(|(at, _)| at));
        self.meanings.borrow_mut().insert(key, places.clone());
        places
    }
}

impl DependencyProvider for Provider<'_> {
    type P = Node;
    type V = u32;
    type VS = Places;
    type M = Reason;
    type Err = Exhausted;
    /// What is in conflict often comes first, then what leaves little choice, then names.
    type Priority = (u32, std::cmp::Reverse<usize>, std::cmp::Reverse<Node>);

    fn prioritize(&self, node: &Node, range: &Places, statistics: &PackageResolutionStatistics) -> Self::Priority {
        let versions = self.versions(*node);
        self.look(versions.len());
        let choices = (0u32..).take(versions.len()).filter(|at| range.contains(at)).count();
        (if choices == 0 { u32::MAX } else { statistics.conflict_count() }, std::cmp::Reverse(choices), std::cmp::Reverse(*node))
    }

    fn choose_version(&self, node: &Node, range: &Places) -> Result<Option<u32>, Exhausted> {
        if *node == Node::ROOT {
            return Ok(range.contains(&0).then_some(0));
        }
        let versions = self.versions(*node);
        self.look(versions.len());
        let moves = match (self.problem.moving, self.name(*node)) {
            (Moving::These(names), Some(name)) => names.contains(name),
            (moving, _) => *moving == Moving::All,
        };
        let fitting: Vec<(u32, &Candidate)> = (0u32..).zip(versions).filter(|(at, _)| range.contains(at)).collect();
        let locked = fitting.iter().find(|(_, c)| !moves && self.is_locked(*node, &c.version));
        // The last one is the newest.
        Ok(locked.or(fitting.last()).map(|(at, _)| *at))
    }

    fn get_dependencies(&self, node: &Node, at: &u32) -> Result<Dependencies<Node, Places, Reason>, Exhausted> {
        if let Some(candidate) = self.candidate(*node, *at) {
            if let Some(why) = &candidate.yanked
                && !self.is_locked(*node, &candidate.version)
            {
                return Ok(Dependencies::Unavailable(Reason::Yanked(why.clone())));
            }
            if !candidate.reach.matches(self.problem.reach) {
                return Ok(Dependencies::Unavailable(Reason::Reach(candidate.reach.to_string())));
            }
        }
        let needs = self.needs(*node, *at).into_iter().flatten();
        let needed = needs.filter_map(|(name, requirement)| self.places.get(name).map(|n| (*n, self.meaning(*n, requirement))));
        Ok(Dependencies::Available(needed.collect()))
    }

    fn should_cancel(&self) -> Result<(), Exhausted> {
        self.looks.set(self.looks.get().saturating_add(LOOKS_A_STEP));
        if self.looks.get() > self.problem.max_steps.saturating_mul(LOOKS_A_STEP) { Err(Exhausted) } else { Ok(()) }
    }
}
