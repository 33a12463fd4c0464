//! What constraints of one variable leave to each: two ends and the values between them that are not allowed.
//!
//! Most systems are only of such, so this allocates little and names its conflicts without any graph.

use super::choice::choose;
use super::wide::Wide;
use super::{Grain, Linear, Relation, Stop};

/// An end, and which constraint set it.
#[derive(Clone, Copy, Debug)]
struct End {
    value: Wide,
    by: usize,
}

/// What is left to one variable.
#[derive(Clone, Copy, Debug, Default)]
struct Range {
    low: Option<End>,
    high: Option<End>,
}

/// What is left to each variable.
#[derive(Debug)]
pub(super) struct Ranges {
    ranges: Vec<Range>,
    /// By place of the variable, value and constraint.
    taken: Vec<(usize, Wide, usize)>,
}

type Conflict = Stop<Vec<usize>>;

/// The indices of a conflict, ascending and each once.
fn conflict(mut core: Vec<usize>) -> Conflict {
    core.sort_unstable();
    core.dedup();
    Stop::Conflict(core)
}

impl Ranges {
    /// Reads the constraints that have one variable or none. `names` are all variables, ascending.
    pub fn read(constraints: &[Linear], names: &[u32]) -> Result<Self, Conflict> {
        let mut ranges = Self { ranges: vec![Range::default(); names.len()], taken: Vec::new() };
        for (index, linear) in constraints.iter().enumerate() {
            match linear.terms.as_slice() {
                [] => {
                    let holds = match linear.relation {
                        Relation::Le => linear.bound >= 0,
                        Relation::Eq => linear.bound == 0,
                        Relation::Ne => linear.bound != 0,
                    };
                    if !holds {
                        return Err(conflict(vec![index]));
                    }
                }
                [(name, factor)] => {
                    let place = names.binary_search(name).map_err(|_| Stop::Unknown)?;
                    ranges.narrow(place, *factor, linear, index)?;
                }
                _ => {}
            }
        }
        ranges.taken.sort_unstable();
        // The same value twice needs one reason, the first.
        ranges.taken.dedup_by_key(|(place, value, _)| (*place, *value));
        Ok(ranges)
    }

    fn narrow(&mut self, place: usize, factor: i128, linear: &Linear, by: usize) -> Result<(), Conflict> {
        let bound = Wide::from(linear.bound);
        let range = self.ranges.get_mut(place).ok_or(Stop::Unknown)?;
        let (low, high) = match linear.relation {
            Relation::Ne => {
                self.taken.extend(bound.exact(factor).ok_or(Stop::Unknown)?.map(|value| (place, value, by)));
                return Ok(());
            }
            Relation::Eq => {
                let value = bound.exact(factor).ok_or(Stop::Unknown)?.ok_or_else(|| conflict(vec![by]))?;
                (Some(value), Some(value))
            }
            Relation::Le => {
                let edge = bound.edge(factor).ok_or(Stop::Unknown)?;
                if factor > 0 { (None, Some(edge)) } else { (Some(edge), None) }
            }
        };
        if let Some(value) = low
            && range.low.is_none_or(|low| value > low.value)
        {
            range.low = Some(End { value, by });
        }
        if let Some(value) = high
            && range.high.is_none_or(|high| value < high.value)
        {
            range.high = Some(End { value, by });
        }
        match (range.low, range.high) {
            (Some(low), Some(high)) if low.value > high.value => Err(conflict(vec![low.by, high.by])),
            _ => Ok(()),
        }
    }

    /// Chooses values by place, with no regard to constraints of several variables. `None` where what is left lies beyond `i128`.
    pub fn choose(&self, names: &[u32], grain: Grain<'_>) -> Result<Vec<Option<i128>>, Conflict> {
        let mut values = Vec::with_capacity(names.len());
        let mut taken_values = Vec::new();
        for (place, (name, range)) in names.iter().zip(&self.ranges).enumerate() {
            let (from, to) = (self.taken.partition_point(|(other, ..)| *other < place), self.taken.partition_point(|(other, ..)| *other <= place));
            let taken = self.taken.get(from..to).unwrap_or_default();
            taken_values.clear();
            taken_values.extend(taken.iter().filter_map(|(_, value, _)| value.narrow()));
            let value = choose(range.low.map(|low| low.value), range.high.map(|high| high.value), &taken_values, grain(*name));
            if value.is_none()
                && let (Some(low), Some(high)) = (range.low, range.high)
                && low.value.narrow().is_some()
                && high.value.narrow().is_some()
            {
                let between = taken.iter().filter(|(_, value, _)| (low.value..=high.value).contains(value));
                return Err(conflict(between.map(|(.., by)| *by).chain([low.by, high.by]).collect()));
            }
            values.push(value);
        }
        Ok(values)
    }
}
