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

/// Verifies an image and runs all its regions; calls `fail` for a trap that can't be. Returns whether it was verified.
pub fn run_all(image: Image, mut fail: impl FnMut(Trap, u32)) -> bool {
    let Ok(image) = image.verify() else { return false };
    let missing = Value::None(NoValue { cause: Cause::MissingFact, place: Place(0) });
    let (mut machine, mut step, context) = (Machine::new(), StepData::default(), ContextData::default());
    for region in 0..u32::try_from(image.image().regions.len()).unwrap_or(u32::MAX) {
        // Slots belong to a declared step, so what a region of another one has stored must go.
        step.slots.clear();
        step.slots.resize(usize::from(image.image().slots), missing);
        if let Err(Trap::Internal) = machine.run(&image, RegionId(region), &mut step, &context, &(), &mut ()) {
            fail(Trap::Internal, region);
        }
    }
    true
}
