//! What steps cost.

use std::sync::Arc;

use reach_codes::table::event as codes;
use reach_evaluator::VerifiedImage;
use reach_evaluator::image::TypeDesc;
use reach_values::json::{Kind, Reader};
use reach_values::{decimal, int};

use super::outcome::NOTHING;
use super::{Outcome, Progress, Session};
use crate::intake::Event;
use crate::intake::problems::quoted;
use crate::memory::agents::MAIN;

impl Session {
    /// Takes what a step cost.
    pub(super) fn usage(&mut self, line: &str, event: &mut Event<'_>) -> Outcome {
        let image = Arc::clone(&self.image);
        let id = self.piece(line, event.step());
        let Some(charges) = event.take_charges() else { return Outcome::Observed };
        let charges = match read_charges(&image, line, charges) {
            Ok(charges) => charges,
            Err(why) => return self.reject(codes::USAGE_NOT_COUNTED, why, NOTHING),
        };
        let step = self.steps.get(id.as_str()).map(|step| (step.agent as usize, step.pos, step.progress));
        let (agent, pos) = step.map_or((self.work.memory.agent, self.moment().pos), |(agent, pos, _)| (agent, pos));
        self.work.memory.agent = if agent < self.work.memory.agents.len() { agent } else { MAIN };
        for (budget, amount) in charges {
            self.work.use_up(&image, budget, pos, amount);
        }
        match step {
            None => self.reject(codes::USAGE_OF_UNKNOWN_STEP, format!("there is no step {} in this session", quoted(&id, 60)), "what it says counts as spent"),
            Some((_, _, Progress::Permitted | Progress::Answered)) => Outcome::Observed,
            Some(_) => self.reject(
                codes::USAGE_OF_UNKNOWN_STEP,
                format!("the step {} was not permitted, and still cost something", quoted(&id, 60)),
                "what it says counts as spent",
            ),
        }
    }
}

/// Reads the charges of a `usage` event.
fn read_charges(image: &VerifiedImage, line: &str, mut reader: Reader<'_>) -> Result<Vec<(u32, i128)>, String> {
    let unreadable = |_| "the charges can't be read".to_owned();
    let mut scratch = String::new();
    let mut out: Vec<(u32, i128)> = Vec::new();
    reader.begin_object().map_err(unreadable)?;
    while let Some(key) = reader.next_key(&mut scratch).map_err(unreadable)? {
        let name = key.text(line, &scratch).to_owned();
        let budget = image.budget(&name).ok_or_else(|| format!("there is no budget {}", quoted(&name, 60)))?;
        let written = match reader.peek().map_err(unreadable)? {
            Kind::Number => reader.number().map_err(unreadable)?.to_owned(),
            Kind::String => {
                let piece = reader.string(&mut scratch).map_err(unreadable)?;
                piece.text(line, &scratch).to_owned()
            }
            _ => return Err(format!("the charge to {} is no number", quoted(&name, 60))),
        };
        let is_decimal = image.image().budgets.get(budget as usize).is_some_and(|b| *image.ty(b.ty) == TypeDesc::Decimal);
        let amount = if is_decimal { decimal::parse(&written).ok() } else { int::parse(&written).ok().map(i128::from) };
        let amount = amount.ok_or_else(|| format!("the charge {} to {} is no amount of that budget", quoted(&written, 60), quoted(&name, 60)))?;
        if amount < 0 {
            return Err(format!("the charge {} to {} is less than nothing", quoted(&written, 60), quoted(&name, 60)));
        }
        if out.iter().any(|(other, _)| *other == budget) {
            return Err(format!("the budget {} is charged twice", quoted(&name, 60)));
        }
        out.push((budget, amount));
    }
    Ok(out)
}
