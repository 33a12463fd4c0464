//! Constraints whose variables depend on each other, from the first equality to the last value.

use super::equality::System;
use super::reasons::Reasons;
use super::row::{Row, Terms};
use super::search::{Search, set, value_at};
use super::wide::Wide;
use super::{Budget, Grain, Linear, Relation, Stop, elimination};

/// Finds values for the variables of some of the constraints. Where numbers didn't fit they may fail a constraint: the caller checks them.
pub(super) fn solve(constraints: &[Linear], group: &[usize], grain: Grain<'_>, budget: &mut Budget) -> Result<Vec<(u32, i128)>, Stop<Vec<usize>>> {
    let mut reasons = Reasons::default();
    find(constraints, group, grain, &mut reasons, budget).map_err(|stop| match stop {
        Stop::Conflict(why) => Stop::Conflict(reasons.core(why)),
        Stop::Unknown => Stop::Unknown,
    })
}

fn find(constraints: &[Linear], group: &[usize], grain: Grain<'_>, reasons: &mut Reasons, budget: &mut Budget) -> Result<Vec<(u32, i128)>, Stop> {
    let of_group = || group.iter().filter_map(|index| Some((*index, constraints.get(*index)?)));
    let mut names: Vec<u32> = of_group().flat_map(|(_, linear)| linear.terms.iter().map(|(name, _)| *name)).collect();
    names.sort_unstable();
    names.dedup();

    // Inside, variables are numbered without gaps, in the same order.
    let number_of = |name: u32| names.binary_search(&name).ok().and_then(|place| u32::try_from(place).ok());
    let mut system = System { variables: u32::try_from(names.len()).map_err(|_| Stop::Unknown)?, ..System::default() };
    for (index, linear) in of_group() {
        let terms: Option<Terms> = linear.terms.iter().map(|(name, factor)| Some((number_of(*name)?, *factor))).collect();
        let row = Row { terms: terms.ok_or(Stop::Unknown)?, bound: Wide::from(linear.bound), why: reasons.given(index) };
        match linear.relation {
            Relation::Le => system.at_most.push(row),
            Relation::Eq => system.equal.push_back(row),
            Relation::Ne => system.unequal.push(row),
        }
    }
    system.eliminate_equalities(reasons, budget)?;

    let mut gone: Vec<u32> = system.defined.iter().map(|(variable, _)| *variable).collect();
    gone.sort_unstable();
    let open: Vec<u32> = (0..system.variables).filter(|variable| gone.binary_search(variable).is_err()).collect();
    // A variable that was made has no name, and any value of it looks as well.
    let steps = |variable: u32| usize::try_from(variable).ok().and_then(|place| names.get(place)).map_or(&[1][..], |name| grain(*name));
    let mut search = Search {
        open: &open,
        variables: system.variables,
        unequal: &system.unequal,
        excluded: &elimination::excluded(&system.unequal),
        steps: &steps,
        reasons,
        budget,
    };
    let mut values = search.run(&mut system.at_most, 0)?;

    // Backwards: an equality gives its variable by those that went later or not at all. Its factor is one or minus one.
    for (variable, row) in system.defined.iter().rev() {
        let value = row.rest(*variable, &|other| value_at(&values, other)).and_then(|(sign, rest)| rest.times(sign)?.narrow());
        set(&mut values, *variable, value.ok_or(Stop::Unknown)?);
    }
    names.iter().zip(values).map(|(name, value)| Some((*name, value?))).collect::<Option<_>>().ok_or(Stop::Unknown)
}
