//! What is kept: policies, and sessions that wait. Only the program that counts measures it.

use std::any::Any;
use std::sync::Arc;

use reach_evaluator::VerifiedImage;

use crate::engine::Engine;
use crate::engines::{cedar, cel, reach, regorus};
use crate::workload::monitors::monitors;
use crate::workload::rules::of_tools;

/// How many rules are kept.
pub const RULES: usize = 10_000;

/// Makes something that is kept until it is dropped, from texts that stay as they are.
pub type Keep = Box<dyn Fn() -> Result<Box<dyn Any>, String>>;

/// Returns the engines, each with what makes its policy of `rules` rules from texts that were made before.
///
/// # Errors
/// When Reach's image can't be built.
pub fn policies(rules: usize) -> Result<Vec<(Engine, Keep)>, String> {
    let calls = of_tools(rules);
    let bytes = reach::image_bytes(&calls.reach)?;
    let (policies, rego, expressions) = (calls.cedar, calls.rego, calls.cel);
    Ok(vec![
        (Engine::Reach, Box::new(move || Ok(Box::new(reach::load(&bytes)?)))),
        (Engine::Cedar, Box::new(move || Ok(Box::new(cedar::parse(&policies)?)))),
        (Engine::Regorus, Box::new(move || Ok(Box::new(regorus::program(&rego)?)))),
        (Engine::Cel, Box::new(move || Ok(Box::new(cel::programs(&expressions)?)))),
    ])
}

/// Returns the length of Reach's image of `rules` rules, in bytes.
///
/// # Errors
/// When it can't be built.
pub fn image_len_bytes(rules: usize) -> Result<usize, String> {
    Ok(reach::image_bytes(&of_tools(rules).reach)?.len())
}

/// Returns an image whose rules use history ten times.
///
/// # Errors
/// When it can't be built.
pub fn ten_monitors() -> Result<Arc<VerifiedImage>, String> {
    reach::image(&[("monitors.reach".to_owned(), monitors(10))])
}
