//! Budgets: what a step takes, who holds them, and whether it fits.

use std::collections::BTreeMap;

use reach_evaluator::VerifiedImage;
use reach_evaluator::image::{ChargeDef, TypeDesc};
use reach_evaluator::value::Value;
use reach_state::ledger::{Account, Fits};
use reach_values::{decimal, time};
use serde::{Deserialize, Serialize};

use super::Memory;
use crate::decide::Tri;
use crate::sightings::Afforded;
use crate::work::{Fault, Work};

/// Whose account it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Holder {
    /// The session's.
    Session,
    /// An agent's own, of a budget per agent. Its children spend from it too.
    Agent(usize),
    /// What an agent and its children were granted.
    Granted(usize),
}

/// What a step takes, by budget.
pub(crate) type Charges = BTreeMap<u32, i128>;

/// Why a step doesn't fit: the message.
pub(crate) type Overspent = String;

/// What an account was before a step that is only looked at touched it; none when it wasn't there.
pub(crate) type Before = ((u32, Holder), Option<Account>);

impl Memory {
    /// Begins to note what happens to accounts, so that it can be taken back.
    pub fn begin_aside(&mut self) {
        self.aside = Some(Vec::new());
    }

    /// Notes what an account is that has not got its opening balance.
    fn note_aside(&mut self, whose: (u32, Holder)) {
        if let (Some(before), Some(account)) = (&mut self.aside, self.accounts.get(&whose)) {
            before.push((whose, Some(account.clone())));
        }
    }

    /// Makes accounts what they were.
    pub fn end_aside(&mut self) {
        let Some(before) = self.aside.take() else { return };
        for (whose, before) in before.into_iter().rev() {
            match before {
                Some(account) => {
                    self.accounts.insert(whose, account);
                    self.unopened.insert(whose);
                }
                None => {
                    self.accounts.remove(&whose);
                    self.unopened.remove(&whose);
                }
            }
        }
    }
}

impl Work {
    /// Computes what a step takes; an error when an amount has no value or is negative.
    pub fn charges(&mut self, image: &VerifiedImage, charges: &[ChargeDef]) -> Result<Result<Charges, Overspent>, Fault> {
        let mut sums = Charges::new();
        for charge in charges {
            let name = budget_name(image, charge.budget);
            match charge.when.map(|when| self.condition(image, when)).transpose()? {
                Some(Tri::False) => continue,
                Some(Tri::None) => return Ok(Err(format!("whether the step is charged to `{name}` has no value"))),
                Some(Tri::True) | None => {}
            }
            let amount = match self.run(image, charge.amount)? {
                Value::Num(amount) => amount,
                _ => return Ok(Err(format!("what the step takes from `{name}` has no value"))),
            };
            if amount < 0 {
                return Ok(Err(format!("the step would be charged {} to `{name}`, which is less than nothing", shown(image, charge.budget, amount))));
            }
            let sum = sums.entry(charge.budget).or_insert(0);
            match sum.checked_add(amount) {
                Some(total) => *sum = total,
                None => return Ok(Err(format!("what the step takes from `{name}` is too much to be counted"))),
            }
        }
        Ok(Ok(sums))
    }

    /// Tells whether a step of the agent that asks fits all accounts that it would take from.
    pub fn afford(&mut self, image: &VerifiedImage, charges: &Charges) -> Result<Result<(), Overspent>, Fault> {
        for (budget, amount) in charges {
            for holder in self.holders(image, *budget) {
                let limit = match self.limit(image, *budget, holder)? {
                    Ok(limit) => limit,
                    Err(why) => return Ok(Err(why)),
                };
                let now = self.memory.now;
                if let Err(why) = self.open_account(image, *budget, holder)? {
                    return Ok(Err(why));
                }
                let Some(account) = self.memory.accounts.get(&(*budget, holder)) else { continue };
                let name = budget_name(image, *budget);
                let amounts = |n| shown(image, *budget, n);
                let whose = match holder {
                    Holder::Session => "",
                    Holder::Agent(_) => " for an agent",
                    Holder::Granted(_) => " as granted to the agent",
                };
                let fits = account.fits(now, limit, *amount);
                if let Some(seen) = &mut self.seen {
                    let all = || amount.checked_add(1).is_none_or(|more| account.fits(now, limit, more) != Fits::Yes);
                    match fits {
                        Fits::Yes => seen.budget(*budget, if all() { Afforded::JustFits } else { Afforded::Fits }),
                        Fits::Overspent { .. } => seen.budget(*budget, Afforded::Overspent),
                        Fits::Negative | Fits::NoValue => {}
                    }
                }
                match fits {
                    Fits::Yes => {}
                    Fits::Overspent { spent } => {
                        let over = image.image().budgets.get(*budget as usize).and_then(|b| b.over);
                        let over = over.map_or(String::new(), |over| format!(" over {}", time::format_duration(over)));
                        let why = format!(
                            "`{name}` allows {}{over}{whose}; {} is spent or reserved, and the step takes {}",
                            amounts(limit),
                            amounts(spent),
                            amounts(*amount)
                        );
                        return Ok(Err(why));
                    }
                    Fits::Negative | Fits::NoValue => return Ok(Err(format!("what is spent of `{name}` has no value"))),
                }
            }
        }
        Ok(Ok(()))
    }

