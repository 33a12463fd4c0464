//! Changes that are alike, counted, with one example.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use reach_engine::Effect;
use schemars::JsonSchema;
use serde::Serialize;

use crate::change::{Behaviour, Kind};

/// A step whose decision changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Example {
    /// The session.
    pub session: String,
    /// The number of the event in its session, from 0.
    pub number: u64,
    /// The number of the entry in the log, from 0, or of the line, from 1; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// The step's `id`.
    pub id: String,
    /// The event as it came; empty where it is not there.
    pub event: String,
    /// The obligations before, and the arguments that they changed; absent where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_before: Option<Vec<String>>,
    /// The obligations now, and the arguments that they change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_after: Option<Vec<String>>,
}

/// Changes that are alike: of the same step, from the same behaviour to the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Group {
    /// How the decision changes.
    pub kind: Kind,
    /// The step: its kind and its name (`read` alone of resources), or the answer of a person to such a step.
    pub step: String,
    /// What was decided; absent where no decision was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Behaviour>,
    /// What is decided now; absent where the step is not there any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Behaviour>,
    /// How many decisions change so.
    pub count: u64,
    /// The first of them by session and number.
    pub example: Example,
}

/// What a group is known by. Effects have their rank.
type Key = (Kind, String, Option<(u8, Vec<String>, u64)>, Option<(u8, Vec<String>, u64)>);

/// Changes, grouped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    groups: BTreeMap<Key, (u64, Example)>,
}

impl Groups {
    /// Adds a change.
    pub fn add(&mut self, kind: Kind, step: &str, before: Option<&Behaviour>, after: Option<&Behaviour>, example: Example) {
        let part = |behaviour: Option<&Behaviour>| {
            behaviour.map(|behaviour| {
                let (rank, rules, left_out) = behaviour.key();
                (rank, rules.to_vec(), left_out)
            })
        };
        self.put((kind, step.to_owned(), part(before), part(after)), 1, example);
    }

    /// Adds all of others.
    pub fn merge(&mut self, others: Self) {
        for (key, (count, example)) in others.groups {
            self.put(key, count, example);
        }
    }

    fn put(&mut self, key: Key, count: u64, example: Example) {
        match self.groups.entry(key) {
            Entry::Vacant(place) => {
                place.insert((count, example));
            }
            Entry::Occupied(mut there) => {
                let (sum, first) = there.get_mut();
                *sum += count;
                if (&example.session, example.number) < (&first.session, first.number) {
                    *first = example;
                }
            }
        }
    }

    /// Returns how many decisions change in one way.
    #[must_use]
    pub fn count(&self, kind: Kind) -> u64 {
        self.groups.iter().filter(|((of, ..), _)| *of == kind).map(|(_, (count, _))| count).sum()
    }

    /// Returns whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Returns the groups: the most serious first, and of those the largest.
    #[must_use]
    pub fn sorted(self) -> Vec<Group> {
        let effect = |rank| match rank {
            0 => Effect::Permit,
            1 => Effect::Ask,
            _ => Effect::Forbid,
        };
        let behaviour = |(rank, rules, rules_left_out)| Behaviour { effect: effect(rank), rules, rules_left_out };
        let groups = self.groups.into_iter().map(|((kind, step, before, after), (count, example))| Group {
            kind,
            step,
            before: before.map(behaviour),
            after: after.map(behaviour),
            count,
            example,
        });
        let mut groups: Vec<Group> = groups.collect();
        // Stable: what is alike stays in the order of steps and rules.
        groups.sort_by_key(|group| (group.kind, Reverse(group.count)));
        groups
    }
}
