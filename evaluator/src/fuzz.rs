//! What fuzzers and property tests ask of hostile images.

use crate::data::{ContextData, StepData};
use crate::disassemble::disassemble;
use crate::image::{Image, RegionId};
use crate::value::{Cause, NoValue, Place, Value};
use crate::vm::{Machine, Trap};

/// Reads bytes as an image. One that decodes must encode to the same bytes and have a listing; one that verifies must run every
/// region without values in its slots, and never meet what can't be there.
///
/// # Panics
/// When one of that doesn't hold.
#[expect(clippy::panic, reason = "that is how a fuzzer learns of it")]
pub fn fuzz_image(data: &[u8]) {
    let Ok(image) = Image::decode(data) else { return };
    assert!(image.encode() == data, "an image has one encoding");
    let _ = disassemble(&image);
    run_all(image, |trap, region| panic!("{trap:?} in region {region} of a verified image"));
}

/// Verifies an image and runs all its regions, and its rules as decisions do; calls `fail` for a trap that can't be and for a rule that comes
/// to something else than its region. Returns whether it was verified.
///
/// # Panics
/// When the verified image doesn't give back what it was made of.
pub fn run_all(image: Image, mut fail: impl FnMut(Trap, u32)) -> bool {
    let given = image.clone();
    let Ok(image) = image.verify() else { return false };
    assert!(image.to_image() == given, "a verified image gives back what it was made of");
    let missing = Value::None(NoValue { cause: Cause::MissingFact, place: Place(0) });
    let (mut machine, mut step, context) = (Machine::new(), StepData::default(), ContextData::default());
    for region in 0..u32::try_from(image.image().regions()).unwrap_or(u32::MAX) {
        // Slots belong to a declared step, so what a region of another one has stored must go.
        step.slots.clear();
        step.slots.resize(usize::from(image.image().slots), missing);
        if let Err(Trap::Internal) = machine.run(&image, RegionId(region), &mut step, &context, &(), &mut ()) {
            fail(Trap::Internal, region);
        }
    }
    let undeclared = (None, &image.image().undeclared[..]);
    let targets = image.image().targets.iter().enumerate().map(|(number, target)| (Some(number), &target.rules[..]));
    let mut found = Vec::new();
    for (target, rules) in targets.chain([undeclared]) {
        step.slots.clear();
        step.slots.resize(usize::from(image.image().slots), missing);
        if machine.find(&image, target, &mut step, &context, &mut found).is_err() {
            continue;
        }
        for (position, at) in (0u32..).zip(rules) {
            let Some(fast) = image.image().variant(*at).map(|variant| variant.fast) else { continue };
            let Ok(whole) = machine.run(&image, fast, &mut step, &context, &(), &mut ()) else { continue };
            let same = match machine.rule(&image, fast, &mut step, &context, &()) {
                // What is left out is false.
                _ if found.binary_search(&position).is_err() => matches!(whole, Value::Bool(false)),
                Ok(value) => match (whole, value) {
                    (Value::Bool(a), Value::Bool(b)) => a == b,
                    (Value::None(_), Value::None(_)) => true,
                    _ => false,
                },
                Err(_) => true,
            };
            if !same {
                fail(Trap::Internal, fast.0);
            }
        }
    }
    true
}
