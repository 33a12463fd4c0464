//! From sources to what decides.

use std::rc::Rc;

use crate::calls::Calls;
use crate::engine::Engine;
use crate::engines::{cedar, cel, reach, regorus};
use crate::measure::Clock;
use crate::plan::{Build, Plan};
use crate::subject::looped;
use crate::workload::rules::of_tools;

/// How many rules.
pub const SIZES: [usize; 3] = [100, 1_000, 10_000];

/// Returns the comparisons.
#[must_use]
pub fn plans() -> Vec<Plan> {
    SIZES.iter().map(|size| plan(*size)).collect()
}

/// Builds, or says what is wrong.
pub type Builds = fn(&Calls) -> Result<(), String>;

/// How each engine is built.
pub const BUILDS: [(Engine, Builds); 5] = [
    (Engine::Reach, |calls| reach::image(&calls.reach).map(drop)),
    (Engine::ReachChecked, |calls| reach::check(&calls.reach).map(drop)),
    (Engine::Cedar, |calls| cedar::policies(&calls.cedar, &calls.cedar_schema).map(drop)),
    (Engine::Regorus, |calls| regorus::program(&calls.rego).map(drop)),
    (Engine::Cel, |calls| cel::programs(&calls.cel).map(drop)),
];

fn plan(size: usize) -> Plan {
    let calls: Rc<std::cell::OnceCell<Calls>> = Rc::default();
    let side = |(engine, builds): (Engine, Builds)| {
        let calls = Rc::clone(&calls);
        let build: Build = Box::new(move || {
            let calls = Rc::clone(&calls);
            builds(calls.get_or_init(|| of_tools(size)))?;
            // What was built just now is what is checked; what is timed is built then.
            let mut built = true;
            Ok(looped(move |_| std::mem::take(&mut built) || builds(calls.get_or_init(|| of_tools(size))).is_ok()))
        });
        (engine, build)
    };
    Plan {
        workload: "build",
        what: "sources in, policy out",
        size: Some(size),
        expected: vec![true],
        timed: 1,
        clock: Clock::Wall,
        sides: BUILDS.into_iter().map(side).collect(),
    }
}
