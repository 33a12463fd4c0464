//! The policies that ship and use no pack, and what is asked of them.

use reach_analysis::{Difference, Limits};
use reach_tests::changes::Compared;

use crate::policies::alone;

pub(super) fn shipped() -> Vec<(String, Compared)> {
    let compile = |files: Vec<(String, String)>| reach_tests::subject::compile_files(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))).unwrap();
    alone().into_iter().map(|(name, files)| (name, Compared::of(compile(files)).unwrap())).collect()
}

pub(super) fn diff(old: &Compared, new: &Compared) -> Difference {
    reach_analysis::diff(&old.bundle, &new.bundle, &old.replay, &new.replay, &Limits::default()).unwrap()
}

pub(super) fn is_equal(name: &str, what: &str, difference: &Difference) {
    let shown: Vec<_> = difference.changes.iter().map(|c| (&c.step, c.kind, &c.witness)).collect();
    assert!(shown.is_empty() && difference.unknown.is_empty(), "policies/{name}, {what}: {shown:#?}\n{:#?}", difference.unknown);
}

#[test]
fn a_shipped_policy_does_not_differ_from_itself() {
    for (name, policy) in shipped() {
        is_equal(&name, "itself", &diff(&policy, &policy));
    }
}
