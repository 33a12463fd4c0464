//! Rules that are lists of tests on values where they lie.

use super::compare::{told_member, told_number, told_presence, told_text, told_truth};
use super::{Machine, lies};
use crate::data::{ContextData, StepData};
use crate::loaded::VerifiedImage;
use crate::program::{Asks, Test};

impl Machine {
    /// Asks tests in turn. Returns none where one can't be told: the rule is run then.
    #[inline]
    pub(super) fn ask(&mut self, image: &VerifiedImage, tests: &[Test], step: &StepData, context: &ContextData) -> Option<bool> {
        let mut all = Some(true);
        let mut asked = 0u64;
        for test in tests {
            asked += 1;
            match holds(image, *test, step, context) {
                Some(true) => {}
                told => {
                    all = told;
                    break;
                }
            }
        }
        self.spent = self.spent.saturating_add(asked);
        all
    }
}

#[inline]
fn holds(image: &VerifiedImage, test: Test, step: &StepData, context: &ContextData) -> Option<bool> {
    let value = lies(image, test.of, &[], step, context)?;
    match test.asks {
        Asks::Truth(truth) => told_truth(value).map(|told| told == truth),
        Asks::Number(op, than) => told_number(op, value, image.constant_ref(than)?),
        Asks::Text(op, than) => told_text(op, value, image.constant_ref(than)?),
        Asks::Member(negate, set) => told_member(value, image.set(set)?, negate),
        Asks::Presence(negate) => told_presence(value, negate),
    }
}
