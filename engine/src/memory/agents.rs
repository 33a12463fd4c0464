//! The agents of a session: who spawned whom, who is alive, what they collected and what they were given.

use std::collections::BTreeMap;

use reach_evaluator::VerifiedImage;
use reach_evaluator::image::{GrantDef, RegionId, RuleRef};
use serde::{Deserialize, Serialize};

/// The index of the main agent.
pub(crate) const MAIN: usize = 0;
/// What stands for an agent that there never was.
pub(crate) const NOBODY: usize = usize::MAX;

/// Whether an agent has collected a label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Collected {
    /// It hasn't.
    #[default]
    No,
    /// It isn't known.
    Perhaps,
    /// It has.
    Yes,
}

/// An agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Agent {
    /// The `id` of the step that spawned it; `main` of the main agent.
    pub id: String,
    /// The name that it is declared by.
    pub name: String,
    pub parent: Option<usize>,
    pub depth: u32,
    pub alive: bool,
    pub live_children: u32,
    /// By label.
    pub labels: Vec<Collected>,
    /// The declared step that it was spawned by.
    pub target: Option<u32>,
    /// The permits of that step that matched and grant something.
    pub grants: Vec<u32>,
    /// What it and its children may spend, by budget.
    pub caps: BTreeMap<u32, i128>,
}

/// What a child is spawned with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rights {
    /// The permits that matched and grant something.
    pub grants: Vec<u32>,
    /// What it may spend, by budget.
    pub caps: BTreeMap<u32, i128>,
}

/// Returns the conditions under which a permit of a spawn lets the child take a step: alternatives, of which a missing one always holds.
/// None when the permit names no steps, only budgets: then it narrows nothing.
fn granted(image: &VerifiedImage, spawn: Option<u32>, rule: u32, target: u32) -> Option<Vec<Option<RegionId>>> {
    let tables = image.image();
    // References to rules are in order.
    let of = |rules: &[RuleRef]| rules.binary_search_by_key(&rule, |at| at.rule).ok().and_then(|at| rules.get(at)).map(|at| at.variant);
    let variant = spawn.and_then(|at| tables.targets.get(at as usize)).and_then(|target| of(&target.rules));
    let variant = variant.and_then(|variant| tables.variant(RuleRef { rule, variant }));
    let mut found: Option<Vec<_>> = variant.and_then(|v| v.grants.as_ref()).is_none_or(Vec::is_empty).then(Vec::new);
    for grant in variant.and_then(|v| v.grants.as_ref()).into_iter().flatten() {
        if let GrantDef::Steps(steps) = grant {
            found.get_or_insert_default().extend(steps.iter().filter(|(at, _)| *at == target).map(|(_, condition)| *condition));
        }
    }
    found
}

/// The agents of a session, by index; `MAIN` is there from the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Agents {
    list: Vec<Agent>,
    by_id: BTreeMap<String, usize>,
}

