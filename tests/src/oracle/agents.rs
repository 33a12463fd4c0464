//! Agents: who is there, what they collected, what they may do.

use std::collections::BTreeMap;

use reach_compiler::ir::{Expr, Grant, StepKind};

use super::past::{Happening, Log};
use super::value::{Val, Why};

/// An agent.
#[derive(Clone, Debug)]
pub struct Agent {
    /// The `id` of the step that spawned it; `main` of the main agent.
    pub id: String,
    /// The name that it is declared by.
    pub name: String,
    pub parent: Option<usize>,
    /// The permits of that step that matched and grant something, by index.
    pub grants: Vec<usize>,
    /// What it and its children may spend, by budget.
    pub caps: BTreeMap<u32, i128>,
}

/// Conditions of which one must hold.
type Alternatives<'e> = Vec<(&'e Expr, Option<u32>)>;

impl Agent {
    /// Returns the main agent.
    pub fn main() -> Self {
        Self { id: "main".to_owned(), name: "main".to_owned(), parent: None, grants: Vec::new(), caps: BTreeMap::new() }
    }
}

/// An agent that there never was.
pub const NOBODY: usize = usize::MAX;

/// Whether an agent has a label: surely or not, or nobody knows.
pub type Has = Option<bool>;

impl Log<'_> {
    /// Returns the index of an agent.
    pub fn agent(&self, id: &str) -> Option<usize> {
        self.agents.iter().position(|agent| agent.id == id)
    }

    /// Returns an agent and all above it, itself first.
    pub fn line(&self, agent: usize) -> Vec<usize> {
        if agent == NOBODY {
            return Vec::new();
        }
        let mut line = vec![agent];
        while let Some(parent) = self.agents[line[line.len() - 1]].parent {
            line.push(parent);
        }
        line
    }

    /// Returns whether neither the agent nor one above it has ended.
    pub fn is_alive(&self, agent: usize) -> bool {
        let line = self.line(agent);
        !self.happenings.iter().any(|h| matches!(h, Happening::Ended { agent } if line.contains(agent)))
    }

    /// Returns how many agents that an agent spawned are alive.
    pub fn live_children(&self, agent: usize) -> usize {
        (0..self.agents.len()).filter(|child| self.agents[*child].parent == Some(agent) && self.is_alive(*child)).count()
    }

    /// Returns what each agent has collected after some happenings, by going through them.
    pub fn labels(&self, upto: usize) -> Vec<Vec<Has>> {
        let mut has = vec![vec![Some(false); self.bundle.labels.len()]; self.agents.len()];
        let collect = |place: &mut Has, new: Has| {
            *place = match (*place, new) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            };
        };
        for happening in &self.happenings[..upto] {
            match happening {
                Happening::Attached { agent, label, sure } => collect(&mut has[*agent][*label as usize], if *sure { Some(true) } else { None }),
                Happening::Cleared { agent, label } => has[*agent][*label as usize] = Some(false),
                Happening::Doubted(doubted) => has[doubted.agent].iter_mut().for_each(|place| collect(place, None)),
                Happening::Spawned { agent } => has[*agent] = has[self.agents[*agent].parent.expect("a child has a parent")].clone(),
                Happening::Ended { agent } => {
                    // Those below give back first.
                    for child in (0..self.agents.len()).rev().filter(|child| self.line(*child).contains(agent)) {
                        let Some(parent) = self.agents[child].parent else { continue };
                        let given = has[child].clone();
                        has[parent].iter_mut().zip(given).for_each(|(place, new)| collect(place, new));
                    }
                }
                Happening::Event(_) => {}
            }
        }
        has
    }

    /// Returns the conditions under which an agent may take a step: each list are alternatives, of which one must hold. None when it may not.
    pub fn conditions(&self, agent: usize, target: usize) -> Option<Vec<Alternatives<'_>>> {
        let mut all = Vec::new();
        for agent in self.line(agent) {
            for rule in &self.agents[agent].grants {
                let grants = self.bundle.rules[*rule].grants.as_ref().expect("it grants something");
                let steps: Vec<_> =
                    grants.iter().filter_map(|g| if let Grant::Steps { targets, condition } = g { Some((targets, condition)) } else { None }).collect();
                // A permit that only gives amounts leaves the steps alone.
                if steps.is_empty() && !grants.is_empty() {
                    continue;
                }
                let mut alternatives = Vec::new();
                let mut always = false;
                for (targets, condition) in steps {
                    for at in targets.iter().filter(|at| at.target as usize == target) {
                        match condition {
                            Some(condition) => alternatives.push((condition, at.class)),
                            None => always = true,
                        }
                    }
                }
                if !always && alternatives.is_empty() {
                    return None;
                }
                if !always {
                    all.push(alternatives);
                }
            }
        }
        Some(all)
    }

    /// Whether an agent may call all of these tools, whatever their arguments.
    pub fn within_rights(&self, agent: usize, names: &[Val]) -> Result<bool, Why> {
        let mut conditional = false;
        for name in names {
            let Val::Text(name) = name else { panic!("{name:?} is no name") };
            let target = self.bundle.targets.iter().position(|t| t.kind == StepKind::Call && t.name == *name);
            match target.and_then(|target| self.conditions(agent, target)) {
                None => return Ok(false),
                Some(conditions) => conditional |= !conditions.is_empty(),
            }
        }
        if conditional { Err(Why::Unsure) } else { Ok(true) }
    }
}