    /// Reserves what a step takes.
    pub fn reserve(&mut self, image: &VerifiedImage, charges: &Charges, step: u64) {
        let now = self.memory.now;
        for (budget, amount) in charges {
            self.memory.changed(7, *budget, &amount.to_le_bytes());
            for holder in self.holders(image, *budget) {
                self.account(image, *budget, holder).reserve(step, *amount, now);
            }
        }
    }

    /// Makes what is reserved for a step spent, or gives it back.
    pub fn settle(&mut self, image: &VerifiedImage, budgets: &[u32], step: u64, spent: bool) {
        let now = self.memory.now;
        for budget in budgets {
            self.memory.changed(if spent { 8 } else { 9 }, *budget, &step.to_le_bytes());
            for holder in self.holders(image, *budget) {
                if let Some(account) = self.memory.accounts.get_mut(&(*budget, holder)) {
                    if spent {
                        account.settle(step, now);
                    } else {
                        account.release(step);
                    }
                }
            }
        }
    }

    /// Records what a step used.
    pub fn use_up(&mut self, image: &VerifiedImage, budget: u32, step: u64, amount: i128) {
        let now = self.memory.now;
        self.memory.changed(10, budget, &amount.to_le_bytes());
        for holder in self.holders(image, budget) {
            self.account(image, budget, holder).use_up(step, amount, now);
        }
    }

    /// Returns whose accounts a step of the agent that asks takes from.
    fn holders(&self, image: &VerifiedImage, budget: u32) -> Vec<Holder> {
        let per_agent = image.image().budgets.get(budget as usize).is_some_and(|b| b.per_agent);
        let mut holders = Vec::new();
        if !per_agent {
            holders.push(Holder::Session);
        }
        for (at, agent) in self.memory.agents.line(self.memory.agent) {
            if per_agent {
                holders.push(Holder::Agent(at));
            }
            if agent.caps.contains_key(&budget) {
                holders.push(Holder::Granted(at));
            }
        }
        holders
    }

    fn limit(&mut self, image: &VerifiedImage, budget: u32, holder: Holder) -> Result<Result<i128, Overspent>, Fault> {
        if let Holder::Granted(agent) = holder {
            return Ok(Ok(self.memory.agents.get(agent).and_then(|a| a.caps.get(&budget)).copied().unwrap_or(0)));
        }
        let Some(def) = image.image().budgets.get(budget as usize) else { return Ok(Ok(0)) };
        match self.run(image, def.limit)? {
            Value::Num(limit) => Ok(Ok(limit)),
            _ => Ok(Err(format!("the limit of `{}` has no value", budget_name(image, budget)))),
        }
    }

    /// Returns an account, made if it isn't there. Its opening balance is counted when a step is first charged to it.
    fn account(&mut self, image: &VerifiedImage, budget: u32, holder: Holder) -> &mut Account {
        let memory = &mut self.memory;
        memory.accounts.entry((budget, holder)).or_insert_with(|| {
            memory.unopened.insert((budget, holder));
            memory.aside.iter_mut().for_each(|before| before.push(((budget, holder), None)));
            Account::new(image.image().budgets.get(budget as usize).and_then(|b| b.over))
        })
    }

    /// Makes sure that an account has its opening balance.
    fn open_account(&mut self, image: &VerifiedImage, budget: u32, holder: Holder) -> Result<Result<(), Overspent>, Fault> {
        self.account(image, budget, holder);
        if !self.memory.unopened.contains(&(budget, holder)) {
            return Ok(Ok(()));
        }
        self.memory.note_aside((budget, holder));
        let Some(def) = image.image().budgets.get(budget as usize) else { return Ok(Ok(())) };
        if let Some(region) = def.opening.filter(|_| !matches!(holder, Holder::Granted(_))) {
            let opening = self.run(image, region)?;
            let began = self.memory.began;
            let opened = match (opening, self.memory.accounts.get_mut(&(budget, holder))) {
                (Value::Num(amount), Some(account)) => account.open(amount, began),
                _ => false,
            };
            if !opened {
                return Ok(Err(format!("what `{}` opens with has no value, or is less than nothing", budget_name(image, budget))));
            }
        }
        self.memory.unopened.remove(&(budget, holder));
        Ok(Ok(()))
    }
}

pub(crate) fn budget_name(image: &VerifiedImage, budget: u32) -> &str {
    image.image().budgets.get(budget as usize).map_or("", |b| image.text(b.name))
}

/// Writes an amount as its type.
fn shown(image: &VerifiedImage, budget: u32, amount: i128) -> String {
    match image.image().budgets.get(budget as usize).map(|b| image.ty(b.ty)) {
        Some(TypeDesc::Decimal) => decimal::format(amount),
        _ => amount.to_string(),
    }
}