impl Agents {
    pub fn new(labels: usize) -> Self {
        let main = Agent {
            id: "main".to_owned(),
            name: "main".to_owned(),
            parent: None,
            depth: 0,
            alive: true,
            live_children: 0,
            labels: vec![Collected::No; labels],
            target: None,
            grants: Vec::new(),
            caps: BTreeMap::new(),
        };
        Self { list: vec![main], by_id: BTreeMap::from([("main".to_owned(), MAIN)]) }
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    pub fn get(&self, agent: usize) -> Option<&Agent> {
        self.list.get(agent)
    }

    /// Adds a child, which starts with its parent's labels. The `id` is new in the session.
    pub fn spawn(&mut self, parent: usize, id: &str, name: &str, target: Option<u32>, rights: Rights) {
        let Some(of) = self.list.get_mut(parent) else { return };
        of.live_children = of.live_children.saturating_add(1);
        let (labels, depth) = (of.labels.clone(), of.depth.saturating_add(1));
        self.by_id.insert(id.to_owned(), self.list.len());
        let Rights { grants, caps } = rights;
        self.list.push(Agent {
            id: id.to_owned(),
            name: name.to_owned(),
            parent: Some(parent),
            depth,
            alive: true,
            live_children: 0,
            labels,
            target,
            grants,
            caps,
        });
    }

    /// Returns an agent and its ancestors, itself first.
    pub fn line(&self, agent: usize) -> impl Iterator<Item = (usize, &Agent)> {
        let mut next = Some(agent);
        std::iter::from_fn(move || {
            let at = next?;
            let agent = self.list.get(at)?;
            // A parent has a lower index, so that this ends whatever was restored.
            next = agent.parent.filter(|parent| *parent < at);
            Some((at, agent))
        })
    }

    /// Marks a label.
    pub fn collect(&mut self, agent: usize, label: u32, collected: Collected) {
        if let Some(has) = self.list.get_mut(agent).and_then(|a| a.labels.get_mut(label as usize)) {
            *has = collected.max(*has);
        }
    }

    /// Takes a label off an agent.
    pub fn clear(&mut self, agent: usize, label: u32) {
        if let Some(has) = self.list.get_mut(agent).and_then(|a| a.labels.get_mut(label as usize)) {
            *has = Collected::No;
        }
    }

    /// Gives what an agent collected to its parent.
    fn give_back(&mut self, agent: usize) {
        let Some((parent, labels)) = self.list.get(agent).and_then(|a| Some((a.parent?, a.labels.clone()))) else { return };
        for (label, collected) in (0u32..).zip(labels) {
            self.collect(parent, label, collected);
        }
    }

    /// Ends an agent and all that descend from it; their labels go up. Returns how many ended.
    pub fn end(&mut self, agent: usize) -> usize {
        let mut ending = vec![false; self.list.len()];
        let mut ended = 0;
        // A child stands behind its parent.
        for at in agent..self.list.len() {
            let Some(of) = self.list.get(at) else { break };
            let with_parent = of.parent.and_then(|p| ending.get(p)).copied().unwrap_or(false);
            if at == agent || with_parent {
                if let Some(flag) = ending.get_mut(at) {
                    *flag = true;
                }
                ended += usize::from(of.alive);
            }
        }
        for at in (agent..self.list.len()).rev() {
            if !ending.get(at).copied().unwrap_or(false) {
                continue;
            }
            self.give_back(at);
            let Some(of) = self.list.get_mut(at) else { continue };
            of.live_children = 0;
            let parent = of.parent.filter(|_| std::mem::replace(&mut of.alive, false));
            if let Some(parent) = parent.and_then(|p| self.list.get_mut(p)) {
                parent.live_children = parent.live_children.saturating_sub(1);
            }
        }
        ended
    }

    /// Returns the conditions under which each of the grants lets an agent take a step; none when one of them doesn't at all. Each
    /// inner list are alternatives.
    pub fn conditions(&self, image: &VerifiedImage, agent: usize, target: u32) -> Option<Vec<Vec<RegionId>>> {
        let mut all = Vec::new();
        for (_, agent) in self.line(agent) {
            for rule in &agent.grants {
                let Some(conditions) = granted(image, agent.target, *rule, target) else { continue };
                if conditions.is_empty() {
                    return None;
                }
                let conditions: Option<Vec<RegionId>> = conditions.into_iter().collect();
                all.extend(conditions);
            }
        }
        Some(all)
    }

    /// Returns whether what was restored holds together.
    pub fn is_sound(&self, labels: usize) -> bool {
        self.list.first().is_some_and(|main| main.id == "main" && main.parent.is_none())
            && self.by_id.len() == self.list.len()
            && self.list.iter().enumerate().all(|(at, agent)| {
                agent.labels.len() == labels && self.by_id.get(&agent.id) == Some(&at) && (at == MAIN || agent.parent.is_some_and(|parent| parent < at))
            })
    }
}
