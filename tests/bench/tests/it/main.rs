//! Every engine decides every step as is expected; nothing is timed here.

use reach_bench::workload::WORKLOADS;

/// The largest size that is tried: engines that look at every rule are slow without optimization.
const LARGEST: usize = 100;

#[test]
fn every_engine_decides_every_step_of_every_workload_as_expected() {
    for workload in WORKLOADS {
        let plans = (workload.plans)();
        assert!(!plans.is_empty(), "{}", workload.name);
        for plan in plans.iter().filter(|plan| plan.size.is_none_or(|size| size <= LARGEST)) {
            let (sides, failed) = plan.build(|_| true).unwrap();
            assert_eq!(failed, [], "{}", plan.title());
            assert!(sides.len() >= 2, "{} compares nothing", plan.title());
        }
    }
}

#[test]
fn every_comparison_of_decisions_has_steps_that_are_permitted_and_steps_that_are_not() {
    for plan in WORKLOADS.iter().filter(|w| w.name != "build").flat_map(|w| (w.plans)()) {
        assert!([true, false].iter().all(|permitted| plan.expected.contains(permitted)), "{}", plan.title());
    }
}

#[test]
fn an_engine_that_says_something_else_is_told() {
    let mut plan = reach_bench::workload::gate::plans().remove(0);
    plan.expected[0] = false;
    assert!(plan.build(|_| true).is_err_and(|e| e.contains("decides step 0 otherwise")));
}
