//! Budgets: a plain list of what was reserved, spent and used.

use std::collections::BTreeMap;

use super::past::Log;

/// Whose budget it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// The session's.
    Session,
    /// An agent's own; its children spend from it too.
    Agent(usize),
    /// What an agent and its children were granted.
    Granted(usize),
}

/// What became of an amount that was reserved for a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The step waits for its result.
    Reserved,
    /// It ended well, then.
    Spent(i128),
    /// It failed.
    Released,
}

/// An entry of the list.
#[derive(Clone, Debug)]
pub enum Spending {
    /// A step was permitted.
    Reserved { step: usize, holders: Vec<(u32, Holder)>, amounts: BTreeMap<u32, i128> },
    /// It came back.
    Settled { step: usize, ok: bool, time: i128 },
    /// The host told what it cost.
    Used { step: usize, holders: Vec<(u32, Holder)>, budget: u32, amount: i128, time: i128 },
}

impl Log<'_> {
    /// Returns who holds what a step of an agent takes from a budget.
    pub fn holders(&self, agent: usize, budget: u32) -> Vec<Holder> {
        let per_agent = self.bundle.budgets[budget as usize].per_agent;
        let mut holders = if per_agent { Vec::new() } else { vec![Holder::Session] };
        for agent in self.line(agent) {
            if per_agent {
                holders.push(Holder::Agent(agent));
            }
            if self.agents[agent].caps.contains_key(&budget) {
                holders.push(Holder::Granted(agent));
            }
        }
        holders
    }

    /// Returns what is spent or reserved of a budget, and what it opened with.
    pub fn spent(&self, budget: u32, holder: Holder, now: i128) -> i128 {
        let over = self.bundle.budgets[budget as usize].over;
        let within = |time: i128| over.is_none_or(|over| time > now - over);
        let mut total = self.openings.get(&(budget, holder)).filter(|(_, time)| within(*time)).map_or(0, |(amount, _)| *amount);
        let mut steps: Vec<usize> = Vec::new();
        for entry in &self.spendings {
            let (step, holders) = match entry {
                Spending::Reserved { step, holders, .. } | Spending::Used { step, holders, .. } => (step, holders),
                Spending::Settled { .. } => continue,
            };
            if holders.contains(&(budget, holder)) && !steps.contains(step) {
                steps.push(*step);
            }
        }
        for step in steps {
            total += self.spent_by(step, budget, holder, &within);
        }
        total
    }

    /// What one step has spent or reserved. The first usage stands for the estimate: up to that it was spent when the step was, the rest now.
    fn spent_by(&self, of: usize, budget: u32, holder: Holder, within: &dyn Fn(i128) -> bool) -> i128 {
        let mut estimate: Option<(i128, Fate)> = None;
        let mut used = Vec::new();
        let mut fate_when_used = None;
        for entry in &self.spendings {
            match entry {
                Spending::Reserved { step, holders, amounts } if *step == of && holders.contains(&(budget, holder)) => {
                    estimate = Some((amounts[&budget], Fate::Reserved))
                }
                Spending::Settled { step, ok, time } if *step == of => {
                    if let Some((_, fate)) = &mut estimate {
                        *fate = if *ok { Fate::Spent(*time) } else { Fate::Released };
                    }
                }
                Spending::Used { step, holders, budget: b, amount, time } if *step == of && *b == budget && holders.contains(&(budget, holder)) => {
                    if used.is_empty() {
                        fate_when_used = estimate;
                    }
                    used.push((*amount, *time));
                }
                _ => {}
            }
        }
        let at = |amount: i128, time: i128| if within(time) { amount } else { 0 };
        let Some((first, time)) = used.first().copied() else {
            return match estimate {
                Some((amount, Fate::Reserved)) => amount,
                Some((amount, Fate::Spent(time))) => at(amount, time),
                Some((_, Fate::Released)) | None => 0,
            };
        };
        let more: i128 = used[1..].iter().map(|(amount, time)| at(*amount, *time)).sum();
        let this = match fate_when_used {
            Some((amount, Fate::Spent(then))) => at(amount.min(first), then) + at((first - amount).max(0), time),
            Some((_, Fate::Reserved | Fate::Released)) | None => at(first, time),
        };
        this + more
    }
}
