//! The verifier: proves that an image can run, in time linear in its size.
//!
//! What it proves of the tables:
//! - Every reference is in range. Types, members of constants and parents of notes refer backward, so that they are finite trees;
//!   types are nested at most 64 deep, a constant has a bounded size.
//! - Texts, types, constants and patterns stand once; sources, places of rules and references to rules are in order; sets are sorted.
//! - Constants fit their types, texts of paths and addresses are in normal form, patterns compile.
//! - Each step has a slot of its own for each field, none of them a system slot; names of steps are unique.
//! - Every region is used once, for what its result type allows: conditions and refinements have a truth value.
//!
//! What it proves of the code:
//! - Regions cover the code without gaps and overlaps, and end in their only `return`.
//! - Jumps go forward, inside their region, neither into nor out of loops; loops nest at most eight deep.
//! - Operands are in range and have the types that their operation takes. An optional is unwrapped first. Slots have the types that
//!   all steps give them from which the region can be reached.
//! - On every path a register is written before it is read, with one type; all code can be reached.
//! - Only regions that compute class fields store, on every path, and to slots that no field has.
//! - Frames and costs are those that are declared.
//!
//! So the machine can rely on types, and the only traps left are fuel and a host that fills slots with what their types forbid.

mod constants;
mod flow;
mod layout;
mod operation;
mod region;
mod session;
mod tables;
mod types;

pub(crate) use tables::Prepared;

use crate::error::ImageError;
use crate::image::Image;
use crate::loaded::VerifiedImage;
use crate::program::Passes;
use std::collections::HashMap;

impl Image {
    /// Proves that the image can run, and prepares it.
    ///
    /// # Errors
    /// What is wrong first, with its code.
    pub fn verify(self) -> Result<VerifiedImage, ImageError> {
        self.verify_with(Passes::ALL)
    }

    /// As [`Image::verify`], with only some of the passes that make decisions fast. No decision depends on them.
    ///
    /// # Errors
    /// What is wrong first, with its code.
    pub fn verify_with(self, passes: Passes) -> Result<VerifiedImage, ImageError> {
        let prepared = tables::check(&self)?;
        let mut types = types::Types::new(&self);
        region::check_all(&self)?;
        let mut deep = HashMap::new();
        layout::check(&self, &mut types, &mut deep)?;
        Ok(VerifiedImage::prepare(self, types.into_rows(), deep, prepared, passes))
    }
}
